"""Whole words and phrases in free text, for tables of phrases in several languages.

Never by substring: "not public domain" holds no "public domain", "Wappenstein" no "Wappen".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_HYPHENS = re.compile("[-‐‑‒–—_/]+")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'"})
_SENTENCE_END = re.compile(r"[.;:!?,()\n|]+(?=\s|$)|[;!?()|]+")


def fold(text: str) -> str:
    """Lower-case NFC text with hyphens as spaces, plain apostrophes and single spaces."""
    folded = unicodedata.normalize("NFC", text.casefold().translate(_QUOTES))
    return " ".join(_HYPHENS.sub(" ", folded).split())


def bare(text: str) -> str:
    """As `fold`, without punctuation except apostrophes, plus signs and the points of versions."""
    return " ".join(re.sub(r"(?<!\d)\.|\.(?!\d)|[^\w\s.'+]", " ", fold(text)).split())


def clauses(text: str) -> tuple[str, ...]:
    """The text cut at punctuation, each part bare."""
    return tuple(part for part in (bare(piece) for piece in _SENTENCE_END.split(text)) if part)


@lru_cache(maxsize=256)
def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    # longest first, so that "glass plate negative" is not read as "plate"
    ordered = sorted({bare(p) for p in phrases}, key=lambda p: (-len(p), p))
    return re.compile(r"(?<![\w'])(?:" + "|".join(re.escape(p) for p in ordered) + r")(?![\w])")


def find_phrase(text: str, phrases: Iterable[str], *, negators: frozenset[str] = frozenset()) -> str:
    """The first phrase that stands in the text as whole words with no negator among the three words before it, else ""."""
    pattern = _pattern(tuple(phrases))
    for clause in clauses(text):
        for match in pattern.finditer(clause):
            if not negators & set(clause[: match.start()].split()[-3:]):
                return match[0]
    return ""
