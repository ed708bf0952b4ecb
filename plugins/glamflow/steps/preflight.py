"""Preflight: a page that would hold a red link or an unknown template parameter does not leave the house."""

from __future__ import annotations

import re
from collections.abc import Iterable

from glamflow.transforms.commons.context import PageDraft
from glamflow.transforms.commons.templates import templates_used, unknown_parameters
from glamflow.wiki.protocol import CommonsClient

_NAMESPACED = re.compile(r"^(Creator|Institution):")


def red_links(commons: CommonsClient, pages: Iterable[PageDraft]) -> dict[str, str]:
    """Title of each page that must not go → what it lacks. All names are asked together, 50 a request."""
    listed = list(pages)
    names = {page.title: _names(page) for page in listed}
    there = commons.existing(sorted({name for needed in names.values() for name in needed}))
    problems: dict[str, str] = {}
    for page in listed:
        lacking = [name for name in names[page.title] if name not in there]
        unknown = [f"parameter “{parameter}” of {{{{{template}}}}}" for template, parameter in unknown_parameters(page.wikitext)]
        if lacking or unknown:
            problems[page.title] = "missing: " + ", ".join(lacking + unknown)
    return problems


def _names(page: PageDraft) -> list[str]:
    used = dict.fromkeys(template.name for template in templates_used(page.wikitext))
    pages = [name if _NAMESPACED.match(name) else f"Template:{name}" for name in used]
    return pages + [f"Category:{name}" for name in page.categories]
