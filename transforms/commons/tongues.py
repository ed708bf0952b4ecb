"""A value that says the same in several languages, `{{en|1=…}}{{sv|1=…}}`, taken apart and merged language by language.

A volunteer's translation in the same parameter is no reason to leave the museum's own sentence behind, and no update of that
sentence may cost the translation.

Rules
- A value can be taken apart only if it consists of language templates, each language once. Ours are made so (`languages.py`).
- In theirs other text may stand between; it stays where it is.
- Each language moves only where it is as we left it; what people made stays, and is a conflict if we know something newer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import mwparserfromhell

from glamflow.transforms.commons.languages import in_language, language_templates

_BREAK = re.compile(r"\s*<br\s*/?>\s*", re.IGNORECASE)


class Merged(NamedTuple):
    """`value` for the page, `said` what of it is ours (the next base), `conflicts`: language → (theirs, ours)."""

    value: str
    said: str
    conflicts: dict[str, tuple[str, str]]


def split(value: str, *, strict: bool = True) -> dict[str, str] | None:
    """Language → text, None for a value that cannot be taken apart. Not `strict`: other text may stand between."""
    found: dict[str, str] = {}
    for node in mwparserfromhell.parse(value).nodes:
        code = _language(node)
        if code in found:
            return None
        if code:
            found[code] = str(_text(node).value).strip()
        elif strict and _BREAK.sub("", str(node)).strip():
            return None
    return found or None


def merge(was: str, there: str, wanted: str) -> Merged | None:
    """Three-way merge of one value, None where it cannot be done by language."""
    base, ours, theirs = (split(was) if was else {}), (split(wanted) if wanted else {}), split(there, strict=False)
    if base is None or ours is None or theirs is None:
        return None
    page, said, conflicts = mwparserfromhell.parse(there), dict(base), dict[str, tuple[str, str]]()
    for code in dict.fromkeys([*ours, *base]):
        old, new, now = base.get(code, ""), ours.get(code, ""), theirs.get(code, "")
        if now == old and new != old:
            _put(page, code, new)
            said[code] = new
        elif new not in (now, old):
            conflicts[code] = (now, new)
    ordered = [*(code for code in ours if code in said), *(code for code in said if code not in ours)]
    return Merged(str(page), _whole({code: said[code] for code in ordered if said[code]}), conflicts)


def _put(page: Any, code: str, text: str) -> None:
    node = next((node for node in page.nodes if _language(node) == code), None)
    if node is None:
        page.append(in_language(text, code))
    elif text:
        parameter = _text(node)
        old = str(parameter.value)
        parameter.value = f"{old[: len(old) - len(old.lstrip())]}{text}{old[len(old.rstrip()) :]}"
    else:
        page.remove(node)


def _whole(texts: Mapping[str, str]) -> str:
    return "".join(in_language(text, code) for code, text in texts.items())


def _language(node: Any) -> str:
    """The language that a template of the value marks, "" for anything else."""
    if not isinstance(node, mwparserfromhell.nodes.Template):
        return ""
    name = str(node.name).strip().lower()
    if name in language_templates() and [str(p.name).strip() for p in node.params] == ["1"]:
        return name
    if name == "lang" and sorted(str(p.name).strip() for p in node.params) == ["1", "2"]:
        return str(node.get("1").value).strip().lower()
    return ""


def _text(node: Any) -> Any:
    return node.get("2" if str(node.name).strip().lower() == "lang" else "1")
