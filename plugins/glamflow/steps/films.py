"""Films: after staging, what was fetched and needs another codec is transcoded, one after another, where the partner file says so.

A task of its own, so that it can stand in its own pool: an hour of encoding must not take a place from a thousand downloads.
The bytes lie in the store since they were fetched; a film whose worker was killed is begun anew, nothing half done is kept.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import msgspec

from glamflow.ledger.rows import Claim, StoredFile
from glamflow.ledger.states import FileState, PlanState
from glamflow.media.fetch import Fetched
from glamflow.media.inspection import Refusal
from glamflow.media.transcode import transcode
from glamflow.partner import Partner
from glamflow.steps.deps import Deps
from glamflow.steps.heartbeat import Heartbeat
from glamflow.steps.material import Material, load_material
from glamflow.steps.objects import claimed
from glamflow.steps.outcome import StepReport
from glamflow.steps.retention import require_no_sweep
from glamflow.steps.stage import plan_id
from glamflow.steps.staging import keep_copy, look, settle
from glamflow.store import layout
from glamflow.transforms.errors import StaleState
from glamflow.transforms.outcome import Reason


def transcode_films(deps: Deps, partner: str, run_id: str) -> StepReport:
    """Bring the run's waiting films to STAGED, or out with their reason."""
    report = StepReport(step="transcode")
    plan = plan_id(partner, run_id)
    opened = deps.ledger.plans(partner, id=plan)
    if not opened or opened[0].state is not PlanState.SELECTING:
        return report
    config = deps.partner_of_run(run_id)
    require_no_sweep(deps, partner)
    with claimed(deps, "transcode", plan) as claim:
        waiting = [file for file in deps.ledger.plan_files(plan, open_only=True) if _waits(deps, partner, file)]
        materials = {material.file.id: material for material in load_material(deps, waiting)}
        for file in waiting:
            try:
                report.add(transcode_film(deps, claim, config, file, materials.get(file.id)))
            except StaleState:  # an ingest withdrew or held it meanwhile: the others go on
                report.add("moved_meanwhile")
            deps.store.delete(layout.film_waiting(partner, file.id))
            deps.ledger.renew(claim)
    return report


def _waits(deps: Deps, partner: str, file: StoredFile) -> bool:
    return file.state is FileState.LISTED and deps.store.head(layout.film_waiting(partner, file.id)) is not None


def transcode_film(deps: Deps, claim: Claim, config: Partner, file: StoredFile, material: Material | None) -> str:
    """One waiting film; what became of it in a word."""
    fetched = msgspec.json.decode(deps.store.get(layout.film_waiting(config.slug, file.id)), type=Fetched)
    if deps.store.head(fetched.key) is None:  # swept since: the next plan fetches it again
        return "waiting_for_source"
    original = look(deps, config, fetched, {})
    beat = Heartbeat(deps, claim)
    with tempfile.TemporaryDirectory(prefix="glamflow-") as folder, deps.store.local_path(fetched.key) as path:
        target = Path(folder) / "film"
        try:
            mime, how = transcode(Path(path), target, beat=beat)
        except Refusal as refusal:
            move = deps.ledger.hold_files if refusal.reason is Reason.NEEDS_TRANSCODE else deps.ledger.reject_files
            move(
                claim,
                [file.id],
                str(refusal.reason),
                detail=f"{refusal.detail}; {original.found.detail}"[:500],
                stage="stage",
            )
            return str(refusal.verdict)
        beat.before_checking()
        looked = keep_copy(deps, config, original, target, kind="transcode", mime=mime, how=how)
    return settle(deps, claim, config, file, looked, material)
