"""P179 part of the series, with P1545 series ordinal: only for series that people matched in the reviewed vocabulary."""

from __future__ import annotations

from glamflow.transforms.commons.context import PageContext
from glamflow.transforms.plain import plain
from glamflow.transforms.wikibase import values
from glamflow.transforms.wikibase.ids import P
from glamflow.transforms.wikibase.statement import Statement, statement


def series_statements(page: PageContext) -> list[Statement]:
    entry = page.vocabulary.series.get(page.record.series)
    if entry is None or not entry.wikidata:
        return []
    number = plain(page.record.series_number)
    qualifiers = [(P.SERIES_ORDINAL, values.string(number))] if number else []
    return [statement(P.PART_OF_THE_SERIES, values.item(entry.wikidata), qualifiers=qualifiers)]
