"""The faults of real OAI-PMH servers, one case each, with the behaviour that is required. Waits, statuses, connections and redirects (cases 10-17).

Facts: the numbered table of the project's notes on OAI-PMH in the wild; payloads are our own.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from oai_faults import ALL, always, is_list, once, token

from glamflow.transforms.errors import SourceRefused, SourceUnavailable

# 10-17: HTTP


@pytest.mark.parametrize("status", [503, 429])
def test_10_a_wait_in_seconds_is_kept(
    repository: Any, source: Any, harvest: Any, waits: list[float], status: int
) -> None:
    repository.before = once(token, repository.reply("", status, {"Retry-After": "7"}))
    assert harvest(source()).numbers == ALL
    assert waits == [7.0]


def test_10_a_long_wait_is_handed_up(repository: Any, source: Any, harvest: Any, waits: list[float]) -> None:
    repository.before = always(is_list, repository.reply("", 503, {"Retry-After": "3600"}))
    with pytest.raises(SourceUnavailable) as caught:
        harvest(source())
    assert caught.value.retry_after == 3600
    assert waits == []


def test_11_a_wait_until_a_date_is_kept(repository: Any, source: Any, harvest: Any, waits: list[float]) -> None:
    moment = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=30)
    repository.before = once(
        token, repository.reply("", 503, {"Retry-After": moment.strftime("%a, %d %b %Y %H:%M:%S GMT")})
    )
    assert harvest(source()).numbers == ALL
    assert 25 < waits[0] <= 30


def test_12_without_a_stated_wait_the_pauses_grow_and_end(
    repository: Any, source: Any, harvest: Any, waits: list[float]
) -> None:
    repository.before = always(lambda request: True, repository.reply("", 503))
    with pytest.raises(SourceUnavailable, match="503"):
        harvest(source())
    assert len(waits) == 3
    assert 0 < waits[0] < waits[1] < waits[2] < 10


@pytest.mark.parametrize("status", [500, 502, 504, 408])
def test_13_a_temporary_fault_is_repeated(repository: Any, source: Any, harvest: Any, status: int) -> None:
    repository.before = once(token, repository.reply("gateway", status))
    assert harvest(source()).numbers == ALL


def test_13_a_reset_connection_is_repeated(repository: Any, source: Any, harvest: Any) -> None:
    repository.before = once(token, repository.reply(drop=True))
    assert harvest(source()).numbers == ALL


def test_13_a_page_that_always_fails_halves_its_window_down_to_the_one_record(
    repository: Any, source: Any, harvest: Any
) -> None:
    poisoned = "oai:museum.example:6"

    def after(request: Any, body: str) -> Any:
        return repository.reply("", 500) if poisoned in body and "metadata>" in body else body

    repository.after = after
    result = harvest(
        source(window="P30D"), dt.datetime(2026, 3, 1, tzinfo=dt.UTC), dt.datetime(2026, 4, 1, tzinfo=dt.UTC)
    )
    assert result.numbers == [n for n in ALL if n != 6]
    assert "GetRecord failed" in result.quarantined[poisoned].reason


def test_13_a_server_that_is_down_is_not_asked_in_ever_smaller_pieces(
    repository: Any, source: Any, harvest: Any, loopback: Any
) -> None:
    harvester = source(window="P30D")
    windows = harvester.windows(dt.datetime(2026, 3, 1, tzinfo=dt.UTC), dt.datetime(2026, 4, 1, tzinfo=dt.UTC))
    repository.before = always(lambda request: True, repository.reply("", 502))
    with pytest.raises(SourceUnavailable):
        list(harvester.pages(windows[0]))
    assert len(loopback.requests) <= 10


def test_14_forbidden_stops_at_once_and_names_our_user_agent(
    repository: Any, source: Any, harvest: Any, loopback: Any
) -> None:
    repository.before = always(lambda request: True, repository.reply("no bots", 403))
    with pytest.raises(SourceRefused, match=r"operator@example\.org"):
        harvest(source())
    assert len(loopback.requests) == 1


@pytest.mark.parametrize(
    "page", ["<!DOCTYPE html><html><body>Maintenance</body></html>", "<html><body>Log in<br></body></html>", "oops"]
)
def test_15_a_page_that_is_no_oai_pmh_is_tried_again_then_the_source_is_down(
    repository: Any, source: Any, harvest: Any, page: str
) -> None:
    repository.before = once(token, repository.reply(page))
    assert harvest(source()).numbers == ALL
    repository.before = always(lambda request: True, repository.reply(page))
    with pytest.raises(SourceUnavailable, match="instead of OAI-PMH"):
        harvest(source())


def test_16_a_redirect_is_followed_and_keeps_the_query(repository: Any, source: Any, harvest: Any) -> None:
    repository.before = lambda request: (
        repository.reply("", 301, {"Location": "/new/oai"}) if request.path == "/oai" else None
    )
    result = harvest(source())
    assert result.numbers == ALL
    assert "/new/oai?" in result.pages[0].request["answered_by"]


def test_16_a_redirect_to_another_private_host_is_refused(
    repository: Any, source: Any, harvest: Any, make_loopback: Any
) -> None:
    inner = make_loopback()
    repository.before = always(is_list, repository.reply("", 302, {"Location": f"{inner.url}/secrets"}))
    with pytest.raises(SourceRefused, match="not a public address"):
        harvest(source())
    assert inner.requests == []


@pytest.mark.parametrize("status", [404, 422, 400])
def test_17_an_error_status_with_an_oai_body_counts_as_that_body(
    repository: Any, source: Any, harvest: Any, oai_error: Any, status: int
) -> None:
    repository.before = always(is_list, repository.reply(oai_error("noRecordsMatch"), status))
    assert harvest(source()).records == {}
