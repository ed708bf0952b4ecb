"""An existing file page read back, and single parameters of it changed with everything else left byte for byte.

Rules
- The information template is the first one of our table on the page that stands in no other template; other templates, text
  and categories are never touched.
- Of a parameter that is given twice the last one counts, as on the wiki; comments in a name do not.
- A parameter that is set keeps its place; a new one is put at the end; "" takes it out, or empties it where an earlier one of the
  same name would come to light.
- What cannot be found is not guessed: a page without information template gives no parameters and is not rewritten.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import mwparserfromhell

from glamflow.transforms.commons.templates import information_templates
from glamflow.transforms.merge import PageState

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_NAMESPACE = "template:"


def read_parameters(wikitext: str) -> tuple[str, dict[str, str]]:
    """Name and parameters of the page's information template, ("", {}) if there is none."""
    found = _information(mwparserfromhell.parse(wikitext))
    if found is None:
        return "", {}
    last = {_plain_name(p.name): str(p.value).strip() for p in found.params}
    return _name(found), {name: value for name, value in last.items() if value}


def write_parameters(wikitext: str, changes: Mapping[str, str]) -> str:
    """The page with these parameters of its information template set; unchanged if it has none."""
    page = mwparserfromhell.parse(wikitext)
    found = _information(page)
    if found is None or not changes:
        return wikitext
    for name, value in changes.items():
        there = [p for p in found.params if _plain_name(p.name) == name]
        if there and (value or len(there) > 1):
            there[-1].value = _in_place_of(str(there[-1].value), value)
        elif there:
            found.remove(there[0])
        elif value:
            found.add(f"{name} ", f" {value}\n", preserve_spacing=False)
    return str(page)


def _in_place_of(old: str, value: str) -> str:
    """`value` with the white space that stood around the old one."""
    if old.strip():
        return f"{old[: len(old) - len(old.lstrip())]}{value}{old[len(old.rstrip()) :]}"
    rest = old[old.index("\n") :] if "\n" in old else "\n"
    return f" {value}{rest}" if value else old


def page_state(
    wikitext: str, *, captions: Mapping[str, str], statements: Mapping[str, list[dict[str, Any]]]
) -> PageState:
    """The page as the three-way merge sees it."""
    claims = tuple(claim for group in statements.values() for claim in group)
    return PageState(params=read_parameters(wikitext)[1], captions=dict(captions), statements=claims)


def _information(page: Any) -> Any | None:
    known = information_templates()
    own = page.filter_templates(recursive=page.RECURSE_OTHERS)  # also inside tags, never inside another template
    return next((node for node in own if _name(node) in known), None)


def _name(node: Any) -> str:
    name = _plain_name(node.name).replace("_", " ")
    name = name[len(_NAMESPACE) :].strip() if name[: len(_NAMESPACE)].lower() == _NAMESPACE else name
    return name[:1].upper() + name[1:]


def _plain_name(name: Any) -> str:
    return _COMMENT.sub("", str(name)).strip()
