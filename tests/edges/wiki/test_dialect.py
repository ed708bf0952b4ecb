"""A Wikibase with other numbers than Wikidata's, or with less in it: ids out and back, and what it has no place for."""

from __future__ import annotations

from typing import Any

from wiki_session import claim, item, snak

from glamflow.wiki.dialect import Dialect

NAMES = {"P170": "P12", "P180": "P7", "P518": "P9", "P813": "P3"}
SAID = item("P180", "Q146", id="M1$A", qualifiers={"P518": [snak("P518", "part", "string")]}, references=[
    {"snaks": {"P813": [snak("P813", {"time": "+2026-01-01T00:00:00Z"}, "time")]}, "snaks-order": ["P813"]}
])  # fmt: skip


def test_ids_go_out_in_the_wikis_names_and_come_back_in_ours() -> None:
    dialect = Dialect(property_ids=NAMES, item_ids={"Q146": "Q5"})
    (sent,), left = dialect.out([SAID])
    assert left == []
    assert sent["mainsnak"]["property"] == "P7"
    assert sent["mainsnak"]["datavalue"]["value"] == {"entity-type": "item", "id": "Q5", "numeric-id": 5}
    assert (list(sent["qualifiers"]), sent["qualifiers"]["P9"][0]["property"], list(sent["references"][0]["snaks"])) == (["P9"], "P9", ["P3"])
    back = dialect.back({"P7": [sent]})
    assert back["P180"][0] == {**SAID, "qualifiers-order": ["P518"]}


def test_where_the_connection_names_properties_an_unnamed_one_is_not_there() -> None:
    other = claim("P217", "A 1", id="M1$B")
    sent, left = Dialect(property_ids=NAMES).out([SAID, other])
    assert ([one["id"] for one in sent], [one["id"] for one in left]) == (["M1$A"], ["M1$B"])


def test_what_the_wiki_turned_out_to_lack_is_left_out_with_its_qualifiers_and_references() -> None:
    asked: list[list[str]] = []

    def ask(ids: list[str]) -> dict[str, str]:
        asked.append(ids)
        return {"P180": "wikibase-item", "Q146": "item", "P518": "wikibase-item", "P813": "", "P217": "quantity", "P195": "wikibase-item", "Q9": ""}

    dialect, number, lost = Dialect(lenient=True), claim("P217", "A 1", id="M1$B"), item("P195", "Q9", id="M1$C")
    assert dialect.out([SAID, number, lost])[1] == []
    assert dialect.learn([SAID, number, lost], ask)
    assert not dialect.learn([SAID, number, lost], ask)
    (sent,), left = dialect.out([SAID, number, lost])
    assert [one["id"] for one in left] == ["M1$B", "M1$C"], "another type of value, and an item that is not there"
    assert (sent["qualifiers"], sent["references"]) == ({}, []), "a qualifier of another type and an unknown property of a reference"
    assert len(asked) == 1


def test_a_removal_goes_out_as_it_is() -> None:
    gone: dict[str, Any] = {"id": "M1$A", "remove": ""}
    assert Dialect(property_ids=NAMES).out([gone]) == ([gone], [])


def test_on_wikidatas_own_ids_nothing_is_touched() -> None:
    assert Dialect().out([SAID]) == ([SAID], [])
    assert Dialect().back({"P180": [SAID]}) == {"P180": [SAID]}
