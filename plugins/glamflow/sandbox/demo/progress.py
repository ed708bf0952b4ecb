"""How far a partner has come, from the ledger: read-only, a second old at most."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from glamflow.ledger import tables
from glamflow.ledger.ledger import Ledger
from glamflow.ledger.states import FileState, RecordState
from glamflow.sandbox.demo.environment import Place
from glamflow.sandbox.demo.show import Row

_GOING = (FileState.LISTED, FileState.STAGED, FileState.PLANNED, FileState.PUBLISHED, FileState.VERIFIED)
_DONE = (FileState.PUBLISHED, FileState.VERIFIED)


def ledger_file(place: Place) -> Path:
    return place.home / "ledger.db"


def open_ledger(place: Place) -> Ledger:
    return Ledger.open(f"sqlite:///{ledger_file(place)}", actor="person:demo")


def progress_of(ledger: Ledger | None, slug: str, *, stage: str) -> Row:
    """Zeros before there is a ledger."""
    if ledger is None:
        return Row(partner=slug, stage=stage)
    records = _counts(ledger, tables.record, slug)
    files = _counts(ledger, tables.file, slug)
    return Row(
        partner=slug, stage=stage, harvested=sum(records.values()),
        ready=sum(files.get(state, 0) for state in _GOING),
        published=sum(files.get(state, 0) for state in _DONE),
        verified=files.get(FileState.VERIFIED, 0),
        held=files.get(FileState.HELD, 0) + records.get(RecordState.HELD, 0),
        rejected=files.get(FileState.REJECTED, 0) + records.get(RecordState.REJECTED, 0),
    )  # fmt: skip


def _counts(ledger: Ledger, table: sa.Table, slug: str) -> dict[str, int]:
    query = sa.select(table.c.state, sa.func.count().label("number")).where(table.c.partner == slug).group_by(table.c.state)
    with ledger.database.read() as connection:
        return {row.state: row.number for row in connection.execute(query)}
