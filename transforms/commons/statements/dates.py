"""P571 inception and P577 publication date.

Rules (sdc.md 1)
- The date of the *file's* content: of the work for flat works and files that are the work; a photograph of a solid thing has a date
  of its own that we do not know, so the thing's date is not stated.
- A range keeps the coarsest precision that holds both ends, with P1319 / P1326; if nothing holds both, or an end is open: somevalue with
  the known ends. Unread dates: somevalue with P1932. The partner's own words are P1932 wherever they differ from what is shown.
"""

from __future__ import annotations

from glamflow.transforms.commons.context import PageContext
from glamflow.transforms.commons.dates import century, main_date, says_itself
from glamflow.transforms.plain import plain
from glamflow.transforms.record import CalendarDate, DateKind, DatePrecision, DateSpan
from glamflow.transforms.wikibase import values
from glamflow.transforms.wikibase.ids import P, Q
from glamflow.transforms.wikibase.statement import Qualifier, Statement, statement


def date_statements(page: PageContext) -> list[Statement]:
    if page.shows_object:
        return []
    made = main_date(span for span in page.record.dates if span.kind in (DateKind.MADE, DateKind.OTHER))
    published = main_date(span for span in page.record.dates if span.kind is DateKind.PUBLISHED)
    pairs = ((P.INCEPTION, made), (P.PUBLICATION_DATE, published))
    return [span_statement(property, span) for property, span in pairs if span is not None and _says_anything(span)]


def _says_anything(span: DateSpan) -> bool:
    return bool(span.earliest or span.latest or plain(span.as_stated))


def span_statement(property: str, span: DateSpan) -> Statement:
    value, qualifiers = _value(span)
    if span.circa:
        qualifiers.append((P.SOURCING_CIRCUMSTANCES, values.item(Q.CIRCA)))
    if (span.earliest is None and span.latest is None) or not says_itself(span):
        stated = plain(span.as_stated)
        qualifiers += [(P.STATED_AS, values.string(stated))] if stated else []
    return statement(property, value, qualifiers=qualifiers)


def _value(span: DateSpan) -> tuple[values.Value | None, list[Qualifier]]:
    first, last = span.earliest, span.latest
    ends = [(P.EARLIEST_DATE, first), (P.LATEST_DATE, last)]
    limits: list[Qualifier] = [(property, values.exact_time(end)) for property, end in ends if end is not None]
    if first is None or last is None:
        return None, limits
    if span.precision is DatePrecision.CENTURY and (number := century(span)):
        return _century(number), []
    if span.precision is DatePrecision.DECADE and first.year > 0:
        return values.time(CalendarDate(year=first.year // 10 * 10), values.DECADE), []
    if first == last:
        return values.exact_time(first), []
    if span.precision is DatePrecision.YEAR and first.year == last.year:
        return values.time(first, values.YEAR), []
    if span.precision is DatePrecision.MONTH and (first.year, first.month) == (last.year, last.month):
        return values.time(first, values.MONTH), []
    return _around(first, last, span), limits


def _around(first: CalendarDate, last: CalendarDate, span: DateSpan) -> values.Value | None:
    """The finest of year, decade, century, millennium that holds both ends."""
    if first.year == last.year:
        return values.time(first, values.YEAR)
    if first.year > 0 and first.year // 10 == last.year // 10:
        return values.time(CalendarDate(year=first.year // 10 * 10), values.DECADE)
    if (first.year > 0) != (last.year > 0):
        return None
    begins, ends = (century(DateSpan(earliest=end, latest=end)) for end in (first, last))
    if begins and begins == ends:
        return _century(begins)
    millennia = {-(-abs(end.year) // 1000) for end in (first, last)}
    if len(millennia) == 1:
        sign = 1 if first.year > 0 else -1
        return values.time(CalendarDate(year=sign * millennia.pop() * 1000), values.MILLENNIUM)
    return None


def _century(number: int) -> values.Value:
    """Wikibase shows the century that *ends* with this year: +1700 is the 17th."""
    return values.time(CalendarDate(year=number * 100), values.CENTURY)
