"""The faults of real OAI-PMH servers, one case each, with the behaviour that is required. Identifiers, dates, capabilities and limits (cases 28-50).

Facts: the numbered table of the project's notes on OAI-PMH in the wild; payloads are our own.
"""

from __future__ import annotations

import datetime as dt
import gzip
from typing import Any

import pytest
from oai_faults import ALL, always, is_list, once, token

from glamflow.transforms.errors import RateLimited, SourceRefused, SourceUnavailable

# 28-36: identifiers and dates


def test_28_a_record_that_comes_twice_is_given_twice_under_one_key(repository: Any, source: Any, harvest: Any) -> None:
    double = repository.items[3].xml()
    repository.after = lambda request, body: (
        body.replace("<ListRecords>", f"<ListRecords>{double}") if token(request).endswith("|4") else body
    )
    result = harvest(source())
    assert result.numbers == ALL
    assert sum(record.key.endswith(":3") for page in result.pages for record in page.records) == 2


def test_29_identifiers_stay_as_they_are_but_trimmed(repository: Any, source: Any) -> None:
    repository.after = lambda request, body: body.replace(">oai:museum.example:2<", "> Inv. 12/3 a <")
    pages = [page for window in source().windows(None, None) for page in source().pages(window)]
    assert "Inv. 12/3 a" in {record.key for page in pages for record in page.records}


def test_31_days_are_asked_where_only_days_are_known(repository: Any, source: Any, harvest: Any, loopback: Any) -> None:
    repository.granularity = "yyyy-mm-dd"
    harvest(source(), dt.datetime(2026, 3, 2, 15, tzinfo=dt.UTC), dt.datetime(2026, 3, 5, 9, tzinfo=dt.UTC))
    asked = next(request for request in loopback.requests if is_list(request))
    assert (asked.params["from"], asked.params["until"]) == ("2026-03-02", "2026-03-05")


def test_31_a_server_that_refuses_seconds_is_asked_by_days(
    repository: Any, source: Any, harvest: Any, oai_error: Any
) -> None:
    repository.before = lambda request: (
        repository.reply(oai_error("badArgument")) if "T" in request.params.get("from", "") else None
    )
    result = harvest(source(), dt.datetime(2026, 3, 3, tzinfo=dt.UTC), dt.datetime(2026, 3, 6, tzinfo=dt.UTC))
    assert result.numbers == [2, 3, 4]
    assert any("by days" in warning for warning in result.warnings)


def test_32_the_first_harvest_sends_no_from_even_if_the_earliest_date_is_wrong(
    repository: Any, source: Any, harvest: Any, loopback: Any
) -> None:
    repository.earliest = "2026-03-08T00:00:00Z"
    result = harvest(source(window="P7D"), None, dt.datetime(2026, 4, 1, tzinfo=dt.UTC))
    assert result.numbers == ALL
    assert "from" not in next(request for request in loopback.requests if is_list(request)).params


def test_33_bounds_are_inclusive_there_and_half_open_here(
    repository: Any, source: Any, harvest: Any, loopback: Any, item: Any
) -> None:
    repository.items = [item(0, datestamp="2026-03-01T00:00:00Z"), item(1, datestamp="2026-03-02T00:00:00Z")]
    result = harvest(source(), dt.datetime(2026, 3, 1, tzinfo=dt.UTC), dt.datetime(2026, 3, 2, tzinfo=dt.UTC))
    assert result.numbers == [0]
    assert next(request for request in loopback.requests if is_list(request)).params["until"] == "2026-03-01T23:59:59Z"


def test_34_the_clock_of_the_server_is_given_with_every_page(repository: Any, source: Any, harvest: Any) -> None:
    assert {page.server_time for page in harvest(source()).pages} == {dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC)}


# 37-50: the rest


@pytest.mark.parametrize(
    ("stated", "read"), [("persistent", "persistent"), ("Transient", "transient"), ("no", "no"), ("?", "no")]
)
def test_37_how_a_source_keeps_deletions_is_told(repository: Any, source: Any, stated: str, read: str) -> None:
    repository.deleted = stated
    assert source().probe().deleted == read


def test_39_an_answer_above_the_limit_is_refused(repository: Any, source: Any, harvest: Any) -> None:
    repository.after = lambda request, body: body + " " * 200_000 if is_list(request) else body
    with pytest.raises(SourceRefused, match="more than the 100000"):
        harvest(source(max_bytes=100_000))


@pytest.mark.parametrize("layers", [1, 2])
def test_40_compression_is_known_by_its_magic_bytes(repository: Any, source: Any, harvest: Any, layers: int) -> None:
    def after(request: Any, body: str) -> Any:
        data = body.encode()
        for _ in range(layers):
            data = gzip.compress(data)
        return repository.reply(data)

    repository.after = after
    assert harvest(source()).numbers == ALL


