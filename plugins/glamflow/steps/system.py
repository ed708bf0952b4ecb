"""What the house does for itself, for all partners: seal, tidy, judge again what time has freed, check its own books.

Decisions that only time could change carry the day on which to look again (`reconsider_on`). `keep_house` judges those
records anew from what is stored, without one request to the partner: on 1 January the public domain grows by itself.
"""

from __future__ import annotations

import datetime as dt

from glamflow.audit.events import HOUSE
from glamflow.audit.journal import Journal
from glamflow.audit.seal import seal_events
from glamflow.audit.verify import verify
from glamflow.ledger.states import PlanState
from glamflow.steps.check import check_lane
from glamflow.steps.deps import Deps
from glamflow.steps.outcome import StepReport
from glamflow.steps.retention import sweep_media
from glamflow.transforms.errors import GlamflowError, Permanent

PLAN_LIFE = dt.timedelta(days=15)  # a question that nobody answered for so long is asked anew
UNKNOWN_LIFE = dt.timedelta(days=2)  # by then a sync must have settled a write without an answer


def seal_audit(deps: Deps, run_id: str) -> StepReport:
    """Close the open segment of every partner, and of the house."""
    report = StepReport(step="seal_audit")
    for partner in (*deps.ledger.reads.partners(), HOUSE):
        if seal_events(deps.ledger.context, deps.store, partner):
            report.add("seals")
    return report


def keep_house(deps: Deps, run_id: str) -> StepReport:
    """Judge due records again, end questions that nobody answered, remove media and pieces that nobody needs."""
    report = StepReport(step="keep_house")
    judged, faults = _judge_due(deps, run_id)
    report.add("judged_again", judged)
    for plan in deps.ledger.plans(states=[PlanState.SELECTING, PlanState.PLANNED]):
        if plan.created_at < deps.now() - PLAN_LIFE:
            state = PlanState.EXPIRED if plan.state is PlanState.PLANNED else PlanState.DROPPED
            deps.ledger.close_plan(plan.id, state, detail="nobody answered")
            report.add("plans_expired")
    report += sweep_media(deps, run_id)
    if faults:  # told at the end: the house is kept all the same
        raise Permanent("Records could not be judged again: " + " ".join(faults)[:1500], hint="Mend the partner's file; the next night tries again.")
    return report


def check_ledger(deps: Deps, run_id: str) -> StepReport:
    """Recompute every chain; `Permanent` names the first broken link, or writes that stayed without an answer."""
    report = StepReport(step="check_ledger")
    broken = []
    for partner in (*deps.ledger.reads.partners(), HOUSE):
        found = verify(deps.ledger.context, deps.store, partner)
        report.add("links", found.checked)
        if not found.ok:
            broken.append(f"{partner}: {found.first_broken}")
    unknown = Journal(deps.ledger.context).unsettled(before=deps.now() - UNKNOWN_LIFE)
    if unknown:
        broken.append(f"{len(unknown)} writes have no known outcome, the first to {unknown[0].target}")
    if broken:
        raise Permanent("The ledger's books do not hold: " + "; ".join(broken) + ".", hint="Keep a copy of the database before anything else.")
    return report


def _judge_due(deps: Deps, run_id: str) -> tuple[int, list[str]]:
    """How many batches were judged again, and what kept partners from it: one partner's fault never stops the others."""
    due: dict[str, set[str]] = {}
    for file in deps.ledger.due_for_reconsideration(deps.today()):
        due.setdefault(file.partner, set()).add(file.batch_id)
    judged, faults = 0, list[str]()
    for partner, batches in due.items():
        version = deps.ledger.latest_partner_version(partner)
        if version is None:
            continue
        run = f"{run_id}/{partner}"
        deps.ledger.start_run(run, partner=partner, kind="reconsider", partner_version=version)
        done, found = _judge_batches(deps, run, sorted(batches))
        judged += done
        faults += [f"{partner}: {fault}" for fault in found]
    return judged, faults


def _judge_batches(deps: Deps, run: str, batches: list[str]) -> tuple[int, list[str]]:
    """Each batch by itself; the gate is open for what was judged, whatever became of the rest."""
    counts, faults = StepReport(step="reconsider"), list[str]()
    for batch in batches:
        try:
            counts += check_lane(deps, [f"{run}|{batch}"])
        except GlamflowError as error:
            faults.append(str(error))
        except KeyError as lost:
            faults.append(f"{batch}: the object {lost} is not in the store")
    judged = len(batches) - len(faults)
    if judged:
        deps.ledger.set_gate(run, True, detail={"why": "records that were let in before, judged on another day"})
    detail = f"{len(faults)} batches could not be judged: {faults[0]}"[:500] if faults else ""
    deps.ledger.finish_run(run, "incomplete" if faults else "complete", counts=dict(counts.counts), detail=detail)
    return judged, faults
