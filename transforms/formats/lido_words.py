"""The closed words of LIDO feeds: event types, note types, representations (`data/lido.json`)."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from glamflow.transforms.formats import xml


@cache
def _table() -> dict[str, frozenset[str]]:
    data = json.loads((files("glamflow.transforms.formats") / "data" / "lido.json").read_text("utf-8"))
    events = {f"event.{kind}": frozenset(words) for kind, words in data.pop("events").items()}
    return {name: frozenset(words) for name, words in data.items()} | events


def is_word(table: str, word: str) -> bool:
    """Whether `word` (whole, in any case) belongs to a table."""
    return word != "" and word.strip().lower().rstrip(":.") in _table()[table]


def concept_words(element: xml.Element) -> list[str]:
    """Everything that names a concept: ids, terms, and the address and labels of a SKOS concept (LIDO 1.1)."""
    parts = xml.grouped(element)
    words = [*xml.texts_of(parts.get("conceptID", ())), *xml.texts_of(parts.get("term", ()))]
    for concept in parts.get("Concept", ()):
        words += [xml.attribute(concept, "about"), *xml.texts(concept, "prefLabel")]
    return [word for word in words if word]


def event_kind(words: list[str]) -> str:
    """One of "made", "published", "collected", "found", "inside" (never published), or "" for an event that is not known."""
    for word in words:
        for kind in ("made", "published", "collected", "found", "inside"):
            if is_word(f"event.{kind}", word):
                return kind
    return ""
