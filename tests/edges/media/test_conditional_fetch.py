"""What is in the store already is asked for by its validators, and joined only with bytes that are surely the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from glamflow.media.fetch import Fetched, MediaFault, Unchanged, fetch, fetch_if_changed
from glamflow.media.validators import Validators, range_validator
from glamflow.net import Session

DATA = bytes(range(256)) * 400
EARLY, LATE = "Mon, 02 Nov 2026 10:00:00 GMT", "Mon, 02 Nov 2026 10:00:05 GMT"


@pytest.fixture
def ask(loopback: Any, store: Any, session: Session, tmp_path: Path) -> Callable[..., Fetched | Unchanged | MediaFault]:
    def run(known: Validators) -> Fetched | Unchanged | MediaFault:
        url = f"{loopback.url}/scan.tif"
        return fetch_if_changed(url, store, known=known, partner="museum", session=session, allow_hosts=[loopback.host], partials=tmp_path / "partials")

    return run


def known(loopback: Any, **facts: str) -> Validators:
    return Validators(url=f"{loopback.url}/scan.tif", **facts)


@pytest.mark.parametrize("etag", ['"v1"', 'W/"v1"'])
def test_a_304_to_an_etag_weak_or_strong_means_unchanged_and_leaves_nothing_behind(
    loopback: Any, reply: Any, ask: Any, store: Any, tmp_path: Path, etag: str
) -> None:
    loopback.answer(lambda request: reply(b"", 304, {"ETag": etag}) if request.headers.get("if-none-match") == etag else reply(DATA))
    assert isinstance(ask(known(loopback, etag=etag, last_modified=EARLY)), Unchanged)
    assert "if-modified-since" not in loopback.requests[0].headers
    assert list((tmp_path / "partials").iterdir()) == []
    assert list(store.list("museum/")) == []


def test_the_date_is_asked_by_where_there_is_no_etag(loopback: Any, reply: Any, ask: Any) -> None:
    loopback.answer(lambda request: reply(b"", 304) if request.headers.get("if-modified-since") == EARLY else reply(DATA))
    assert isinstance(ask(known(loopback, last_modified=EARLY)), Unchanged)


def test_other_bytes_come_whole(loopback: Any, reply: Any, ask: Any) -> None:
    loopback.answer(lambda request: reply(DATA, headers={"ETag": '"v2"'}))
    got = ask(known(loopback, etag='"v1"'))
    assert isinstance(got, Fetched)
    assert (got.size, got.headers["etag"]) == (len(DATA), '"v2"')


def test_validators_of_another_address_are_not_sent(loopback: Any, reply: Any, ask: Any) -> None:
    loopback.answer(lambda request: reply(DATA))
    assert isinstance(ask(Validators(url="http://elsewhere.example/scan.tif", etag='"v1"')), Fetched)
    assert "if-none-match" not in loopback.requests[0].headers


def test_a_304_that_nobody_asked_for_is_a_fault(loopback: Any, reply: Any, store: Any, session: Session, tmp_path: Path) -> None:
    loopback.answer(lambda request: reply(b"", 304))
    got = fetch(f"{loopback.url}/scan.tif", store, partner="museum", session=session, allow_hosts=[loopback.host], partials=tmp_path / "partials")
    assert isinstance(got, MediaFault)


def test_a_download_that_began_goes_on_by_its_own_validator_not_by_that_of_what_is_staged(loopback: Any, reply: Any, ask: Any) -> None:
    def answer(request: Any) -> Any:
        if request.headers.get("if-range") == '"v2"':
            start = int(request.headers["range"].removeprefix("bytes=").rstrip("-"))
            return reply(DATA[start:], 206, {"ETag": '"v2"', "Content-Range": f"bytes {start}-{len(DATA) - 1}/{len(DATA)}"})
        return reply(DATA, headers={"ETag": '"v2"'}, cut=40_000)

    loopback.answer(answer)
    got = ask(known(loopback, etag='"v1"'))
    assert isinstance(got, Fetched)
    assert (got.resumed, got.size) == (True, len(DATA))
    assert "if-none-match" not in loopback.requests[-1].headers


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({"etag": '"v1"', "last-modified": EARLY}, '"v1"'),
        ({"etag": 'W/"v1"', "last-modified": EARLY, "date": LATE}, ""),
        ({"last-modified": EARLY, "date": LATE}, EARLY),
        ({"last-modified": EARLY, "date": EARLY}, ""),
        ({"last-modified": EARLY}, ""),
        ({"last-modified": "last Tuesday", "date": LATE}, ""),
        ({}, ""),
    ],
)
def test_only_a_strong_validator_joins_two_halves(headers: dict[str, str], allowed: str) -> None:
    assert range_validator(headers) == allowed


def test_validators_of_a_compressed_transfer_are_of_other_bytes() -> None:
    assert Validators.of("http://a.example/b", {"etag": '"1"', "content-encoding": "gzip"}) == Validators(url="http://a.example/b")
