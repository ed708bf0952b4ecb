"""The page of a partner (flow, what stands in the way, runs) and the page of a plan (what would be, or was, written)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec
from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from glamflow.ledger.ledger import Ledger
from glamflow.ledger.reads import ReasonCount
from glamflow.ledger.rows import Plan
from glamflow.ledger.states import FileState, PlanState
from glamflow.orchestration.pages import run_page
from glamflow.partner import load_partner
from glamflow.settings import read_settings
from glamflow.store import layout
from glamflow.store.ndjson import read_lines
from glamflow.transforms.actions import Create, PlanAction, decode_action, kind_of
from glamflow.transforms.errors import ConfigInvalid, Permanent, StaleState
from glamflow.transforms.sentences import explain
from glamflow.ui.auth import User, require_partner
from glamflow.ui.bars import flow, parts_of_files, parts_of_records, query
from glamflow.ui.books import open_ledger, open_store
from glamflow.ui.frame import page, root_of
from glamflow.ui.pages import Obstacle, PartnerView, Picture, PlanRow, RunRow, WorkCard, render, render_partner
from glamflow.ui.views import decide_at, question, stopped
from glamflow.ui.words import CHOICE_WORDS, PLAN_WORDS, day, moment, standing

router = APIRouter()
CARDS = 60  # a person looks at a sample, not at everything; the page says how many there are
PICTURES = 12
_KINDS = {
    "create": "new file", "link": "found on the wiki", "enrich": "data added", "new_version": "better copy",
    "move": "another name", "update_text": "changed text", "update_statements": "changed data",
}  # fmt: skip
_OUTCOMES = {"done": "done", "planned": "not done", "failed": "failed", "dropped": "left out"}
_COUNTED = _KINDS | {"create": "new files", "new_version": "better copies"}


@router.get("/partners/{slug}", response_model=None)
def partner(user: User, request: Request, slug: str) -> HTMLResponse:
    slug = require_partner(user, slug)
    if not (read_settings().partners / f"{slug}.yaml").is_file():
        raise HTTPException(404, "There is no such partner.")
    return page(render_partner(_view(open_ledger(), slug, root_of(request)), root=root_of(request)))


@router.get("/plan/{plan_id}", response_model=None)
def plan(user: User, request: Request, plan_id: str) -> HTMLResponse:
    ledger = open_ledger()
    try:
        found = ledger.plan(plan_id)
    except StaleState as error:
        raise HTTPException(404, "There is no such plan.") from error
    slug = require_partner(user, found.partner)
    counts = found.counts or {}
    run = run_page(found.run_id)
    html = render(
        "plan.html", root=root_of(request), plan=found, name=name_of(slug), state=PLAN_WORDS[found.state], cards=list(_cards(found)),
        kinds=[(counts[kind], words) for kind, words in _COUNTED.items() if counts.get(kind)], run=run,
        holds=[(number, explain(reason).what, reason, query("files", ("held",), reason=reason)) for reason, number in (counts.get("holds") or {}).items()],
        outcome=_outcome(ledger, found),
        approvals=[(a.who.partition(":")[2] or a.who, CHOICE_WORDS.get(a.choice, a.choice), a.at, a.note) for a in ledger.approvals(found.id)],
        decide_at=f"{run}/tasks/approve_publication/required_actions" if run and found.state is PlanState.PLANNED else "",
    )  # fmt: skip
    return page(html)


def _outcome(ledger: Ledger, plan: Plan) -> list[tuple[int, str]]:
    """What became of the actions of a decided plan."""
    if plan.state in (PlanState.SELECTING, PlanState.PLANNED):
        return []
    states = Counter(row.state for row in ledger.plan_actions(plan.id))
    return [(states[state], words) for state, words in _OUTCOMES.items() if states[state]]


def name_of(slug: str) -> str:
    """The partner's own name, its slug while its file cannot be used."""
    try:
        return load_partner(read_settings().partners / f"{slug}.yaml").name
    except ConfigInvalid:
        return slug


