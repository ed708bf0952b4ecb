"""First page: which partners there are, how far their collections have come, and who is waited for."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from glamflow.ledger.reads import Funnel, Reads, Waiting
from glamflow.ledger.states import FileState, RecordState
from glamflow.orchestration.pages import run_page
from glamflow.partner import load_partner
from glamflow.settings import read_settings
from glamflow.transforms.errors import ConfigInvalid
from glamflow.ui.auth import User, may_read
from glamflow.ui.books import open_ledger
from glamflow.ui.pages import PartnerRow, moment, render_overview, stages

router = APIRouter()


@router.get("/", response_model=None)
def overview(user: User) -> HTMLResponse:
    return HTMLResponse(render_overview([row for row in _rows() if may_read(user, row.slug)]))


@router.get("/dag/{dag_id}", response_model=None)
def of_dag(user: User, dag_id: str) -> Response:
    """The entry from a DAG's own page."""
    slug = dag_id.rpartition("__")[0]
    return RedirectResponse(f"../partners/{slug}" if slug else "../", status_code=303)


def _rows() -> Iterator[PartnerRow]:
    settings = read_settings()
    reads = Reads(open_ledger().context)
    for path in sorted(settings.partners.glob("*.yaml")):
        try:
            name = load_partner(path).name
        except ConfigInvalid as error:
            yield PartnerRow(slug=path.stem, name=path.stem, problem=str(error))
        else:
            yield _row(path.stem, name, reads.funnel(path.stem), reads.waiting_approvals(path.stem))


def _row(slug: str, name: str, funnel: Funnel, waiting: list[Waiting]) -> PartnerRow:
    if not funnel.offered:
        return PartnerRow(slug=slug, name=name)
    asked = waiting[0] if waiting else None
    return PartnerRow(
        slug=slug, name=name, funnel=stages(funnel),
        held=funnel.files[FileState.HELD] + funnel.records[RecordState.HELD],
        rejected=funnel.files[FileState.REJECTED] + funnel.records[RecordState.REJECTED],
        waiting=f"publish {asked.files} files? (since {moment(asked.waiting_since)})" if asked else "",
        waiting_link=_decide_at(asked) if asked else "",
    )  # fmt: skip


def _decide_at(waiting: Waiting) -> str:
    """Where Airflow asks: decisions have one door. A plan made on the command line has its own page only."""
    page = run_page(waiting.plan.run_id)
    return f"{page}/tasks/approve_publication/required_actions" if page else f"plan/{waiting.plan.id}"
