"""The page of a record: what it is now and why, in both layers of rights, and one line of life from source to wiki."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from glamflow.ledger.history import History
from glamflow.ledger.rows import StoredFile
from glamflow.transforms.sentences import explain
from glamflow.ui.alike import others_of
from glamflow.ui.auth import User, require_partner
from glamflow.ui.books import open_ledger
from glamflow.ui.frame import page, root_of
from glamflow.ui.life import life_of
from glamflow.ui.pages import Beside, FileView, render
from glamflow.ui.verdicts import layers_of, read_decision
from glamflow.ui.wikis import wiki_page
from glamflow.ui.words import FILE_WORDS, RECORD_WORDS, thin
from glamflow.ui.works import name_of

router = APIRouter()


@router.get("/record/{slug}/{key:path}", response_model=None)
def record(user: User, request: Request, slug: str, key: str) -> HTMLResponse:
    slug = require_partner(user, slug)
    ledger = open_ledger()
    row = ledger.reads.record(slug, key)
    if row is None:
        raise HTTPException(404, "There is no such record.")
    history = ledger.why(key, partner=slug)
    html = render(
        "record.html", root=root_of(request), slug=slug, name=name_of(slug), key=key, state=RECORD_WORDS[row.state],
        why=explain(row.reason) if row.reason else None, row=row, files=[_file(file, history, tuple(others_of(ledger, file))) for file in history.files],
        life=life_of(history), bans=history.bans,
    )  # fmt: skip
    return page(html)


def _file(file: StoredFile, history: History, beside: tuple[Beside, ...]) -> FileView:
    decision = read_decision(file.rights)
    said = explain(file.reason) if file.reason else None
    on_wiki = next((p for p in history.publications if p.file_id == file.id and p.page_id), None)
    return FileView(
        media_id=file.media_id, title=(on_wiki.title if on_wiki else file.title) or file.media_id, state=FILE_WORDS[file.state],
        url=file.url if file.url.startswith(("http://", "https://")) else "", sha256=file.sha256, facts=_facts(file),
        what=said.what if said else "", why=said.why if said else "", do=said.do if said else "", who=said.who if said else "",
        reason=file.reason, detail=file.detail, explanation=decision.explanation if decision else "",
        layers=layers_of(decision) if decision else (), evidence=decision.evidence if decision else (),
        page=wiki_page(on_wiki.wiki, on_wiki.title) if on_wiki else "", beside=beside,
    )  # fmt: skip


def _facts(file: StoredFile) -> str:
    size = f"{thin(file.size)} bytes" if file.size else ""
    pixels = f"{file.width} × {file.height}" if file.width and file.height else ""
    return ", ".join(part for part in (file.mime, pixels, size) if part)
