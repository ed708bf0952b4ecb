"""From the tokens of a date in words to its ends: years, months, decades, centuries, parts of them, eras, ranges.

`datewords.py` explains the letters.
"""

from __future__ import annotations

import msgspec

from glamflow.transforms.record import CalendarDate, DatePrecision


class DateReading(msgspec.Struct, frozen=True, gc=False):
    """What was read: both ends, how exactly, and whether it was called approximate."""

    earliest: CalendarDate | None
    latest: CalendarDate | None
    precision: DatePrecision
    circa: bool = False


class Token(msgspec.Struct, frozen=True, gc=False):
    """A piece of the string; `letters` are all its meanings, likeliest first."""

    letters: str
    number: int = 0
    date: DateReading | None = None


Unit = tuple[str, list[Token]]
"""One date of a range: its letters and tokens."""


_DAYS = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def last_day(year: int, month: int) -> int:
    """The number of days of a month; BCE years count as leap years, which never refuses a day that may exist."""
    if month == 2 and (year <= 0 or (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))):
        return 29
    return _DAYS[month]


def read_units(shape: str, units: list[Unit], *, circa: bool) -> DateReading | None:
    """The reading of one or two units that stand in a shape ("one", "range", "between", "before", "after")."""
    first = units[0]
    if len(units) == 1:
        span = _unit(first, needs_era=shape == "one" and not circa)
        if span is None:
            return None
        if shape == "before":
            return DateReading(None, span.latest, DatePrecision.RANGE, circa)
        if shape == "after":
            return DateReading(span.earliest, None, DatePrecision.RANGE, circa)
        return DateReading(span.earliest, span.latest, span.precision, circa) if circa else span
    return _range(first, units[1], circa=circa)


def _range(first: Unit, last: Unit, *, circa: bool) -> DateReading | None:
    end = _unit(last, needs_era=False)
    if shortened := _shortened(first, last):
        end = shortened
    start = _start(first, last, end)
    if start is None or end is None or start.earliest is None or end.latest is None:
        return None
    if _key(start.earliest) > _key(end.latest):
        return None
    return DateReading(start.earliest, end.latest, DatePrecision.RANGE, circa)


def _start(first: Unit, last: Unit, end: DateReading | None) -> DateReading | None:
    """The first end of a range, which may lack what the second end says: century, decade suffix, month, era."""
    letters, tokens = first
    bare = letters.translate(_NOISE)
    if end is None:
        return None
    if bare and "K" in last[0] and _PARTS_OF_CENTURIES.issuperset(bare):
        return _century(bare, tokens, letters, bce="B" in last[0])
    if bare == "Y" and "X" in last[0] and (token := _token(first, "Y")).number % 10 == 0:
        return _hundred_or_ten(token.number, bce="B" in last[0])
    if bare == "n" and "M" in last[0] and end.latest:
        return _day(end.latest.year, end.latest.month or 0, abs(_token(first, "n").number))
    if bare == "M" and end.latest:
        return _month(end.latest.year, _token(first, "M").number)
    if "B" in last[0] and "B" not in letters and "C" not in letters:
        inherited = _unit((letters + "B", [*tokens, Token("B")]), needs_era=False)
        if inherited and inherited.earliest and end.latest and _key(inherited.earliest) <= _key(end.latest):
            return inherited
        return None
    return _unit(first, needs_era=not ("C" in last[0] or "B" in letters or len(bare) > 1 or bare in "YXD"))


def _shortened(first: Unit, last: Unit) -> DateReading | None:
    """The end of "1850-60": the second year without its hundreds."""
    if first[0].translate(_NOISE) != "Y" or last[0].translate(_NOISE) != "n":
        return None
    start, tail = _token(first, "Y").number, _token(last, "n").number
    if tail <= 0:
        return None
    scale = 100 if tail > 9 else 10
    end = start - start % scale + tail
    return _years(end, end, DatePrecision.YEAR) if end > start else None


