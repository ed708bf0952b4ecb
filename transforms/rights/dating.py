"""When a work was made, for copyright: the latest year that the record allows (law: section 5.3 of the README)."""

from __future__ import annotations

import re

from glamflow.transforms.record import DateKind, DateSpan, Model, Record

_CIRCA = 5  # years added to "circa"
_LATER = re.compile(
    r"\b(posthumous\w*|postum\w*|posth\w*|printed later|later print|later cast|reprint\w*|senare (?:tryck|kopia)|späterer? (?:druck|abzug)|tirage posthume)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(?:1\d{3}|20\d{2})(?!\d)")


class Dating(Model, frozen=True, kw_only=True):
    """Years of making and publication; None = not known. `later`: the record itself says posthumous or printed later."""

    earliest: int | None = None
    latest: int | None = None
    published: int | None = None  # only where the record gives a date of publication
    open_ended: bool = False  # "after 1650": there is a date, but it has no end
    later: bool = False


def date_work(record: Record) -> Dating:
    """Dates of making and publication; later prints and the collector's dates do not count, except for finds."""
    spans = [s for s in record.dates if s.kind in (DateKind.MADE, DateKind.PUBLISHED)]
    if not spans:
        spans = [s for s in record.dates if s.kind is DateKind.PRINTED]
    read = [s for s in spans if s.earliest or s.latest]
    published = [y for s in read if s.kind is DateKind.PUBLISHED and (y := latest_year(s)) is not None]
    latest = [latest_year(s) for s in read]
    ends = [y for y in latest if y is not None]
    starts = [y for s in read if (y := _earliest_year(s)) is not None]
    unread = _unread_later(spans, max(ends) if ends else _last_death(record))
    open_ended = unread or any(y is None for y in latest)
    return Dating(
        earliest=min(starts) if starts and len(starts) == len(read) else None,
        latest=max(ends) if ends and not open_ended else None,
        published=max(published) if published else None,
        open_ended=open_ended,
        later=unread or any(_LATER.search(s.as_stated) or s.kind is DateKind.PRINTED for s in record.dates),
    )


def _unread_later(spans: list[DateSpan], known: int | None) -> bool:
    """Words that we could not read name a year after all that is known ("copied 1950 after an original of 1880")."""
    unread = (s.as_stated for s in spans if not (s.earliest or s.latest))
    return known is not None and any(int(year) > known + 1 for words in unread for year in _YEAR.findall(words))


def _last_death(record: Record) -> int | None:
    return max((a.death for a in record.authors if a.death is not None), default=None)


def latest_year(span: DateSpan) -> int | None:
    """The last year of the span, five years more if it is "circa"; None without an end."""
    return span.latest.year + (_CIRCA if span.circa else 0) if span.latest else None


def _earliest_year(span: DateSpan) -> int | None:
    return span.earliest.year - (_CIRCA if span.circa else 0) if span.earliest else None
