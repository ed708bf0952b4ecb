"""Publish: approved actions, one after another; each pair of file and statements is one resumable piece of work.

For a file:  settle what an earlier try left unknown → upload with its text → page id → one `wbeditentity` → ledger.
- A POST without a readable answer is never repeated before a look: does the title now hold our bytes, uploaded by us?
- Warnings of the wiki are decided one by one; nothing is ever uploaded past a warning that says "already there".
- A definite "not now" (lag, read-only, rate) is waited for a few times, then the task goes back to Airflow's retries.
- Refusals that speak of the account stop the lane; the same refusal again and again stops it, too.
- Another worker took over: `StaleEpoch`, before anything is sent.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from glamflow.audit.seal import seal_events
from glamflow.ledger.rows import ActionRow, Claim
from glamflow.ledger.states import FileState, PlanState
from glamflow.partner import Partner
from glamflow.steps.deps import Deps
from glamflow.steps.objects import claimed
from glamflow.steps.outcome import StepReport
from glamflow.steps.stage import plan_id
from glamflow.steps.upload import PageWriter
from glamflow.steps.writing import Pen
from glamflow.steps.written import Ended, WrittenPage, keep_written
from glamflow.store import layout
from glamflow.store.ndjson import read_ndjson
from glamflow.transforms.actions import Create
from glamflow.transforms.errors import StaleState, WritesStopped
from glamflow.transforms.outcome import Reason
from glamflow.wiki.answers import ACCOUNT

SAME_REFUSALS = 5


def publish_lane(deps: Deps, ref: str, *, sleep: Callable[[float], None] = time.sleep) -> StepReport:
    """Carry out the lane's planned actions that are not done yet."""
    report = StepReport(step="publish")
    plan, rows = lane_actions(deps, ref)
    config = deps.partner_of_run(deps.ledger.plan(plan).run_id)
    wanted = {row.file_id: row for row in rows if row.state == "planned"}
    if not wanted:
        return report
    commons = deps.commons(config)
    account = commons.account()
    _refuse_unfit(account.rights, account.has_messages, deps, config)
    with claimed(deps, "publish", ref) as claim:
        pen = Pen(deps, config, claim, plan=plan, account=account.name, sleep=sleep)
        writer = PageWriter(deps, config, commons, pen, account=account.name, sleep=sleep)
        breaker = _Breaker()
        for action in read_ndjson(deps.store, layout.plan_actions(config.slug, plan), Create):
            row = wanted.get(int(action.file))
            if row is not None:
                ended = _publish_one(deps, claim, config, writer, plan, action)
                deps.ledger.settle_action(claim, plan, row.seq, ended.state, reason=str(ended.reason or ""), detail=ended.detail[:500])
                report.add(ended.state)
                breaker.see(ended)
    return report


def close_plan(deps: Deps, partner: str, run_id: str) -> dict[str, Any]:
    """End the run's plan whatever became of it, and free its files."""
    id = plan_id(partner, run_id)
    if id not in {plan.id for plan in deps.ledger.plans(partner)}:
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
    """The plan of a publishing lane, and its actions as they stand."""
    plan, lane, lanes = ref.rsplit("|", 2)
    return plan, deps.ledger.plan_actions(plan)[int(lane) :: int(lanes)]


def _publish_one(deps: Deps, claim: Claim, config: Partner, writer: PageWriter, plan: str, action: Create) -> Ended:
    file_id = int(action.file)
    if deps.ledger.file(file_id).state is not FileState.PLANNED:
        return Ended(state="dropped", detail="the file is not planned any more")
    if bans := deps.ledger.bans(partner=config.slug, sha1=action.sha1, record_key=action.record, file_id=file_id):
        deps.ledger.hold_files(claim, [file_id], Reason.DO_NOT_UPLOAD, detail=bans[0].reason, stage="publish", plan_id=plan)
        return Ended(state="dropped", reason=Reason.DO_NOT_UPLOAD)
    try:
        deps.ledger.reserve(claim, wiki=config.publish.wiki, file_id=file_id, plan_id=plan, title=action.title, sha1=action.sha1)
    except StaleState as error:
        return Ended(state="dropped", detail=str(error))
    ended = writer.write(action, on_page=lambda page: _record(deps, claim, config, plan, file_id, page, whole=False))
    if ended.state == "done" and ended.page is not None:
        _record(deps, claim, config, plan, file_id, ended.page, whole=True)
        return ended
    deps.ledger.unreserve(claim, wiki=config.publish.wiki, file_id=file_id)
    if ended.page is not None:
        deps.ledger.mark_publication(file_id, wiki=config.publish.wiki, state="held")
    deps.ledger.hold_files(claim, [file_id], str(ended.reason), detail=ended.detail[:500], stage="publish", plan_id=plan)
    return ended


def _record(deps: Deps, claim: Claim, config: Partner, plan: str, file_id: int, page: WrittenPage, *, whole: bool) -> None:
    """What stands on the wiki now, store first, then ledger. The file is published only with the whole pair."""
    deps.ledger.publish_done(
        claim, file_id, wiki=config.publish.wiki, plan_id=plan, title=page.title, page_id=page.page_id, revision=page.revision,
        sha1=page.sha1, digest=page.digest, object_key=keep_written(deps, config.slug, file_id, page), entity=page.entity,
        entity_revision=page.entity_revision, move_file=whole,
    )  # fmt: skip


def _refuse_unfit(rights: tuple[str, ...], has_messages: bool, deps: Deps, config: Partner) -> None:
    lacking = [right for right in ("upload", "edit") if right not in rights]
    if lacking:
        raise WritesStopped(f"The account lacks the right to {' and '.join(lacking)}.", hint="Check its groups and the grants of its password.")
    if has_messages:
        deps.ledger.observe(partner=config.slug, kind="TALK_MESSAGE", wiki=config.publish.wiki)
        raise WritesStopped(
            "Somebody wrote to the account on its talk page.", hint="Read and answer the message on the wiki; then start the task again."
        )


class _Breaker:
    """Stops a lane whose refusals repeat: the next one would be refused as well, and the wiki counts them."""

    def __init__(self) -> None:
        self._code, self._times = "", 0

    def see(self, ended: Ended) -> None:
        if ended.code in ACCOUNT:
            raise WritesStopped(f"The wiki refuses the account ({ended.code}): {ended.detail}.", hint="No further file is tried.")
        self._times = self._times + 1 if ended.code and ended.code == self._code else 1
        self._code = ended.code
        if self._code and self._times >= SAME_REFUSALS:
            raise WritesStopped(f"The wiki gave the same refusal {self._times} times ({self._code}): {ended.detail}.", hint="Find its cause first.")
