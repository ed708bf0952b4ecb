"""The page of a partner (flow, what stands in the way, runs) and the page of a plan (what would be, or was, written)."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse

from glamflow.ledger.reads import Reads, ReasonCount
from glamflow.ledger.rows import Plan
from glamflow.orchestration.pages import run_page
from glamflow.partner import load_partner
from glamflow.settings import read_settings
from glamflow.store import layout
from glamflow.store.ndjson import read_lines
from glamflow.transforms.actions import Create, decode_action
from glamflow.transforms.errors import ConfigInvalid, StaleState
from glamflow.transforms.sentences import explain
from glamflow.ui.auth import User, require_partner
from glamflow.ui.books import open_ledger, open_store
from glamflow.ui.pages import Obstacle, RunRow, WorkCard, render_partner, render_plan

router = APIRouter()
CARDS = 60  # a person looks at a sample, not at everything; the page says how many there are


@router.get("/partners/{slug}", response_model=None)
def partner(user: User, slug: str) -> HTMLResponse:
    slug = require_partner(user, slug)
    path = read_settings().partners / f"{slug}.yaml"
    if not path.is_file():
        raise HTTPException(404, "There is no such partner.")
    reads = Reads(open_ledger().context)
    runs = [
        RunRow(kind=run.kind, state=run.state, started=run.started_at, detail=run.detail, link=run_page(run.id))
        for run in reads.runs(slug, limit=12)
    ]
    obstacles = [_obstacle(row) for row in reads.reasons(slug)]
    return HTMLResponse(render_partner(slug, _name(slug), funnel=reads.funnel(slug), obstacles=obstacles, runs=runs))


@router.get("/plan/{plan_id}", response_model=None)
def plan(user: User, plan_id: str) -> HTMLResponse:
    try:
        found = open_ledger().plan(plan_id)
    except StaleState as error:
        raise HTTPException(404, "There is no such plan.") from error
    require_partner(user, found.partner)
    return HTMLResponse(render_plan(found, list(_cards(found)), decide_at=run_page(found.run_id)))


def _cards(plan: Plan) -> Iterator[WorkCard]:
    if not plan.object_key:
        return
    actions = map(decode_action, read_lines(open_store(), layout.plan_actions(plan.partner, plan.id)))
    for number, action in enumerate(action for action in actions if isinstance(action, Create)):
        if number == CARDS:
            return
        yield WorkCard(
            title=action.title, identifier=action.identifier, source=action.source_url, sha256=action.sha256,
            rights=action.rights_explanation, text=action.text,
        )  # fmt: skip


def _obstacle(row: ReasonCount) -> Obstacle:
    said = explain(row.reason)
    return Obstacle(
        subject=row.subject, state=row.state, reason=row.reason, count=row.count, what=said.what, do=said.do,
        examples=row.examples,
    )  # fmt: skip


def _name(slug: str) -> str:
    try:
        return load_partner(read_settings().partners / f"{slug}.yaml").name
    except ConfigInvalid:
        return slug
