"""Dates in words of the ten working languages (and simple ones in Polish, Russian, Ukrainian, Arabic, Romanian).

How it reads
1. The string is cut into tokens: numbers, ordinals, Roman numerals, numeric dates, decades ("1880s", "1880-talet") and the
   phrases of `data/dates.json`. A single unknown word makes the whole date unread.
2. Each token becomes one letter; a word with several meanings ("c.": circa, century) gives several spellings of the string.
3. The first spelling that matches a shape below is the reading. Shapes are strict: everything must be accounted for.

Letters: Y year, N three digits, n one or two, O ordinal, R Roman, D numeric date, X decade or hundred, M month; c circa,
b before, a after, t to, o or, w between, & and, B BCE, C CE, K century, Z millennium, y "year", d "decade", s season, S skip,
e early, m mid, l late, 1-2 halves, 3-6 quarters.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from glamflow.transforms.fields.dateunits import DateReading, Token, last_day, read_units
from glamflow.transforms.record import CalendarDate, DatePrecision

MAX_TOKENS = 14
MAX_SPELLINGS = 96

_LETTERS = {
    "circa": "c", "before": "b", "after": "a", "to": "t", "or": "o", "between": "w", "and": "&", "bce": "B", "ce": "C",
    "century": "K", "millennium": "Z", "year": "y", "decade": "d", "early": "e", "mid": "m", "late": "l", "half1": "1",
    "half2": "2", "quarter1": "3", "quarter2": "4", "quarter3": "5", "quarter4": "6", "spring": "s", "summer": "s",
    "autumn": "s", "winter": "s", "skip": "S",
}  # fmt: skip
# fmt: off
_ROMAN_LETTERS = "ivx"
_ROMAN = {
    name: number
    for number, name in enumerate(
        ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi", "xvii",
         "xviii", "xix", "xx", "xxi"),
        start=1,
    )
}
# fmt: on
_Shape = tuple[str, tuple[tuple[int, int], ...]]
_PART = "[emlS]|[1-6]"
_CORE = (
    f"(?:D|nS?MS?Y|OS?MS?Y|MS?[nO]S?Y|YMn|MS?Y|YM|sS?Y|(?:{_PART})*[OR]S?[KZ]|(?:{_PART})*KR|[KS]*(?:{_PART})+[OR]S?K|"
    f"(?:{_PART})*d?X(?:{_PART})*|d(?:Y|X)|Y|N|n)"
)
_UNIT = f"[cSyC]*(?:{_CORE})[cSBCy]*"
_SHAPES = tuple(
    (name, re.compile(shape))
    for name, shape in (
        ("one", f"(?P<a>{_UNIT})"),
        ("between", f"[cSy]*w(?P<a>{_UNIT})[&t](?P<b>{_UNIT})"),
        ("range", f"(?P<a>{_UNIT})t(?P<b>{_UNIT})"),
        ("range", f"[cSy]*(?P<a>(?:{_PART})*[OR])[to&](?P<b>(?:{_PART})*[OR]S?K[cSBC]*)"),
        ("range", "[cSy]*(?P<a>n)t(?P<b>nS?MS?Y)"),
        ("range", "[cSy]*(?P<a>M)t(?P<b>MS?Y)"),
        ("range", f"(?P<a>{_UNIT})o(?P<b>{_UNIT})"),
        ("before", f"[cS]*b(?P<a>{_UNIT})|(?P<z>{_UNIT})b"),
        ("after", f"[cS]*a(?P<a>{_UNIT})|(?P<z>{_UNIT})a"),
    )
)


def _shapes_of(spelling: str) -> Iterator[_Shape]:
    """Every shape that a spelling has, likeliest first, with where the units of the date begin and end in it."""
    for name, shape in _SHAPES:
        if match := shape.fullmatch(spelling):
            groups = match.groupdict()
            which = "a" if groups.get("a") is not None else "z"
            yield name, tuple(match.span(group) for group in (which, "b") if groups.get(group) is not None)


# fmt: off
_USUAL_SPELLINGS = (
    "Y", "cY", "Yc", "bY", "cbY", "aY", "YtY", "cYtY", "Ytn", "cYtn", "YoY", "YtYc", "wY&Y", "wYtY", "YB", "cYB", "YtYB",
    "X", "cX", "XtX", "bX", "D", "DtD", "nMY", "OMY", "MY", "cMY", "MYtMY", "nMtnMY", "nMYtnMY", "OMYtOMY", "bMY", "aMY",
    "OK", "cOK", "bOK", "RK", "cRK", "KR", "eOK", "mOK", "lOK", "1OK", "2OK", "3OK", "4OK", "5OK", "6OK", "eRK", "mRK",
    "lRK", "1RK", "2RK", "OtOK", "OoOK", "OKtOK", "OKB", "OKtOKB", "eX", "lX", "N", "NB", "n", "sY",
)
# fmt: on
_USUAL = {spelling: tuple(_shapes_of(spelling)) for spelling in _USUAL_SPELLINGS}
"""The shapes of what most dates look like, found once when this module is loaded."""


class _Words:
    """The phrases of `data/dates.json`, by first character, longest first."""

    def __init__(self) -> None:
        data = json.loads((files("glamflow.transforms.fields") / "data" / "dates.json").read_text("utf-8"))
        words: dict[str, list[str]] = data["words"]
        self.undated = frozenset(words["unknown"])
        self.meanings: dict[str, Token] = {}
        for category, letter in _LETTERS.items():
            for phrase in words[category]:
                known = self.meanings.get(phrase)
                self.meanings[phrase] = Token((known.letters if known else "") + letter)
        for month, names in data["months"].items():
            for name in names:
                known = self.meanings.get(name)
                self.meanings[name] = Token("M" + (known.letters if known else ""), int(month))
        for name, number in data["ordinals"].items():
            known = self.meanings.get(name)
            self.meanings[name] = Token("O" + (known.letters if known else ""), number)
        self.by_first: dict[str, re.Pattern[str]] = {}
        grouped: dict[str, list[str]] = {}
        for phrase in self.meanings:
            grouped.setdefault(phrase[0], []).append(phrase)
        for first, phrases in grouped.items():
            alternatives = "|".join(
                re.escape(p) + (r"(?![^\W\d_])" if p[-1].isalpha() else "") for p in sorted(phrases, key=len, reverse=True)
            )
            self.by_first[first] = re.compile(alternatives)
        self.alone = {
            phrase: token
            for phrase, token in self.meanings.items()
            if phrase[0] not in _ROMAN_LETTERS
            and not phrase[0].isdigit()
            and self.by_first[phrase[0]].fullmatch(phrase)
            and not any(other.startswith(phrase + " ") for other in grouped[phrase[0]])
        }
        """Words that are nothing else when a space or the end follows: no phrase goes on after them."""
        self.after_years = frozenset("-–‑").union(suffix[0] for suffix in words["decade_suffix"])
        """How it may go on after "1880 " that is no year: "1880 s"."""
        decade = "|".join(re.escape(s) for s in sorted(words["decade_suffix"], key=len, reverse=True))
        ordinal = "|".join(re.escape(s) for s in sorted(words["ordinal_suffix"], key=len, reverse=True))
        self.number = re.compile(
            r"(?P<y>\d{4})(?P<sep>[-./])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})(?![\d])"
            r"|(?P<a>\d{1,2})(?P<sep2>[-./])\s?(?P<b>\d{1,2})(?P=sep2)\s?(?P<c>\d{4})(?!\d)"
            r"|(?P<compact>(?:1[0-9]|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?!\d)"
            r"|(?P<month>0[1-9]|1[0-2])[./](?P<of>\d{4})(?!\d)"
            rf"|(?P<decade>\d{{3,4}})\s?[-–‑]?(?:{decade})(?![^\W\d_])"
            rf"|(?P<ordinal>\d{{1,2}})(?:{ordinal})(?![\w])"
            r"|(?P<shelf>\d{2}(?:\d-|--))\??(?![\d])"
            r"|(?P<number>\d{1,4})(?!\d)"
        )
        self.roman = re.compile(r"(?P<roman>[ivx]{1,5})(?P<suffix>e|è|ème|º)?(?![^\W\d_])")


@cache
def _words() -> _Words:
    return _Words()


def read_words(text: str) -> DateReading | None:
    """The reading of a lower-case string, None if a part of it is not understood."""
    bare = text.strip(" .,;:")
    bracketed = bare.translate(_BRACKETS).strip(" .,;:") if "[" in bare or "(" in bare else bare
    if not _words().undated.isdisjoint((text.strip(), bare, bracketed)):
        return None
    tokens = _tokenise(bracketed)
    if not tokens:
        return None
    likeliest = "".join([token.letters[0] for token in tokens])
    reading = _match(likeliest, tokens)
    if reading is None and len(likeliest) < sum([len(token.letters) for token in tokens]):
        others = itertools.islice(_spellings(tokens), 1, None)
        return next((reading for reading in (_match(spelling, tokens) for spelling in others) if reading), None)
    return reading


_BRACKETS = str.maketrans({"[": " ", "]": " ", "(": " ", ")": " ", "<": " ", ">": " "})


def _spellings(tokens: list[Token]) -> Iterator[str]:
    product = itertools.product(*(token.letters for token in tokens))
    return ("".join(letters) for letters in itertools.islice(product, MAX_SPELLINGS))


def _tokenise(text: str) -> list[Token]:
    words, at, size = _words(), 0, len(text)
    tokens: list[Token] = []
    while at < size:
        if text[at].isspace():
            at += 1
            continue
        end = text.find(" ", at)
        word = text[at:end] if end > 0 else text[at:]
        token = words.alone.get(word)
        if token is None and len(word) == 4 and word.isdecimal() and (end < 0 or text[end + 1] not in words.after_years):
            token = Token("Y", int(word))
        if token is None:
            found = _next_token(words, text, at)
            if found is None:
                return []
            token, end = found
        if len(tokens) == MAX_TOKENS:
            return []
        tokens.append(token)
        at = end if end > 0 else size
    return tokens


def _next_token(words: _Words, text: str, at: int) -> tuple[Token, int] | None:
    if text[at].isdigit():
        match = words.number.match(text, at)
        token = _number(match) if match else None
        # "1. hälfte", "2nd half of": an ordinal that belongs to a phrase
        phrase = _phrase(words, text, at)
        if phrase and match and phrase[1] > match.end():
            return phrase
        return (token, match.end()) if match and token else phrase
    if text[at] in _ROMAN_LETTERS and (roman := words.roman.match(text, at)) and roman["roman"] in _ROMAN:
        phrase = _phrase(words, text, at)
        if phrase is None or phrase[1] <= roman.end():
            letters = "R" + (phrase[0].letters if phrase and phrase[1] == roman.end() else "")
            return Token(letters, _ROMAN[roman["roman"]]), roman.end()
        return phrase
    return _phrase(words, text, at)


def _phrase(words: _Words, text: str, at: int) -> tuple[Token, int] | None:
    pattern = words.by_first.get(text[at])
    match = pattern.match(text, at) if pattern else None
    return (words.meanings[match.group()], match.end()) if match else None


def _number(match: re.Match[str]) -> Token | None:
    """The token of what `_Words.number` matched; the last group that took part tells which of its forms it was."""
    match match.lastgroup:
        case "number":
            digits = match["number"]
            if digits[0] == "0" and len(digits) == 2:
                return Token("n", -int(digits))  # a day or a month, never the end of a shortened range
            return Token("Y" if len(digits) == 4 else "N" if len(digits) == 3 else "n", int(digits))
        case "ordinal":
            return Token("O", int(match["ordinal"]))
        case "decade":
            return Token("X", int(match["decade"])) if int(match["decade"]) % 10 == 0 else None
        case "shelf":
            return Token("X", int(match["shelf"].rstrip("-").ljust(4, "0")))
        case "d":
            return _day_token(int(match["y"]), int(match["m"]), int(match["d"]))
        case "c":
            return _day_or_month_first(int(match["a"]), int(match["b"]), int(match["c"]), dotted=match["sep2"] == ".")
        case "of":
            date = CalendarDate(year=int(match["of"]), month=int(match["month"]))
            return Token("D", date.year, DateReading(date, date, DatePrecision.MONTH)) if date.year else None
        case _:
            digits = match["compact"]
            return _day_token(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


def _day_token(year: int, month: int, day: int) -> Token | None:
    if not 1 <= month <= 12 or year == 0 or not 1 <= day <= last_day(year, month):
        return None
    date = CalendarDate(year=year, month=month, day=day)
    return Token("D", year, DateReading(date, date, DatePrecision.DAY))


def _day_or_month_first(first: int, second: int, year: int, *, dotted: bool) -> Token | None:
    """Dots mean day first; slashes and hyphens may mean either, then only the year is certain."""
    if dotted or first > 12 or first == second:
        return _day_token(year, second, first)
    if second > 12:
        return _day_token(year, first, second)
    if first == 0 or second == 0:
        return None
    date = CalendarDate(year=year)
    return Token("D", year, DateReading(date, date, DatePrecision.YEAR))


def _match(spelling: str, tokens: list[Token]) -> DateReading | None:
    for name, spans in _USUAL.get(spelling) or _shapes_of(spelling):
        units = [(spelling[start:end], tokens[start:end]) for start, end in spans]
        reading = read_units(name, units, circa="c" in spelling)
        if reading:
            return reading
    return None
