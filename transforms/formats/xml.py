"""XML from outside: parsed without entities or network, bounded, and read by local names.

Rules
- A document type with entities, more than 16 MiB, nesting beyond 256 or a text beyond 10 MB is refused (the last two by libxml2).
- Undeclared prefixes are met in real feeds: such a document is parsed again forgivingly and its names cut to their local part.
- Indentation is left out while parsing (a sixth of the time, and half the nodes). Where the parser may have taken a blank between two
  words for some, in text with elements in it, `text_of` raises `BlanksMatter`: then the caller parses again and keeps blanks.
- Elements are found by local name in any namespace, so that a record with a wrong or missing namespace still maps; a root in an
  unexpected namespace is told to the caller (finding NAMESPACE_WRONG).
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import msgspec
from lxml import etree

MAX_PAYLOAD = 16 * 1024 * 1024

XML_NS = "http://www.w3.org/XML/1998/namespace"
RDF_NS = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

_LANG = f"{{{XML_NS}}}lang"
_PLAIN_START = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml(?![^>]{0,200}encoding)|<\?xml[^>]{0,200}encoding=[\"'](?i:utf-8|us-ascii|iso-8859-1)[\"']|<[\w!])"
)
"""In these encodings a document type is written in ASCII, so that its absence can be seen in the bytes."""

Element = etree._Element


class Document(msgspec.Struct, frozen=True, gc=False):
    """A parsed payload; `mended` if prefixes had to be cut."""

    root: Element
    mended: bool = False


class NotReadable(NamedTuple):
    """Why a payload cannot be read, for `Rejected.detail`."""

    detail: str


class BlanksMatter(Exception):
    """The words of a text might have grown together: the document must be parsed with its blanks."""


def parse_xml(payload: bytes, *, keep_blanks: bool = True) -> Document | NotReadable:
    """The document, or the reason why it is refused."""
    if len(payload) > MAX_PAYLOAD:
        return NotReadable(f"the payload has {len(payload)} bytes, more than {MAX_PAYLOAD}")
    declares = b"!" in payload  # one character is looked for fifteen times as fast as a word
    if declares and b"<!ENTITY" in payload:
        return NotReadable("the document declares entities, which are never resolved")
    try:
        root = etree.fromstring(payload, _KEEPING if keep_blanks else _BRIEF)
    except etree.XMLSyntaxError as error:
        if payload.strip() and _has_only_namespace_errors(payload):
            return _parse_forgivingly(payload)
        return NotReadable(f"not well-formed: {str(error)[:300]}")
    except ValueError as error:
        return NotReadable(f"not readable: {str(error)[:300]}")
    if not _PLAIN_START.match(payload) or (declares and b"<!DOCTYPE" in payload):
        doctype: Any = root.getroottree().docinfo.internalDTD
        if doctype is not None and any(True for _ in doctype.iterentities()):
            return NotReadable("the document declares entities, which are never resolved")
    return Document(root)


def _parser(*, recover: bool = False, keep_blanks: bool = True) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True,
        collect_ids=False, recover=recover,
        remove_blank_text=not keep_blanks,
    )  # fmt: skip


_KEEPING, _BRIEF = _parser(), _parser(keep_blanks=False)
"""Made once, as that takes a third of the time of a small record; lxml lets one thread at a time parse with each."""


def _has_only_namespace_errors(payload: bytes) -> bool:
    # a parser of its own: the log of a shared one, or of the exception, may hold the errors of other documents
    parser = _parser()
    with contextlib.suppress(etree.XMLSyntaxError):
        etree.fromstring(payload, parser)
    log: Any = parser.error_log
    entries = [entry for entry in log if entry.level_name != "WARNING"]
    return bool(entries) and all(entry.domain_name == "NAMESPACE" for entry in entries)


def _parse_forgivingly(payload: bytes) -> Document | NotReadable:
    root = etree.fromstring(payload, _parser(recover=True))
    if root is None:
        return NotReadable("not well-formed")
    for element in root.iter(etree.Element):
        _cut_prefixes(element)
    return Document(root, mended=True)


def _cut_prefixes(element: Element) -> None:
    name = local_name(element)
    if ":" in name:
        element.tag = name.rpartition(":")[2]
    for key in list(element.attrib):
        label = str(key)
        if ":" in label.rpartition("}")[2]:
            value, plain = element.attrib.pop(key), label.rpartition(":")[2]
            if plain and plain not in element.attrib:
                element.set(plain, value)


def local_name(element: Element) -> str:
    """The name without its namespace."""
    tag = str(element.tag)
    return tag[tag.rfind("}") + 1 :]


def namespace(element: Element) -> str:
    """The namespace, "" if there is none."""
    return str(element.tag).rpartition("}")[0][1:]


def children(parent: Element, name: str) -> Iterator[Element]:
    """Child elements with this local name."""
    return parent.iterchildren(f"{{*}}{name}")


def child(parent: Element, name: str) -> Element | None:
    """The first child element with this local name."""
    return next(parent.iterchildren(f"{{*}}{name}"), None)


def walk(parent: Element, path: str) -> Iterator[Element]:
    """Elements at the end of a path of local names ("titleWrap/titleSet")."""
    head, _, rest = path.partition("/")
    if not rest:
        return parent.iterchildren(f"{{*}}{head}")
    return _below(parent, head, rest)


def _below(parent: Element, head: str, rest: str) -> Iterator[Element]:
    for element in parent.iterchildren(f"{{*}}{head}"):
        yield from walk(element, rest)


Found = dict[str, list[Element]]


def elements_of(parent: Any) -> list[Element]:
    """Child nodes at once; comments and processing instructions are gone already. A slice costs a third of an iterator."""
    nodes: list[Element] = parent[:]
    return nodes


def grouped(parent: Element) -> Found:
    """Child elements by local name."""
    found: Found = {}
    for element in elements_of(parent):
        try:
            tag = element.tag
            name = tag[tag.rfind("}") + 1 :]
        except (AttributeError, TypeError):
            continue
        if name in found:
            found[name].append(element)
        else:
            found[name] = [element]
    return found


def first_of(elements: Iterable[Element]) -> str:
    """The first non-empty text of some elements."""
    for element in elements:
        if text := text_of(element):
            return text
    return ""


def texts_of(elements: Iterable[Element]) -> list[str]:
    """The non-empty texts of some elements."""
    return [text for element in elements if (text := text_of(element))]


def text_of(element: Element | None) -> str:
    """All text of an element on one line."""
    if element is None:
        return ""
    if len(element) == 0:
        text = element.text
        if not text:
            return ""
        return text.strip(" ") if text.isprintable() and "  " not in text else " ".join(text.split())
    if _holds_elements_only(element):  # with or without indentation between them
        return " ".join(text for one in element if isinstance(one.tag, str) and (text := text_of(one)))
    return " ".join(_mixed_text(element).split())


def _mixed_text(element: Element) -> str:
    """The text of an element in which text and elements stand side by side.

    The parser takes a blank for indentation only in an element that begins with another one.
    """
    if element.getroottree().parser is _BRIEF and any(len(one) and not one.text for one in element.iter()):
        raise BlanksMatter
    return "".join(str(part) for part in element.itertext())


def _holds_elements_only(element: Element) -> bool:
    return not (element.text or "").strip() and not any((one.tail or "").strip() for one in element)


def block_of(element: Element | None) -> str:
    """All text of an element with its line breaks, for descriptions."""
    if element is None:
        return ""
    if len(element) == 0:
        return (element.text or "").strip()
    if _holds_elements_only(element):
        return "\n".join(text for one in element if isinstance(one.tag, str) and (text := block_of(one)))
    return _mixed_text(element).strip()


def texts(parent: Element, path: str) -> list[str]:
    """The non-empty texts at the end of a path."""
    return [text for element in walk(parent, path) if (text := text_of(element))]


def first_text(parent: Element, path: str) -> str:
    """The first non-empty text at the end of a path."""
    return first_of(walk(parent, path))


def attribute(element: Element, name: str) -> str:
    """An attribute by its local name, whatever its namespace: none, the element's own, or another one."""
    pairs: Any = element.items()
    if len(pairs) < 2:
        return str(pairs[0][1]).strip() if pairs and (pairs[0][0] == name or pairs[0][0].endswith("}" + name)) else ""
    value = element.get(name)
    if value is None:
        ending, found = "}" + name, ""
        for key in element.attrib:
            if str(key).endswith(ending):
                found = (_owned(element, ending) or found) if found else str(key)
        if not found:
            return ""
        value = element.get(found, "")
    return value.strip()


def _owned(element: Element, ending: str) -> str:
    """The attribute in the element's own namespace, which counts where several namespaces have one of this name."""
    name = "{" + namespace(element) + ending
    return name if name in element.attrib else ""


def language_of(element: Element) -> str:
    """`xml:lang` of an element, or `lang` where the prefix was lost."""
    for key in element.attrib:
        if str(key).endswith("lang"):
            return element.get(_LANG) or attribute(element, "lang")
    return ""


def find_records(root: Element, names: frozenset[str]) -> list[Element]:
    """The outermost elements with one of these local names: the root, or what its wrappers hold."""
    if local_name(root) in names:
        return [root]
    found: list[Element] = []
    for element in root.iter(*(f"{{*}}{name}" for name in sorted(names))):
        if not any(ancestor in found for ancestor in element.iterancestors()):
            found.append(element)
    return found
