"""`wbeditentity` and the small writers (`wbsetlabel`, `wbsetdescription`, `wbcreateclaim`, `wbsetclaim`, `wbremoveclaims`).

- data under `statements` and unknown keys are ignored without a word (`nochange`);
- `baserevid=0` protects nothing; an unknown one, or one of another page, is `nosuchrevid`;
- the whole request is one edit or none.
"""

from __future__ import annotations

import copy
import json
import sqlite3
from typing import Any

from glamflow.sandbox.wiki.answers import ApiError, Json, missing_param, wikibase_error
from glamflow.sandbox.wiki.api.context import Request
from glamflow.sandbox.wiki.api.entity_merge import merge
from glamflow.sandbox.wiki.api.permissions import check_block, check_filters, check_protection, check_tags
from glamflow.sandbox.wiki.api.statements import apply_claims, check_statement, find_statement
from glamflow.sandbox.wiki.api.terms import apply_aliases, apply_sitelinks, apply_terms, check_unique, failed_save
from glamflow.sandbox.wiki.datavalues import VALUE_TYPES
from glamflow.sandbox.wiki.entities import (
    datatype_of,
    empty_entity,
    entity_at,
    entity_kind,
    entity_page,
    id_for_title,
    new_entity_page,
    next_id,
    save_entity,
    with_datatypes,
)
from glamflow.sandbox.wiki.pages import revision, title_of
from glamflow.sandbox.wiki.state import dump
from glamflow.sandbox.wiki.titles import Title

MAX_ENTITY_BYTES = 3_000 * 1024


def wbeditentity(request: Request) -> Json:
    """One edit of one entity, or a new item or property."""
    data = _data(request)
    if request.flag("new"):
        return _create(request, data)
    entity_id, page = _target(request)
    entity, saved = _edit(request, entity_id, page, data, clear=request.flag("clear"))
    return {"entity": _shown(request, entity, page["id"], saved), "success": 1}


def _data(request: Request) -> Json:
    try:
        loaded = json.loads(request.need("data"))
    except json.JSONDecodeError:
        text = "Invalid json in request."
        raise wikibase_error("invalid-json", text, ("wikibase-api-invalid-json", [], text)) from None
    return loaded if isinstance(loaded, dict) else {}


def _target(request: Request) -> tuple[str, sqlite3.Row]:
    entity_id = request.text("id")
    if not entity_id and request.flag("site") and request.flag("title"):
        entity_id = id_for_title(request.state, request.text("site"), request.text("title")) or ""
        if not entity_id:
            raise _no_such(request.text("title"))
    if not entity_id:
        raise missing_param("id")
    request.subject = entity_id
    return _existing(request, entity_id)


def _existing(request: Request, entity_id: str) -> tuple[str, sqlite3.Row]:
    if entity_kind(entity_id) is None:
        text = "Invalid entity ID."
        raise wikibase_error("invalid-entity-id", text, ("wikibase-api-invalid-entity-id", [], text))
    page = entity_page(request.state, entity_id.upper())
    if page is None:
        raise _no_such(entity_id)
    return entity_id.upper(), page


def _no_such(entity_id: str) -> ApiError:
    return wikibase_error("no-such-entity", "⧼no-such-entity⧽", ("no-such-entity", [entity_id], "⧼no-such-entity⧽"))


def _create(request: Request, data: Json) -> Json:
    kind = request.text("new")
    if any(request.flag(name) for name in ("id", "site", "title")):
        text = 'Either provide the item "id" or pairs of "site" and "title" or a "new" type for an entity'
        raise wikibase_error("param-illegal", f"⧼{text}⧽", (text, [], f"⧼{text}⧽"))
    if kind not in {"item", "property"}:
        text = f"Cannot automatically assign ID: {kind} entities do not support automatic IDs!"
        raise wikibase_error("no-automatic-entity-id", text, ("wikibase-api-no-automatic-entity-id", [text], text))
    datatype = str(data.get("datatype", ""))
    if kind == "property" and datatype not in VALUE_TYPES:
        text = "A datatype was expected, but either missing or not recognized."
        raise wikibase_error("param-illegal", text, ("wikibase-api-not-recognized-datatype", [], text))
    _check_user(request, None, Title(120, "New"))
    entity_id = next_id(request.state, kind)
    request.subject = entity_id
    entity = empty_entity(kind, entity_id, datatype)
    _apply(request, entity, data)
    page_id = new_entity_page(request.state, entity_id, kind, datatype)
    saved = _save(request, page_id, entity, f"/* wbeditentity-create-{kind} */")
    return {"entity": _shown(request, entity, page_id, saved), "success": 1}


