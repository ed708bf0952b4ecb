"""What the checks want for each medium, laid over the files as they stand: nothing goes backwards.

| file now | checks say | becomes |
|---|---|---|
| unknown | listed / held / rejected | that |
| listed, held, rejected, withdrawn | listed / held / rejected | that, unless a later stage or a person decided on the same facts |
| staged | listed | stays staged; listed again if the source's address or size changed |
| planned | listed | stays; `changed_at_source` if the intent changed |
| staged, planned | held / rejected | that |
| published, verified | listed | stays; `changed_at_source` if the intent changed |
| published, verified | held / rejected | stays; observation RIGHTS_NARROWED_AT_SOURCE |
| held by a later stage while its page stands (a deletion tag) | any | as published: held still, brought up to date once it is let go |
| any, not listed any more | | as if its record were deleted |
| other content of a published medium (`branches.py`) | what they say of the medium | as above |
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from glamflow.audit.events import EventFacts
from glamflow.ledger import tables
from glamflow.ledger.branches import base_media_id
from glamflow.ledger.context import Context, chunks
from glamflow.ledger.observations import note
from glamflow.ledger.rows import FileRow
from glamflow.ledger.states import FileState
from glamflow.ledger.transitions import advance_files
from glamflow.transforms.outcome import Reason

_file, _pub = tables.file, tables.publication
_PUBLIC = (FileState.PUBLISHED, FileState.VERIFIED)


def take_intents(
    context: Context, connection: sa.Connection, *, partner: str, batch_id: str, run_id: str, records: dict[str, int],
    files: Sequence[FileRow], at: dt.datetime,
) -> None:  # fmt: skip
    """Apply the table above to all files of `records` (key → id)."""
    known = {(row.record_key, row.media_id): row for row in _files_of(connection, list(records.values()))}
    wanted = {(f.record_key, f.media_id): f for f in files}
    wanted |= {key: wanted[base] for key in known if key not in wanted and (base := (key[0], base_media_id(key[1]))) in wanted}
    standing = _held_with_a_page(connection, partner, known.values())
    facts = {"run_id": run_id, "batch_id": batch_id}
    _insert(context, connection, partner, records, [f for key, f in wanted.items() if key not in known], facts, at)
    moves: dict[tuple[FileState, str, str], list[int]] = {}
    updates = []
    for key, intent in wanted.items():
        row = known.get(key)
        if row is None:
            continue
        public = row.state in _PUBLIC or row.id in standing
        updates.append(_columns(intent, row, facts, public=public))
        if public and intent.state is not FileState.LISTED:
            _note_narrowed(connection, partner, row, intent, at)
        target = None if public else _target(intent, row)
        if target is not None:
            reason, detail = ("", "") if target is FileState.LISTED and intent.state is not target else (intent.reason, intent.detail)
            moves.setdefault((target, reason, detail), []).append(row.id)
    if updates:
        _update(connection, updates, at)
    for (state, reason, detail), ids in moves.items():
        advance_files(context, connection, ids, state, at=at, reason=reason, detail=detail, decided_by="check")
    _drop(context, connection, partner, [row for key, row in known.items() if key not in wanted], at)


def _target(intent: FileRow, row: sa.Row[Any]) -> FileState | None:
    """The state that the file has to move to, None if it stays where it is."""
    now = FileState(row.state)
    same = row.intent_digest == intent.intent_digest and row.url == intent.url and row.source_size == intent.source_size
    if now is FileState.SUPERSEDED:
        return None
    if now in (FileState.HELD, FileState.REJECTED) and (row.decided_by == "person" or (row.decided_by != "check" and same)):
        return None
    if intent.state is FileState.LISTED:
        fetched_anew = row.url != intent.url or row.source_size != intent.source_size
        if now is FileState.LISTED or now is FileState.PLANNED or (now is FileState.STAGED and not fetched_anew):
            return None
    unchanged = now is intent.state and row.reason == intent.reason and row.detail == intent.detail
    return None if unchanged else intent.state


def _held_with_a_page(connection: sa.Connection, partner: str, rows: Iterable[sa.Row[Any]]) -> set[int]:
    """Of these files those that were published and held since, and whose page still stands. A half-done pair is none."""
    held = {row.id for row in rows if row.state == FileState.HELD and row.decided_by not in ("check", "person")}
    event = tables.event.c
    found: set[int] = set()
    for part in chunks(sorted(held)):
        stands = sa.select(_pub.c.file_id).where(_pub.c.file_id.in_(part), _pub.c.state.in_(["published", "verified", "held"]))
        live = sorted(set(connection.execute(stands).scalars()))
        if live:
            once = sa.select(event.subject).where(
                event.partner == partner, event.kind == "file", event.subject.in_([str(id) for id in live]), event.to_state == FileState.PUBLISHED
            )
            found |= {int(id) for id in connection.execute(once).scalars()}
    return found


def _columns(intent: FileRow, row: sa.Row[Any], facts: dict[str, str], *, public: bool) -> dict[str, Any]:
    changed = row.intent_digest != intent.intent_digest and (public or row.state == FileState.PLANNED)
    # A published file keeps the rights it was published under: they are the evidence for the page that stands.
    narrowed = public and intent.state is not FileState.LISTED
    return {
        "_id": row.id, "_url": intent.url, "_role": intent.role, "_position": intent.position, "_title": row.title or intent.title,
        "_rights": row.rights if narrowed else intent.rights,
        "_intent": row.intent_digest if narrowed else intent.intent_digest,
        "_size": intent.source_size, "_not_before": intent.not_before, "_reconsider": intent.reconsider_on,
        "_changed": row.changed_at_source or (changed and not narrowed), "_run": facts["run_id"], "_batch": facts["batch_id"],
    }  # fmt: skip


def _update(connection: sa.Connection, updates: list[dict[str, Any]], at: dt.datetime) -> None:
    bind = sa.bindparam
    connection.execute(
        sa.update(_file).where(_file.c.id == bind("_id")).values(
            url=bind("_url"), role=bind("_role"), position=bind("_position"), title=bind("_title"), rights=bind("_rights"),
            intent_digest=bind("_intent"), source_size=bind("_size"), not_before=bind("_not_before"),
            reconsider_on=bind("_reconsider"), changed_at_source=bind("_changed"), run_id=bind("_run"), batch_id=bind("_batch"),
            updated_at=at,
        ),
        updates,
    )  # fmt: skip


def _insert(
    context: Context, connection: sa.Connection, partner: str, records: dict[str, int], files: Iterable[FileRow],
    facts: dict[str, str], at: dt.datetime,
) -> None:  # fmt: skip
    new = [f for f in files if f.record_key in records]
    if not new:
        return
    ids: list[int] = []
    for part in chunks([_new_row(partner, records[f.record_key], f, facts, at) for f in new]):
        ids.extend(connection.execute(sa.insert(_file).returning(_file.c.id, sort_by_parameter_order=True), part).scalars())
    events = [
        EventFacts(partner=partner, kind="file", subject=str(id), to_state=f.state, reason=f.reason, detail=f.detail, **facts)
        for id, f in zip(ids, new, strict=True)
    ]
    context.events(connection, events, at=at)


def _new_row(partner: str, record_id: int, f: FileRow, facts: dict[str, str], at: dt.datetime) -> dict[str, Any]:
    return {
        "partner": partner, "record_id": record_id, "record_key": f.record_key, "media_id": f.media_id, "state": f.state,
        "reason": f.reason, "detail": f.detail, "decided_by": "check", "url": f.url, "role": f.role, "position": f.position,
        "rights": f.rights, "title": f.title, "intent_digest": f.intent_digest, "source_size": f.source_size,
        "not_before": f.not_before, "reconsider_on": f.reconsider_on, "created_at": at, "updated_at": at, **facts,
    }  # fmt: skip


def _drop(context: Context, connection: sa.Connection, partner: str, rows: Iterable[sa.Row[Any]], at: dt.datetime) -> None:
    """Media that their record no longer lists."""
    gone = []
    for row in rows:
        if row.state in _PUBLIC:
            kind = Reason.REMOVED_AT_SOURCE
            note(connection, partner=partner, kind=kind, file_id=row.id, record_key=row.record_key, reason=kind, at=at)
        elif row.state not in (FileState.WITHDRAWN, FileState.SUPERSEDED):
            gone.append(row.id)
    advance_files(context, connection, gone, FileState.WITHDRAWN, at=at, reason=Reason.REMOVED_AT_SOURCE, decided_by="check")


def _note_narrowed(connection: sa.Connection, partner: str, row: sa.Row[Any], intent: FileRow, at: dt.datetime) -> None:
    kind = Reason.RIGHTS_NARROWED_AT_SOURCE
    detail = {"verdict": str(intent.state), "reason": intent.reason, "detail": intent.detail, "rights": intent.rights}
    note(connection, partner=partner, kind=kind, file_id=row.id, record_key=row.record_key, reason=intent.reason, detail=detail, at=at)


def _files_of(connection: sa.Connection, record_ids: Sequence[int]) -> list[sa.Row[Any]]:
    rows: list[sa.Row[Any]] = []
    for part in chunks(record_ids):
        rows.extend(connection.execute(sa.select(_file).where(_file.c.record_id.in_(part)).with_for_update()))
    return rows
