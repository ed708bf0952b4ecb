"""The sandbox's sources as one server: `python -m glamflow.sandbox.sources --state DIR --port N`.

| path | what |
|---|---|
| `/lumen/oai`, `/havn/oai` | OAI-PMH 2.0, GET and POST |
| `/agency/api/v1/publications` | the agency's JSON API |
| `/media/<partner>/<file>` | media |
| `/sandbox/phase`, `POST /sandbox/phase/2` | which phase the collection is in; the partners' later changes happen now |
| `/sandbox/requests` | every request so far (also `requests.ndjson` in the state folder) |
| `/sandbox/faults` | GET, POST a list of `Fault`s |

State (phase, drawn pictures, request log) lies in DIR and outlives a restart. The server listens on 127.0.0.1 only.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from glamflow.sandbox import holdings
from glamflow.sandbox.api import ApiFault, list_publications, one_publication
from glamflow.sandbox.faults import Fault, FaultScript, early_answer, spoil
from glamflow.sandbox.media_server import MediaShelf, serve_medium
from glamflow.sandbox.oai import Repository, answer

MEDIA_FOLDERS = ("lumen", "havn", "agency")


class State:
    """What the sources remember in their folder: phase, moment of the switch, requests."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._phase_file = folder / "phase.json"
        self._log = folder / "requests.ndjson"
        self._lock = threading.Lock()
        self.shelf = MediaShelf(folder / "media")
        self.faults = FaultScript()
        self.phase, self.switched = self._read()

    def _read(self) -> tuple[int, dt.datetime]:
        if not self._phase_file.is_file():
            return 1, dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
        kept = json.loads(self._phase_file.read_text())
        return int(kept["phase"]), dt.datetime.fromisoformat(kept["switched"])

    def switch(self, phase: int) -> None:
        """Put the collection into a phase; going to the phase that it is in changes nothing."""
        with self._lock:
            if phase == self.phase:
                return
            self.phase, self.switched = phase, dt.datetime.now(dt.UTC).replace(microsecond=0)
            self._phase_file.write_text(json.dumps({"phase": phase, "switched": self.switched.isoformat()}))

    def note(self, request: Request, body: str, status: int, started: float) -> None:
        line = {
            "time": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"), "method": request.method,
            "path": request.url.path, "query": request.url.query or body, "status": status,
            "agent": request.headers.get("user-agent", ""), "ms": round((time.monotonic() - started) * 1000),
        }  # fmt: skip
        with self._lock, self._log.open("a", encoding="utf-8") as log:
            log.write(json.dumps(line, ensure_ascii=False) + "\n")

    def requests(self) -> list[dict[str, Any]]:
        if not self._log.is_file():
            return []
        return [json.loads(line) for line in self._log.read_text(encoding="utf-8").splitlines()]


def create_app(folder: Path) -> Starlette:
    """The application over one state folder."""
    state = State(folder)
    routes = [
        Route("/lumen/oai", _oai(state, "lumen"), methods=["GET", "POST"]),
        Route("/havn/oai", _oai(state, "havn"), methods=["GET", "POST"]),
        Route("/agency/api/v1/publications", _publications(state)),
        Route("/agency/api/v1/publications/{id}", _publications(state)),
        Route("/media/{folder}/{name}", _media(state), methods=["GET", "HEAD"]),
        Route("/sandbox/phase", lambda request: JSONResponse({"phase": state.phase})),
        Route("/sandbox/phase/{phase:int}", _phase(state), methods=["POST"]),
        Route("/sandbox/requests", lambda request: JSONResponse(state.requests())),
        Route("/sandbox/faults", _faults(state), methods=["GET", "POST"]),
        Route("/sandbox/health", lambda request: PlainTextResponse("ok\n")),
    ]
    app = Starlette(routes=routes)
    app.state.sources = state
    return app


def _base(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"


def _oai(state: State, name: str) -> Any:
    def respond(request: Request, query: str, arguments: list[tuple[str, str]]) -> Response:
        started = time.monotonic()
        fault = state.faults.take(request.url.path, query)
        response = early_answer(fault) if fault else None
        if response is None:
            repository = _repository(state, name, _base(request))
            body = answer(repository, arguments, now=dt.datetime.now(dt.UTC))
            if fault:
                time.sleep(min(fault.seconds, 60))
                body = spoil(fault, body)
            response = Response(body, media_type="text/xml; charset=utf-8")
        state.note(request, query, response.status_code, started)
        return response

    async def endpoint(request: Request) -> Response:
        if request.method == "POST":
            raw = (await request.body())[:65536].decode("utf-8", "replace")
            return await run_in_threadpool(respond, request, raw, _form(raw))
        return await run_in_threadpool(respond, request, request.url.query, list(request.query_params.multi_items()))

    return endpoint


def _form(raw: str) -> list[tuple[str, str]]:
    return parse_qsl(raw, keep_blank_values=True)


def _repository(state: State, name: str, base: str) -> Repository:
    build = holdings.lumen if name == "lumen" else holdings.havn
    return build(base, phase=state.phase, switched=state.switched)


def _publications(state: State) -> Any:
    def endpoint(request: Request) -> Response:
        started = time.monotonic()
        fault = state.faults.take(request.url.path, request.url.query)
        response = early_answer(fault) if fault else None
        if response is None:
            base = _base(request)
            items = holdings.agency(base, phase=state.phase, switched=state.switched)
            try:
                if "id" in request.path_params:
                    response = JSONResponse(one_publication(items, request.path_params["id"]))
                else:
                    response = JSONResponse(
                        list_publications(items, request.query_params, base=base + request.url.path)
                    )
            except ApiFault as problem:
                response = JSONResponse({"error": str(problem)}, status_code=problem.status)
        state.note(request, "", response.status_code, started)
        return response

    return endpoint


def _media(state: State) -> Any:
    def endpoint(request: Request) -> Response:
        started = time.monotonic()
        fault = state.faults.take(request.url.path, request.url.query)
        response = early_answer(fault) if fault else None
        if response is None and request.path_params["folder"] in MEDIA_FOLDERS:
            response = serve_medium(state.shelf, request, request.path_params["name"], state.phase)
        if response is None:
            response = Response("Not found\n", status_code=404, media_type="text/plain")
        state.note(request, "", response.status_code, started)
        return response

    return endpoint


def _phase(state: State) -> Any:
    def endpoint(request: Request) -> Response:
        phase = request.path_params["phase"]
        if phase not in (1, 2):
            return JSONResponse({"error": "phase is 1 or 2"}, status_code=400)
        state.switch(phase)
        return JSONResponse({"phase": state.phase})

    return endpoint


def _faults(state: State) -> Any:
    async def endpoint(request: Request) -> Response:
        if request.method == "POST":
            try:
                state.faults.load(msgspec.json.decode(await request.body(), type=list[Fault]))
            except (msgspec.ValidationError, msgspec.DecodeError) as problem:
                return JSONResponse({"error": str(problem)}, status_code=400)
        return Response(msgspec.json.encode(state.faults.waiting()), media_type="application/json")

    return endpoint


def main(argv: list[str] | None = None) -> int:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(prog="python -m glamflow.sandbox.sources", description="The sample collection's sources.")
    parser.add_argument("--state", type=Path, required=True, help="folder for phase, pictures and the request log")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    given = parser.parse_args(argv)
    uvicorn.run(create_app(given.state), host=given.host, port=given.port, log_level="warning", access_log=False)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
