"""Harvest: pages as received into the store, changed records into batches, progress into the ledger.

Order inside a window: raw page → batch object → one ledger transaction (records, batch, progress). A kill between two of
them repeats at most the pages since the last transaction, onto the same keys. Unchanged records stop here.

A window that cannot be followed to its end is recorded as incomplete and the others go on; a source that does not answer
at all is `SourceUnavailable` for Airflow to try again, and the window stays open where it was.
"""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from glamflow.harvest.protocol import Harvester, Page, RawRecord, Window
from glamflow.harvest.refresh import old_windows, whole_again
from glamflow.ledger.rows import Claim, HarvestedRow, QuarantinedRow, WindowProgress
from glamflow.ledger.windows import window_subject
from glamflow.partner import Partner
from glamflow.steps.deps import LEASE_SECONDS, Deps
from glamflow.steps.objects import claimed
from glamflow.steps.outcome import StepReport
from glamflow.store import layout
from glamflow.store.ndjson import write_ndjson
from glamflow.transforms.errors import SourceRefused, Transient

BATCH_RECORDS = 500
MAX_LISTS, MAX_LANES, BATCHES_PER_LANE = 64, 64, 20
OVERLAP = dt.timedelta(hours=1)  # late datestamps: a record stamped before the source's clock moved on
OVERLAP_DAYS = dt.timedelta(days=1)  # the same where the source knows days only
RAW_LEVEL = 2  # a third of the time of the usual 6, for a tenth more bytes
COMMIT_PAGES = 20  # at most so many pages are fetched again after a kill


