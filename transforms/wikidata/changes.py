"""What an approved task writes to an item: additions only, and our reference where a statement of the object's key has none.

Rules (architecture 19, sdc.md 2)
- P18 where the item has none and the file is the main view of the object itself; never on people or places.
- P195 where the item lacks the collection; P217 is how it was found. Where one of these two has no reference, ours is added and all
  else of the statement stays as it is. Nothing else of others is touched; P6243, P180 and P921 never stand on items.
- A new item has labels in the languages of the record, a description only where metadata are CC0, the object's type as far as it was
  reviewed, P195, P217 and P18, a reference on each. Several items, or one found by words alone, are a question for people.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from glamflow.transforms.record import MediaRef, MediaRole, Model, Record
from glamflow.transforms.wikibase.ids import P
from glamflow.transforms.wikibase.references import record_references
from glamflow.transforms.wikibase.statement import Statement, identity, statement, with_id
from glamflow.transforms.wikibase.values import item as item_value
from glamflow.transforms.wikibase.values import string
from glamflow.transforms.wikidata.match import InventoryKey
from glamflow.transforms.wikidata.propose import ItemFacts

INSTANCE_OF = "P31"
ALIVE_OR_PLACED = ("P569", "P570", "P19", "P20", "P1082", "P17", "P131")
"""Properties of people and places; an item that has one of them is not the object that a museum keeps."""
NO_OBJECTS = frozenset({"Q5", "Q515", "Q3957", "Q532", "Q486972", "Q82794", "Q41176", "Q1190554", "Q1656682", "Q43229"})
LONGEST = 250


class ItemChange(Model, frozen=True, kw_only=True):
    """`add`: new statements with ids of ours; `refer`: statements of others, whole, with our reference and nothing else new."""

    item: str
    add: tuple[dict[str, Any], ...] = ()
    refer: tuple[dict[str, Any], ...] = ()

    @property
    def empty(self) -> bool:
        return not self.add and not self.refer


class NewItem(Model, frozen=True, kw_only=True):
    """`fallback`: descriptions with the inventory number, for the case that another item has the same label and description."""

    labels: dict[str, str] = msgspec.field(default_factory=dict)
    descriptions: dict[str, str] = msgspec.field(default_factory=dict)
    fallback: dict[str, str] = msgspec.field(default_factory=dict)
    statements: tuple[dict[str, Any], ...] = ()


def item_change(
    record: Record, medium: MediaRef, item: ItemFacts, key: InventoryKey, *, file_title: str, retrieved: dt.date
) -> ItemChange:
    """What an item that was found by `key` lacks."""
    if not is_object(item):
        return ItemChange(item=item.id)
    references = record_references(record.source_url, retrieved)
    add = []
    if not item.has_image and shows_the_object(record, medium):
        add.append(_image(file_title, references))
    if not any(_names(claim, key.collection) for claim in item.statements.get(P.COLLECTION, ())):
        add.append(statement(P.COLLECTION, item_value(key.collection), references=references))
    refer = [] if not references else [_referred(claim, references) for claim in _bare_keys(item, key)]
    return ItemChange(item=item.id, add=tuple(with_id(item.id, claim) for claim in add), refer=tuple(refer))


def is_object(item: ItemFacts) -> bool:
    """Neither a person nor a place: P18 of those is for people to choose."""
    kinds = {
        claim["mainsnak"].get("datavalue", {}).get("value", {}).get("id")
        for claim in item.statements.get(INSTANCE_OF, ())
    }
    return not kinds & NO_OBJECTS and not any(item.statements.get(name) for name in ALIVE_OR_PLACED)


def shows_the_object(record: Record, medium: MediaRef) -> bool:
    """The front, or the only medium if nothing is said about its role."""
    return medium.role is MediaRole.FRONT or (medium.role is MediaRole.UNKNOWN and len(record.media) == 1)


def new_item(
    record: Record,
    medium: MediaRef,
    key: InventoryKey,
    *,
    short_name: str,
    cc0: bool,
    file_title: str,
    retrieved: dt.date,
) -> NewItem | None:
    """A new item for an object that nobody described; None where it could not be told from others, or has no public record."""
    labels = {
        text.language: text.value[:LONGEST].strip()
        for text in reversed(record.titles)
        if text.language and text.value.strip()
    }
    references = record_references(record.source_url, retrieved)
    if not labels or not references:
        return None
    number = f"({short_name} {key.number})"
    kinds = {
        text.language: text.value
        for term in reversed(record.object_types)
        for text in term.labels
        if text.language in labels and text.value
    }
    plain = {code: kind for code, kind in kinds.items() if kind.casefold() != labels[code].casefold()} if cc0 else {}
    fallback = {code: f"{plain.get(code, '')} {number}".strip()[:LONGEST] for code in labels} if cc0 else {}
    claims = [*_kinds(record, references)]
    claims += [statement(P.COLLECTION, item_value(key.collection), references=references)]
    qualifiers = [(P.COLLECTION, item_value(key.collection))]
    claims += [statement(P.INVENTORY_NUMBER, string(key.number), qualifiers=qualifiers, references=references)]
    claims += [_image(file_title, references)] if shows_the_object(record, medium) else []
    return NewItem(labels=labels, descriptions=plain or fallback, fallback=fallback, statements=tuple(claims))


def holds_key(item: ItemFacts, key: InventoryKey) -> bool:
    """This very object: the number stands in this collection, not deprecated."""
    return any(_is_key(claim, key) for claim in item.statements.get(P.INVENTORY_NUMBER, ()))


def _kinds(record: Record, references: list[dict[str, Any]]) -> Iterator[Statement]:
    for id in dict.fromkeys(term.wikidata for term in record.object_types if term.wikidata):
        yield statement(INSTANCE_OF, item_value(id), references=references)


def _image(file_title: str, references: list[dict[str, Any]]) -> Statement:
    return statement(P.IMAGE, string(file_title.removeprefix("File:").replace("_", " ")), references=references)


def _bare_keys(item: ItemFacts, key: InventoryKey) -> Iterator[dict[str, Any]]:
    """Statements of the key without any reference."""
    for claim in item.statements.get(P.INVENTORY_NUMBER, ()):
        if _is_key(claim, key) and not claim.get("references"):
            yield claim
    for claim in item.statements.get(P.COLLECTION, ()):
        if _names(claim, key.collection) and not claim.get("references"):
            yield claim


def _referred(claim: Mapping[str, Any], references: list[dict[str, Any]]) -> dict[str, Any]:
    return {**copy.deepcopy(dict(claim)), "references": references}


def _is_key(claim: Mapping[str, Any], key: InventoryKey) -> bool:
    wanted = statement(P.INVENTORY_NUMBER, string(key.number), qualifiers=[(P.COLLECTION, item_value(key.collection))])
    return identity(claim) == identity(wanted) and claim.get("rank") != "deprecated"


def _names(claim: Mapping[str, Any], id: str) -> bool:
    value = claim["mainsnak"].get("datavalue", {}).get("value", {})
    return isinstance(value, dict) and value.get("id") == id and claim.get("rank") != "deprecated"
