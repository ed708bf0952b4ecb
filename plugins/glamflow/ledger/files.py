"""Files on their way from the gate to a plan: selection, staging, and the exits on the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import msgspec
import sqlalchemy as sa

from glamflow.ledger import tables
from glamflow.ledger.claims import require_claim
from glamflow.ledger.context import Context, chunks, to_value, to_values
from glamflow.ledger.guards import not_banned
from glamflow.ledger.hashes import store_hashes
from glamflow.ledger.rows import Claim, StagedMedia, StoredFile
from glamflow.ledger.states import FILE_TRANSITIONS, FileState
from glamflow.ledger.transitions import advance_files
from glamflow.transforms.errors import StaleState

_file, _plan_file, _run = tables.file, tables.plan_file, tables.run


class Files:
    """Operations of `Ledger` on files."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def file(self, file_id: int) -> StoredFile:
        """One file; `StaleState` if there is none."""
        found = self.files([file_id])
        if not found:
            raise StaleState(f"There is no file {file_id} in this ledger.")
        return found[0]

    def files(self, ids: Sequence[int]) -> list[StoredFile]:
        """Those of `ids` that exist, by id."""
        rows: list[StoredFile] = []
        with self._context.database.read() as connection:
            for part in chunks(sorted(set(ids))):
                rows.extend(to_values(StoredFile, connection.execute(sa.select(_file).where(_file.c.id.in_(part)).order_by(_file.c.id))))
        return rows

    def files_of_record(self, partner: str, record_key: str) -> list[StoredFile]:
        """All files of a record in the partner's order."""
        query = sa.select(_file).where(_file.c.partner == partner, _file.c.record_key == record_key).order_by(_file.c.position, _file.c.id)
        with self._context.database.read() as connection:
            return to_values(StoredFile, connection.execute(query))

    def select_files(self, partner: str, *, limit: int, today: dt.date | None = None) -> list[StoredFile]:
        """Files that may be planned now, oldest first: listed or staged, gate open, embargo passed, in no open plan,
        not held until a later day, not banned."""
        return self._select(partner, _file.c.state.in_([FileState.LISTED, FileState.STAGED]), limit, today)

    def select_updates(self, partner: str, *, limit: int, today: dt.date | None = None) -> list[StoredFile]:
        """Published files whose record changed at the source since, oldest first."""
        public = _file.c.state.in_([FileState.PUBLISHED, FileState.VERIFIED])
        return self._select(partner, sa.and_(public, _file.c.changed_at_source), limit, today)

    def _select(self, partner: str, wanted: sa.ColumnElement[bool], limit: int, today: dt.date | None) -> list[StoredFile]:
        database = self._context.database
        with database.read() as connection:
            day = today or database.now(connection).date()
            query = (
                sa.select(_file)
                .join(_run, _run.c.id == _file.c.run_id)
                .where(_file.c.partner == partner, wanted, _run.c.gate.is_(True))
                .where(sa.or_(_file.c.not_before.is_(None), _file.c.not_before <= day))
                .where(~sa.exists().where(_plan_file.c.file_id == _file.c.id, _plan_file.c.open))
                .where(_not_put_off(day))
                .where(not_banned())
                .order_by(_file.c.created_at, _file.c.id)
                .limit(limit)
            )
            return to_values(StoredFile, connection.execute(query))

    def due_for_reconsideration(self, today: dt.date) -> list[StoredFile]:
        """Files whose rights decision said "look again on", and that day has come."""
        waiting = [FileState.HELD, FileState.REJECTED]
        query = sa.select(_file).where(_file.c.reconsider_on <= today, _file.c.state.in_(waiting)).order_by(_file.c.partner, _file.c.id)
        with self._context.database.read() as connection:
            return to_values(StoredFile, connection.execute(query))

    def fetched_sizes(self, partner: str, *, limit: int = 200) -> list[tuple[str, int]]:
        """Address and size of some files of the partner that were fetched before: what its files usually weigh."""
        fetched = [FileState.STAGED, FileState.PLANNED, FileState.PUBLISHED, FileState.VERIFIED]
        query = sa.select(_file.c.url, _file.c.size).where(_file.c.partner == partner, _file.c.state.in_(fetched), _file.c.size > 0).limit(limit)
        with self._context.database.read() as connection:
            return [(row.url, row.size) for row in connection.execute(query)]

    def media_needed(self, partner: str, *, unused_since: dt.datetime, sha256: str = "") -> set[str]:
        """SHA-256 of staged bytes that a plan or an unverified page needs, or whose file changed since that moment."""
        working = [FileState.STAGED, FileState.PLANNED, FileState.PUBLISHED]
        planned = sa.exists().where(_plan_file.c.file_id == _file.c.id, _plan_file.c.open)
        query = sa.select(_file.c.sha256).where(
            _file.c.partner == partner, _file.c.sha256 != "",
            sa.or_(_file.c.state.in_(working), planned, _file.c.updated_at >= unused_since),
        )  # fmt: skip
        if sha256:
            query = query.where(_file.c.sha256 == sha256)
        with self._context.database.read() as connection:
            return set(connection.execute(query).scalars()) | _of_new_versions(connection, partner)

    def stage(self, claim: Claim, file_id: int, media: StagedMedia) -> StoredFile:
        """The bytes lie in the store, checked: the file is STAGED with its facts (again, if staged before)."""
        database = self._context.database
        facts = msgspec.structs.asdict(media)
        hashes = {"phash": facts.pop("phash"), "core": facts.pop("core_hash")}
        with database.write() as connection:
            require_claim(connection, claim)
            now = database.now(connection)
            advance_files(self._context, connection, [file_id], FileState.STAGED, at=now, decided_by="stage", values=facts)
            store_hashes(connection, file_id, hashes)
            return to_value(StoredFile, connection.execute(sa.select(_file).where(_file.c.id == file_id)).one())

    def hold_files(self, claim: Claim, ids: Iterable[int], reason: str, *, detail: str = "", stage: str = "", plan_id: str = "") -> int:
        """A person has to look. `stage` is the step that decided (stage, plan, publish, verify)."""
        return self.advance(claim, ids, FileState.HELD, reason=reason, detail=detail, stage=stage or claim.kind, plan_id=plan_id)

    def reject_files(self, claim: Claim, ids: Iterable[int], reason: str, *, detail: str = "", stage: str = "", plan_id: str = "") -> int:
        """These files will not be published as they are."""
        return self.advance(claim, ids, FileState.REJECTED, reason=reason, detail=detail, stage=stage or claim.kind, plan_id=plan_id)

    def advance(
        self, claim: Claim, ids: Iterable[int], to: FileState, *, reason: str = "", detail: str = "", stage: str = "", plan_id: str = ""
    ) -> int:
        """Any guarded transition, in bulk: all of `ids` or `StaleState`. Returns how many moved."""
        database = self._context.database
        with database.write() as connection:
            require_claim(connection, claim)
            return advance_files(
                self._context, connection, ids, to, at=database.now(connection), reason=reason, detail=detail,
                decided_by=stage or claim.kind, plan_id=plan_id, only_from=FILE_TRANSITIONS[to] - _checks_alone(to),
            )  # fmt: skip

    def acknowledge_source(self, claim: Claim, ids: Sequence[int]) -> None:
        """The source's change of these published files was looked at and noted; they are no updates any more."""
        database = self._context.database
        with database.write() as connection:
            require_claim(connection, claim)
            for part in chunks(ids):
                connection.execute(sa.update(_file).where(_file.c.id.in_(part)).values(changed_at_source=False))

    def decide_files(self, ids: Iterable[int], to: FileState, *, who: str, reason: str, detail: str = "") -> int:
        """A person's word on files (hold, reject, release to LISTED); later checks do not overrule it."""
        database = self._context.database
        with database.write() as connection:
            return advance_files(
                self._context, connection, ids, to, at=database.now(connection), reason=reason, detail=detail, decided_by="person",
                actor=f"person:{who}",
            )  # fmt: skip


