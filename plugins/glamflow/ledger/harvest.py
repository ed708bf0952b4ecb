"""What a harvest found: records new, changed, unchanged, deleted; one transaction with the window's progress.

Rules
- A record is compared with its current version, never with "seen before": A → B → A is two changes.
- An unchanged record only moves `last_seen_at`; a changed one starts again at HARVESTED with a new version.
- A deleted one is WITHDRAWN with the files of it that were not published yet; published files stay and are noted:
  nothing is ever deleted on a wiki because a source forgot it.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from glamflow.audit.events import EventFacts, append_events_of, events_of
from glamflow.ledger import tables
from glamflow.ledger.bulk import insert_rows, select_in, update_rows
from glamflow.ledger.claims import prolong_claim, require_claim
from glamflow.ledger.columns import BigId
from glamflow.ledger.context import Context, chunks
from glamflow.ledger.observations import note
from glamflow.ledger.rows import Claim, HarvestedBatch, HarvestedRow, HarvestResult
from glamflow.ledger.states import FileState, RecordState
from glamflow.ledger.transitions import advance_files
from glamflow.transforms.outcome import Reason

_record, _version = tables.record, tables.record_version
PUBLIC = (FileState.PUBLISHED, FileState.VERIFIED)
UNPUBLISHED = (FileState.LISTED, FileState.STAGED, FileState.PLANNED, FileState.REJECTED, FileState.HELD)

_KNOWN = sa.select(_record.c.key, _record.c.id, _record.c.state, _record.c.digest, _record.c.version, _record.c.reason).where(
    _record.c.partner == sa.bindparam("partner")
)
# Ids only grow, so the rows just written are those above the newest of before: a walk over the last of the table. The partner is
# compared as an expression, or SQLite would take an index with all of the partner's records; on PostgreSQL others insert meanwhile.
_NEWEST = sa.select(sa.func.coalesce(sa.func.max(_record.c.id), 0))
_IS_NEW = (_record.c.id > sa.bindparam("newest", type_=BigId), _record.c.partner.concat("") == sa.bindparam("of_partner", type_=sa.Text))
_VERSIONS_OF_NEW = sa.insert(_version).from_select(
    ["record_id", "version", "digest", "batch_id", "datestamp", "deleted", "created_at"],
    sa.select(_record.c.id, _record.c.version, _record.c.digest, _record.c.batch_id, _record.c.datestamp, sa.false(), _record.c.changed_at)
    .where(*_IS_NEW).order_by(_record.c.id),
)  # fmt: skip
_EVENTS_OF_NEW = events_of(
    {"subject": _record.c.key, "partner": _record.c.partner, "to_state": _record.c.state, "batch_id": _record.c.batch_id},
    sa.select().where(*_IS_NEW).order_by(_record.c.id), kind="record",
)  # fmt: skip


class _Known(NamedTuple):
    """A row of `_KNOWN`."""

    key: str
    id: int
    state: str
    digest: str
    version: int
    reason: str


class _Found(NamedTuple):
    """Rows by what they mean for the ledger; of the unchanged ones (and deletions known already) the ids."""

    new: list[HarvestedRow]
    changed: list[HarvestedRow]
    gone: list[HarvestedRow]
    born_gone: list[HarvestedRow]
    unchanged: list[int]
    known: dict[str, _Known]
    """What the changed and the gone ones were until now."""


class _Preceded(Exception):
    """A record that was unknown a moment ago is there now: another worker's commit lies between."""


