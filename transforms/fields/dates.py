"""Dates as partners write them → `DateSpan`; what cannot be read stays verbatim, never a guess.

Rules
- ISO 8601 and EDTF levels 0 and 1 (`1850?`, `18XX`, `1850/1860`, `1850/..`, `1850-21`) are read here, words in `datewords.py`.
- A span is never narrower than what was said: "early 19th century" is the whole century, "1/2/1930" (day or month first?)
  the year, "1800s" the hundred years.
- A century is counted as its language does: "19th century" is 1801-1900, "1800-talet" and "1800-luku" are 1800-1899.
- "before 1850" ends with 1850 and "after 1850" begins with it; the other end is open.
- "1901-02" is February 1901 (ISO), "1930-31" the years 1930 to 1931.
- A negative ISO year is the historical one (-0044 is 44 BCE), as museums use it; there is no year 0.
- Years after 2100, and years before 1500 in Arabic or Persian digits (the Hijri calendar), stay unread.
"""

from __future__ import annotations

import re

from glamflow.transforms.fields.dateunits import DateReading, last_day
from glamflow.transforms.fields.datewords import read_words
from glamflow.transforms.record import CalendarDate, DateKind, DatePrecision, DateSpan

MAX_LENGTH = 120
"""Characters; longer strings are texts that mention dates, not dates."""
LAST_YEAR = 2100

_JOINED = re.compile(r"(?:\d{1,2}[-/])?[^\W\d_]{3,10}\.?[-/]\d{4}")
"""A day with the month in letters, as spreadsheets write it: "01-Jan-1930", "Jan-1930"."""
_YEARS = re.compile(r"(?P<first>[0-9]{4})\s?[-–]\s?(?P<last>[0-9]{4})")
"""With a plain year the commonest forms, read without looking at all the others; they read the same there."""
_NUMERIC = frozenset("-0123456789")
"""How ISO 8601 and EDTF begin."""
_ISO = re.compile(
    r"(?P<year>-?\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?\s?(?:Z|[+-]\d\d:?\d\d)?)?)?)?"
    r"(?P<doubt>[?~%]?)",
    re.ASCII,
)
_MASKED = re.compile(r"(?P<digits>\d{2})(?P<third>\d|[Xx])[Xx](?P<doubt>[?~%]?)", re.ASCII)
_OPEN = frozenset({"", "..", "open", "unknown"})
_DIGITS = {
    ord(digit): str(value)
    for zero in ("٠", "۰", "०", "০", "๐", "０")
    for value, digit in ((v, chr(ord(zero) + v)) for v in range(10))
}
_ARABIC = re.compile("[٠-٩۰-۹]")


def parse_date(value: str, *, kind: DateKind = DateKind.MADE) -> DateSpan:
    """The span that `value` states; both ends None if it cannot be read (`is_read` tells)."""
    text = " ".join(value.split())
    reading = _read(text) if 0 < len(text) <= MAX_LENGTH else None
    if reading is None:
        return DateSpan(kind=kind, as_stated=text[:1000])
    return DateSpan(
        earliest=reading.earliest,
        latest=reading.latest,
        precision=reading.precision,
        circa=reading.circa,
        kind=kind,
        as_stated=text,
    )


_UNREAD = DateReading(None, None, DatePrecision.YEAR)


def _reading(value: str) -> DateReading:
    """What a text says, `_UNREAD` if it is no date."""
    text = value if value.isalnum() else " ".join(value.split())
    return (_read(text) if 0 < len(text) <= MAX_LENGTH else None) or _UNREAD


def is_read(span: DateSpan) -> bool:
    """Whether at least one end of the span is known."""
    return span.earliest is not None or span.latest is not None


def states_a_date(text: str) -> bool:
    """Whether a text that could be anything (a coverage, a subject) is a date."""
    return any(c.isdigit() for c in text) and is_read(parse_date(text))


def span_between(earliest: str, latest: str, display: str = "", *, kind: DateKind = DateKind.MADE) -> DateSpan:
    """A span from two fields of a structured source, with the words that the partner shows beside them."""
    stated = " ".join(display.split())
    first, last = _reading(earliest), _reading(latest)
    if first is _UNREAD and last is _UNREAD:
        return parse_date(stated or " – ".join(v.strip() for v in (earliest, latest) if v.strip()), kind=kind)
    shown = (_read(stated) if 0 < len(stated) <= MAX_LENGTH else None) or _UNREAD
    start, end = _whole_years(first.earliest, last.latest)
    if start and end and _is_after(start, end):
        return DateSpan(kind=kind, as_stated=stated or f"{earliest.strip()} – {latest.strip()}")
    precision = DatePrecision.RANGE
    if shown is not _UNREAD and shown.earliest == start and shown.latest == end:
        precision = shown.precision
    elif start == end and start is not None:
        precision = _precision(start)
    return DateSpan(
        earliest=start,
        latest=end,
        precision=precision,
        circa=shown.circa or first.circa or last.circa,
        kind=kind,
        as_stated=stated or " – ".join(dict.fromkeys(v.strip() for v in (earliest, latest) if v.strip())),
    )


