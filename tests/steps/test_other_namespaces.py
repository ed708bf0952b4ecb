"""A wiki that calls its namespaces in its own language: "Datei:" and "Kategorie:" are "File:" and "Category:" to us."""

from __future__ import annotations

import json
from typing import Any

import pytest
from crash_world import PARTNER
from small_world import SmallWorld

from glamflow.wiki.pages import bare_title
from glamflow.wiki.session import WikiSession

LOCAL = {"File": "Datei", "Category": "Kategorie", "Template": "Vorlage"}
PERSON = "Volunteer"


@pytest.fixture
def german(small: SmallWorld, monkeypatch: pytest.MonkeyPatch) -> SmallWorld:
    """The wiki's answers as a German one would give them: local names, and asked titles "normalized" to them."""
    ask = WikiSession.read

    def read(self: WikiSession, params: Any) -> dict[str, Any]:
        text = json.dumps(ask(self, params))
        for name, local in LOCAL.items():
            text = text.replace(f'"title": "{name}:', f'"title": "{local}:').replace(f"#REDIRECT [[{name}:", f"#REDIRECT [[{local}:")
        answer: dict[str, Any] = json.loads(text)
        asked = [title for title in str(params.get("titles", "")).split("|") if title.partition(":")[0] in LOCAL]
        if asked and "query" in answer:
            renamed = [{"from": title, "to": f"{LOCAL[title.partition(':')[0]]}:{title.partition(':')[2]}"} for title in asked]
            known = {entry["from"]: entry["to"] for entry in answer["query"].get("normalized", [])}
            answer["query"]["normalized"] = [entry for entry in renamed if entry["from"] not in known]
        return answer

    monkeypatch.setattr(WikiSession, "read", read)
    return small


def test_titles_in_ledger_and_store_are_without_the_local_name(german: SmallWorld) -> None:
    assert german.publish().counts == {"done": 3, "verified": 3}
    with german.wiki.seeding() as seed:
        seed.move(f"File:{german.pub(0).title}", "File:A better name.jpg", user=PERSON)
        seed.edit(f"File:{german.pub(1).title}", append="\n[[Category:Found by a person]]", user=PERSON)
    titles = {german.pub(number).title for number in range(3)}
    assert not [title for title in titles if ":" in title.partition(" ")[0]]
    german.observe("sync/1")
    assert german.pub(0).title == "A better name.jpg"
    assert german.kinds() & {"RENAMED", "EDITED", "CATEGORISED"} >= {"RENAMED"}
    assert len(german.posts()) == len(german.intents())
    assert german.journal.unsettled(PARTNER) == []


def test_a_moved_page_is_followed_through_its_redirect(german: SmallWorld) -> None:
    german.publish()
    old = german.pub(0).title
    with german.wiki.seeding() as seed:
        seed.move(f"File:{old}", "File:A better name.jpg", user=PERSON)
    assert german.commons.pages([old])[old].redirect_to == "A better name.jpg"
    assert german.commons.heads([german.pub(0).page_id or 0])[german.pub(0).page_id or 0].title == "A better name.jpg"


@pytest.mark.parametrize(
    ("entry", "title"),
    [
        ({"ns": 6, "title": "Datei:A: B.jpg"}, "A: B.jpg"),
        ({"ns": 14, "title": "Catégorie:Cartes"}, "Cartes"),
        ({"ns": 10, "title": "قالب:Information"}, "Information"),
        ({"ns": 0, "title": "Alien: Covenant"}, "Alien: Covenant"),
        ({"ns": 2, "title": "User:X/box"}, "User:X/box"),
        ({}, ""),
    ],
)
def test_the_number_of_the_namespace_tells_what_is_left_out(entry: dict[str, Any], title: str) -> None:
    assert bare_title(entry) == title
