"""One payload with several records → its records, each as a payload of its own, for dumps, files on disk and the command line.

Rules
- A single record is handed back as it came, byte for byte.
- OAI-PMH answers, `lidoWrap`, MARC collections, RDF graphs of several objects and JSON lists are taken apart; the key is the OAI
  identifier where a header stands beside the record, else "".
- Deleted OAI records (a header without metadata) have no payload and are left out.
- What cannot be taken apart is handed back whole: the mapper says why it cannot be read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from lxml import etree

from glamflow.transforms.formats.crosswalks import CROSSWALKS
from glamflow.transforms.formats.xml import (
    MAX_PAYLOAD,
    Document,
    Element,
    child,
    find_records,
    first_text,
    local_name,
    parse_xml,
)


def split_payload(payload: bytes, crosswalk: str) -> Iterator[tuple[str, bytes]]:
    """(key, payload) of every record."""
    known = CROSSWALKS.get(crosswalk)
    if known is None or len(payload) > MAX_PAYLOAD:
        yield "", payload
    elif known.json:
        yield from _split_json(payload)
    else:
        document = parse_xml(payload)
        if not isinstance(document, Document):
            yield "", payload
            return
        records = known.find(document.root) if known.find else find_records(document.root, known.names)
        if len(records) < 2:
            yield "", payload
        for record in records if len(records) > 1 else ():
            yield _key(record), known.cut(record) if known.cut else etree.tostring(record, encoding="utf-8")


def _split_json(payload: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        value: Any = json.loads(payload)
    except (ValueError, RecursionError):
        yield "", payload
        return
    records = value if isinstance(value, list) else None
    if not isinstance(records, list) or not records or not all(isinstance(r, dict) for r in records):
        yield "", payload
        return
    for record in records:
        yield str(record.get("id", "")), json.dumps(record, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _key(record: Element) -> str:
    """The identifier of the OAI header that stands beside the record's `metadata`, else the element's own id."""
    for ancestor in record.iterancestors():
        if local_name(ancestor) == "record":
            header = child(ancestor, "header")
            if header is not None:
                return first_text(header, "identifier")
    return record.get("id") or ""
