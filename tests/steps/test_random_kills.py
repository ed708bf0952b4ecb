"""A plan of 200 files, and workers killed at random moments until it is done: every file once, every statement once.

25 kills by default; `GLAMFLOW_KILLS=500` asks for more, `GLAMFLOW_KILLS_SEED` for other moments. The moments are drawn so that the
kills are spread over the whole plan; whatever the number, the last run is left alone and must end the plan.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from boundaries import after_a_kill, boundaries
from crash_world import Workers, copied, faults_of
from kill_plan import CHUNK, CHUNK_FROM, PARTNER, Shape, planned

KILLS = int(os.environ.get("GLAMFLOW_KILLS", "25"))
SEED = int(os.environ.get("GLAMFLOW_KILLS_SEED", "1"))
SHAPE = Shape(
    files=200, updated=frozenset(range(8)), rescanned=frozenset(range(8, 12)), linked=frozenset(range(12, 16)),
    foreign=frozenset(range(16, 20)),
)  # fmt: skip
PASSED_A_FILE = 26  # boundaries, about
BEGINNING = 6  # boundaries that each worker passes again before it comes to its first file


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    workers = Workers()
    yield workers
    workers.close()


@pytest.fixture(scope="module")
def snapshot() -> Iterator[Path]:
    with planned(SHAPE) as folder:
        yield folder


def test_random_kills_end_as_if_there_had_been_none(snapshot: Path, workers: Workers) -> None:
    chance = random.Random(SEED)
    between = max(1, SHAPE.files * PASSED_A_FILE // KILLS)
    with copied(snapshot, snapshot / "random", workers, partner=PARTNER, chunk_from=CHUNK_FROM, chunk=CHUNK) as world:
        killed = 0
        while killed < KILLS and world.work(kill="*", nth=BEGINNING + chance.randint(1, 2 * between))["killed"]:
            killed += 1
        assert killed >= KILLS * 0.8, "the plan was over too early: the kills did not reach its end"
        assert world.work() == {"killed": False, "exit": 0}
        assert faults_of(world) == []
        assert set(world.passed()) <= {*boundaries(), *after_a_kill()}
