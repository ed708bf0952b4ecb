"""Publish: approved actions, one after another; each pair of file and statements is one resumable piece of work.

For a file:  settle what an earlier try left unknown → upload with its text → page id → one `wbeditentity` → ledger.
- A POST without a readable answer is never repeated before a look: does the title now hold our bytes, uploaded by us?
- Warnings of the wiki are decided one by one; nothing is ever uploaded past a warning that says "already there".
- A definite "not now" (lag, read-only, rate) is waited for a few times, then the task goes back to Airflow's retries.
- Refusals that speak of the account stop the lane; the same refusal again and again stops it, too.
- People who write to the account or on its stop page are heard before anything new is begun (`lookout.py`).
- Another worker took over: `StaleEpoch`, before anything is sent.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from glamflow.audit.seal import seal_events
from glamflow.ledger.rows import ActionRow
from glamflow.ledger.states import PlanState
from glamflow.partner import Partner
from glamflow.steps.change import PageChanger
from glamflow.steps.deps import Deps
from glamflow.steps.desk import Desk
from glamflow.steps.enrich import Enricher
from glamflow.steps.itemdesk import item_writer
from glamflow.steps.levels import on_sandbox, require_room
from glamflow.steps.lookout import Lookout
from glamflow.steps.moving import Mover
from glamflow.steps.objects import claimed
from glamflow.steps.outcome import StepReport
from glamflow.steps.stage import plan_id
from glamflow.steps.upload import PageWriter
from glamflow.steps.version import VersionWriter
from glamflow.steps.writing import Pen
from glamflow.steps.written import Ended
from glamflow.store import layout
from glamflow.store.ndjson import read_lines
from glamflow.transforms.actions import Create, PlanAction, decode_action, kind_of
from glamflow.transforms.errors import WritesStopped
from glamflow.wiki.answers import ACCOUNT
from glamflow.wiki.protocol import Account

SAME_REFUSALS = 5


def publish_lane(deps: Deps, ref: str, *, sleep: Callable[[float], None] = time.sleep) -> StepReport:
    """Carry out the lane's planned actions that are not done yet; pairs that were begun come first."""
    report = StepReport(step="publish")
    plan, rows = lane_actions(deps, ref)
    config = deps.partner_of_run(deps.ledger.plan(plan).run_id)
    wanted = {(row.file_id, row.kind): row for row in rows if row.state == "planned"}
    if not wanted:
        return report
    commons = deps.commons(config)
    account = commons.account()
    refuse_unfit(account)
    lookout = Lookout(deps, config, commons, account.name)
    with claimed(deps, "publish", ref) as claim:
        pen = Pen(deps, config, claim, plan=plan, account=account.name, sleep=sleep, limits=account.rate_limits, lookout=lookout)
        desk = Desk(
            deps=deps, config=config, claim=claim, plan=plan, commons=commons,
            writer=PageWriter(deps, config, commons, pen, account=account.name, sleep=sleep),
            changer=PageChanger(deps, config, commons, pen, account=account.name, sleep=sleep),
            enricher=Enricher(deps, config, commons, pen, account=account.name, sleep=sleep),
            mover=Mover(deps, config, commons, pen, account=account.name, sleep=sleep),
            items=item_writer(deps, config, claim, plan, pen, account.name, sleep),
            versions=VersionWriter(deps, config, commons, pen, account=account.name, sleep=sleep),
        )  # fmt: skip
        breaker, limited = Breaker(), not on_sandbox(deps, config)
        for action in _begun_first(deps, config, plan, wanted):
            if limited and isinstance(action, Create):
                require_room(deps, config, account, int(action.file))
            row = wanted.pop((int(action.file), kind_of(action)))
            ended = desk.carry_out(action, last=all(file_id != row.file_id for file_id, _ in wanted))
            deps.ledger.settle_action(claim, plan, row.seq, ended.state, reason=str(ended.reason or ""), detail=ended.detail[:500])
            report.add(ended.state)
            breaker.see(ended)
    return report


def _begun_first(deps: Deps, config: Partner, plan: str, wanted: Mapping[tuple[int, str], ActionRow]) -> list[PlanAction]:
    """The lane's actions; files whose page stands without its statements before all others."""
    lines = read_lines(deps.store, layout.plan_actions(config.slug, plan))
    actions = [action for action in map(decode_action, lines) if (int(action.file), kind_of(action)) in wanted]
    pubs = deps.ledger.publications([int(action.file) for action in actions], config.publish.wiki)
    begun = {id for id, pub in pubs.items() if pub.page_id}
    return sorted(actions, key=lambda action: not (isinstance(action, Create) and int(action.file) in begun))


def close_plan(deps: Deps, partner: str, run_id: str) -> dict[str, Any]:
    """End the run's plan whatever became of it, and free its files."""
    id = plan_id(partner, run_id)
    if not deps.ledger.plans(partner, id=id):
        deps.ledger.finish_run(run_id, "complete", detail="nothing to publish")
        return {"plan": "", "backlog": 0}
    plan = deps.ledger.plan(id)
    actions = deps.ledger.plan_actions(id)
    counts = {**(plan.counts or {}), **{state: sum(row.state == state for row in actions) for state in {row.state for row in actions}}}
    if plan.closed_at is None:
        waiting = plan.state is PlanState.PLANNED and bool(actions) and not deps.ledger.approvals(id)
        state = PlanState.EXPIRED if waiting else PlanState.CLOSED
        deps.ledger.close_plan(id, state, counts=counts, detail="nobody answered" if waiting else "")
    left = [row for row in actions if row.state == "planned"]
    deps.ledger.finish_run(run_id, "incomplete" if left and plan.state is PlanState.PUBLISHING else "complete", counts=counts)
    seal_events(deps.ledger.context, deps.store, partner)
    return {"plan": id, "backlog": len(deps.ledger.select_files(partner, limit=1000)), "counts": {k: v for k, v in counts.items() if isinstance(v, int)}}


def lane_actions(deps: Deps, ref: str) -> tuple[str, list[ActionRow]]:
    """The plan of a publishing lane, and its actions as they stand. All actions of one file are in one lane."""
    plan, lane, lanes = ref.rsplit("|", 2)
    rows = deps.ledger.plan_actions(plan)
    mine = set(list(dict.fromkeys(row.file_id for row in rows))[int(lane) :: int(lanes)])
    return plan, [row for row in rows if row.file_id in mine]


def refuse_unfit(account: Account) -> None:
    """`WritesStopped` if the account lacks a right."""
    lacking = [right for right in ("upload", "edit") if right not in account.rights]
    if lacking:
        raise WritesStopped(f"The account lacks the right to {' and '.join(lacking)}.", hint="Check its groups and the grants of its password.")


class Breaker:
    """Stops a lane whose refusals repeat: the next one would be refused as well, and the wiki counts them."""

    def __init__(self) -> None:
        self._code, self._times = "", 0

    def see(self, ended: Ended) -> None:
        if ended.code in ACCOUNT:
            raise WritesStopped(f"The wiki refuses the account ({ended.code}): {ended.detail}.", hint="No further file is tried.")
        if ended.code == "editconflict":  # about one page and the people who edit it, not about us
            return
        self._times = self._times + 1 if ended.code and ended.code == self._code else 1
        self._code = ended.code
        if self._code and self._times >= SAME_REFUSALS:
            raise WritesStopped(f"The wiki gave the same refusal {self._times} times ({self._code}): {ended.detail}.", hint="Find its cause first.")
