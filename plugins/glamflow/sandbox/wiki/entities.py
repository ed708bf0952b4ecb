"""Entities: MediaInfo of file pages, items, properties. Reading, storing, and the index that search uses.

Stored form has `statements` for all kinds; items and properties are shown with `claims`.
"""

from __future__ import annotations

import json
import re
import sqlite3
from typing import Any

from glamflow.sandbox.wiki.answers import Json
from glamflow.sandbox.wiki.pages import add_revision, create_page, find_page, page_by_id
from glamflow.sandbox.wiki.state import State
from glamflow.sandbox.wiki.titles import FILE, ITEM, PROPERTY, Title, parse_title

CONCEPT_BASE = "http://www.wikidata.org/entity/"
FIRST_ITEM, FIRST_PROPERTY = 200_000_000, 20_000
_ID = re.compile(r"^([QPM])([1-9]\d{0,9})$", re.IGNORECASE)
_KINDS = {"Q": "item", "P": "property", "M": "mediainfo"}
SITE_ID = "commonswiki"
_DELETE = {
    "term": "DELETE FROM term WHERE entity_id = ?",
    "statement": "DELETE FROM statement WHERE entity_id = ?",
    "sitelink": "DELETE FROM sitelink WHERE entity_id = ?",
}


def entity_kind(entity_id: str) -> str | None:
    """item, property or mediainfo; None when it is no entity id."""
    match = _ID.match(entity_id)
    return _KINDS[match.group(1).upper()] if match else None


def entity_page(state: State, entity_id: str) -> sqlite3.Row | None:
    """The live page that holds (or, for a file, may hold) the entity."""
    if entity_kind(entity_id) == "mediainfo":
        page = page_by_id(state, int(entity_id[1:]))
        return page if page is not None and page["ns"] == FILE and _has_file(state, page["id"]) else None
    row = state.row("SELECT page_id FROM entity WHERE id = ?", entity_id)
    return page_by_id(state, row["page_id"]) if row else None


def _has_file(state: State, page_id: int) -> bool:
    return state.row("SELECT 1 FROM file_version WHERE page_id = ?", page_id) is not None


def empty_entity(kind: str, entity_id: str, datatype: str = "") -> Json:
    entity: Json = {"type": kind, "id": entity_id, "labels": {}, "descriptions": {}, "statements": {}}
    if kind != "mediainfo":
        entity["aliases"] = {}
    if kind == "item":
        entity["sitelinks"] = {}
    if kind == "property":
        entity["datatype"] = datatype
    return entity


def entity_at(state: State, revision_id: int) -> Json | None:
    """The entity in one revision; None when that revision has none."""
    row = state.row("SELECT entity FROM revision WHERE id = ?", revision_id)
    if row is None or row["entity"] is None:
        return None
    loaded: Json = json.loads(row["entity"])
    return loaded


def load_entity(state: State, entity_id: str) -> tuple[Json | None, sqlite3.Row | None]:
    """Current entity and its page."""
    page = entity_page(state, entity_id)
    return (entity_at(state, page["latest"]), page) if page is not None else (None, None)


def exists(state: State, entity_id: str) -> bool:
    return state.row("SELECT 1 FROM entity WHERE id = ?", entity_id) is not None


def datatype_of(state: State, property_id: str) -> str | None:
    row = state.row("SELECT datatype FROM entity WHERE id = ? AND kind = 'property'", property_id)
    return row["datatype"] if row else None


def id_for_title(state: State, site: str, title: str) -> str | None:
    """Entity of a file page of this wiki, or the item with that sitelink."""
    parsed = parse_title(title)
    if site == SITE_ID and parsed is not None and parsed.ns == FILE:
        page = find_page(state, parsed)
        return f"M{page['id']}" if page is not None and _has_file(state, page["id"]) else None
    row = state.row("SELECT entity_id FROM sitelink WHERE site = ? AND title = ?", site, str(parsed) if parsed else title)
    return row["entity_id"] if row else None


def new_entity_page(state: State, entity_id: str, kind: str, datatype: str = "") -> int:
    """Page and registration of a new item or property; `save_entity` must follow."""
    page_id = create_page(state, Title(ITEM if kind == "item" else PROPERTY, entity_id))
    state.sql.execute("INSERT INTO entity VALUES (?, ?, ?, ?)", (entity_id, kind, page_id, datatype))
    return page_id


def next_id(state: State, kind: str) -> str:
    if kind == "item":
        return f"Q{state.count('item', FIRST_ITEM)}"
    return f"P{state.count('property', FIRST_PROPERTY)}"


