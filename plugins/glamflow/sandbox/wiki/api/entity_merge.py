"""Edits on a stale base: parts that do not collide are merged, the rest is `editconflict`.

A part is a label, description or alias list of one language, a sitelink, or a statement.
"""

from __future__ import annotations

import copy
from typing import Any

from glamflow.sandbox.wiki.answers import ApiError, Json, wikibase_error

_MAPS = ("labels", "descriptions", "aliases", "sitelinks")


def edit_conflict() -> ApiError:
    text = "Edit conflict. Could not patch the current revision."
    return wikibase_error("editconflict", text, ("wikibase-api-editconflict", [], text), ("edit-conflict", [], "Edit conflict."))


def _parts(entity: Json) -> dict[tuple[str, str], Any]:
    """The entity as independent parts."""
    parts = {(name, key): value for name in _MAPS for key, value in entity.get(name, {}).items()}
    for group in entity["statements"].values():
        for statement in group:
            parts["statements", statement["id"]] = statement
    return parts


def merge(base: Json, current: Json, wanted: Json) -> Json:
    """`wanted` was made from `base`; put its changes on `current`."""
    before, now, after = _parts(base), _parts(current), _parts(wanted)
    result = copy.deepcopy(current)
    for key in {**before, **after}:
        if before.get(key) == after.get(key):
            continue
        if now.get(key) != before.get(key) and now.get(key) != after.get(key):
            raise edit_conflict()
        _set(result, key, after.get(key))
    return result


def _set(entity: Json, key: tuple[str, str], value: Any) -> None:
    name, inner = key
    if name != "statements":
        if value is None:
            entity[name].pop(inner, None)
        else:
            entity[name][inner] = value
        return
    statements: dict[str, list[Json]] = entity["statements"]
    for property_id, group in list(statements.items()):
        places = [place for place, one in enumerate(group) if one["id"] == inner]
        if places and value is not None and value["mainsnak"]["property"] == property_id:
            group[places[0]] = value
            return
        if places:
            del group[places[0]]
            if not group:
                del statements[property_id]
    if value is not None:
        statements.setdefault(value["mainsnak"]["property"], []).append(value)
