"""Names of makers as partners write them → `Agent`: natural order, life dates, attribution, anonymous makers.

Rules
- "Halonen, Pekka" becomes "Pekka Halonen"; names of bodies and names with more than one comma part stay as they stand.
- Life dates are taken out of "(1821–1887)", "1821-1887", "b. 1821", "död 1887"; a doubtful year ("ca. 1821", "1821?") is not
  taken as a fact but kept in `active`, marked circa, and so are "active", "fl.", "verksam" dates.
- "Workshop of X", "X, workshop of", "X (Werkstatt)", "after X" and their like in ten languages set `attribution`.
- "Unknown", "okänd fotograf", "s.n." is an anonymous maker (`AgentKind.ANONYMOUS`); "n/a" or "-" is no statement at all: None.
- Nothing is guessed: an unclear form leaves the name as it stands. `as_stated` always keeps the partner's words.
- Life dates count only for one single name: not in "Anna Lind (1821–1887) & Bo Ek", "son of Anna Lind (1821–1887)", "formerly
  attributed to Anna Lind (1821–1887)". Such a text stays whole.
Words: `data/names.json`.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from glamflow.transforms.fields.languages import parse_language
from glamflow.transforms.fields.lifedates import LifeDates, take_life_dates
from glamflow.transforms.fields.text import clean_line, is_clean
from glamflow.transforms.record import Agent, AgentKind, Attribution, Role

MAX_NAME = 300
"""Characters; longer values are texts about makers and stay as they stand."""

_SUFFIXES = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "iv", "d.ä.", "d.y.", "d. ä.", "d. y.", "den äldre", "den yngre",
                       "der ältere", "der jüngere", "d.j.", "the elder", "the younger", "the elder.", "père", "fils", "the third"})  # fmt: skip
_TRAILER = re.compile(r"\s*[\[(](?P<inner>[^()\[\]]{1,60})[\])]\s*$")
_LEADS = re.compile(r"[\s].*|[':]$")
_COMMENT = re.compile(r"\s*[\[(][^()\[\]]*[\])][\s.]*$")
_BRACKETS = re.compile(r"[()\[\]]")
_LETTER = re.compile(r"[^\W_]")
_CLOSING = (")", "]")
_BRACKETS_TO_COMMAS = str.maketrans("()[]", ",,,,")
_EDGE = " ,;:"
_NO_DATES = LifeDates()
_JOINING = ("and", "och", "und", "og", "et", "with", "med", "mit", "avec", "by")
_SEVERAL = re.compile(rf";|\s[^\s:]+:|\s[&+/]\s|\s(?:{'|'.join(_JOINING)})\s+(?=[A-ZÀ-ÞА-Я])|\bby\b")
_RELATIVES = (
    "son", "daughter", "wife", "widow", "family", "heir", "heirs", "children", "brother", "sister", "father", "mother", "pupil", "student",
    "assistant", "assistants", "imitator", "imitators", "forger", "forgers", "forgery", "descendant", "descendants", "estate",
)  # fmt: skip
_DENIALS = (
    "formerly", "previously", "falsely", "wrongly", "not", "tidigare", "felaktigt", "ehemals", "früher", "anciennement", "autrefois", "faux",
    "fälschung",
)  # fmt: skip
_NOT_THE_PERSON = re.compile(rf"^(?:(?:{'|'.join(_RELATIVES)})\s+of|{'|'.join(_DENIALS)})\b", re.IGNORECASE)
_SIGN = re.compile(r"[^\w ,.–-]")
"""Divides, doubts or attributes; what else stands between words does not."""


class _Words(NamedTuple):
    before: dict[str, tuple[tuple[str, Attribution], ...]]  # by first character, longest first
    openings: dict[str, tuple[str, ...]]  # the same phrases, for one look
    whole: dict[str, Attribution]
    anonymous: frozenset[str]
    no_name: frozenset[str]
    corporate: frozenset[str]
    corporate_phrases: tuple[str, ...]
    corporate_heads: frozenset[str]  # the first words of the phrases
    telling: frozenset[str]  # words that may tell a body: all other names are none
    nationality: frozenset[str]
    beside_names: frozenset[str]  # every word that begins a phrase with a meaning of its own


@cache
def _words() -> _Words:
    data = json.loads((files("glamflow.transforms.fields") / "data" / "names.json").read_text("utf-8"))
    whole = {phrase: Attribution(kind) for kind, phrases in data["attribution"].items() for phrase in phrases}
    leading = [(p, kind) for p, kind in whole.items() if _LEADS.search(p) or p in data["leading"]]
    leading.sort(key=lambda item: -len(item[0]))
    before = {first: tuple(p for p in leading if p[0][0] == first) for first in {phrase[0] for phrase, _ in leading}}
    corporate = frozenset(word for word in data["corporate"] if " " not in word)
    heads = frozenset(phrase.split()[0] for phrase in data["corporate"] if " " in phrase)
    phrases = (*whole, *data["anonymous"], *data["no_name"], *data["corporate"], *_SUFFIXES, *_JOINING, *_RELATIVES, *_DENIALS)
    return _Words(
        before=before,
        openings={first: tuple(phrase for phrase, _ in phrases) for first, phrases in before.items()},
        whole=whole,
        anonymous=frozenset(data["anonymous"]),
        no_name=frozenset(data["no_name"]),
        corporate=corporate,
        corporate_phrases=tuple(f" {phrase} " for phrase in data["corporate"] if " " in phrase),
        corporate_heads=heads,
        telling=corporate | heads,
        nationality=frozenset(data["nationality"]),
        beside_names=frozenset(words[0] for phrase in phrases if (words := _divided(phrase))),
    )


def _divided(lower: str) -> list[str]:
    """The words of a text in lower case, without what may stand between and around them."""
    return lower.replace(",", " ").replace(".", " ").replace("-", " ").replace("–", " ").split()


def _is_only_a_name(lower: str, words: _Words) -> bool:
    """Whether no word and no sign means anything beside the name; it then attributes nothing and names neither a body nor several.

    True for most names, and much cheaper than to look for each of these in turn.
    """
    return words.beside_names.isdisjoint(_divided(lower)) and not _SIGN.search(lower)


def parse_agent(
    value: str, *, role: Role = Role.CREATOR, kind: AgentKind = AgentKind.UNKNOWN, language: str | None = None
) -> Agent | None:
    """The agent that `value` names, None if it names nobody."""
    stated = value if is_clean(value) else _one_line(value)
    words = _words()
    lower = stated.lower()
    if not stated or lower in words.no_name or not (stated[0].isalnum() or _LETTER.search(stated)):
        return None
    if len(stated) > MAX_NAME:
        return Agent(name=stated[:MAX_NAME], role=role, kind=kind, language=language, as_stated=stated[:1000])
    plain = _is_only_a_name(lower, words)
    attribution, rest = (Attribution.BY, stated) if plain else _take_attribution(stated)
    dates, rest = (_NO_DATES, rest) if kind is AgentKind.CORPORATE else take_life_dates(rest)
    if plain and rest is stated:  # a name without dates, as most are: nothing else is to be asked
        name, shown = _natural_order(stated.strip(_EDGE), kind, plain=True)
        known = shown if kind is AgentKind.UNKNOWN else kind
        return Agent(name=name, role=role, kind=known, language=language, as_stated=stated) if name else None
    if dates.birth and not plain and _is_corporate(rest):
        dates = _NO_DATES  # "British School, 1800–1899": the years of a body or a school are no life
    if (dates.birth or dates.death) and _not_their_own(rest, plain=plain):
        shown = AgentKind.CORPORATE if _is_corporate(stated) else AgentKind.UNKNOWN
        return _agent(stated, role, attribution, kind, _NO_DATES, language=language, stated=stated, shown=shown)
    if attribution is Attribution.BY and rest != stated and not plain:
        attribution, rest = _take_attribution(rest)
    bare = rest.strip(_EDGE)
    if not plain and (bare.lower() in words.anonymous or bare.lower().strip(" .[]()") in words.anonymous):
        return Agent(name=bare.strip("[]() "), role=role, kind=AgentKind.ANONYMOUS, language=language, as_stated=stated)
    name, shown = _natural_order(bare, kind, plain=plain)
    if not name:
        return None
    return _agent(name, role, attribution, kind, dates, language=language, stated=stated, shown=shown)


def _one_line(value: str) -> str:
    """A second line is a nationality or life dates: "Georges Seurat\\nFrench, 1859-1891"."""
    bare = value.strip()
    return clean_line(bare.replace("\n", ", ") if "\n" in bare else value).value


def _not_their_own(name: str, *, plain: bool) -> bool:
    """Whether `name`, from which life dates were taken, is more than one person, or somebody else than the dated one."""
    others = take_life_dates(name)[0]
    if others.birth or others.death:
        return True
    return not plain and bool(_SEVERAL.search(name.strip(_EDGE)) or _NOT_THE_PERSON.match(name))


def _is_corporate(name: str) -> bool:
    """Whether a word of the name says that it is a body ("Museum", "Oy", "& Co")."""
    words = _words()
    lower = name.lower()
    # as the division at spaces, commas and brackets, without a regular expression
    parts = lower.replace(",", " ").replace("(", " ").replace(")", " ").split()
    if "." not in lower and words.telling.isdisjoint(parts):
        return False
    if not words.corporate.isdisjoint(parts):
        return True
    if "." in lower and any(part.rstrip(".") in words.corporate for part in parts):
        return True
    if words.corporate_heads.isdisjoint(parts):
        return False
    spaced = f" {' '.join(parts)} "
    return any(phrase in spaced for phrase in words.corporate_phrases)


def attribution_of(word: str) -> Attribution | None:
    """What a word such as "workshop of" or "after" says of a maker, None if it says nothing of the kind."""
    attribution = _words().whole.get(word.strip().lower().rstrip("."))
    return attribution if attribution is not Attribution.BY else None


def _agent(
    name: str, role: Role, attribution: Attribution, kind: AgentKind, dates: LifeDates, *, language: str | None, stated: str,
    shown: AgentKind,
) -> Agent:  # fmt: skip
    """The agent; what its name shows, then that it has life dates, tells the kind where nothing else did."""
    if kind is AgentKind.UNKNOWN:
        kind = AgentKind.PERSON if shown is AgentKind.UNKNOWN and (dates.birth or dates.death) else shown
    return Agent(
        name=name, role=role, attribution=attribution, kind=kind, language=language, birth=dates.birth, death=dates.death,
        active=dates.active, as_stated=stated,
    )  # fmt: skip


def _take_attribution(value: str) -> tuple[Attribution, str]:
    words = _words()
    found = _leading(value)
    if found[0] is not Attribution.BY or found[1] != value:
        return found
    brackets = _BRACKETS.search(value) is not None
    if not brackets and "," not in value:
        return found
    if brackets and value.rstrip()[-1:] in _CLOSING and (match := _TRAILER.search(value)):
        inner = match["inner"].strip().lower().rstrip("?").strip()
        if words.whole.get(inner, Attribution.BY) is not Attribution.BY:
            return words.whole[inner], value[: match.start()]
    head, _, tail = value.rpartition(",")
    whole = words.whole.get(tail.strip().lower(), Attribution.BY) if head else Attribution.BY
    if whole is not Attribution.BY and head.strip():
        return whole, head
    # "Unknown, after Raphael", "Anonymous (workshop of Anna Lind)"
    head, _, tail = (value.rstrip(")] ").translate(_BRACKETS_TO_COMMAS) if brackets else value).partition(",")
    if head.strip().lower() in words.anonymous and tail.strip():
        found = _leading(tail.strip())
        if found[0] is not Attribution.BY:
            return found
    return Attribution.BY, value


def _leading(value: str) -> tuple[Attribution, str]:
    words, lower = _words(), value.lower()
    first = lower[:1]
    if not lower.startswith(words.openings.get(first, ())):
        return Attribution.BY, value
    for phrase, attribution in words.before[first]:
        if lower.startswith(phrase) and len(value) > len(phrase) + 1:
            follows = value[len(phrase)]
            if phrase[-1] in "':" or follows == " " or (follows == ":" and len(phrase) > 3):
                rest = value[len(phrase) :].strip(" :")
                # "School of Architecture, University of …" is a body, not somebody's school
                if attribution is Attribution.SCHOOL_OF and _is_corporate(rest):
                    return Attribution.BY, value
                return attribution, rest
    return Attribution.BY, value


def _natural_order(value: str, kind: AgentKind, *, plain: bool) -> tuple[str, AgentKind]:
    """The name in natural order, and what its form or words show of its kind."""
    if kind in (AgentKind.CORPORATE, AgentKind.ANONYMOUS) or ("," not in value and kind is not AgentKind.UNKNOWN):
        return value, AgentKind.UNKNOWN
    if not plain and _is_corporate(value):
        return value, AgentKind.CORPORATE
    if "," not in value:
        return value, AgentKind.UNKNOWN
    family, _, given = value.partition(", ")
    # "Lind, Anna": two words of a plain name can be nothing else
    if plain and family.isalnum() and given.isalpha():
        return f"{given} {family}", AgentKind.PERSON
    parts = [part.strip() for part in value.split(",")]
    suffix = ""
    if len(parts) == 3 and parts[2].lower() in _SUFFIXES:
        suffix = " " + parts.pop()
    elif len(parts) == 2 and parts[1].lower() in _SUFFIXES:
        return value, AgentKind.PERSON
    # "John Doe, American" is in natural order; "Titov, German" is not: only a head of several words can be the whole name
    if len(parts) == 2 and " " in parts[0] and _is_nationality(parts[1]):
        return parts[0], AgentKind.PERSON
    if len(parts) != 2 or not all(parts) or len(parts[1].split()) > 5 or not parts[1][0].isalpha():
        return value, AgentKind.UNKNOWN
    given = _COMMENT.sub("", parts[1]) if "(" in parts[1] or "[" in parts[1] else parts[1]
    # "Sriprasert, Revadee.": the full stop of a catalogue card; "Ruiz, A." keeps that of the initial
    if given.endswith(".") and len(given.split()[-1]) > 3 and "." not in given[:-1]:
        given = given[:-1]
    return f"{given} {parts[0]}{suffix}", AgentKind.PERSON


def _is_nationality(word: str) -> bool:
    """Names of languages are adjectives of peoples in most of the working languages."""
    return word.lower() in _words().nationality or (len(word) > 4 and parse_language(word) is not None)
