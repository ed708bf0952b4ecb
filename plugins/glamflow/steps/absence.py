"""After a complete harvest of everything: what did the source not show any more?

A source that shows far less than is known has more likely lost its index than its collection: then nothing is counted,
and a person is told (`SOURCE_SHRANK`).
"""

from __future__ import annotations

from glamflow.harvest.refresh import covers_all
from glamflow.steps.deps import Deps
from glamflow.steps.objects import take_claim
from glamflow.steps.outcome import StepReport
from glamflow.transforms.errors import Transient

MOST_SHARE, SMALL = 0.2, 20  # more than a fifth gone, and more than a handful, is no ordinary loss


def compare_absence(deps: Deps, partner: str, run_id: str, report: StepReport) -> None:
    """Count and hold what is missing; nothing if the run did not harvest everything."""
    run = deps.ledger.run(run_id)
    windows = deps.ledger.windows(run_id)
    sets = deps.partner_of_run(run_id).source.sets or ("",)
    if run.kind != "ingest" or not covers_all(windows, sets):
        return
    unseen = deps.ledger.count_unseen(partner, run_id=run_id, started_at=run.started_at)
    if unseen.nameless:
        report.add("absence_not_judged")  # a part without a name may be any of them
        return
    if unseen.missing > SMALL and unseen.missing > MOST_SHARE * unseen.alive:
        deps.ledger.observe(partner=partner, kind="SOURCE_SHRANK", detail={"missing": unseen.missing, "of": unseen.alive, "run": run_id})
        report.add("absence_not_judged")
        return
    claim = take_claim(deps, "absence", partner)
    if claim is None:
        raise Transient(f"The records of {partner} are being compared by another worker.", retry_after=60)
    held = deps.ledger.note_missing(claim, partner=partner, run_id=run_id, started_at=run.started_at)
    deps.ledger.release(claim)
    report.add("missing", unseen.missing)
    report.add("vanished", len(held))
