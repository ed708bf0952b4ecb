"""P195 collection, and P217 inventory number qualified by it. Without the collection's item the number has no meaning, and is not stated."""

from __future__ import annotations

from glamflow.transforms.commons.context import PageContext
from glamflow.transforms.plain import plain
from glamflow.transforms.wikibase import values
from glamflow.transforms.wikibase.ids import P
from glamflow.transforms.wikibase.statement import Statement, statement


def collection_statements(page: PageContext) -> list[Statement]:
    collection = page.wikidata.institution
    if not collection:
        return []
    stated = [statement(P.COLLECTION, values.item(collection))]
    number = plain(page.record.inventory_number or page.record.document_symbol)
    if number:
        qualifiers = [(P.COLLECTION, values.item(collection))]
        stated.append(statement(P.INVENTORY_NUMBER, values.string(number), qualifiers=qualifiers))
    return stated
