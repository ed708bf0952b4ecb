"""Workers that are killed with SIGKILL, wherever it can hurt, and the run that follows: every file once, every statement once.

`scripts/test tests/steps/test_crash.py --crash-all` kills at each boundary in a world of its own, and at random moments.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from crash_child import approve
from crash_world import PARTNER, RUN, CrashWorld, Workers, copied, faults_of, prepare

from glamflow.audit.journal import Journal
from glamflow.ledger.rows import Claim
from glamflow.steps import plan, publish
from glamflow.steps.deps import Deps
from glamflow.transforms.errors import StaleEpoch

BOUNDARIES = (
    "ledger save_partner_version", "ledger start_run", "ledger approve", "ledger begin_publishing", "ledger claim", "ledger reserve",
    "ledger write_slot", "ledger renew", "intent upload", "post upload", "outcome applied", "store published", "ledger publish_done",
    "intent entity", "post wbeditentity", "ledger settle_action", "intent chunk", "post chunk", "ledger note_stash", "intent publish",
    "post publish", "ledger release", "ledger verify_done", "ledger close_plan", "store havn-archive", "ledger finish_run",
)  # fmt: skip
"""Everything that a publishing run does to ledger, journal, store and wiki, in the order of its first time. A run that passes
one that is not listed here fails the test: it has to be killed there as well."""
RANDOM_KILLS = 25
NewWorld = Callable[[str], AbstractContextManager[CrashWorld]]


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    workers = Workers()
    yield workers
    workers.close()


@pytest.fixture(scope="module")
def snapshot() -> Iterator[Path]:
    """A plan over one small and one chunked file that waits for its answer. In memory: a kill loses no page cache."""
    memory = Path("/dev/shm")
    before = dict(os.environ)
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        prepare(Path(folder), files=2, planned=True)
        yield Path(folder)
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def new_world(snapshot: Path, workers: Workers) -> NewWorld:
    return lambda name: copied(snapshot, snapshot / name, workers)


def test_a_kill_between_the_upload_and_its_outcome_uploads_nothing_twice(new_world: NewWorld) -> None:
    with new_world("one") as world:
        assert world.work(kill="post upload")["killed"]
        deps = world.deps()
        rows = Journal(deps.ledger.context).edits(partner=PARTNER)
        assert [(row.kind, row.step) for row in rows] == [("intent", "upload")]
        deps.ledger.close()
        assert world.work() == {"killed": False, "exit": 0}
        assert faults_of(world) == []
        assert len(world.posts()) == 7, "one upload, three chunks, one publish request, two entity edits"


def test_a_kill_at_every_boundary_one_after_the_other_ends_as_if_there_had_been_none(new_world: NewWorld) -> None:
    with new_world("all") as world:
        for boundary in BOUNDARIES:
            assert world.work(kill=boundary)["killed"], f"“{boundary}” was never passed"
        assert world.work() == {"killed": False, "exit": 0}
        assert set(world.passed()) - {"outcome refused", "outcome unknown"} == set(BOUNDARIES)
        assert faults_of(world) == []


def test_a_kill_at_each_boundary_alone_ends_as_if_there_had_been_none(new_world: NewWorld, request: pytest.FixtureRequest) -> None:
    chosen = BOUNDARIES if request.config.getoption("--crash-all") else ("post wbeditentity", "post publish", "store published")
    for boundary in chosen:
        with new_world(f"alone {boundary}") as world:
            assert world.work(kill=boundary)["killed"], boundary
            assert world.work() == {"killed": False, "exit": 0}, boundary
            assert faults_of(world) == [], boundary


def test_the_late_write_of_an_orphaned_worker_is_refused_by_its_epoch(new_world: NewWorld) -> None:
    with new_world("orphan") as world:
        first, second = world.deps(), world.deps()
        ref = _approved(first)[0]
        posts = len(world.posts())

        taken: list[Claim] = []

        def take_over(_: float) -> None:
            """While the first worker waits for its turn another one is started for the same task."""
            claim = second.ledger.claim("publish", ref, first.worker, lease_seconds=300)
            assert claim is not None
            taken.append(claim)

        first.ledger.write_slot("GlamflowBot", per_minute=0.1)  # the next write has to wait
        with pytest.raises(StaleEpoch):
            publish.publish_lane(first, ref, sleep=take_over)
        assert len(world.posts()) == posts, "nothing was sent"
        assert Journal(first.ledger.context).edits(partner=PARTNER) == []
        second.ledger.release(taken[0])
        first.ledger.close()
        second.ledger.close()
        assert world.work() == {"killed": False, "exit": 0}
        assert faults_of(world) == []


def test_random_kills_end_as_if_there_had_been_none(new_world: NewWorld, request: pytest.FixtureRequest) -> None:
    rounds = 20 if request.config.getoption("--crash-all") else 1
    for number in range(rounds):
        chance = random.Random(number)
        with new_world(f"random{number}") as world:
            for _ in range(RANDOM_KILLS):
                if not world.work(kill="*", nth=chance.randint(1, 40))["killed"]:
                    break
            assert world.work()["exit"] == 0, number
            assert faults_of(world) == [], number


def _approved(deps: Deps) -> list[str]:
    return plan.record_approval(deps, approve(plan.approval_request(deps, plan.plan_publication(deps, PARTNER, RUN))))
