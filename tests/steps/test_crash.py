"""Workers that are killed with SIGKILL, wherever it can hurt, and the run that follows: every file once, every statement once.

The plan has twelve files: small and chunked ones, found ones, updated ones (one with a corrected number), ones with a better scan.
`GLAMFLOW_KILLS=500` kills so often at random in `test_random_kills.py`; here every boundary of the list has its turn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import pytest
from boundaries import after_a_kill, boundaries, undescribed
from crash_child import approve
from crash_world import RUN, CrashWorld, Workers, copied, faults_of, pages_of
from kill_plan import CHUNK, CHUNK_FROM, PARTNER, Shape, planned

from glamflow.audit.journal import Journal
from glamflow.ledger.rows import Claim
from glamflow.steps import plan, publish
from glamflow.steps.deps import Deps
from glamflow.transforms.errors import StaleEpoch

SHAPE = Shape(
    files=12, updated=frozenset({0, 6}), renumbered=frozenset({6}), rescanned=frozenset({1, 2}), linked=frozenset({3}), foreign=frozenset({4})
)
BOUNDARIES = boundaries()
NewWorld = Callable[[str], AbstractContextManager[CrashWorld]]


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    workers = Workers()
    yield workers
    workers.close()


@pytest.fixture(scope="module")
def snapshot() -> Iterator[Path]:
    with planned(SHAPE) as folder:
        yield folder


@pytest.fixture(scope="module")
def new_world(snapshot: Path, workers: Workers) -> NewWorld:
    return lambda name: copied(snapshot, snapshot / name, workers, partner=PARTNER, chunk_from=CHUNK_FROM, chunk=CHUNK)


class Untouched:
    """A run that nobody kills: what it passes, sends and leaves behind."""

    def __init__(self, world: CrashWorld) -> None:
        before = len(world.posts())
        assert world.work() == {"killed": False, "exit": 0}
        assert faults_of(world) == []
        self.passed, self.pages, self.posts = world.passed(), pages_of(world), len(world.posts()) - before


@pytest.fixture(scope="module")
def untouched(new_world: NewWorld) -> Untouched:
    with new_world("untouched") as world:
        return Untouched(world)


def test_the_list_of_boundaries_is_what_a_run_passes_at_the_wire_in_the_journal_and_in_the_books(untouched: Untouched) -> None:
    assert set(untouched.passed) == set(BOUNDARIES)
    assert undescribed() == set(), "a kind of action that writes has no entry in tests/support/boundaries.py"
    assert len(BOUNDARIES) >= 60
    posted = Counter(name for name in untouched.passed if ": post " in name)
    assert posted.total() == untouched.posts, "a request that writes left the house past the list"


def test_a_kill_at_every_boundary_ends_as_if_there_had_been_none(new_world: NewWorld, untouched: Untouched) -> None:
    """In one world as long as it has the boundary before it; a new one where the rest of the plan has it no more."""
    killed: list[str] = []
    with ExitStack() as stack:
        world = _next(stack, new_world, 0)
        for number, boundary in enumerate(BOUNDARIES, 1):
            if not world.work(kill=boundary)["killed"]:
                assert _wrong(world, untouched) == [], killed
                stack.pop_all().close()
                world = _next(stack, new_world, number)
                assert world.work(kill=boundary)["killed"], f"“{boundary}” was never passed"
            killed.append(boundary)
        assert world.work() == {"killed": False, "exit": 0}
        assert _wrong(world, untouched) == [], killed
    assert killed == list(BOUNDARIES)


def _next(stack: ExitStack, new_world: NewWorld, number: int) -> CrashWorld:
    return stack.enter_context(new_world(f"kills{number}"))


def _wrong(world: CrashWorld, untouched: Untouched) -> list[Any]:
    pages = pages_of(world)
    others = [(title, pages.get(title), page) for title, page in untouched.pages.items() if pages.get(title) != page]
    strange = sorted(set(world.passed()) - set(BOUNDARIES) - after_a_kill())
    return [*faults_of(world), *others, *strange]


def test_a_kill_between_the_upload_and_its_outcome_uploads_nothing_twice(new_world: NewWorld, untouched: Untouched) -> None:
    with new_world("one") as world:
        before = len(world.posts())
        assert world.work(kill="create: post upload")["killed"]
        deps = world.deps()
        newest = Journal(deps.ledger.context).edits(partner=PARTNER)[-1]
        assert (newest.kind, newest.step) == ("intent", "upload")
        deps.ledger.close()
        assert world.work() == {"killed": False, "exit": 0}
        assert _wrong(world, untouched) == []
        assert len(world.posts()) - before == untouched.posts, "not one request more than without the kill"


def test_a_chunked_upload_goes_on_at_the_offset_where_workers_died(workers: Workers) -> None:
    """As with four gigabytes: what the wiki has is not sent again, but for the chunk at whose answer a worker died."""
    chunk, deaths = 1_500, (("post chunk", 3), ("intent chunk", 2), ("ledger note_stash", 4), ("outcome chunk", 5), ("post publish", 1))
    with planned(Shape(files=3)) as folder, copied(folder, folder / "large", workers, partner=PARTNER, chunk_from=CHUNK_FROM, chunk=chunk) as world:
        for what, times in deaths:
            assert world.work(kill=f"create: {what}", nth=times)["killed"], what
        assert world.work() == {"killed": False, "exit": 0}
        assert faults_of(world) == []
        chunks = [row for row in world.posts() if row["step"] == "chunk"]
        size = _size_of_large(world)
        assert size > 15 * chunk
        assert sum(row["bytes"] for row in chunks) <= size + 2 * chunk
        assert sum(row["step"] == "publish" for row in world.posts()) == 1


def _size_of_large(world: CrashWorld) -> int:
    with world.wiki.db.read() as sql:
        return int(sql.execute("SELECT max(size) FROM file_version").fetchone()[0])


def test_the_late_write_of_an_orphaned_worker_is_refused_by_its_epoch(new_world: NewWorld) -> None:
    with new_world("orphan") as world:
        first, second = world.deps(), world.deps()
        ref = _approved(first)[0]
        posts, rows = len(world.posts()), len(Journal(first.ledger.context).edits(partner=PARTNER))
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
        assert len(Journal(first.ledger.context).edits(partner=PARTNER)) == rows
        second.ledger.release(taken[0])
        first.ledger.close()
        second.ledger.close()
        assert world.work() == {"killed": False, "exit": 0}
        assert faults_of(world) == []


def _approved(deps: Deps) -> list[str]:
    return plan.record_approval(deps, approve(plan.approval_request(deps, plan.plan_publication(deps, PARTNER, RUN))))
