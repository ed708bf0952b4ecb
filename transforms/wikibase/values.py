"""Values of Wikibase as `datavalue` JSON (https://www.mediawiki.org/wiki/Wikibase/DataModel/JSON).

Rules
- Entity URIs begin with `http://`, never https.
- Text is plain: one line, NFC, no controls; strings and monolingual texts hold at most 1,500 characters.
- Julian calendar before 1582; parts of a date below its precision are zero.
- Globe coordinates 0,0 are a data fault, not a place.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from urllib.parse import quote

from glamflow.transforms.plain import plain
from glamflow.transforms.record import CalendarDate
from glamflow.transforms.wikibase.ids import Q

Value = dict[str, Any]
"""`{"type": …, "value": …}` as it stands under `datavalue`."""

MAX_STRING = 1_500

MILLENNIUM, CENTURY, DECADE, YEAR, MONTH, DAY = 6, 7, 8, 9, 10, 11
"""Precisions of a time value."""

_WEB_ADDRESS = re.compile(r"https?://[^/\s:@]+(:\d+)?(/|\?|#|$)", re.IGNORECASE)
_NOT_IN_ADDRESS = re.compile(r'[\s<>"{}|\\^`]+')
_ENTITY = "http://www.wikidata.org/entity/"


def item(id: str) -> Value:
    return {"type": "wikibase-entityid", "value": {"entity-type": "item", "numeric-id": int(id[1:]), "id": id}}


def string(text: str) -> Value:
    """Strings and external identifiers."""
    return {"type": "string", "value": plain(text)}


def url(address: str) -> Value | None:
    """A web address with what cannot stand in one percent-encoded; None for anything else (one bad URL would fail a whole edit)."""
    text = _NOT_IN_ADDRESS.sub(lambda match: quote(match[0]), plain(address))
    return {"type": "string", "value": text} if _WEB_ADDRESS.match(text) and len(text) <= MAX_STRING else None


def monolingual(text: str, language: str) -> Value:
    return {"type": "monolingualtext", "value": {"text": plain(text), "language": language}}


def time(date: CalendarDate, precision: int) -> Value:
    """A date cut to `precision`; year -44 is 44 BCE, as in Wikibase's JSON."""
    month = (date.month or 0) if precision >= MONTH else 0
    day = (date.day or 0) if precision >= DAY else 0
    sign = "-" if date.year < 0 else "+"
    calendar = Q.JULIAN_CALENDAR if date.year < 1582 else Q.GREGORIAN_CALENDAR
    return {
        "type": "time",
        "value": {
            "time": f"{sign}{abs(date.year):04d}-{month:02d}-{day:02d}T00:00:00Z",
            "timezone": 0,
            "before": 0,
            "after": 0,
            "precision": precision,
            "calendarmodel": _ENTITY + calendar,
        },
    }


def exact_time(date: CalendarDate) -> Value:
    """A date with the precision of its own parts."""
    return time(date, DAY if date.day else MONTH if date.month else YEAR)


def day(date: dt.date) -> Value:
    return time(CalendarDate(year=date.year, month=date.month, day=date.day), DAY)


def coordinate(latitude: float, longitude: float) -> Value | None:
    """None for what is no place on Earth."""
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180) or (latitude == 0 and longitude == 0):
        return None
    return {
        "type": "globecoordinate",
        "value": {
            "latitude": latitude,
            "longitude": longitude,
            "altitude": None,
            "precision": 0.0001,
            "globe": _ENTITY + Q.EARTH,
        },
    }
