"""What a Wikibase other than Wikidata's calls our properties and items, and what it has of them.

The pipeline speaks Wikidata's ids everywhere. `Dialect` turns them into the wiki's on the way out and back on the way in:

- `property_ids` and `item_ids` of the connection's extra name the wiki's own (`{"P170": "P12"}`). Where any are named, a property
  without a name there is one that this wiki does not have.
- On wikis that are not Wikimedia's, a statement whose property or item does not exist, or has another type, is left out and
  reported as not offered by this wiki; qualifiers and references likewise. Wikimedia's wikis are never treated so: there such a
  refusal is a fault that a person must see.
- What a wiki lacks is asked for only after it refused something, 50 ids a request, and remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
Ask = Callable[[list[str]], dict[str, str]]
ABSENT = frozenset({
    "wikibase-validator-no-such-property", "wikibase-validator-no-such-entity", "wikibase-validator-bad-value-type",
    "wikibase-validator-property-not-found", "no-such-property",
})  # fmt: skip
"""Refusals that say that the wiki has not what a statement speaks of."""
VALUE_TYPES = {
    "wikibase-item": "wikibase-entityid", "wikibase-property": "wikibase-entityid", "time": "time", "quantity": "quantity",
    "globe-coordinate": "globecoordinate", "monolingualtext": "monolingualtext",
}  # fmt: skip
"""Data types of properties with the type of their values; all others hold strings."""


@dataclass(kw_only=True)
class Dialect:
    """One wiki's. `lenient` for all but Wikimedia's."""

    property_ids: Mapping[str, str] = field(default_factory=dict)
    item_ids: Mapping[str, str] = field(default_factory=dict)
    lenient: bool = False
    known: dict[str, str] = field(default_factory=dict)
    """The wiki's ids with the data type of a property, "item" for an item, "" for what is not there."""

    @property
    def plain(self) -> bool:
        """Nothing is different, as far as we know."""
        return not self.property_ids and not self.item_ids and not self.known

    def out(self, claims: Iterable[Json]) -> tuple[list[Json], list[Json]]:
        """Statements in the wiki's ids, and those of ours that it has no place for."""
        sent, left = [], []
        for claim in claims:
            if self.plain:
                sent.append(claim)
            elif (main := self._snak(claim.get("mainsnak"))) is not None:
                sent.append({**claim, "mainsnak": main, **self._beside(claim)})
            else:
                sent += [claim] if "remove" in claim else []
                left += [] if "remove" in claim else [claim]
        return sent, left

    def back(self, statements: Mapping[str, list[Json]]) -> dict[str, list[Json]]:
        """What was read, in our ids."""
        if not self.property_ids and not self.item_ids:
            return dict(statements)
        ours = {theirs: mine for names in (self.property_ids, self.item_ids) for mine, theirs in names.items()}
        return {ours.get(name, name): [_renamed(claim, ours) for claim in group] for name, group in statements.items()}

    def learn(self, claims: Iterable[Json], ask: Ask) -> bool:
        """Ask for everything that these statements (in our ids) speak of; whether something turned out to be missing."""
        unknown = sorted({self._named(id) for claim in claims for id in ids_of(claim)} - set(self.known) - {""})
        self.known |= dict.fromkeys(unknown, "") | (ask(unknown) if unknown else {})
        return any(not self.known[id] for id in unknown) or bool(unknown)

    def _beside(self, claim: Json) -> Json:
        found: Json = {}
        if claim.get("qualifiers"):
            groups = self._groups(claim["qualifiers"])
            found |= {"qualifiers": groups, "qualifiers-order": list(groups)}
        if claim.get("references"):
            snaks = [self._groups(reference["snaks"]) for reference in claim["references"]]
            found["references"] = [{"snaks": groups, "snaks-order": list(groups)} for groups in snaks if groups]
        return found

    def _groups(self, groups: Mapping[str, list[Json]]) -> dict[str, list[Json]]:
        made = {self._named(name): [new for snak in group if (new := self._snak(snak)) is not None] for name, group in groups.items()}
        return {name: snaks for name, snaks in made.items() if name and snaks}

    def _snak(self, snak: Json | None) -> Json | None:
        """In the wiki's ids; None where it has no such property, item or type of value."""
        property_id = self._named(str((snak or {}).get("property", "")))
        type_of = self.known.get(property_id, property_id)
        if snak is None or not property_id or not type_of:
            return None
        renamed = {**snak, "property": property_id}
        value = snak.get("datavalue")
        if value is None:
            return renamed
        if property_id in self.known and value["type"] != VALUE_TYPES.get(type_of, "string"):
            return None
        item = str(value["value"].get("id", "")) if value["type"] == "wikibase-entityid" else ""
        if not item:
            return renamed
        theirs = self._named(item)
        if not theirs or self.known.get(theirs) == "":
            return None
        number = {"numeric-id": int(theirs[1:])} if "numeric-id" in value["value"] and theirs[1:].isdigit() else {}
        return {**renamed, "datavalue": {**value, "value": {**value["value"], "id": theirs, **number}}}

    def _named(self, id: str) -> str:
        """The wiki's name of a property or item; "" for a property that the connection does not name although it names others."""
        if id.startswith("P") and self.property_ids:
            return self.property_ids.get(id, "")
        return self.item_ids.get(id, id)


def ids_of(claim: Json) -> Iterator[str]:
    """Every property and item that a statement speaks of."""
    references = [snak for reference in claim.get("references") or [] for group in reference["snaks"].values() for snak in group]
    for snak in (claim.get("mainsnak") or {}, *(s for group in (claim.get("qualifiers") or {}).values() for s in group), *references):
        if snak:
            yield str(snak["property"])
        value = (snak.get("datavalue") or {}).get("value")
        if isinstance(value, dict) and "id" in value:
            yield str(value["id"])


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """The same JSON with other ids as keys of snaks, as properties and as values; numbers of ids follow."""
    if isinstance(value, list):
        return [_renamed(one, names) for one in value]
    if not isinstance(value, dict):
        return value
    made = {names.get(key, key): _renamed(inner, names) for key, inner in value.items()}
    for key in ("property", "id"):
        if isinstance(made.get(key), str) and made[key] in names:
            made[key] = names[made[key]]
            if "numeric-id" in made:
                made["numeric-id"] = int(made[key][1:])
    for key in ("qualifiers-order", "snaks-order"):
        if key in made:
            made[key] = [names.get(name, name) for name in made[key]]
    return made
