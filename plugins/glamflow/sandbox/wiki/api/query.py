"""`action=query`: resolves titles and page ids, then runs the asked `prop`, `list` and `meta` modules."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from typing import Any

from glamflow.sandbox.wiki.answers import ApiError, Json
from glamflow.sandbox.wiki.api import query_meta, query_pages
from glamflow.sandbox.wiki.api.context import Request
from glamflow.sandbox.wiki.api.login import tokens
from glamflow.sandbox.wiki.api.query_lists import LISTS
from glamflow.sandbox.wiki.api.search import search
from glamflow.sandbox.wiki.pages import find_page, page_by_id, title_of
from glamflow.sandbox.wiki.titles import Title, parse_title

METAS: dict[str, Callable[[Request], Any]] = {
    "siteinfo": query_meta.siteinfo, "userinfo": query_meta.userinfo, "tokens": tokens, "wikibase": query_meta.wikibase,
    "wbcontentlanguages": query_meta.wbcontentlanguages, "allmessages": query_meta.allmessages,
}  # fmt: skip
_FLAT_META = {"siteinfo"}


def query(request: Request) -> Json:
    """The answer of `action=query`."""
    result: Json = {}
    more: dict[str, str] = {}
    for name in _known(request, "meta", METAS):
        made = METAS[name](request)
        if name in _FLAT_META:
            result |= made
        else:
            result[name] = made
    for name in _known(request, "list", {**LISTS, "search": None}):
        _run_list(request, name, result, more)
    if any(request.flag(name) for name in ("titles", "pageids", "revids")) or request.flag("generator"):
        _pages(request, result, more)
    elif "stashimageinfo" in request.several("prop"):
        result["stashimageinfo"] = [_stashed(request)]
    answer: Json = {} if any(key.startswith("rv") for key in more) else {"batchcomplete": True}
    if more:
        answer["continue"] = {**more, "continue": "-||"}
    return {**answer, "query": result} if result else answer


def _known(request: Request, parameter: str, modules: dict[str, Any]) -> list[str]:
    names = request.several(parameter)
    unknown = [name for name in names if name not in modules]
    if unknown:
        plural = "s" if len(unknown) > 1 else ""
        request.warn("query", f'Unrecognized value{plural} for parameter "{parameter}": {", ".join(unknown)}.')
    return [name for name in names if name in modules]


def _run_list(request: Request, name: str, result: Json, more: dict[str, str]) -> None:
    if name == "search":
        result["searchinfo"], result["search"], offset = search(request)
        if offset is not None:
            more["sroffset"] = offset
        return
    prefix, module = LISTS[name]
    result[name], following = module(request)
    if following is not None:
        more[f"{prefix}continue"] = following


def _pages(request: Request, result: Json, more: dict[str, str]) -> None:
    found, missing = _resolve(request, result)
    props = _known(request, "prop", dict.fromkeys(query_pages.ALL_PROPS))
    shown: dict[str, Json] = {}
    for page in found:
        entry: Json = {"pageid": page["id"], "ns": page["ns"], "title": str(title_of(page))}
        for prop in props:
            following = _add(request, prop, page, entry, single=len(found) == 1)
            if following:
                more["rvcontinue"] = following
        shown[str(page["id"])] = entry
    for number, entry in enumerate(missing, 1):
        if "imageinfo" in props and "invalid" not in entry and entry.get("ns") == 6:
            entry["imagerepository"] = ""
        shown[str(entry.get("pageid", -number))] = entry
    if request.flag("indexpageids"):
        result["pageids"] = list(shown)
    result["pages"] = list(shown.values()) if request.text("formatversion") in {"2", "latest"} else shown


def _add(request: Request, prop: str, page: sqlite3.Row, entry: Json, *, single: bool) -> str | None:
    if prop == "revisions":
        return query_pages.revisions(request, page, entry, single=single)
    if prop == "imageinfo":
        query_pages.imageinfo(request, page, entry)
    elif prop in query_pages.PROPS:
        query_pages.PROPS[prop](request, page, entry)
    return None


def _resolve(request: Request, result: Json) -> tuple[list[sqlite3.Row], list[Json]]:
    """Pages that exist by id, and entries for those that do not."""
    found: dict[int, sqlite3.Row] = {}
    missing: dict[str, Json] = {}
    for raw in request.limited("titles") if request.flag("titles") else []:
        _by_title(request, raw, result, found, missing)
    for raw in request.limited("pageids") if request.flag("pageids") else []:
        page = page_by_id(request.state, int(raw)) if raw.isdigit() else None
        if page is None:
            missing[raw] = {"pageid": int(raw) if raw.isdigit() else 0, "missing": True}
        else:
            found[page["id"]] = page
    for raw in request.limited("revids") if request.flag("revids") else []:
        row = request.state.row("SELECT page_id FROM revision WHERE id = ?", raw)
        page = page_by_id(request.state, row["page_id"]) if row else None
        if page is not None:
            found[page["id"]] = page
        else:
            result.setdefault("badrevids", {})[raw] = {"revid": int(raw) if raw.isdigit() else 0, "missing": True}
    if request.flag("generator"):
        _generate(request, found, missing)
    return [found[key] for key in sorted(found)], list(missing.values())


def _by_title(request: Request, raw: str, result: Json, found: dict[int, sqlite3.Row], missing: dict[str, Json]) -> None:
    title = parse_title(raw)
    if title is None:
        missing[raw] = {"title": raw, "invalidreason": "The requested page title contains invalid characters.", "invalid": True}
        return
    if str(title) != raw:
        result.setdefault("normalized", []).append({"from": raw, "to": str(title)})
    page = find_page(request.state, title)
    if page is not None and page["redirect"] and request.flag("redirects"):
        target = parse_title(page["redirect"])
        result.setdefault("redirects", []).append({"from": str(title), "to": page["redirect"]})
        title, page = (target, find_page(request.state, target)) if target else (title, None)
    if page is None:
        missing[str(title)] = {"ns": title.ns, "title": str(title), "missing": True}
    else:
        found[page["id"]] = page


_PROP_GENERATORS = {"templates": query_pages.templates, "links": query_pages.links, "categories": query_pages.categories}


def _generate(request: Request, found: dict[int, sqlite3.Row], missing: dict[str, Json]) -> None:
    """Replace the given pages by those that the generator names (for a list: there are none given)."""
    name = request.text("generator")
    plain = {key[1:] if key.startswith("g") and key != "generator" else key: value for key, value in request.params.items()}
    inner = Request(state=request.state, params=plain, session=request.session)
    rows: list[Json] = []
    if name in _PROP_GENERATORS:
        for page in found.values():
            entry: Json = {}
            _PROP_GENERATORS[name](inner, page, entry)
            rows += entry.get(name, [])
        found.clear()
    elif name in LISTS or name == "search":
        rows = search(inner)[1] if name == "search" else LISTS[name][1](inner)[0]
    else:
        raise ApiError("badvalue", f'Unrecognized value for parameter "generator": {name}.')
    for row in rows:
        _by_title(request, str(row.get("title", "")), {}, found, missing)


def _stashed(request: Request) -> Json:
    """`prop=stashimageinfo`: what is known of one stashed file."""
    key = request.text("siifilekey") or request.text("siisessionkey")
    row = request.state.row("SELECT * FROM stash WHERE filekey = ? AND status = 'finished'", key)
    if row is None:
        raise ApiError("uploadstash-file-not-found", f'Key "{key}" not found in stash.')
    info = json.loads(row["info"])
    url = f"{request.state.base}/wiki/Special:UploadStash/file/{key}"
    known = {
        "timestamp": {"timestamp": row["created"]}, "size": {key: info[key] for key in ("size", "width", "height")},
        "url": {"url": url, "descriptionurl": url}, "sha1": {"sha1": info["sha1"]}, "metadata": {"metadata": []},
        "mime": {"mime": info["mime"]}, "bitdepth": {"bitdepth": info["bits"]},
    }  # fmt: skip
    wanted = request.several("siiprop", "timestamp|url")
    return {k: v for name, values in known.items() if name in wanted for k, v in values.items()}


def purge(request: Request) -> Json:
    """`action=purge`: nothing is cached here, so it only answers."""
    rows = []
    for raw in request.several("titles"):
        title = parse_title(raw) or Title(0, raw)
        page = find_page(request.state, title)
        entry: Json = {"ns": title.ns, "title": str(title)}
        entry |= {"purged": True, "linkupdate": request.flag("forcelinkupdate")} if page is not None else {"missing": True}
        rows.append(entry)
    return {"batchcomplete": True, "purge": rows}
