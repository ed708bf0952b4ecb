"""How far a partner has come, from the ledger: read-only, a second old at most."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from glamflow.ledger import tables
from glamflow.ledger.ledger import Ledger
from glamflow.ledger.reads import Reads
from glamflow.ledger.states import FileState, RecordState
from glamflow.sandbox.collection.wiki_seed import OurPage
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


def our_pages(ledger: Ledger) -> dict[str, OurPage]:
    """Record id as people say it ("LM-1024") → title and page id of its first file on the wiki."""
    file, pub = tables.file, tables.publication
    query = (
        sa.select(file.c.record_key, pub.c.title, pub.c.page_id)
        .join(pub, pub.c.file_id == file.c.id)
        .where(pub.c.page_id.is_not(None))
        .order_by(file.c.id.desc())  # the first file of a record is read last and stays
    )
    with ledger.database.read() as connection:
        return {
            row.record_key.rpartition(":")[2]: OurPage(f"File:{row.title.removeprefix('File:')}", row.page_id)
            for row in connection.execute(query)
        }