def _view(ledger: Ledger, slug: str, root: str) -> PartnerView:
    reads = ledger.reads
    funnel = reads.funnel(slug)
    asked = next(iter(reads.waiting_approvals(slug)), None)
    pictures = reads.newest_files(slug, (FileState.VERIFIED, FileState.PUBLISHED), limit=PICTURES)
    pictures = pictures or reads.newest_files(slug, (FileState.PLANNED, FileState.STAGED), limit=PICTURES)
    runs = [
        RunRow(kind=run.kind, state=run.state, started=run.started_at, detail=run.detail, link=run_page(run.id))
        for run in reads.runs(slug, limit=12)
    ]
    return PartnerView(
        slug=slug, name=name_of(slug), sentence=standing(funnel), records=funnel.offered, files=funnel.files_total,
        flow=flow(funnel) if funnel.offered else (), record_parts=parts_of_records(funnel), file_parts=parts_of_files(funnel),
        pictures=tuple(Picture(key=file.record_key, sha256=file.sha256, title=file.title or file.media_id) for file in pictures),
        obstacles=tuple(map(_obstacle, reads.reasons(slug))), runs=tuple(runs), plans=tuple(_plans(ledger, slug)),
        stopped=stopped(ledger, slug), waiting=question(asked), waiting_link=decide_at(asked, root),
        report=open_store().head(layout.report(slug, "latest", "html")) is not None,
    )  # fmt: skip


def _plans(ledger: Ledger, slug: str) -> Iterator[PlanRow]:
    for plan in ledger.plans(slug, limit=6):
        decided = next(iter(ledger.approvals(plan.id)), None)
        by = f"{decided.who.partition(':')[2] or decided.who} said “{CHOICE_WORDS.get(decided.choice, decided.choice)}” on {moment(decided.at)}" if decided else ""  # fmt: skip
        files = sum(number for kind, number in (plan.counts or {}).items() if kind in _KINDS)
        state = f"is on hold until {day(plan.hold_until)}" if plan.hold_until else PLAN_WORDS[plan.state]
        yield PlanRow(id=plan.id, made=plan.created_at, state=state, files=files, decision=by)


def _cards(plan: Plan) -> Iterator[WorkCard]:
    """The sample first: each kind of file stands in it at least once."""
    if not plan.object_key:
        return
    store = open_store()
    sample = _sample(plan)
    shown: list[PlanAction] = []
    rest: list[PlanAction] = []
    for action in map(decode_action, read_lines(store, layout.plan_actions(plan.partner, plan.id))):
        if action.file in sample:
            shown.append(action)
        elif len(rest) < CARDS:
            rest.append(action)
    for action in (shown + rest)[:CARDS]:
        new = action if isinstance(action, Create) else None
        yield WorkCard(
            title=action.title, identifier=action.identifier, record=action.record, source=action.source_url,
            sha256=str(getattr(action, "sha256", "")), rights=new.rights_explanation if new else "",
            text=str(getattr(action, "text", "")), kind=_KINDS.get(kind_of(action), ""), sample=action.file in sample,
            replaced=str(getattr(action, "replaces_sha256", "")), to=str(getattr(action, "to", "")),
        )  # fmt: skip


def _sample(plan: Plan) -> frozenset[str]:
    try:
        return frozenset(msgspec.json.decode(open_store().get(layout.plan_sample(plan.partner, plan.id)), type=list[str]))
    except (KeyError, Permanent):
        return frozenset()


def _obstacle(row: ReasonCount) -> Obstacle:
    said = explain(row.reason)
    what = "records" if row.subject == "record" else "files"
    return Obstacle(
        subject=row.subject, state=row.state, reason=row.reason, count=row.count, what=said.what, do=said.do, who=said.who,
        examples=row.examples, query=query(what, (row.state,), reason=row.reason),
    )  # fmt: skip
