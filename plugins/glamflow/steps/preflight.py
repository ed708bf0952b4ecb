"""Preflight: a page that would hold a red link or an unknown template parameter does not leave the house.

Categories must exist, be no redirect (neither of the wiki nor by `{{category redirect}}`) and no disambiguation; templates, creators
and institutions must exist and be no redirect. What only people may write (tickets, review results) is refused, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from glamflow.transforms.commons.context import PageDraft
from glamflow.transforms.commons.never_written import never_written
from glamflow.transforms.commons.templates import templates_used, unknown_parameters
from glamflow.wiki.protocol import CommonsClient

_NAMESPACED = re.compile(r"^(Creator|Institution):")
_MOVED = re.compile(
    r"\{\{\s*(category[ _]?redirect|cat[ _]?redirect|seecat|redirect[ _]category)\s*[|}]", re.IGNORECASE
)
_SEVERAL = re.compile(
    r"\{\{\s*(disambig|disambiguation|category[ _]disambiguation|cat[ _]disambig)\s*[|}]", re.IGNORECASE
)


def red_links(commons: CommonsClient, pages: Iterable[PageDraft]) -> dict[str, str]:
    """Title of each page that must not go → what it lacks. All names are asked together, 50 a request."""
    listed = list(pages)
    names = {page.title: _names(page) for page in listed}
    there = usable(commons, {name for needed in names.values() for name in needed})
    problems: dict[str, str] = {}
    for page in listed:
        lacking = [f"{name}{there[name]}" for name in names[page.title] if there[name]]
        unknown = [
            f"parameter “{parameter}” of {{{{{template}}}}}"
            for template, parameter in unknown_parameters(page.wikitext)
        ]
        forbidden = [f"only people may write the {what}" for what in never_written(page.wikitext)]
        if lacking or unknown or forbidden:
            problems[page.title] = "missing: " + ", ".join(lacking + unknown + forbidden)
    return problems


def usable(commons: CommonsClient, names: Iterable[str]) -> dict[str, str]:
    """Full title → "" where a page may name it, else why not: " (missing or a redirect)", " (moved)", …"""
    wanted = sorted(set(names))
    categories = [name for name in wanted if name.startswith("Category:")]
    there = commons.existing([name for name in wanted if name not in set(categories)])
    texts = commons.texts(categories) if categories else {}
    found = {name: "" if name in there else " (missing, or a redirect)" for name in wanted}
    return found | {name: category_problem(texts, name) for name in categories}


def category_problem(texts: Mapping[str, str], name: str) -> str:
    """Why files must not be put into this category, "" if they may."""
    text = texts.get(name)
    if text is None:
        return " (missing)"
    if text.lstrip().lower().startswith("#redirect") or _MOVED.search(text):
        return " (it redirects to another one)"
    return " (a disambiguation)" if _SEVERAL.search(text) else ""


def _names(page: PageDraft) -> list[str]:
    used = dict.fromkeys(template.name for template in templates_used(page.wikitext))
    pages = [name if _NAMESPACED.match(name) else f"Template:{name}" for name in used]
    return pages + [f"Category:{name}" for name in page.categories]
