"""Look-alikes of licence templates: Creative Commons, public domain, and the ones that join a work and its photograph."""

from __future__ import annotations

import re

from markupsafe import Markup

from glamflow.sandbox.wiki.pages import find_page
from glamflow.sandbox.wiki.render.wikitext import Page, outside_link, page_link, render_inline
from glamflow.sandbox.wiki.render.words import licence_text
from glamflow.sandbox.wiki.titles import TEMPLATE, Title

_CC = re.compile(r"^cc-(by(?:-sa)?)-(\d\.\d)(?:-([a-z]+))?$", re.IGNORECASE)
_OLD = re.compile(r"^pd-(?:old|anon)[^\d]*(\d{2,3})?", re.IGNORECASE)
_JOINS = ("pd-art", "pd-art-two", "licensed-pd-art", "licensed-pd-art-two", "pd-two", "pd-scan", "licensed-pd", "art photo licence")
_TEXTS = {"by": "Attribution", "by-sa": "Attribution-ShareAlike"}


def is_licence(name: str) -> bool:
    """Whether a template is drawn here."""
    lower = name.lower()
    return lower.startswith(("pd-", "cc-", "licensed-pd", "pdmark", "no known copyright", "attribution"))


def draw_licence(page: Page, name: str, given: dict[str, str]) -> Markup:
    """A licence box."""
    lower = name.lower()
    if lower in _JOINS:
        return _join(page, name, given)
    return Markup('<div class="licence" data-template="{}">{}</div>').format(name, _single(page, name, given))


def _join(page: Page, name: str, given: dict[str, str]) -> Markup:
    """PD-Art, Licensed-PD-Art, PD-two: a frame around the templates named in it."""
    lower = name.lower()
    intro = Markup("<p>{}</p>").format(licence_text("pd-art", page.language)) if "pd-art" in lower else Markup("")
    inner = [given[key] for key in ("1", "2", "3") if given.get(key)] or ["PD-old"]
    rows = []
    for place, part in enumerate(inner):
        layer = "photo" if lower.startswith("licensed") and place == len(inner) - 1 and place > 0 else "work"
        head = Markup("<h5>{}</h5>").format(licence_text(layer, page.language)) if lower.startswith("licensed") else Markup("")
        rows.append(Markup('<div class="part">{}{}</div>').format(head, _named(page, part, given)))
    return Markup('<div class="licence join" data-template="{}">{}{}</div>').format(name, intro, Markup("").join(rows))


def _named(page: Page, name: str, given: dict[str, str]) -> Markup:
    """A licence that another template names; red when there is no such template."""
    title = Title(TEMPLATE, name[:1].upper() + name[1:])
    if find_page(page.state, title) is None:
        return page_link(page, title, f"{{{{{name}}}}}")
    rest = {key: value for key, value in given.items() if not key.isdigit()}
    return _single(page, name, rest)


def _single(page: Page, name: str, given: dict[str, str]) -> Markup:
    attribution = given.get("attribution") or given.get("1", "")
    cc = _CC.match(name)
    if cc:
        kind, version, port = cc.groups()
        full = f"{_TEXTS[kind.lower()]} {version}" + (f" {port.upper()}" if port else " International" if version == "4.0" else "")
        address = f"https://creativecommons.org/licenses/{kind.lower()}/{version}/" + (f"{port.lower()}/" if port else "")
        text = Markup("<p><b>CC {}</b> {} {}</p>").format(
            f"{kind.upper()} {version}", licence_text("cc", page.language, name=full), outside_link(address, "↗")
        )
        return text + _attribution(page, attribution)
    if name.lower() in {"cc-zero", "cc0"}:
        return Markup("<p><b>CC0</b> {}</p>").format(licence_text("cc0", page.language))
    # Nobody must be named for a work in the public domain: in a joined template the attribution belongs to the photograph.
    return Markup("<p><b>{}</b> {}</p>").format(name, _public_domain(page, name, given))


def _attribution(page: Page, text: str) -> Markup:
    if not text:
        return Markup("")
    return Markup('<p class="attribution">{}: {}</p>').format(licence_text("attribution", page.language), render_inline(page, text))


def _public_domain(page: Page, name: str, given: dict[str, str]) -> str:
    lower = name.lower()
    old = _OLD.match(lower)
    if not old:
        return licence_text("pd-us" if lower.startswith("pd-us") else "pd", page.language)
    years = old.group(1) or ("70" if "auto" not in lower else _years(page, given))
    sentence = licence_text("pd-old", page.language, years=years)
    return f"{sentence} {licence_text('pd-us', page.language)}" if "expired" in lower else sentence


def _years(page: Page, given: dict[str, str]) -> str:
    """The longest of the usual terms that has passed since the author's death."""
    year = re.search(r"\d{4}", given.get("deathyear", ""))
    passed = int(page.state.clock()[:4]) - int(year.group(0)) if year else 71
    return str(max((term for term in (50, 60, 70, 75, 80, 90, 100) if term < passed), default=50))
