"""The page of a partner's audit chain: does it hold, when was it last sealed, what was sealed."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from glamflow.audit.verify import verify
from glamflow.ui.auth import User, require_partner
from glamflow.ui.books import open_ledger, open_store
from glamflow.ui.frame import page, root_of
from glamflow.ui.pages import render
from glamflow.ui.works import name_of

router = APIRouter()


@router.get("/partners/{slug}/audit", response_model=None)
def audit(user: User, request: Request, slug: str, check: bool = False) -> HTMLResponse:
    """`check=1` recomputes both chains from database and store; without it the page only tells what was sealed."""
    slug = require_partner(user, slug)
    ledger = open_ledger()
    report = verify(ledger.context, open_store(), slug) if check else None
    return page(
        render("audit.html", root=root_of(request), slug=slug, name=name_of(slug), report=report, seals=ledger.reads.seals(slug))
    )
