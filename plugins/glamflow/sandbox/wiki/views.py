"""What each page shows, as plain values for the templates."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from markupsafe import Markup
from starlette.requests import Request as HttpRequest

from glamflow.sandbox.wiki.api.query_pages import is_hidden
from glamflow.sandbox.wiki.api.search import find
from glamflow.sandbox.wiki.entities import entity_at, label
from glamflow.sandbox.wiki.filestore import current_version, file_url, versions
from glamflow.sandbox.wiki.pages import find_page, latest, title_of
from glamflow.sandbox.wiki.render.statements import show_statements
from glamflow.sandbox.wiki.render.wikitext import Page, outside_link, page_link, render
from glamflow.sandbox.wiki.titles import CATEGORY, FILE, ITEM, PROPERTY, Title

Values = dict[str, Any]
GALLERY = 60
LINKED_PROPERTIES = ("P6243", "P921", "P180", "P18", "P195", "P170")


def view(page: Page, row: sqlite3.Row) -> tuple[str, Values]:
    """Template and values of a page."""
    title = title_of(row)
    if title.ns == FILE and current_version(page.state, row["id"]) is not None:
        return "file.html", file_page(page, row)
    if title.ns in {ITEM, PROPERTY}:
        return "entity.html", entity_page(page, row)
    if title.ns == CATEGORY:
        return "category.html", category_page(page, row)
    if str(title) == "Main Page":
        return "main.html", main_page(page, row)
    values = _common(page, row)
    if title.ns == 2:
        values["changes"] = _changes(page, 20, user=title.name)
    return "page.html", {"changes": [], **values}


def _common(page: Page, row: sqlite3.Row) -> Values:
    newest = latest(page.state, row)
    return {"title": title_of(row), "row": row, "newest": newest, "body": render(page, newest["text"]), "categories": _categories(page, row)}


def _categories(page: Page, row: sqlite3.Row) -> list[tuple[Any, bool]]:
    rows = page.state.rows("SELECT target FROM link WHERE page_id = ? AND kind = 'category' ORDER BY target", row["id"])
    return [
        (page_link(page, Title(CATEGORY, found["target"]), found["target"]), is_hidden(page.state, found["target"])) for found in rows
    ]


def file_page(page: Page, row: sqlite3.Row) -> Values:
    """A file with its description, structured data, versions and links."""
    values = _common(page, row)
    entity = entity_at(page.state, row["latest"])
    statements = entity["statements"] if entity else {}
    current = current_version(page.state, row["id"])
    return {
        **values, "entity_id": f"M{row['id']}", "captions": list(entity["labels"].values()) if entity else [],
        "statements": show_statements(page, statements), "current": current, "url": file_url(page.state.base, title_of(row)),
        "versions": [{**dict(one), "author": user_link(page, one["user"])} for one in versions(page.state, row["id"])], "links": _file_links(page, statements, values["newest"]["text"]),
        "used": _using(page, title_of(row)),
    }  # fmt: skip


def _file_links(page: Page, statements: dict[str, list[Values]], text: str) -> list[tuple[str, Any]]:
    """Record at the source, items."""
    links: list[tuple[str, Any]] = []
    for statement in statements.get("P7482", []) + statements.get("P973", []):
        for snak in [statement["mainsnak"], *statement.get("qualifiers", {}).get("P973", [])]:
            value = snak.get("datavalue", {}).get("value")
            if isinstance(value, str) and value.startswith("http"):
                links.append((page.word("record"), outside_link(value)))
    seen: set[str] = set()
    for name in LINKED_PROPERTIES:
        for statement in statements.get(name, []):
            value = statement["mainsnak"].get("datavalue", {}).get("value")
            if isinstance(value, dict) and "id" in value and value["id"] not in seen:
                seen.add(value["id"])
                shown, _ = label(page.state, value["id"], page.language)
                links.append((label(page.state, name, page.language)[0], page_link(page, Title(ITEM, value["id"]), f"{shown} ({value['id']})")))
    return links


def _using(page: Page, title: Title) -> list[Any]:
    """Items whose P18 is this file, and pages that link to it."""
    items = page.state.rows("SELECT entity_id FROM statement WHERE property = 'P18' AND value = ?", title.name)
    found = [page_link(page, Title(ITEM, item["entity_id"]), f"{label(page.state, item['entity_id'], page.language)[0]} (P18)") for item in items]
    rows = page.state.rows(
        "SELECT p.ns, p.title FROM link l JOIN page p ON p.id = l.page_id WHERE l.kind = 'page' AND l.ns = ? AND l.target = ? AND p.deleted = 0"
        " LIMIT 50", title.ns, title.name,
    )  # fmt: skip
    return found + [page_link(page, Title(one["ns"], one["title"])) for one in rows]


def entity_page(page: Page, row: sqlite3.Row) -> Values:
    """An item or a property."""
    entity = entity_at(page.state, row["latest"]) or {}
    key = str(entity.get("id", row["title"]))
    shown, _ = label(page.state, key, page.language)
    terms = sorted({*entity.get("labels", {}), *entity.get("descriptions", {})})
    here = page.state.rows("SELECT DISTINCT entity_id FROM statement WHERE value = ? AND entity_id LIKE 'M%' ORDER BY entity_id LIMIT ?", key, GALLERY)
    return {
        "title": title_of(row), "row": row, "newest": latest(page.state, row), "entity": entity, "name": shown, "entity_id": key,
        "terms": [(code, entity["labels"].get(code, {}).get("value", ""), entity["descriptions"].get(code, {}).get("value", "")) for code in terms],
        "statements": show_statements(page, entity.get("statements", {})), "files": _files_by_id(page, [int(one["entity_id"][1:]) for one in here]),
        "image": next((s["mainsnak"]["datavalue"]["value"] for s in entity.get("statements", {}).get("P18", []) if "datavalue" in s["mainsnak"]), ""),
    }  # fmt: skip


_FILES = (
    "SELECT p.id, p.title, v.timestamp, v.user FROM page p JOIN file_version v ON v.page_id = p.id AND v.current = 1 WHERE p.deleted = 0"
)


def _files_by_id(page: Page, ids: list[int]) -> list[Values]:
    rows = [page.state.row(_FILES + " AND p.id = ?", one) for one in ids]
    return [_tile(page, row) for row in rows if row is not None]


def _tile(page: Page, row: sqlite3.Row) -> Values:
    caption, language = label(page.state, f"M{row['id']}", page.language)
    shown = caption if language in {page.language, "en", "mul"} else row["title"].rpartition(".")[0]
    return {"title": Title(FILE, row["title"]), "name": row["title"], "caption": shown, "user": row["user"]}


def category_page(page: Page, row: sqlite3.Row) -> Values:
    """Files and subcategories of a category."""
    rows = page.state.rows(
        "SELECT p.id, p.ns, p.title FROM link l JOIN page p ON p.id = l.page_id WHERE l.kind = 'category' AND l.target = ? AND p.deleted = 0"
        " ORDER BY p.title LIMIT 500", row["title"],
    )  # fmt: skip
    tiles = _files_by_id(page, [one["id"] for one in rows if one["ns"] == FILE])
    others = [page_link(page, Title(one["ns"], one["title"])) for one in rows if one["ns"] != FILE]
    return {**_common(page, row), "files": tiles, "others": others}


def main_page(page: Page, row: sqlite3.Row) -> Values:
    """The newest files as a gallery."""
    rows = page.state.rows(_FILES + " ORDER BY v.id DESC LIMIT ?", GALLERY)
    counts = page.state.row(
        "SELECT count(*) AS files, (SELECT count(*) FROM page WHERE deleted = 0 AND ns = 120) AS items FROM file_version v"
        " JOIN page p ON p.id = v.page_id WHERE v.current = 1 AND p.deleted = 0"
    )
    return {**_common(page, row), "files": [_tile(page, one) for one in rows], "counts": counts, "changes": _changes(page, 8)}


def history(page: Page, row: sqlite3.Row) -> Values:
    """All revisions of a page."""
    rows = page.state.rows("SELECT * FROM revision WHERE page_id = ? ORDER BY id DESC LIMIT 500", row["id"])
    events = page.state.rows("SELECT * FROM log_event WHERE page_id = ? ORDER BY id DESC LIMIT 100", row["id"])
    return {"title": title_of(row), "row": row, "revisions": [_revision(page, one) for one in rows], "events": events}


def _revision(page: Page, row: sqlite3.Row) -> Values:
    return {**dict(row), "tags": json.loads(row["tags"]), "author": user_link(page, row["user"])}


def user_link(page: Page, name: str) -> Markup:
    """A user's page, or their contributions when they have none (which is nothing to mend)."""
    title = Title(2, name)
    if find_page(page.state, title) is not None:
        return page_link(page, title, name)
    return Markup('<a href="/wiki/Special:Contributions/{}">{}</a>').format(name.replace(" ", "_"), name)


