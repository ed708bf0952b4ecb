"""Statements as `wbeditentity` takes them, compared by what they say, with ids made by us.

Rules
- `somevalue` (value None) says "there is one, unknown which"; its qualifiers carry what is known.
- Two statements are *about the same* (`identity`) when property and main value agree; where the main value alone does not tell
  them apart (somevalue; copyright status per jurisdiction; inventory number per collection), qualifiers count too.
- Times are compared down to their precision: `-00-00` and `-01-01` are the same year.
- `statement_id` is a function of entity and identity, so that the same write sent twice is no second statement.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from glamflow.transforms.wikibase.ids import P
from glamflow.transforms.wikibase.values import DAY, MONTH, Value

Statement = dict[str, Any]
Qualifier = tuple[str, Value]

_NAMESPACE = uuid.UUID("5d9b8bb4-6a0e-5f57-9a3c-3f4b6f0c6f11")
_DISTINGUISHING: dict[str, frozenset[str]] = {
    P.COPYRIGHT_STATUS: frozenset({P.APPLIES_TO_JURISDICTION, P.DETERMINATION_METHOD}),
    P.INVENTORY_NUMBER: frozenset({P.COLLECTION}),
}


def snak(property: str, value: Value | None) -> dict[str, Any]:
    if value is None:
        return {"snaktype": "somevalue", "property": property}
    return {"snaktype": "value", "property": property, "datavalue": value}


def statement(
    property: str,
    value: Value | None,
    *,
    qualifiers: Iterable[Qualifier] = (),
    references: Iterable[dict[str, Any]] = (),
) -> Statement:
    """A new statement without id; equal qualifiers are given once, their order is kept."""
    made: Statement = {"type": "statement", "mainsnak": snak(property, value), "rank": "normal"}
    grouped: dict[str, list[dict[str, Any]]] = {}
    for name, qualifier in qualifiers:
        snaks = grouped.setdefault(name, [])
        if (new := snak(name, qualifier)) not in snaks:
            snaks.append(new)
    if grouped:
        made["qualifiers"] = grouped
        made["qualifiers-order"] = list(grouped)
    if listed := list(references):
        made["references"] = listed
    return made


def property_of(claim: Mapping[str, Any]) -> str:
    return str(claim["mainsnak"]["property"])


def qualifiers_of(claim: Mapping[str, Any]) -> frozenset[str]:
    """Canonical qualifiers; Wikibase gives `[]` where there are none."""
    grouped = claim.get("qualifiers") or {}
    return frozenset(canonical_snak(s) for snaks in grouped.values() for s in snaks)


def references_of(claim: Mapping[str, Any]) -> frozenset[frozenset[str]]:
    return frozenset(
        frozenset(canonical_snak(s) for snaks in (reference.get("snaks") or {}).values() for s in snaks)
        for reference in claim.get("references") or ()
    )


def canonical_snak(value: Mapping[str, Any]) -> str:
    """One string for all snaks that say the same (hashes, order of keys and parts below a time's precision do not count)."""
    data = value.get("datavalue")
    return json.dumps(
        [value["property"], value.get("snaktype", "value"), _canonical_value(data) if data else None], sort_keys=True
    )


def _canonical_value(data: Mapping[str, Any]) -> Any:
    inner = data["value"]
    match data.get("type"):
        case "wikibase-entityid":
            return inner.get("id") or f"Q{inner['numeric-id']}"
        case "time":
            precision = inner["precision"]
            date = inner["time"].split("T")[0]
            head = date if precision >= DAY else date[:-3] if precision == MONTH else date[:-6]
            return [head, precision, inner["calendarmodel"].rsplit("/", 1)[-1]]
        case "globecoordinate":
            return [round(inner["latitude"], 6), round(inner["longitude"], 6)]
        case _:
            return inner


def identity(claim: Mapping[str, Any]) -> str:
    """Equal for statements that are about the same thing (see the rules above)."""
    main = claim["mainsnak"]
    grouped = claim.get("qualifiers") or {}
    telling = _DISTINGUISHING.get(main["property"], frozenset())
    names = frozenset(grouped) - {P.STATED_AS} if main.get("snaktype") != "value" else telling
    if main.get("snaktype") != "value" and not names:
        names = frozenset(grouped)
    chosen = sorted(canonical_snak(s) for name in names if name in grouped for s in grouped[name])
    return json.dumps([canonical_snak(main), chosen])


def says_the_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Same main value, qualifiers, rank and references (the ids and hashes do not count)."""
    return (
        canonical_snak(one["mainsnak"]) == canonical_snak(other["mainsnak"])
        and qualifiers_of(one) == qualifiers_of(other)
        and references_of(one) == references_of(other)
        and one.get("rank", "normal") == other.get("rank", "normal")
    )


def statement_id(entity: str, claim: Mapping[str, Any]) -> str:
    """`M123$<UUID>`: always the same for the same statement on the same entity."""
    return f"{entity}${str(uuid.uuid5(_NAMESPACE, f'{entity}|{identity(claim)}')).upper()}"


def with_id(entity: str, claim: Statement) -> Statement:
    return {"id": statement_id(entity, claim), **claim}
