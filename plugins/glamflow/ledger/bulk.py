"""Many rows in and many keys looked up with one prepared statement: a harvest does both for every record, and the toolkit's
own way of binding costs more than the database does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

Turn = Callable[[Any], Any]
_DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}
_ROWS = {"sqlite": (20, 1), "postgresql": (80, 10, 1)}
"""Rows in one INSERT, so that few statements are ever prepared. SQLite is fastest with a small program that it runs often; the other
is asked over a line."""
_NO_WAY_BACK = "OR FAIL"
"""For SQLite: pages are not kept to undo a single statement. One that fails fails its transaction, which undoes all of it."""


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
    common = [_turned(dialect, table.c[name], value) for name, value in shared.items()]
    width, count = len(columns), len(next(iter(columns.values())))
    flat: list[Any] = [None] * (width * count)  # row after row, without an object for each
    for place, (name, values) in enumerate(columns.items()):
        flat[place::width] = _each_turned(dialect, table.c[name], values)
    inserted = start = 0
    for size in _ROWS[dialect.name]:
        groups = range(start, count - size + 1, size)
        if groups:
            statement = _prepare(dialect.name, table, tuple(columns), tuple(shared), size, unless_there)
            inserted += _run(connection, statement, [(*common, *flat[n * width : (n + size) * width]) for n in groups]).rowcount
            start = groups[-1] + size
    return inserted


def select_in(
    connection: sa.Connection, query: sa.Select[Any], column: sa.Column[str], values: Sequence[str], **parameters: str
) -> Sequence[tuple[Any, ...]]:
    """Rows of `query` whose `column` is among `values`, as the driver gives them: all its columns and parameters are texts and numbers."""
    statement = _prepare_in(connection.dialect.name, query, column, len(values), tuple(parameters))
    cursor = _run(connection, statement, [(*parameters.values(), *values)]).cursor
    assert cursor is not None
    return cursor.fetchall()


def update_rows(connection: sa.Connection, table: sa.Table, values: Mapping[str, Any], *, of: Sequence[int]) -> None:
    """The same new values for the rows with these ids."""
    statement = _prepare_update(connection.dialect.name, table, tuple(values), len(of))
    turned = [_turned(connection.dialect, table.c[name], value) for name, value in values.items()]
    _run(connection, statement, [(*turned, *of)])


_Statement = tuple[str, tuple[str, ...] | None]
"""As the driver takes it, with the names of its parameters; None where it binds by number."""


def _run(connection: sa.Connection, statement: _Statement, values: Sequence[tuple[Any, ...]]) -> sa.CursorResult[Any]:
    """Once for each of `values`."""
    sql, names = statement
    sent: list[Any] = list(values) if names is None else [dict(zip(names, one, strict=True)) for one in values]
    return connection.exec_driver_sql(sql, sent if len(sent) > 1 else sent[0])


def _statement(query: sa.Insert | sa.Update | sa.Select[Any], dialect: str, names: tuple[str, ...]) -> _Statement:
    """`query`, to be run with the values of `names` in this order. SQLite's placeholders get numbers: what is used often is bound once."""
    compiled = query.compile(dialect=_dialect(dialect))
    if compiled.positiontup is None:
        return str(compiled), names
    number = {name: place for place, name in enumerate(names, 1)}
    *pieces, last = str(compiled).split("?")
    return "".join(f"{piece}?{number[name]}" for piece, name in zip(pieces, compiled.positiontup, strict=True)) + last, None


@cache
def _dialect(name: str) -> sa.Dialect:
    """For the texts of statements: every engine has a dialect of its own, and would have them made anew."""
    return sa.make_url(f"{_DRIVERS[name]}://").get_dialect()()


@lru_cache(maxsize=64)
def _prepare_in(
    dialect: str, query: sa.Select[Any], column: sa.Column[str], count: int, parameters: tuple[str, ...]
) -> _Statement:
    return _statement(query.where(_among(column, count)), dialect, (*parameters, *_names(count)))


@lru_cache(maxsize=64)
def _prepare_update(dialect: str, table: sa.Table, columns: tuple[str, ...], count: int) -> _Statement:
    new = {name: sa.bindparam(f"new_{name}", type_=table.c[name].type) for name in columns}
    update = sa.update(table).where(_among(table.c.id, count)).values(new)
    return _statement(update, dialect, (*(str(value.key) for value in new.values()), *_names(count)))


def _among(column: sa.Column[Any], count: int) -> sa.ColumnElement[bool]:
    return column.in_([sa.bindparam(name, type_=column.type) for name in _names(count)])


@lru_cache(maxsize=64)
def _names(count: int) -> tuple[str, ...]:
    return tuple(f"value_{number}" for number in range(count))


@lru_cache(maxsize=64)
def _prepare(
    dialect: str, table: sa.Table, columns: tuple[str, ...], shared: tuple[str, ...], count: int, unless_there: tuple[str, ...]
) -> _Statement:
    common = {name: sa.bindparam(name, type_=table.c[name].type) for name in shared}
    rows = [{name: sa.bindparam(f"{name}_of_{row}", type_=table.c[name].type) for name in columns} for row in range(count)]
    insert = (sqlite if dialect == "sqlite" else postgresql).insert(table).values([row | common for row in rows]).inline()
    insert = insert.prefix_with(_NO_WAY_BACK, dialect="sqlite")
    if unless_there:
        insert = insert.on_conflict_do_nothing(index_elements=unless_there)
    return _statement(insert, dialect, (*shared, *(str(value.key) for row in rows for value in row.values())))


def _each_turned(dialect: sa.Dialect, column: sa.Column[Any], values: Sequence[Any]) -> Iterable[Any]:
    """A column as the driver wants it. Few different values are met where one must be turned (sets, times): each is turned once."""
    turn = _processor(dialect, column)
    if turn is None:
        return values
    known = {value: turn(value) for value in set(values)}
    return map(known.__getitem__, values)


def _processor(dialect: sa.Dialect, column: sa.Column[Any]) -> Turn | None:
    """What turns a value into one of the driver's, None if it may stay."""
    return None if isinstance(column.type, sa.Text | sa.Integer | sa.String) else column.type.dialect_impl(dialect).bind_processor(dialect)


def _turned(dialect: sa.Dialect, column: sa.Column[Any], value: Any) -> Any:
    turn = _processor(dialect, column)
    return turn(value) if turn else value
