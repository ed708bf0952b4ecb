"""Which plans wait for a person: `review: every | sample | trusted` of the partner file.

- *every*: all of them. *sample*: once trust is earned, one plan in four, drawn by its digest. *trusted*: none, once trust is earned.
- Trust is earned by three plans in a row, after the pilot, that a person or the policy approved whole, in which nothing failed and none
  of whose files had to be held since.
- Any anomaly suspends it: something held while this plan was made, a kind of file that those plans did not show, files of others that
  would get data, a brake, or people on the wiki who objected to something and have no answer yet.
- The policy's approval is recorded with its reason like a person's.
"""

from __future__ import annotations

from collections.abc import Iterable

from glamflow.ledger.rows import Plan
from glamflow.ledger.states import FileState, PlanState
from glamflow.partner import Partner
from glamflow.steps.deps import Deps
from glamflow.store import layout
from glamflow.store.ndjson import read_lines
from glamflow.transforms.actions import Create, PlanAction, decode_action, kind_of

CLEAN_PLANS, ONE_IN = 3, 4
ENDED = (PlanState.CLOSED, PlanState.REJECTED, PlanState.EXPIRED)
WELCOME = frozenset({
    "IMPROVED", "TRANSLATED", "CATEGORISED", "CAPTIONED", "DESCRIBED", "RESTORED", "EDITED", "RENAMED", "CHANGED_AT_SOURCE", "UNDELETED",
})  # fmt: skip
"""What people did to our files without objecting to them."""


def policy_approval(deps: Deps, config: Partner, plan: Plan) -> str:
    """Why this plan need not wait for a person, "" if it must."""
    if config.publish.review == "every" or why_not(deps, config, plan):
        return ""
    if config.publish.review == "sample" and int(plan.digest[:8], 16) % ONE_IN == 0:
        return ""
    return f"the last {CLEAN_PLANS} plans were clean"


def why_not(deps: Deps, config: Partner, plan: Plan) -> str:
    """What keeps this plan from being trusted, "" if nothing does."""
    if plan.level == "pilot":
        return "a pilot is looked at"
    anomaly = _anomaly(deps, config, plan)
    if anomaly:
        return anomaly
    earlier = [
        one for one in deps.ledger.plans(plan.partner, states=ENDED, limit=CLEAN_PLANS + 1) if one.id != plan.id
    ][:CLEAN_PLANS]
    if len(earlier) < CLEAN_PLANS:
        return f"only {len(earlier)} plans went before it"
    unclean = next((one.id for one in earlier if not _clean(deps, one)), "")
    if unclean:
        return f"plan {unclean} was not clean"
    shown = {kind for one in earlier for kind in _kinds(deps, one)}
    new = _kinds(deps, plan) - shown
    return f"files of a kind that those plans did not show: {', '.join(sorted(new)[0])}" if new else ""


def _anomaly(deps: Deps, config: Partner, plan: Plan) -> str:
    counts = plan.counts or {}
    if counts.get("holds"):
        return "files were held while it was made"
    if counts.get("enrich") or counts.get("link"):
        return "pages of others, or unknown ones, are part of it"
    if counts.get("branched"):
        return "the source shows something else in place of a published picture"
    scopes = {"all", f"partner:{plan.partner}", f"wiki:{plan.wiki}", f"plan:{plan.id}"}
    if any(
        brake.stopped and (brake.scope in scopes or brake.scope.startswith("account:"))
        for brake in deps.ledger.brakes()
    ):
        return "a brake is on"
    open_words = [
        seen.kind
        for seen in deps.ledger.observations(plan.partner, unsettled=True, limit=500)
        if seen.kind not in WELCOME
    ]
    return f"nobody has answered yet: {open_words[0]}" if open_words else ""


def _clean(deps: Deps, plan: Plan) -> bool:
    counts, choices = plan.counts or {}, [one.choice for one in deps.ledger.approvals(plan.id)]
    whole = plan.state is PlanState.CLOSED and not plan.hold_until and choices[:1] == ["publish_all"]
    done = not counts.get("failed") and not counts.get("planned") and bool(counts.get("done"))
    return whole and done and not any(file.state is FileState.HELD for file in deps.ledger.plan_files(plan.id))


def _kinds(deps: Deps, plan: Plan) -> set[tuple[str, ...]]:
    if not plan.object_key:
        return set()
    return set(map(class_of, _actions(deps, plan)))


def _actions(deps: Deps, plan: Plan) -> Iterable[PlanAction]:
    return map(decode_action, read_lines(deps.store, layout.plan_actions(plan.partner, plan.id)))


def class_of(action: PlanAction) -> tuple[str, str, str]:
    """Information template, rights reason and type of a new file; the kind of any other action."""
    if not isinstance(action, Create):
        return kind_of(action), "", ""
    template = action.text.partition("{{")[2].partition("\n")[0].partition("{{")[2].strip("| ")
    return template, str(action.rights_reason), action.mime
