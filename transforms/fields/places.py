"""Coordinates and countries.

Rules
- Latitude is within ±90, longitude within ±180; (0, 0) is what databases write for "nothing" and is dropped.
- Decimal degrees with point or comma, and degrees-minutes-seconds with N/S/E/W, are read; nothing else.
- A country code comes only from the name or code of a present state (or a part of one: England is GB); "Georgia" alone is
  also a state of the USA and gives none. Table: `data/countries.json` (names of CLDR in sixteen languages).
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files

_DECIMAL = re.compile(r"[+-]?\d{1,3}(?:[.,]\d{1,12})?°?")
_DMS = re.compile(
    r"(?P<d>\d{1,3})[°º\s]\s*(?:(?P<m>\d{1,2}(?:[.,]\d+)?)['′’\s]\s*)?(?:(?P<s>\d{1,2}(?:[.,]\d{1,8})?)[\"″”]?\s*)?(?P<h>[NSEWOÖVnsewoöv])"
)
_PAIR = re.compile(r"\s*(?P<a>[+-]?\d{1,3}(?:\.\d{1,12})?)\s*[,; ]\s*(?P<b>[+-]?\d{1,3}(?:\.\d{1,12})?)\s*")


def parse_coordinates(latitude: str, longitude: str) -> tuple[float, float] | None:
    """WGS 84 degrees, None if they cannot be read or cannot be true."""
    return _true_point(_degrees(latitude, limit=90), _degrees(longitude, limit=180))


def _true_point(latitude: float | None, longitude: float | None) -> tuple[float, float] | None:
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
        return None
    return latitude, longitude


def parse_point(value: str) -> tuple[float, float] | None:
    """The coordinates of "latitude, longitude" or of the same pair divided by a space (gml:pos)."""
    match = _PAIR.fullmatch(value)
    return _true_point(_within(float(match["a"]), 90), _within(float(match["b"]), 180)) if match else None


@cache
def _countries() -> dict[str, str]:
    table: dict[str, str] = json.loads((files("glamflow.transforms.fields") / "data" / "countries.json").read_text("utf-8"))
    return table


def parse_country(value: str) -> str | None:
    """ISO 3166-1 alpha-2 of a country's name or code."""
    name = value.strip()
    if len(name) == 2 and name.isascii() and name.isupper():
        return name if name in _codes() else None
    return _countries().get(name.lower().strip(" .,[]()")) if len(name) <= 80 else None


@cache
def _codes() -> frozenset[str]:
    return frozenset(_countries().values())


def _degrees(value: str, *, limit: int) -> float | None:
    text = value.strip()
    if _DECIMAL.fullmatch(text):
        number = float(text.rstrip("°").replace(",", "."))
    elif match := _DMS.fullmatch(text):
        minutes, seconds = (float((match[g] or "0").replace(",", ".")) for g in ("m", "s"))
        if minutes >= 60 or seconds >= 60:
            return None
        number = int(match["d"]) + minutes / 60 + seconds / 3600
        number = -number if match["h"].upper() in "SWV" else number
    else:
        return None
    return _within(number, limit)


def _within(degrees: float, limit: int) -> float | None:
    return round(degrees, 8) if -limit <= degrees <= limit else None