def _check_user(request: Request, page: sqlite3.Row | None, title: Title) -> None:
    """Block and protection; Wikibase calls both `permissiondenied`."""
    denied = "You do not have the permissions needed to carry out this action."
    try:
        check_block(request)
        check_protection(request, page, title)
    except ApiError as refusal:
        inner = {"blocked": "blockedtext", "protectedpage": "protectedpagetext"}[refusal.code]
        raise wikibase_error(
            "permissiondenied", denied, ("wikibase-api-permissiondenied", [], denied), (inner, ["editprotected", "edit"], refusal.info),
            header=f"permissiondenied, {refusal.code}",
        ) from None  # fmt: skip


def _edit(request: Request, entity_id: str, page: sqlite3.Row, data: Json, *, clear: bool = False) -> tuple[Json, int | None]:
    """Apply the data to the entity: (new entity, revision, or None when nothing changed)."""
    _check_user(request, page, title_of(page))
    current = entity_at(request.state, page["latest"])
    before = current or empty_entity(entity_kind(entity_id) or "item", entity_id)
    base = _base(request, page, before)
    kept = empty_entity(before["type"], entity_id, before.get("datatype", "")) if clear else base
    wanted = copy.deepcopy(kept)
    _apply(request, wanted, data)
    after = wanted if base is before else merge(base, before, wanted)
    request.patched = base is not before and after != before
    if after == before and (current is not None or not clear):
        check_tags(request)
        return before, None
    return after, _save(request, page["id"], after, f"/* {request.action}-update:0| */")


def _base(request: Request, page: sqlite3.Row, current: Json) -> Json:
    """The entity that the client had in hand."""
    if request.text("baserevid", "0") in {"0", ""}:
        return current
    number = request.number("baserevid", 0)
    row = revision(request.state, number)
    if row is None or row["page_id"] != page["id"]:
        text = "Revision with ID not found."
        raise wikibase_error("nosuchrevid", text, ("wikibase-api-nosuchrevid", [], text))
    then = entity_at(request.state, number) or empty_entity(current["type"], current["id"], current.get("datatype", ""))
    return current if then == current else then


def _apply(request: Request, entity: Json, data: Json) -> None:
    for part in ("labels", "descriptions"):
        if part in data:
            apply_terms(entity, part, data[part])
    if "aliases" in data:
        apply_aliases(entity, data["aliases"])
    if "sitelinks" in data:
        apply_sitelinks(entity, data["sitelinks"])
    if "claims" in data:
        apply_claims(request.state, entity, data["claims"])


def _save(request: Request, page_id: int, entity: Json, automatic: str) -> int:
    size = len(dump(entity).encode())
    if size > MAX_ENTITY_BYTES:
        text = f"The entity is too big. The maximum allowed entity size is {MAX_ENTITY_BYTES // 1024:,} KB."
        raise wikibase_error(
            "rawmessage", text, ("wikibase-api-", [text], text), ("wikibase-error-entity-too-big", [{"size": MAX_ENTITY_BYTES}], text),
            header="rawmessage, wikibase-error-entity-too-big",
        )  # fmt: skip
    tags = check_tags(request)
    check_unique(request.state, entity)
    try:
        check_filters(request, json.dumps(entity, ensure_ascii=False), request.text("summary"))
    except ApiError as refusal:
        found = refusal.extra["abusefilter"]
        raise failed_save(refusal.code, [found["description"], found["id"]], refusal.info, keep=True) from None
    request.applied = True
    return save_entity(
        request.state, page_id, entity, user=request.user.name, comment=f"{automatic} {request.text('summary')}".strip(),
        bot=request.flag("bot") and "bot" in request.user.rights, tags=tags,
    )  # fmt: skip


