"""An element read in one walk: what stands below it as plain values.

Rules
- A crosswalk says once, as a `Plan`, which elements it reads by which path of local names; all others are passed over with everything
  below them.
- Names count in any namespace; the usual ones of the format only make it quick, as a name is known as a whole there.
- Text is on one line, but that of blocks keeps its line breaks: as `xml.text_of` and `xml.block_of` read them.
- Attributes are found by their local names, as `xml.attribute` does.

Asking `lxml` for every path, text and attribute apart costs about twice as much: every answer is a new object. So does a list or
an iterator for every element; one iterator goes through the document, and counting tells where an element ends. A text of which
nothing else is read is a string, as a `Part` for it would cost more than the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import msgspec

from glamflow.transforms.formats import xml

_LANG = f"{{{xml.XML_NS}}}lang"
_PASSED, _WRAP, _PART, _TYPED, _BARE, _LINE, _BLOCK = range(7)

Plan = dict[str, tuple[str, int, "Plan"]]
"""The path, the kind and what is read below each element, by its local name and by its names in the usual namespaces."""
_NO_PLAN: Plan = {}
_NO_PLANS: Mapping[str, Plan] = {}
_NOTHING = ("", _PASSED, _NO_PLAN)


class Part(msgspec.Struct, gc=False):
    """One element. `gc=False`: parts point downwards only, so that the cycle collector need not look at them."""

    text: str
    language: str  # `xml:lang`, or `lang` where the prefix was lost
    attributes: Mapping[str, str]
    parts: Mapping[str, Sequence[Part]]  # what stands in it
    bare: Mapping[str, Sequence[str]]  # the texts of bare elements in it; the same mapping, as a path leads to one kind only
    element: xml.Element  # for what is seldom asked

    def get(self, name: str) -> Sequence[Part]:
        """The elements at the end of a path of the plan that are not bare."""
        return self.parts.get(name, ())

    def first(self, name: str) -> str:
        """The first text of the bare elements at the end of a path."""
        texts = self.bare.get(name)
        return texts[0] if texts else ""

    def texts(self, name: str) -> Sequence[str]:
        """The texts of the bare elements at the end of a path."""
        return self.bare.get(name, ())


_Found = dict[str, tuple[Any] | list[Any]]
"""Most paths lead to one element, for which a tuple costs half as much as a list."""
_NO_PARTS: _Found = {}
_NO_ATTRIBUTES: Mapping[str, str] = {}
NO_TEXT = ("",)
"""What stands at the end of a path that leads nowhere, where the first text is asked for in passing: `bare.get(path, NO_TEXT)[0]`."""


def plan(
    *, namespaces: Iterable[str], bare: str = "", lines: str = "", blocks: str = "", parts: Mapping[str, Plan] = _NO_PLANS,
    typed: Mapping[str, Plan] = _NO_PLANS, passed: str = "",
) -> Plan:  # fmt: skip
    """What to read below an element: paths ("titleWrap/titleSet"), in a string divided by spaces.

    Of `bare` elements the text is read, unless it is empty; of `lines` and `blocks` the attributes, too; of `parts` what stands in them, by a plan of its
    own, and of `typed` parts the attributes, too. To name what is usual and not read in `passed` saves a look.
    """
    top: Plan = {}
    for paths, kind in ((passed, _PASSED), (bare, _BARE), (lines, _LINE), (blocks, _BLOCK)):
        for path in paths.split():
            _add(top, path, kind, _NO_PLAN)
    for inner, kind in ((parts, _PART), (typed, _TYPED)):
        for path, below in inner.items():
            _add(top, path, kind, below)
    return _with_namespaces(top, tuple(namespaces))


def _add(level: Plan, path: str, kind: int, below: Plan) -> None:
    *wraps, last = path.split("/")
    for wrap in wraps:
        step = level.get(wrap) or (wrap, _WRAP, {})
        level[wrap] = step
        level = step[2]
    level[last] = (path, kind, below)


def _with_namespaces(level: Plan, namespaces: tuple[str, ...]) -> Plan:
    named: Plan = {}
    for name, (path, kind, below) in level.items():
        step = (path, kind, _with_namespaces(below, namespaces) if kind == _WRAP else below)
        named |= {name: step} | {f"{{{namespace}}}{name}": step for namespace in namespaces}
    return named


def read_parts(parent: xml.Element, known: Plan, order: list[tuple[str, Part]] | None = None) -> Part:
    """What stands in an element, by path; what is not bare is also put into `order`, as it stands there, if the caller wants that.

    The loop runs for every element of every record: it calls only where it must.
    """
    found: _Found = {}
    whole = Part("", "", _NO_ATTRIBUTES, found, found, parent)
    above: list[tuple[int, Plan, _Found]] = []  # what is open and goes on behind the element that is read
    left = len(parent)
    elements: Any = parent.iter()  # typed as such, names and attributes could be bytes
    next(elements)  # the parent itself
    for element in elements:
        if not left:
            left, known, found = above.pop()
        left -= 1
        path, kind, below = known.get(element.tag) or _by_local_name(element, known)
        if kind >= _BARE:
            text = element.text or ""
            if kind == _BLOCK or "  " in text or not text.isprintable() or len(element):
                text = _unusual_text(element, kind, elements)
            else:
                text = text.strip(" ")
            if kind == _BARE:
                if text:
                    found[path] = _beside(found[path], text) if path in found else (text,)
                continue
            inner = _NO_PARTS
        elif kind <= _WRAP:
            if kind == _WRAP:
                if left:
                    above.append((left, known, found))
                left, known = len(element), below
            elif inside := len(element):
                _pass_over(elements, inside)
            continue
        else:
            text, inner = "", {}
        language, attributes = "", _NO_ATTRIBUTES
        if kind != _PART and (pairs := element.items()):
            key, value = pairs[0]
            if len(pairs) > 1:
                language, attributes = _said(element, pairs)
            elif key == _LANG:
                language = value
            elif key.endswith("lang"):
                language, attributes = _said(element, pairs)
            else:
                attributes = {key[key.rfind("}") + 1 :]: value.strip()}
        part = Part(text, language, attributes, inner, inner, element)
        found[path] = _beside(found[path], part) if path in found else (part,)
        if order is not None:
            order.append((path, part))
        if kind < _BARE:
            if left:
                above.append((left, known, found))
            left, known, found = len(element), below, inner
    return whole


def _beside(known: tuple[Any] | list[Any], value: object) -> list[Any]:
    if not isinstance(known, list):
        return [*known, value]
    known.append(value)
    return known


def _unusual_text(element: xml.Element, kind: int, elements: Iterator[Any]) -> str:
    """The text of an element that holds others, or more than words with a space between them."""
    text = xml.block_of(element) if kind == _BLOCK else xml.text_of(element)
    if inside := len(element):
        _pass_over(elements, inside)
    return text


def _pass_over(elements: Iterator[Any], count: int) -> None:
    """Leave out the next `count` elements, with what stands in them."""
    for element in islice(elements, count):
        if inside := len(element):
            _pass_over(elements, inside)


def _by_local_name(element: xml.Element, known: Plan) -> tuple[str, int, Plan]:
    tag = element.tag
    # the reference of an entity has no name
    return known.get(tag[tag.rfind("}") + 1 :], _NOTHING) if isinstance(tag, str) else _NOTHING


def _said(element: xml.Element, pairs: Sequence[tuple[str, str]]) -> tuple[str, Mapping[str, str]]:
    """The language of an element and its attributes by local name."""
    language, attributes = "", {}
    for key, value in pairs:
        attributes[key[key.rfind("}") + 1 :]] = value.strip()
        if key == _LANG:
            language = value
    if len(attributes) < len(pairs):  # the same name in several namespaces
        attributes = {name: xml.attribute(element, name) for name in attributes}
    return language or attributes.get("lang", ""), attributes


def first_text(parts: Iterable[Part]) -> str:
    """The first text that is not empty."""
    for part in parts:
        if part.text:
            return part.text
    return ""


def texts_of(parts: Iterable[Part]) -> list[str]:
    """The texts that are not empty."""
    return [part.text for part in parts if part.text]
