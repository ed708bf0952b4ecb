"""`action=paraminfo`: which modules there are and which must be posted. Clients ask this before the first write."""

from __future__ import annotations

from glamflow.sandbox.wiki.answers import Json
from glamflow.sandbox.wiki.api.context import Request
from glamflow.sandbox.wiki.api.query import METAS
from glamflow.sandbox.wiki.api.query_lists import LISTS
from glamflow.sandbox.wiki.api.query_pages import ALL_PROPS

_EXTRA: dict[str, list[Json]] = {
    "query+info": [{"name": "prop", "type": ["protection", "url"], "multi": True}],
    "query+tokens": [{"name": "type", "type": ["createaccount", "csrf", "login", "patrol", "rollback", "userrights", "watch"], "multi": True}],
    "query+logevents": [{"name": "type", "type": ["upload", "move", "delete", "protect"]}],
}


def paraminfo(request: Request, posted: dict[str, bool]) -> Json:
    """`posted` names every action and whether it needs a token."""
    modules = [_module(path, posted) for path in request.several("modules")]
    return {"paraminfo": {"helpformat": "none", "modules": modules}}


def _module(path: str, posted: dict[str, bool]) -> Json:
    parameters: list[Json]
    if path == "main":
        names = sorted(posted)
        parameters = [
            {"index": 1, "name": "action", "type": names, "default": "help", "submodules": {name: name for name in names}},
            {"index": 2, "name": "format", "type": ["json"], "default": "jsonfm", "submodules": {"json": "json"}},
            {"index": 3, "name": "maxlag", "type": "integer"}, {"index": 4, "name": "assert", "type": ["anon", "bot", "user"]},
        ]  # fmt: skip
        return _entry("main", "main", "", parameters)
    if path == "query":
        groups = {"prop": list(ALL_PROPS), "list": sorted([*LISTS, "search"]), "meta": sorted(METAS)}
        parameters = [
            {"index": i, "name": group, "type": names, "submodules": {name: f"query+{name}" for name in names}, "multi": True,
             "lowlimit": 50, "highlimit": 500, "limit": 500}
            for i, (group, names) in enumerate(groups.items(), 1)
        ]  # fmt: skip
        parameters.append({"index": 9, "name": "generator", "type": sorted([*LISTS, "search", "templates", "links", "categories"]), "submodules": {}})
        return _entry("query", "query", "action", parameters)
    if path in posted:
        entry = _entry(path, path, "action", [])
        return {**entry, "writerights": True, "mustbeposted": True} if posted[path] else entry
    name = path.removeprefix("query+")
    if path.startswith("query+") and (name in METAS or name in LISTS or name in ALL_PROPS or name == "search"):
        group = "meta" if name in METAS else "prop" if name in ALL_PROPS else "list"
        return _entry(name, path, group, [{"index": 1, **one} for one in _EXTRA.get(path, [])])
    return {"name": path, "missing": True}


def _entry(name: str, path: str, group: str, parameters: list[Json]) -> Json:
    return {
        "name": name, "classname": f"Sandbox\\{name}", "path": path, "group": group, "prefix": "", "source": "MediaWiki",
        "sourcename": "MediaWiki", "readrights": True, "helpurls": [], "parameters": parameters, "templatedparameters": [],
    }  # fmt: skip
