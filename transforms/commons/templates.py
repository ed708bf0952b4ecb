"""The closed table of templates that we write, with every parameter that each of them knows (`data/templates.json`).

Rules
- Unknown parameters vanish on the wiki without a word, so they never leave: `unknown_parameters` is asked of every page before a plan.
- In the table of information templates each parameter names the field of `fields.py` that fills it, "" where we write none.
- A partner's own templates (cooperation, source link) are not in the table: preflight asks the wiki for them.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import mwparserfromhell

from glamflow.transforms.commons.languages import language_templates

_LICENCE = re.compile(r"(PD|Cc|CC|GFDL|Licensed|Attribution|Copyrighted|NKC|FAL|Self|No[ -]known)([ -]|$)|Flickr-no known")


class Used(NamedTuple):
    """One transclusion: the template's name as written (first letter upper case) and the names of its parameters."""

    name: str
    parameters: tuple[str, ...]


@cache
def _table() -> dict[str, Any]:
    text = (files("glamflow.transforms.commons") / "data" / "templates.json").read_text("utf-8")
    table: dict[str, Any] = json.loads(text)
    return table


def information_templates() -> tuple[str, ...]:
    return tuple(_table()["information"])


def parameters_of_information(name: str) -> tuple[tuple[str, str], ...]:
    """(parameter, field that fills it) in the order in which a page shows them."""
    return tuple((parameter, field) for parameter, field in _table()["information"][name])


def known_parameters(name: str) -> frozenset[str] | None:
    """Parameters of a template in the table, None for one that is not in it."""
    table = _table()
    wanted = _upper(name)
    if wanted in table["information"]:
        return frozenset(parameter for parameter, _ in table["information"][wanted])
    for group in ("inner", "licence"):
        for known, parameters in table[group].items():
            if _upper(known) == wanted:
                return frozenset(parameters)
    namespace, colon, _ = wanted.partition(":")
    if colon and namespace in table["namespaces"]:
        return frozenset(table["namespaces"][namespace])
    if name.lower() in language_templates():
        return frozenset({"1"})
    for pattern, parameters in table["licence_patterns"]:
        if re.fullmatch(pattern, wanted):
            return frozenset(parameters)
    return None


def is_licence(name: str) -> bool:
    """Whether a template of this name says under which terms a file may be used: ours and the usual ones of the wiki."""
    return bool(_LICENCE.match(_upper(name)))


def templates_used(wikitext: str) -> tuple[Used, ...]:
    """Every transclusion of a page at any depth, in order; `{{int:…}}` is none."""
    found = mwparserfromhell.parse(wikitext).filter_templates(recursive=True)
    named = ((_upper(str(node.name).strip()), node) for node in found)
    return tuple(
        Used(name, tuple(str(parameter.name).strip() for parameter in node.params))
        for name, node in named
        if not name.lower().startswith("int:")
    )


def unknown_parameters(wikitext: str) -> tuple[tuple[str, str], ...]:
    """(template, parameter) for each parameter that its template does not know, or that is given twice."""
    wrong = []
    for used in templates_used(wikitext):
        known = known_parameters(used.name)
        for position, parameter in enumerate(used.parameters):
            if known is not None and (parameter not in known or parameter in used.parameters[:position]):
                wrong.append((used.name, parameter))
    return tuple(wrong)


def templates_beyond_table(wikitext: str) -> tuple[str, ...]:
    """Names of templates of which the table says nothing: the wiki must be asked."""
    return tuple(dict.fromkeys(u.name for u in templates_used(wikitext) if known_parameters(u.name) is None))


def _upper(name: str) -> str:
    clean = name.replace("_", " ").strip()
    return clean[:1].upper() + clean[1:]
