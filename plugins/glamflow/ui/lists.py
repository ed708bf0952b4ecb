"""Lists: the records or files behind a number. Page by page, in the order in which the partner's things came."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from glamflow.ledger.rows import RecordRow, StoredFile
from glamflow.ledger.states import FileState, RecordState
from glamflow.transforms.sentences import explain
from glamflow.ui.auth import User, require_partner
from glamflow.ui.books import open_ledger
from glamflow.ui.frame import page, root_of
from glamflow.ui.pages import ListedRow, render
from glamflow.ui.words import FILE_WORDS, RECORD_WORDS
from glamflow.ui.works import name_of

router = APIRouter()
ROWS = 100


@router.get("/partners/{slug}/list", response_model=None)
def listed(
    user: User, request: Request, slug: str, what: str = "records", state: str = "", reason: str = "", after: int = 0
) -> HTMLResponse:  # fmt: skip
    slug = require_partner(user, slug)
    states = [part for part in state.split(",") if part]
    known: set[str] = set(RecordState) if what == "records" else set(FileState)
    if what not in ("records", "files") or not known.issuperset(states):
        raise HTTPException(404, "There is no such list.")
    read = open_ledger().reads.records if what == "records" else open_ledger().reads.files
    found = read(slug, state=states, reason=reason, after=after, limit=ROWS + 1)
    more = urlencode({"what": what, "state": state, "reason": reason, "after": found[ROWS - 1].id}) if len(found) > ROWS else ""
    words = RECORD_WORDS if what == "records" else FILE_WORDS
    html = render(
        "list.html", root=root_of(request), slug=slug, name=name_of(slug), what=what, rows=list(_rows(found[:ROWS])), more=more,
        states=[words[part] for part in states], reason=explain(reason).what if reason else "", first=not after,
    )  # fmt: skip
    return page(html)


def _rows(found: Iterable[RecordRow | StoredFile]) -> Iterable[ListedRow]:
    for row in found:
        why = explain(row.reason).what if row.reason else ""
        if isinstance(row, RecordRow):
            yield ListedRow(key=row.key, name=row.key, state=RECORD_WORDS[row.state], why=why, detail=row.detail)
        else:
            yield ListedRow(
                key=row.record_key, name=row.title or row.media_id, state=FILE_WORDS[row.state], why=why, detail=row.detail,
                sha256=row.sha256,
            )  # fmt: skip
