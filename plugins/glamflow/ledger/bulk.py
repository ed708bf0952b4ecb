"""Many rows in and many keys looked up with one prepared statement: a harvest does both for every record, and the toolkit's
own way of binding costs more than the database does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

Turn = Callable[[Any], Any]


class _Prepared(NamedTuple):
    """An INSERT as the driver takes it."""

    sql: str
    order: tuple[str, ...]
    by_name: bool


def insert_rows(
    connection: sa.Connection,
    table: sa.Table,
    columns: Mapping[str, Sequence[Any]],
    *,
    shared: Mapping[str, Any],
    unless_there: tuple[str, ...] = (),
) -> int:
    """Insert rows given by column, all of one length; `shared` values are the same in each row. How many came in.

    A row whose values of `unless_there` another row has already is left out.
    """
    dialect = connection.dialect
    values = {name: _each_turned(_processor(dialect, table.c[name]), column) for name, column in columns.items()}
    values |= {name: repeat(_turned(dialect, table.c[name], value)) for name, value in shared.items()}
    prepared = _prepare(dialect, table, tuple(values), unless_there)
    # Rows are made once, in the driver's order: with several tuples on the way the collector of garbage costs as much as they do.
    rows: list[Any] = list(zip(*(values[name] for name in prepared.order), strict=False))
    if not rows:
        return 0
    if prepared.by_name:
        rows = [dict(zip(prepared.order, row, strict=True)) for row in rows]
    return connection.exec_driver_sql(prepared.sql, rows).rowcount


def select_in(
    connection: sa.Connection, query: sa.Select[Any], column: sa.Column[str], values: Sequence[str], **parameters: str
) -> Iterable[Sequence[Any]]:
    """Rows of `query` whose `column` is among `values`; all its columns and parameters are texts and numbers."""
    sql, places = _prepare_in(connection.dialect, query, column, len(values), tuple(parameters))
    sent: Any = (*values, *parameters.values())
    if places is None:
        sent = dict(zip((*_names(len(values)), *parameters), sent, strict=True))
    else:
        sent = tuple(map(sent.__getitem__, places))
    return connection.exec_driver_sql(sql, sent).fetchall()


@lru_cache(maxsize=64)
def _prepare_in(
    dialect: sa.Dialect, query: sa.Select[Any], column: sa.Column[str], count: int, parameters: tuple[str, ...]
) -> tuple[str, tuple[int, ...] | None]:
    """The query as the driver takes it, and which of the values followed by `parameters` stands where; None if it binds by name."""
    among = column.in_([sa.bindparam(name, type_=column.type) for name in _names(count)])
    compiled = query.where(among).compile(dialect=dialect)
    place = {name: number for number, name in enumerate((*_names(count), *parameters))}
    return str(compiled), None if compiled.positiontup is None else tuple(place[name] for name in compiled.positiontup)


@lru_cache(maxsize=64)
def _names(count: int) -> tuple[str, ...]:
    return tuple(f"value_{number}" for number in range(count))


@lru_cache(maxsize=64)
def _prepare(dialect: sa.Dialect, table: sa.Table, names: tuple[str, ...], unless_there: tuple[str, ...]) -> _Prepared:
    insert = (sqlite if dialect.name == "sqlite" else postgresql).insert(table)
    if unless_there:
        insert = insert.on_conflict_do_nothing(index_elements=unless_there)
    compiled = insert.compile(dialect=dialect, column_keys=list(names))
    order = compiled.positiontup  # None where the driver takes values by name
    return _Prepared(str(compiled), names if order is None else tuple(order), order is None)


def _each_turned(turn: Turn | None, column: Sequence[Any]) -> Iterable[Any]:
    """A column as the driver wants it. Few different values are met where one must be turned (sets, times): each is turned once."""
    if turn is None:
        return column
    known = {value: turn(value) for value in set(column)}
    return map(known.__getitem__, column)


def _processor(dialect: sa.Dialect, column: sa.Column[Any]) -> Turn | None:
    """What turns a value into one of the driver's, None if it may stay."""
    return None if isinstance(column.type, sa.Text | sa.Integer | sa.String) else column.type.dialect_impl(dialect).bind_processor(dialect)


def _turned(dialect: sa.Dialect, column: sa.Column[Any], value: Any) -> Any:
    turn = _processor(dialect, column)
    return turn(value) if turn else value