def plan_windows(deps: Deps, partner: str, run_id: str, params: Mapping[str, Any] | None = None) -> list[list[str]]:
    """Begin the run and cut what is to be harvested into windows; lists of refs `run/window` for mapped tasks."""
    params = params or {}
    config = deps.partner_from_file(partner)
    version = deps.ledger.save_partner_version(partner, config.text)
    deps.ledger.start_run(run_id, partner=partner, kind="remap" if params.get("remap") else "ingest", partner_version=version)
    if params.get("remap"):
        return []
    known = deps.ledger.windows(run_id)
    if not known:
        with deps.harvester(config) as harvester:
            windows = harvester.windows(*_bounds(deps, config, params, harvester))
            windows += [old for old in _old_windows(deps, config, params) if old.id not in {one.id for one in windows}]
        known = deps.ledger.add_windows(run_id, partner=partner, prefix=config.source.format, windows=windows)
    ids = [row.id for row in known if row.state != "complete"]
    size = max(1, -(-len(ids) // MAX_LISTS))
    return [[f"{run_id}|{id}" for id in ids[i : i + size]] for i in range(0, len(ids), size)]


def harvest_windows(deps: Deps, ref: Sequence[str]) -> StepReport:
    """Harvest these windows one after another. Raises only when the source does not answer: what is done stays done."""
    total = StepReport(step="harvest")
    trouble: Transient | None = None
    for item in ref:
        run_id, _, window_id = item.partition("|")
        try:
            total += _harvest_window(deps, run_id, window_id)
        except Transient as error:
            trouble = error
    if trouble:
        raise trouble
    return total


def plan_lanes(deps: Deps, partner: str, run_id: str) -> list[list[str]]:
    """Batches of the run that are not checked yet, spread over as many lanes as the work is worth."""
    if deps.ledger.run(run_id).kind == "remap":
        batches = [batch.id for batch in deps.ledger.batches_of_partner(partner)]
    else:
        batches = [batch.id for batch in deps.ledger.batches(run_id)]
    lanes = min(MAX_LANES, max(1, -(-len(batches) // BATCHES_PER_LANE))) if batches else 0
    return [[f"{run_id}|{id}" for id in batches[i::lanes]] for i in range(lanes)]


def _bounds(
    deps: Deps, config: Partner, params: Mapping[str, Any], harvester: Harvester
) -> tuple[dt.datetime | None, dt.datetime | None]:
    since, until = _day(params.get("from")), _day(params.get("until"))
    if until:
        until += dt.timedelta(days=1)  # the form's last day counts in full
    if since is None and not (params.get("full") or _whole_again(deps, config)):
        cursors = [deps.ledger.cursor(config.slug, config.source.format, s) for s in config.source.sets or ("",)]
        if all(cursor is not None for cursor in cursors):
            overlap = OVERLAP_DAYS if harvester.probe().granularity == "day" else OVERLAP
            since = min(cursor for cursor in cursors if cursor is not None) - overlap
    return since, until


def _whole_again(deps: Deps, config: Partner) -> bool:
    return whole_again(config.source, deps.ledger.harvested_at(config.slug, config.source.format), now=deps.now())


def _old_windows(deps: Deps, config: Partner, params: Mapping[str, Any]) -> list[Window]:
    if params.get("from") or params.get("until"):
        return []
    return old_windows(config.source, deps.ledger.harvested_at(config.slug, config.source.format), now=deps.now())


def _day(value: Any) -> dt.datetime | None:
    return dt.datetime.combine(dt.date.fromisoformat(str(value)), dt.time(), dt.UTC) if value else None


@dataclass
class _Pending:
    """What was read since the last transaction."""

    records: list[RawRecord] = field(default_factory=list)  # new or changed
    undecided: list[RawRecord] = field(default_factory=list)  # not compared with the ledger yet
    rows: list[HarvestedRow] = field(default_factory=list)
    quarantined: list[QuarantinedRow] = field(default_factory=list)
    pages: int = 0


def _harvest_window(deps: Deps, run_id: str, window_id: str) -> StepReport:
    progress = deps.ledger.window_state(run_id, window_id)
    report = StepReport(step="harvest")
    if progress.state == "complete":
        return report
    subject = window_subject(progress.partner, progress.prefix, window_id)
    with deps.ledger.kept_open(), claimed(deps, "window", subject) as claim:
        try:
            server_time = _walk(deps, claim, progress, report)
        except SourceRefused as error:
            deps.ledger.finish_window(claim, run_id=run_id, window_id=window_id, complete=False, counts=report.counts, detail=str(error))
            report.add("windows_incomplete")
            return report
        deps.ledger.finish_window(
            claim, run_id=run_id, window_id=window_id, complete=True, server_time=server_time, counts=report.counts
        )
    report.add("windows_complete")
    return report


def _walk(deps: Deps, claim: Claim, progress: WindowProgress, report: StepReport) -> dt.datetime | None:
    config = deps.partner_of_run(progress.run_id)
    window = Window(id=progress.id, set=progress.set_spec, since=progress.since, until=progress.until)
    pending, server_time, resume = _Pending(), progress.server_time, progress.resume
    try:
        with deps.harvester(config) as harvester:
            for page in harvester.pages(window, resume=progress.resume, first_number=progress.pages + 1):
                _keep_page(deps, progress, page, pending)
                server_time = server_time or page.server_time  # the window's beginning: what comes later is in the next one
                resume = page.resume
                report.add("pages")
                if len(pending.undecided) >= BATCH_RECORDS:
                    _decide(deps, progress.partner, pending)
                if len(pending.records) >= BATCH_RECORDS or pending.pages >= COMMIT_PAGES:
                    _commit(deps, claim, progress, pending, resume=resume, server_time=server_time, report=report)
                    pending = _Pending()
    except Transient:
        # The pages that did come are worth keeping: the next try goes on after them.
        _commit(deps, claim, progress, pending, resume=resume, server_time=server_time, report=report)
        raise
    _commit(deps, claim, progress, pending, resume="", server_time=server_time, report=report)
    return server_time


def _keep_page(deps: Deps, progress: WindowProgress, page: Page, pending: _Pending) -> None:
    where = (progress.partner, progress.run_id, progress.id, page.number)
    deps.store.put(layout.raw_page(*where), gzip.compress(page.raw, RAW_LEVEL, mtime=0))
    deps.store.put(layout.raw_page_facts(*where), msgspec.json.encode(page.request))
    pending.pages += 1
    for number, broken in enumerate(page.quarantined, 1):
        key = layout.quarantined(*where, number)
        deps.store.put(key, broken.payload)
        pending.quarantined.append(QuarantinedRow(key=broken.key, reason=broken.reason, object_key=key))
    pending.undecided += page.records


def _decide(deps: Deps, partner: str, pending: _Pending) -> None:
    """Sort out what the ledger knows already, many records with one question."""
    known = deps.ledger.current_digests(partner, [record.key for record in pending.undecided])
    for record in pending.undecided:
        pending.rows.append(
            HarvestedRow(key=record.key, digest=record.digest, datestamp=record.datestamp, sets=record.sets, deleted=record.deleted)
        )
        if not record.deleted and known.get(record.key) != record.digest:
            pending.records.append(record)
    pending.undecided = []


def _commit(
    deps: Deps, claim: Claim, progress: WindowProgress, pending: _Pending, *, resume: str, server_time: dt.datetime | None, report: StepReport
) -> None:
    """Payload before status: the batch object, then one transaction."""
    if not pending.pages:
        return
    _decide(deps, progress.partner, pending)
    records = list({record.key: record for record in pending.records}.values())
    batch_id, key = None, ""
    if records:
        batch_id = _batch_id(progress, records)
        key = layout.batch_records(progress.partner, batch_id)
        write_ndjson(deps.store, key, records)
    if pending.quarantined:
        deps.ledger.quarantine(
            claim, run_id=progress.run_id, window_id=progress.id, partner=progress.partner, rows=pending.quarantined
        )
    result = deps.ledger.commit_harvest(
        claim, run_id=progress.run_id, window_id=progress.id, partner=progress.partner, batch_id=batch_id, records_key=key,
        records=pending.rows, resume=resume, pages=progress.pages + report.counts.get("pages", 0), server_time=server_time,
        lease_seconds=LEASE_SECONDS,
    )  # fmt: skip
    report.add("new", result.new)
    report.add("changed", result.changed)
    report.add("unchanged", result.unchanged)
    report.add("deleted", result.deleted)
    report.add("quarantined", len(pending.quarantined))


def _batch_id(progress: WindowProgress, records: Sequence[RawRecord]) -> str:
    """The same records of the same run make the same batch, so a repeated commit lands on the same rows."""
    seed = "\n".join([progress.run_id, progress.id, *(f"{r.key}\t{r.digest}" for r in records)])
    return hashlib.sha256(seed.encode()).hexdigest()[:20]
