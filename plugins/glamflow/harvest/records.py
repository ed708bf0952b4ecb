"""One OAI record → `RawRecord`, or `Quarantined` with the reason; and the cutting of broken pages into records.

A record begins where a `record` element is followed by a `header`: MARCXML has `record` elements of its own inside.
What a cut-out record needs of its ancestors (namespace declarations) goes with it.
"""

from __future__ import annotations

import itertools
import re
from typing import NamedTuple

from lxml import etree

from glamflow.harvest.protocol import Quarantined, RawRecord
from glamflow.harvest.repair import mend, undeclared
from glamflow.harvest.xml import children, local_name, parse, text_of
from glamflow.transforms.digest import canonical_payload, digest_bytes

_XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_XSI_NAMESPACE = b"http://www.w3.org/2001/XMLSchema-instance"
_XSI = re.compile(b'xmlns:([^=]+)="' + re.escape(_XSI_NAMESPACE) + b'"')
_START = re.compile(r"<(?:[\w.-]+:)?record\b[^<>]*>\s*(?=<(?:[\w.-]+:)?header\b)")
_HEADER = re.compile(r"<(?:[\w.-]+:)?header\b[^<>]*>")  # the items of ListIdentifiers
_TAIL = re.compile(r"<(?:[\w.-]+:)?resumptionToken\b|</(?:[\w.-]+:)?(?:ListRecords|ListIdentifiers|GetRecord)\s*>")
_END = re.compile(r"</(?:[\w.-]+:)?OAI-PMH\s*>\s*\Z")
_DECLARATION = re.compile(r"""\sxmlns(:[\w.-]+)?\s*=\s*("[^"<]*"|'[^'<]*')""")
_IDENTIFIER = re.compile(r"<(?:[\w.-]+:)?identifier\b[^<>]*>([^<]*)<")
_TEXT_AFTER_ELEMENT = re.compile(rb"</[^>]*>[^<]")
_BLANKS = re.compile(rb">\s+<")
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def read_record(element: etree._Element, *, header_only: bool = False, without_blanks: bool = False) -> RawRecord | Quarantined:
    """A `record` (or, in ListIdentifiers, a `header`) element. `without_blanks` = it was parsed so (`MixedText` if that is wrong)."""
    header = metadata = None
    for one in element:
        name = local_name(one)
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
    deleted = (header.get("status") or "").strip().lower() == "deleted"
    if deleted or header_only:
        return RawRecord(key=key, datestamp=datestamp, sets=sets, deleted=deleted)
    inner = [] if metadata is None else [one for one in metadata if isinstance(one.tag, str)]
    if len(inner) != 1:
        problem = "the record has no metadata" if not inner else f"the metadata holds {len(inner)} elements, not one"
        return _quarantine(element, key, problem)
    payload = canonical(inner[0])
    digest = _digest_without_blanks(payload) if without_blanks else payload_digest(payload)
    return RawRecord(key=key, payload=payload, digest=digest, datestamp=datestamp, sets=sets)


class MixedText(Exception):
    """A record has text beside elements: there, blanks between two elements part words and must be kept."""


def _read_header(header: etree._Element) -> tuple[str, str, tuple[str, ...]]:
    """(identifier, datestamp, sets)."""
    key = datestamp = ""
    sets: tuple[str, ...] = ()
    for one in header:
        match local_name(one):
            case "identifier":
                key = key or text_of(one)
            case "datestamp":
                datestamp = datestamp or text_of(one)
            case "setSpec":
                sets += (text_of(one),)
    return key, datestamp, sets


def canonical(element: etree._Element) -> bytes:
    """Exclusive canonical XML; prefixes that only `xsi:type` values mention are kept declared."""
    payload: bytes = etree.tostring(element, method="c14n", exclusive=True, with_comments=False)
    prefix = _XSI.search(payload) if _XSI_NAMESPACE in payload else None
    if prefix is None or prefix[1] + b":type=" not in payload:
        return payload
    mentioned = {str(one.get(_XSI_TYPE)).partition(":")[0] for one in element.iter() if one.get(_XSI_TYPE)}
    prefixes = sorted(mentioned & {prefix for prefix in element.nsmap if prefix})
    return bytes(
        etree.tostring(element, method="c14n", exclusive=True, with_comments=False, inclusive_ns_prefixes=prefixes)
    )


def _digest_without_blanks(payload: bytes) -> str:
    """The same digest as below, where the parser left the blanks out; `MixedText` where it should not have."""
    if _TEXT_AFTER_ELEMENT.search(payload):
        raise MixedText
    return digest_bytes(payload)


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
                root = parse(self._wrapped(text, declared))
            except (etree.XMLSyntaxError, UnicodeEncodeError) as error:
                problem = problem or str(error)
                continue
            found = [read_record(one, header_only=header_only) for one in children(root)]
            return found, mends + (1 if declared is not self.declarations else 0)
        identifier = _IDENTIFIER.search(self.text)
        key = identifier[1].strip() if identifier else ""
        return [
            Quarantined(key=key, reason=f"not well-formed XML: {problem}", payload=self.text.encode("utf-8", "replace"))
        ], 0

    def _wrapped(self, text: str, declarations: dict[str, str]) -> bytes:
        names = "".join(f' {"xmlns:" + prefix if prefix else "xmlns"}="{uri}"' for prefix, uri in declarations.items())
        return f"<cut{names}>{text}</cut>".encode()


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
