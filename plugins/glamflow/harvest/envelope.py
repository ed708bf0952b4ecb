"""One OAI-PMH answer → `Envelope`: errors, records, token, the server's clock.

Rules
- Strict parsing first. Only if that fails is the page cut into records, each parsed apart, mended at most (`repair.py`),
  else quarantined with its bytes and the reason. What stays outside the records must parse, or the page is a fault.
- Errors are children of the root and nowhere else: `<error>` inside metadata is somebody's title.
- OAI elements are known by local name (old, missing and https namespaces are met); `status` in any case; deleted wins.
- A page is parsed without its indentation; only if text stands beside elements in one of its records, once more with it.
- A document type is refused before any parser sees it.

https://www.openarchives.org/OAI/openarchivesprotocol.html
"""

from __future__ import annotations

import datetime as dt
import re

import msgspec
from lxml import etree

from glamflow.harvest.encoding import decode_text
from glamflow.harvest.protocol import Quarantined, RawRecord
from glamflow.harvest.records import read_records, split_records
from glamflow.harvest.regular import read_regular
from glamflow.harvest.xml import LOCAL_NAMES, child, children, local_name, parse, text_of
from glamflow.transforms.errors import SourceRefused, SourceUnavailable

_DOCTYPE = re.compile(r"<!DOCTYPE", re.IGNORECASE)
_ROOT = re.compile(r"<(?:[\w.-]+:)?OAI-PMH[\s>]")
_HTML = re.compile(r"<(?:html|!doctype\s+html|head|body)\b", re.IGNORECASE)


class OaiError(msgspec.Struct, frozen=True):
    """An `error` element of the answer."""

    code: str
    message: str


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """What an answer says. `token` is None without the element (a one-page list), "" if it is empty (the end)."""

    errors: tuple[OaiError, ...] = ()
    records: tuple[RawRecord, ...] = ()
    quarantined: tuple[Quarantined, ...] = ()
    token: str | None = None
    complete_list_size: int | None = None
    cursor: int | None = None
    response_date: dt.datetime | None = None
    warnings: tuple[str, ...] = ()
    verb: str = ""  # the name of its element, "" where there is none
    body: etree._Element | None = None  # that element, for Identify and the lists of sets and formats; records are kept without it

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(error.code for error in self.errors)


def is_envelope(data: bytes) -> bool:
    """Whether bytes look like an OAI-PMH answer at all (decides if an HTTP error status carries one)."""
    return _ROOT.search(decode_text(data[:4096])[0]) is not None


def read_envelope(data: bytes, *, url: str, content_type: str = "", headers_only: bool = False) -> Envelope:
    """The answer in `data`. `SourceUnavailable` if it is none (a repeat may help), `SourceRefused` for a document type."""
    head = decode_text(data[:8192])[0]
    _refuse_doctype(head, url)
    if not headers_only and (page := read_regular(data)) is not None:
        return _with_records(_read_root(page.frame), page.records)
    try:
        root = parse(data, without_blanks=True)
    except etree.XMLSyntaxError as error:
        text, encoding = decode_text(data, content_type=content_type)
        if _ROOT.search(text) is None:
            kind = "an HTML page" if _HTML.search(text[:2000]) else "something"
            raise SourceUnavailable(url, f"it answers with {kind} instead of OAI-PMH") from error
        _refuse_doctype(text.partition("OAI-PMH")[0], url)
        return _read_broken(text, encoding=encoding, problem=str(error), url=url, headers_only=headers_only)
    if root.getroottree().docinfo.internalDTD is not None:
        raise SourceRefused(f"{url} answers with a document type declaration, which we do not read.")
    if local_name(root) != "OAI-PMH":
        kind = "an HTML page" if local_name(root).lower() == "html" else f"“{local_name(root)}”"
        raise SourceUnavailable(url, f"it answers with {kind} instead of OAI-PMH")
    return _read_root(root, data, headers_only=headers_only)