def _whole_years(
    start: CalendarDate | None, end: CalendarDate | None
) -> tuple[CalendarDate | None, CalendarDate | None]:
    """1 January to 31 December is how databases write years."""
    if start and end and start.month == 1 and end.month == 12 and start.day == 1 and end.day == 31:
        return CalendarDate(year=start.year), CalendarDate(year=end.year)
    return start, end


def _precision(date: CalendarDate) -> DatePrecision:
    return DatePrecision.DAY if date.day else DatePrecision.MONTH if date.month else DatePrecision.YEAR


def _read(text: str) -> DateReading | None:
    if text[0] in _NUMERIC:
        if len(text) == 4 and text.isascii() and text.isdigit():
            return _year(int(text), int(text), DatePrecision.YEAR)
        if match := _YEARS.fullmatch(text):
            return _years(int(match["first"]), int(match["last"]))
    plain = text if text.isascii() else text.translate(_DIGITS)
    reading = (_iso(plain) if plain[0] in _NUMERIC else None) or _interval(plain) or read_words(plain.lower())
    if reading is None and _JOINED.fullmatch(plain):
        reading = read_words(plain.lower().replace("-", " ").replace("/", " "))
    if reading is None:
        return None
    first, last = reading.earliest, reading.latest
    if (first and first.year > LAST_YEAR) or (last and last.year > LAST_YEAR):
        return None
    if plain is not text and _ARABIC.search(text) and any(0 < end.year < 1500 for end in (first, last) if end):
        return None
    return None if first and last and _is_after(first, last) else reading


def _iso(text: str) -> DateReading | None:
    if match := _ISO.fullmatch(text):
        return _iso_parts(match)
    if match := _MASKED.fullmatch(text):
        century, third = int(match["digits"]) * 100, match["third"]
        if third in "Xx":
            return _year(century or 1, century + 99, DatePrecision.CENTURY, circa=bool(match["doubt"]))
        first = century + int(third) * 10
        return _year(first or 1, first + 9, DatePrecision.DECADE, circa=bool(match["doubt"]))
    return None


def _iso_parts(match: re.Match[str]) -> DateReading | None:
    year, circa = int(match["year"]), bool(match["doubt"])
    if year == 0 or year > LAST_YEAR:
        return None
    if match["month"] is None:
        return _year(year, year, DatePrecision.YEAR, circa=circa)
    month, day = int(match["month"]), int(match["day"] or 0)
    if match["day"] is None and 21 <= month <= 24 and month <= year % 100:
        return _year(
            year, year, DatePrecision.YEAR, circa=circa
        )  # an EDTF season; "1920-24" is a range, see datewords.py
    if (month, day) == (0, 0):  # "1850-00-00": month and day unknown
        return _year(year, year, DatePrecision.YEAR, circa=circa)
    if not 1 <= month <= 12:
        return None
    if day == 0:
        date = CalendarDate(year=year, month=month)
        return DateReading(date, date, DatePrecision.MONTH, circa)
    if day > last_day(year, month):
        return None
    date = CalendarDate(year=year, month=month, day=day)
    return DateReading(date, date, DatePrecision.DAY, circa)


def _interval(text: str) -> DateReading | None:
    separator = "/" if "/" in text else ".." if ".." in text else ""
    if not separator:
        return None
    inner = text[1:-1] if text[:1] + text[-1:] in ("[]", "{}") else text
    left, found, right = (part.strip() for part in inner.partition(separator))
    if not found or (left in _OPEN and right in _OPEN):
        return None
    first = None if left in _OPEN else _iso(left)
    last = None if right in _OPEN else _iso(right)
    if (left not in _OPEN and first is None) or (right not in _OPEN and last is None):
        return None
    return DateReading(
        first.earliest if first else None,
        last.latest if last else None,
        DatePrecision.RANGE,
        bool((first and first.circa) or (last and last.circa)),
    )


def _year(first: int, last: int, precision: DatePrecision, *, circa: bool = False) -> DateReading | None:
    if first == 0 or last == 0 or first > LAST_YEAR:
        return None
    start = CalendarDate(year=first)
    return DateReading(start, start if first == last else CalendarDate(year=last), precision, circa)


def _years(first: int, last: int) -> DateReading | None:
    if 0 < first <= last <= LAST_YEAR:
        return DateReading(CalendarDate(year=first), CalendarDate(year=last), DatePrecision.RANGE)
    return None


def _is_after(one: CalendarDate, other: CalendarDate) -> bool:
    if one.year != other.year:
        return one.year > other.year
    return (one.month or 0, one.day or 0) > (other.month or 0, other.day or 0)
