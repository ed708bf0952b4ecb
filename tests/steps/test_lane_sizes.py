"""The lanes of a plan stand in the store: by bytes, the same for every try, whatever leaves the plan meanwhile."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from crash_world import PARTNER

from glamflow.ledger.states import FileState, PlanState
from glamflow.steps import lanes, sizing, stage
from glamflow.steps.deps import LEASE_SECONDS
from glamflow.steps.heartbeat import Heartbeat
from glamflow.transforms.errors import StaleEpoch

RUN = "publish/9"
GIB = 1024**3


@pytest.fixture
def listed(small: Any) -> Any:
    """Three files that are to be fetched again, of 1, 3 and 20 GiB as their records say."""
    ledger = small.deps.ledger
    for plan in ledger.plans(PARTNER):
        ledger.close_plan(plan.id, PlanState.DROPPED)
    ids = [file.id for file in small.files]
    with ledger.database.write() as connection:
        connection.exec_driver_sql("UPDATE file SET state = 'held', reason = 'REJECTED_BY_PERSON' WHERE state IN ('listed', 'staged')")
        for id, size in zip(ids, (1, 3, 20), strict=True):
            connection.exec_driver_sql("UPDATE file SET state = 'listed', reason = '', source_size = ? WHERE id = ?", (size * GIB, id))
    return small


def files_of(small: Any, refs: list[str]) -> list[list[int]]:
    return [[file.id for file in stage.lane_files(small.deps, ref)[1]] for ref in refs]


def test_a_file_larger_than_a_lane_is_fetched_beside_the_others(listed: Any) -> None:
    refs = stage.select_files(listed.deps, PARTNER, RUN)
    first, second, large = (file.id for file in listed.files)
    assert files_of(listed, refs) == [[large], [first, second]]


def test_the_task_tried_again_names_the_same_lanes(listed: Any) -> None:
    refs = stage.select_files(listed.deps, PARTNER, RUN)
    before = files_of(listed, refs)
    assert stage.select_files(listed.deps, PARTNER, RUN) == refs
    assert files_of(listed, refs) == before


def test_a_file_that_leaves_the_plan_moves_no_other_into_another_lane(listed: Any) -> None:
    refs = stage.select_files(listed.deps, PARTNER, RUN)
    first, second, large = (file.id for file in listed.files)
    with listed.deps.ledger.database.write() as connection:
        connection.exec_driver_sql("UPDATE plan_file SET open = 0 WHERE file_id = ?", (large,))
    assert files_of(listed, refs) == [[], [first, second]]


def test_what_fits_into_no_lane_stays_listed_and_in_no_plan(listed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sizing, "spread", lambda loads: lanes.spread(loads, lanes=1, lane_bytes=5 * GIB))
    refs = stage.select_files(listed.deps, PARTNER, RUN)
    first, second, large = (file.id for file in listed.files)
    assert files_of(listed, refs) == [[first, second]]
    left = listed.deps.ledger.file(large)
    assert left.state is FileState.LISTED
    assert large not in {file.id for file in listed.deps.ledger.plan_files(stage.plan_id(PARTNER, RUN))}
    assert [file.id for file in listed.deps.ledger.select_files(PARTNER, limit=9, today=listed.deps.today())] == [large]


def test_a_size_that_nobody_states_is_asked_of_the_host(listed: Any) -> None:
    with listed.deps.ledger.database.write() as connection:
        connection.exec_driver_sql("UPDATE file SET source_size = NULL, size = NULL")
    found = []

    def seen(loads: Any) -> lanes.Spread:
        found.extend(loads)
        return lanes.spread(loads)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sizing, "spread", seen)
        stage.select_files(listed.deps, PARTNER, RUN)
    assert len(found) == 3
    assert all(load.size > 0 for load in found)


def test_a_beat_renews_the_lease_once_in_a_while_and_a_lost_claim_is_told(small: Any) -> None:
    ledger, clock = small.deps.ledger, [dt.datetime(2026, 11, 1, tzinfo=dt.UTC)]
    deps = dataclasses.replace(small.deps, now=lambda: clock[0])
    claim = ledger.claim("stage", "beaten", "one", lease_seconds=0.0)
    assert claim is not None
    beat = Heartbeat(deps, claim)
    beat()
    assert ledger.holder("stage", "beaten") == ""
    clock[0] += dt.timedelta(seconds=LEASE_SECONDS)
    beat()
    assert ledger.holder("stage", "beaten") == "one"
    with ledger.database.write() as connection:
        connection.exec_driver_sql("UPDATE claim SET epoch = epoch + 1, worker = 'two' WHERE subject = 'beaten'")
    beat()
    clock[0] += dt.timedelta(seconds=LEASE_SECONDS)
    with pytest.raises(StaleEpoch):
        beat()
