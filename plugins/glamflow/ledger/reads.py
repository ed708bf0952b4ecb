"""Named read models: the figures behind reports, pages and the command line. Nothing here writes.

Figures add up: `offered` is the sum of `records` over states, `files_total` the sum of `files`, and every work counts once in `works`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from glamflow.ledger import tables
from glamflow.ledger.context import Context, chunks, to_value, to_values
from glamflow.ledger.rows import Plan, Publication, RecordRow, Run, StoredFile
from glamflow.ledger.states import EditOutcome, FileState, PlanState, RecordState

_record, _file, _plan, _pub = tables.record, tables.file, tables.plan, tables.publication

_LEAST = (
    FileState.HELD, FileState.LISTED, FileState.STAGED, FileState.PLANNED, FileState.PUBLISHED, FileState.VERIFIED,
    FileState.REJECTED, FileState.WITHDRAWN, FileState.SUPERSEDED,
)  # fmt: skip
"""A work is as far as the least of its files. Files that were given up count only where no other file is left."""


class Funnel(msgspec.Struct, frozen=True, kw_only=True):
    """Where everything of a partner stands. States that nothing is in are 0, never absent."""

    partner: str
    records: dict[str, int]
    files: dict[str, int]
    works: dict[str, int]  # record states before CHECKED, then the least file state; "no_file" for checked ones without files

    @property
    def offered(self) -> int:
        """Records that the partner ever offered (withdrawn ones too)."""
        return sum(self.records.values())

    @property
    def mapped(self) -> int:
        """Records past mapping: everything but those still waiting for it, and those withdrawn."""
        return self.offered - self.records["harvested"] - self.records["withdrawn"]

    @property
    def checked(self) -> int:
        """Records that passed mapping and checks."""
        return self.records["checked"]

    @property
    def files_total(self) -> int:
        return sum(self.files.values())

    @property
    def passed(self) -> int:
        """Files that the checks let through and nobody stopped since."""
        return self.files["listed"] + self.staged

    @property
    def staged(self) -> int:
        """Files whose bytes were fetched and found good, or that are further."""
        return self.files["staged"] + self.planned

    @property
    def planned(self) -> int:
        return self.files["planned"] + self.published

    @property
    def published(self) -> int:
        return self.files["published"] + self.files["verified"]

    @property
    def verified(self) -> int:
        return self.files["verified"]


class ReasonCount(msgspec.Struct, frozen=True, kw_only=True):
    """How often a reason stands in the way, with up to three keys to look at."""

    subject: str  # record or file
    state: str
    reason: str
    count: int
    examples: tuple[str, ...]


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A plan that waits for a person."""

    plan: Plan
    files: int
    waiting_since: dt.datetime


class SealRow(msgspec.Struct, frozen=True, kw_only=True):
    """A sealed segment as pages show it."""

    number: int
    events: int
    sha256: str
    row_hash: str
    at: dt.datetime


