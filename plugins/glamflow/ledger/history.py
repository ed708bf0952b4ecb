"""`why`: everything the ledger knows of one object, by its page title, record key, medium or checksum."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import sqlalchemy as sa

from glamflow.ledger import tables
from glamflow.ledger.context import Context, to_values
from glamflow.ledger.rows import Approval, Ban, Observation, Plan, Publication, RecordRow, StoredFile

_record, _file, _pub, _event, _edit = tables.record, tables.file, tables.publication, tables.event, tables.edit


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a record as harvested."""

    record_id: int
    version: int
    digest: str
    batch_id: str
    datestamp: str
    deleted: bool
    created_at: dt.datetime


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the story: an event inside, or an edit sent outside."""

    at: dt.datetime
    subject: str
    what: str
    reason: str
    detail: str
    actor: str


class History(msgspec.Struct, frozen=True, kw_only=True):
    """All that concerns the objects which the question named; empty tuples where there is nothing."""

    asked: str
    records: tuple[RecordRow, ...] = ()
    versions: tuple[Version, ...] = ()
    files: tuple[StoredFile, ...] = ()
    publications: tuple[Publication, ...] = ()
    plans: tuple[Plan, ...] = ()
    approvals: tuple[Approval, ...] = ()
    observations: tuple[Observation, ...] = ()
    bans: tuple[Ban, ...] = ()
    story: tuple[Happening, ...] = ()

    @property
    def found(self) -> bool:
        return bool(self.records or self.files)


class Histories:
    """Operation of `Ledger` that explains."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def why(self, asked: str, *, partner: str = "") -> History:
        """The history of what `asked` names: "File:…" or a title, a record key, a medium's id, a SHA-1 or SHA-256."""
        text = asked.removeprefix("File:").replace("_", " ") if asked.startswith("File:") else asked
        with self._context.database.read() as connection:
            files = _files_named(connection, text, partner)
            records = _records_named(connection, text, partner, [f.record_id for f in files])
            if records and not files:
                files = to_values(StoredFile, connection.execute(sa.select(_file).where(_file.c.record_id.in_([r.id for r in records]))))
            ids = [f.id for f in files]
            plans = to_values(
                Plan,
                connection.execute(
                    sa.select(tables.plan).where(
                        tables.plan.c.id.in_(sa.select(tables.plan_file.c.plan_id).where(tables.plan_file.c.file_id.in_(ids)))
                    ).order_by(tables.plan.c.created_at)
                ),
            )  # fmt: skip
            return History(
                asked=asked, records=tuple(records), files=tuple(files), plans=tuple(plans),
                versions=_all(connection, Version, tables.record_version, tables.record_version.c.record_id.in_([r.id for r in records])),
                publications=_all(connection, Publication, _pub, _pub.c.file_id.in_(ids)),
                approvals=_all(connection, Approval, tables.approval, tables.approval.c.plan_id.in_([p.id for p in plans])),
                observations=_all(connection, Observation, tables.observation, _observed(ids, records)),
                bans=_all(connection, Ban, tables.do_not_upload, tables.do_not_upload.c.value.in_(_ban_values(files, records))),
                story=_story(connection, records, files, plans),
            )  # fmt: skip


def _files_named(connection: sa.Connection, text: str, partner: str) -> list[StoredFile]:
    titled = sa.select(_pub.c.file_id).where(_pub.c.title == text)
    named = sa.or_(_file.c.sha1 == text.lower(), _file.c.sha256 == text.lower(), _file.c.media_id == text, _file.c.id.in_(titled))
    if not text:
        named = sa.false()
    query = sa.select(_file).where(named).order_by(_file.c.id).limit(200)
    return to_values(StoredFile, connection.execute(query.where(_file.c.partner == partner) if partner else query))


def _records_named(connection: sa.Connection, text: str, partner: str, ids: list[int]) -> list[RecordRow]:
    # A key is found by its partner only: there are few of them.
    partners = [partner] if partner else _partners(connection)
    named = sa.and_(_record.c.partner.in_(partners), _record.c.key == text)
    query = sa.select(_record).where(sa.or_(named, _record.c.id.in_(ids))).order_by(_record.c.id)
    return to_values(RecordRow, connection.execute(query.where(_record.c.partner == partner) if partner else query))


def _partners(connection: sa.Connection) -> list[str]:
    """Partners that have records: each is one step in the index, however many records it has."""
    found = sa.select(sa.func.min(_record.c.partner).label("partner")).cte("found", recursive=True)
    after = sa.select(sa.func.min(_record.c.partner)).where(_record.c.partner > found.c.partner).scalar_subquery()
    found = found.union_all(sa.select(after).where(found.c.partner.is_not(None)))
    return list(connection.execute(sa.select(found.c.partner).where(found.c.partner.is_not(None))).scalars())


def _all(connection: sa.Connection, kind: type[Any], table: sa.Table, where: sa.ColumnElement[bool]) -> tuple[Any, ...]:
    return tuple(to_values(kind, connection.execute(sa.select(table).where(where).order_by(*table.primary_key.columns))))


def _observed(ids: list[int], records: list[RecordRow]) -> sa.ColumnElement[bool]:
    seen = tables.observation.c
    of_record = [sa.and_(seen.partner == r.partner, seen.record_key == r.key) for r in records]
    return sa.or_(seen.file_id.in_(ids), *of_record)


def _ban_values(files: list[StoredFile], records: list[RecordRow]) -> list[str]:
    return [*(r.key for r in records), *(str(f.id) for f in files), *(f.sha1 for f in files if f.sha1)]


def _story(connection: sa.Connection, records: list[RecordRow], files: list[StoredFile], plans: list[Plan]) -> tuple[Happening, ...]:
    subjects = [
        *(sa.and_(_event.c.partner == r.partner, _event.c.kind == "record", _event.c.subject == r.key) for r in records),
        *(sa.and_(_event.c.partner == f.partner, _event.c.kind.in_(["file", "publication"]), _event.c.subject == str(f.id)) for f in files),
        *(sa.and_(_event.c.partner == p.partner, _event.c.kind.in_(["plan", "approval"]), _event.c.subject == p.id) for p in plans),
    ]
    lines = []
    if subjects:
        for row in connection.execute(sa.select(_event).where(sa.or_(*subjects)).order_by(_event.c.id)):
            what = f"{row.from_state} → {row.to_state}" if row.from_state else row.to_state
            lines.append((row.at, 0, row.id, Happening(at=row.at, subject=f"{row.kind} {row.subject}", what=what, reason=row.reason, detail=row.detail, actor=row.actor)))  # fmt: skip
    for row in connection.execute(sa.select(_edit).where(_edit.c.file_id.in_([f.id for f in files])).order_by(_edit.c.id)):
        what = f"{row.step}: {row.outcome or 'sent'}" + (f", revision {row.revision}" if row.revision else "")
        lines.append((row.at, 1, row.id, Happening(at=row.at, subject=f"{row.wiki} {row.target}", what=what, reason=row.code, detail=row.detail, actor=row.actor)))  # fmt: skip
    return tuple(line[3] for line in sorted(lines, key=lambda line: line[:3]))