def _refuse_doctype(head: str, url: str) -> None:
    """A document type before the root: HTML is no OAI-PMH (it may be maintenance), anything else is an attack."""
    doctype = _DOCTYPE.search(head)
    root = _ROOT.search(head)
    if doctype is None or (root is not None and root.start() < doctype.start()):
        return
    if _HTML.search(head[doctype.start() :][:40]):
        raise SourceUnavailable(url, "it answers with an HTML page instead of OAI-PMH")
    raise SourceRefused(f"{url} answers with a document type declaration, which we do not read.")


def _read_root(root: etree._Element, data: bytes = b"", *, headers_only: bool = False) -> Envelope:
    """`data` = the page as it came, with the blanks that `root` is without; it is asked for if there are records."""
    body = _body(root)
    found = read_records(_records(body), again=lambda: _records(_body(parse(data))), header_only=headers_only)
    token = (
        None if body is None else next((one for one in reversed(body) if local_name(one) == "resumptionToken"), None)
    )
    frame = Envelope(
        errors=tuple(
            OaiError((one.get("code") or "").strip(), text_of(one))
            for one in children(root)
            if local_name(one) == "error"
        ),
        token=None if token is None else text_of(token),
        complete_list_size=None if token is None else _number(token.get("completeListSize")),
        cursor=None if token is None else _number(token.get("cursor")),
        response_date=parse_datestamp(text_of(child(root, "responseDate"))),
        verb="" if body is None else local_name(body),
        body=None if found else body,
    )
    return _with_records(frame, found) if found else frame


def _with_records(frame: Envelope, found: list[RawRecord | Quarantined]) -> Envelope:
    return msgspec.structs.replace(
        frame,
        records=tuple([one for one in found if isinstance(one, RawRecord)]),
        quarantined=tuple([one for one in found if isinstance(one, Quarantined)]),
    )


def _body(root: etree._Element) -> etree._Element | None:
    """The element of the verb."""
    return next((one for one in children(root) if local_name(one) not in ("responseDate", "request", "error")), None)


def _records(body: etree._Element | None) -> list[etree._Element]:
    return [] if body is None else [one for one in body if LOCAL_NAMES[one.tag] in ("record", "header")]


def _read_broken(text: str, *, encoding: str, problem: str, url: str, headers_only: bool) -> Envelope:
    """A page that does not parse as a whole: the frame apart, each record apart."""
    parts = split_records(text)
    if not parts.complete:
        raise SourceUnavailable(url, f"the page is cut off ({problem})")
    try:
        data = parts.frame.encode()
        frame = _read_root(parse(data, without_blanks=True), data, headers_only=headers_only)
    except etree.XMLSyntaxError as error:
        raise SourceUnavailable(url, f"the page cannot be read even without its records ({error})") from error
    records = list(frame.records)  # none, unless one begins in an unusual way
    quarantined = list(frame.quarantined)
    mended = 0
    for fragment in parts.fragments:
        found, count = fragment.read(header_only=headers_only)
        mended += count > 0
        for one in found:
            if isinstance(one, RawRecord):
                records.append(one)
            else:
                quarantined.append(one)
    warnings = [f"the page does not parse as a whole ({problem}); read as {encoding}"]
    if mended:
        warnings.append(f"{mended} records were mended")
    return msgspec.structs.replace(
        frame, records=tuple(records), quarantined=tuple(quarantined), warnings=tuple(warnings)
    )


def parse_datestamp(value: str) -> dt.datetime | None:
    """A UTC date or date-time of OAI-PMH, with the usual liberties; None if it is none."""
    value = value.strip()
    try:
        moment = dt.datetime.fromisoformat(value.replace("Z", "+00:00").replace("z", "+00:00"))
    except ValueError:
        return None
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


def _number(value: str | None) -> int | None:
    return int(value) if value is not None and value.strip().isdecimal() else None
