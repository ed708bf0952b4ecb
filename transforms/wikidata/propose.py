"""What could be said on Wikidata about a published file: a proposal for people, or for an approved bot task.

Rules (architecture 19, sdc.md 2)
- P18 is proposed only where exactly one item was found by its own identifiers, that item has no P18, and the file shows the front.
- Two items with the same key are a finding for people: perhaps duplicates, never a choice of ours.
- Nothing is ever written without `wikidata.bot_request`; a proposal without it goes to the report only.
- P6243, P180 and P921 are statements on files and never proposed for items.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import msgspec

from glamflow.transforms.policy import WikidataPolicy
from glamflow.transforms.record import MediaRef, MediaRole, Model, Record
from glamflow.transforms.wikibase.ids import P
from glamflow.transforms.wikibase.references import record_references
from glamflow.transforms.wikibase.statement import Statement, identity, statement, with_id
from glamflow.transforms.wikibase.values import item as item_value
from glamflow.transforms.wikibase.values import string
from glamflow.transforms.wikidata.match import InventoryKey


class MatchOutcome(StrEnum):
    """What the lookup by the object's own identifiers gave."""

    OFF = "off"
    NO_KEY = "no_key"
    NONE = "none"
    ONE = "one"
    SEVERAL = "several"


class ItemFacts(Model, frozen=True, kw_only=True):
    """An item found by its keys, as far as a proposal looks at it."""

    id: str
    statements: dict[str, list[dict[str, Any]]] = msgspec.field(default_factory=dict)
    label: str = ""

    @property
    def has_image(self) -> bool:
        return bool(self.statements.get(P.IMAGE))


class Proposal(Model, frozen=True, kw_only=True):
    """`statements` carry ids of ours. `may_write` only where the partner file names an approved task."""

    outcome: MatchOutcome
    item: str = ""
    candidates: tuple[str, ...] = ()
    statements: tuple[dict[str, Any], ...] = ()
    may_write: bool = False
    why: str = ""


def propose(
    record: Record,
    medium: MediaRef,
    matches: Sequence[ItemFacts],
    *,
    policy: WikidataPolicy,
    file_title: str,
    retrieved: dt.date,
    has_key: bool = True,
) -> Proposal:
    """`matches`: the items that hold the record's keys (`match.match_keys`), redirects followed."""
    if policy.items == "off":
        return Proposal(outcome=MatchOutcome.OFF)
    items = {item.id: item for item in matches}
    if not items:
        return Proposal(outcome=MatchOutcome.NONE if has_key else MatchOutcome.NO_KEY)
    if len(items) > 1:
        why = "several items have this inventory number in this collection"
        return Proposal(outcome=MatchOutcome.SEVERAL, candidates=tuple(sorted(items)), why=why)
    (item,) = items.values()
    why = _why_no_image(record, medium, item)
    claims = () if why else (with_id(item.id, _image(record, file_title, retrieved)),)
    may_write = bool(policy.bot_request) and bool(claims)
    return Proposal(outcome=MatchOutcome.ONE, item=item.id, statements=claims, may_write=may_write, why=why)


def holds_key(item: ItemFacts, key: InventoryKey) -> bool:
    """The item (still) has this inventory number in this collection, not deprecated."""
    qualifiers = [(P.COLLECTION, item_value(key.collection))]
    wanted = identity(statement(P.INVENTORY_NUMBER, string(key.number), qualifiers=qualifiers))
    claims = item.statements.get(P.INVENTORY_NUMBER, ())
    return any(identity(claim) == wanted and claim.get("rank") != "deprecated" for claim in claims)


def _why_no_image(record: Record, medium: MediaRef, item: ItemFacts) -> str:
    if item.has_image:
        return "the item has an image already"
    if medium.role is not MediaRole.FRONT and not (medium.role is MediaRole.UNKNOWN and len(record.media) == 1):
        return "the file does not show the front"
    return ""


def _image(record: Record, file_title: str, retrieved: dt.date) -> Statement:
    """P18 wants the file name with spaces and without `File:`."""
    references = record_references(record.source_url, retrieved)
    name = file_title.removeprefix("File:").replace("_", " ")
    return statement(P.IMAGE, string(name), references=references)
