"""Pages of Dublin Core in the usual form, read with a pattern.

The canonical form of such a record is its own text between two tags: it has no attributes to sort, no namespaces but those of its
start tag, and nothing that is escaped in another way. So where one pattern covers a record from `<record>` to `</record>`, the payload
is cut out of the page, and the start tag is put in canonical form, once for all records that share it. That is the payload which
`canonical` makes of the element, byte for byte, at a quarter of its price. The page has been parsed before: its tags match.

What the pattern does not cover (CDATA, comments, other entities, other attributes than `xml:lang`, `about`) is left to `read_record`:
record by record, or all of a page if it is much of it. The tests read pages both ways.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import compress, islice
from typing import cast
from xml.sax.saxutils import unescape

from lxml import etree

from glamflow.harvest.protocol import Quarantined, RawRecord
from glamflow.harvest.records import canonical, read_records
from glamflow.harvest.xml import child, children, even_blanks, local_name, text_of
from glamflow.transforms.digest import digest_bytes

# Nothing is tried twice (`++`, `*+`), so that a page costs one look at it, whatever is in it.
_HEADER = (
    rb"\s*+<identifier>([^<]*+)</identifier>\s*+(?:<datestamp>([^<]*+)</datestamp>\s*+)?+((?:<setSpec>[^<]*+</setSpec>\s*+)*+)</header>\s*+"
)
# From a start tag to the end of the tag behind it. That one can only be its end tag, or end tags are left over: then there is a comment
# in the text, say, or a bare ">", which canonical XML writes in another way.
_CHILD = rb'<dc:[a-z]++(?: xml:lang="[a-zA-Z0-9-]*+")?+>[^>]*+(?<!\s)>'
_DELETED = re.compile(rb'<record>\s*+<header status="deleted">%b</record>\s*+' % _HEADER)
_ODD_ENTITY = re.compile(rb"&(?!(?:amp|lt|gt);)")
_HEAD = re.compile(
    rb"(?:\xef\xbb\xbf)?+(?:<\?[^<>]*+>\s*+)*+<OAI-PMH(?:\s[^<>]*+)?+>\s*+(?:<(?:responseDate|request)(?:\s[^<>]*+)?+>[^<]*+</[^<>]++>\s*+)*+<ListRecords>\s*+"
)
_OTHER = re.compile(rb"<record\b.*?</record>\s*+(?=<record>|<resumptionToken|</ListRecords>)", re.DOTALL)
_TAIL = re.compile(rb"(?:<resumptionToken(?:\s[^<>]*+)?+>(?:[^<]*+</resumptionToken>)?+\s*+)?+</ListRecords>\s*+</OAI-PMH>\s*+")
_PAYLOAD = re.compile(rb"<metadata>\s*+<(?:[\w.-]++:)?+dc[\s>]")
_GAP = re.compile(rb"</dc:[a-z]++>(\s*+)<dc:")
_SET = re.compile(rb"<setSpec>([^<]*+)<")


def read_regular(
    data: bytes, body: etree._Element, *, again: Callable[[], Sequence[etree._Element]]
) -> list[RawRecord | Quarantined] | None:
    """What `read_records` reads in the page `data`, of which `body` is the `ListRecords`; None for a page in another form.

    `again` gives the `record` elements out of a tree that kept its blanks.
    """
    if not _is_dublin_core(data) or (body.getroottree().docinfo.encoding or "UTF-8").upper() != "UTF-8":
        return None
    found = _read(even_blanks(data), body)
    if found is None or all(found):
        return cast("list[RawRecord | Quarantined] | None", found)
    elements = [one for one in body if local_name(one) == "record"]
    if not _in_step(found, elements):
        return None
    is_other = [one is None for one in found]
    rest = iter(read_records([*compress(elements, is_other)], again=lambda: [*compress(again(), is_other)]))
    return [one or next(rest) for one in found]


def _is_dublin_core(data: bytes) -> bool:
    """Whether the first payload of a page is Dublin Core, and blanks between its elements count as little as anywhere."""
    head = _HEAD.match(data)
    return head is not None and b"xml:space" not in head[0] and _PAYLOAD.match(data, data.find(b"<metadata>", head.end())) is not None


@lru_cache(maxsize=16)
def _record(gap: bytes) -> re.Pattern[bytes]:
    """The pattern of a record with just this between its children: then it can be taken out without a look at each of them."""
    return re.compile(
        rb"<record>\s*+<header>%b<metadata>\s*+(<(?:[\w.-]++:)?+dc(?:\s[^<>&]*+)?+>)\s*+(%b(?:%b%b)*+)\s*+</[^<>]++>\s*+</metadata>\s*+</record>\s*+"
        % (_HEADER, _CHILD, re.escape(gap), _CHILD)
    )


def _read(text: bytes, body: etree._Element) -> list[RawRecord | None] | None:
    """The records in order, None for one that is not in the usual form; None at all if that is so of many."""
    head, between = _HEAD.match(text), _GAP.search(text)
    gap = between[1] if between else b""
    records, pattern = _Records(body, gap), _record(gap)
    found: list[RawRecord | None] = []
    place, others = head.end() if head else len(text), 0
    while match := pattern.match(text, place) or _DELETED.match(text, place) or _OTHER.match(text, place):
        one = None if match.re is _OTHER else records.read(match, len(found))
        if one is None:
            others += 1
            match = _OTHER.match(text, place)
            if match is None or others > 3 + len(found) // 4:
                return None
        found.append(one)
        place = match.end()
    return found if _TAIL.fullmatch(text, place) else None


class _Records:
    """The records of a page out of what the patterns found. Sets and start tags repeat, and are read once."""

    def __init__(self, body: etree._Element, gap: bytes) -> None:
        self._body = body
        self._gap = gap
        self._sets: dict[bytes, tuple[str, ...]] = {}
        self._tags: dict[bytes, tuple[bytes, bytes]] = {}

    def read(self, match: re.Match[bytes], number: int) -> RawRecord | None:
        """The record with that number, None if it is not what it looks like."""
        written, datestamp, sets, *payload = match.groups(b"")
        if sets not in self._sets:
            self._sets[sets] = tuple(map(_plain, _SET.findall(sets)))
        key = _plain(written)
        if not key or (b"&" in match[0] and _ODD_ENTITY.search(match[0])):
            return None
        if not payload:
            return RawRecord(key=key, datestamp=_plain(datestamp), sets=self._sets[sets], deleted=True)
        tag, inner = payload
        if self._gap:
            inner = inner.replace(self._gap + b"<dc:", b"<dc:")
        if tag not in self._tags:
            self._tags[tag] = self._canonical_tags(number, inner)
        begin, end = self._tags[tag]
        if not begin or b"xml:space" in tag:
            return None
        whole = b"%b%b%b" % (begin, inner, end)
        return RawRecord(key=key, payload=whole, digest=digest_bytes(whole), datestamp=_plain(datestamp), sets=self._sets[sets])

    def _canonical_tags(self, number: int, inner: bytes) -> tuple[bytes, bytes]:
        """What stands around `inner` in the canonical form of that record; nothing if `inner` does not stand in it as it is."""
        for record in islice(self._body, number, number + 1):
            for payload in children(child(record, "metadata")):
                begin, found, end = canonical(payload).partition(inner)
                if found and b' xmlns:dc="' in begin:
                    return begin, end
        return b"", b""


def _in_step(found: Sequence[RawRecord | None], elements: Sequence[etree._Element]) -> bool:
    """Whether the records behind those in another form are still those of their elements: CDATA may hold what looks like a record."""
    if len(found) != len(elements):
        return False
    behind = [(one, elements[n]) for n, one in enumerate(found) if one and n and found[n - 1] is None]
    return all(one.key == text_of(child(child(element, "header"), "identifier")) for one, element in behind)


def _plain(written: bytes) -> str:
    """A text without its entities, trimmed."""
    text = written.decode()
    return (unescape(text) if "&" in text else text).strip()
