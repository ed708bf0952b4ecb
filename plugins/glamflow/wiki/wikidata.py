"""`WikidataClient` over one session. Writing needs `wikidata.bot_request` in the partner file: the steps check that."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from glamflow.wiki.commons import Commons
from glamflow.wiki.entities import read_entities, write_entity
from glamflow.wiki.pages import continued
from glamflow.wiki.protocol import Account, Entity, OnWrite, Signals, WriteOutcome
from glamflow.wiki.session import WikiSession

ITEM_NAMESPACES = "0|120"
"""Items are pages of the main namespace on Wikidata ("Q42"), of 120 on other Wikibases ("Item:Q42"); 120 holds Wikidata's properties."""
_ITEM_ID = re.compile(r"Q[1-9]\d*")


LONGEST_SEARCH = 270  # characters; CirrusSearch refuses queries over 300


class Wikidata:
    """An item repository."""

    def __init__(self, session: WikiSession) -> None:
        self._session = session

    def account(self) -> Account:
        return Commons(self._session).account()

    def entities(self, ids: Sequence[str]) -> dict[str, Entity]:
        return read_entities(self._session, ids)

    def by_inventory_number(self, number: str, collection: str) -> tuple[str, ...]:
        """Items whose P217 = `number` is qualified by P195 = `collection` (both from one statement, read back to be sure)."""
        return self.by_inventory_numbers([(number, collection)])[number, collection]

    def by_inventory_numbers(self, asked: Sequence[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, ...]]:
        hits: dict[str, None] = {}
        for group in _packed(sorted({number for number, _ in asked})):
            wanted = "|".join(f"P217={number}" for number in group)
            params = {
                "action": "query", "list": "search", "srsearch": f'haswbstatement:"{wanted}"', "srnamespace": ITEM_NAMESPACES,
                "srlimit": "50", "srprop": "",
            }  # fmt: skip
            for answer in continued(self._session, params):
                titles = [str(entry["title"]) for entry in answer.get("query", {}).get("search", [])]
                hits |= dict.fromkeys(id for title in titles if _ITEM_ID.fullmatch(id := title.rpartition(":")[2]))
        entities = self.entities(list(hits)) if hits else {}
        return {
            (number, collection): tuple(entity.id for entity in entities.values() if _holds(entity, number, collection))
            for number, collection in asked
        }

    def search(self, text: str, *, language: str) -> tuple[str, ...]:
        params = {"action": "wbsearchentities", "search": text, "language": language, "type": "item", "limit": "20"}
        return tuple(str(entry["id"]) for entry in self._session.read(params).get("search", []))

    def create_item(self, *, data: dict[str, Any], summary: str, on_write: OnWrite) -> WriteOutcome:
        return write_entity(self._session, id="", data=data, summary=summary, base_revision=None, on_write=on_write)

    def signals(self, stop_page: str) -> Signals:
        return Commons(self._session).signals(stop_page)

    def overhear(self, stop_page: str, note: Callable[[Signals], None]) -> None:
        """Items are read by entity: there is no read of a page that could bring the question along."""

    def renew(self) -> None:
        self._session.renew()

    def edit_entity(self, *, id: str, data: dict[str, Any], summary: str, base_revision: int | None, on_write: OnWrite) -> WriteOutcome:
        return write_entity(self._session, id=id, data=data, summary=summary, base_revision=base_revision, on_write=on_write)


def _packed(numbers: Iterable[str]) -> Iterator[list[str]]:
    """Groups of numbers whose search stays below what the search server reads."""
    group: list[str] = []
    for number in numbers:
        plain = number.replace('"', " ").replace("|", " ")  # either would end the value in the search syntax
        if group and sum(len(other) + 6 for other in group) + len(plain) > LONGEST_SEARCH:
            yield group
            group = []
        group.append(plain)
    if group:
        yield group


def _holds(entity: Entity, number: str, collection: str) -> bool:
    for statement in entity.statements.get("P217", []):
        value = statement.get("mainsnak", {}).get("datavalue", {}).get("value")
        collections = [snak.get("datavalue", {}).get("value", {}).get("id") for snak in statement.get("qualifiers", {}).get("P195", [])]
        if value == number and collection in collections and statement.get("rank") != "deprecated":
            return True
    return False
