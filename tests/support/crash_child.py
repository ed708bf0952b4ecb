"""A process that forks workers on demand; each runs one publication and kills itself with SIGKILL at a named boundary.

    python crash_child.py            reads one JSON order a line, answers with one JSON line

An order: `environment`, `partner`, `run`, `kill` (name of a boundary, "" for none), `nth` (which of its occurrences),
`trace` (file that takes the names of all boundaries passed). A boundary is passed *after* what it names happened, so a kill
there is a kill before the next one. Everything heavy is imported once, before the first fork.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import sys
import time
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any

from crash_trace import Trace

from glamflow.settings import connection_from_environment
from glamflow.steps import chain
from glamflow.steps.deps import Deps, build_deps, wiki_session
from glamflow.wiki.commons import Commons
from glamflow.wiki.pace import ChunkSizes
from glamflow.wiki.upload import Uploader

CHUNK_FROM, CHUNK = 116_300, 50_000  # of the first two files of the sample archive one is smaller


def _deps(order: dict[str, Any]) -> Deps:
    environment = order["environment"]
    deps = build_deps(lambda id: connection_from_environment(id, environment), actor="person:worker")
    sleep = time.sleep if order.get("patient") else _no_time
    session = wiki_session(connection_from_environment("glamflow_wiki", environment), agent="tests (tests@example.org)", sleep=sleep)
    chunk = order.get("chunk", CHUNK)
    sizes = ChunkSizes(smallest=chunk, largest=chunk)
    uploader = Uploader(session, sleep=sleep, chunk_from=order.get("chunk_from", CHUNK_FROM), sizes=sizes)
    return replace(deps, commons=lambda _: Commons(session, uploader))


def _no_time(_: float) -> None:
    """Waiting costs nothing here."""


def approve(request: dict[str, Any]) -> dict[str, Any]:
    """A yes to exactly what was asked."""
    at = dt.datetime.now(dt.UTC).isoformat()
    return {"plan": request["plan"], "digest": request["digest"], "choice": "Publish all", "note": "", "by": "person:tester", "at": at}


def _work(order: dict[str, Any]) -> None:
    os.environ.update(order["environment"])
    deps = _deps(order)
    seen = 0
    trace = os.open(order["trace"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def passed(name: str) -> None:
        nonlocal seen
        os.write(trace, f"{name}\n".encode())
        seen += name == order["kill"] or order["kill"] == "*"
        if seen == order.get("nth", 1):
            os.kill(os.getpid(), signal.SIGKILL)

    Trace(passed).watch(deps)
    params = order.get("params") or {}
    chain.publication(deps, order["partner"], order["run"], tell=lambda *_: None, ask=approve, params=params, sleep=time.sleep if order.get("patient") else _no_time)


def _run(order: dict[str, Any]) -> dict[str, Any]:
    child = os.fork()
    if child == 0:
        status = 1
        try:
            _work(order)
            status = 0
        except BaseException:
            Path(order["trace"]).with_suffix(".error").write_text(traceback.format_exc())
        finally:
            os._exit(status)
    _, code = os.waitpid(child, 0)
    return {"killed": os.WIFSIGNALED(code), "exit": os.waitstatus_to_exitcode(code)}


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(_run(json.loads(line))), flush=True)
