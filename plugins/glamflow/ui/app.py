"""The pages of glamflow in Airflow: server-rendered, read-only, behind Airflow's login. Decisions stay in Airflow itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import Response

from glamflow.ui import audits, lists, records, stored, views, works
from glamflow.ui.auth import to_login
from glamflow.ui.frame import HEADER, STRICT

app = FastAPI(title="glamflow", docs_url=None, redoc_url=None, openapi_url=None)
app.add_exception_handler(HTTPException, to_login)
for module in (views, works, lists, records, audits, stored):
    app.include_router(module.router)


@app.middleware("http")
async def forbid_scripts(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await call_next(request)
    response.headers.setdefault(HEADER, STRICT)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response
