"""The same steps in the same order as the three DAGs, in one process: `glamflow run`, rehearsals and tests.

`ask` answers the approval request; without it nothing is published (the plan stays open for a person).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from glamflow.steps import check, films, harvest, plan, publish, stage, sync, verify
from glamflow.steps import map as mapping
from glamflow.steps.deps import Deps
from glamflow.steps.outcome import StepReport
from glamflow.transforms.errors import Permanent

Ask = Callable[[dict[str, Any]], dict[str, Any] | None]
Tell = Callable[[str, StepReport | None], None]


def ingest(deps: Deps, partner: str, run_id: str, *, tell: Tell, params: dict[str, Any] | None = None) -> None:
    """Harvest, map, check, gate. Raises after everything was recorded if the harvest is incomplete."""
    for windows in harvest.plan_windows(deps, partner, run_id, params):
        tell("harvest", harvest.harvest_windows(deps, windows))
    for lane in harvest.plan_lanes(deps, partner, run_id):
        tell("map", mapping.map_lane(deps, lane))
        tell("check", check.check_lane(deps, lane))
    tell("check_run", check.check_run(deps, partner, run_id))
    tell("gate", check.gate_run(deps, partner, run_id))
    tell("close", check.close_run(deps, partner, run_id))


def publication(
    deps: Deps, partner: str, run_id: str, *, tell: Tell, ask: Ask | None, params: dict[str, Any] | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> dict[str, Any]:  # fmt: skip
    """Select, stage, plan, ask, publish, verify, close; the answer of `close_plan`, or the open plan if nobody was asked."""
    for lane in stage.select_files(deps, partner, run_id, params):
        tell("stage", stage.stage_lane(deps, lane))
    if deps.partner_from_file(partner).media.transcode:
        tell("transcode", films.transcode_films(deps, partner, run_id))
    planned = plan.plan_publication(deps, partner, run_id)
    request = plan.approval_request(deps, planned)
    answer = _answer(request, ask)
    if request.get("plan") and answer is None:
        return {"plan": request["plan"], "waiting": True}
    if answer is not None:
        for lane in plan.record_approval(deps, answer):
            tell("publish", publish.publish_lane(deps, lane, sleep=sleep))
            tell("verify", verify.verify_lane(deps, lane))
    return publish.close_plan(deps, partner, run_id)


def observation(deps: Deps, partner: str, run_id: str, *, tell: Tell) -> None:
    """Look at the published pages again and settle what is unknown."""
    for lane in sync.plan_observation(deps, partner, run_id):
        tell("sync", sync.observe_lane(deps, lane))
    tell("settle", sync.settle_unknown_edits(deps, partner, run_id))


def _answer(request: dict[str, Any], ask: Ask | None) -> dict[str, Any] | None:
    if not request.get("plan"):
        return None
    if request.get("policy"):
        return {"plan": request["plan"], "digest": request["digest"], "choice": "Publish all", "note": request["policy"], "by": "policy"}
    given = ask(request) if ask else None
    if given is not None and given.get("digest") != request["digest"]:
        raise Permanent("The answer is about another plan than the one that was shown.", hint="Ask again.")
    return given
