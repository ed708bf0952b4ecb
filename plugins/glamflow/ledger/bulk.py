"""Many rows in and many keys looked up with one prepared statement: a harvest does both for every record, and the toolkit's
own way of binding costs more than the database does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

import sqlalchemy as sa

Turn = Callable[[Any], Any]


class _Prepared(NamedTuple):
    """An INSERT as the driver takes it, and what each of its values needs first."""

    sql: str
    names: tuple[str, ...]
    pick: Callable[[Sequence[Any]], Any] | None  # values in the order of the driver; None where it binds by name
    turns: tuple[tuple[int, Turn], ...]


def insert_rows(
    connection: sa.Connection,
    table: sa.Table,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    shared: Mapping[str, Any],
) -> None:
    """Insert `rows`, each with the values of `columns`; `shared` values are the same in all of them and bound once."""
    prepared = _prepare(connection.dialect, table, tuple(columns), tuple(shared))
    common = tuple(_turned(connection.dialect, table.c[name], value) for name, value in shared.items())
    for place, turn in prepared.turns:
        rows = _with_turned(rows, place, turn)
    whole = [(*row, *common) for row in rows]
    if not whole:
        return
    pick = prepared.pick
    sent: Any = [dict(zip(prepared.names, one, strict=True)) for one in whole] if pick is None else [pick(one) for one in whole]
    connection.exec_driver_sql(prepared.sql, sent)


def select_in(
    connection: sa.Connection, query: sa.Select[Any], column: sa.Column[str], values: Sequence[str], **parameters: str
) -> Iterable[Sequence[Any]]:
    """Rows of `query` whose `column` is among `values`; all its columns and parameters are texts and numbers."""
    sql, order = _prepare_in(connection.dialect, query, column, len(values))
    sent = dict(zip(_names(len(values)), values, strict=True)) | parameters
    return connection.exec_driver_sql(sql, sent if order is None else tuple(sent[name] for name in order)).fetchall()


@lru_cache(maxsize=64)
def _prepare_in(dialect: sa.Dialect, query: sa.Select[Any], column: sa.Column[str], count: int) -> tuple[str, tuple[str, ...] | None]:
    among = column.in_([sa.bindparam(name, type_=column.type) for name in _names(count)])
    compiled = query.where(among).compile(dialect=dialect)
    return str(compiled), None if compiled.positiontup is None else tuple(compiled.positiontup)


@lru_cache(maxsize=64)
def _names(count: int) -> tuple[str, ...]:
    return tuple(f"value_{number}" for number in range(count))


@lru_cache(maxsize=64)
def _prepare(dialect: sa.Dialect, table: sa.Table, columns: tuple[str, ...], shared: tuple[str, ...]) -> _Prepared:
    names = columns + shared
    compiled = sa.insert(table).compile(dialect=dialect, column_keys=list(names))
    order = compiled.positiontup  # None where the driver takes values by name
    pick = None if order is None else itemgetter(*(names.index(name) for name in order))
    turns = tuple((place, turn) for place, name in enumerate(columns) if (turn := _processor(dialect, table.c[name])))
    return _Prepared(str(compiled), names, pick, turns)


def _with_turned(rows: Iterable[Sequence[Any]], place: int, turn: Turn) -> Iterable[Sequence[Any]]:
    """One value of each row as the driver wants it. Few different ones are met (sets, times): each is turned once."""
    known: dict[Any, Any] = {}
    for row in rows:
        value = row[place]
        if value not in known:
            known[value] = turn(value)
        yield (*row[:place], known[value], *row[place + 1 :])


def _processor(dialect: sa.Dialect, column: sa.Column[Any]) -> Turn | None:
    """What turns a value into one of the driver's, None if it may stay."""
    return None if isinstance(column.type, sa.Text | sa.Integer | sa.String) else column.type.dialect_impl(dialect).bind_processor(dialect)


def _turned(dialect: sa.Dialect, column: sa.Column[Any], value: Any) -> Any:
    turn = _processor(dialect, column)
    return turn(value) if turn else value
