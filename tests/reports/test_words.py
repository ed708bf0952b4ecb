"""The report's words: four complete catalogues, and a schema that follows the types."""

from __future__ import annotations

import datetime as dt
import json
import re
from importlib import resources
from typing import Any

import pytest

from glamflow.reports.schema import PATH, text
from glamflow.reports.words import Words
from glamflow.transforms.sentences import LANGUAGES

FOLDER = resources.files("glamflow.reports")


def catalogue(language: str) -> dict[str, Any]:
    words: dict[str, Any] = json.loads((FOLDER / "words" / f"{language}.json").read_text(encoding="utf-8"))
    return words


def leaves(value: object) -> list[str]:
    if isinstance(value, dict):
        return [leaf for part in value.values() for leaf in leaves(part)]
    return [leaf for part in value for leaf in leaves(part)] if isinstance(value, list) else [str(value)]


def slots(value: object) -> set[str]:
    return {name for leaf in leaves(value) for name in re.findall(r"{(\w+)}", leaf)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_words_with_the_same_slots(language: str) -> None:
    english, words = catalogue("en"), catalogue(language)
    assert list(words) == list(english)
    groups = ("fields", "statements", "changes", "choices", "who", "csv", "community_csv")
    assert all(set(words[group]) == set(english[group]) for group in groups)
    assert {key: slots(value) for key, value in words.items()} == {key: slots(value) for key, value in english.items()}
    assert len(words["months"]) == 12


def test_no_word_is_kept_that_nothing_says() -> None:
    sources = [path for folder in ("templates", "") for path in (FOLDER / folder).iterdir() if path.name.endswith((".html", ".py"))]
    steps = [path for path in resources.files("glamflow.steps").iterdir() if path.name.startswith("report")]
    said = "".join(path.read_text(encoding="utf-8") for path in (*sources, *steps))
    assert [key for key in catalogue("en") if f'"{key}"' not in said and f"'{key}'" not in said] == []


@pytest.mark.parametrize(
    ("language", "first", "other"),
    [("en", "1 January 2027", "25 November 2026"), ("sv", "1 januari 2027", "25 november 2026"),
     ("fr", "1er janvier 2027", "25 novembre 2026"), ("ar", "1 يناير 2027", "25 نوفمبر 2026"), ("nb", "1 January 2027", "25 November 2026")],
)  # fmt: skip
def test_dates_are_long_in_the_reader_s_language(language: str, first: str, other: str) -> None:
    words = Words(language)
    assert words.date(dt.date(2027, 1, 1)) == first
    assert words.date(dt.date(2026, 11, 25)) == other


def test_moments_name_their_zone() -> None:
    assert Words("sv").moment(dt.datetime(2026, 11, 25, 1, 5, tzinfo=dt.UTC)) == "25 november 2026 kl. 01:05 UTC"


def test_the_schema_follows_the_types() -> None:
    assert PATH.read_text(encoding="utf-8") == text(), "run python -m glamflow.reports.schema"
