"""Many rows into one table with one prepared statement: a harvest writes three rows a record, and the toolkit's own way
of binding them costs more than the database does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa


def insert_rows(
    connection: sa.Connection, table: sa.Table, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, shared: Mapping[str, Any]
) -> None:
    """Insert `rows`, each with the values of `columns`; `shared` values are the same in all of them and bound once."""
    dialect = connection.dialect
    compiled = sa.insert(table).compile(dialect=dialect, column_keys=[*columns, *shared])
    common = {name: _bind(dialect, table.c[name], value) for name, value in shared.items()}
    turned = {name: table.c[name] for name in columns if _processor(dialect, table.c[name])}
    values: list[dict[str, Any]] = []
    for row in rows:
        one = dict(zip(columns, row, strict=True))
        for name, column in turned.items():
            one[name] = _bind(dialect, column, one[name])
        values.append(one | common)
    if not values:
        return
    order = compiled.positiontup  # type of parameters of this driver: in order, or by name
    sent: Any = values if order is None else [tuple(one[name] for name in order) for one in values]
    connection.exec_driver_sql(str(compiled), sent)


def _processor(dialect: sa.Dialect, column: sa.Column[Any]) -> Any:
    """What turns a value into one of the driver's, None if it may stay."""
    return None if isinstance(column.type, sa.Text | sa.Integer | sa.String) else column.type.dialect_impl(dialect).bind_processor(dialect)


def _bind(dialect: sa.Dialect, column: sa.Column[Any], value: Any) -> Any:
    turn = _processor(dialect, column)
    return turn(value) if turn else value
