"""Claims around a step's work: given back when it ends, also by a fault that we know, never when another worker has it."""

from __future__ import annotations

import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest
from feed_partner import environment, inside
from oai_feed import Feed
from small_world import SmallWorld

from glamflow.ledger.rows import Claim
from glamflow.steps import harvest
from glamflow.steps.objects import claimed
from glamflow.steps.process import is_dead, this_process
from glamflow.transforms.errors import GlamflowError, SourceUnavailable, StaleEpoch, Transient, WritesStopped

WORK = ("publish", "plan|0|1")


def fail(small: SmallWorld, error: Exception) -> None:
    with claimed(small.deps, *WORK):
        assert small.deps.ledger.holder(*WORK) == small.deps.worker
        raise error


@pytest.mark.parametrize("error", [SourceUnavailable("http://127.0.0.1/", "it is down"), WritesStopped("Stopped.")], ids=["transient", "permanent"])
def test_after_a_known_fault_the_next_worker_goes_on_at_once(small: SmallWorld, error: GlamflowError) -> None:
    with pytest.raises(type(error)):
        fail(small, error)
    assert small.deps.ledger.claim(*WORK, "the next worker") is not None


def test_a_fault_of_ours_keeps_the_claim_until_its_lease_ends(small: SmallWorld) -> None:
    with pytest.raises(ZeroDivisionError):
        fail(small, ZeroDivisionError())
    assert small.deps.ledger.claim(*WORK, "the next worker") is None


def test_a_killed_workers_claim_is_taken_over_at_once_and_a_living_ones_is_not(small: SmallWorld) -> None:
    machine = this_process().partition(":")[0]
    with subprocess.Popen(["sleep", "60"]) as other:
        assert small.deps.ledger.claim(*WORK, f"person:other#{machine}:{other.pid}") is not None
        with pytest.raises(Transient), claimed(small.deps, *WORK):
            pass
        other.kill()
        while not is_dead(f"person:other#{machine}:{other.pid}"):  # not yet gone, or waiting for us to ask
            time.sleep(0.01)
        with claimed(small.deps, *WORK):
            assert small.deps.ledger.holder(*WORK) == small.deps.worker
    assert is_dead(f"person:other#{machine}:{other.pid}")


@pytest.mark.parametrize("worker", ["airflow:museum__ingest/run/task", "person:x#elsewhere:1", "person:x#unknown:4194304", "person:x#12", ""])
def test_nothing_is_said_of_a_worker_that_is_no_process_of_this_machine(worker: str) -> None:
    assert not is_dead(worker)


def test_a_worker_that_was_overtaken_leaves_its_successors_claim_alone(small: SmallWorld) -> None:
    successors: list[Claim | None] = []

    def be_overtaken() -> None:
        with claimed(small.deps, *WORK) as old:
            successors.append(small.deps.ledger.claim(*WORK, small.deps.worker))
            small.deps.ledger.renew(old)

    with pytest.raises(StaleEpoch):
        be_overtaken()
    assert successors[0] is not None
    small.deps.ledger.renew(successors[0])
    assert small.deps.ledger.holder(*WORK) == small.deps.worker


@pytest.mark.parametrize("trouble", ["fail_after", "circle_at"])
def test_the_next_run_takes_a_window_up_at_once_that_the_source_did_not_let_us_finish(tmp_path: Path, trouble: str) -> None:
    with Feed(records=30, page=5) as feed:
        variables = environment(tmp_path, feed.url)
        setattr(feed, trouble, 2 if trouble == "fail_after" else 10)
        with inside(variables) as deps:
            (windows,) = harvest.plan_windows(deps, "feed-museum", "first", {"until": "2027-07-13"})
            with suppress(SourceUnavailable):
                assert harvest.harvest_windows(deps, windows).counts["windows_incomplete"] == 1
        setattr(feed, trouble, None)
        with inside(variables | {"AIRFLOW_CTX_DAG_RUN_ID": "another"}) as deps:
            assert harvest.harvest_windows(deps, windows).counts["windows_complete"] == 1
