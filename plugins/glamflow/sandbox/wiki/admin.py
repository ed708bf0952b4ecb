"""`/sandbox/…`: the request log, faults and seeding over HTTP. These endpoints exist on the sandbox only and are not logged.

    GET  /sandbox/log?applied=1&after=0&limit=500      rows of the request log
    GET  /sandbox/log/counts?after=0                   applied writes by action, `total`, and `last` to hand to `after`
    GET  /sandbox/faults    POST (one fault as JSON)    DELETE
    POST /sandbox/seed      {"calls": [["page", {"title": …, "text": …}], …]}: methods of `seed.Seed` in order
"""

from __future__ import annotations

import base64
import binascii
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from glamflow.sandbox.wiki import faults, requestlog
from glamflow.sandbox.wiki.database import Database
from glamflow.sandbox.wiki.seed import Seed
from glamflow.sandbox.wiki.state import State

CALLS = frozenset({
    "user", "block", "message", "page", "file", "delete", "move", "edit", "tag_for_deletion", "protect", "tag", "property", "item",
    "entity", "fault", "setting", "base",
})  # fmt: skip


def _is_json(http: HttpRequest) -> bool:
    """A form on another site cannot send JSON without asking first."""
    return http.headers.get("content-type", "").startswith("application/json")


def _not_json() -> Response:
    return JSONResponse({"error": "send JSON with Content-Type: application/json"}, status_code=415)


class Admin:
    """Endpoints over one database."""

    def __init__(self, db: Database, base: str) -> None:
        self.db = db
        self.base = base

    def log(self, http: HttpRequest) -> Response:
        """Rows of the request log."""
        query = http.query_params
        with self.db.read() as sql:
            rows = requestlog.entries(
                State(sql=sql, db=self.db, base=self.base), applied_only=query.get("applied") == "1",
                after=int(query.get("after", 0)), limit=min(int(query.get("limit", 500)), 10_000),
            )  # fmt: skip
        return JSONResponse({"log": rows})

    def counts(self, http: HttpRequest) -> Response:
        """How many writes there were."""
        with self.db.read() as sql:
            state = State(sql=sql, db=self.db, base=self.base)
            counts = requestlog.write_counts(state, after=int(http.query_params.get("after", 0)))
            return JSONResponse({**counts, "last": requestlog.last_id(state)})

    def list_faults(self, http: HttpRequest) -> Response:
        with self.db.read() as sql:
            return JSONResponse({"faults": list(faults.scripted(State(sql=sql, db=self.db, base=self.base)))})

    async def change_faults(self, http: HttpRequest) -> Response:
        """Add one (POST) or drop all (DELETE)."""
        if http.method == "POST" and not _is_json(http):
            return _not_json()
        body = await http.json() if http.method == "POST" else None
        return await run_in_threadpool(self._change_faults, body)

    def _change_faults(self, body: Mapping[str, Any] | None) -> Response:
        with self.db.write() as sql:
            state = State(sql=sql, db=self.db, base=self.base)
            if body is None:
                faults.clear_faults(state)
                return JSONResponse({"faults": []})
            try:
                number = faults.add_fault(state, **body)
            except (TypeError, ValueError) as problem:
                return JSONResponse({"error": str(problem)}, status_code=400)
            return JSONResponse({"id": number})

    async def seed(self, http: HttpRequest) -> Response:
        """Run seeding calls in one transaction; `file` takes `content` in base64."""
        if not _is_json(http):
            return _not_json()
        return await run_in_threadpool(self._seed, await http.json())

    def _seed(self, body: Mapping[str, Any]) -> Response:
        results: list[Any] = []
        try:
            with self.db.write() as sql:
                seed = Seed(State(sql=sql, db=self.db, base=self.base))
                for name, arguments in body["calls"]:
                    if name not in CALLS:
                        raise ValueError(f"unknown call {name}")
                    results.append(self._call(seed, name, dict(arguments)))
        except (LookupError, TypeError, ValueError, binascii.Error) as problem:
            return JSONResponse({"error": str(problem)}, status_code=400)
        return JSONResponse({"results": results})

    def _call(self, seed: Seed, name: str, arguments: dict[str, Any]) -> Any:
        if name != "file":
            return getattr(seed, name)(**arguments)
        with tempfile.NamedTemporaryFile(dir=self.db.chunks) as handle:
            handle.write(base64.b64decode(arguments.pop("content")))
            handle.flush()
            return seed.file(path=Path(handle.name), **arguments)


def routes(db: Database, base: str) -> list[Route]:
    """Routes of the sandbox's own endpoints."""
    admin = Admin(db, base)
    return [
        Route("/sandbox/log", admin.log),
        Route("/sandbox/log/counts", admin.counts),
        Route("/sandbox/faults", admin.list_faults, methods=["GET"]),
        Route("/sandbox/faults", admin.change_faults, methods=["POST", "DELETE"]),
        Route("/sandbox/seed", admin.seed, methods=["POST"]),
    ]
