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
    facts = list(facts)
    columns = {name: [str(getattr(one, name)) for one in facts] for name in EventFacts.__struct_fields__}
    columns["partner"] = [name or HOUSE for name in columns["partner"]]
    shared = {"at": at, "actor": actor or origin.actor, "code_version": origin.code_version}
    insert_rows(connection, event, columns, shared=shared)


def events_of(columns: Mapping[str, sa.ColumnElement[Any]], rows: sa.Select[Any], *, kind: str) -> sa.Insert:
    """A statement that writes one event per row of `rows`, for `append_events_of`: the database copies thousands at once."""
    shared: dict[str, sa.ColumnElement[Any]] = {name: sa.literal("") for name in EventFacts.__struct_fields__ if name not in columns}
    shared |= {name: sa.bindparam(f"event_{name}", type_=event.c[name].type) for name in ("run_id", "actor", "code_version", "at")}
    shared["kind"] = sa.literal(kind)
    return sa.insert(event).from_select([*columns, *shared], rows.add_columns(*columns.values(), *shared.values()))


def append_events_of(
    connection: sa.Connection, statement: sa.Insert, parameters: Mapping[str, Any], *, run_id: str, origin: Origin, at: dt.datetime
) -> None:
    """Add the events of `events_of`; `parameters` are those of its rows."""
    facts = {"event_run_id": run_id, "event_actor": origin.actor, "event_code_version": origin.code_version, "event_at": at}
    connection.execute(statement, {**parameters, **facts})
