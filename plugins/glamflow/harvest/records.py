"""One OAI record → `RawRecord`, or `Quarantined` with the reason; and the cutting of broken pages into records.

A payload is the exclusive canonical form of the metadata child: independent of prefixes declared around it, and without its
indentation. The digest is of these bytes. Where text stands beside elements, the payload (not the digest) is taken a second
time, from a tree that kept its blanks, so that words do not grow together. Both depend on nothing but the record: alone, in a
page, in a broken one, it has one payload and one digest.

A record begins where a `record` element is followed by a `header`: MARCXML has `record` elements of its own inside.
What a cut-out record needs of its ancestors (namespace declarations) goes with it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import msgspec
from lxml import etree

from glamflow.harvest.protocol import Quarantined, RawRecord
from glamflow.harvest.repair import mend, undeclared
from glamflow.harvest.xml import LOCAL_NAMES, child, children, local_name, parse, text_of
from glamflow.transforms.digest import canonical_payload, digest_bytes

_XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_XSI_NAMESPACE = b"http://www.w3.org/2001/XMLSchema-instance"
_START = re.compile(r"<(?:[\w.-]+:)?record\b[^<>]*>\s*(?=<(?:[\w.-]+:)?header\b)")
_HEADER = re.compile(r"<(?:[\w.-]+:)?header\b[^<>]*>")  # the items of ListIdentifiers
_TAIL = re.compile(r"<(?:[\w.-]+:)?resumptionToken\b|</(?:[\w.-]+:)?(?:ListRecords|ListIdentifiers|GetRecord)\s*>")
_END = re.compile(r"</(?:[\w.-]+:)?OAI-PMH\s*>\s*\Z")
_DECLARATION = re.compile(r"""\sxmlns(:[\w.-]+)?\s*=\s*("[^"<]*"|'[^'<]*')""")
_IDENTIFIER = re.compile(r"<(?:[\w.-]+:)?identifier\b[^<>]*>([^<]*)<")
# Asked of a whole tree. In a predicate the search ends with the first hit; a count would take quadratic time and more.
_HAS_TEXT_AFTER_ELEMENT = etree.XPath("/*[descendant::text()/preceding-sibling::*]")
_TEXT_AFTER_ELEMENT = re.compile(rb"</[^>]*+>[^<]")
_BLANKS = re.compile(rb">\s+<")
_DECLARED_ONCE = {"dc": ("dc",), "qualifieddc": ("dc", "dcterms"), "qdc": ("dc", "dcterms")}
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def read_records(
    elements: Sequence[etree._Element], *, again: Callable[[], Sequence[etree._Element]], header_only: bool = False
) -> list[RawRecord | Quarantined]:
    """What stands in `record` elements (in ListIdentifiers: `header`) of a tree without blanks, one for one.

    `again` gives the same elements out of a tree that kept its blanks; it is asked at most once, and seldom.
    """
    found = [read_record(one, header_only=header_only) for one in elements]
    if elements and _HAS_TEXT_AFTER_ELEMENT(elements[0]):
        mixed = [
            n for n, one in enumerate(found) if isinstance(one, RawRecord) and _TEXT_AFTER_ELEMENT.search(one.payload)
        ]
        kept = again() if mixed else []
        for n in mixed:
            found[n] = msgspec.structs.replace(found[n], payload=canonical(next(children(child(kept[n], "metadata")))))
    return found


def read_record(element: etree._Element, *, header_only: bool = False) -> RawRecord | Quarantined:
    """A `record` (or, in ListIdentifiers, a `header`) element of a tree without blanks."""
    header = metadata = None
    for one in element:
        name = LOCAL_NAMES[one.tag]
        if name == "header" and header is None:
            header = one
        elif name == "metadata" and metadata is None:
            metadata = one
    if header is None:
        if local_name(element) != "header":
            return _quarantine(element, "", "the record has no header")
        header = element
    key, datestamp, sets = _read_header(header)
    if not key:
        return _quarantine(element, key, "the header has no identifier")
    status = header.get("status")
    deleted = status is not None and status.strip().lower() == "deleted"
    if deleted or header_only:
        return RawRecord(key=key, datestamp=datestamp, sets=sets, deleted=deleted)
    inner = [] if metadata is None else [one for one in metadata if LOCAL_NAMES[one.tag]]
    if len(inner) != 1:
        problem = "the record has no metadata" if not inner else f"the metadata holds {len(inner)} elements, not one"
        return _quarantine(element, key, problem)
    payload = canonical(inner[0])
    return RawRecord(key=key, payload=payload, digest=digest_bytes(payload), datestamp=datestamp, sets=sets)