def _unit(unit: Unit, *, needs_era: bool) -> DateReading | None:
    letters, tokens = unit
    bce, stated_era = "B" in letters, "B" in letters or "C" in letters
    bare = letters.translate(_NOISE)
    if bare in ("Y", "sY"):
        year = _token(unit, "Y").number
        return _era_years(year, year, DatePrecision.YEAR, bce=bce)
    if bare == "D":
        return _token(unit, "D").date
    if "M" in bare:
        return _calendar(bare, unit)
    if "K" in bare:
        return _century(bare, tokens, letters, bce=bce)
    if "Z" in bare:
        return _millennium(unit, bce=bce)
    if "X" in bare:
        return _hundred_or_ten(_token(unit, "X").number, bce=bce)
    if bare == "dY":
        year = _token(unit, "Y").number
        return _hundred_or_ten(year, bce=bce) if year % 10 == 0 else _years(year, year, DatePrecision.YEAR)
    if bare in ("N", "n"):
        year = _token(unit, bare).number
        if year <= 0:
            return None
        allowed = stated_era if bare == "n" else stated_era or not needs_era or "y" in letters
        return _era_years(year, year, DatePrecision.YEAR, bce=bce) if allowed else None
    return None


_NOISE = str.maketrans("", "", "cSyBC")
_PARTS_OF_CENTURIES = frozenset("emlOR123456")


def _token(unit: Unit, letter: str) -> Token:
    return unit[1][unit[0].index(letter)]


def _calendar(bare: str, unit: Unit) -> DateReading | None:
    year, month = _token(unit, "Y").number, _token(unit, "M").number
    if "n" in bare or "O" in bare:
        return _day(year, month, abs(_token(unit, "n" if "n" in bare else "O").number))
    return _month(year, month)


def _day(year: int, month: int, day: int) -> DateReading | None:
    if not 1 <= month <= 12 or not 1 <= day <= last_day(year, month) or year == 0:
        return None
    date = CalendarDate(year=year, month=month, day=day)
    return DateReading(date, date, DatePrecision.DAY)


def _month(year: int, month: int) -> DateReading | None:
    if year == 0:
        return None
    date = CalendarDate(year=year, month=month)
    return DateReading(date, date, DatePrecision.MONTH)


def _century(bare: str, tokens: list[Token], letters: str, *, bce: bool) -> DateReading | None:
    index = next((i for i, letter in enumerate(letters) if letter in "OR"), None)
    if index is None or not 1 <= tokens[index].number <= 21:
        return None
    number = tokens[index].number
    first = -100 * number if bce else 100 * (number - 1) + 1
    start, width, precision = 0, 100, DatePrecision.CENTURY
    for letter in bare:
        if letter in "12":
            start, width, precision = (0, 50, DatePrecision.RANGE) if letter == "1" else (50, 50, DatePrecision.RANGE)
        elif letter in "3456":
            start, width, precision = 25 * (int(letter) - 3), 25, DatePrecision.RANGE
    return _years(first + start, first + start + width - 1, precision)


def _millennium(unit: Unit, *, bce: bool) -> DateReading | None:
    number = _token(unit, "O" if "O" in unit[0] else "R").number
    if not 1 <= number <= (10 if bce else 2):
        return None
    first = -1000 * number if bce else 1000 * (number - 1) + 1
    return _years(first, first + 999, DatePrecision.MILLENNIUM)


def _hundred_or_ten(number: int, *, bce: bool) -> DateReading | None:
    """The hundred years of "1800s", "1800-talet"; the ten years of "1880s", "1880-talet"."""
    width = 100 if number % 100 == 0 else 10
    precision = DatePrecision.CENTURY if width == 100 else DatePrecision.DECADE
    if bce:
        return _years(-(number + width - 1), -(number or 1), precision)
    return _years(number or 1, number + width - 1, precision)


def _era_years(first: int, last: int, precision: DatePrecision, *, bce: bool) -> DateReading | None:
    return _years(-last, -first, precision) if bce else _years(first, last, precision)


def _years(first: int, last: int, precision: DatePrecision) -> DateReading | None:
    if first == 0 or last == 0:
        return None
    start = CalendarDate(year=first)
    return DateReading(start, start if first == last else CalendarDate(year=last), precision)


def _key(date: CalendarDate) -> tuple[int, int, int]:
    return (date.year, date.month or 0, date.day or 0)
