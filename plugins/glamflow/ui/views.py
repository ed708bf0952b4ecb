"""First page: which partners there are, how far their collections have come, and who is waited for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from glamflow.ledger.ledger import Ledger
from glamflow.ledger.reads import Waiting
from glamflow.orchestration.pages import run_page
from glamflow.partner import load_partner
from glamflow.settings import read_settings
from glamflow.transforms.errors import ConfigInvalid
from glamflow.ui.auth import User, may_read
from glamflow.ui.bars import parts_of_files
from glamflow.ui.books import open_ledger
from glamflow.ui.frame import page, root_of
from glamflow.ui.pages import PartnerRow, render_overview
from glamflow.ui.words import many, moment, standing

router = APIRouter()


@router.get("/", response_model=None)
def overview(user: User, request: Request) -> HTMLResponse:
    root = root_of(request)
    return page(render_overview([row for row in _rows(root) if may_read(user, row.slug)], root=root))


@router.get("/dag/{dag_id}", response_model=None)
def of_dag(user: User, request: Request, dag_id: str) -> Response:
    """The entry from a DAG's own page."""
    slug = dag_id.rpartition("__")[0]
    return RedirectResponse(f"{root_of(request)}/partners/{quote(slug)}" if slug else f"{root_of(request)}/", status_code=303)


def _rows(root: str) -> Iterator[PartnerRow]:
    ledger = open_ledger()
    for path in sorted(read_settings().partners.glob("*.yaml")):
        try:
            name = load_partner(path).name
        except ConfigInvalid as error:
            yield PartnerRow(slug=path.stem, name=path.stem, problem=str(error))
        else:
            yield _row(ledger, path.stem, name, root)


def _row(ledger: Ledger, slug: str, name: str, root: str) -> PartnerRow:
    reads = ledger.reads
    runs = reads.runs(slug, limit=12)
    asked = next(iter(reads.waiting_approvals(slug)), None)
    funnel = reads.funnel(slug)
    ended = [run.finished_at for run in runs if run.state == "complete" and run.finished_at]
    failed = runs[0] if runs and runs[0].state == "incomplete" else None
    midnight = dt.datetime.now(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return PartnerRow(
        slug=slug, name=name, sentence=standing(funnel), parts=parts_of_files(funnel), files=funnel.files_total,
        published=funnel.published, fresh=max(ended, default=None),
        at_work=next((run.kind for run in runs if run.finished_at is None), ""),
        failed=f"The last {failed.kind} did not come to its end. {failed.detail}".strip() if failed else "",
        failed_link=run_page(failed.id) if failed else "", stopped=stopped(ledger, slug),
        written_today=reads.written_since(slug, midnight), waiting=question(asked), waiting_link=decide_at(asked, root),
    )  # fmt: skip


def stopped(ledger: Ledger, slug: str) -> str:
    """Which brake holds this partner's writes, and who pulled it; "" if none."""
    held = next((brake for brake in ledger.brakes() if brake.stopped and _holds(brake.scope, slug)), None)
    return f"Writing is stopped since {moment(held.at)} by {held.who}: {held.why}" if held else ""


def _holds(scope: str, slug: str) -> bool:
    """Everybody's brake, the partner's, its plan's (frozen by a deletion tag), or that of an account to which people wrote."""
    return scope in ("all", f"partner:{slug}") or scope.startswith("account:") or scope.rpartition("-")[0] == f"plan:{slug}"


def question(asked: Waiting | None) -> str:
    return f"publish {many(asked.files, 'file')}? (asked on {moment(asked.waiting_since)})" if asked else ""


def decide_at(asked: Waiting | None, root: str) -> str:
    """The plan's page: pictures first, and from there Airflow's form, the one door for decisions."""
    return f"{root}/plan/{quote(asked.plan.id, safe='')}" if asked else ""
