"""Seal a segment: a partner's events since the last seal go to the store as canonical NDJSON, chained by their SHA-256.

What left the house is chained row by row (`journal.py`); what happened inside is sealed segment by segment, at the end of
runs and plans: chaining every event would put all lanes in one queue.

Order: fix the range (one short transaction) → write the object → append the seal. A crash in between leaves an object
that no seal names; the next one covers its events.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec
import sqlalchemy as sa

from glamflow.audit.chain import Head, link_hash, lock_head, move_head
from glamflow.ledger import tables
from glamflow.ledger.context import Context, to_value
from glamflow.store.layout import audit_segment
from glamflow.store.ndjson import write_ndjson
from glamflow.store.protocol import ObjectStore
from glamflow.transforms.digest import canonical_json

_event, _seal = tables.event, tables.audit_seal
CHAINED = ("partner", "number", "first_event", "last_event", "events", "sha256", "object_key", "at")


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One event as it stands in a sealed segment."""

    id: int
    at: str
    partner: str
    kind: str
    subject: str
    from_state: str
    to_state: str
    reason: str
    detail: str
    actor: str
    run_id: str
    batch_id: str
    plan_id: str
    code_version: str


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """A closed segment: the partner's events after the previous seal up to `last_event`."""

    partner: str
    number: int
    first_event: int
    last_event: int
    events: int
    sha256: str
    object_key: str
    at: dt.datetime
    prev_hash: str
    row_hash: str


def seal_events(context: Context, store: ObjectStore, partner: str) -> Seal | None:
    """Close a segment; None if nothing happened since the last one."""
    number, first, last = _fix_range(context, partner)
    if last < first:
        return None
    with context.database.read() as connection:
        digest = hashlib.sha256()
        count = 0
        for event in events_between(connection, partner, first, last):
            digest.update(canonical_json(event) + b"\n")
            count += 1
    key = audit_segment(partner, number, digest.hexdigest())
    write_ndjson(store, key, _events(context, partner, first, last))
    return _append(
        context, {"partner": partner, "number": number, "first_event": first, "last_event": last, "events": count,
                  "sha256": digest.hexdigest(), "object_key": key},
    )  # fmt: skip


def events_between(connection: sa.Connection, partner: str, first: int, last: int) -> Iterator[Event]:
    """The partner's events with ids from `first` to `last`, streamed."""
    query = sa.select(_event).where(_event.c.partner == partner, _event.c.id.between(first, last)).order_by(_event.c.id)
    with connection.execution_options(yield_per=1000).execute(query) as rows:
        for row in rows:
            facts: dict[str, Any] = {name: row._mapping[name] for name in Event.__struct_fields__}
            yield Event(**{**facts, "at": row.at.isoformat(timespec="microseconds")})


def _events(context: Context, partner: str, first: int, last: int) -> Iterator[Event]:
    """The same events page by page: no transaction stays open while the store takes them."""
    while first <= last:
        with context.database.read() as connection:
            query = sa.select(_event.c.id).where(_event.c.partner == partner, _event.c.id.between(first, last)).order_by(_event.c.id)
            ids = list(connection.execute(query.limit(1000)).scalars())
            page = list(events_between(connection, partner, ids[0], ids[-1])) if ids else []
        if not page:
            return
        yield from page
        first = page[-1].id + 1


def _fix_range(context: Context, partner: str) -> tuple[int, int, int]:
    """(number, first, last): the seal's number and the ids it covers, from one look. A number read later could follow a seal of
    somebody else that covers a part of this range. Ids are given before commit, so running writers are waited for: none may
    slip below `last`."""
    database = context.database
    with database.write() as connection:
        if not database.is_sqlite:
            connection.execute(sa.text("LOCK TABLE event IN SHARE MODE"))
        newest = sa.select(sa.func.max(_seal.c.number), sa.func.max(_seal.c.last_event)).where(_seal.c.partner == partner)
        number, done = (value or 0 for value in connection.execute(newest).one())
        mine = sa.select(sa.func.min(_event.c.id), sa.func.max(_event.c.id)).where(_event.c.partner == partner, _event.c.id > done)
        first, last = connection.execute(mine).one()
    return (number + 1, first, last) if first is not None else (number + 1, 1, 0)


def _append(context: Context, facts: dict[str, Any]) -> Seal | None:
    with context.database.write() as connection:
        head = lock_head(context, connection, facts["partner"], "seal")
        if head.seq != facts["number"] - 1:
            return None  # another sealer was faster; its seal covers at least these events or the next one will
        row = {**facts, "at": context.database.now(connection)}
        row_hash = link_hash(head.hash, {name: row[name] for name in CHAINED})
        connection.execute(sa.insert(_seal).values(**row, prev_hash=head.hash, row_hash=row_hash))
        move_head(connection, facts["partner"], "seal", Head(facts["number"], row_hash))
        query = sa.select(_seal).where(_seal.c.partner == facts["partner"], _seal.c.number == facts["number"])
        return to_value(Seal, connection.execute(query).one())
