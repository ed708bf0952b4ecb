"""Validation of Wikibase values, with the message names that a real repository gives.

`check_snak` returns the snak as it is stored (normal form, with its hash) or raises the API error. It is as lenient as the
real one: latitude 200 and an amount without sign are taken.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

from glamflow.sandbox.wiki.answers import ApiError, Json, wikibase_error

VALUE_TYPES = {
    "wikibase-item": "wikibase-entityid", "wikibase-property": "wikibase-entityid", "string": "string", "external-id": "string",
    "url": "string", "commonsMedia": "string", "geo-shape": "string", "tabular-data": "string", "time": "time",
    "quantity": "quantity", "globe-coordinate": "globecoordinate", "monolingualtext": "monolingualtext",
}  # fmt: skip
MAX_STRING = 1500
_TIME = re.compile(r"^[+-]\d{1,16}-(?:0\d|1[0-2])-(?:[0-2]\d|3[01])T(\d\d):(\d\d):(\d\d)Z$")
_ISO_LIKE = re.compile(r"^[+-]\d+-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_LANGUAGE = re.compile(r"^[a-z]{2,3}(?:-(?:x-)?[a-z0-9]{2,8})*$")
_UNKNOWN_LANGUAGE = re.compile(r"^(?:xx|nope)\b")
_ENTITY = re.compile(r"^[QP][1-9]\d*$")


def refused(name: str, parameters: list[Any], text: str) -> ApiError:
    return wikibase_error("modification-failed", text, (name, parameters, text))


def known_language(code: str) -> bool:
    """Plausible language code; the sandbox has no full list."""
    return bool(_LANGUAGE.match(code)) and not _UNKNOWN_LANGUAGE.match(code)


def canonical_hash(value: Any) -> str:
    """Stable hash of a snak or a list of snaks."""
    return hashlib.sha1(json.dumps(value, sort_keys=True, ensure_ascii=False).encode(), usedforsecurity=False).hexdigest()


def check_snak(raw: Any, *, datatype_of: Callable[[str], str | None], exists: Callable[[str], bool]) -> Json:
    """Validated snak with hash. `datatype_of` knows the properties, `exists` the entities."""
    if not isinstance(raw, dict) or raw.get("snaktype") not in {"value", "somevalue", "novalue"} or "property" not in raw:
        raise wikibase_error("invalid-claim", "Invalid snak", ("wikibase-api-invalid-claim", ["Invalid snak"], "Invalid snak"))
    property_id = str(raw["property"])
    datatype = datatype_of(property_id)
    if datatype is None:
        link = f"[[Property:{property_id}|{property_id}]]"
        raise refused("wikibase-validator-no-such-property", [link], f"Property {link} not found")
    snak: Json = {"snaktype": raw["snaktype"], "property": property_id}
    if raw["snaktype"] == "value":
        value = _check_value(raw.get("datavalue"), datatype, exists)
        snak = {**snak, "hash": canonical_hash([property_id, value]), "datavalue": value}
    else:
        snak["hash"] = canonical_hash([property_id, raw["snaktype"]])
    return snak


def _check_value(raw: Any, datatype: str, exists: Callable[[str], bool]) -> Json:
    if not isinstance(raw, dict) or "type" not in raw or "value" not in raw:
        text = 'Attribute "datavalue" is missing'
        raise wikibase_error("invalid-claim", text, ("wikibase-api-invalid-claim", [text], text))
    kind, value = str(raw["type"]), raw["value"]
    if kind not in VALUE_TYPES.values():
        raise refused("wikibase-validator-bad-value", [f'Type "{kind}" is unsupported'], f'Data value corrupt: Type "{kind}" is unsupported')
    if kind != VALUE_TYPES[datatype]:
        expected = VALUE_TYPES[datatype]
        raise refused("wikibase-validator-bad-value-type", [kind, expected], f"Bad value type {kind}, expected {expected}")
    if kind == "string":
        checked: Any = _check_string(value, datatype)
    elif not isinstance(value, dict):
        raise refused("wikibase-validator-bad-value", ["not a map"], "Data value corrupt: not a map")
    else:
        checked = _CHECKS[kind](value) if kind != "wikibase-entityid" else _check_entity(value, datatype, exists)
    return {"value": checked, "type": kind}


def _check_string(value: Any, datatype: str) -> str:
    if not isinstance(value, str):
        raise refused("wikibase-validator-bad-value", ["not a string"], "Data value corrupt: not a string")
    if value == "":
        raise refused("wikibase-validator-too-short", ["1", ""], "Must be at least one character long")
    if len(value) > MAX_STRING:
        raise refused("wikibase-validator-too-long", ["1,500", value[:29] + "..."], "Must be no more than 1,500 characters long")
    if value != value.strip() or re.search(r"[\n\r\t\v\f]", value):
        text = f"String should not start or end with whitespace nor include vertical whitespace or tabs: {value}"
        raise refused("wikibase-validator-illegal-string-chars", [value], text)
    if datatype == "url":
        _check_scheme(value)
    return value


def _check_scheme(value: str) -> None:
    if not _SCHEME.match(value):
        raise refused("wikibase-validator-url-scheme-missing", [value], f'This URL misses a scheme like "https://": {value}')


def _check_entity(value: Json, datatype: str, exists: Callable[[str], bool]) -> Json:
    wanted = "property" if datatype == "wikibase-property" else "item"
    letter = "P" if wanted == "property" else "Q"
    entity_id = str(value.get("id") or f"{letter}{value.get('numeric-id')}")
    if not _ENTITY.match(entity_id) or entity_id[0] != letter:
        raise refused("wikibase-validator-bad-entity-type", [entity_id], f"Bad entity type: {entity_id}")
    if not exists(entity_id):
        link = f"[[{wanted.capitalize()}:{entity_id}|{entity_id}]]"
        raise refused("wikibase-validator-no-such-entity", [link], f"{link} not found")
    return {"entity-type": wanted, "numeric-id": int(entity_id[1:]), "id": entity_id}


def _check_time(value: Json) -> Json:
    text = str(value.get("time", ""))
    if not _ISO_LIKE.match(text):
        reason = f"$timestamp must resemble ISO 8601, given {text}"
        raise refused("wikibase-validator-bad-value", [reason], f"Data value corrupt: {reason}")
    match = _TIME.match(text)
    if match is None or any(int(part) for part in match.groups()):
        raise refused("wikibase-validator-malformed-value", [text], f"Malformed input: {text}")
    precision = value.get("precision")
    if not isinstance(precision, int) or not 0 <= precision <= 11:
        raise refused("wikibase-validator-bad-value", [f"precision {precision}"], f"Data value corrupt: precision {precision}")
    calendar = str(value.get("calendarmodel", ""))
    _check_scheme(calendar)
    if not calendar.endswith(("/Q1985727", "/Q1985786")):
        raise refused("wikibase-validator-not-allowed", [calendar], f"Illegal value: {calendar}")
    return {
        "time": text, "timezone": value.get("timezone", 0), "before": value.get("before", 0), "after": value.get("after", 0),
        "precision": precision, "calendarmodel": calendar,
    }  # fmt: skip


def _check_quantity(value: Json) -> Json:
    amount, unit = str(value.get("amount", "")), str(value.get("unit", "1"))
    if not re.match(r"^[+-]?\d+(?:\.\d+)?$", amount):
        raise refused("wikibase-validator-bad-value", [f"amount {amount}"], f"Data value corrupt: amount {amount}")
    if unit != "1" and not re.match(r"^http://www\.wikidata\.org/entity/Q\d+$", unit):
        raise refused("wikibase-validator-not-allowed", [unit], f"Illegal value: {unit}")
    bounds: Json = {key: _signed(str(value[key])) for key in ("upperBound", "lowerBound") if key in value}
    return {"amount": _signed(amount), "unit": unit, **bounds}


def _signed(amount: str) -> str:
    return amount if amount[:1] in "+-" else f"+{amount}"


def _check_coordinate(value: Json) -> Json:
    for needed in ("latitude", "longitude", "precision"):
        if value.get(needed) is None:
            raise refused("wikibase-validator-missing-field", [needed], f'Missing required field "{needed}"')
    return {
        "latitude": value["latitude"], "longitude": value["longitude"], "altitude": value.get("altitude"),
        "precision": value["precision"], "globe": value.get("globe", "http://www.wikidata.org/entity/Q2"),
    }  # fmt: skip


def _check_monolingual(value: Json) -> Json:
    language = str(value.get("language", ""))
    if language not in {"und", "mul", "zxx", "mis"} and not known_language(language):
        raise refused("wikibase-validator-not-a-language", [language], f'"{language}" is not a known language code.')
    return {"text": _check_string(value.get("text"), "string"), "language": language}


_CHECKS: dict[str, Callable[[Json], Json]] = {
    "time": _check_time, "quantity": _check_quantity, "globecoordinate": _check_coordinate, "monolingualtext": _check_monolingual,
}  # fmt: skip
