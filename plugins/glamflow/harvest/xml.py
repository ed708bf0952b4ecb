"""XML of strangers: no entities, no network, bounded depth and text; elements by local name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

_ENCODING = re.compile(rb"""\bencoding\s*=\s*["']([^"']*)""")
_ASCII_BASED = re.compile(rb"utf-?8|us-ascii|(iso-8859|windows)-\d+", re.IGNORECASE)
_BLANK_REFERENCE = re.compile(rb"&#(0*(9|1[03]|32)|[xX]0*([9aAdD]|20));")


def parse(data: bytes, *, without_blanks: bool = False) -> etree._Element:
    """The root; `XMLSyntaxError` for anything that is not well-formed. Document types are refused by the callers.

    `without_blanks` leaves out the text between elements that is only indentation.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True,
        remove_blank_text=without_blanks,
    )  # fmt: skip
    if without_blanks and b"\r" in data:  # as the parser would, but before it looks for blanks
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return etree.fromstring(data, parser)


def has_plain_text(data: bytes) -> bool:
    """Whether the parser sees every text in one piece: no comments, instructions, CDATA or written-out blanks in it.

    Then dropping indentation while parsing and dropping it from the canonical form afterwards are the same.
    """
    start = max(data.find(b"OAI-PMH"), 0)  # a stylesheet or comment before the root is nobody's text
    encoding = _ENCODING.search(data, 0, 200)
    if b"\0" in data or (encoding and not _ASCII_BASED.fullmatch(encoding[1])):
        return False
    # One rare character is found much faster than two of which the first is everywhere.
    if (b"!" in data and data.find(b"<!", start) >= 0) or (b"?" in data and data.find(b"<?", start) >= 0):
        return False
    return not (b"#" in data and _BLANK_REFERENCE.search(data))


def local_name(element: etree._Element) -> str:
    tag = element.tag
    return _local(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=2048)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def children(element: etree._Element | None) -> Iterator[etree._Element]:
    """Child elements only."""
    for one in () if element is None else element:
        if isinstance(one.tag, str):
            yield one


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    """The first child element of that local name."""
    for one in () if element is None else element:
        if local_name(one) == name:
            return one
    return None


def text_of(element: etree._Element | None) -> str:
    """All text inside, trimmed; "" for no element."""
    if element is None:
        return ""
    if len(element) == 0:
        return (element.text or "").strip()
    return "".join(str(part) for part in element.itertext()).strip()


def value_of(element: etree._Element, name: str) -> str:
    """Text of the first element of that local name, of its attribute (`Entity@about`), or of the element's own (`@id`)."""
    wanted, _, attribute = name.partition("@")
    found = element if not wanted else next((one for one in element.iter() if local_name(one) == wanted), None)
    if found is None or not name:
        return ""
    if not attribute:
        return text_of(found)
    return next((str(value).strip() for key, value in found.items() if str(key).rpartition("}")[2] == attribute), "")
