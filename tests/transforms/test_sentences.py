"""The sentence catalogues: complete in four languages, short, and free of the words of the machine room."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from importlib import resources

import pytest

from glamflow.transforms.outcome import Reason
from glamflow.transforms.sentences import LANGUAGES, explain

CODE_WORDS = re.compile(
    r"[A-Z]{2,}_[A-Z]|\b(?:batch|lane|digest|ledger|sha-?1|m-?id|payload|plan|record key|enum|NULL|hash|OAI|XML|JSON|API|HTTP)\b",
    re.IGNORECASE,
)
"""No word of these in any language ("batch" and the like would be foreign words in the others)."""


def catalogue(language: str) -> dict[str, dict[str, str]]:
    path = resources.files("glamflow.transforms") / "catalogue" / f"{language}.json"
    rows: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return rows


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_its_sentences_and_no_other_code_has_any(language: str) -> None:
    rows = catalogue(language)
    assert set(rows) == {str(reason) for reason in Reason}
    assert all(set(row) == {"what", "why", "do", "who"} for row in rows.values())
    assert all(text.strip() == text and text for row in rows.values() for text in row.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_why_and_what_to_do_take_at_most_thirty_words(language: str) -> None:
    long = {code: str(explain(code, language)) for code in catalogue(language) if len(str(explain(code, language)).split()) > 30}
    assert long == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_speaks_in_code_words(language: str) -> None:
    rows = catalogue(language)
    found = {code: hit[0] for code, row in rows.items() for key in ("what", "why", "do") if (hit := CODE_WORDS.search(row[key]))}
    assert found == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_acts_is_the_same_in_every_language(language: str) -> None:
    english, rows = catalogue("en"), catalogue(language)
    assert {code: row["who"] for code, row in rows.items()} == {code: row["who"] for code, row in english.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_english_action_is_one_action_in_every_language(language: str) -> None:
    """Reports group by what can be done: a group must not fall apart by translation."""
    groups: dict[str, set[str]] = defaultdict(set)
    for code, row in catalogue("en").items():
        groups[row["do"]].add(catalogue(language)[code]["do"])
    assert {do: told for do, told in groups.items() if len(told) > 1} == {}


@pytest.mark.parametrize(("language", "letters"), [("ar", r"[\u0600-\u06ff]"), ("sv", r"[a-zåäö]"), ("fr", r"[a-zàâéèêîôûç]")])
def test_sentences_are_written_in_their_language(language: str, letters: str) -> None:
    english = catalogue("en")
    for code, row in catalogue(language).items():
        for key in ("what", "why", "do"):
            assert re.search(letters, row[key]), (code, key)
            assert row[key] != english[code][key], (code, key)


def test_an_unknown_language_reads_english_and_an_unknown_code_reads_itself() -> None:
    assert explain(Reason.TITLE_MISSING, "nb") == explain(Reason.TITLE_MISSING, "en")
    assert explain("NEVER_HEARD_OF", "sv").what == "NEVER_HEARD_OF"
