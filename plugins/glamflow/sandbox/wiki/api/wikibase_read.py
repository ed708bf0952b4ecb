"""`wbgetentities`, `wbgetclaims`, `wbsearchentities`, `wbformatvalue`."""

from __future__ import annotations

import json

from glamflow.sandbox.wiki.answers import ApiError, Json, wikibase_error
from glamflow.sandbox.wiki.api.context import Request
from glamflow.sandbox.wiki.entities import (
    CONCEPT_BASE,
    entity_at,
    entity_kind,
    entity_page,
    id_for_title,
    label,
    load_entity,
    show_entity,
    with_datatypes,
)
from glamflow.sandbox.wiki.pages import title_of
from glamflow.sandbox.wiki.state import State

_ALL_PROPS = "info|sitelinks|aliases|labels|descriptions|claims|datatype"


def no_such_entity(entity_id: str) -> ApiError:
    text = f'Could not find an entity with the ID "{entity_id}".'
    error = wikibase_error("no-such-entity", text, ("wikibase-api-no-such-entity", [entity_id], text))
    error.extra = {"id": entity_id, **error.extra}
    return error


def wbgetentities(request: Request) -> Json:
    """Entities by id, or by site and title. One that is not there is `missing`, not an error."""
    props, languages = set(request.several("props", _ALL_PROPS)), set(request.several("languages"))
    if "languagefallback" in request.params:
        languages.add("en")
    shown: Json = {}
    ids = request.limited("ids")
    if not ids and not request.flag("sites"):
        raise ApiError("param-missing", 'Either provide the Item "ids" or pairs of "sites" and "titles" for corresponding pages')
    for entity_id in ids:
        if entity_kind(entity_id) is None:
            raise no_such_entity(entity_id)
        shown[entity_id.upper()] = _show(request.state, entity_id.upper(), props, languages)
    titles = request.limited("titles") if request.flag("titles") else []
    for number, title in enumerate(titles, 1):
        site = request.several("sites")[0] if request.several("sites") else ""
        found = id_for_title(request.state, site, title)
        if found is None:
            shown[str(-number)] = {"site": site, "title": title, "missing": True}
        else:
            shown[found] = _show(request.state, found, props, languages)
    return {"entities": shown, "success": 1}


def _show(state: State, entity_id: str, props: set[str], languages: set[str]) -> Json:
    target, followed = entity_id, ""
    entity, page = load_entity(state, target)
    if entity is not None and "redirect" in entity:
        followed, target = target, entity["redirect"]
        entity, page = load_entity(state, target)
    if entity is None or page is None:
        return {"id": entity_id, "missing": True}
    shown = show_entity(state, entity, page, props=props, languages=languages)
    return {**shown, "redirects": {"from": followed, "to": target}} if followed else shown


def wbgetclaims(request: Request) -> Json:
    """Statements of one entity under the key `claims`, for files too."""
    entity_id = request.text("entity") or request.text("claim").partition("$")[0]
    if entity_kind(entity_id) is None:
        raise no_such_entity(entity_id)
    entity, _ = load_entity(request.state, entity_id.upper())
    if entity is None:
        raise no_such_entity(entity_id)
    wanted, guid = request.text("property"), request.text("claim")
    kept: dict[str, list[Json]] = {}
    for property_id, group in entity["statements"].items():
        chosen = [one for one in group if (not guid or one["id"] == guid) and (not wanted or property_id == wanted)]
        if chosen:
            kept[property_id] = chosen
    return {"claims": with_datatypes(request.state, kept) or []}


def wbsearchentities(request: Request) -> Json:
    """Items or properties whose label, alias or id begins with the text."""
    text, language = request.need("search"), request.need("language")
    kind = request.text("type", "item")
    letter = {"item": "Q", "property": "P"}.get(kind, "Q")
    limit, offset = request.number("limit", 7, highest=50), request.number("continue", 0)
    rows = request.state.rows(
        "SELECT entity_id, kind, language, value FROM term WHERE kind IN ('label', 'alias') AND value LIKE ? || '%' ESCAPE '\\'"
        " AND entity_id LIKE ? || '%' ORDER BY kind DESC, length(value), length(entity_id), entity_id",
        text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_"), letter,
    )  # fmt: skip
    hits: dict[str, Json] = {}
    for row in rows:
        if row["language"] in {language, "mul", "en", language.partition("-")[0]} or request.flag("anylanguage"):
            hits.setdefault(row["entity_id"], {"type": row["kind"], "language": row["language"], "text": row["value"]})
    if entity_kind(text) == kind and load_entity(request.state, text.upper())[0] is not None:
        hits = {text.upper(): {"type": "entityId", "text": text.upper()}, **hits}
    found = [_hit(request, entity_id, match, language) for entity_id, match in list(hits.items())[offset : offset + limit]]
    answer: Json = {"searchinfo": {"search": text}, "search": found}
    if len(hits) > offset + limit:
        answer["search-continue"] = offset + limit
    return {**answer, "success": 1}


def _hit(request: Request, entity_id: str, match: Json, language: str) -> Json:
    state = request.state
    page = entity_page(state, entity_id)
    entity = entity_at(state, page["latest"]) if page is not None else None
    if page is None or entity is None:
        return {"id": entity_id}
    shown, shown_language = label(state, entity_id, language)
    hit: Json = {"id": entity_id, "title": str(title_of(page)), "pageid": page["id"]}
    if entity["type"] == "property":
        hit["datatype"] = entity["datatype"]
    display: Json = {"label": {"value": shown, "language": shown_language}}
    description = entity["descriptions"].get(language) or entity["descriptions"].get("en")
    if description:
        display["description"] = description
    hit |= {
        "concepturi": CONCEPT_BASE + entity_id, "repository": "local", "url": f"{state.base}/wiki/{title_of(page).path}",
        "display": display, "label": shown,
    }  # fmt: skip
    if description:
        hit["description"] = description["value"]
    return {**hit, "match": match}


def wbformatvalue(request: Request) -> Json:
    """Plain text of a value."""
    value = json.loads(request.need("datavalue")).get("value")
    if isinstance(value, dict) and "id" in value:
        return {"result": label(request.state, value["id"], "en")[0]}
    if isinstance(value, dict):
        return {"result": str(value.get("time") or value.get("text") or value.get("amount") or "")}
    return {"result": str(value)}
