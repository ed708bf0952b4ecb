"""The sandbox's state: one SQLite file in WAL mode, one short transaction per request, file bytes in folders beside it.

A reader sees a snapshot; writers queue on one lock in this process and on `BEGIN IMMEDIATE` between processes, so that a
request is either fully there or not at all.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

BUSY_SECONDS = 30.0


def timestamp(moment: datetime | None = None) -> str:
    """ISO 8601 in UTC with seconds, the form of every time in the API."""
    return (moment or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")


class Database:
    """Opens connections to the state folder; makes the tables when they are missing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.blobs = folder / "files"
        self.chunks = folder / "chunks"
        self.thumbnails = folder / "thumbnails"
        for needed in (folder, self.blobs, self.chunks, self.thumbnails):
            needed.mkdir(parents=True, exist_ok=True)
        self.path = folder / "wiki.sqlite"
        self._write_lock = threading.RLock()
        with self._connection() as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(files(__package__).joinpath("schema.sql").read_text(encoding="utf-8"))

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA synchronous=NORMAL")
        try:
            yield connection
        finally:
            connection.close()

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A consistent snapshot."""
        with self._connection() as connection:
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.execute("ROLLBACK")

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """One write transaction: committed at the end, rolled back on an exception."""
        with self._write_lock, self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
