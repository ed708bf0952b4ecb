"""P6216, P275, P6426 and P8264, as the rights decision gives them: nothing is added or judged here.

A short statement is `{"property": "P6216", "value": "Q19652", "qualifiers": {"P1001": "Q30", "P459": "Q47246828"}}`; a qualifier may
hold several values. One statement per pair of qualifiers, since qualifiers are sets (rights.md 9).
"""

from __future__ import annotations

import re
from typing import Any

from glamflow.transforms.commons.context import PageContext
from glamflow.transforms.wikibase import values
from glamflow.transforms.wikibase.statement import Qualifier, Statement, statement

_ITEM = re.compile(r"Q[1-9]\d*")


def rights_statements(page: PageContext) -> list[Statement]:
    return [_full(short) for short in page.decision.statements]


def _full(short: dict[str, Any]) -> Statement:
    qualifiers: list[Qualifier] = [
        (property, _value(one))
        for property, given in (short.get("qualifiers") or {}).items()
        for one in ([given] if isinstance(given, str) else given)
    ]
    return statement(str(short["property"]), _value(str(short["value"])), qualifiers=qualifiers)


def _value(text: str) -> values.Value:
    return values.item(text) if _ITEM.fullmatch(text) else values.string(text)
