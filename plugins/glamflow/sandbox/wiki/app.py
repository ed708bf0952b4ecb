"""The web server's side: reads requests, calls the API or the pages, acts out faults of transport."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from glamflow.sandbox.wiki import admin
from glamflow.sandbox.wiki.api import dispatch
from glamflow.sandbox.wiki.api.context import FilePart
from glamflow.sandbox.wiki.bodies import BodyTooLarge, parse_body, spool
from glamflow.sandbox.wiki.database import Database
from glamflow.sandbox.wiki.faults import Fault

COOKIE = "sandboxwikiSession"
HELP = "<!DOCTYPE html><html><head><title>API help</title></head><body><p>The API is used by programs.</p></body></html>"


class DroppedConnection(Response):
    """Promises more than it sends, so that the server closes the connection in the middle of the answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4096")]})
        await send({"type": "http.response.body", "body": b"{", "more_body": False})


def _transport_fault(fault: Fault) -> Response | None:
    kind = fault.kind.removesuffix("-after").removesuffix("-before")
    if kind == "drop":
        return DroppedConnection()
    if kind == "html":
        return HTMLResponse("<!DOCTYPE html><html><body><h1>Wikimedia Error</h1><p>Our servers are under maintenance.</p></body></html>")
    if kind.startswith("http-"):
        status = int(kind.removeprefix("http-"))
        headers = {"Retry-After": str(fault.data.get("retry_after", 5))} if status in {429, 503} else {}
        return HTMLResponse(f"<html><body><h1>{status}</h1></body></html>", status_code=status, headers=headers)
    return None


class Site:
    """The sandbox wiki as an ASGI application."""

    def __init__(self, db: Database, base: str) -> None:
        self.db = db
        self.base = base.rstrip("/")

    async def api(self, http: HttpRequest) -> Response:
        params: dict[str, str] = dict(http.query_params)
        parts: Mapping[str, FilePart] = {}
        if http.method == "POST":
            with tempfile.TemporaryFile(dir=self.db.chunks) as body:
                try:
                    size = await spool(http.stream(), body)
                except BodyTooLarge:
                    return HTMLResponse(HELP, headers={"MediaWiki-API-Error": "http-contenttoolarge"})
                kind = http.headers.get("content-type", "")
                fields, parts = await run_in_threadpool(parse_body, body, size, kind, self.db.chunks)
            params |= fields
        if "action" not in params:
            return HTMLResponse(HELP)
        try:
            answer = await run_in_threadpool(
                dispatch.run, self.db, params=params, files=parts, cookie=http.cookies.get(COOKIE, ""), base=self.base,
                method=http.method, query_string=frozenset(http.query_params),
            )  # fmt: skip
        finally:
            for part in parts.values():
                part.path.unlink(missing_ok=True)
        return await self._respond(answer)

    async def _respond(self, answer: dispatch.Answer) -> Response:
        if answer.fault is not None:
            if answer.fault.kind.startswith("slow"):
                await asyncio.sleep(answer.fault.seconds)
            faulty = _transport_fault(answer.fault)
            if faulty is not None:
                return faulty
        response = JSONResponse(answer.body, headers=answer.headers)
        if answer.cookie is not None:
            response.set_cookie(COOKIE, answer.cookie, httponly=True, samesite="lax", path="/")
        return response


async def _alive(_: HttpRequest) -> Response:
    return PlainTextResponse("ok")


def create_app(db: Database, base: str) -> Starlette:
    """The application: Action API, the sandbox's own endpoints, pages and files."""
    from glamflow.sandbox.wiki.web import pages_routes

    site = Site(db, base)
    return Starlette(
        routes=[
            Route("/w/api.php", site.api, methods=["GET", "POST"]),
            Route("/sandbox/alive", _alive),
            *admin.routes(db, site.base),
            *pages_routes(db, site.base),
        ]
    )
