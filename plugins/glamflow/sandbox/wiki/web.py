"""Pages for browsers."""

from __future__ import annotations

from starlette.routing import Route

from glamflow.sandbox.wiki.database import Database


def pages_routes(db: Database, base: str) -> list[Route]:
    return []