def _checks_alone(to: FileState) -> frozenset[FileState]:
    """What the source withdrew stays so for a later stage that still works on it: only new checks bring it back. What left the
    way to a page is published by nobody but `publish_done`."""
    if to is FileState.PUBLISHED:
        return frozenset({FileState.HELD, FileState.REJECTED, FileState.WITHDRAWN})
    return frozenset({FileState.WITHDRAWN}) if to in (FileState.HELD, FileState.REJECTED) else frozenset()


def _of_new_versions(connection: sa.Connection, partner: str) -> set[str]:
    """SHA-256 of the bytes that open plans are to put over published ones: no file has them yet."""
    plan, action = tables.plan.c, tables.plan_action.c
    query = sa.select(action.payload).join_from(tables.plan_action, tables.plan, plan.id == action.plan_id)
    query = query.where(plan.partner == partner, plan.closed_at.is_(None), action.kind == "new_version", action.state == "planned")
    return {str((payload or {}).get("sha256", "")) for payload in connection.execute(query).scalars()}


def _not_put_off(day: dt.date) -> sa.ColumnElement[bool]:
    """Condition on `file`: no plan that held it until a later day."""
    plan = tables.plan
    member = sa.and_(_plan_file.c.file_id == _file.c.id, _plan_file.c.plan_id == plan.c.id)
    return ~sa.exists().where(member, plan.c.hold_until > day).correlate(_file)
