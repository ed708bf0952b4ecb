"""How it was done: plans with their approvals, the last harvest, the audit chains."""

from __future__ import annotations

import datetime as dt

from glamflow.audit.verify import AuditReport
from glamflow.ledger.rows import Approval, Plan, Run
from glamflow.reports.figures import Audit, PlanFacts
from glamflow.steps.deps import Deps

MAX_PLANS = 12


def plan_facts(deps: Deps, partner: str) -> tuple[PlanFacts, ...]:
    """The newest plans that had something to write, newest first."""
    plans = sorted(deps.ledger.plans(partner), key=lambda plan: plan.created_at, reverse=True)
    written = [plan for plan in plans if (plan.counts or {}).get("create")]
    return tuple(_facts(plan, next(iter(deps.ledger.approvals(plan.id)), None)) for plan in written[:MAX_PLANS])


def last_harvest(runs: list[Run]) -> dt.datetime | None:
    """When the collection was last read to its end."""
    return max((run.finished_at for run in runs if run.kind == "ingest" and run.state == "complete" and run.finished_at), default=None)


def audit_facts(checked: AuditReport) -> Audit:
    """The chains' state for a page."""
    return Audit(
        ok=checked.ok, head=checked.head, edits=checked.edits, seals=checked.seals, events=checked.events, broken=checked.first_broken
    )


def _facts(plan: Plan, approval: Approval | None) -> PlanFacts:
    counts = plan.counts or {}
    return PlanFacts(
        id=plan.id, digest=plan.digest, level=plan.level, state=plan.state, created_at=plan.created_at, files=int(counts["create"]),
        done=int(counts.get("done", 0)), approved_by=_person(approval.who) if approval else "",
        approved_at=approval.at if approval else None, choice=approval.choice if approval else "", note=approval.note if approval else "",
    )  # fmt: skip


def _person(who: str) -> str:
    return who.removeprefix("person:")
