"""Alembic's entry: runs on the connection that `ledger/schema.py` hands over, inside its one transaction."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from glamflow.ledger.tables import metadata

connection = context.config.attributes["connection"]
assert isinstance(connection, Connection)
context.configure(
    connection=connection, target_metadata=metadata, version_table="glamflow_version", transactional_ddl=True, render_as_batch=False
)
with context.begin_transaction():
    context.run_migrations()
