"""Triggers that let rows be added to a table but never changed or removed."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

_REFUSAL = "{table} is append-only: its rows are evidence"


def protect(connection: sa.Connection, tables: Iterable[str]) -> None:
    """UPDATE and DELETE (and TRUNCATE where there is one) on `tables` fail from now on, also for the owner."""
    if connection.dialect.name == "sqlite":
        for table in tables:
            for verb in ("UPDATE", "DELETE"):
                connection.exec_driver_sql(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL.format(table=table)}'); END"
                )
        return
    connection.exec_driver_sql(
        "CREATE OR REPLACE FUNCTION glamflow_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '%% is append-only: its rows are evidence', TG_TABLE_NAME; END $$"
    )
    for table in tables:
        connection.exec_driver_sql(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION glamflow_append_only()"
        )
