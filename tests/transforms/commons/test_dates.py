"""Dates in the page and in statements say the same, and never more than the partner did."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glamflow.transforms.commons.dates import date_wikitext, main_date, stated_dates
from glamflow.transforms.commons.statements.dates import span_statement
from glamflow.transforms.commons.templates import unknown_parameters
from glamflow.transforms.record import CalendarDate, DateKind, DatePrecision, DateSpan
from glamflow.transforms.wikibase.ids import P

JULIAN, GREGORIAN = "Q1985786", "Q1985727"


def span(first: int | None, last: int | None = None, precision: str = "year", **fields: Any) -> DateSpan:
    last = first if last is None else last
    return DateSpan(
        earliest=CalendarDate(year=first) if first else None,
        latest=CalendarDate(year=last) if last else None,
        precision=DatePrecision(precision),
        **fields,
    )


def shown(value: dict[str, Any]) -> str:
    if value["snaktype"] != "value":
        return "?"
    inner = value["datavalue"]["value"]
    if isinstance(inner, str):
        return inner
    return inner["id"] if "id" in inner else f"{inner['time'][:11]}/{inner['precision']}"


def said(given_span: DateSpan) -> str:
    claim = span_statement(P.INCEPTION, given_span)
    qualifiers = [f"{name}={shown(s)}" for name, snaks in claim.get("qualifiers", {}).items() for s in snaks]
    return " ".join([shown(claim["mainsnak"]), *qualifiers])


@pytest.mark.parametrize(
    ("given_span", "wikitext", "statement"),
    [
        (span(1868), "1868", "+1868-00-00/9"),
        (span(1868, circa=True, as_stated="omkr. 1868"), "{{other date|circa|1868}}", "+1868-00-00/9 P1480=Q5727902 P1932=omkr. 1868"),
        (span(1201, 1300, "century"), "{{other date|century|13}}", "+1300-00-00/7"),
        (span(1600, 1699, "century"), "{{other date|century|17}}", "+1700-00-00/7"),
        (span(-400, -301, "century"), "{{other date|century|4|era=BCE}}", "-0400-00-00/7"),
        (span(1920, 1929, "decade"), "{{other date|decade|1920}}", "+1920-00-00/8"),
        (span(-44), "{{complex date|date1=0044|era1=BCE}}", "-0044-00-00/9"),
        (span(-50, 50, "range"), "{{complex date|conj=between|date1=0050|date2=0050|era1=BCE|era2=CE}}", "? P1319=-0050-00-00/9 P1326=+0050-00-00/9"),
        (span(-300, -250, "range"), "{{other date|between|0300|0250|era=BCE}}", "-0300-00-00/7 P1319=-0300-00-00/9 P1326=-0250-00-00/9"),
        (span(1861, 1864, "range"), "{{other date|between|1861|1864}}", "+1860-00-00/8 P1319=+1861-00-00/9 P1326=+1864-00-00/9"),
        (span(1632, 1640, "range"), "{{other date|between|1632|1640}}", "+1700-00-00/7 P1319=+1632-00-00/9 P1326=+1640-00-00/9"),
        (span(1690, 1710, "range"), "{{other date|between|1690|1710}}", "+2000-00-00/6 P1319=+1690-00-00/9 P1326=+1710-00-00/9"),
        (span(900, 1100, "range"), "{{other date|between|0900|1100}}", "? P1319=+0900-00-00/9 P1326=+1100-00-00/9"),
        (DateSpan(latest=CalendarDate(year=1650)), "{{other date|before|1650}}", "? P1326=+1650-00-00/9"),
        (DateSpan(earliest=CalendarDate(year=1650)), "{{other date|after|1650}}", "? P1319=+1650-00-00/9"),
        (DateSpan(as_stated="an VI [?]"), "an VI &#91;?&#93;", "? P1932=an VI [?]"),
    ],
)  # fmt: skip
def test_a_date_in_the_page_and_as_a_statement(given_span: DateSpan, wikitext: str, statement: str) -> None:
    assert date_wikitext(given_span) == wikitext
    assert said(given_span) == statement


def test_a_day_keeps_its_precision() -> None:
    day = CalendarDate(year=1893, month=5, day=2)
    exact = DateSpan(earliest=day, latest=day, precision=DatePrecision.DAY, as_stated="1893-05-02")
    assert date_wikitext(exact) == "1893-05-02"
    assert said(exact) == "+1893-05-02/11"


@pytest.mark.parametrize(("year", "calendar"), [(1581, JULIAN), (1582, GREGORIAN), (-44, JULIAN)])
def test_dates_before_1582_are_julian(year: int, calendar: str) -> None:
    value = span_statement(P.INCEPTION, span(year))["mainsnak"]["datavalue"]["value"]
    assert value["calendarmodel"] == f"http://www.wikidata.org/entity/{calendar}"


def test_the_making_comes_before_the_printing_and_a_find_has_no_date_of_making() -> None:
    printed, made = span(1950, kind=DateKind.PRINTED), span(1912)
    assert main_date([printed, made]) == made
    assert main_date([span(1931, kind=DateKind.COLLECTED)]) is None


def test_the_partners_words_are_repeated_only_where_they_differ() -> None:
    assert stated_dates([span(1912, as_stated="1912"), span(1632, 1640, "range", as_stated="1632 – 1640")]) == ()
    assert stated_dates([span(1912, circa=True, as_stated="um 1912")]) == ("um 1912",)


years = st.integers(-3000, 2026).filter(bool)
spans = st.builds(
    lambda ends, precision, circa, stated: DateSpan(
        earliest=CalendarDate(year=min(ends)),
        latest=CalendarDate(year=max(ends)),
        precision=precision,
        circa=circa,
        as_stated=stated,
    ),
    st.tuples(years, years),
    st.sampled_from(DatePrecision),
    st.booleans(),
    st.text(max_size=20),
)


@given(spans)
def test_any_span_gives_known_parameters_and_a_well_formed_time(given_span: DateSpan) -> None:
    assert unknown_parameters(date_wikitext(given_span)) == ()
    main = span_statement(P.INCEPTION, given_span)["mainsnak"]
    assert main["snaktype"] == "somevalue" or main["datavalue"]["value"]["precision"] in range(6, 12)
