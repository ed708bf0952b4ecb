"""The small world as fixtures, for every folder of tests that publishes: a `conftest.py` imports them by name."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from crash_world import prepare
from small_world import SmallWorld, small_world


@pytest.fixture(scope="session")
def three_files() -> Iterator[Path]:
    """Snapshot of a plan over three files that waits for its answer; kept in memory, it is copied for every test."""
    memory = Path("/dev/shm")
    before = dict(os.environ)
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        prepare(Path(folder), files=3, planned=True)
        os.environ.clear()
        os.environ.update(before)
        yield Path(folder)


@pytest.fixture
def small(three_files: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallWorld]:
    """See `small_world.py`."""
    name = "".join(c if c.isalnum() else "_" for c in request.node.name)
    with small_world(three_files, three_files / name, monkeypatch.setenv) as world:
        yield world
