"""The sample world, and a shelf of media, as fixtures; see `tests/support/sample_world.py`."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder, and its address over HTTP."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(tmp_path))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield tmp_path, f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()
