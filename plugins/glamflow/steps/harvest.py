"""Harvest: which windows are due, what of them is worth how many tasks, and one window after another (`window.py`).

A window that cannot be followed to its end is recorded as incomplete and the others go on; a source that does not answer
at all is `SourceUnavailable` for Airflow to try again, and the window stays open where it was.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from glamflow.harvest.protocol import Harvester, Window
from glamflow.harvest.refresh import old_windows, whole_again
from glamflow.partner import Partner
from glamflow.steps.deps import Deps
from glamflow.steps.outcome import StepReport
from glamflow.steps.window import harvest_window
from glamflow.transforms.errors import Transient

MAX_LISTS, MAX_LANES, BATCHES_PER_LANE = 64, 64, 20
ABANDONED = dt.timedelta(hours=6)  # after which nobody goes on with a run that did not end
OVERLAP = dt.timedelta(hours=1)  # late datestamps: a record stamped before the source's clock moved on
OVERLAP_DAYS = dt.timedelta(days=1)  # the same where the source knows days only


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
            total += harvest_window(deps, run_id, window_id)
        except Transient as error:
            trouble = error
    if trouble:
        raise trouble
    return total


def plan_lanes(deps: Deps, partner: str, run_id: str) -> list[list[str]]:
    """Batches of the run, and those left behind by earlier ones, spread over as many lanes as the work is worth."""
    if deps.ledger.run(run_id).kind == "remap":
        batches = [batch.id for batch in deps.ledger.batches_of_partner(partner)]
    else:
        # What an earlier run harvested and never judged (killed, or given up) is unchanged now, and nobody else's work.
        left = deps.ledger.batches_left_behind(partner, run_id=run_id, before=deps.now() - ABANDONED)
        batches = [batch.id for batch in (*left, *deps.ledger.batches(run_id))]
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
