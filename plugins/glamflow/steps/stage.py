"""Stage: after the gate, the files that the coming plan can use are fetched, looked at to the last byte and kept.

`select_files` opens a plan over the oldest files that may go, as many as level and daily limit allow, and spreads them
over lanes by bytes and hosts (`lanes.py`); a lane is named `plan|number|of`, its files stand in the store, so XCom holds no list
of files. A lane's lease is renewed while bytes come in, however long a file takes.
A file whose server is only down for now stays listed and leaves this plan; one that is broken is held with the reason.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from glamflow.ledger.branches import latest_of
from glamflow.ledger.rows import Claim, StagedMedia, StoredFile
from glamflow.ledger.states import FileState, PlanState
from glamflow.media.fetch import Fetched, MediaFault
from glamflow.partner import Partner
from glamflow.steps.deps import Deps
from glamflow.steps.heartbeat import Heartbeat
from glamflow.steps.lanes import FILES_PER_LANE, MAX_LANES
from glamflow.steps.levels import covering, level_of, may_plan, on_sandbox
from glamflow.steps.material import load_material
from glamflow.steps.objects import claimed
from glamflow.steps.outcome import StepReport
from glamflow.steps.refetch import fetch_changed
from glamflow.steps.retention import require_no_sweep
from glamflow.steps.sizing import keep_lanes, read_lanes, spread_files
from glamflow.steps.staging import look_again, stage_file
from glamflow.store import layout
from glamflow.transforms.errors import StaleState
from glamflow.transforms.outcome import Reason

RECHECK, RECHECK_FILES = "recheck", 500
PUBLIC = (FileState.PUBLISHED, FileState.VERIFIED)
PILOT_POOL = 1000  # files among which those for a pilot are chosen
BACKLOG_DAYS = 3  # a plan may hold what the daily limit publishes in so many days


def select_files(deps: Deps, partner: str, run_id: str, params: Mapping[str, Any] | None = None) -> list[str]:
    """Open the run's plan; its staging lanes, [] if there is nothing to publish."""
    config = deps.partner_from_file(partner)
    version = deps.ledger.save_partner_version(partner, config.text)
    deps.ledger.start_run(run_id, partner=partner, kind="publish", partner_version=version)
    id = plan_id(partner, run_id)
    if not deps.ledger.plans(partner, id=id):
        on_hold = _on_hold(deps, partner)
        files = [] if on_hold else _choose(deps, config, params or {})
        lanes = spread_files(deps, config, files)
        files = [file for file in files if file.id not in lanes.left]
        files += [] if on_hold else deps.ledger.select_updates(partner, limit=RECHECK_FILES, today=deps.today())
        if not files:
            return []
        keep_lanes(deps, partner, id, lanes)
        deps.ledger.create_plan(
            id, partner=partner, run_id=run_id, file_ids=[file.id for file in files], wiki=config.publish.wiki, level=level_of(deps, config)
        )
    members = deps.ledger.plan_files(id, open_only=True)
    updates = [file for file in members if file.state in PUBLIC]
    kept = read_lanes(deps, partner, id)
    number = min(MAX_LANES, -(-(len(members) - len(updates)) // FILES_PER_LANE)) if kept is None else len(kept)
    number = number or int(len(members) > len(updates))  # all are staged already: the plan still has its way to go
    return [f"{id}|{lane}|{number}" for lane in range(number)] + ([f"{RECHECK}|{run_id}"] if updates else [])


def stage_lane(deps: Deps, ref: str) -> StepReport:
    """Fetch and inspect the files of one lane that are not staged yet."""
    if ref.startswith(f"{RECHECK}|"):
        return recheck_published(deps, ref.partition("|")[2])
    report = StepReport(step="stage")
    plan, files = lane_files(deps, ref)
    if deps.ledger.plan(plan).state is not PlanState.SELECTING:
        return report
    config = deps.partner_of_run(deps.ledger.plan(plan).run_id)
    require_no_sweep(deps, config.slug)
    with claimed(deps, "stage", ref) as claim, deps.media_session(config) as session:
        listed = [file for file in files if file.state is FileState.LISTED]
        materials = {material.file.id: material for material in load_material(deps, listed)}
        for file in listed:
            try:
                report.add(stage_file(deps, claim, config, file, session, materials.get(file.id)))
            except StaleState:  # an ingest withdrew or held it while we fetched: the lane's other files go on
                report.add("moved_meanwhile")
            deps.ledger.renew(claim)
    return report


def recheck_published(deps: Deps, run_id: str) -> StepReport:
    """Published files of the run's plan whose record changed: other bytes are looked at and kept for the plan to judge, the
    rest is noted and planned as an update."""
    report = StepReport(step="recheck")
    config = deps.partner_of_run(run_id)
    plan = plan_id(config.slug, run_id)
    if deps.ledger.plan(plan).state is not PlanState.SELECTING:  # the task is repeated: what was approved stays as it is
        return report
    with claimed(deps, RECHECK, config.slug) as claim, deps.media_session(config) as session:
        for file in deps.ledger.plan_files(plan, open_only=True):
            if file.state not in PUBLIC:
                continue
            fetched = fetch_changed(deps, config, file, session, Heartbeat(deps, claim))
            if isinstance(fetched, MediaFault) and fetched.transient:
                continue
            new = fetched.sha1 if isinstance(fetched, Fetched) else ""
            latest = latest_of(file, deps.ledger.files_of_record(config.slug, file.record_key))  # an earlier one has been answered
            drawn = "iiif" in (file.inspection or {})  # image servers draw anew
            changed = bool(new) and new not in _known_bytes(file) and not drawn and latest.id == file.id
            kind = "MEDIA_CHANGED" if changed else "CHANGED_AT_SOURCE"
            deps.ledger.observe(partner=config.slug, kind=kind, file_id=file.id, record_key=file.record_key, detail={"sha1": new})
            if changed and isinstance(fetched, Fetched):
                _keep_copy(deps, claim, config, plan, file, fetched)
            report.add(kind.lower())
            deps.ledger.renew(claim)
    return report


def _keep_copy(deps: Deps, claim: Claim, config: Partner, plan: str, file: StoredFile, fetched: Fetched) -> None:
    """For the plan: whether it is a better copy is seen beside the page. What could not even be published new is held."""
    found = look_again(deps, config, fetched, file, next(load_material(deps, [file]), None))
    if isinstance(found, StagedMedia):
        deps.store.put(layout.plan_copy(config.slug, plan, file.id), msgspec.json.encode(found, order="deterministic"))
        return
    deps.ledger.acknowledge_source(claim, [file.id])
    detail = f"other bytes at the source, which cannot take the place of the page's: {found[1] or found[0]} ({found[0]})"
    deps.ledger.hold_files(claim, [file.id], Reason.MEDIA_CHANGED, detail=detail[:500], stage="stage")


def _known_bytes(file: StoredFile) -> set[str]:
    """SHA-1 of what was published, and of the original that it was made from."""
    return {file.sha1, str(((file.inspection or {}).get("derived") or {}).get("from_sha1", ""))}


def plan_id(partner: str, run_id: str) -> str:
    """One plan a run, its name unique and the same when the task is repeated."""
    return f"{partner}-{hashlib.sha256(run_id.encode()).hexdigest()[:10]}"


def lane_files(deps: Deps, ref: str) -> tuple[str, list[StoredFile]]:
    """The plan of a lane, and its files as they stand."""
    plan, lane, lanes = ref.rsplit("|", 2)
    files = [file for file in deps.ledger.plan_files(plan, open_only=True) if file.state not in PUBLIC]
    kept = read_lanes(deps, deps.ledger.plan(plan).partner, plan)
    if kept is None:
        return plan, files[int(lane) :: int(lanes)]
    by_id = {file.id: file for file in files}
    return plan, [by_id[id] for id in (kept[int(lane)] if int(lane) < len(kept) else ()) if id in by_id]


def _on_hold(deps: Deps, partner: str) -> bool:
    """Somebody answered a plan with “hold until”, and that day has not come."""
    today = deps.today()
    return any(plan.hold_until is not None and plan.hold_until > today for plan in deps.ledger.plans(partner, limit=20))


def _choose(deps: Deps, config: Partner, params: Mapping[str, Any]) -> list[StoredFile]:
    """The oldest files, as many as level and daily limit allow; a pilot outside a sandbox shows every kind of file instead."""
    wanted = min(config.publish.max_files_per_plan, config.publish.daily_limit * BACKLOG_DAYS, int(params.get("max_files") or 10**9))
    if on_sandbox(deps, config):
        return deps.ledger.select_files(config.slug, limit=wanted, today=deps.today())
    limit = may_plan(deps, config, deps.commons(config).account(), wanted)
    if limit and level_of(deps, config) == "pilot":
        return covering(deps.ledger.select_files(config.slug, limit=PILOT_POOL, today=deps.today()), limit)
    return deps.ledger.select_files(config.slug, limit=limit, today=deps.today()) if limit else []
