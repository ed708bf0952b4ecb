"""`action=edit`, `delete`, `undelete`, `move`.

A stale `baserevid` is merged silently when the changes touch different lines, and is `editconflict` otherwise; an unknown one is
`editconflict` too.
"""

from __future__ import annotations

import difflib
import hashlib
import itertools
import sqlite3

from glamflow.sandbox.wiki.answers import ApiError, Json, missing_param
from glamflow.sandbox.wiki.api.context import Request
from glamflow.sandbox.wiki.api.permissions import check_block, check_filters, check_protection, check_right, check_tags
from glamflow.sandbox.wiki.pages import (
    add_revision,
    create_page,
    delete_page,
    find_page,
    latest,
    move_page,
    page_by_id,
    revision,
    title_of,
    undelete_page,
)
from glamflow.sandbox.wiki.titles import FILE, ITEM, PROPERTY, Title

MAX_BYTES = 2048 * 1024


def _page(request: Request) -> tuple[sqlite3.Row | None, Title]:
    """The page that `title` or `pageid` names."""
    if request.flag("pageid"):
        page = page_by_id(request.state, request.number("pageid", 0))
        if page is None:
            raise ApiError("nosuchpageid", f"There is no page with ID {request.text('pageid')}.")
        return page, title_of(page)
    title = request.title("title")
    return find_page(request.state, title), title


def edit(request: Request) -> Json:
    """Create or change the wikitext of a page."""
    page, title = _page(request)
    request.subject = str(title)
    if page is not None and page["redirect"] and request.flag("redirect"):
        raise ApiError("invalidparammix", "Following redirects is not supported here.")
    old = latest(request.state, page)["text"] if page is not None else ""
    text = _new_text(request, old)
    _check_edit(request, page, title, text)
    tags = check_tags(request)
    if page is not None:
        text = _merged(request, page, old, text)
    shown: Json = {"result": "Success", "pageid": page["id"] if page is not None else 0, "title": str(title), "contentmodel": "wikitext"}
    if page is not None and text == old:
        return {"edit": {**shown, "nochange": True}}
    before = page["latest"] if page is not None else 0
    page_id = page["id"] if page is not None else create_page(request.state, title)
    new = add_revision(
        request.state, page_id, user=request.user.name, comment=request.text("summary"), text=text,
        bot=request.flag("bot") and "bot" in request.user.rights, minor=request.flag("minor"), tags=tags,
    )  # fmt: skip
    request.applied = True
    row = revision(request.state, new)
    result = {**shown, "pageid": page_id, "oldrevid": before, "newrevid": new, "newtimestamp": row["timestamp"] if row else ""}
    return {"edit": {"new": True, **result} if page is None else result}


def _new_text(request: Request, old: str) -> str:
    if not any(request.flag(name) for name in ("text", "appendtext", "prependtext", "undo")):
        error = missing_param("text")
        error.info = 'One of the parameters "text", "appendtext", "prependtext" and "undo" is required.'
        raise error
    body = request.text("text")
    if request.flag("appendtext") or request.flag("prependtext"):
        body = request.text("prependtext") + old + request.text("appendtext")
    if request.text("section") == "new":
        heading = request.text("sectiontitle") or request.text("summary")
        added = request.text("text") or request.text("appendtext")
        body = "\n\n".join(part for part in (old.rstrip(), f"== {heading} ==" if heading else "", added) if part)
    if "md5" in request.params:
        given = (request.text("prependtext") + request.text("appendtext")) or request.text("text")
        if hashlib.md5(given.encode(), usedforsecurity=False).hexdigest() != request.text("md5"):
            raise ApiError("badmd5", "The supplied MD5 hash was incorrect.")
    return body.rstrip()


def _check_edit(request: Request, page: sqlite3.Row | None, title: Title, text: str) -> None:
    if request.flag("createonly") and page is not None:
        raise ApiError("articleexists", "The page you tried to create has been created already.")
    if request.flag("nocreate") and page is None:
        raise ApiError("missingtitle", "The page you specified doesn't exist.")
    if title.ns in {ITEM, PROPERTY}:
        raise ApiError("no-direct-editing", f"Direct editing via API is not supported for content model {title}.")
    if len(text.encode()) > MAX_BYTES:
        raise ApiError("contenttoobig", "The content you supplied exceeds the page size limit of 2048 kibibytes.")
    check_block(request)
    check_protection(request, page, title)
    check_filters(request, text)