def test_40_a_small_answer_that_unpacks_to_a_huge_one_is_refused(repository: Any, source: Any, harvest: Any) -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    repository.after = lambda request, body: repository.reply(bomb) if is_list(request) else body
    with pytest.raises(SourceRefused, match="unpacks to more"):
        harvest(source(max_bytes=1_000_000))


def test_41_a_wrong_list_size_is_told_and_nothing_more(repository: Any, source: Any, harvest: Any) -> None:
    repository.after = lambda request, body: body.replace('completeListSize="10"', 'completeListSize="12"')
    result = harvest(source())
    assert result.numbers == ALL
    assert any("says 12, the list held 10" in warning for warning in result.warnings)


def test_42_a_set_that_is_gone_is_an_alarm_not_an_empty_feed(repository: Any, source: Any, harvest: Any) -> None:
    repository.sets = ("coins",)
    with pytest.raises(SourceRefused, match="maps"):
        harvest(source(sets=("maps",)))


def test_42_a_source_without_sets_refuses_them_in_our_words_too(
    repository: Any, source: Any, harvest: Any, oai_error: Any
) -> None:
    repository.before = lambda request: (
        repository.reply(oai_error("noSetHierarchy")) if "set" in request.params else None
    )
    with pytest.raises(SourceRefused, match=r"source\.sets"):
        harvest(source(sets=("maps",)))


def test_43_a_format_that_is_gone_is_refused_with_what_to_do(
    repository: Any, source: Any, harvest: Any, oai_error: Any
) -> None:
    repository.before = always(is_list, repository.reply(oai_error("cannotDisseminateFormat", "no lido here")))
    with pytest.raises(SourceRefused, match=r"no lido here.*source\.format"):
        harvest(source(format="lido"))


def test_43_a_format_that_fails_for_single_records_is_asked_one_by_one(
    repository: Any, source: Any, harvest: Any, oai_error: Any
) -> None:
    def before(request: Any) -> Any:
        if is_list(request) or request.params.get("identifier") == "oai:museum.example:5":
            return repository.reply(oai_error("cannotDisseminateFormat"))
        return None

    repository.before = before
    result = harvest(source())
    assert result.numbers == [n for n in ALL if n != 5]
    assert "cannotDisseminateFormat" in result.quarantined["oai:museum.example:5"].reason


def test_44_an_error_element_inside_metadata_is_somebodys_data(repository: Any, source: Any, harvest: Any) -> None:
    repository.items[2].metadata = '<play><error code="badVerb">A comedy of errors</error></play>'
    assert harvest(source()).numbers == ALL


def test_45_several_errors_are_all_told(repository: Any, source: Any, harvest: Any, wrap: Any) -> None:
    both = wrap('<error code="badArgument">bad set</error><error code="badVerb">bad verb</error>')
    repository.before = always(is_list, repository.reply(both))
    with pytest.raises(SourceRefused, match=r"bad set.*bad verb"):
        harvest(source())


def test_45_an_unknown_error_is_tried_again_then_the_source_is_down(
    repository: Any, source: Any, harvest: Any, oai_error: Any
) -> None:
    repository.before = once(is_list, repository.reply(oai_error("InternalException")))
    assert harvest(source()).numbers == ALL
    repository.before = always(lambda request: True, repository.reply(oai_error("InternalException")))
    with pytest.raises(SourceUnavailable, match="InternalException"):
        harvest(source())


def test_49_what_stands_about_a_record_is_in_the_kept_page(repository: Any, source: Any, harvest: Any) -> None:
    repository.after = lambda request, body: body.replace(
        "</metadata></record>", "</metadata><about><p>from elsewhere</p></about></record>"
    )
    result = harvest(source())
    assert result.numbers == ALL
    assert b"from elsewhere" in result.pages[0].raw


def test_50_an_empty_answer_is_a_fault_not_an_end(repository: Any, source: Any, harvest: Any) -> None:
    repository.before = once(token, repository.reply(b""))
    assert harvest(source()).numbers == ALL
    repository.before = always(lambda request: True, repository.reply(b""))
    with pytest.raises(SourceUnavailable, match="empty"):
        harvest(source())


def test_too_many_requests_is_its_own_error(repository: Any, source: Any, harvest: Any) -> None:
    repository.before = always(lambda request: True, repository.reply("", 429, {"Retry-After": "900"}))
    with pytest.raises(RateLimited) as caught:
        harvest(source())
    assert caught.value.retry_after == 900
