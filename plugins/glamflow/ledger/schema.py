"""Bring a database to the newest schema. Any number of processes may start this at once: one works, the others wait."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing

from alembic import command
from alembic.config import Config
from sqlalchemy.exc import OperationalError

from glamflow.ledger.database import Database


def migrate(database: Database, *, to: str = "head") -> None:
    """Apply what is missing, in one transaction; doing it again changes nothing. `to` is a revision, for a ledger of an older version."""
    if database.is_sqlite:
        _switch_to_wal(database)
    with database.write() as connection:
        database.lock(connection, "migrate")
        config = Config()
        config.set_main_option("script_location", "glamflow.ledger:migrations")
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def _switch_to_wal(database: Database, *, patience: float = 30.0) -> None:
    # The switch needs the file for itself and, unlike all other statements, does not honour busy_timeout:
    # of several processes that start together one switches and the others must ask again.
    deadline = time.monotonic() + patience
    while True:
        try:
            with closing(database.engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA journal_mode=WAL")
            return
        except (sqlite3.OperationalError, OperationalError) as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise database.unavailable(error) from error
            time.sleep(0.05)
