"""All statements of a file in order, each with our reference, within the limits of Wikibase.

Rules
- Every statement carries P854 (record page) + P813 (day of the source's snapshot): by it our own are recognised later.
- A text over 1,500 characters is not cut: the statement is left out with a finding; one bad claim would fail the whole edit.
- Two statements about the same thing are given once.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from glamflow.transforms.commons.context import PageContext
from glamflow.transforms.commons.statements.collection import collection_statements
from glamflow.transforms.commons.statements.creator import creator_statements
from glamflow.transforms.commons.statements.dates import date_statements
from glamflow.transforms.commons.statements.depicts import depicts_statements
from glamflow.transforms.commons.statements.document import document_statements
from glamflow.transforms.commons.statements.places import place_statements
from glamflow.transforms.commons.statements.publisher import publisher_statements
from glamflow.transforms.commons.statements.rights import rights_statements
from glamflow.transforms.commons.statements.series import series_statements
from glamflow.transforms.commons.statements.source import source_statements
from glamflow.transforms.outcome import Finding, Reason, Severity
from glamflow.transforms.wikibase.references import record_references
from glamflow.transforms.wikibase.statement import Statement, identity, property_of
from glamflow.transforms.wikibase.values import MAX_STRING

BUILDERS = (
    rights_statements,  # first: what a file may be used for
    creator_statements,
    date_statements,
    source_statements,
    collection_statements,
    document_statements,
    series_statements,
    publisher_statements,
    depicts_statements,
    place_statements,
)


class Built(NamedTuple):
    """Statements without ids, and what could not be stated."""

    statements: tuple[Statement, ...]
    findings: tuple[Finding, ...]


def build_statements(page: PageContext) -> Built:
    references = record_references(page.record.source_url, page.retrieved)
    references = references or record_references(page.medium.url, page.retrieved)
    kept: dict[str, Statement] = {}
    findings = []
    for claim in (claim for build in BUILDERS for claim in build(page)):
        if _longest(claim) > MAX_STRING:
            detail = f"longer than {MAX_STRING} characters, not stated"
            findings.append(
                Finding(reason=Reason.VALUE_NOT_READ, severity=Severity.INFO, field=property_of(claim), detail=detail)
            )
            continue
        kept.setdefault(identity(claim), claim | ({"references": references} if references else {}))
    return Built(tuple(kept.values()), tuple(findings))


def _longest(value: Any) -> int:
    match value:
        case str():
            return len(value)
        case dict():
            return max((_longest(inner) for inner in value.values()), default=0)
        case list():
            return max((_longest(inner) for inner in value), default=0)
        case _:
            return 0