def _merged(request: Request, page: sqlite3.Row, current: str, wanted: str) -> str:
    """The wanted text, or its merge with what happened since the base revision."""
    conflict = ApiError("editconflict", "Edit conflict.")
    base_text: str | None = None
    if request.text("baserevid", "0") != "0":
        base = revision(request.state, request.number("baserevid", 0))
        if base is None or base["page_id"] != page["id"]:
            raise conflict
        base_text = base["text"]
    elif request.flag("basetimestamp"):
        stamp = request.text("basetimestamp")
        rows = request.state.rows("SELECT * FROM revision WHERE page_id = ? AND timestamp <= ? ORDER BY id DESC LIMIT 1", page["id"], stamp)
        if not rows:
            raise conflict
        base_text = rows[0]["text"]
    if base_text is None or base_text == current:
        return wanted
    merged = merge_lines(base_text, current, wanted)
    if merged is None:
        raise conflict
    return merged


def merge_lines(base: str, theirs: str, ours: str) -> str | None:
    """Three-way merge by lines; None when both sides changed the same or neighbouring lines."""
    lines = base.split("\n")
    changes: list[tuple[int, int, list[str]]] = []
    for other in (theirs.split("\n"), ours.split("\n")):
        for tag, start, end, low, high in difflib.SequenceMatcher(None, lines, other, autojunk=False).get_opcodes():
            if tag != "equal":
                changes.append((start, end, other[low:high]))
    changes.sort(key=lambda change: (change[0], change[1]))
    for first, second in itertools.pairwise(changes):
        if first != second and second[0] <= first[1]:
            return None
    result, position = [], 0
    for start, end, replacement in dict.fromkeys((s, e, tuple(r)) for s, e, r in changes):
        result += [*lines[position:start], *replacement]
        position = end
    return "\n".join([*result, *lines[position:]])


def delete(request: Request) -> Json:
    """Take a page away (right `delete`)."""
    page, title = _page(request)
    request.subject = str(title)
    check_right(request, "delete")
    if page is None:
        raise ApiError("missingtitle", "The page you specified doesn't exist.")
    number = delete_page(request.state, page, user=request.user.name, reason=request.text("reason"))
    request.applied = True
    return {"delete": {"title": str(title), "reason": request.text("reason"), "logid": number}}


def undelete(request: Request) -> Json:
    """Bring the last deleted page of a title back (right `undelete`)."""
    title = request.title("title")
    request.subject = str(title)
    check_right(request, "undelete")
    back = undelete_page(request.state, title, user=request.user.name, reason=request.text("reason"))
    if back is None:
        raise ApiError("cantundelete", "Couldn't undelete: the requested revisions may not exist, or may have been undeleted already.")
    request.applied = True
    return {"undelete": {"title": str(title), "revisions": back[1], "fileversions": back[2], "reason": request.text("reason")}}


def move(request: Request) -> Json:
    """Rename a page; the page id, and with it the M-id, stays."""
    old, new = request.title("from"), request.title("to")
    request.subject = str(old)
    check_block(request)
    check_right(request, "move")
    page = find_page(request.state, old)
    if page is None:
        raise ApiError("missingtitle", "The page you specified doesn't exist.")
    check_protection(request, page, old)
    if find_page(request.state, new) is not None:
        raise ApiError("articleexists", "A page of that name already exists, or the name you have chosen is not valid.")
    if (old.ns == FILE) != (new.ns == FILE):
        raise ApiError("imagenocrossnamespace", "Cannot move file to non-file namespace.")
    redirect = not (request.flag("noredirect") and "suppressredirect" in request.user.rights)
    move_page(request.state, page, new, user=request.user.name, reason=request.text("reason"), redirect=redirect)
    request.applied = True
    return {"move": {"from": str(old), "to": str(new), "reason": request.text("reason"), "redirectcreated": redirect}}
