"""The closed words of LIDO feeds: event types, note types, representations (`data/lido.json`); and how concepts are read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache, partial
from importlib.resources import files

from glamflow.transforms.formats.parts import Part, plan

LIDO = "http://www.lido-schema.org"
shape = partial(plan, namespaces=(LIDO,))
"""What is read of a LIDO element."""
CONCEPT = shape(bare="conceptID", lines="term", typed={"Concept": shape(lines="prefLabel")})
WORDS = shape(bare="conceptID term", typed={"Concept": shape(bare="prefLabel")})
"""A concept that only tells what its words say."""


@cache
def _table() -> dict[str, frozenset[str]]:
    data = json.loads((files("glamflow.transforms.formats") / "data" / "lido.json").read_text("utf-8"))
    events = {f"event.{kind}": frozenset(words) for kind, words in data.pop("events").items()}
    return {name: frozenset(words) for name, words in data.items()} | events


def is_word(table: str, word: str) -> bool:
    """Whether `word` (whole, in any case) belongs to a table."""
    return word != "" and word.strip().lower().rstrip(":.") in _table()[table]


def first_table(tables: tuple[str, ...], word: str) -> str:
    """The first of these tables that a word belongs to, as `is_word` tells it, "" if it belongs to none."""
    return _tables(tables).get(word.strip().lower().rstrip(":."), "") if word else ""


@cache
def _tables(names: tuple[str, ...]) -> dict[str, str]:
    return {word: name for name in reversed(names) for word in _table()[name]}


def words_of(concepts: Iterable[Part]) -> list[str]:
    """Everything that names some concepts: ids, terms, and the address and labels of a SKOS concept (LIDO 1.1)."""
    words: list[str] = []
    for concept in concepts:
        words += concept.bare.get("conceptID", ())
        words += concept.bare.get("term", ())
        for skos in concept.parts.get("Concept", ()):
            words += [word for word in (skos.attributes.get("about"), *skos.bare.get("prefLabel", ())) if word]
    return words


def labels_of(terms: Iterable[Part], language: str) -> list[tuple[str, str]]:
    """(label, language) pairs; what is marked `addedSearchTerm` is a broader word."""
    return [
        (term.text, term.language or language)
        for term in terms
        if term.text and term.attributes.get("addedSearchTerm") != "yes"
    ]


def first_address(numbers: Iterable[str]) -> str:
    """The first web address, "" if there is none."""
    for number in numbers:
        if number.startswith("http"):
            return number
    return ""


def event_kind(words: list[str]) -> str:
    """One of "made", "published", "collected", "found", "inside" (never published), or "" for an event that is not known."""
    kinds = _event_kinds()
    for word in words:
        if kind := kinds.get(word.strip().lower().rstrip(":.")):
            return kind
    return ""


@cache
def _event_kinds() -> dict[str, str]:
    """Where a word stands for several kinds, the first one counts."""
    kinds: dict[str, str] = {}
    for kind in ("made", "published", "collected", "found", "inside"):
        for word in _table()[f"event.{kind}"]:
            kinds.setdefault(word, kind)
    return kinds
