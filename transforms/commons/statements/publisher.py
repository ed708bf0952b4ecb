"""P123 publisher: of publishers that carry an item, from the record itself or from the reviewed vocabulary."""

from __future__ import annotations

from glamflow.transforms.commons.context import PageContext
from glamflow.transforms.record import Role
from glamflow.transforms.wikibase import values
from glamflow.transforms.wikibase.ids import P
from glamflow.transforms.wikibase.statement import Statement, statement


def publisher_statements(page: PageContext) -> list[Statement]:
    items = dict.fromkeys(a.wikidata for a in page.record.agents if a.role is Role.PUBLISHER and a.wikidata)
    return [statement(P.PUBLISHER, values.item(item)) for item in items if item]
