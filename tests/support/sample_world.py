"""A whole small world on loopback: sample sources, sandbox wiki, ledger on SQLite, folder store, real deps over them."""

from __future__ import annotations

import json
import socket
import threading
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from glamflow.sandbox.collection.wiki_seed import first_calls, post_form
from glamflow.sandbox.sources import create_app
from glamflow.sandbox.wiki import SandboxWiki
from glamflow.settings import connection_from_environment
from glamflow.steps.deps import Deps, build_deps

PARTNERS = Path(__file__).parents[2] / "dags" / "partners"


class World:
    """Servers and deps of one test; `deps()` gives fresh ones, as another process would have."""

    def __init__(self, folder: Path, sources: str, wiki: SandboxWiki, environment: dict[str, str]) -> None:
        self.folder, self.sources, self.wiki, self.environment = folder, sources, wiki, environment

    def deps(self, actor: str = "person:tester") -> Deps:
        return build_deps(lambda id: connection_from_environment(id, self.environment), actor=actor)


def world_environment(folder: Path, *, sources: str, wiki: str) -> dict[str, str]:
    """Environment of a process that works in the world below `folder`."""
    environment = {
        "GLAMFLOW_CONTACT": "tests@example.org", "GLAMFLOW_HOME": str(folder / "home"), "GLAMFLOW_PARTNERS": str(PARTNERS),
        "GLAMFLOW_TODAY": "2026-11-25",  # the day of the expected table: terms end every 1 January
        "AIRFLOW_CONN_GLAMFLOW_WIKI": _connection("wikimedia", wiki, login="GlamflowBot@demo", password="correct horse"),
    }  # fmt: skip
    for name in ("LUMEN_MUSEUM", "HAVN_ARCHIVE", "WATER_AGENCY"):
        environment[f"AIRFLOW_CONN_GLAMFLOW_{name}"] = _connection("http", sources)
    return environment


def fill_wiki(wiki: SandboxWiki) -> None:
    """What stands on the sample wiki before the first upload, and the account of the bot."""
    with wiki.seeding() as seed:
        seed.user("GlamflowBot", groups=("bot", "user"), password="correct horse", app="demo")
    httpx.post(f"{wiki.base_url}/sandbox/seed", json=post_form(first_calls()), timeout=60).raise_for_status()


class ServedSources:
    """The sample sources on a thread and a free port."""

    def __init__(self, state: Path) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._server = uvicorn.Server(uvicorn.Config(create_app(state), log_level="critical", access_log=False, lifespan="off"))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)

    def __enter__(self) -> ServedSources:
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=10)
        self._socket.close()


def _connection(kind: str, url: str, **facts: str) -> str:
    return json.dumps({"conn_type": kind, "host": url, **facts})
