"""Measures: "203 x 314 cm", "H. 12,5 cm", "korkeus 9 cm", "5 3/4 × 8 in.", "weight: 2.5 kg" → `Dimension`.

Rules
- A number without a unit is not read; a unit after the last of several numbers counts for all of them.
- Two unlabelled numbers are height × width, three height × width × depth, as museums write them.
- A value that is not read stays verbatim in `as_stated`.
Words: `data/dimensions.json`.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from glamflow.transforms.record import Dimension

MAX_LENGTH = 300

_DECIMAL = r"\d{1,6}(?:[.,]\d{1,4})?"
_NUMBER = rf"{_DECIMAL}(?:\s\d{{1,2}}/\d{{1,2}})?|\d{{1,2}}/\d{{1,2}}"
_TIMES = re.compile(r"\s?[x×*]\s?")
_MEASURED = re.compile(rf"(?P<n>{_NUMBER})\s?(?P<u>\D*)$")
_ORDER = ("height", "width", "depth")
_BRACKET = re.compile(r"\([^()]*\)")


class _Words(NamedTuple):
    kinds: dict[str, str]
    units: dict[str, str]
    series: re.Pattern[str]
    labelled: re.Pattern[str]
    bare: re.Pattern[str]  # one number with its unit
    plain: re.Pattern[str]  # "45 x 60 cm", the commonest of all series


@cache
def _words() -> _Words:
    data = json.loads((files("glamflow.transforms.fields") / "data" / "dimensions.json").read_text("utf-8"))
    kinds = {word: kind for kind, words in data["kinds"].items() for word in words}
    units = {word: unit for unit, words in data["units"].items() for word in words}
    unit = "|".join(re.escape(word) for word in sorted(units, key=len, reverse=True))
    metric = "|".join(re.escape(word) for word in sorted(units, key=len, reverse=True) if "x" not in word)  # no pixels
    label = "|".join(re.escape(word) for word in sorted(kinds, key=len, reverse=True))
    part = rf"(?:{_NUMBER})(?:\s?(?:{unit})(?![^\W\d_]))?"
    return _Words(
        kinds=kinds,
        units=units,
        bare=re.compile(rf"(?:{_NUMBER})\s?(?:{unit})"),
        plain=re.compile(rf"({_DECIMAL})\s?[x×*]\s?({_DECIMAL})(?:\s?[x×*]\s?({_DECIMAL}))?\s?({metric})"),
        series=re.compile(rf"(?P<all>{part}(?:\s?[x×X*]\s?{part}){{1,2}})"),
        labelled=re.compile(
            rf"(?P<label>{label})\s*[.:=]?\s*(?P<value>{_NUMBER})\s?(?P<unit>{unit})(?![^\W\d_])"
            rf"|(?P<value2>{_NUMBER})\s?(?P<unit2>{unit})\s?\(?(?P<label2>{label})(?![^\W\d_])",
        ),
    )


def parse_dimensions(value: str) -> tuple[Dimension, ...]:
    """The measures that `value` states; one unread `Dimension` if there are none."""
    stated = " ".join(value.split())
    if not stated:
        return ()
    text = stated.lower() if len(stated) <= MAX_LENGTH else ""
    words = _words()
    if match := words.plain.fullmatch(text):
        return _plain(words, match, stated)
    if words.bare.fullmatch(text):  # "22 cm", the size of most books: of what it is the size is not said
        return (Dimension(as_stated=stated),)
    whole = words.series.search(text) if "x" in text or "×" in text or "*" in text else None
    if whole and not words.series.search(text, whole.end()):
        found = _series(words, whole["all"], stated)
        if found:
            return found
    labelled = [_labelled(words, match, stated) for match in words.labelled.finditer(_BRACKET.sub(" ", text))]
    kinds = [d.kind for d in labelled]
    if labelled and len(set(kinds)) == len(kinds):
        return tuple(labelled)
    return (Dimension(as_stated=stated[:1000]),)


def measure(kind: str, value: str, unit: str) -> Dimension:
    """A measure that comes in three fields (LIDO)."""
    words = _words()
    kind, value, unit = kind.strip(), value.strip(), unit.strip()
    number = _number(value)
    known = words.units.get(unit.lower().rstrip("."), "")
    name = words.kinds.get(kind.lower().rstrip(" .:"), "other")
    stated = f"{kind} {value} {unit}" if kind and value and unit else " ".join(filter(None, (kind, value, unit)))
    return Dimension(kind=name, value=number if known else None, unit=known if number is not None else "", as_stated=stated)


def _plain(words: _Words, match: re.Match[str], stated: str) -> tuple[Dimension, ...]:
    *numbers, unit = match.groups()
    return tuple(
        [
            Dimension(kind=kind, value=float(number.replace(",", ".")), unit=words.units[unit], as_stated=stated)
            for kind, number in zip(_ORDER, numbers, strict=True)
            if number
        ]
    )


def _series(words: _Words, text: str, stated: str) -> tuple[Dimension, ...]:
    numbers, units = [], []
    for part in _TIMES.split(text):
        match = _MEASURED.match(part)
        number = _number(match["n"]) if match else None
        if match is None or number is None:
            return ()
        numbers.append(number)
        units.append(words.units.get(match["u"].strip(), ""))
    if not units[-1]:
        return ()
    return tuple(
        Dimension(kind=kind, value=number, unit=unit or units[-1], as_stated=stated)
        for kind, number, unit in zip(_ORDER, numbers, units, strict=False)
    )


def _labelled(words: _Words, match: re.Match[str], stated: str) -> Dimension:
    first = match["label"] is not None
    label, value, unit = (match[g if first else f"{g}2"] for g in ("label", "value", "unit"))
    return Dimension(kind=words.kinds[label], value=_number(value), unit=words.units[unit], as_stated=stated)


def _number(text: str) -> float | None:
    if len(text) < 10 and text.isdecimal():  # as most do that have a field of their own
        return float(text)
    total = 0.0
    try:
        for part in text.replace(",", ".").split():
            top, slash, bottom = part.partition("/")
            total += float(top) / float(bottom) if slash else float(part)
    except (ValueError, ZeroDivisionError):
        return None
    return total if total < 1e9 else None
