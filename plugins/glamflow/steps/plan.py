"""Plan: what would be written for each staged file, fixed with a digest, and the decision of a person about exactly that.

`plan_publication` looks at the wiki, builds every page, holds what must not go and writes the actions down;
`approval_request` says it in one sentence with the anomalies first; `record_approval` binds the answer to the digest and
spreads the approved actions over lanes.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from glamflow.ledger.rows import ActionRow, Plan, StoredFile
from glamflow.ledger.states import FileState, PlanState
from glamflow.partner import Partner
from glamflow.steps.branch import branch_off
from glamflow.steps.checklist import require_standing_pages
from glamflow.steps.deps import Deps
from glamflow.steps.draft import draft_actions
from glamflow.steps.earlier import note_earlier
from glamflow.steps.itemwork import draft_items
from glamflow.steps.material import load_material
from glamflow.steps.near import note_near
from glamflow.steps.newer import read_copies
from glamflow.steps.objects import claimed
from glamflow.steps.stage import PUBLIC, plan_id
from glamflow.steps.tagged import freeze_plan
from glamflow.steps.trust import class_of, policy_approval
from glamflow.store import layout
from glamflow.store.ndjson import write_ndjson
from glamflow.transforms.actions import (
    WRITES,
    CreateItem,
    EditItem,
    Hold,
    Link,
    Move,
    NewVersion,
    PlanAction,
    Skip,
    UpdateText,
    kind_of,
    plan_digest,
)
from glamflow.transforms.digest import digest
from glamflow.transforms.outcome import Reason
from glamflow.transforms.sentences import explain

MAX_LANES, ACTIONS_PER_LANE, SAMPLE_FILES = 8, 40, 10
CHOICES = {"Publish all": "publish_all", "Publish sample": "publish_sample", "Hold until": "hold_until", "Reject": "reject"}
GONE = (FileState.WITHDRAWN, FileState.SUPERSEDED)


def plan_publication(deps: Deps, partner: str, run_id: str) -> dict[str, str]:
    """Fix the run's plan; its id and digest, both "" where there is nothing to plan."""
    id = plan_id(partner, run_id)
    if not deps.ledger.plans(partner, id=id):
        return {"plan": "", "digest": ""}
    plan = deps.ledger.plan(id)
    if plan.state is not PlanState.SELECTING:
        return {"plan": id, "digest": plan.digest}
    config = deps.partner_of_run(run_id)
    with claimed(deps, "plan", id) as claim:
        members = deps.ledger.plan_files(id, open_only=True)
        staged = [file for file in members if file.state is FileState.STAGED]
        updates = [file for file in members if file.state in PUBLIC and file.changed_at_source]
        copies = read_copies(deps, partner, id, updates)
        branched = branch_off(deps, claim, id, updates, copies)
        staged += [file for file in branched if file.state is FileState.STAGED and file.id not in {one.id for one in staged}]
        require_standing_pages(deps, config, deps.commons(config))
        actions = draft_actions(deps, config, claim, id, list(load_material(deps, staged)), list(load_material(deps, updates)), copies)
        actions += draft_items(deps, config, list(load_material(deps, staged)) if config.items.bot_request else [], actions)
        for action in actions:
            if isinstance(action, Hold):
                deps.ledger.hold_files(claim, [int(action.file)], action.reason, detail=action.detail[:500], stage="plan", plan_id=id)
                if action.near:
                    note_near(deps, partner, int(action.file), action.record, int(action.near))
                if action.there:
                    note_earlier(deps, partner, config.publish.wiki, int(action.file), action.record, action.there)
        deps.ledger.acknowledge_source(claim, [int(action.file) for action in actions if isinstance(action, Skip)])
        writes = sorted((action for action in actions if isinstance(action, (*WRITES, Link))), key=_order)
        fixed = plan_digest(writes)
        key = layout.plan_actions(partner, id)
        write_ndjson(deps.store, key, writes)
        counts: dict[str, Any] = dict(Counter(kind_of(action) for action in actions))
        counts |= {"branched": len(branched)} if branched else {}
        counts["holds"] = dict(Counter(str(action.reason) for action in actions if isinstance(action, Hold)))
        rows = [_row(number, action) for number, action in enumerate(writes)]
        deps.ledger.set_actions(claim, id, digest=fixed, actions=rows, object_key=key, counts=counts)
        deps.store.put(layout.plan_sample(partner, id), msgspec.json.encode([action.file for action in sample_of(writes)]))
        freeze_plan(deps, config, id)
    return {"plan": id, "digest": fixed}


