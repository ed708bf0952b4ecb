"""How far a partner has come, from the ledger: read-only, a second old at most."""

from __future__ import annotations

from pathlib import Path

from glamflow.ledger.ledger import Ledger
from glamflow.ledger.reads import Reads
from glamflow.ledger.states import FileState, RecordState
from glamflow.sandbox.demo.environment import Place
from glamflow.sandbox.demo.show import Row


def ledger_file(place: Place) -> Path:
    return place.home / "ledger.db"


def open_ledger(place: Place) -> Ledger:
    return Ledger.open(f"sqlite:///{ledger_file(place)}", actor="person:demo")


def progress_of(ledger: Ledger | None, slug: str, *, stage: str) -> Row:
    """Zeros before there is a ledger."""
    if ledger is None:
        return Row(partner=slug, stage=stage)
    funnel = Reads(ledger.context).funnel(slug)
    return Row(
        partner=slug, stage=stage, harvested=funnel.offered, ready=funnel.passed, published=funnel.published,
        verified=funnel.verified, held=funnel.files[FileState.HELD] + funnel.records[RecordState.HELD],
        rejected=funnel.files[FileState.REJECTED] + funnel.records[RecordState.REJECTED],
    )  # fmt: skip
