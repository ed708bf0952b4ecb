"""Append events: every transition, decision and configuration change, in the transaction that it belongs to.

Events are written by the code that changes the state, never by listeners: a change without its event cannot be committed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import sqlalchemy as sa

from glamflow.ledger.bulk import insert_rows
from glamflow.ledger.tables import event

HOUSE = "glamflow"
"""Stands for the partner in events that concern none; no partner may have this slug."""


class EventFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to one subject. `kind` is the subject's kind: record, file, plan, run, brake, …"""

    partner: str
    kind: str
    subject: str
    from_state: str = ""
    to_state: str = ""
    reason: str = ""
    detail: str = ""
    run_id: str = ""
    batch_id: str = ""
    plan_id: str = ""


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts, and with which version of the code: `airflow:<dag>/<run>`, `cli:<user>`, `person:<name>`."""

    actor: str
    code_version: str


def append_events(connection: sa.Connection, facts: Iterable[EventFacts], *, origin: Origin, at: dt.datetime, actor: str = "") -> None:
    """Add one row per fact; `actor` overrules the origin's where a person decided. What concerns no partner is ours."""
    rows = [
        (f.partner or HOUSE, f.kind, f.subject, str(f.from_state), str(f.to_state), str(f.reason), f.detail, f.run_id, f.batch_id, f.plan_id)
        for f in facts
    ]
    shared = {"at": at, "actor": actor or origin.actor, "code_version": origin.code_version}
    insert_rows(connection, event, EventFacts.__struct_fields__, rows, shared=shared)


def append_events_of(
    connection: sa.Connection,
    subjects: sa.Select[Any],
    parameters: Mapping[str, Any],
    *,
    facts: EventFacts,
    origin: Origin,
    at: dt.datetime,
) -> None:
    """One row per row of `subjects` (its column `subject`), alike in all else: the database copies thousands at once."""
    found = subjects.subquery()
    values = msgspec.structs.asdict(facts) | {"actor": origin.actor, "code_version": origin.code_version}
    shared = {name: sa.literal(str(value)) for name, value in values.items() if name != "subject"} | {"at": sa.literal(at, event.c.at.type)}
    rows = sa.select(found.c.subject, *shared.values()).select_from(found)
    connection.execute(sa.insert(event).from_select(["subject", *shared], rows), parameters)
