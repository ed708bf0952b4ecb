"""Observations: what was seen at a source or on a wiki and people should hear of. Seen again unchanged, noted once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from glamflow.ledger import tables
from glamflow.ledger.context import Context, to_values
from glamflow.ledger.rows import Observation

_seen = tables.observation


class Observations:
    """Operations of `Ledger` on observations."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def add(
        self, *, partner: str, kind: str, file_id: int | None = None, record_key: str = "", wiki: str = "", title: str = "",
        revision: int | None = None, who: str = "", reason: str = "", detail: dict[str, Any] | None = None, again: bool = False,
    ) -> int:  # fmt: skip
        """Note something; returns its id. The same kind of the same file and revision, not settled yet, is noted once
        (`again`: only if it says the same in detail)."""
        database = self._context.database
        with database.write() as connection:
            return note(
                connection, partner=partner, kind=kind, file_id=file_id, record_key=record_key, wiki=wiki, title=title,
                revision=revision, who=who, reason=reason, detail=detail, at=database.now(connection), again=again,
            )  # fmt: skip

    def settle(self, observation_id: int, *, who: str) -> None:
        """A person dealt with it."""
        database = self._context.database
        with database.write() as connection:
            values = {"settled_at": database.now(connection), "settled_by": who}
            connection.execute(sa.update(_seen).where(_seen.c.id == observation_id, _seen.c.settled_at.is_(None)).values(**values))

    def of_partner(
        self, partner: str, *, kind: str = "", file_id: int | None = None, since: dt.datetime | None = None, unsettled: bool = False,
        limit: int | None = None,
    ) -> list[Observation]:  # fmt: skip
        """Newest first, at most `limit`."""
        query = sa.select(_seen).where(_seen.c.partner == partner).order_by(_seen.c.id.desc()).limit(limit)
        if kind:
            query = query.where(_seen.c.kind == kind)
        if file_id is not None:
            query = query.where(_seen.c.file_id == file_id)
        if since is not None:
            query = query.where(_seen.c.at >= since)
        if unsettled:
            query = query.where(_seen.c.settled_at.is_(None))
        with self._context.database.read() as connection:
            return to_values(Observation, connection.execute(query))


def note(connection: sa.Connection, *, partner: str, kind: str, at: dt.datetime, again: bool = False, **facts: Any) -> int:
    """Add an observation inside a transaction, unless the same one is open already; returns its id."""
    query = sa.select(_seen.c.id, _seen.c.detail).where(
        _seen.c.partner == partner, _seen.c.kind == kind, _seen.c.settled_at.is_(None),
        _seen.c.file_id == facts.get("file_id"), _seen.c.record_key == facts.get("record_key", ""),
        _seen.c.wiki == facts.get("wiki", ""), _seen.c.revision == facts.get("revision"),
    )  # fmt: skip
    known = next((row.id for row in connection.execute(query) if not again or row.detail == facts.get("detail")), None)
    if known is not None:
        return int(known)
    result = connection.execute(sa.insert(_seen).values(partner=partner, kind=kind, at=at, **facts).returning(_seen.c.id))
    return int(result.scalar_one())
