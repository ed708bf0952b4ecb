"""The sample world as a fixture; see `tests/support/sample_world.py`."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from crash_world import prepare
from sample_world import ServedSources, World, fill_wiki, world_environment
from small_world import SmallWorld, small_world

from glamflow.sandbox.wiki import SandboxWiki


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with ServedSources(tmp_path / "sources") as sources, SandboxWiki(tmp_path / "wiki") as wiki:
        fill_wiki(wiki)
        environment = world_environment(tmp_path, sources=sources.url, wiki=wiki.base_url)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        yield World(tmp_path, sources.url, wiki, environment)


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
    """See `tests/support/small_world.py`."""
    name = "".join(c if c.isalnum() else "_" for c in request.node.name)
    with small_world(three_files, three_files / name, monkeypatch.setenv) as world:
        yield world
