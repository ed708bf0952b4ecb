"""Pages and revisions. One revision holds the wikitext and, for file pages, the structured data of the same page.

A page id is never used again; a rename, a deletion and an undeletion keep it, so the M-id of a file stays.
"""

from __future__ import annotations

import hashlib
import sqlite3
from typing import Any

from glamflow.sandbox.wiki.links import store_links
from glamflow.sandbox.wiki.state import State, dump
from glamflow.sandbox.wiki.titles import ITEM, PROPERTY, Title

SUMMARY_CHARACTERS = 500


def find_page(state: State, title: Title) -> sqlite3.Row | None:
    """The live page of that title."""
    return state.row("SELECT * FROM page WHERE ns = ? AND title = ? AND deleted = 0", title.ns, title.name)


def page_by_id(state: State, page_id: int) -> sqlite3.Row | None:
    """The live page of that id."""
    return state.row("SELECT * FROM page WHERE id = ? AND deleted = 0", page_id)


def title_of(page: sqlite3.Row) -> Title:
    return Title(page["ns"], page["title"])


def revision(state: State, revision_id: int) -> sqlite3.Row | None:
    return state.row("SELECT * FROM revision WHERE id = ?", revision_id)


def latest(state: State, page: sqlite3.Row) -> sqlite3.Row:
    """Newest revision of a page."""
    found = revision(state, page["latest"])
    if found is None:
        raise LookupError(f"page {page['id']} has no revision")
    return found


def create_page(state: State, title: Title) -> int:
    """An empty page row; a revision must follow in the same transaction."""
    cursor = state.sql.execute(
        "INSERT INTO page (ns, title, touched) VALUES (?, ?, ?)", (title.ns, title.name, state.clock())
    )
    return int(cursor.lastrowid or 0)


def _model(ns: int) -> str:
    return {ITEM: "wikibase-item", PROPERTY: "wikibase-property"}.get(ns, "wikitext")


def add_revision(
    state: State, page_id: int, *, user: str, comment: str, text: str | None = None, entity: dict[str, Any] | None = None,
    bot: bool = False, minor: bool = False, tags: tuple[str, ...] = (),
) -> int:
    """Append a revision; what is None (text or entity) is taken over from the one before."""
    page = state.row("SELECT * FROM page WHERE id = ?", page_id)
    if page is None:
        raise LookupError(f"no page {page_id}")
    before = revision(state, page["latest"])
    new_text = text if text is not None else (before["text"] if before else "")
    new_entity = dump(entity) if entity is not None else (before["entity"] if before else None)
    content = new_text.encode() + (new_entity or "").encode()
    now = state.clock()
    cursor = state.sql.execute(
        "INSERT INTO revision (page_id, parent, user, timestamp, comment, model, text, entity, sha1, size, minor, bot, tags)"
        " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
        (page_id, before["id"] if before else 0, user, now, comment[:SUMMARY_CHARACTERS], _model(page["ns"]), new_text,
         new_entity, hashlib.sha1(content, usedforsecurity=False).hexdigest(), len(content), minor, bot, dump(list(tags))),
    )  # fmt: skip
    revision_id = int(cursor.lastrowid or 0)
    redirect = page["redirect"]
    if before is None or new_text != before["text"]:
        redirect = store_links(state, page_id, new_text)
    state.sql.execute(
        "UPDATE page SET latest = ?, touched = ?, redirect = ? WHERE id = ?", (revision_id, now, redirect, page_id)
    )
    state.sql.execute("UPDATE user SET edit_count = edit_count + 1 WHERE name = ?", (user,))
    return revision_id


def log(
    state: State, kind: str, action: str, title: Title, *, page_id: int, user: str, comment: str,
    revision_id: int = 0, params: dict[str, Any] | None = None,
) -> int:
    """Append to the public log of uploads, moves and deletions."""
    cursor = state.sql.execute(
        "INSERT INTO log_event (type, action, ns, title, page_id, revision, user, timestamp, comment, params)"
        " VALUES (?,?,?,?,?,?,?,?,?,?)",
        (kind, action, title.ns, title.name, page_id, revision_id, user, state.clock(), comment, dump(params or {})),
    )
    return int(cursor.lastrowid or 0)


def move_page(state: State, page: sqlite3.Row, to: Title, *, user: str, reason: str, redirect: bool) -> None:
    """Rename a page; its id stays. A redirect gets a page id of its own."""
    old = title_of(page)
    state.sql.execute("UPDATE page SET ns = ?, title = ? WHERE id = ?", (to.ns, to.name, page["id"]))
    comment = f"{user} moved page [[{old}]] to [[{to}]]" + (f": {reason}" if reason else "")
    add_revision(state, page["id"], user=user, comment=comment, minor=True)
    log(state, "move", "move", old, page_id=page["id"], user=user, comment=reason, params={"target_ns": to.ns, "target_title": str(to)})
    if redirect:
        left = create_page(state, old)
        add_revision(state, left, user=user, comment=comment, text=f"#REDIRECT [[{':' if to.ns in (6, 14) else ''}{to}]]")


def delete_page(state: State, page: sqlite3.Row, *, user: str, reason: str) -> int:
    """Take a page and its file versions out of sight; returns the log id."""
    state.sql.execute("UPDATE page SET deleted = 1, touched = ? WHERE id = ?", (state.clock(), page["id"]))
    state.sql.execute("DELETE FROM link WHERE page_id = ?", (page["id"],))
    state.sql.execute("DELETE FROM statement WHERE entity_id = ?", (f"M{page['id']}",))
    return log(state, "delete", "delete", title_of(page), page_id=page["id"], user=user, comment=reason)


def undelete_page(state: State, title: Title, *, user: str, reason: str) -> tuple[sqlite3.Row, int, int] | None:
    """Bring the last deleted page of that title back: (page, revisions, file versions), None when there is none."""
    page = state.row("SELECT * FROM page WHERE ns = ? AND title = ? AND deleted = 1 ORDER BY id DESC", title.ns, title.name)
    if page is None or find_page(state, title) is not None:
        return None
    state.sql.execute("UPDATE page SET deleted = 0, touched = ? WHERE id = ?", (state.clock(), page["id"]))
    newest = latest(state, page)
    store_links(state, page["id"], newest["text"])
    log(state, "delete", "restore", title, page_id=page["id"], user=user, comment=reason)
    revisions = state.row("SELECT count(*) AS n FROM revision WHERE page_id = ?", page["id"])
    versions = state.row("SELECT count(*) AS n FROM file_version WHERE page_id = ?", page["id"])
    return page, revisions["n"] if revisions else 0, versions["n"] if versions else 0
