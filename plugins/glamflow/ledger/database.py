"""Connections to the ledger's database: SQLite for one machine, PostgreSQL for more; the same code above both.

Rules
- Every write transaction begins with the right to write (`BEGIN IMMEDIATE` on SQLite): a transaction that reads first
  and then asks for the lock loses against others with "database is locked".
- An engine belongs to one process; after a fork the child makes its own.
- No transaction stays open during a network or store call: callers compute first, then write.
- Time inside a transaction is the database's clock, so that workers on several hosts agree about leases.
"""

from __future__ import annotations

import datetime as dt
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.pool import NullPool

from glamflow.transforms.errors import ConfigInvalid, LedgerUnavailable

Clock = Callable[[], dt.datetime]


class Database:
    """One ledger database as seen from this process."""

    def __init__(self, dsn: str, *, clock: Clock | None = None) -> None:
        self.url = _address(dsn)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._clock = clock
        self._engine: sa.Engine | None = None
        self._pid = 0
        self._kept = threading.local()

    @property
    def engine(self) -> sa.Engine:
        """This process's engine; one inherited by fork is left alone, its sockets belong to the parent."""
        if self._engine is None or self._pid != os.getpid():
            if self._engine is not None:
                self._engine.dispose(close=False)
            try:
                self._engine = _sqlite_engine(self.url) if self.is_sqlite else _postgres_engine(self.url)
            except OSError as error:
                raise self.unavailable(error) from error
            self._pid = os.getpid()
        return self._engine

    def unavailable(self, error: object) -> LedgerUnavailable:
        """The error for people: the address without its password, and what the database said."""
        return LedgerUnavailable(self.url.render_as_string(hide_password=True), str(error))

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_engine": None, "_pid": 0, "_kept": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__ |= state
        self._kept = threading.local()

    @contextmanager
    def kept(self) -> Iterator[None]:
        """While this lasts, the transactions of this thread use one connection, for long loops of short transactions.

        SQLite's last connection to close writes its whole log back, which costs more than a transaction. PostgreSQL keeps
        its connections anyway. A child that is forked meanwhile opens its own.
        """
        if not self.is_sqlite or self._kept_connection() is not None:
            yield
            return
        with self._opened() as connection:
            self._kept.connection, self._kept.pid = connection, os.getpid()
            try:
                yield
            finally:
                self._kept.connection = None

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """One consistent view, however many questions are asked in it."""
        with self._connected() as connection:
            if not self.is_sqlite:  # whose transactions are snapshots anyway
                connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            else:
                connection = connection.execution_options(glamflow_write=False)
            with connection.begin():
                yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """One transaction: all of it or nothing."""
        with self._connected() as connection:
            connection = connection.execution_options(glamflow_write=True)
            with connection.begin():
                yield connection

    @contextmanager
    def _connected(self) -> Iterator[sa.Connection]:
        kept = self._kept_connection()
        if kept is None or kept.in_transaction():  # a transaction inside another one is its own, as it is without keeping
            with self._opened() as connection:
                yield connection
            return
        try:
            yield kept
        except OperationalError as error:
            raise self.unavailable(error.orig) from error

    def _kept_connection(self) -> sa.Connection | None:
        kept: sa.Connection | None = getattr(self._kept, "connection", None)
        return kept if kept is not None and self._kept.pid == os.getpid() else None

    @contextmanager
    def _opened(self) -> Iterator[sa.Connection]:
        try:
            with self.engine.connect() as connection:
                yield connection
        except OperationalError as error:
            raise self.unavailable(error.orig) from error

    def now(self, connection: sa.Connection) -> dt.datetime:
        """The time of the database (of the injected clock where there is one), in UTC."""
        if self._clock is not None:
            return self._clock().astimezone(dt.UTC)
        if self.is_sqlite:  # same host, same clock
            return dt.datetime.now(dt.UTC)
        now = connection.execute(sa.text("SELECT clock_timestamp()")).scalar_one()
        assert isinstance(now, dt.datetime)
        return now.astimezone(dt.UTC)

    def lock(self, connection: sa.Connection, *names: str) -> None:
        """Keep others out of `names` until this transaction ends. SQLite has one writer at a time anyway."""
        if not self.is_sqlite:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": "/".join(names)})

    def close(self) -> None:
        if self._engine is not None and self._pid == os.getpid():
            self._engine.dispose()
        self._engine = None


def _address(dsn: str) -> sa.URL:
    try:
        url = sa.make_url(_with_driver(dsn))
    except (ArgumentError, ValueError):
        url = None
    if url is None or url.drivername not in ("sqlite", "sqlite+pysqlite", "postgresql+psycopg"):
        # The address itself may hold a password: it is not repeated.
        raise ConfigInvalid(
            "environment", "the ledger's address is not understood", key="GLAMFLOW_LEDGER",
            fix="For example sqlite:////var/lib/glamflow/ledger.db or postgresql://glamflow:…@db.example/ledger.",
        )  # fmt: skip
    return url


def _with_driver(dsn: str) -> str:
    scheme, separator, rest = dsn.partition("://")
    return f"postgresql+psycopg://{rest}" if separator and scheme in ("postgres", "postgresql") else dsn


def _sqlite_engine(url: sa.URL) -> sa.Engine:
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url, poolclass=NullPool, connect_args={"timeout": 30.0, "isolation_level": None})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA busy_timeout=30000")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        writing = connection.get_execution_options().get("glamflow_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _postgres_engine(url: sa.URL) -> sa.Engine:
    return sa.create_engine(url, pool_size=2, max_overflow=8, pool_pre_ping=True, connect_args={"connect_timeout": 10})