def _changes(page: Page, limit: int, *, user: str = "") -> list[Values]:
    rows = page.state.rows(
        "SELECT r.*, p.ns, p.title, COALESCE(b.size, 0) AS before FROM revision r JOIN page p ON p.id = r.page_id"
        " LEFT JOIN revision b ON b.id = r.parent WHERE p.deleted = 0 AND (? = '' OR r.user = ?) AND r.comment != 'seed'"
        " AND r.user != 'Sandbox administrator' ORDER BY r.id DESC LIMIT ?", user, user, limit,
    )  # fmt: skip
    return [
        {**_revision(page, row), "link": page_link(page, Title(row["ns"], row["title"])), "difference": row["size"] - row["before"]} for row in rows
    ]


def recent_changes(page: Page, http: HttpRequest) -> Values:
    events = page.state.rows("SELECT * FROM log_event WHERE type != 'upload' ORDER BY id DESC LIMIT 20")
    return {
        "title": page.word("recent"), "changes": _changes(page, 100),
        "events": [{**dict(one), "link": page_link(page, Title(one["ns"], one["title"]))} for one in events],
    }  # fmt: skip


def contributions(page: Page, http: HttpRequest) -> Values:
    name = str(http.scope.get("argument", "")).replace("_", " ")
    return {"title": f"{page.word('contributions')}: {name}", "changes": _changes(page, 200, user=name), "events": []}


def search_page(page: Page, http: HttpRequest) -> Values:
    query = http.query_params.get("search", "")
    rows = find(page.state, query, (0, 2, 4, 6, 14, 100, 106, 120))[:100] if query.strip() else []
    files = _files_by_id(page, [row["id"] for row in rows if row["ns"] == FILE])
    others = []
    for row in rows:
        if row["ns"] == ITEM:
            others.append(page_link(page, Title(ITEM, row["title"]), f"{label(page.state, row['title'], page.language)[0]} ({row['title']})"))
        elif row["ns"] not in {FILE, PROPERTY}:
            others.append(page_link(page, Title(row["ns"], row["title"])))
    return {"title": page.word("search"), "query": query, "files": files, "others": others}


def missing(page: Page, title: Title) -> Values:
    """A title without page; says when there was one."""
    gone = page.state.row("SELECT * FROM log_event WHERE type = 'delete' AND ns = ? AND title = ? ORDER BY id DESC", title.ns, title.name)
    return {"title": title, "gone": gone}
