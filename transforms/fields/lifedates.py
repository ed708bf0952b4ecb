"""Life dates inside a maker's name: "(1821–1887)", "1821-1887", "b. 1950", "* 1821 † 1887", "verksam 1850–1870".

A year that is called doubtful is not a fact: it goes into `active`, marked circa.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from glamflow.transforms.record import CalendarDate, DatePrecision, DateSpan

_CIRCA = r"(?:circa|cirka|ca\.?|c\.|um|vers|noin|n\.|omkr\.?|about|approximately|omstreeks|~)"
_YEAR = rf"(?:{_CIRCA}\s?)?(?:\d{{1,2}}[./]\s?\d{{1,2}}[./]\s?)?[12]\d{{3}}(?:-\d\d-\d\d)?\??"
_DASH = r"\s?[-–—/]\s?"
_BORN = r"(?:born|b\.|f\.|född|geb\.?|geboren|né|née|n\.|nacido|nacida|s\.|synt\.?|født|nato|nata|ur\.|род\.|нар\.|\*)"
_DIED = r"(?:died|d\.|död|†|gest\.?|gestorben|mort|morte|m\.|fallecido|k\.|kuoll\.?|overleden|død|morto|zm\.|ум\.|пом\.|\+)"
_ACTIVE = r"(?:active|act\.|fl\.?|flourished|verksam|tätig|actif|active en|activo|aktiivinen|werkzaam|actief|virksom|attivo|working)"
_FORMS = tuple(
    (name, re.compile(form, re.IGNORECASE))
    for name, form in (
        ("active", rf"{_ACTIVE}\s*:?\s*(?:in\s+)?(?P<a>{_YEAR})(?:{_DASH}(?P<b>{_YEAR}|[12]?\d{{2}}(?!\d)))?s?"),
        ("life", rf"{_BORN}\s*(?P<a>{_YEAR})[^\d(){{}}]{{0,12}}?{_DIED}\s*(?P<b>{_YEAR})"),
        ("life", rf"(?:{_BORN}\s*)?(?P<a>{_YEAR}){_DASH}(?:{_DIED}\s*)?(?P<b>{_YEAR}|\d{{2}}(?!\d))"),
        ("life", rf"{_DIED}\s*(?P<b>{_YEAR})"),
        ("life", rf"{_BORN}\s*(?P<a>{_YEAR})(?:{_DASH})?"),
        ("life", rf"(?P<a>{_YEAR}){_DASH}"),
        ("life", rf"{_DASH}(?P<b>{_YEAR})"),
    )
)
_HEAD = re.compile(rf"[ ,;.]*(?=[^,\d]{{0,60}}\d)(?:{_ACTIVE}|{_BORN}|{_DIED}|{_DASH}|{_YEAR})", re.IGNORECASE)
"""How all of these forms begin."""
# "(Nürnberg 1471 – 1528 Nürnberg)", "(Stockholm 1821 – Paris 1887)": only inside brackets
_PLACES = r"(?:[^\W\d_][\w.' ]{0,30}[,\s]\s?)?"
_WITH_PLACES = re.compile(rf"{_PLACES}(?P<a>{_YEAR})(?:,?\s[^\W\d_][\w.' ]{{0,30}})?{_DASH}{_PLACES}(?P<b>{_YEAR})(?:,?\s[^\W\d_][\w.' ]{{0,30}})?")
_NO_PLACE = re.compile(
    r"\b(?:after|before|nach|vor|efter|före|post|ante|après|avant|después|antes|dopo|prima|etter|før|jälkeen|ennen|tussen|between|zwischen|mellan"
    r"|or|oder|eller|ou|ca|circa|cirka|um|probably|possibly|perhaps|wohl|vielleicht|active|fl|verksam|tätig)\b",
    re.IGNORECASE,
)
"""Beside a year these words make it doubtful: "(1850 – after 1900)" names no year of death."""
_BRACKET = re.compile(r"\s*[\[(](?P<inner>[^()\[\]]{4,80})[\])]")
_WORD = re.compile(r"\S+")
_DOUBT = re.compile(_CIRCA, re.IGNORECASE)
_PLAIN_YEAR = re.compile(r"[12]\d{3}")
_YEARS = re.compile(rf"(?P<a>[12]\d{{3}}){_DASH}(?P<b>[12]\d{{3}})?")
"""The commonest form, "1821-1887" and "1821-", which no other form reads differently."""


_LONGEST_LIFE = 120


class LifeDates(NamedTuple):
    """Certain years of birth and death, and a span for what is doubtful or about activity."""

    birth: int | None = None
    death: int | None = None
    active: DateSpan | None = None


_NOTHING = LifeDates()


def take_life_dates(value: str) -> tuple[LifeDates, str]:
    """The life dates in `value` and the rest of it; `value` unchanged where there are none."""
    year = _PLAIN_YEAR.search(value)
    if year is None:
        return _NOTHING, value
    begun = year.start()
    if value[begun - 2 : begun] == ", " and "(" not in value and "[" not in value and (match := _YEARS.fullmatch(value, begun)):
        dates = _of_years(match)
        return (dates, value[:begun].strip(" ,;")) if dates else (_NOTHING, value)
    if "(" in value or "[" in value:
        for match in _BRACKET.finditer(value):
            if dates := _in_brackets(match["inner"]):
                return dates, (value[: match.start()] + value[match.end() :]).strip(" ,")
    # in no form does a comma stand before the first year: no date begins before the word that the last such comma ends
    first = len(value[: value.rfind(",", 0, begun) + 1].rstrip(" ,;."))
    for start in _starts(value, first):
        if dates := _from(value, start):
            return dates, value[:start].strip(" ,;")
    return _NOTHING, value


def _from(value: str, start: int) -> LifeDates | None:
    """The life dates that `value` consists of from `start` on."""
    if value[start] in "12" and (match := _YEARS.fullmatch(value[start:].strip(" ,;."))):
        return _of_years(match)
    return read_life_dates(value[start:].strip(" ,;.")) if _HEAD.match(value, start) else None


def read_life_dates(value: str) -> LifeDates | None:
    """The life dates that `value` consists of, None if there is anything else in it."""
    if match := _YEARS.fullmatch(value):
        return _of_years(match)
    for name, form in _FORMS:
        if match := form.fullmatch(value):
            said = match.groupdict()
            return _dates(name, said.get("a") or "", said.get("b") or "")
    return None


def _in_brackets(value: str) -> LifeDates | None:
    """Life dates that may follow a nationality ("Swedish, 1821–1887") or stand between places."""
    text = " ".join(value.split())
    for piece in (text, *(part.strip() for part in re.split(r"[,;]", text))):
        if dates := read_life_dates(piece):
            return dates
    match = None if _NO_PLACE.search(text) else _WITH_PLACES.fullmatch(text)
    return _dates("life", match["a"], match["b"]) if match else None


def _starts(value: str, first: int) -> list[int]:
    """Where an unbracketed date may begin: at one of the last words, none of which begins before `first`."""
    starts = [match.start() for match in _WORD.finditer(value, first)][-9:]
    return starts if first == 0 or value[first - 1].isspace() else [start for start in starts if start > first]


def _of_years(match: re.Match[str]) -> LifeDates | None:
    birth, death = int(match["a"]), int(match["b"]) if match["b"] else None
    return LifeDates(birth, death) if death is None or 0 <= death - birth <= _LONGEST_LIFE else None


def _dates(form: str, first: str, last: str) -> LifeDates | None:
    birth, birth_sure = _year(first)
    death, death_sure = _year(last)
    if birth and last.isdigit() and len(last) == 2:
        death, death_sure = birth - birth % 100 + int(last), True
    if birth and death and not 0 <= death - birth <= (_LONGEST_LIFE if form == "life" else 200):
        return None
    if form == "active":
        return LifeDates(active=_span(birth, death if last else birth, circa=not (birth_sure and death_sure)))
    doubtful = (birth and not birth_sure) or (death and not death_sure)
    return LifeDates(
        birth=birth if birth_sure else None,
        death=death if death_sure else None,
        active=_span(birth, death, circa=True) if doubtful else None,
    )


def _year(value: str) -> tuple[int | None, bool]:
    match = _PLAIN_YEAR.search(value)
    sure = value.isdigit() or (not value.endswith("?") and not _DOUBT.match(value))
    return (int(match.group()) if match else None, sure)


def _span(first: int | None, last: int | None, *, circa: bool) -> DateSpan:
    return DateSpan(
        earliest=CalendarDate(year=first) if first else None,
        latest=CalendarDate(year=last) if last else None,
        precision=DatePrecision.YEAR if first == last else DatePrecision.RANGE,
        circa=circa,
    )