class Harvest:
    """Operations of `Ledger` on harvest."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def current_digests(self, partner: str, keys: Sequence[str]) -> dict[str, str]:
        """Digest of the current version of those `keys` that are known; "" for vanished ones, so that they count as changed."""
        with self._context.database.read() as connection:
            rows = _known(connection, partner, keys)
            return {key: "" if _is_gone(state, reason) else digest for key, _, state, digest, _, reason in rows}

    def commit(
        self, claim: Claim, *, run_id: str, window_id: str, partner: str, records: Sequence[HarvestedRow],
        batch_id: str | None = None, resume: str = "", pages: int = 0, server_time: dt.datetime | None = None, records_key: str = "", lease_seconds: float | None = None,
        batches: Sequence[HarvestedBatch] = (), unknown: Collection[str] = frozenset(),
    ) -> HarvestResult:  # fmt: skip
        """Store what some pages brought, after their objects are written.

        `batches` are those of the changed records, or `batch_id` with the object `records_key` is the only one. A changed record
        that is in none is an error of the caller.
        `unknown` are keys that `current_digests` has just not found, or that are most likely new: they are not looked up. If one of
        them is there (another worker brought it meanwhile), its row is in the way of ours: then all is taken back and done once more
        with a look at every key.
        The same call again (a crash after the commit) changes nothing: all records are unchanged by then.
        `lease_seconds` prolongs the claim with it: work that gets on is alive.
        """
        database = self._context.database
        if batch_id is not None:
            batches = [HarvestedBatch(id=batch_id, object_key=records_key, keys=tuple(row.key for row in records))]
        latest = {row.key: row for row in records}
        try:
            with database.write() as connection:
                require_claim(connection, claim)
                database.lock(connection, "harvest", partner)
                now = database.now(connection)
                found = self._store(connection, partner, latest, batches, run_id, window_id, unknown, now)
                connection.execute(
                    sa.update(tables.window).where(tables.window.c.run_id == run_id, tables.window.c.id == window_id)
                    .values(resume=resume, pages=pages, server_time=sa.func.coalesce(server_time, tables.window.c.server_time))
                )  # fmt: skip
                if lease_seconds is not None:
                    prolong_claim(connection, claim, until=now + dt.timedelta(seconds=lease_seconds))
        except _Preceded:
            return self.commit(
                claim, run_id=run_id, window_id=window_id, partner=partner, records=records, resume=resume, pages=pages,
                server_time=server_time, lease_seconds=lease_seconds, batches=batches,
            )  # fmt: skip
        return HarvestResult(
            new=len(found.new), changed=len(found.changed), deleted=len(found.gone) + len(found.born_gone), unchanged=len(found.unchanged)
        )

    def _store(
        self, connection: sa.Connection, partner: str, latest: dict[str, HarvestedRow], batches: Sequence[HarvestedBatch],
        run_id: str, window_id: str, unknown: Collection[str], now: dt.datetime,
    ) -> _Found:  # fmt: skip
        """The records and their batches."""
        batch_of = {key: batch.id for batch in batches for key in batch.keys}
        # Only new rows are inserted so that they give way to one that is there; deletions are few and are looked up.
        known = _known(connection, partner, [key for key, row in latest.items() if row.deleted or key not in unknown])
        found = _compare(latest, known)
        try:
            of_new, of_changed = ([batch_of[row.key] for row in rows] for rows in (found.new, found.changed))
        except KeyError:
            raise ValueError("changed records need a batch") from None
        counts = Counter(of_new) + Counter(of_changed)
        _see_again(connection, found.unchanged, now)
        self._insert(connection, partner, found.new, of_new, run_id, now)
        self._change(connection, partner, found.changed, found.known, batch_of, run_id, now)
        self._withdraw(connection, partner, found.gone, found.known, run_id, now)
        self._insert_withdrawn(connection, partner, found.born_gone, run_id, now)
        insert_rows(
            connection, tables.batch,
            {"id": [b.id for b in batches], "records": [counts[b.id] for b in batches], "records_key": [b.object_key for b in batches]},
            shared={"partner": partner, "run_id": run_id, "window_id": window_id, "state": "harvested", "created_at": now},
            unless_there=("id",),  # by the same commit before a crash
        )  # fmt: skip
        return found

    def _insert(
        self, connection: sa.Connection, partner: str, rows: Sequence[HarvestedRow], batch_ids: Sequence[str], run_id: str, now: dt.datetime
    ) -> None:
        if not rows:
            return
        these = {"newest": connection.execute(_NEWEST).scalar_one(), "of_partner": partner}
        inserted = insert_rows(
            connection, _record,
            {"key": [r.key for r in rows], "digest": [r.digest for r in rows], "datestamp": [r.datestamp for r in rows],
             "sets": [r.sets for r in rows], "batch_id": batch_ids},
            shared={"partner": partner, "state": str(RecordState.HARVESTED), "version": 1,
                    "first_seen_at": now, "last_seen_at": now, "changed_at": now},
            unless_there=("partner", "key"),
        )  # fmt: skip
        if inserted != len(rows):
            raise _Preceded
        # What follows from the rows just written is written by the database itself, from them.
        connection.execute(_VERSIONS_OF_NEW, these)
        append_events_of(connection, _EVENTS_OF_NEW, these, run_id=run_id, origin=self._context.origin, at=now)

    def _change(
        self, connection: sa.Connection, partner: str, rows: Sequence[HarvestedRow], known: dict[str, _Known], batch_of: Mapping[str, str],
        run_id: str, now: dt.datetime,
    ) -> None:  # fmt: skip
        if not rows:
            return
        connection.execute(
            sa.update(_record).where(_record.c.id == sa.bindparam("_id")).values(
                state=RecordState.HARVESTED, reason="", detail="", digest=sa.bindparam("_digest"), datestamp=sa.bindparam("_datestamp"),
                sets=sa.bindparam("_sets"), version=sa.bindparam("_version"), batch_id=sa.bindparam("_batch"), last_seen_at=now,
                changed_at=now, missed=0,
            ),
            [
                {"_id": known[r.key].id, "_digest": r.digest, "_datestamp": r.datestamp, "_sets": list(r.sets),
                 "_version": known[r.key].version + 1, "_batch": batch_of[r.key]}
                for r in rows
            ],
        )  # fmt: skip
        versions = [_version_row(known[r.key].id, known[r.key].version + 1, r, batch_of[r.key], now) for r in rows]
        connection.execute(sa.insert(_version), versions)
        self._events(connection, partner, [(r.key, known[r.key].state, batch_of[r.key]) for r in rows], RecordState.HARVESTED, run_id, now)

    def _withdraw(
        self, connection: sa.Connection, partner: str, rows: Sequence[HarvestedRow], known: dict[str, _Known], run_id: str, now: dt.datetime
    ) -> None:
        if not rows:
            return
        reason = Reason.REMOVED_AT_SOURCE
        ids = [known[r.key].id for r in rows]
        for part in chunks(ids):
            connection.execute(
                sa.update(_record).where(_record.c.id.in_(part))
                .values(state=RecordState.WITHDRAWN, reason=reason, last_seen_at=now, changed_at=now, version=_record.c.version + 1)
            )  # fmt: skip
        connection.execute(sa.insert(_version), [_version_row(known[r.key].id, known[r.key].version + 1, r, "", now) for r in rows])
        self._events(connection, partner, [(r.key, known[r.key].state, "") for r in rows], RecordState.WITHDRAWN, run_id, now, reason)
        settle_files(self._context, connection, partner, ids, FileState.WITHDRAWN, reason=reason, at=now)

    def _insert_withdrawn(
        self, connection: sa.Connection, partner: str, rows: Sequence[HarvestedRow], run_id: str, now: dt.datetime
    ) -> None:
        """Records of which we only ever hear that they were deleted: counted, so that the figures add up to the source's."""
        if not rows:
            return
        reason = Reason.REMOVED_AT_SOURCE
        values = [
            {"partner": partner, "key": r.key, "state": RecordState.WITHDRAWN, "reason": reason, "digest": "", "datestamp": r.datestamp,
             "sets": list(r.sets), "batch_id": "", "version": 1, "first_seen_at": now, "last_seen_at": now, "changed_at": now}
            for r in rows
        ]  # fmt: skip
        connection.execute(sa.insert(_record), values)
        ids = {key: id for key, id, *_ in _known(connection, partner, [r.key for r in rows])}
        connection.execute(sa.insert(_version), [_version_row(ids[r.key], 1, r, "", now) for r in rows])
        self._events(connection, partner, [(r.key, "", "") for r in rows], RecordState.WITHDRAWN, run_id, now, reason)

    def _events(
        self, connection: sa.Connection, partner: str, before: Iterable[tuple[str, str, str]], to: RecordState, run_id: str,
        now: dt.datetime, reason: str = "",
    ) -> None:  # fmt: skip
        """`before`: key, state until now and batch of each."""
        facts = [
            EventFacts(partner=partner, kind="record", subject=key, from_state=state, to_state=to, reason=reason, run_id=run_id, batch_id=batch)
            for key, state, batch in before
        ]
        self._context.events(connection, facts, at=now)


