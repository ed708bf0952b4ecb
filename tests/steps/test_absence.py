"""What a source does not show any more: counted after complete harvests, held at the second time, never guessed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from feed_partner import environment, ingest, inside, records
from oai_feed import Feed

from glamflow.steps.deps import Deps


@pytest.fixture
def feed() -> Iterator[Feed]:
    with Feed(records=30, page=7) as one:
        one.deleted = set()
        one.deleted_policy = "no"
        yield one


@pytest.fixture
def deps(tmp_path: Path, feed: Feed) -> Iterator[Deps]:
    with inside(environment(tmp_path, feed.url)) as made:
        yield made


def test_a_record_missed_by_two_complete_harvests_is_held_and_told(deps: Deps, feed: Feed) -> None:
    ingest(deps, "first")
    feed.numbers.remove(7)
    feed.numbers.remove(20)
    assert ingest(deps, "second", full=True)["missing"] == 2
    assert set(records(deps).values()) == {"harvested"}
    counts = ingest(deps, "third", full=True)
    assert (counts["missing"], counts["vanished"]) == (2, 2)
    assert {key for key, state in records(deps).items() if state == "held"} == {"oai:feed.example:7", "oai:feed.example:20"}


def test_the_last_task_repeated_does_not_count_twice(deps: Deps, feed: Feed) -> None:
    ingest(deps, "first")
    feed.numbers.remove(7)
    for _ in range(3):
        ingest(deps, "second", full=True)
    assert set(records(deps).values()) == {"harvested"}


def test_a_held_record_that_the_source_shows_again_is_taken_up_again(deps: Deps, feed: Feed) -> None:
    ingest(deps, "first")
    feed.numbers.remove(7)
    ingest(deps, "second", full=True)
    ingest(deps, "third", full=True)
    feed.numbers.append(7)
    assert ingest(deps, "fourth", full=True)["changed"] == 1
    assert records(deps)["oai:feed.example:7"] == "harvested"


def test_a_record_that_comes_broken_is_not_missing(deps: Deps, feed: Feed) -> None:
    ingest(deps, "first")
    feed.broken = {7}
    assert "missing" not in ingest(deps, "second", full=True)


def test_an_incremental_harvest_says_nothing_of_absence(deps: Deps, feed: Feed) -> None:
    ingest(deps, "first")
    feed.numbers.remove(7)
    for run in ("second", "third", "fourth"):
        assert "missing" not in ingest(deps, run)
    assert len(feed.lists) < 4 * 5


def test_a_source_that_lost_half_of_its_records_is_told_instead(deps: Deps, feed: Feed) -> None:
    feed.numbers = list(range(100))
    ingest(deps, "first")
    feed.numbers = list(range(40))
    for run in ("second", "third"):
        assert ingest(deps, run, full=True)["absence_not_judged"] == 1
    assert set(records(deps).values()) == {"harvested"}
    [told] = deps.ledger.observations("feed-museum", kind="SOURCE_SHRANK")
    assert told.detail is not None
    assert (told.detail["missing"], told.detail["of"]) == (60, 100)