def approval_request(deps: Deps, ref: Mapping[str, str]) -> dict[str, Any]:
    """What a person is asked, or `plan: ""` if nothing is to be published, or `policy` where trust was earned."""
    if not ref.get("plan"):
        return {"plan": ""}
    plan = deps.ledger.plan(ref["plan"])
    number = len({row.file_id for row in deps.ledger.plan_actions(plan.id)})
    if number == 0 or plan.closed_at is not None:
        return {"plan": ""}
    config = deps.partner_of_run(plan.run_id)
    request = {"plan": plan.id, "digest": plan.digest}
    if policy := policy_approval(deps, config, plan):
        return request | {"policy": policy}
    return request | {"subject": f"Publish {number} {'file' if number == 1 else 'files'} of {config.name}?", "body": _body(deps, config, plan, number)}


def record_approval(deps: Deps, ref: Mapping[str, Any]) -> list[str]:
    """Write the decision down; publishing lanes if it was a yes, [] otherwise."""
    plan = deps.ledger.plan(ref["plan"])
    if plan.closed_at is not None:  # the task is repeated after the end
        return []
    choice = CHOICES[ref["choice"]]
    when = dt.datetime.fromisoformat(ref["at"]) if ref.get("at") else deps.now()
    config = deps.partner_of_run(plan.run_id)
    if not deps.ledger.approvals(plan.id):
        deps.ledger.approve(plan.id, ref["digest"], who=ref["by"], when=when, choice=choice, note=ref.get("note") or "")
    if choice == "hold_until":
        until = dt.date.fromisoformat(ref["hold_until"]) if ref.get("hold_until") else deps.today() + dt.timedelta(days=7)
        deps.ledger.close_plan(plan.id, PlanState.CLOSED, detail="on hold", hold_until=until, who=ref["by"])
        return []
    if choice == "reject":
        files = _to_reject(deps, plan)
        _decline_updates(deps, plan)
        deps.ledger.decide_files(files, FileState.HELD, who=ref["by"], reason=Reason.REJECTED_BY_PERSON, detail=ref.get("note") or "")
        deps.ledger.close_plan(plan.id, PlanState.REJECTED, detail=ref.get("note") or "", who=ref["by"])
        return []
    deps.ledger.begin_publishing(plan.id, ref["digest"])
    actions = deps.ledger.plan_actions(plan.id)
    if choice == "publish_sample":
        actions = _keep_sample(deps, config, plan, actions)
    number = len({row.file_id for row in actions})
    lanes = max(1, min(MAX_LANES, -(-number // ACTIONS_PER_LANE)))
    return [f"{plan.id}|{lane}|{lanes}" for lane in range(lanes)]


def sample_of(actions: Sequence[PlanAction], number: int = SAMPLE_FILES) -> list[PlanAction]:
    """A few files in which every template, rights class and type stands at least once, in a fixed order."""
    chosen: dict[tuple[str, str, str], PlanAction] = {}
    for action in sorted(actions, key=lambda action: digest(action.file)):
        chosen.setdefault(class_of(action), action)
    rest = [action for action in actions if action not in chosen.values()]
    return (list(chosen.values()) + rest)[: max(number, len(chosen))]


def _order(action: PlanAction) -> tuple[int, int]:
    """By file; of one page first the bytes, then the data, then the text, then its name; its object's item once it stands."""
    ranks = ((NewVersion, 0), (UpdateText, 2), (Move, 3), (EditItem | CreateItem, 4))
    return int(action.file), next((rank for kind, rank in ranks if isinstance(action, kind)), 1)


def _keep_sample(deps: Deps, config: Partner, plan: Plan, actions: list[ActionRow]) -> list[ActionRow]:
    sample = set(msgspec.json.decode(deps.store.get(layout.plan_sample(config.slug, plan.id)), type=list[str]))
    with claimed(deps, "plan", plan.id) as claim:
        for row in actions:
            if str(row.file_id) not in sample and row.state == "planned":
                deps.ledger.settle_action(claim, plan.id, row.seq, "dropped", detail="not in the sample")
    return [row for row in actions if str(row.file_id) in sample]


def _to_reject(deps: Deps, plan: Plan) -> list[int]:
    """New files that the plan would have written, but those that the source withdrew or replaced since."""
    return [file.id for file in _written_by(deps, plan) if file.state not in (*GONE, *PUBLIC)]


def _decline_updates(deps: Deps, plan: Plan) -> None:
    """A no to an update leaves the published page as it stands; the same change is not proposed again."""
    updates = [file.id for file in _written_by(deps, plan) if file.state in PUBLIC]
    if updates:
        with claimed(deps, "plan", plan.id) as claim:
            deps.ledger.acknowledge_source(claim, updates)


def _written_by(deps: Deps, plan: Plan) -> list[StoredFile]:
    written = {row.file_id for row in deps.ledger.plan_actions(plan.id)}
    return [file for file in deps.ledger.plan_files(plan.id) if file.id in written]


def _updates(kinds: Counter[str]) -> list[str]:
    named = {"new_version": "better copies of our pictures", "enrich": "files of others that get data", "move": "pages with a corrected name", "update_text": "pages with changed text", "update_statements": "pages with changed data", "link": "files found on the wiki", "edit_item": "items that get a picture, a collection or references", "create_item": "new items"}
    return [f"| {name} | {kinds[kind]} |" for kind, name in named.items() if kinds[kind]]


def _row(number: int, action: PlanAction) -> ActionRow:
    bytes_of = {"sha1": action.sha1, "sha256": action.sha256} if isinstance(action, NewVersion) else None
    return ActionRow(seq=number, file_id=int(action.file), kind=kind_of(action), title=action.title, digest=digest(action), payload=bytes_of)


def _body(deps: Deps, config: Partner, plan: Plan, number: int) -> str:
    counts = plan.counts or {}
    kinds = Counter(row.kind for row in deps.ledger.plan_actions(plan.id))
    new = kinds["create"]
    lines = [f"**{new} files would be uploaded to {deps.connections(config.publish.wiki).base_url}** as “{config.name}”."]
    if number > new:
        lines += [f"{number - new} pages that stand there would be brought up to date: only values that nobody else changed."]
    if counts.get("branched"):
        lines += [f"{counts['branched']} of the new files are what the source now shows in place of a published picture; that one stays beside it."]
    holds = counts.get("holds") or {}
    if holds:
        lines += ["", f"**Look first:** {sum(holds.values())} more files were held while planning:"]
        lines += [f"- {held}: {explain(reason).what} ({reason})" for reason, held in sorted(holds.items(), key=lambda pair: -pair[1])]
    frozen = [brake for brake in deps.ledger.brakes() if brake.stopped and brake.scope == f"plan:{plan.id}"]
    lines += [line for brake in frozen for line in ("", f"**Frozen:** {brake.why}. Nothing is sent before somebody answered it.")]
    if deps.settings.ui:
        lines += ["", f"[Pictures and pages of this plan]({deps.settings.ui}/plan/{plan.id})"]
    lines += ["", "| what | files |", "|---|---|", f"| new files | {new} |", *_updates(kinds), f"| held | {sum(holds.values())} |"]
    lines += ["", f"Level: {plan.level}. Plan `{plan.id}`, digest `{plan.digest[:16]}`: only exactly this is published."]
    return "\n".join(lines)
