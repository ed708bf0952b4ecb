"""An existing file page read back, and single parameters of it changed with everything else left byte for byte.

Rules
- The information template is the first one of our table on the page; other templates, text and categories are never touched.
- A parameter that is set keeps its place; a new one is put at the end; "" takes it out.
- What cannot be found is not guessed: a page without information template gives no parameters and is not rewritten.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import mwparserfromhell

from glamflow.transforms.commons.templates import information_templates
from glamflow.transforms.merge import PageState


def read_parameters(wikitext: str) -> tuple[str, dict[str, str]]:
    """Name and parameters of the page's information template, ("", {}) if there is none."""
    found = _information(mwparserfromhell.parse(wikitext))
    if found is None:
        return "", {}
    pairs = ((str(p.name).strip(), str(p.value).strip()) for p in found.params)
    return _name(found), {name: value for name, value in pairs if value}


def write_parameters(wikitext: str, changes: Mapping[str, str]) -> str:
    """The page with these parameters of its information template set; unchanged if it has none."""
    page = mwparserfromhell.parse(wikitext)
    found = _information(page)
    if found is None or not changes:
        return wikitext
    for name, value in changes.items():
        there = next((p for p in found.params if str(p.name).strip() == name), None)
        if there is not None and value:
            old = str(there.value)
            before, after = old[: len(old) - len(old.lstrip())], old[len(old.rstrip()) :]
            there.value = f"{before or ' '}{value}{after or chr(10)}" if not old.strip() else f"{before}{value}{after}"
        elif there is not None:
            found.remove(there)
        elif value:
            found.add(f"{name} ", f" {value}\n", preserve_spacing=False)
    return str(page)


def page_state(
    wikitext: str, *, captions: Mapping[str, str], statements: Mapping[str, list[dict[str, Any]]]
) -> PageState:
    """The page as the three-way merge sees it."""
    claims = tuple(claim for group in statements.values() for claim in group)
    return PageState(params=read_parameters(wikitext)[1], captions=dict(captions), statements=claims)


def _information(page: Any) -> Any | None:
    known = information_templates()
    return next((node for node in page.filter_templates(recursive=False) if _name(node) in known), None)


def _name(node: Any) -> str:
    name = str(node.name).strip().replace("_", " ")
    return name[:1].upper() + name[1:]
