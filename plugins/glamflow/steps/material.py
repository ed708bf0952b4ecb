"""The files of a plan with what their pages are made from: record, medium, rights decision, staged facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec

from glamflow.ledger.branches import base_media_id
from glamflow.ledger.rows import StoredFile
from glamflow.steps.deps import Deps
from glamflow.steps.objects import Checked
from glamflow.store import layout
from glamflow.store.ndjson import read_ndjson
from glamflow.transforms.paged_work import as_one_work
from glamflow.transforms.record import MediaRef, MediaRole, Record
from glamflow.transforms.rights.decision import RightsDecision

PDF = "application/pdf"


@dataclass(frozen=True, kw_only=True)
class Material:
    """One file ready to be described. `retrieved` is the day of the source's snapshot, never of the run."""

    file: StoredFile
    record: Record
    medium: MediaRef
    decision: RightsDecision
    retrieved: dt.date


def load_material(deps: Deps, files: Iterable[StoredFile]) -> Iterator[Material]:
    """Material of `files`, batch by batch; a file whose record no longer stands in its batch is left out."""
    by_batch: dict[str, list[StoredFile]] = {}
    for file in files:
        by_batch.setdefault(file.batch_id, []).append(file)
    for batch_id, members in by_batch.items():
        batch = deps.ledger.batch(batch_id)
        wanted: dict[str, list[StoredFile]] = {}
        for file in members:
            wanted.setdefault(file.record_key, []).append(file)
        for item in read_ndjson(deps.store, batch.checked_key, Checked):
            for file in wanted.get(item.record.key, ()):
                material = _material(item, file, batch.created_at.date())
                if material:
                    yield material


def _material(item: Checked, file: StoredFile, retrieved: dt.date) -> Material | None:
    media_id = base_media_id(file.media_id)
    medium = next((medium for medium in item.record.media if medium.id == media_id), None)
    verdict = next((verdict for verdict in item.checks.files if verdict.media_id == media_id), None)
    if medium is None or verdict is None or verdict.decision is None:
        return None
    record = item.record
    if medium.role is MediaRole.PAGE and file.mime == PDF:  # made of all pages: described as the document that it is
        record, medium = as_one_work(record, medium)
    return Material(file=file, record=record, medium=medium, decision=verdict.decision, retrieved=retrieved)


def repeated_titles(deps: Deps, partner: str) -> frozenset[str]:
    """Keys of titles that too many of the partner's records share (`check.py` counts them)."""
    try:
        return frozenset(msgspec.json.decode(deps.store.get(layout.repeated_titles(partner)), type=list[str]))
    except KeyError:
        return frozenset()
