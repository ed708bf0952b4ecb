"""Going on after a stop, and windows that lie alike in every run."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import pytest

from glamflow.harvest.windows import cut, floor
from glamflow.transforms.errors import ConfigInvalid


def day(number: int, month: int = 3) -> dt.datetime:
    return dt.datetime(2026, month, number, tzinfo=dt.UTC)


@pytest.mark.parametrize("stop", [1, 2])
def test_a_harvest_stopped_after_any_page_goes_on_without_fetching_it_again(
    repository: Any, source: Any, harvest: Any, loopback: Any, stop: int
) -> None:
    whole = harvest(source())
    window = source().windows(None, None)[0]
    walk = source().pages(window)
    before = [next(walk) for _ in range(stop)]
    loopback.requests.clear()
    after = list(source().pages(window, resume=before[-1].resume, first_number=stop + 1))
    keys = {record.key for page in [*before, *after] for record in page.records}
    assert keys == set(whole.records)
    assert [page.number for page in after] == list(range(stop + 1, 4))
    lists = [request for request in loopback.requests if request.params["verb"] == "ListRecords"]
    assert len(lists) == 3 - stop
    assert after[-1].resume == ""


def test_a_stop_inside_a_halved_window_goes_on_with_the_rest(repository: Any, source: Any) -> None:
    def after(request: Any, body: str) -> Any:
        return repository.reply("", 500) if "example:6" in body and "metadata>" in body else body

    repository.after = after
    window = source(window="P1M").windows(day(1), day(1, 4))[0]
    keys: set[str] = set()
    resume = ""
    for _ in range(60):
        page = next(source(window="P1M").pages(window, resume=resume))
        keys |= {record.key for record in page.records} | {one.key for one in page.quarantined}
        resume = page.resume
        if not resume:
            break
    assert len(keys) == 10


def test_equal_content_has_an_equal_digest_whatever_the_page_around_it(
    repository: Any, source: Any, harvest: Any
) -> None:
    first = harvest(source()).records
    repository.page = 7
    repository.after = lambda request, body: body.replace("<OAI-PMH ", '<OAI-PMH xmlns:foo="urn:x" ', 1)
    assert {key: one.digest for key, one in harvest(source()).records.items()} == {
        key: one.digest for key, one in first.items()
    }


def test_the_probe_tells_name_formats_sets_clock_and_granularity(repository: Any, source: Any) -> None:
    repository.sets = ("maps", "coins")
    facts = source().probe()
    assert (facts.name, facts.formats, facts.granularity) == ("Museum", ("oai_dc",), "second")
    assert facts.sets == (("maps", "maps"), ("coins", "coins"))
    assert facts.server_time == dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC)


def test_each_set_has_windows_of_its_own(repository: Any, source: Any) -> None:
    windows = source(sets=("maps", "coins"), window="P1M").windows(day(5), day(20, 4))
    assert [window.id for window in windows] == [
        "maps@20260301T000000Z..20260401T000000Z",
        "maps@20260401T000000Z..20260420T000000Z",
        "coins@20260301T000000Z..20260401T000000Z",
        "coins@20260401T000000Z..20260420T000000Z",
    ]


def test_two_runs_cut_the_common_time_alike() -> None:
    first = {window.id for window in cut(day(3), day(20), length="P5D")}
    second = {window.id for window in cut(day(7), day(28), length="P5D")}
    assert len(first & second) >= 2


@pytest.mark.parametrize(
    ("length", "border"),
    [("P1D", day(18)), ("P2W", dt.datetime(2026, 3, 16, tzinfo=dt.UTC)), ("P1M", day(1)), ("P1Y", day(1, 1))],
)
def test_borders_lie_on_the_grid(length: str, border: dt.datetime) -> None:
    found = floor(day(18), length)
    assert found <= day(18)
    assert found == border or (length == "P2W" and (found - dt.datetime(1970, 1, 5, tzinfo=dt.UTC)).days % 14 == 0)


def test_windows_touch_each_other_and_cover_everything() -> None:
    windows = cut(day(3), day(1, 7), length="P7D")
    assert all(one.until == other.since for one, other in itertools.pairwise(windows))
    assert windows[0].since is not None
    assert windows[0].since <= day(3)
    assert windows[-1].until == day(1, 7)


def test_without_a_length_one_window_covers_all() -> None:
    assert [window.id for window in cut(None, None, length="")] == [".."]


@pytest.mark.parametrize("length", ["", "P1D"])
def test_nothing_new_is_no_window(length: str) -> None:
    assert cut(day(5), day(5), length=length) == []


@pytest.mark.parametrize("length", ["", "P1D", "P1M"])
def test_a_source_that_knows_only_days_is_asked_for_the_day_that_has_begun(repository: Any, source: Any, harvest: Any, loopback: Any, length: str) -> None:
    repository.granularity = "YYYY-MM-DD"
    morning, noon = day(4) + dt.timedelta(hours=8), day(4) + dt.timedelta(hours=12)
    result = harvest(source(window=length), morning, noon)
    assert 3 in result.numbers
    asked = [request.params for request in loopback.requests if request.params["verb"] == "ListRecords" and "from" in request.params]
    assert asked
    assert all(one["from"] <= one["until"] for one in asked)


def test_a_length_that_is_none_is_refused_with_an_example() -> None:
    with pytest.raises(ConfigInvalid, match="P1D"):
        cut(day(1), day(2), length="P1DT3H")