def settle_files(
    context: Context, connection: sa.Connection, partner: str, record_ids: Sequence[int], to: FileState, *,
    reason: str, at: dt.datetime, detail: str = "", batch_id: str = "", keep: Collection[str] = (),
) -> None:  # fmt: skip
    """The files of records that cannot go on: unpublished ones move `to`, published ones get an observation.

    `keep` holds states that stay as they are (a rejected file needs no second rejection).
    """
    table = tables.file
    for part in chunks(record_ids):
        files = connection.execute(
            sa.select(table.c.id, table.c.state, table.c.record_key).where(table.c.record_id.in_(part))
        ).all()
        movable = [f.id for f in files if f.state in UNPUBLISHED and f.state not in keep and f.state != to]
        advance_files(context, connection, movable, to, at=at, reason=reason, detail=detail, decided_by="check")
        for f in files:
            if f.state in PUBLIC:
                note(connection, partner=partner, kind=reason, file_id=f.id, record_key=f.record_key, reason=reason, at=at)


def _known(connection: sa.Connection, partner: str, keys: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """The fields of a `_Known` for each of `keys` that is there; bare, since most are compared and forgotten."""
    for part in chunks(keys):
        yield from select_in(connection, _KNOWN, _record.c.key, part, partner=partner)


def _is_gone(state: str, reason: str) -> bool:
    """Withdrawn, or held because harvests missed it: if the source shows it again, it counts as changed."""
    return state == RecordState.WITHDRAWN or (state == RecordState.HELD and reason == Reason.REMOVED_AT_SOURCE)


def _compare(latest: dict[str, HarvestedRow], rows: Iterable[tuple[Any, ...]]) -> _Found:
    found = _Found([], [], [], [], [], {})
    same = set()
    for before in rows:
        key, id, state, digest, _, reason = before
        row = latest[key]
        as_it_was = state == RecordState.WITHDRAWN if row.deleted else row.digest == digest and not _is_gone(state, reason)
        if as_it_was:
            found.unchanged.append(id)
            same.add(key)
        else:
            found.known[key] = _Known(*before)
    for key, row in latest.items():
        if key in found.known:
            (found.gone if row.deleted else found.changed).append(row)
        elif key not in same:
            (found.born_gone if row.deleted else found.new).append(row)
    return found


def _see_again(connection: sa.Connection, ids: Sequence[int], now: dt.datetime) -> None:
    for part in chunks(ids):
        update_rows(connection, _record, {"last_seen_at": now, "missed": 0}, of=part)


def _version_row(id: int, version: int, row: HarvestedRow, batch_id: str, now: dt.datetime) -> dict[str, Any]:
    return {"record_id": id, "version": version, "digest": row.digest, "batch_id": batch_id, "datestamp": row.datestamp,
            "deleted": row.deleted, "created_at": now}  # fmt: skip
