"""Dates in wikitext, in forms that the wiki shows in the reader's language.

Rules
- ISO dates localise themselves; everything else goes through `{{other date|…}}`, mixed eras through `{{complex date|…}}`.
- Unread dates stand in the partner's own words. What was read is repeated verbatim in the notes (`stated_dates`).
- Made before published before printed; a find's or specimen's day of collecting is no date of making.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from glamflow.transforms.commons.wikitext import escape, template
from glamflow.transforms.plain import plain
from glamflow.transforms.record import CalendarDate, DateKind, DatePrecision, DateSpan

_ORDER = (DateKind.MADE, DateKind.PUBLISHED, DateKind.PRINTED, DateKind.OTHER)


def main_date(dates: Iterable[DateSpan]) -> DateSpan | None:
    """The date that speaks of the work itself."""
    listed = tuple(dates)
    return next((span for kind in _ORDER for span in listed if span.kind is kind), None)


def date_wikitext(span: DateSpan | None) -> str:
    if span is None:
        return ""
    first, last = span.earliest, span.latest
    if first is None and last is None:
        return escape(span.as_stated)
    if first is None or last is None:
        return _open(first, last)
    if span.precision is DatePrecision.CENTURY and (number := century(span)):
        return _other("century", str(abs(number)), bce=number < 0)
    if span.precision is DatePrecision.DECADE and first.year > 0:
        return _other("decade", str(first.year // 10 * 10))
    if first == last or span.precision in (DatePrecision.YEAR, DatePrecision.MONTH, DatePrecision.DAY):
        if span.circa:
            return _other("circa", iso(first), bce=first.year < 0)
        return _other("-", iso(first), bce=True) if first.year < 0 else iso(first)
    return _between(first, last, circa=span.circa)


def stated_dates(dates: Iterable[DateSpan]) -> tuple[str, ...]:
    """The partner's words of dates that are shown in another form."""
    return tuple(
        dict.fromkeys(plain(span.as_stated) for span in dates if span.earliest is not None and not says_itself(span))
    )


def says_itself(span: DateSpan) -> bool:
    """The partner's words are the ISO date or range already, or there are none."""
    stated = re.sub(r"\s*[–—-]\s*", "-", plain(span.as_stated))
    if not stated or span.earliest is None or span.latest is None or span.circa:
        return not stated
    ends = (iso(span.earliest), iso(span.latest))
    return min(span.earliest.year, span.latest.year) > 0 and stated in (
        "-".join(ends),
        *(ends[:1] if ends[0] == ends[1] else ()),
    )


def century(span: DateSpan) -> int | None:
    """17 for 1601-1700 (or 1600-1699), -4 for 400-301 BCE; None where the span leaves one century."""
    if span.earliest is None or span.latest is None:
        return None
    if span.earliest.year < 0:
        return None if span.latest.year > 0 else -((-span.earliest.year + 99) // 100)
    return (span.latest.year + 99) // 100


def iso(date: CalendarDate) -> str:
    """Year, month and day as far as known; the era is not in it."""
    parts = [f"{abs(date.year):04d}"]
    if date.month:
        parts.append(f"{date.month:02d}")
        if date.day:
            parts.append(f"{date.day:02d}")
    return "-".join(parts)


def _open(first: CalendarDate | None, last: CalendarDate | None) -> str:
    if last is not None:
        return _other("before", iso(last), bce=last.year < 0)
    return _other("after", iso(first), bce=first.year < 0) if first is not None else ""


def _between(first: CalendarDate, last: CalendarDate, *, circa: bool) -> str:
    both_bce = first.year < 0 and last.year < 0
    if circa or (first.year < 0 and not both_bce):
        pairs = {"conj": "between", "date1": iso(first), "date2": iso(last)}
        if circa:
            pairs |= {"adj1": "circa", "adj2": "circa"}
        if first.year < 0:
            pairs |= {"era1": "BCE", "era2": "BCE" if both_bce else "CE"}
        return template("complex date", pairs)
    return _other("between", iso(first), iso(last), bce=both_bce)


def _other(kind: str, *dates: str, bce: bool = False) -> str:
    if kind == "-":
        return template("complex date", {"date1": dates[0], "era1": "BCE"})
    return template("|".join(["other date", kind, *dates]), {"era": "BCE"} if bce else None)