class Reads:
    """`ledger.reads`."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def media_at(self, url: str, *, partner: str = "") -> list[str]:
        """Ids of media that the source offers at this address."""
        query = sa.select(tables.file.c.media_id).where(tables.file.c.url == url).distinct()
        with self._context.database.read() as connection:
            return list(connection.execute(query.where(tables.file.c.partner == partner) if partner else query).scalars())

    def partners(self) -> list[str]:
        """Slugs of all partners that ever ran."""
        with self._context.database.read() as connection:
            return list(connection.execute(sa.select(tables.run.c.partner).distinct().order_by(tables.run.c.partner)).scalars())

    def funnel(self, partner: str) -> Funnel:
        """Counts by state of records, files and works."""
        with self._context.database.read() as connection:
            records = _counts(connection, _record, partner)
            files = _counts(connection, _file, partner)
            works = _works(connection, partner)
        return Funnel(
            partner=partner, works=works,
            records={state: records.get(state, 0) for state in RecordState}, files={state: files.get(state, 0) for state in FileState},
        )  # fmt: skip

    def reasons(self, partner: str) -> list[ReasonCount]:
        """What stands in the way of records and files, most frequent first."""
        found = []
        with self._context.database.read() as connection:
            for subject, table, key in (("record", _record, _record.c.key), ("file", _file, _file.c.record_key)):
                stopped = table.c.state.in_(["rejected", "held", "withdrawn"])
                where = (table.c.partner == partner, stopped)
                query = sa.select(table.c.state, table.c.reason, sa.func.count().label("n")).where(*where).group_by(table.c.state, table.c.reason)
                for row in connection.execute(query).all():
                    some = sa.select(key).where(*where, table.c.state == row.state, table.c.reason == row.reason).order_by(table.c.id).limit(3)
                    examples = tuple(dict.fromkeys(connection.execute(some).scalars()))
                    found.append(ReasonCount(subject=subject, state=row.state, reason=row.reason, count=row.n, examples=examples))
        return sorted(found, key=lambda r: (-r.count, r.subject, r.state, r.reason))

    def waiting_approvals(self, partner: str = "") -> list[Waiting]:
        """Plans that wait for a person, longest waiting first."""
        members = sa.select(sa.func.count()).where(tables.plan_file.c.plan_id == _plan.c.id, tables.plan_file.c.open).scalar_subquery()
        query = sa.select(_plan, members.label("files")).where(_plan.c.state == PlanState.PLANNED).order_by(_plan.c.created_at)
        if partner:
            query = query.where(_plan.c.partner == partner)
        with self._context.database.read() as connection:
            rows = connection.execute(query).all()
        return [Waiting(plan=to_value(Plan, row), files=row.files, waiting_since=row.created_at) for row in rows]

    def runs(self, partner: str, *, limit: int = 20) -> list[Run]:
        """Newest first."""
        query = sa.select(tables.run).where(tables.run.c.partner == partner).order_by(tables.run.c.started_at.desc()).limit(limit)
        with self._context.database.read() as connection:
            return to_values(Run, connection.execute(query))

    def records(
        self, partner: str, *, state: str | Sequence[str] = "", reason: str = "", after: int = 0, limit: int = 500
    ) -> list[RecordRow]:  # fmt: skip
        """Records by id, page by page: give the last id as `after` for the next page. `state`: one, several or any."""
        return self._page(RecordRow, _record, partner, state, reason, after, limit)

    def files(
        self, partner: str, *, state: str | Sequence[str] = "", reason: str = "", after: int = 0, limit: int = 500
    ) -> list[StoredFile]:  # fmt: skip
        """Files by id, page by page."""
        return self._page(StoredFile, _file, partner, state, reason, after, limit)

    def records_of_batch(self, partner: str, batch_id: str, *, after: int = 0, limit: int = 500) -> list[RecordRow]:
        """Records whose newest version came with this batch ("": those that were never in one), by id, page by page."""
        query = sa.select(_record).where(_record.c.partner == partner, _record.c.batch_id == batch_id, _record.c.id > after)
        with self._context.database.read() as connection:
            return to_values(RecordRow, connection.execute(query.order_by(_record.c.id).limit(limit)))

    def files_of_records(self, record_ids: Sequence[int]) -> list[StoredFile]:
        """All files of these records, each record's in the partner's order."""
        found: list[StoredFile] = []
        with self._context.database.read() as connection:
            for part in chunks(record_ids):
                query = sa.select(_file).where(_file.c.record_id.in_(part)).order_by(_file.c.record_id, _file.c.position, _file.c.id)
                found += to_values(StoredFile, connection.execute(query))
        return found

    def record(self, partner: str, key: str) -> RecordRow | None:
        """One record."""
        with self._context.database.read() as connection:
            row = connection.execute(sa.select(_record).where(_record.c.partner == partner, _record.c.key == key)).first()
        return None if row is None else to_value(RecordRow, row)

    def live_publications(self, partner: str, *, after: int = 0, limit: int = 500) -> list[Publication]:
        """Pages that stand on a wiki, by id, page by page."""
        live = _pub.c.state.in_(["published", "verified", "held"])
        query = sa.select(_pub).where(_pub.c.partner == partner, live, _pub.c.id > after).order_by(_pub.c.id).limit(limit)
        with self._context.database.read() as connection:
            return to_values(Publication, connection.execute(query))

    def published_today(self, partner: str, wiki: str, *, since: dt.datetime) -> int:
        """Files first published on this wiki since a moment: what counts against a daily limit."""
        new = (_pub.c.partner == partner, _pub.c.wiki == wiki, _pub.c.page_id.is_not(None), _pub.c.created_at >= since)
        with self._context.database.read() as connection:
            return int(connection.execute(sa.select(sa.func.count()).select_from(_pub).where(*new)).scalar_one())

    def newest_files(self, partner: str, states: Sequence[str], *, limit: int) -> list[StoredFile]:
        """Files in these states whose bytes we hold, the last changed first."""
        query = sa.select(_file).where(_file.c.partner == partner, _file.c.state.in_(states), _file.c.sha256 != "")
        with self._context.database.read() as connection:
            return to_values(StoredFile, connection.execute(query.order_by(_file.c.updated_at.desc(), _file.c.id.desc()).limit(limit)))

    def seals(self, partner: str, *, limit: int = 20) -> list[SealRow]:
        """Sealed segments of the audit chain, newest first."""
        seal = tables.audit_seal
        query = sa.select(seal).where(seal.c.partner == partner).order_by(seal.c.number.desc()).limit(limit)
        with self._context.database.read() as connection:
            return to_values(SealRow, connection.execute(query))

    def written_since(self, partner: str, moment: dt.datetime) -> int:
        """How many writes the wiki has taken since `moment`."""
        edit = tables.edit
        query = sa.select(sa.func.count()).where(edit.c.partner == partner, edit.c.outcome == EditOutcome.APPLIED, edit.c.at >= moment)
        with self._context.database.read() as connection:
            return int(connection.execute(query).scalar_one())

    def _page(
        self, kind: type[Any], table: sa.Table, partner: str, state: str | Sequence[str], reason: str, after: int, limit: int
    ) -> list[Any]:  # fmt: skip
        query = sa.select(table).where(table.c.partner == partner, table.c.id > after).order_by(table.c.id).limit(limit)
        if state:
            query = query.where(table.c.state.in_([state] if isinstance(state, str) else state))
        if reason:
            query = query.where(table.c.reason == reason)
        with self._context.database.read() as connection:
            return to_values(kind, connection.execute(query))


def _counts(connection: sa.Connection, table: sa.Table, partner: str) -> dict[str, int]:
    query = sa.select(table.c.state, sa.func.count().label("n")).where(table.c.partner == partner).group_by(table.c.state)
    return {row.state: row.n for row in connection.execute(query)}


def _works(connection: sa.Connection, partner: str) -> dict[str, int]:
    rank = sa.case({state: number for number, state in enumerate(_LEAST)}, value=_file.c.state)
    least = sa.select(_file.c.record_id, sa.func.min(rank).label("rank")).where(_file.c.partner == partner).group_by(_file.c.record_id).subquery()
    query = (
        sa.select(_record.c.state, least.c.rank, sa.func.count())
        .outerjoin(least, least.c.record_id == _record.c.id)
        .where(_record.c.partner == partner)
        .group_by(_record.c.state, least.c.rank)
    )
    works: dict[str, int] = {}
    for state, number, count in connection.execute(query):
        from_files = "no_file" if number is None else str(_LEAST[number])
        name = from_files if state == RecordState.CHECKED else str(state)
        works[name] = works.get(name, 0) + count
    return works
