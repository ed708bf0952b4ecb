"""An image is proposed only for the one item that is surely the object, and written only under an approved task."""

from __future__ import annotations

import datetime as dt

import pytest

from glamflow.transforms.policy import WikidataPolicy
from glamflow.transforms.record import Identifier, IdentifierKind, MediaId, MediaRef, MediaRole, Record, RecordKey
from glamflow.transforms.wikibase import values
from glamflow.transforms.wikibase.ids import P
from glamflow.transforms.wikibase.statement import statement
from glamflow.transforms.wikidata.match import InventoryKey, match_keys
from glamflow.transforms.wikidata.propose import ItemFacts, MatchOutcome, Proposal, holds_key, propose

POLICY = WikidataPolicy(institution="Q1")
APPROVED = WikidataPolicy(institution="Q1", bot_request="https://www.wikidata.org/wiki/Wikidata:Requests/Example")


def record(*identifiers: Identifier, role: MediaRole = MediaRole.FRONT) -> Record:
    medium = MediaRef(id=MediaId("m"), url="https://m.example/m.jpg", role=role)
    url = "https://museum.example/1"
    return Record(partner="p", key=RecordKey("k"), identifiers=identifiers, media=(medium,), source_url=url)


def proposed(*items: ItemFacts, policy: WikidataPolicy = POLICY, role: MediaRole = MediaRole.FRONT) -> Proposal:
    made = record(role=role)
    day = dt.date(2026, 11, 1)
    return propose(made, made.media[0], items, policy=policy, file_title="File:A_b.jpg", retrieved=day)


def test_the_key_is_number_and_collection_together() -> None:
    number = Identifier(value="NM 1", kind=IdentifierKind.INVENTORY)
    assert match_keys(record(number), POLICY).inventory == (InventoryKey(number="NM 1", collection="Q1"),)
    assert match_keys(record(number), WikidataPolicy()).inventory == ()
    assert match_keys(record(number), WikidataPolicy(items="off", institution="Q1")).inventory == ()
    assert match_keys(record(Identifier(value="x")), POLICY).inventory == ()


def test_an_item_named_by_the_record_is_read() -> None:
    link = Identifier(value="http://www.wikidata.org/entity/Q42", kind=IdentifierKind.URI)
    assert match_keys(record(link), POLICY).stated_items == ("Q42",)


def test_one_item_without_image_gets_a_proposal_and_no_write() -> None:
    made = proposed(ItemFacts(id="Q9"))
    (claim,) = made.statements
    assert claim["mainsnak"]["datavalue"]["value"] == "A b.jpg"
    assert claim["references"][0]["snaks"]["P854"][0]["datavalue"]["value"] == "https://museum.example/1"
    assert claim["id"].startswith("Q9$")
    assert (made.outcome, made.item, made.may_write) == (MatchOutcome.ONE, "Q9", False)


def test_only_an_approved_task_may_write() -> None:
    assert proposed(ItemFacts(id="Q9"), policy=APPROVED).may_write
    taken = ItemFacts(id="Q9", statements={P.IMAGE: [statement(P.IMAGE, values.string("X.jpg"))]})
    assert not proposed(taken, policy=APPROVED).may_write


def test_an_item_with_an_image_keeps_it() -> None:
    made = proposed(ItemFacts(id="Q9", statements={P.IMAGE: [statement(P.IMAGE, values.string("X.jpg"))]}))
    assert (made.outcome, made.item, made.statements) == (MatchOutcome.ONE, "Q9", ())


@pytest.mark.parametrize("role", [MediaRole.BACK, MediaRole.DETAIL, MediaRole.PAGE, MediaRole.VIEW])
def test_only_the_front_is_an_image_of_the_object(role: MediaRole) -> None:
    assert proposed(ItemFacts(id="Q9"), role=role).statements == ()


def test_two_items_with_one_key_are_for_people() -> None:
    made = proposed(ItemFacts(id="Q9"), ItemFacts(id="Q8"), policy=APPROVED)
    assert (made.outcome, made.candidates) == (MatchOutcome.SEVERAL, ("Q8", "Q9"))
    assert made.statements == ()
    assert not made.may_write


def test_nothing_found_and_matching_off_are_told_apart() -> None:
    assert proposed().outcome is MatchOutcome.NONE
    assert proposed(policy=WikidataPolicy(items="off")).outcome is MatchOutcome.OFF


def test_an_item_that_lost_its_number_or_holds_it_deprecated_does_not_match() -> None:
    key = InventoryKey(number="NM 1", collection="Q1")
    claim = statement(P.INVENTORY_NUMBER, values.string("NM 1"), qualifiers=[(P.COLLECTION, values.item("Q1"))])
    assert holds_key(ItemFacts(id="Q9", statements={P.INVENTORY_NUMBER: [claim]}), key)
    assert not holds_key(ItemFacts(id="Q9", statements={P.INVENTORY_NUMBER: [claim | {"rank": "deprecated"}]}), key)
    assert not holds_key(ItemFacts(id="Q9"), key)
    other = statement(P.INVENTORY_NUMBER, values.string("NM 1"), qualifiers=[(P.COLLECTION, values.item("Q2"))])
    assert not holds_key(ItemFacts(id="Q9", statements={P.INVENTORY_NUMBER: [other]}), key)