def _read_header(header: etree._Element) -> tuple[str, str, tuple[str, ...]]:
    """(identifier, datestamp, sets)."""
    key = datestamp = ""
    sets: tuple[str, ...] = ()
    for one in header:
        name = LOCAL_NAMES[one.tag]
        text = text_of(one) if len(one) else (one.text or "").strip()
        if name == "setSpec":
            sets += (text,)
        elif name == "identifier":
            key = key or text
        elif name == "datestamp":
            datestamp = datestamp or text
    return key, datestamp, sets


def canonical(element: etree._Element) -> bytes:
    """Exclusive canonical XML; prefixes that only `xsi:type` values mention are kept declared.

    The exclusive form declares a prefix wherever it is used first, so in Dublin Core at every child, which makes it half as long again:
    there the prefix is declared once, at the beginning.
    """
    once = _DECLARED_ONCE.get(local_name(element), ())
    payload = _canonical(element, once)
    if _XSI_NAMESPACE not in payload or b":type=" not in payload:
        return payload
    mentioned = {str(one.get(_XSI_TYPE)).partition(":")[0] for one in element.iter() if one.get(_XSI_TYPE)}
    return _canonical(element, sorted({*once, *mentioned} & {prefix for prefix in element.nsmap if prefix}))


def _canonical(element: etree._Element, prefixes: Sequence[str]) -> bytes:
    return bytes(
        etree.tostring(element, method="c14n", exclusive=True, with_comments=False, inclusive_ns_prefixes=list(prefixes))
    )


def payload_digest(payload: bytes) -> str:
    """Digest of a payload made by `canonical`. Where no blanks stand between its elements it is in the common canonical
    form already, and need not be parsed again (a test holds the two ways together)."""
    return digest_bytes(canonical_payload(payload) if _BLANKS.search(payload) else payload)


def _quarantine(element: etree._Element, key: str, reason: str) -> Quarantined:
    return Quarantined(key=key, reason=reason, payload=bytes(etree.tostring(element, with_tail=False)))


class Fragment(NamedTuple):
    """The text of one record cut out of a page, and the namespace declarations that held around it."""

    text: str
    declarations: dict[str, str]

    def read(self, *, header_only: bool = False) -> tuple[list[RawRecord | Quarantined], int]:
        """(records found in it, number of mends); what cannot be read is one `Quarantined`."""
        problem = ""
        mended, count = mend(self.text)
        for text, mends in ((self.text, 0), (mended, count)):
            declared = undeclared(text) | self.declarations if mends or problem else self.declarations
            try:
                data = self._wrapped(text, declared)
                root = parse(data, without_blanks=True)
            except (etree.XMLSyntaxError, UnicodeEncodeError) as error:
                problem = problem or str(error)
                continue
            found = read_records(list(children(root)), again=partial(_all_children, data), header_only=header_only)
            return found, mends + (1 if declared is not self.declarations else 0)
        identifier = _IDENTIFIER.search(self.text)
        key = identifier[1].strip() if identifier else ""
        return [
            Quarantined(key=key, reason=f"not well-formed XML: {problem}", payload=self.text.encode("utf-8", "replace"))
        ], 0

    def _wrapped(self, text: str, declarations: dict[str, str]) -> bytes:
        names = "".join(f' {"xmlns:" + prefix if prefix else "xmlns"}="{uri}"' for prefix, uri in declarations.items())
        return f"<cut{names}>{text}</cut>".encode()


def _all_children(data: bytes) -> list[etree._Element]:
    return list(children(parse(data)))


class Parts(NamedTuple):
    """A page without its records, and its records. `complete` = it ends with the end tag of the root."""

    frame: str
    fragments: list[Fragment]
    complete: bool


def split_records(text: str) -> Parts:
    """Cut a page at its records. The frame is mended, since it holds nothing of a record."""
    text = _XML_DECLARATION.sub("", text.lstrip("\ufeff"), count=1)
    complete = _END.search(text) is not None
    pattern = _START if _START.search(text) else _HEADER
    starts = [match.start() for match in pattern.finditer(text)]
    if not starts:
        return Parts(mend(text)[0], [], complete)
    tails = [match.start() for match in _TAIL.finditer(text, starts[-1])]
    end = tails[0] if tails else len(text)
    head = text[: starts[0]]
    declarations = {(prefix or ":")[1:]: value[1:-1] for prefix, value in _DECLARATION.findall(head)}
    edges = [*starts, end]
    fragments = [Fragment(text[a:b], declarations) for a, b in itertools.pairwise(edges)]
    return Parts(mend(head + text[end:])[0], fragments, complete)
