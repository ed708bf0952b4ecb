"""XML of strangers: no entities, no network, bounded depth and text; elements by local name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

_SAFE_RUN = 240
_STEP = 24
_LONG_RUN = re.compile(rb">[ \t\n]{%d,}+<" % _SAFE_RUN)
_BLANKS_AS_SPACES = bytes.maketrans(b"\t\n", b"  ")


def parse(data: bytes, *, without_blanks: bool = False) -> etree._Element:
    """The root; `XMLSyntaxError` for anything that is not well-formed. Document types are refused by the callers.

    `without_blanks` leaves out the text between elements that is only indentation. What counts as such depends on nothing
    but the element around it (`even_blanks`): an element is read in the same way in whatever page it comes.
    """
    data, encoding = _as_utf8(data)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True,
        remove_blank_text=without_blanks, encoding=encoding,
    )  # fmt: skip
    return etree.fromstring(even_blanks(data) if without_blanks else data, parser)


def _as_utf8(data: bytes) -> tuple[bytes, str | None]:
    """Bytes in which a line break is one byte, and their encoding if it is not as they say."""
    if b"\0" not in data[:4]:
        return data, None
    name = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-16-be" if data[:1] == b"\0" else "utf-16-le"
    try:
        return data.decode(name).encode(), "utf-8"
    except UnicodeError:  # not UTF-16 either: the parser has the last word
        return data, None


def even_blanks(data: bytes) -> bytes:
    """Line breaks as the parser would make them, before it looks for blanks; and no run of blanks that is too long for it.

    libxml2 reads pieces of 4,000 bytes and looks 250 ahead (seen in 2.14, `test_payloads.py`): a longer run of blanks is
    text if a piece happens to end in it. Such runs are found in every 24th byte of a page, since nearly no page has any.
    """
    data = even_line_breaks(data)
    if b" " * (_SAFE_RUN // _STEP) in data[::_STEP].translate(_BLANKS_AS_SPACES):
        data = _LONG_RUN.sub(b">\n<", data)
    return data


def even_line_breaks(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data


class _LocalNames(dict[object, str]):
    """Tag → local name, "" for what is no element; a feed may not fill the memory with names."""

    def __missing__(self, tag: object) -> str:
        if len(self) > 2048:
            self.clear()
        self[tag] = name = tag.rpartition("}")[2] if isinstance(tag, str) else ""
        return name


LOCAL_NAMES = _LocalNames()
"""By the tag, for loops over all records of a page; elsewhere `local_name`."""


def local_name(element: etree._Element) -> str:
    return LOCAL_NAMES[element.tag]


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
