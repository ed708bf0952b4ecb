"""When a harvest takes along what was harvested before."""

from __future__ import annotations

import datetime as dt

import pytest

from glamflow.harvest.refresh import covers_all, old_windows, whole_again
from glamflow.harvest.spec import SourceSpec
from glamflow.ledger.rows import WindowProgress

NOW = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


def spec(refresh: str = "", deleted: str = "transient") -> SourceSpec:
    return SourceSpec(type="oai_pmh", refresh=refresh, deleted="persistent" if deleted == "persistent" else "transient")


def window(since: int | None, until: int | None, *, done: int = 0, name: str = "") -> WindowProgress:
    """Bounds and end of the harvest in days before now."""
    since_at, until_at = (None if days is None else NOW - dt.timedelta(days=days) for days in (since, until))
    return WindowProgress(
        run_id="r", id=f"{name}{since}..{until}", partner="p", prefix="x", set_spec=name, since=since_at, until=until_at, state="complete",
        resume="", pages=1, server_time=None, counts=None, detail="", finished_at=NOW - dt.timedelta(days=done),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("refresh", "deleted", "days", "due"),
    [
        ("", "transient", 29, False), ("", "transient", 30, True), ("", "persistent", 89, False), ("", "persistent", 90, True),
        ("P7D", "persistent", 7, True), ("P1W", "persistent", 6, False), ("never", "transient", 999, False), ("decay", "transient", 999, False),
    ],
)  # fmt: skip
def test_everything_is_harvested_again_after_its_time(refresh: str, deleted: str, days: int, due: bool) -> None:
    assert whole_again(spec(refresh, deleted), [window(None, None, done=days)], now=NOW) is due


def test_what_never_was_harvested_whole_is_not_due() -> None:
    assert not whole_again(spec("P1D"), [window(9, 8, done=99)], now=NOW)


@pytest.mark.parametrize(
    ("age", "done", "due"), [(10, 6, False), (10, 7, True), (60, 29, False), (60, 30, True), (2000, 181, False), (2000, 182, True)]
)
def test_old_windows_come_again_after_growing_gaps(age: int, done: int, due: bool) -> None:
    assert bool(old_windows(spec("decay"), [window(age + 1, age, done=done)], now=NOW)) is due


def test_a_run_takes_along_few_windows_the_longest_unseen_first() -> None:
    known = [window(2000 + n, 1999 + n, done=200 + n) for n in range(50)]
    found = old_windows(spec("decay"), known, now=NOW)
    assert len(found) == 20
    assert found[0].id == known[-1].id


def test_windows_cover_everything_only_without_a_gap() -> None:
    whole = [window(None, 20), window(20, 10), window(10, None)]
    assert covers_all(whole, [""])
    assert not covers_all(whole[1:], [""])
    assert not covers_all([whole[0], whole[2]], [""])
    assert not covers_all(whole[:2], [""])
    assert not covers_all(whole, ["", "maps"])
