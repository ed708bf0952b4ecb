"""The Wikidata item of each object of a plan: only if exactly one is found by inventory number and collection together."""

from __future__ import annotations

from collections.abc import Iterable

from glamflow.partner import Partner
from glamflow.steps.deps import Deps
from glamflow.steps.material import Material
from glamflow.transforms.wikidata.match import match_keys


def match_objects(deps: Deps, config: Partner, items: Iterable[Material]) -> dict[str, str]:
    """Record key → item. All numbers of the plan are asked together."""
    keys = {item.record.key: match_keys(item.record, config.items).inventory for item in items}
    asked = sorted({(key.number, key.collection) for wanted in keys.values() for key in wanted})
    if not asked:
        return {}
    found = deps.wikidata(config).by_inventory_numbers(asked)
    matched = {record: {id for key in wanted for id in found[key.number, key.collection]} for record, wanted in keys.items()}
    return {record: ids.pop() for record, ids in matched.items() if len(ids) == 1}
