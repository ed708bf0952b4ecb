"""Pages of Dublin Core in the usual form, read with a pattern.

The canonical form of such a record is its own text between two tags: it has no attributes to sort, no namespaces but those of its
start tag, and little that is written in another way. So where one pattern covers a record from `<record>` to `</record>`, the payload
is cut out of the page, and the start tag is put in canonical form, once for all records that share it. That is the payload which
`canonical` makes of the element, byte for byte, at a quarter of its price. Nor is a tree needed: that the page is well-formed, so that
its tags match, is said by expat, which builds none, in half the time. (A document type, its one danger, is not in the patterns.)

What the pattern does not cover (comments, other attributes than `xml:lang`, `about`) is left to `read_record`: record by record,
or all of a page if it is much of it. The tests read pages both ways.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple
from xml.parsers import expat
from xml.sax.saxutils import unescape

from lxml import etree

from glamflow.harvest.protocol import Quarantined, RawRecord
from glamflow.harvest.records import canonical, read_records
from glamflow.harvest.xml import child, children, even_blanks, even_line_breaks, parse
from glamflow.transforms.digest import digest_bytes

# Nothing is tried twice (`++`, `*+`), so that a page costs one look at it, whatever is in it.
_HEADER = (
    rb"\s*+<identifier>([^<]*+)</identifier>\s*+(?:<datestamp>([^<]*+)</datestamp>\s*+)?+((?:<setSpec>[^<]*+</setSpec>\s*+)*+)</header>\s*+"
)
# From a start tag to the end of the tag behind it. That one can only be its end tag, or end tags are left over: then there is a comment
# in the text, say, or a bare ">", which canonical XML writes in another way.
_CHILD = rb'<dc:[a-z]++(?: xml:lang="[a-zA-Z0-9-]*+")?+>[^>]*+(?<!\s)>'
_MAYBE_EMPTY = rb'<dc:[a-z]++(?: xml:lang="[a-zA-Z0-9-]*+")?+(?:/>|>[^>]*+(?<!\s)>)'
_EMPTY = re.compile(rb"<(dc:[a-z]++)([^<>]*+)(?<=/)>")
_DELETED = re.compile(rb'<record>\s*+<header status="deleted"\s*+>%b</record>\s*+' % _HEADER)
_REFERENCE = re.compile(rb"&(?!(?:amp|lt|gt);)([^;]*+);")
_ESCAPED = {"&": b"&amp;", "<": b"&lt;", ">": b"&gt;", "\r": b"&#xD;"}
_HEAD = re.compile(
    rb"(?:\xef\xbb\xbf)?+(?:<\?[^<>]*+>\s*+)*+<OAI-PMH(?:\s[^<>]*+)?+>\s*+(?:<(?:responseDate|request)(?:\s[^<>]*+)?+>[^<]*+</[^<>]++>\s*+)*+<ListRecords>\s*+"
)
# A record of any form, to what looks like its end: `_Page._other` finds out whether it is.
_OTHER = re.compile(rb"<record\b.*?</record>\s*+(?=<record>|<resumptionToken|</ListRecords>)", re.DOTALL)
_TAIL = re.compile(rb"(?:<resumptionToken(?:\s[^<>]*+)?+>(?:[^<]*+</resumptionToken>)?+\s*+)?+</ListRecords>\s*+</OAI-PMH>\s*+")
_PAYLOAD = re.compile(rb"<metadata>\s*+<(?:[\w.-]++:)?+dc[\s>]")
_OTHER_ENCODING = re.compile(rb"(?:\xef\xbb\xbf)?+<\?xml\s[^<>]*?encoding\s*=\s*[\"'](?!utf-8[\"'])", re.IGNORECASE)
_CDATA = re.compile(rb"(?<=>)<!\[CDATA\[((?:[^\]]|\](?!\]>))*+)\]\]>(?=</dc:)")
_GAP = re.compile(rb"</dc:[a-z]++>(\s*+)<dc:")
_SET = re.compile(rb"<setSpec>([^<]*+)<")


class Regular(NamedTuple):
    """A page in the usual form: its root without the records, and these in order."""

    frame: etree._Element
    records: list[RawRecord | Quarantined]


def read_regular(data: bytes) -> Regular | None:
    """What stands in the page `data`, its records as `read_records` reads them; None for a page in another form, or a broken one."""
    head = _HEAD.match(data)
    if head is None or b"xml:space" in head[0] or _OTHER_ENCODING.match(head[0]):
        return None
    if _PAYLOAD.match(data, data.find(b"<metadata>", head.end())) is None:
        return None
    text = even_line_breaks(data)
    if even_blanks(text) != text:
        return None
    try:
        expat.ParserCreate().Parse(data, True)
        return _Page(_CDATA.sub(_escaped, text) if b"<![CDATA[" in text else text).read()
    except (expat.ExpatError, etree.XMLSyntaxError):  # of the page; or of a record, when what looked like its end stands in a comment
        return None


@lru_cache(maxsize=32)
def _record(gap: bytes, child: bytes = _CHILD) -> re.Pattern[bytes]:
    """The pattern of a record with just this between its children: then it can be taken out without a look at each of them."""
    return re.compile(
        rb"<record>\s*+<header\s*+>%b<metadata>\s*+(<(?:[\w.-]++:)?+dc(?:\s[^<>&]*+)?+>)\s*+(%b(?:%b%b)*+)\s*+</[^<>]++>\s*+</metadata>\s*+</record>\s*+"
        % (_HEADER, child, re.escape(gap), child)
    )


class _Page:
    """The text of a page, read from its beginning to its end. Sets and start tags repeat, and are read once."""

    def __init__(self, text: bytes) -> None:
        head, between = _HEAD.match(text), _GAP.search(text)
        self._text = text
        self._head = head[0] if head else b""
        self._gap = between[1] if between else b""
        self._filled, self._maybe_empty = _record(self._gap), _record(self._gap, _MAYBE_EMPTY)
        self._sets: dict[bytes, tuple[str, ...]] = {}
        self._tags: dict[bytes, tuple[bytes, bytes]] = {}

    def read(self) -> Regular | None:
        """The page; None if the page has something else between them, or many that are not in the usual form."""
        text, place = self._text, len(self._head)
        found: list[RawRecord | Quarantined] = []
        others = 0
        while match := self._filled.match(text, place) or next(self._seldom(place), None):
            one: RawRecord | Quarantined | None = None if match.re is _OTHER else self._usual(match)
            if one is None:
                others += 1
                if others > 3 + len(found) // 4:  # each is parsed alone: of many, the page as a whole is quicker
                    return None
                match = _OTHER.match(text, place)
                one = match and self._other(match[0])
            if match is None or one is None:
                return None
            found.append(one)
            place = match.end()
        tail = _TAIL.fullmatch(text, place)
        return Regular(parse(self._head + tail[0]), found) if tail else None

    def _seldom(self, place: int) -> Iterator[re.Match[bytes]]:
        """What else may stand at this place."""
        for pattern in (self._maybe_empty, _DELETED, _OTHER):
            if match := pattern.match(self._text, place):
                yield match

    def _usual(self, match: re.Match[bytes]) -> RawRecord | None:
        """What the pattern found, None if it is not in the usual form after all."""
        key, datestamp, sets, *payload = match.groups(b"")
        if b"&" in match[0] and _REFERENCE.search(match[0], 0, match.end(3) - match.start()):
            return None
        if not key.strip():
            return None
        if sets not in self._sets:
            self._sets[sets] = tuple(map(_plain, _SET.findall(sets)))
        if not payload:
            return RawRecord(key=_plain(key), datestamp=_plain(datestamp), sets=self._sets[sets], deleted=True)
        tag, inner = payload
        if self._gap:
            inner = inner.replace(self._gap + b"<dc:", b"<dc:")
        if match.re is self._maybe_empty:
            inner = _EMPTY.sub(_in_two_tags, inner)
        if b"&" in inner:
            inner = _REFERENCE.sub(_character, inner)
        if tag not in self._tags:
            self._tags[tag] = self._canonical_tags(match[0], inner)
        begin, end = self._tags[tag]
        if not begin or b"xml:space" in tag:
            return None
        whole = b"%b%b%b" % (begin, inner, end)
        return RawRecord(key=_plain(key), payload=whole, digest=digest_bytes(whole), datestamp=_plain(datestamp), sets=self._sets[sets])

    def _canonical_tags(self, record: bytes, inner: bytes) -> tuple[bytes, bytes]:
        """What stands around `inner` in the canonical form of that record; nothing if `inner` does not stand in it as it is."""
        for element in self._elements(record, without_blanks=True):
            for payload in children(child(element, "metadata")):
                begin, found, end = canonical(payload).partition(inner)
                if found:
                    return begin, end
        return b"", b""

    def _other(self, record: bytes) -> RawRecord | Quarantined | None:
        """A record in another form, read from its element; None if the text is not that of one record."""
        elements = self._elements(record, without_blanks=True)
        found = read_records(elements, again=lambda: self._elements(record, without_blanks=False))
        return found[0] if len(found) == 1 else None

    def _elements(self, record: bytes, *, without_blanks: bool) -> list[etree._Element]:
        """The text of a record as a page of its own: alone it is what it is between others."""
        page = b"%b%b</ListRecords></OAI-PMH>" % (self._head, record)
        return list(parse(page, without_blanks=without_blanks)[-1])


def _escaped(cdata: re.Match[bytes]) -> bytes:
    """The whole text of an element without CDATA. (Beside other text, or of blanks alone, it decides which blanks are indentation.)"""
    if not cdata[1].strip():
        return cdata[0]
    return cdata[1].replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")


def _in_two_tags(empty: re.Match[bytes]) -> bytes:
    return b"<%b%b></%b>" % (empty[1], empty[2][:-1], empty[1])


def _character(reference: re.Match[bytes]) -> bytes:
    """A character as canonical XML writes it."""
    name = reference[1].decode()
    character = {"quot": '"', "apos": "'"}.get(name) or chr(int(name[2:], 16) if name[1] == "x" else int(name[1:]))
    return _ESCAPED.get(character) or character.encode()


def _plain(written: bytes) -> str:
    """A text without its entities, trimmed."""
    text = written.decode()
    return (unescape(text) if "&" in text else text).strip()
