"""Statements in few words, for people: an item's id, a text, a date as far as it is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DAY, MONTH = 11, 10


def shown_value(snak: Mapping[str, Any]) -> str:
    """The value of a snak; "?" where there is one that nobody knows, "–" where there is none."""
    data = snak.get("datavalue")
    if not data:
        return "?" if snak.get("snaktype") == "somevalue" else "–"
    value = data["value"]
    match data.get("type"):
        case "wikibase-entityid":
            return str(value.get("id") or f"Q{value['numeric-id']}")
        case "time":
            return _date(value)
        case "monolingualtext":
            return f"{value['text']} ({value['language']})"
        case "quantity":
            return str(value["amount"]).lstrip("+")
        case "globecoordinate":
            return f"{value['latitude']:g}, {value['longitude']:g}"
        case _:
            return str(value)


def shown_claim(claim: Mapping[str, Any], *, whole: bool = False) -> str:
    """The value; with its qualifiers where it says little by itself, or where they are asked for."""
    value = shown_value(claim["mainsnak"])
    if not whole and claim["mainsnak"].get("snaktype", "value") == "value":
        return value
    return ", ".join([value, *map(shown_snak, qualifier_snaks(claim))])


def shown_snak(snak: Mapping[str, Any]) -> str:
    return f"{snak['property']} = {shown_value(snak)}"


def qualifier_snaks(claim: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [snak for many in (claim.get("qualifiers") or {}).values() for snak in many]


def reference_snaks(claim: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [snak for one in claim.get("references") or () for many in (one.get("snaks") or {}).values() for snak in many]


def _date(value: Mapping[str, Any]) -> str:
    date = str(value["time"]).partition("T")[0].lstrip("+")
    year, month, day = date.rsplit("-", 2)
    plain = f"-{year[1:].lstrip('0')}" if year.startswith("-") else year.lstrip("0") or "0"
    return {DAY: f"{plain}-{month}-{day}", MONTH: f"{plain}-{month}"}.get(value["precision"], plain)
