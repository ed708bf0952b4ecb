"""Claims: who may write about a subject now. A lease that ran out may be taken over, and the epoch moves on.

The epoch is the fence: every write of a worker names the epoch of its claim inside its own transaction, so a worker
that was declared dead and is not (Airflow's LocalExecutor adopts nothing) can finish nothing that its successor began.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from glamflow.ledger import tables
from glamflow.ledger.context import Context
from glamflow.ledger.rows import Claim
from glamflow.transforms.errors import StaleEpoch

_claim = tables.claim


class Claims:
    """The same conditional UPDATE on both databases."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def claim(self, kind: str, subject: str, worker: str, *, lease_seconds: float = 900.0, instead_of: str = "") -> Claim | None:
        """The claim, with a new epoch; None while another worker's lease runs. The same worker may claim again, and any
        may take it from the worker `instead_of` that is known to be dead."""
        database = self._context.database
        with database.write() as connection:
            now = database.now(connection)
            insert = (postgresql.insert if not database.is_sqlite else sqlite.insert)(_claim)
            connection.execute(
                insert.values(kind=kind, subject=subject, worker="", epoch=0, lease_until=now).on_conflict_do_nothing()
            )
            row = connection.execute(
                sa.update(_claim)
                .where(_claim.c.kind == kind, _claim.c.subject == subject)
                .where(sa.or_(_claim.c.lease_until <= now, _claim.c.worker.in_([worker, instead_of or worker])))
                .values(worker=worker, epoch=_claim.c.epoch + 1, lease_until=now + dt.timedelta(seconds=lease_seconds))
                .returning(_claim.c.epoch)
            ).first()
        return None if row is None else Claim(kind=kind, subject=subject, worker=worker, epoch=row.epoch)

    def renew(self, claim: Claim, *, lease_seconds: float = 900.0) -> None:
        """Prolong the lease; `StaleEpoch` if the work was taken over. A lease that ran out untaken may be renewed."""
        database = self._context.database
        with database.write() as connection:
            require_claim(connection, claim)
            prolong_claim(connection, claim, until=database.now(connection) + dt.timedelta(seconds=lease_seconds))

    def release(self, claim: Claim) -> None:
        """Give the subject back; nothing may be written under this claim afterwards. Harmless when taken over."""
        database = self._context.database
        with database.write() as connection:
            now = database.now(connection)
            connection.execute(
                sa.update(_claim).where(*_is(claim), _claim.c.epoch == claim.epoch).values(worker="", epoch=claim.epoch + 1, lease_until=now)
            )

    def holder(self, kind: str, subject: str) -> str:
        """The worker that holds the subject now, "" if nobody does."""
        database = self._context.database
        with database.read() as connection:
            query = sa.select(_claim.c.worker).where(_claim.c.kind == kind, _claim.c.subject == subject, _claim.c.lease_until > database.now(connection))
            return str(connection.execute(query).scalar() or "")

    def require(self, claim: Claim) -> None:
        """`StaleEpoch` if `claim` is no longer current. For a look before long work; writes check by themselves."""
        with self._context.database.read() as connection:
            _compare(connection, claim, sa.select(_claim.c.epoch).where(*_is(claim)))


def require_claim(connection: sa.Connection, claim: Claim) -> None:
    """Inside a write transaction: refuse an old epoch, and keep it current until the transaction ends."""
    _compare(connection, claim, sa.select(_claim.c.epoch).where(*_is(claim)).with_for_update())


def prolong_claim(connection: sa.Connection, claim: Claim, *, until: dt.datetime) -> None:
    """Inside a write transaction that required the claim already."""
    connection.execute(sa.update(_claim).where(*_is(claim)).values(lease_until=until))


def _compare(connection: sa.Connection, claim: Claim, query: sa.Select[int]) -> None:
    current = connection.execute(query).scalar()
    if current != claim.epoch:
        raise StaleEpoch(claim.kind, claim.subject, claim.epoch, current or 0)


def _is(claim: Claim) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return _claim.c.kind == claim.kind, _claim.c.subject == claim.subject
