"""`list=search`: the part of the search language that an uploader uses.

`insource:"…"`, `intitle:…`, `incategory:"…"`, `haswbstatement:P217=…` (also quoted, also `|` for or, also a bare `P217`);
other words must all stand in the title, the text or a label.
"""

from __future__ import annotations

import re
import sqlite3

from glamflow.sandbox.wiki.answers import Json
from glamflow.sandbox.wiki.api.context import Request
from glamflow.sandbox.wiki.state import State
from glamflow.sandbox.wiki.titles import Title

DEFAULT_NAMESPACES = (0, 6, 12, 14, 100, 106, 120)
_TOKEN = re.compile(r'(-?)(?:([a-z]+):)?(?:"((?:[^"\\]|\\.)*)"|(\S+))')


def search(request: Request) -> tuple[Json, list[Json], str | None]:
    """(search information, hits, continuation)."""
    state = request.state
    raw = request.text("srnamespace")
    spaces = DEFAULT_NAMESPACES if not raw else tuple(int(ns) for ns in raw.split("|") if ns.lstrip("-").isdigit())
    found = find(state, request.need("srsearch"), spaces)
    offset, limit = request.number("sroffset", 0), request.number("srlimit", 10, highest=500)
    hits = [_hit(row) for row in found[offset : offset + limit]]
    more = str(offset + limit) if len(found) > offset + limit else None
    return {"totalhits": len(found)}, hits, more


def find(state: State, query: str, namespaces: tuple[int, ...] = ()) -> list[sqlite3.Row]:
    """Pages that fulfil every part of the query, by page id."""
    rows = state.rows(
        "SELECT p.id, p.ns, p.title, r.text, r.entity, r.size, r.timestamp FROM page p JOIN revision r ON r.id = p.latest"
        " WHERE p.deleted = 0 AND p.redirect = '' ORDER BY p.id"
    )
    kept = [row for row in rows if not namespaces or row["ns"] in namespaces]
    for negative, keyword, quoted, bare in _TOKEN.findall(query):
        wanted = re.sub(r"\\(.)", r"\1", quoted) if quoted else bare
        ids = {row["id"] for row in kept if _fits(state, row, keyword, wanted)}
        kept = [row for row in kept if (row["id"] in ids) != bool(negative)]
    return kept


def _fits(state: State, row: sqlite3.Row, keyword: str, wanted: str) -> bool:
    lower = wanted.lower()
    if keyword == "insource":
        return lower in row["text"].lower()
    if keyword == "intitle":
        return lower in row["title"].lower()
    if keyword == "incategory":
        names = {name.strip().replace("_", " ") for name in wanted.split("|")}
        rows = state.rows("SELECT target FROM link WHERE page_id = ? AND kind = 'category'", row["id"])
        return any(found["target"] in names for found in rows)
    if keyword == "haswbstatement":
        return any(_has_statement(state, row, part) for part in wanted.split("|"))
    if keyword == "hastemplate":
        return state.row("SELECT 1 FROM link WHERE page_id = ? AND kind = 'template' AND target = ?", row["id"], wanted) is not None
    text = f"{keyword}:{lower}" if keyword else lower
    return text in row["title"].lower() or text in row["text"].lower() or text in (row["entity"] or "").lower()


def _has_statement(state: State, row: sqlite3.Row, part: str) -> bool:
    property_id, equals, value = part.partition("=")
    key = row["title"] if row["ns"] in {120, 122} else f"M{row['id']}"
    if not equals:
        return state.row("SELECT 1 FROM statement WHERE entity_id = ? AND property = ?", key, property_id) is not None
    value = value.partition("[")[0]
    return state.row("SELECT 1 FROM statement WHERE entity_id = ? AND property = ? AND value = ?", key, property_id, value) is not None


def _hit(row: sqlite3.Row) -> Json:
    return {
        "ns": row["ns"], "title": str(Title(row["ns"], row["title"])), "pageid": row["id"], "size": row["size"],
        "wordcount": len(row["text"].split()), "snippet": "", "timestamp": row["timestamp"],
    }  # fmt: skip
