"""P7482 source of file: "file available on the internet", with record page, operator and the address of the bytes.

Never "own work" for a partner's files: that is for uploaders only.
"""

from __future__ import annotations

from glamflow.transforms.commons.context import PageContext
from glamflow.transforms.wikibase import values
from glamflow.transforms.wikibase.ids import P, Q
from glamflow.transforms.wikibase.statement import Qualifier, Statement, statement


def source_statements(page: PageContext) -> list[Statement]:
    qualifiers: list[Qualifier] = []
    if record_page := values.url(page.record.source_url):
        qualifiers.append((P.DESCRIBED_AT_URL, record_page))
    if page.wikidata.institution:
        qualifiers.append((P.OPERATOR, values.item(page.wikidata.institution)))
    if file_address := values.url(page.facts.url or page.medium.url):
        qualifiers.append((P.URL, file_address))
    return [statement(P.SOURCE_OF_FILE, values.item(Q.FILE_AVAILABLE_ON_THE_INTERNET), qualifiers=qualifiers)]