def save_entity(
    state: State, page_id: int, entity: Json, *, user: str, comment: str, bot: bool = False, tags: tuple[str, ...] = ()
) -> int:
    """Store a new revision of an entity and index it."""
    revision_id = add_revision(state, page_id, user=user, comment=comment, entity=entity, bot=bot, tags=tags)
    index_entity(state, entity)
    return revision_id


def index_entity(state: State, entity: Json) -> None:
    """Rows for search by term, by statement and by sitelink."""
    key = entity["id"]
    for table in _DELETE:
        state.sql.execute(_DELETE[table], (key,))
    terms = [(key, "label", lang, term["value"]) for lang, term in entity["labels"].items()]
    terms += [(key, "description", lang, term["value"]) for lang, term in entity["descriptions"].items()]
    terms += [(key, "alias", lang, term["value"]) for lang, group in entity.get("aliases", {}).items() for term in group]
    state.sql.executemany("INSERT INTO term VALUES (?, ?, ?, ?)", terms)
    values = [
        (key, property_id, value)
        for property_id, group in entity["statements"].items()
        for statement in group
        for value in search_values(statement["mainsnak"])
    ]
    state.sql.executemany("INSERT INTO statement VALUES (?, ?, ?)", values)
    links = [(key, link["site"], link["title"]) for link in entity.get("sitelinks", {}).values()]
    state.sql.executemany("INSERT OR REPLACE INTO sitelink VALUES (?, ?, ?)", links)


def search_values(snak: Json) -> list[str]:
    """What `haswbstatement:P=…` finds a snak by."""
    if snak["snaktype"] != "value":
        return [snak["snaktype"]]
    value: Any = snak["datavalue"]["value"]
    if isinstance(value, str):
        return [value]
    for key in ("id", "text", "time", "amount"):
        if key in value:
            return [str(value[key])]
    return [f"{value.get('latitude')},{value.get('longitude')}"]


def label(state: State, entity_id: str, language: str) -> tuple[str, str]:
    """Label in that language or the nearest one, and its language; the id itself when there is none."""
    rows = state.rows("SELECT language, value FROM term WHERE entity_id = ? AND kind = 'label'", entity_id)
    found = {row["language"]: row["value"] for row in rows}
    for wanted in (language, language.partition("-")[0], "en", "mul", *found):
        if wanted in found:
            return found[wanted], wanted
    return entity_id, ""


def show_entity(state: State, entity: Json, page: sqlite3.Row, *, props: set[str], languages: set[str]) -> Json:
    """The entity as `wbgetentities` gives it."""
    kind = entity["type"]
    shown: Json = {}
    if "info" in props:
        row = state.row("SELECT timestamp FROM revision WHERE id = ?", page["latest"])
        shown = {
            "pageid": page["id"], "ns": page["ns"], "title": str(Title(page["ns"], page["title"])),
            "lastrevid": page["latest"], "modified": row["timestamp"] if row else "",
        }  # fmt: skip
    shown["type"] = kind
    if kind == "property" and "datatype" in props:
        shown["datatype"] = entity["datatype"]
    shown["id"] = entity["id"]
    for part in ("labels", "descriptions", "aliases"):
        if part in props and part in entity:
            shown[part] = {lang: term for lang, term in entity[part].items() if not languages or lang in languages}
    if kind == "mediainfo":
        shown["statements"] = entity["statements"] or []
    elif "claims" in props:
        shown["claims"] = with_datatypes(state, entity["statements"])
    if kind == "item" and "sitelinks" in props:
        shown["sitelinks"] = entity["sitelinks"]
    return shown


def with_datatypes(state: State, statements: dict[str, list[Json]]) -> dict[str, list[Json]]:
    """Items and properties are shown with the datatype in every snak."""

    def snak(one: Json) -> Json:
        return {**one, "datatype": datatype_of(state, one["property"]) or "string"}

    def group(snaks: dict[str, list[Json]]) -> dict[str, list[Json]]:
        return {property_id: [snak(one) for one in many] for property_id, many in snaks.items()}

    def statement(one: Json) -> Json:
        shown = {**one, "mainsnak": snak(one["mainsnak"])}
        if "qualifiers" in one:
            shown["qualifiers"] = group(one["qualifiers"])
        if "references" in one:
            shown["references"] = [{**ref, "snaks": group(ref["snaks"])} for ref in one["references"]]
        return shown

    return {property_id: [statement(one) for one in many] for property_id, many in statements.items()}
