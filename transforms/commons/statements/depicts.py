"""P180 depicts, P6243 digital representation of, P921 main subject: by rule only.

Rules
- The front of a flat work whose item was found by its own identifiers: P6243, P180 and P921 all on that item.
- A photograph of a solid thing with an item: P180 on the thing, never P6243.
- The partner's subjects only where the reviewed vocabulary says `depicts: true`; a museum's subject word is no depiction by itself.
"""

from __future__ import annotations

from glamflow.transforms.commons.context import PageContext
from glamflow.transforms.wikibase import values
from glamflow.transforms.wikibase.ids import P
from glamflow.transforms.wikibase.statement import Statement, statement


def depicts_statements(page: PageContext) -> list[Statement]:
    stated: list[Statement] = []
    shown: list[str] = []
    if page.item:
        if page.is_faithful_copy:
            stated = [statement(P.DIGITAL_REPRESENTATION_OF, values.item(page.item))]
            stated.append(statement(P.MAIN_SUBJECT, values.item(page.item)))
        if page.is_faithful_copy or page.shows_object:
            shown.append(page.item)
    for term in page.record.subjects:
        entries = (page.vocabulary.subjects.get(label.value) for label in term.labels)
        shown += [entry.wikidata for entry in entries if entry and entry.depicts and entry.wikidata]
    return stated + [statement(P.DEPICTS, values.item(item)) for item in dict.fromkeys(shown)]