def _shown(request: Request, entity: Json, page_id: int, saved: int | None) -> Json:
    shown: Json = {"type": entity["type"]}
    if "datatype" in entity:
        shown["datatype"] = entity["datatype"]
    shown |= {"id": entity["id"], "labels": entity["labels"], "descriptions": entity["descriptions"]}
    if entity["type"] == "mediainfo":
        shown["statements"] = entity["statements"] or []
    else:
        shown |= {"aliases": entity["aliases"], "claims": with_datatypes(request.state, entity["statements"])}
    if entity["type"] == "item":
        shown["sitelinks"] = entity["sitelinks"]
    row = request.state.row("SELECT latest FROM page WHERE id = ?", page_id)
    shown["lastrevid"] = saved or (row["latest"] if row else 0)
    return shown | ({"nochange": True} if saved is None else {})


def _term(request: Request, part: str) -> Json:
    entity_id, page = _target(request)
    language = request.need("language")
    term = {"language": language, "value": request.text("value")}
    entity, saved = _edit(request, entity_id, page, {part: {language: term}})
    shown = {part: {language: entity[part].get(language, {"language": language, "removed": True})}}
    row = request.state.row("SELECT latest FROM page WHERE id = ?", page["id"])
    return {"entity": {**shown, "id": entity_id, "type": entity["type"], "lastrevid": saved or (row["latest"] if row else 0)}, "success": 1}


def wbsetlabel(request: Request) -> Json:
    return _term(request, "labels")


def wbsetdescription(request: Request) -> Json:
    return _term(request, "descriptions")


def _claim_answer(request: Request, page: sqlite3.Row, saved: int | None, statement: Json) -> Json:
    group = with_datatypes(request.state, {"P0": [statement]})["P0"]
    return {"pageinfo": {"lastrevid": saved or page["latest"]}, "success": 1, "claim": group[0]}


def wbcreateclaim(request: Request) -> Json:
    """A new statement with one main value."""
    entity_id, page = _existing(request, request.need("entity"))
    request.subject = entity_id
    snak: Json = {"snaktype": request.need("snaktype"), "property": request.need("property")}
    if snak["snaktype"] == "value":
        kind = VALUE_TYPES.get(datatype_of(request.state, snak["property"]) or "", "string")
        snak["datavalue"] = {"value": json.loads(request.need("value")), "type": kind}
    statement = check_statement(request.state, entity_id, {"mainsnak": snak, "type": "statement", "rank": "normal"})
    _, saved = _edit(request, entity_id, page, {"claims": [statement]})
    return _claim_answer(request, page, saved, statement)


def wbsetclaim(request: Request) -> Json:
    """A whole statement, new or to replace the one with its id."""
    claim: Any = json.loads(request.need("claim"))
    entity_id, page = _existing(request, str(claim.get("id", "")).partition("$")[0])
    request.subject = entity_id
    statement = check_statement(request.state, entity_id, claim)
    _, saved = _edit(request, entity_id, page, {"claims": [claim]})
    return _claim_answer(request, page, saved, statement)


def wbremoveclaims(request: Request) -> Json:
    """Take statements away; ids that are not there are `invalid-guid`."""
    guids = request.several("claim")
    entity_id, page = _existing(request, guids[0].partition("$")[0] if guids else "")
    request.subject = entity_id
    entity = entity_at(request.state, page["latest"])
    if entity is None or any(find_statement(entity, guid) is None for guid in guids):
        text = "Invalid claim guid."
        raise wikibase_error("invalid-guid", text, ("wikibase-api-invalid-guid", [], text))
    _, saved = _edit(request, entity_id, page, {"claims": [{"id": guid, "remove": ""} for guid in guids]})
    return {"pageinfo": {"lastrevid": saved or page["latest"]}, "success": 1, "claims": guids}
