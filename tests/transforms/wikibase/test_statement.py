"""Statements have the shapes that Wikibase takes, and are compared by what they say."""

from __future__ import annotations

import copy
import datetime as dt
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glamflow.transforms.record import CalendarDate
from glamflow.transforms.wikibase import ids, values
from glamflow.transforms.wikibase.ids import LABELS, P, Q
from glamflow.transforms.wikibase.references import is_ours, record_references
from glamflow.transforms.wikibase.statement import (
    canonical_snak,
    identity,
    qualifiers_of,
    says_the_same,
    snak,
    statement,
    statement_id,
    with_id,
)

URL = "https://museum.example/object/1"
DAY = dt.date(2026, 11, 1)


def inventory(number: str = "NM 1", collection: str = "Q1") -> dict[str, Any]:
    return statement(
        P.INVENTORY_NUMBER,
        values.string(number),
        qualifiers=[(P.COLLECTION, values.item(collection))],
        references=record_references(URL, DAY),
    )


def test_a_statement_is_complete_claim_json() -> None:
    assert inventory() == {
        "type": "statement",
        "mainsnak": {
            "snaktype": "value",
            "property": "P217",
            "datavalue": {"type": "string", "value": "NM 1"},
        },
        "rank": "normal",
        "qualifiers": {
            "P195": [
                {
                    "snaktype": "value",
                    "property": "P195",
                    "datavalue": {
                        "type": "wikibase-entityid",
                        "value": {"entity-type": "item", "numeric-id": 1, "id": "Q1"},
                    },
                }
            ]
        },
        "qualifiers-order": ["P195"],
        "references": record_references(URL, DAY),
    }


def test_some_value_has_no_datavalue() -> None:
    assert statement(P.CREATOR, None)["mainsnak"] == {"snaktype": "somevalue", "property": "P170"}


def test_ids_are_named_once_and_labelled() -> None:
    named = [value for name, value in vars(P).items() if name.isupper()]
    assert len(set(named)) == len(named)
    assert set(LABELS) == set(named)
    assert all(re.fullmatch(r"P[1-9]\d*", value) for value in named)
    assert all(re.fullmatch(r"Q[1-9]\d*", value) for name, value in vars(Q).items() if name.isupper())
    assert ids.__doc__


def test_an_id_is_the_same_for_the_same_statement_and_of_the_form_that_wikibase_takes() -> None:
    first, again = statement_id("M12", inventory()), statement_id("M12", copy.deepcopy(inventory()))
    assert first == again
    assert re.fullmatch(r"M12\$[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", first)
    assert statement_id("M13", inventory()) != first
    assert with_id("M12", inventory())["id"] == first


def test_ids_do_not_depend_on_references_or_on_qualifiers_that_do_not_tell_statements_apart() -> None:
    later = inventory() | {"references": record_references(URL, dt.date(2027, 1, 1))}
    assert statement_id("M1", later) == statement_id("M1", inventory())
    assert statement_id("M1", inventory(collection="Q2")) != statement_id("M1", inventory())


def test_the_two_halves_of_a_copyright_status_are_two_statements() -> None:
    halves = [
        statement(
            P.COPYRIGHT_STATUS, values.item("Q19652"), qualifiers=[(P.APPLIES_TO_JURISDICTION, values.item(place))]
        )
        for place in ("Q30", "Q60332278")
    ]
    assert identity(halves[0]) != identity(halves[1])


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("+1893-00-00T00:00:00Z/9", "+1893-01-01T00:00:00Z/9", True),
        ("+1893-05-00T00:00:00Z/10", "+1893-05-02T00:00:00Z/10", True),
        ("+1893-05-01T00:00:00Z/11", "+1893-05-02T00:00:00Z/11", False),
        ("+1893-00-00T00:00:00Z/9", "+1893-00-00T00:00:00Z/8", False),
    ],
)
def test_times_are_the_same_down_to_their_precision(one: str, other: str, equal: bool) -> None:
    def at(text: str) -> str:
        time, precision = text.rsplit("/", 1)
        value = values.time(CalendarDate(year=1893), int(precision))
        value["value"]["time"] = time
        return canonical_snak(snak(P.INCEPTION, value))

    assert (at(one) == at(other)) is equal


def test_hashes_ids_and_empty_lists_of_the_wiki_do_not_count() -> None:
    theirs = inventory() | {"id": "M1$X", "references": [record_references(URL, DAY)[0] | {"hash": "abc"}]}
    theirs["qualifiers"]["P195"][0]["hash"] = "def"
    assert says_the_same(inventory(), theirs)
    bare = statement(P.PAGE, values.string("3")) | {"qualifiers": [], "references": []}
    assert qualifiers_of(bare) == frozenset()
    assert says_the_same(bare, statement(P.PAGE, values.string("3")))


def test_a_reference_that_somebody_extended_is_not_ours_any_more() -> None:
    urls = frozenset({URL})
    assert is_ours(inventory(), urls)
    extended = inventory()
    extended["references"][0]["snaks"]["P248"] = [snak("P248", values.item("Q5"))]
    assert not is_ours(extended, urls)
    other = inventory() | {"references": record_references("https://elsewhere.example", DAY)}
    assert not is_ours(other, urls)
    assert not is_ours(inventory() | {"references": []}, urls)


@pytest.mark.parametrize("place", [(0.0, 0.0), (91.0, 0.0), (0.0, 181.0)])
def test_coordinates_that_are_no_place_are_refused(place: tuple[float, float]) -> None:
    assert values.coordinate(*place) is None


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://museum.example/a b|c", "https://museum.example/a%20b%7Cc"),
        ("https://museum.example/föremål?id=1#x", "https://museum.example/föremål?id=1#x"),
        ("http://127.0.0.1:8080/x", "http://127.0.0.1:8080/x"),
        ("ftp://museum.example/x", None),
        ("museum.example/x", None),
        ("https:///x", None),
        ("", None),
        ("https://museum.example/" + "x" * 1500, None),
    ],
)
def test_addresses_are_made_storable_or_left_out(address: str, kept: str | None) -> None:
    value = values.url(address)
    assert (value and value["value"]) == kept
    assert bool(record_references(address, DAY)) is (kept is not None)


@given(st.text())
def test_strings_hold_one_clean_line(text: str) -> None:
    value = values.string(text)["value"]
    assert not re.search("[\x00-\x1f\x7f\ufeff\u202e]", value)
    assert value == value.strip()
