"""What a page's wikitext points to: templates, categories, pages, outside links, redirect target.

A template page may put `<includeonly>[[Category:…]]</includeonly>` on every page that uses it, as cooperation templates do.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import mwparserfromhell

from glamflow.sandbox.wiki.state import State
from glamflow.sandbox.wiki.titles import CATEGORY, NAMESPACES, TEMPLATE, Title, parse_title

MAX_LINKS = 5000
_REDIRECT = re.compile(r"^\s*#REDIRECT\s*:?\s*\[\[([^\]|#]+)", re.IGNORECASE)
_URL = re.compile(r"https?://[^\s\[\]<>\"|{}]+")
_INCLUDE_ONLY = re.compile(r"<includeonly>(.*?)</includeonly>", re.DOTALL | re.IGNORECASE)
_CATEGORY = re.compile(r"\[\[\s*Category\s*:\s*([^\]|]+)", re.IGNORECASE)
_BUILT_IN = frozenset({"!", "=", "((", "))", "int", "lc", "uc", "ucfirst", "lcfirst", "fullpagename", "pagename"})


class Links(NamedTuple):
    """Everything that one text refers to."""

    templates: tuple[Title, ...]
    categories: tuple[str, ...]
    pages: tuple[Title, ...]
    urls: tuple[str, ...]
    redirect: str


def template_title(name: str) -> Title | None:
    """Page that `{{name}}` transcludes; None for parser functions and magic words."""
    name = name.strip()
    if name.startswith("#") or name.partition(":")[0].lower() in _BUILT_IN:
        return None
    title = parse_title(name, TEMPLATE)
    return title if title and title.ns in NAMESPACES and title.ns >= 0 else None


def read_links(text: str) -> Links:
    """Links of a wikitext."""
    code = mwparserfromhell.parse(text)
    templates = [template_title(str(t.name)) for t in code.filter_templates()]
    categories: list[str] = []
    pages: list[Title] = []
    for link in code.filter_wikilinks():
        target = parse_title(str(link.title).lstrip())
        if target is None:
            continue
        if target.ns == CATEGORY and not str(link.title).lstrip().startswith(":"):
            categories.append(target.name)
        else:
            pages.append(target)
    redirect = _REDIRECT.match(text)
    target = parse_title(redirect.group(1)) if redirect else None
    return Links(
        templates=tuple(dict.fromkeys(t for t in templates if t))[:MAX_LINKS],
        categories=tuple(dict.fromkeys(categories))[:MAX_LINKS],
        pages=tuple(dict.fromkeys(pages))[:MAX_LINKS],
        urls=tuple(dict.fromkeys(_URL.findall(text)))[:MAX_LINKS],
        redirect=str(target) if target else "",
    )


def store_links(state: State, page_id: int, text: str) -> str:
    """Replace the link rows of a page; returns its redirect target."""
    links = read_links(text)
    rows = [(page_id, "template", t.ns, t.name) for t in links.templates]
    rows += [(page_id, "page", t.ns, t.name) for t in links.pages]
    rows += [(page_id, "url", 0, url) for url in links.urls]
    rows += [(page_id, "category", CATEGORY, name) for name in links.categories]
    rows += [(page_id, "category", CATEGORY, name) for t in links.templates for name in _tracking(state, t)]
    state.sql.execute("DELETE FROM link WHERE page_id = ?", (page_id,))
    state.sql.executemany("INSERT OR IGNORE INTO link VALUES (?, ?, ?, ?)", rows)
    return links.redirect


def _tracking(state: State, template: Title) -> list[str]:
    found = state.row(
        "SELECT r.text FROM page p JOIN revision r ON r.id = p.latest WHERE p.ns = ? AND p.title = ? AND p.deleted = 0",
        template.ns, template.name,
    )  # fmt: skip
    if found is None:
        return []
    named = [m for part in _INCLUDE_ONLY.findall(found["text"]) for m in _CATEGORY.findall(part)]
    titles = (parse_title(name, CATEGORY) for name in named)
    return [title.name for title in titles if title]
