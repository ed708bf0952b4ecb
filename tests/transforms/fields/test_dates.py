"""Dates as partners write them. Expected ends are "from..to"; "-" marks an open end, "unread" a date that nobody could be sure of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glamflow.transforms.fields.dates import is_read, parse_date, span_between
from glamflow.transforms.record import CalendarDate, DatePrecision, DateSpan


def shown(date: CalendarDate | None) -> str:
    if date is None:
        return "-"
    return ".".join(str(part) for part in (date.year, date.month, date.day) if part is not None)


def ends(span: DateSpan) -> str:
    return f"{shown(span.earliest)}..{shown(span.latest)}" if is_read(span) else "unread"


READ = {
    # ISO 8601, EDTF
    "1850": "1850..1850", "1850-07": "1850.7..1850.7", "1850-07-12": "1850.7.12..1850.7.12", "1850?": "1850..1850",
    "185X": "1850..1859", "18XX": "1800..1899", "1850/1860": "1850..1860", "1850/..": "1850..-", "../1850": "-..1850",
    "1850-21": "1850..1850", "1930-31": "1930..1931", "1920-24": "1920..1924", "2008-10": "2008.10..2008.10", "[1850,1852]": "unread", "[1850..1852]": "1850..1852", "2019-12-17T08:51:19Z": "2019.12.17..2019.12.17",
    "-0044": "-44..-44", "1850-00-00": "1850..1850", "1850-13-01": "unread", "1850-02-30": "unread", "19230611": "1923.6.11..1923.6.11",
    # days and months in words
    "12 July 1946": "1946.7.12..1946.7.12", "July 12, 1946": "1946.7.12..1946.7.12", "12. Juli 1946": "1946.7.12..1946.7.12",
    "den 12 juli 1946": "1946.7.12..1946.7.12", "12 juillet 1946": "1946.7.12..1946.7.12", "1er août 1902": "1902.8.1..1902.8.1",
    "12 de julio de 1946": "1946.7.12..1946.7.12", "12. heinäkuuta 1946": "1946.7.12..1946.7.12", "12 luglio 1946": "1946.7.12..1946.7.12",
    "17.4.1930": "1930.4.17..1930.4.17", "17/04/1930": "1930.4.17..1930.4.17", "1/2/1930": "1930..1930", "03/1990": "1990.3..1990.3",
    "September 2016": "2016.9..2016.9", "spring 1946": "1946..1946", "12-14 July 1946": "1946.7.12..1946.7.14",
    "01-Jan-1930": "1930.1.1..1930.1.1", "Jan-1930": "1930.1..1930.1", "12/Mars/1899": "1899.3.12..1899.3.12", "31-Feb-1900": "unread",
    "MS-1900": "unread",
    # about, before, after, between
    "c. 1850": "1850..1850", "omkring 1880": "1880..1880", "um 1850": "1850..1850", "vers 1850": "1850..1850", "noin 1920": "1920..1920",
    "hacia 1850": "1850..1850", "ongeveer 1850": "1850..1850", "rundt 1850": "1850..1850", "before 1850": "-..1850", "före 1850": "-..1850",
    "vor 1850": "-..1850", "avant 1850": "-..1850", "antes de 1850": "-..1850", "ennen vuotta 1850": "-..1850", "after 1850": "1850..-",
    "efter 1850": "1850..-", "1850 jälkeen": "1850..-", "between 1850 and 1860": "1850..1860", "mellan 1850 och 1860": "1850..1860",
    "zwischen 1850 und 1860": "1850..1860", "entre 1850 et 1860": "1850..1860", "tussen 1850 en 1860": "1850..1860",
    "1850–60": "1850..1860", "1914-1918": "1914..1918", "1850 or 1851": "1850..1851", "ca. 1760 - ca. 1780": "1760..1780",
    # decades, centuries
    "1840s": "1840..1849", "1880-talet": "1880..1889", "1880-luvulla": "1880..1889", "1880er Jahre": "1880..1889", "années 1880": "1880..1889",
    "década de 1880": "1880..1889", "de jaren 1880": "1880..1889", "1800s": "1800..1899", "1800-talet": "1800..1899", "1800-luku": "1800..1899",
    "19th century": "1801..1900", "19. Jahrhundert": "1801..1900", "XIXe siècle": "1801..1900", "siglo XIX": "1801..1900",
    "XIX secolo": "1801..1900", "18e eeuw": "1701..1800", "XIX в.": "1801..1900", "early 19th century": "1801..1900",
    "first half of the 19th century": "1801..1850", "2. Hälfte 19. Jahrhundert": "1851..1900", "tweede helft 18e eeuw": "1751..1800",
    "first quarter of the 20th century": "1901..1925", "15th-16th century": "1401..1600", "1700-1800-talet": "1700..1899",
    "188-": "1880..1889", "18--?": "1800..1899", "[1880?]": "1880..1880",
    # eras
    "44 BC": "-44..-44", "omkring 500 f.Kr.": "-500..-500", "1000–700 f.Kr.": "-1000..-700", "4th century BC": "-400..-301",
    "500-400 BC": "-500..-400", "AD 200": "200..200", "2nd millennium BC": "-2000..-1001", "83 a.Chr.": "-83..-83",
    "1200-talet f.Kr.": "-1299..-1200",
    # scripts
    "١٩٤٦": "1946..1946", "до 1850": "-..1850",
}  # fmt: skip
UNREAD = [
    "n.d.", "okänd", "o. J.", "ei ajoitusta", "1923, nr 251 (10 XI)", "Qing dynasty", "foo 1850", "1346 هـ", "١٣٤٦", "850", "2850", "1990/03",
    "1860-1850", "25.12.14", "1850 (printed 1900)", "32 July 1946", "00/00/1900", "fl. 1850", "x" * 5000,
]  # fmt: skip


@pytest.mark.parametrize(("stated", "expected"), READ.items())
def test_a_stated_date_is_read_without_narrowing_it(stated: str, expected: str) -> None:
    assert ends(parse_date(stated)) == expected


@pytest.mark.parametrize("stated", UNREAD)
def test_a_date_that_is_not_certain_stays_verbatim(stated: str) -> None:
    span = parse_date(stated)
    assert not is_read(span)
    assert span.as_stated == stated[:1000]


@pytest.mark.parametrize("stated", ["c. 1850", "circa 1850", "1850?", "[1850?]", "ca 1850-1860", "omkring 500 f.Kr.", "185X~"])
def test_an_approximate_date_is_marked(stated: str) -> None:
    assert parse_date(stated).circa


def test_precision_follows_the_words() -> None:
    stated = ("1850-07-12", "July 1850", "1850", "1850s", "19th century", "1850-1860")
    assert [parse_date(s).precision for s in stated] == [
        DatePrecision.DAY, DatePrecision.MONTH, DatePrecision.YEAR, DatePrecision.DECADE, DatePrecision.CENTURY, DatePrecision.RANGE,
    ]  # fmt: skip


def test_structured_ends_win_over_the_words_beside_them() -> None:
    span = span_between("1875", "1885", "omkring 1880")
    assert (ends(span), span.circa, span.as_stated) == ("1875..1885", True, "omkring 1880")


def test_first_to_last_day_of_years_is_read_as_years() -> None:
    assert ends(span_between("1930-01-01", "1930-12-31")) == "1930..1930"


def test_ends_in_the_wrong_order_stay_unread() -> None:
    assert ends(span_between("1900", "1850")) == "unread"


@given(st.text(max_size=60))
def test_any_text_gives_a_span_in_order(text: str) -> None:
    span = parse_date(text)
    if span.earliest and span.latest:
        assert span.earliest.year <= span.latest.year
        assert 0 not in (span.earliest.year, span.latest.year)


@given(st.lists(st.sampled_from(["c.", "19", "th", "century", "1850", "-", "to", "before", "early", "BC", "XIX", "12", ".", "s", "of", "and"]), max_size=14))
def test_any_mix_of_date_words_is_read_or_refused_quickly(words: list[str]) -> None:
    parse_date(" ".join(words))


@given(st.integers(1000, 2100), st.integers(1, 12), st.integers(1, 28))
def test_iso_days_come_back_exactly(year: int, month: int, day: int) -> None:
    span = parse_date(f"{year}-{month:02}-{day:02}")
    assert span.earliest == span.latest == CalendarDate(year=year, month=month, day=day)
