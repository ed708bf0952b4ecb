"""By what an object's item is found: keys that together belong to one object only.

Rules (sdc.md 2)
- Inventory number *and* collection (P217 qualified by P195). A number alone, a title or a maker is no key.
- An item named by the record itself is taken as the museum's own statement, and still looked up before use.
"""

from __future__ import annotations

import re

from glamflow.transforms.plain import plain
from glamflow.transforms.policy import WikidataPolicy
from glamflow.transforms.record import IdentifierKind, Model, Record

_ITEM_URL = re.compile(r"https?://(?:www\.)?wikidata\.org/(?:wiki|entity)/(Q[1-9]\d*)")


class InventoryKey(Model, frozen=True, kw_only=True):
    """P217 = `number` with qualifier P195 = `collection`."""

    number: str
    collection: str


class MatchKeys(Model, frozen=True, kw_only=True):
    """All empty: the record cannot be matched."""

    inventory: tuple[InventoryKey, ...] = ()
    stated_items: tuple[str, ...] = ()


def match_keys(record: Record, policy: WikidataPolicy) -> MatchKeys:
    if policy.items == "off":
        return MatchKeys()
    numbers = dict.fromkeys(plain(i.value) for i in record.identifiers if i.kind is IdentifierKind.INVENTORY)
    inventory = [InventoryKey(number=number, collection=policy.institution) for number in numbers if number]
    found = (_ITEM_URL.match(i.value) for i in record.identifiers)
    return MatchKeys(
        inventory=tuple(inventory) if policy.institution else (),
        stated_items=tuple(dict.fromkeys(match[1] for match in found if match)),
    )
