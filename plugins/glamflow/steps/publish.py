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
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from glamflow.audit.seal import seal_events
from glamflow.ledger.rows import ActionRow, Claim
from glamflow.ledger.states import FileState, PlanState
from glamflow.partner import Partner
from glamflow.steps.change import PageChanger
from glamflow.steps.deps import Deps
from glamflow.steps.objects import claimed
from glamflow.steps.outcome import StepReport
from glamflow.steps.stage import PUBLIC, plan_id
from glamflow.steps.upload import PageWriter
from glamflow.steps.writing import Pen
from glamflow.steps.written import Ended, WrittenPage, keep_written
from glamflow.store import layout
from glamflow.store.ndjson import read_lines
from glamflow.transforms.actions import (
    Create,
    Link,
    PlanAction,
    UpdateStatements,
    UpdateText,
    decode_action,
    kind_of,
)
from glamflow.transforms.errors import StaleState, WritesStopped
from glamflow.transforms.outcome import Reason
from glamflow.wiki.answers import ACCOUNT
from glamflow.wiki.protocol import Account, CommonsClient

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
    refuse_unfit(account, deps, config)
    with claimed(deps, "publish", ref) as claim:
        pen = Pen(deps, config, claim, plan=plan, account=account.name, sleep=sleep)
        desk = _Desk(
            deps=deps, config=config, claim=claim, plan=plan, commons=commons,
            writer=PageWriter(deps, config, commons, pen, account=account.name, sleep=sleep),
            changer=PageChanger(deps, config, commons, pen, account=account.name, sleep=sleep),
        )  # fmt: skip
        breaker = Breaker()
        for action in _begun_first(deps, config, plan, wanted):
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
    """The plan of a publishing lane, and its actions as they stand. All actions of one file are in one lane."""
    plan, lane, lanes = ref.rsplit("|", 2)
    rows = deps.ledger.plan_actions(plan)
    mine = set(list(dict.fromkeys(row.file_id for row in rows))[int(lane) :: int(lanes)])
    return plan, [row for row in rows if row.file_id in mine]


@dataclass(frozen=True, kw_only=True)
class _Desk:
    """Everything that carrying out one action needs."""

    deps: Deps
    config: Partner
    claim: Claim
    plan: str
    commons: CommonsClient
    writer: PageWriter
    changer: PageChanger

    def carry_out(self, action: PlanAction, *, last: bool) -> Ended:
        """One action to its end, in wiki and ledger. `last`: no other action of this file follows."""
        refused = self._refused(action)
        if refused is not None:
            return refused
        match action:
            case Create():
                ended = self._create(action)
            case Link():
                ended = self._adopt(action)
            case UpdateText() | UpdateStatements():
                ended = self.changer.change(action)
                self._remember(action, ended, last=last)
            case _:
                return Ended(state="dropped", detail=f"“{kind_of(action)}” is not carried out yet")
        if ended.state == "failed":
            self._hold(int(action.file), ended)
        return ended

    def _refused(self, action: PlanAction) -> Ended | None:
        file_id, ledger = int(action.file), self.deps.ledger
        allowed = (FileState.PLANNED,) if isinstance(action, Create | Link) else PUBLIC
        file = ledger.file(file_id)
        if file.state not in allowed:
            return Ended(state="dropped", detail=f"the file is {file.state} by now")
        bans = ledger.bans(partner=self.config.slug, sha1=file.sha1, record_key=action.record, file_id=file_id)
        if bans and isinstance(action, Create | Link):
            ledger.hold_files(self.claim, [file_id], Reason.DO_NOT_UPLOAD, detail=bans[0].reason, stage="publish", plan_id=self.plan)
        return Ended(state="dropped", reason=Reason.DO_NOT_UPLOAD) if bans else None

    def _create(self, action: Create) -> Ended:
        file_id, wiki = int(action.file), self.config.publish.wiki
        try:
            self.deps.ledger.reserve(self.claim, wiki=wiki, file_id=file_id, plan_id=self.plan, title=action.title, sha1=action.sha1)
        except StaleState as error:
            return Ended(state="dropped", detail=str(error))
        ended = self.writer.write(action, on_page=lambda page: self._record(file_id, page, whole=False))
        if ended.state == "done" and ended.page is not None:
            self._record(file_id, ended.page, whole=True)
        else:
            self.deps.ledger.unreserve(self.claim, wiki=wiki, file_id=file_id)
        return ended

    def _adopt(self, action: Link) -> Ended:
        """Remember a page of ours that the ledger did not know. What stands there is the base of later merges only as far as
        it is read back: nothing is claimed to be as we wrote it."""
        page = self.commons.pages_by_id([action.page_id])[action.page_id]
        if not page.exists or page.sha1 != action.sha1:
            return Ended(state="dropped", detail="the page is not what was planned any more")
        written = WrittenPage(
            title=page.title, page_id=action.page_id, text=page.text, sha1=page.sha1, captions={}, statements=(), revision=page.revision,
            entity=f"M{action.page_id}",
        )  # fmt: skip
        self._record(int(action.file), written, whole=True)
        return Ended(state="done", page=written)

    def _remember(self, action: PlanAction, ended: Ended, *, last: bool) -> None:
        if ended.page is not None:
            self._record(int(action.file), ended.page, whole=last)
        elif last and ended.state == "dropped":
            self.deps.ledger.acknowledge_source(self.claim, [int(action.file)])

    def _hold(self, file_id: int, ended: Ended) -> None:
        if ended.page is not None:
            self.deps.ledger.mark_publication(file_id, wiki=self.config.publish.wiki, state="held")
        self.deps.ledger.hold_files(self.claim, [file_id], str(ended.reason), detail=ended.detail[:500], stage="publish", plan_id=self.plan)

    def _record(self, file_id: int, page: WrittenPage, *, whole: bool) -> None:
        """What stands on the wiki now, store first, then ledger. The file is published only with the whole of it."""
        key = keep_written(self.deps, self.config.slug, file_id, page)
        self.deps.ledger.publish_done(
            self.claim, file_id, wiki=self.config.publish.wiki, plan_id=self.plan, title=page.title, page_id=page.page_id,
            revision=page.revision, sha1=page.sha1, digest=page.digest, object_key=key, entity=page.entity,
            entity_revision=page.entity_revision, move_file=whole,
        )  # fmt: skip


def refuse_unfit(account: Account, deps: Deps, config: Partner) -> None:
    """`WritesStopped` if the account lacks a right, or if people are waiting for an answer of its operator."""
    lacking = [right for right in ("upload", "edit") if right not in account.rights]
    if lacking:
        raise WritesStopped(f"The account lacks the right to {' and '.join(lacking)}.", hint="Check its groups and the grants of its password.")
    if account.has_messages:
        deps.ledger.observe(partner=config.slug, kind="TALK_MESSAGE", wiki=config.publish.wiki)
        raise WritesStopped(
            "Somebody wrote to the account on its talk page.", hint="Read and answer the message on the wiki; then start the task again."
        )


class Breaker:
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
