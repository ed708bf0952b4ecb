"""Records that a complete full harvest did not see.

Rules
- Absence is a weaker word than a deleted header: missed once it is counted, missed by two complete harvests one after the
  other the record is HELD (never withdrawn) and a person hears of its published files.
- What came broken was there: quarantined keys of the run are not missing.
- A run counts once, however often its last task is repeated.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import sqlalchemy as sa

from glamflow.audit.events import EventFacts
from glamflow.ledger import tables
from glamflow.ledger.claims import require_claim
from glamflow.ledger.context import Context, chunks
from glamflow.ledger.harvest import settle_files
from glamflow.ledger.rows import Claim
from glamflow.ledger.states import FileState, RecordState
from glamflow.transforms.outcome import Reason

_record, _broken, _event = tables.record, tables.quarantine, tables.event
COMPARED = "compared"


class Unseen(NamedTuple):
    """Records that a harvest did not see, of how many that are alive; `nameless` parts of it could not be read at all."""

    missing: int
    alive: int
    nameless: int


class Absence:
    """Operations of `Ledger` on absence."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def count_unseen(self, partner: str, *, run_id: str, started_at: dt.datetime) -> Unseen:
        """What `note_missing` would count: for a look before it does."""
        alive = (_record.c.partner == partner, _record.c.state.not_in([RecordState.WITHDRAWN, RecordState.HELD]))
        with self._context.database.read() as connection:
            count = sa.select(sa.func.count()).select_from(_record)
            missing = connection.execute(count.where(*_unseen(partner, run_id, started_at))).scalar_one()
            total = connection.execute(count.where(*alive)).scalar_one()
            nameless = sa.select(sa.func.count()).select_from(_broken).where(_broken.c.run_id == run_id, _broken.c.key == "")
            return Unseen(int(missing), int(total), int(connection.execute(nameless).scalar_one()))

    def note_missing(self, claim: Claim, *, partner: str, run_id: str, started_at: dt.datetime) -> list[str]:
        """After a complete full harvest: count records that it did not see. Keys missed for the second time are returned."""
        database = self._context.database
        unseen = _unseen(partner, run_id, started_at)
        with database.write() as connection:
            require_claim(connection, claim)
            if _compared(connection, partner, run_id):
                return []
            now = database.now(connection)
            connection.execute(sa.update(_record).where(*unseen).values(missed=_record.c.missed + 1))
            twice = connection.execute(sa.select(_record.c.id, _record.c.key, _record.c.state).where(*unseen, _record.c.missed >= 2)).all()
            for part in chunks([row.id for row in twice]):
                connection.execute(
                    sa.update(_record).where(_record.c.id.in_(part))
                    .values(state=RecordState.HELD, reason=Reason.REMOVED_AT_SOURCE, detail="missed by two complete harvests")
                )  # fmt: skip
            facts = [
                EventFacts(
                    partner=partner, kind="record", subject=row.key, from_state=row.state, to_state=RecordState.HELD,
                    reason=Reason.REMOVED_AT_SOURCE, run_id=run_id,
                )
                for row in twice
            ]  # fmt: skip
            facts.append(EventFacts(partner=partner, kind="run", subject=run_id, to_state=COMPARED, detail=f"{len(twice)} held", run_id=run_id))
            self._context.events(connection, facts, at=now)
            ids = [row.id for row in twice]
            settle_files(self._context, connection, partner, ids, FileState.HELD, reason=Reason.REMOVED_AT_SOURCE, at=now)
        return [row.key for row in twice]


def _unseen(partner: str, run_id: str, started_at: dt.datetime) -> tuple[sa.ColumnElement[bool], ...]:
    broken = sa.select(_broken.c.key).where(_broken.c.run_id == run_id, _broken.c.partner == partner)
    return (
        _record.c.partner == partner, _record.c.last_seen_at < started_at,
        _record.c.state.not_in([RecordState.WITHDRAWN, RecordState.HELD]), _record.c.key.not_in(broken),
    )  # fmt: skip


def _compared(connection: sa.Connection, partner: str, run_id: str) -> bool:
    query = sa.select(_event.c.id).where(
        _event.c.partner == partner, _event.c.kind == "run", _event.c.subject == run_id, _event.c.to_state == COMPARED
    )
    return connection.execute(query).first() is not None
