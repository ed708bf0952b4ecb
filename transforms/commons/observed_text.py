"""What one revision changed in the text of a page of ours: licence, categories, parameters of the information template, the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import mwparserfromhell

from glamflow.transforms.commons import tongues
from glamflow.transforms.commons.observed import Change, Kind, Past, State, changed_value
from glamflow.transforms.commons.page_text import read_parameters
from glamflow.transforms.commons.templates import is_licence

_CATEGORY = re.compile(r"^\[\[\s*category\s*:\s*([^|\]]+?)\s*(?:\|[^\]]*)?\]\]$", re.IGNORECASE)

LICENCE_PARAMETERS = frozenset({"permission", "license", "artwork license", "photo license"})


class Parts(NamedTuple):
    """A page's text taken apart. `rest` is what remains without white space."""

    template: str
    parameters: dict[str, str]
    categories: tuple[str, ...]
    licences: tuple[str, ...]
    rest: str


def text_changes(before: State, after: State, earlier: Sequence[State]) -> Iterator[Change]:
    if before.text.strip() and not after.text.strip():
        yield Change(kind=Kind.BLANKED, field="page")
        return
    if after.text.strip() and not before.text.strip():
        yield Change(kind=Kind.RESTORED, field="page")
        return
    old, new = parts_of(before.text), parts_of(after.text)
    if sorted(old.licences) != sorted(new.licences):
        yield Change(
            kind=Kind.LICENCE_CHANGED, field="licence", before=" ".join(old.licences), after=" ".join(new.licences)
        )
    if set(old.categories) != set(new.categories):
        lost = [name for name in old.categories if name not in new.categories]
        won = [name for name in new.categories if name not in old.categories]
        yield Change(kind=Kind.CATEGORISED, field="category", before="; ".join(lost), after="; ".join(won))
    if old.template != new.template:
        yield Change(kind=Kind.EDITED, field="template", before=old.template, after=new.template)
        return
    past = [(parts_of(state.text).parameters, state.by_us) for state in earlier]
    for name in dict.fromkeys([*old.parameters, *new.parameters]):
        was, now = old.parameters.get(name, ""), new.parameters.get(name, "")
        if name in LICENCE_PARAMETERS and was != now:
            yield Change(kind=Kind.LICENCE_CHANGED, field=name, before=was, after=now)
        elif "".join(was.split()) != "".join(now.split()):
            yield from _parameter(name, was, now, [(values.get(name, ""), ours) for values, ours in past])
    if old.rest != new.rest:
        yield Change(kind=Kind.EDITED, field="page")


@lru_cache(maxsize=256)
def parts_of(text: str) -> Parts:
    page = mwparserfromhell.parse(text)
    template, parameters = read_parameters(text)
    licences = tuple(
        str(node) for node in page.filter_templates(recursive=page.RECURSE_OTHERS) if is_licence(str(node.name))
    )
    found, rest = [], []
    for node in page.nodes:
        match = _CATEGORY.match(str(node)) if isinstance(node, mwparserfromhell.nodes.Wikilink) else None
        if match:
            found.append(_upper(match[1].replace("_", " ")))
        elif str(node) not in licences and not _is_information(node, template):
            rest.append(str(node))
    return Parts(template, parameters, tuple(dict.fromkeys(found)), licences, "".join("".join(rest).split()))


def _is_information(node: Any, template: str) -> bool:
    return (
        isinstance(node, mwparserfromhell.nodes.Template)
        and bool(template)
        and read_parameters(str(node))[0] == template
    )


def _parameter(name: str, was: str, now: str, past: list[tuple[str, bool]]) -> Iterator[Change]:
    old, new = tongues.split(was, strict=False) or {}, tongues.split(now, strict=False)
    if not new or (was and not old):
        yield changed_value(name, was, now, Past(past))
        return
    split = [(tongues.split(value, strict=False) or {}, ours) for value, ours in past]
    changed = [code for code in dict.fromkeys([*old, *new]) if old.get(code, "") != new.get(code, "")]
    for code in changed:
        before, after = old.get(code, ""), new.get(code, "")
        yield changed_value(
            name, before, after, Past([(texts.get(code, ""), ours) for texts, ours in split]), language=code
        )
    if not changed:  # something between the languages
        yield Change(kind=Kind.EDITED, field=name, before=was, after=now)


def _upper(name: str) -> str:
    return name[:1].upper() + name[1:]
