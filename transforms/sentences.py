"""Reason codes in people's words: what, why, what you can do, and who acts, in at most 30 words.

One catalogue per language in `catalogue/<language>.json`; English is the reference, a test holds all of them complete.
"""

from __future__ import annotations

import functools
import json
from importlib import resources

from glamflow.transforms.outcome import Reason
from glamflow.transforms.record import Model

LANGUAGES = ("en", "sv", "fr", "ar")


class Sentence(Model, frozen=True, kw_only=True):
    """`who` acts: partner, operator, or nobody."""

    what: str
    why: str
    do: str
    who: str

    def __str__(self) -> str:
        return f"{self.what} {self.why} {self.do}"


def explain(reason: Reason | str, language: str = "en") -> Sentence:
    """The sentence of a reason; English where the language has no catalogue, the code itself where it is unknown."""
    code = str(reason)
    sentence = _catalogue(language if language in LANGUAGES else "en").get(code)
    return sentence or Sentence(what=code, why="", do="", who="operator")


@functools.cache
def _catalogue(language: str) -> dict[str, Sentence]:
    path = resources.files("glamflow.transforms") / "catalogue" / f"{language}.json"
    data = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    english = _catalogue("en") if language != "en" else {}
    return english | {code: Sentence(**row) for code, row in data.items()}
