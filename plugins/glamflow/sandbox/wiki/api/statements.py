"""Statements in `wbeditentity` data → stored form.

- `id` made by the client: kept as it is (case counts); the same statement again is no change; two with one id: the last wins;
- without `id`: added, even when an equal one is there;
- `remove` takes one away; one that is not there is an error;
- one bad statement refuses everything.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from glamflow.sandbox.wiki.answers import ApiError, Json, wikibase_error
from glamflow.sandbox.wiki.datavalues import canonical_hash, check_snak, refused
from glamflow.sandbox.wiki.entities import datatype_of, exists
from glamflow.sandbox.wiki.state import State

_GUID = re.compile(r"^([QPM][1-9]\d*)\$[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}$", re.IGNORECASE)
RANKS = ("deprecated", "normal", "preferred")


def invalid_claim(reason: str) -> ApiError:
    return wikibase_error("invalid-claim", reason, ("wikibase-api-invalid-claim", [reason], reason))


def apply_claims(state: State, entity: Json, raw: Any) -> None:
    """Apply the `claims` part of the data to the entity (changed in place)."""
    claims: Iterable[Any]
    if isinstance(raw, dict):
        claims = [one for group in raw.values() for one in (group if isinstance(group, list) else [group])]
    elif isinstance(raw, list):
        claims = [one for entry in raw for one in (entry if isinstance(entry, list) else [entry])]
    else:
        raise wikibase_error("not-recognized-array", "An array was expected.", ("wikibase-api-not-recognized-array", [], "An array was expected."))
    prepared = [(one, None if isinstance(one, dict) and "remove" in one else check_statement(state, entity["id"], one)) for one in claims]
    for one, statement in prepared:
        if statement is None:
            remove_statement(entity, str(one.get("id", "")))
        else:
            put_statement(entity, statement)


def check_statement(state: State, entity_id: str, raw: Any) -> Json:
    """Validated statement with id and hashes."""
    if not isinstance(raw, dict) or "mainsnak" not in raw:
        raise invalid_claim('Attribute "mainsnak" is missing')
    if "type" not in raw or raw.get("rank", "normal") not in RANKS:
        raise invalid_claim("")
    guid = str(raw["id"]) if raw.get("id") else f"{entity_id}${str(uuid.uuid4()).upper()}"
    match = _GUID.match(guid)
    if match is None or match.group(1).upper() != entity_id:
        text = "Statement GUID invalid for given entity"
        raise refused("wikibase-api-modification-failed", [text], text)
    snak = _snak_checker(state)
    statement: Json = {"mainsnak": snak(raw["mainsnak"]), "type": "statement"}
    qualifiers = _groups(raw.get("qualifiers"), snak, raw.get("qualifiers-order"))
    if qualifiers:
        statement |= {"qualifiers": qualifiers, "qualifiers-order": list(qualifiers)}
    statement |= {"id": guid, "rank": raw.get("rank", "normal")}
    references = [check_reference(state, one) for one in raw.get("references") or []]
    if references:
        statement["references"] = list({one["hash"]: one for one in references}.values())
    return statement


def check_reference(state: State, raw: Any) -> Json:
    """Validated reference with its hash."""
    if not isinstance(raw, dict) or "snaks" not in raw:
        raise invalid_claim('Attribute "snaks" is missing')
    snaks = _groups(raw["snaks"], _snak_checker(state), raw.get("snaks-order"))
    return {"hash": canonical_hash(snaks), "snaks": snaks, "snaks-order": list(snaks)}


def _snak_checker(state: State) -> Callable[[Any], Json]:
    return lambda raw: check_snak(raw, datatype_of=lambda p: datatype_of(state, p), exists=lambda e: exists(state, e))


def _groups(raw: Any, snak: Callable[[Any], Json], order: Any) -> dict[str, list[Json]]:
    """Snaks by property, in the wished order, each value once."""
    many = [one for group in raw.values() for one in group] if isinstance(raw, dict) else list(raw or [])
    groups: dict[str, list[Json]] = {str(name): [] for name in order or []}
    for one in many:
        checked = snak(one)
        group = groups.setdefault(checked["property"], [])
        if checked not in group:
            group.append(checked)
    return {name: group for name, group in groups.items() if group}


def find_statement(entity: Json, guid: str) -> tuple[str, int] | None:
    """Property and place of a statement."""
    for property_id, group in entity["statements"].items():
        for place, statement in enumerate(group):
            if statement["id"] == guid:
                return property_id, place
    return None


def put_statement(entity: Json, statement: Json) -> None:
    """Replace the statement with that id, or append."""
    found = find_statement(entity, statement["id"])
    property_id = statement["mainsnak"]["property"]
    if found is not None and found[0] == property_id:
        entity["statements"][property_id][found[1]] = statement
        return
    if found is not None:
        remove_statement(entity, statement["id"])
    entity["statements"].setdefault(property_id, []).append(statement)


def remove_statement(entity: Json, guid: str) -> None:
    """Take a statement away; it must be there."""
    found = find_statement(entity, guid)
    if found is None:
        text = f"Entity does not have statement with GUID {guid}"
        raise refused("wikibase-api-modification-failed", [text], text)
    group = entity["statements"][found[0]]
    del group[found[1]]
    if not group:
        del entity["statements"][found[0]]
