"""P304 page, P407 language of the work, P1476 title.

Rules
- A page number belongs to the medium itself (`MediaRef.page`), not to its place in a list.
- Languages from a closed table of items; others stay in the page.
- The title only where the partner's metadata are CC0, one per language, `und` where the language is not said.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from glamflow.transforms.commons.context import PageContext
from glamflow.transforms.commons.languages import caption_language
from glamflow.transforms.plain import plain
from glamflow.transforms.wikibase import values
from glamflow.transforms.wikibase.ids import P
from glamflow.transforms.wikibase.statement import Statement, statement


def document_statements(page: PageContext) -> list[Statement]:
    stated = []
    if number := plain(page.medium.page):
        stated.append(statement(P.PAGE, values.string(number)))
    items = dict.fromkeys(language_items().get(code) for code in page.record.content_languages)
    stated += [statement(P.LANGUAGE_OF_WORK, values.item(item)) for item in items if item]
    return stated + _titles(page)


def _titles(page: PageContext) -> list[Statement]:
    if not page.descriptive_text_is_cc0 or page.shows_object:
        return []
    first: dict[str, str] = {}
    for title in page.record.titles:
        if text := plain(title.value):
            first.setdefault(caption_language(title.language) or "und", text)
    return [statement(P.TITLE, values.monolingual(text, language)) for language, text in first.items()]


@cache
def language_items() -> dict[str, str]:
    """BCP 47 code → item of the language."""
    text = (files("glamflow.transforms.commons") / "data" / "language_items.json").read_text("utf-8")
    items: dict[str, str] = json.loads(text)
    return items
