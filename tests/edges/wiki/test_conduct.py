"""What counts as a sandbox, and how many files a level allows elsewhere."""

from __future__ import annotations

import pytest

from glamflow.wiki.conduct import is_sandbox, largest_plan


@pytest.mark.parametrize("host", ["commons.wikimedia.org", "www.wikidata.org", "test.wikipedia.org", "WIKIMEDIA.ORG.", "beta.wikimedia.org"])
def test_a_wikimedia_wiki_is_never_a_sandbox_whatever_it_resolves_to_or_is_named(host: str) -> None:
    assert not is_sandbox(f"https://{host}/", test_wiki=host, resolve=lambda _: ["127.0.0.1"])


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [(["127.0.0.1"], True), (["::1"], True), (["127.0.0.1", "::1"], True), (["127.0.0.1", "10.0.0.1"], False), (["192.168.1.5"], False), ([], False)],
)
def test_other_hosts_are_sandboxes_only_if_every_address_is_loopback(addresses: list[str], expected: bool) -> None:
    assert is_sandbox("http://wiki.local:8090", resolve=lambda _: addresses) is expected


def test_the_named_test_wiki_is_a_sandbox_and_an_unresolvable_host_is_not() -> None:
    def fail(host: str) -> list[str]:
        raise OSError("no such host")

    assert is_sandbox("http://test.example:80", test_wiki="test.example", resolve=fail)
    assert not is_sandbox("http://other.example:80", test_wiki="test.example", resolve=fail)


@pytest.mark.parametrize(
    ("level", "flagged", "published", "wanted", "allowed"),
    [
        ("pilot", True, 0, 500, 10),
        ("pilot", True, 10, 1, 0),
        ("trial", True, 10, 500, 40),
        ("full", True, 1000, 500, 500),
        ("full", False, 20, 500, 30),
        ("full", False, 60, 5, 0),
    ],
)
def test_the_limits_of_the_levels(level: str, flagged: bool, published: int, wanted: int, allowed: int) -> None:
    assert largest_plan(level, sandbox=False, flagged=flagged, published=published, wanted=wanted) == allowed


def test_a_sandbox_has_no_limit() -> None:
    assert largest_plan("pilot", sandbox=True, flagged=False, published=900, wanted=77) == 77


def test_the_test_wiki_may_be_named_by_its_host_or_by_the_address_of_its_api() -> None:
    for named in ("wiki.test", "wiki.test:8080", "https://wiki.test/w/api.php", "https://wiki.test/w/api.php Bot@app secret"):
        assert is_sandbox("https://wiki.test/w", test_wiki=named, resolve=lambda _: ["192.0.2.1"])
        assert not is_sandbox("https://other.test/w", test_wiki=named, resolve=lambda _: ["192.0.2.1"])
    assert not is_sandbox("https://commons.wikimedia.org", test_wiki="https://commons.wikimedia.org/w/api.php")
