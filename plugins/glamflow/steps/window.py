"""One window: its pages as received into the store, changed records into batches, progress into the ledger.

Order: raw pages → batch object → one ledger transaction (records, batch, progress, lease). A kill between two of them
repeats at most the pages since the last transaction, onto the same keys. Unchanged records stop here. One that was taken for new
(`_decide`) may lie in a batch's object; it is no current record of the batch, and mapping leaves it out.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from glamflow.harvest.protocol import Page, RawRecord, Window
from glamflow.ledger.rows import Claim, HarvestedBatch, HarvestedRow, QuarantinedRow, WindowProgress
from glamflow.ledger.windows import window_subject
from glamflow.steps.deps import LEASE_SECONDS, Deps
from glamflow.steps.objects import claimed
from glamflow.steps.outcome import StepReport
from glamflow.steps.raw import RawPages, write_raw
from glamflow.store import layout
from glamflow.transforms.errors import SourceRefused, Transient

BATCH_RECORDS = 500
COMMIT_RECORDS, COMMIT_BYTES = 8 * BATCH_RECORDS, 8 * 1024 * 1024  # changed ones, of which the payloads wait in memory
COMMIT_PAGES = 20  # at most so many pages are fetched again after a kill,
COMMIT_SECONDS = LEASE_SECONDS / 3  # and never so few that a slow source outlasts the lease


@dataclass
class _Pending:
    """What was read since the last transaction."""

    since: dt.datetime
    raw: RawPages
    records: list[RawRecord] = field(default_factory=list)  # new or changed
    undecided: list[RawRecord] = field(default_factory=list)  # not compared with the ledger yet
    rows: list[HarvestedRow] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)  # keys that the ledger did not have, as far as we know
    quarantined: list[QuarantinedRow] = field(default_factory=list)
    bytes: int = 0  # of the payloads of `records`
    pages: int = 0


@dataclass(frozen=True)
class _Work:
    """A window being harvested by this worker."""

    deps: Deps
    claim: Claim
    progress: WindowProgress
    report: StepReport

    def pending(self) -> _Pending:
        raw = RawPages(self.deps.store, self.progress.partner, self.progress.run_id, self.progress.id)
        return _Pending(since=self.deps.now(), raw=raw)


def harvest_window(deps: Deps, run_id: str, window_id: str) -> StepReport:
    """All of the window that is not harvested yet. `Transient`: the source gave out; what came is kept."""
    progress = deps.ledger.window_state(run_id, window_id)
    report = StepReport(step="harvest")
    if progress.state == "complete":
        return report
    subject = window_subject(progress.partner, progress.prefix, window_id)
    with deps.ledger.kept_open(), claimed(deps, "window", subject) as claim:
        try:
            server_time = _walk(_Work(deps, claim, progress, report))
        except SourceRefused as error:
            deps.ledger.finish_window(claim, run_id=run_id, window_id=window_id, complete=False, counts=report.counts, detail=str(error))
            report.add("windows_incomplete")
            return report
        deps.ledger.finish_window(
            claim, run_id=run_id, window_id=window_id, complete=True, server_time=server_time, counts=report.counts
        )
    report.add("windows_complete")
    return report


def _walk(work: _Work) -> dt.datetime | None:
    progress = work.progress
    config = work.deps.partner_of_run(progress.run_id)
    window = Window(id=progress.id, set=progress.set_spec, since=progress.since, until=progress.until)
    pending, server_time, resume = work.pending(), progress.server_time, progress.resume
    try:
        with work.deps.harvester(config) as harvester:
            for page in harvester.pages(window, resume=progress.resume, first_number=progress.pages + 1):
                _keep_page(work, page, pending)
                server_time = server_time or page.server_time  # the window's beginning: what comes later is in the next one
                resume = page.resume
                work.report.add("pages")
                if _is_due(work, pending):
                    _commit(work, pending, resume=resume, server_time=server_time)
                    pending = work.pending()
    except Transient:
        # The pages that did come are worth keeping: the next try goes on after them.
        _commit(work, pending, resume=resume, server_time=server_time)
        raise
    finally:
        pending.raw.write()  # as received, whatever became of them
    _commit(work, pending, resume="", server_time=server_time)
    return server_time


def _keep_page(work: _Work, page: Page, pending: _Pending) -> None:
    progress = work.progress
    pending.pages += 1
    pending.raw.add(page)
    for number, broken in enumerate(page.quarantined, 1):
        key = layout.quarantined(progress.partner, progress.run_id, progress.id, page.number, number)
        work.deps.store.put(key, broken.payload)
        pending.quarantined.append(QuarantinedRow(key=broken.key, reason=broken.reason, object_key=key))
    pending.undecided += page.records


def _is_due(work: _Work, pending: _Pending) -> bool:
    """Whether it is time for a transaction."""
    if len(pending.undecided) >= BATCH_RECORDS:
        _decide(work, pending)
    if len(pending.records) >= COMMIT_RECORDS or pending.bytes >= COMMIT_BYTES or pending.pages >= COMMIT_PAGES:
        return True
    return (work.deps.now() - pending.since).total_seconds() >= COMMIT_SECONDS


def _decide(work: _Work, pending: _Pending) -> None:
    """Sort out what the ledger knows already, many records with one question.

    While a window brings nothing but new records, those that follow are taken for new, too: a first harvest asks hardly ever.
    A transaction that finds one of them there looks at every key after all, and from then on the window asks.
    """
    keys = [record.key for record in pending.undecided]
    known = {} if _all_were_new(work.report) else work.deps.ledger.current_digests(work.progress.partner, keys)
    pending.unknown.update(key for key in keys if key not in known)
    for record in pending.undecided:
        pending.rows.append(
            HarvestedRow(key=record.key, digest=record.digest, datestamp=record.datestamp, sets=record.sets, deleted=record.deleted)
        )
        if not record.deleted and known.get(record.key) != record.digest:
            pending.records.append(record)
            pending.bytes += len(record.payload)
    pending.undecided = []


def _all_were_new(report: StepReport) -> bool:
    counts = report.counts
    return bool(counts.get("new")) and not (counts.get("changed") or counts.get("unchanged") or counts.get("deleted"))


def _commit(work: _Work, pending: _Pending, *, resume: str, server_time: dt.datetime | None) -> None:
    """Payload before status: the objects, then one transaction."""
    if not pending.pages:
        return
    deps, progress, report = work.deps, work.progress, work.report
    _decide(work, pending)
    pending.raw.write()
    batches = _write_batches(work, list({record.key: record for record in pending.records}.values()))
    if pending.quarantined:
        deps.ledger.quarantine(
            work.claim, run_id=progress.run_id, window_id=progress.id, partner=progress.partner, rows=pending.quarantined
        )
    result = deps.ledger.commit_harvest(
        work.claim, run_id=progress.run_id, window_id=progress.id, partner=progress.partner, batches=batches, records=pending.rows,
         resume=resume, pages=progress.pages + report.counts.get("pages", 0), server_time=server_time,
        lease_seconds=LEASE_SECONDS, unknown=pending.unknown,
    )  # fmt: skip
    for name in ("new", "changed", "unchanged", "deleted"):
        report.add(name, getattr(result, name))
    report.add("quarantined", len(pending.quarantined))


def _write_batches(work: _Work, records: Sequence[RawRecord]) -> list[HarvestedBatch]:
    """The batches of `records`, their objects written."""
    batches: list[HarvestedBatch] = []
    for start in range(0, len(records), BATCH_RECORDS):
        part = records[start : start + BATCH_RECORDS]
        id = _batch_id(work.progress, part)
        key = layout.batch_records(work.progress.partner, id)
        write_raw(work.deps.store, key, part)
        batches.append(HarvestedBatch(id=id, object_key=key, keys=tuple(record.key for record in part)))
    return batches


def _batch_id(progress: WindowProgress, records: Sequence[RawRecord]) -> str:
    """The same records of the same run make the same batch, so a repeated commit lands on the same rows."""
    seed = "\n".join([progress.run_id, progress.id, *[r.key for r in records], *[r.digest for r in records]])
    return hashlib.sha256(seed.encode()).hexdigest()[:20]
