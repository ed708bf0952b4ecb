"""What all parts of the ledger share: the database, who acts, and how rows become values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa

from glamflow.audit.events import EventFacts, Origin, append_events
from glamflow.ledger.database import Database

T = TypeVar("T", bound=msgspec.Struct)
CHUNK = 500
"""Values in one IN list or VALUES list: far below the limits of both databases."""


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """Handed to every part of the ledger."""

    database: Database
    origin: Origin

    def events(self, connection: sa.Connection, facts: Iterable[EventFacts], *, at: dt.datetime, actor: str = "") -> None:
        append_events(connection, facts, origin=self.origin, at=at, actor=actor)


def to_value(kind: type[T], row: sa.Row[Any]) -> T:
    """A row as a value of `kind`: columns of the same names, enums from their text."""
    names = kind.__struct_fields__
    mapping = row._mapping
    return msgspec.convert({name: mapping[name] for name in names}, kind)


def to_values(kind: type[T], rows: Iterable[sa.Row[Any]]) -> list[T]:
    return [to_value(kind, row) for row in rows]


def chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """`values` in slices that fit a statement."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
