"""The sample world as a fixture; see `tests/support/sample_world.py`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sample_world import ServedSources, World, fill_wiki, world_environment
from small_fixtures import small, three_files

from glamflow.sandbox.wiki import SandboxWiki

__all__ = ["small", "three_files", "world"]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with ServedSources(tmp_path / "sources") as sources, SandboxWiki(tmp_path / "wiki") as wiki:
        fill_wiki(wiki)
        environment = world_environment(tmp_path, sources=sources.url, wiki=wiki.base_url)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        yield World(tmp_path, sources.url, wiki, environment)
