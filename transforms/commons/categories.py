"""Categories of a file.

Rules
- Content categories come from the partner file and its reviewed vocabulary only; they are the ones that readers see.
- Tracking categories are hidden and do not count as content. A file without content category gets the partner's maintenance category.
- Names that a category cannot have are left out; each is given once.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from glamflow.transforms.commons.context import PageContext
from glamflow.transforms.commons.creators import MAKERS, entry_of
from glamflow.transforms.plain import plain
from glamflow.transforms.policy import VocabularyEntry
from glamflow.transforms.record import Attribution, Term

_IMPOSSIBLE = re.compile(r"[|{}\[\]<>#]|~{3}|''|__")


class Categories(NamedTuple):
    """Names without namespace."""

    content: tuple[str, ...]
    tracking: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        return self.content + self.tracking


def categories(page: PageContext) -> Categories:
    content = _names([*_mapped(page), *page.commons.categories_content])
    contributed = page.commons.category_contributed
    tracking = [contributed]
    if not content:
        tracking.append(f"{contributed or f'Media contributed by {page.partner_name}'}: without content categories")
    return Categories(content, _names(tracking))


def _mapped(page: PageContext) -> list[str]:
    record, vocabulary = page.record, page.vocabulary
    # A category of works by a person is no place for works after that person or by a workshop.
    own_hand = (a for a in record.agents if a.role in MAKERS and a.attribution is Attribution.BY)
    entries = [entry_of(agent, vocabulary) for agent in own_hand]
    entries += [entry for term in record.object_types for entry in _entries(term, vocabulary.types)]
    entries += [entry for term in record.subjects for entry in _entries(term, vocabulary.subjects)]
    names = (name.value for place in record.places for name in place.names)
    entries += [vocabulary.places[name] for name in names if name in vocabulary.places]
    return [entry.category for entry in entries]


def _entries(term: Term, table: dict[str, VocabularyEntry]) -> list[VocabularyEntry]:
    keys = [label.value for label in term.labels] + ([term.uri] if term.uri else [])
    return [table[key] for key in keys if key in table]


def _names(names: list[str]) -> tuple[str, ...]:
    clean = (plain(name).replace("_", " ").removeprefix("Category:").strip() for name in names)
    allowed = (name[:1].upper() + name[1:] for name in clean if name and not _IMPOSSIBLE.search(name))
    return tuple(dict.fromkeys(allowed))
