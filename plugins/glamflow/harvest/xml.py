"""XML of strangers: no entities, no network, bounded depth and text; elements by local name."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree


def parse(data: bytes) -> etree._Element:
    """The root; `XMLSyntaxError` for anything that is not well-formed. Document types are refused by the callers."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    return etree.fromstring(data, parser)


def local_name(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


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
