"""Batches through mapping and checking: verdicts on records, and the files that follow from them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from glamflow.audit.events import EventFacts
from glamflow.ledger import tables
from glamflow.ledger.claims import require_claim
from glamflow.ledger.context import Context, chunks, to_value, to_values
from glamflow.ledger.harvest import settle_files
from glamflow.ledger.intents import take_intents
from glamflow.ledger.rows import Batch, Claim, FileRow, RecordVerdict, VerdictResult
from glamflow.ledger.states import RECORD_TRANSITIONS, FileState, RecordState
from glamflow.transforms.errors import StaleState

_batch, _record = tables.batch, tables.record


class Batches:
    """Operations of `Ledger` on batches."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def of_run(self, run_id: str) -> list[Batch]:
        """The batches that a run harvested, in order."""
        query = sa.select(_batch).where(_batch.c.run_id == run_id).order_by(_batch.c.created_at, _batch.c.id)
        with self._context.database.read() as connection:
            return to_values(Batch, connection.execute(query))

    def of_partner(self, partner: str) -> list[Batch]:
        """All batches of a partner that still hold a current record: what a re-map walks over."""
        alive = sa.select(_record.c.batch_id).where(_record.c.partner == partner).distinct()
        query = sa.select(_batch).where(_batch.c.partner == partner, _batch.c.id.in_(alive)).order_by(_batch.c.created_at, _batch.c.id)
        with self._context.database.read() as connection:
            return to_values(Batch, connection.execute(query))

    def left_behind(self, partner: str, *, run_id: str, before: dt.datetime) -> list[Batch]:
        """Batches of earlier runs that nobody judged and nobody will: their run ended, or is older than `before`."""
        run = tables.run
        ended = sa.select(run.c.id).where(run.c.partner == partner, run.c.state != "running")
        current = sa.exists().where(_record.c.batch_id == _batch.c.id)
        query = (
            sa.select(_batch).where(_batch.c.partner == partner, _batch.c.state != "checked", _batch.c.run_id != run_id, current)
            .where(sa.or_(_batch.c.created_at < before, _batch.c.run_id.in_(ended))).order_by(_batch.c.created_at, _batch.c.id)
        )  # fmt: skip
        with self._context.database.read() as connection:
            return to_values(Batch, connection.execute(query))

    def batch(self, batch_id: str) -> Batch:
        """One batch; `StaleState` if there is none."""
        with self._context.database.read() as connection:
            row = connection.execute(sa.select(_batch).where(_batch.c.id == batch_id)).first()
        if row is None:
            raise StaleState(f"There is no batch “{batch_id}” in this ledger.")
        return to_value(Batch, row)

    def current_keys(self, batch_id: str) -> set[str]:
        """Keys whose current version came with this batch (older versions need no work any more)."""
        with self._context.database.read() as connection:
            return set(connection.execute(sa.select(_record.c.key).where(_record.c.batch_id == batch_id)).scalars())

    def record_states(self, batch_ids: Sequence[str]) -> dict[str, int]:
        """How many current records of these batches are in each state."""
        states: dict[str, int] = {}
        with self._context.database.read() as connection:
            for part in chunks(batch_ids):
                query = sa.select(_record.c.state, sa.func.count()).where(_record.c.batch_id.in_(part)).group_by(_record.c.state)
                for state, number in connection.execute(query):
                    states[str(state)] = states.get(str(state), 0) + int(number)
        return states

    def commit_mapped(
        self, claim: Claim, *, batch_id: str, verdicts: Sequence[RecordVerdict], mapping_digest: str, object_key: str, run_id: str = ""
    ) -> VerdictResult:
        """Store what mapping made of a batch. Unpublished files of records that are rejected or held now wait, too."""
        database = self._context.database
        with database.write() as connection:
            require_claim(connection, claim)
            now = database.now(connection)
            batch = _locked(connection, batch_id)
            moved = self._judge(connection, batch, verdicts, run_id, now)
            values = {"mapping_digest": mapping_digest, "mapped_key": object_key, "state": "mapped"}
            connection.execute(sa.update(_batch).where(_batch.c.id == batch_id).values(**values))
        return VerdictResult(moved=len(moved), passed_over=len(verdicts) - len(moved))

    def commit_checked(
        self, claim: Claim, *, batch_id: str, verdicts: Sequence[RecordVerdict], files: Sequence[FileRow], rules_digest: str,
        object_key: str, run_id: str = "",
    ) -> VerdictResult:  # fmt: skip
        """Store the record checks' verdicts and the files with what is to become of each (see `intents.py`).

        `run_id` is the run whose gate these files wait for (default: the run that harvested the batch).
        """
        database = self._context.database
        with database.write() as connection:
            require_claim(connection, claim)
            now = database.now(connection)
            batch = _locked(connection, batch_id)
            moved = self._judge(connection, batch, verdicts, run_id, now)
            take_intents(
                self._context, connection, partner=batch.partner, batch_id=batch_id, run_id=run_id or batch.run_id,
                records=moved, files=[f for f in files if f.record_key in moved], at=now,
            )  # fmt: skip
            values = {"rules_digest": rules_digest, "checked_key": object_key, "state": "checked"}
            connection.execute(sa.update(_batch).where(_batch.c.id == batch_id).values(**values))
        return VerdictResult(moved=len(moved), passed_over=len(verdicts) - len(moved))

    def _judge(
        self, connection: sa.Connection, batch: Batch, verdicts: Sequence[RecordVerdict], run_id: str, now: dt.datetime
    ) -> dict[str, int]:
        """Move the records that still belong to this batch and may move; returns their ids by key."""
        known = {
            row.key: (row.id, row.state)
            for row in connection.execute(
                sa.select(_record.c.key, _record.c.id, _record.c.state).where(_record.c.batch_id == batch.id).with_for_update()
            )
        }
        applied = [v for v in verdicts if v.key in known and known[v.key][1] in RECORD_TRANSITIONS[v.state]]
        groups: dict[tuple[RecordState, str, str], list[RecordVerdict]] = {}
        for verdict in applied:
            groups.setdefault((verdict.state, verdict.reason, verdict.detail), []).append(verdict)
        for (state, reason, detail), group in groups.items():
            ids = [known[v.key][0] for v in group]
            for part in chunks(ids):
                connection.execute(sa.update(_record).where(_record.c.id.in_(part)).values(state=state, reason=reason, detail=detail))
            if state in (RecordState.REJECTED, RecordState.HELD):
                settle_files(
                    self._context, connection, batch.partner, ids, FileState.HELD, reason=reason, detail=detail, at=now,
                    keep=(FileState.REJECTED,),
                )  # fmt: skip
        facts = [
            EventFacts(partner=batch.partner, kind="record", subject=v.key, from_state=known[v.key][1], to_state=v.state,
                       reason=v.reason, detail=v.detail, run_id=run_id or batch.run_id, batch_id=batch.id)
            for v in applied
        ]  # fmt: skip
        self._context.events(connection, facts, at=now)
        return {v.key: known[v.key][0] for v in applied}


def _locked(connection: sa.Connection, batch_id: str) -> Batch:
    row = connection.execute(sa.select(_batch).where(_batch.c.id == batch_id).with_for_update()).first()
    if row is None:
        raise StaleState(f"There is no batch “{batch_id}” in this ledger.")
    return to_value(Batch, row)
