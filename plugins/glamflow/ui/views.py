"""First page: which partners there are, how far their records have come, and who is waited for."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from glamflow.partner import load_partner
from glamflow.settings import read_settings
from glamflow.transforms.errors import ConfigInvalid
from glamflow.ui.auth import User, may_read
from glamflow.ui.pages import PartnerRow, render_overview

router = APIRouter()


@router.get("/", response_model=None)
def overview(user: User) -> HTMLResponse:
    return HTMLResponse(render_overview([row for row in _rows() if may_read(user, row.slug)]))


@router.get("/dag/{dag_id}", response_model=None)
def of_dag(user: User, dag_id: str) -> Response:
    """The entry from a DAG's own page."""
    slug = dag_id.rpartition("__")[0]
    return RedirectResponse(f"../partners/{slug}" if slug else "../", status_code=303)


def _rows() -> list[PartnerRow]:
    rows = []
    for path in sorted(read_settings().partners.glob("*.yaml")):
        try:
            partner = load_partner(path)
        except ConfigInvalid as error:
            rows.append(PartnerRow(slug=path.stem, name=path.stem, problem=str(error)))
        else:
            rows.append(PartnerRow(slug=partner.slug, name=partner.name))
    return rows
