"""Statements as people read them: labels in the reader's language, dates by their precision, qualifiers, count of references."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from glamflow.sandbox.wiki.answers import Json
from glamflow.sandbox.wiki.entities import label
from glamflow.sandbox.wiki.pages import find_page
from glamflow.sandbox.wiki.render.wikitext import Page, outside_link, page_link
from glamflow.sandbox.wiki.titles import FILE, ITEM, PROPERTY, Title


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One statement ready for a template."""

    guid: str
    value: Markup
    rank: str
    qualifiers: tuple[tuple[Markup, Markup], ...]
    references: tuple[tuple[tuple[Markup, Markup], ...], ...]


def show_statements(page: Page, statements: dict[str, list[Json]]) -> list[tuple[Markup, list[Shown]]]:
    """(property, its statements) in stored order."""
    return [(property_link(page, property_id), [_statement(page, one) for one in group]) for property_id, group in statements.items()]


def property_link(page: Page, property_id: str) -> Markup:
    shown, _ = label(page.state, property_id, page.language)
    return page_link(page, Title(PROPERTY, property_id), shown)


def _statement(page: Page, one: Json) -> Shown:
    return Shown(
        guid=one["id"], value=show_snak(page, one["mainsnak"]), rank=one["rank"], qualifiers=_pairs(page, one.get("qualifiers", {})),
        references=tuple(_pairs(page, reference["snaks"]) for reference in one.get("references", [])),
    )  # fmt: skip


def _pairs(page: Page, groups: dict[str, list[Json]]) -> tuple[tuple[Markup, Markup], ...]:
    return tuple((property_link(page, property_id), show_snak(page, snak)) for property_id, group in groups.items() for snak in group)


def show_snak(page: Page, snak: Json) -> Markup:
    """The value of a snak."""
    if snak["snaktype"] != "value":
        return Markup("<i>{}</i>").format(page.word("unknown_value" if snak["snaktype"] == "somevalue" else "no_value"))
    kind, value = snak["datavalue"]["type"], snak["datavalue"]["value"]
    if kind == "wikibase-entityid":
        shown, language = label(page.state, value["id"], page.language)
        space = PROPERTY if value["id"].startswith("P") else ITEM
        return Markup('{} <span class="id">{}</span>').format(page_link(page, Title(space, value["id"]), shown), value["id"] if language else "")
    if kind == "string":
        return _string(page, snak["property"], value)
    if kind == "time":
        return escape(show_time(value))
    if kind == "monolingualtext":
        return Markup('<span lang="{0}" dir="auto">{1}</span> <span class="id">{0}</span>').format(value["language"], value["text"])
    if kind == "quantity":
        unit = value["unit"].rpartition("/")[2]
        name = "" if unit == "1" else label(page.state, unit, page.language)[0]
        return escape(f"{value['amount'].lstrip('+')} {name}".strip())
    return escape(f"{value.get('latitude')}, {value.get('longitude')}")


def _string(page: Page, property_id: str, value: str) -> Markup:
    if value.startswith(("http://", "https://")):
        return outside_link(value)
    if property_id == "P18" and find_page(page.state, Title(FILE, value)) is not None:
        return page_link(page, Title(FILE, value), value)
    return escape(value)


def show_time(value: dict[str, Any]) -> str:
    """1893, 1890s, 19th century, 2 May 1893, 44 BCE."""
    text = value["time"]
    year, precision = int(text[: text.index("-", 1)]), value["precision"]
    month, day = text[text.index("-", 1) + 1 :][:2], text[text.index("-", 1) + 4 :][:2]
    era = " BCE" if year < 0 else ""
    year = abs(year)
    if precision >= 11:
        return f"{year:04d}-{month}-{day}{era}"
    if precision == 10:
        return f"{year:04d}-{month}{era}"
    if precision == 8:
        return f"{year // 10 * 10}s{era}"
    if precision == 7:
        return f"{(year + 99) // 100}. century{era}"
    return f"{year}{era}"
