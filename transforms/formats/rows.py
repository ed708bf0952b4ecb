"""JSON objects and rows (CSV, NDJSON) → draft, by plain column names; everything else by the declared field map.

Rules
- A column counts if its name, in any case, is that of a Dublin Core property or of a field of `Record` (`_COLUMNS`).
- A text may be given per language: {"en": "Map", "fr": "Carte"}.
- JSON is read with bounds: 16 MiB, nesting up to 64.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from glamflow.transforms.formats.draft import Draft
from glamflow.transforms.formats.xml import MAX_PAYLOAD, NotReadable
from glamflow.transforms.parsers import PARSERS

MAX_DEPTH = 64
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]|\xed[\xa0-\xbf]")

_COLUMNS = {
    "title": ("titles", "text"), "titles": ("titles", "text"), "description": ("descriptions", "text"),
    "creator": ("agents", "creator"), "artist": ("agents", "creator"), "author": ("agents", "author"),
    "photographer": ("agents", "photographer"), "date": ("dates", "date"), "subject": ("subjects", "term"),
    "subjects": ("subjects", "term"), "type": ("object_types", "term"), "medium": ("materials", "term"),
    "place": ("places", "place"), "dimensions": ("dimensions", "dimensions"), "language": ("content_languages", "language"),
    "rights": ("rights", "rights"), "license": ("rights", "rights"), "licence": ("rights", "rights"),
    "inventory_number": ("identifiers", "inventory_number"), "accession_number": ("identifiers", "inventory_number"),
    "accessionnumber": ("identifiers", "inventory_number"), "identifier": ("identifiers", "identifier"),
    "symbol": ("document_symbol", "text"), "credit_line": ("credit_line", "text"), "creditline": ("credit_line", "text"),
    "provenance": ("provenance", "text"), "collection": ("collection", "text"), "institution": ("institution", "text"),
    "url": ("source_url", "url"), "media": ("media", "media"), "image": ("media", "media"), "images": ("media", "media"),
}  # fmt: skip


def parse_json(payload: bytes) -> dict[str, Any] | NotReadable:
    """The object that the payload holds, or why there is none."""
    if len(payload) > MAX_PAYLOAD:
        return NotReadable(f"the payload has {len(payload)} bytes, more than {MAX_PAYLOAD}")
    try:
        value = json.loads(payload)
    except RecursionError:
        return NotReadable("not readable: nested too deeply")
    except ValueError as error:
        return NotReadable(f"not well-formed: {str(error)[:300]}")
    if not isinstance(value, dict):
        return NotReadable(f"a record is expected to be an object, this is a {type(value).__name__}")
    if not _is_shallow(value):
        return NotReadable(f"nested more than {MAX_DEPTH} deep")
    return _without_lone_surrogates(value) if _SURROGATE.search(payload) else value


def _without_lone_surrogates(value: Any) -> Any:
    """Half a character ("\\ud83d" alone) is valid JSON but no text that could be written anywhere."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_without_lone_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {_without_lone_surrogates(key): _without_lone_surrogates(item) for key, item in value.items()}
    return value


def read_rows(row: Mapping[str, Any], draft: Draft) -> None:
    """Fill the draft from the columns whose names tell what they are."""
    seen: set[str] = set()
    for column, value in row.items():
        known = _COLUMNS.get(column.strip().lower())
        if known is None or value in (None, "", [], {}):
            continue
        target, parser = known
        if target in seen and target in draft.single:
            continue
        seen.add(target)
        PARSERS[parser].read(draft, target, value, "")


def _is_shallow(value: object) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [c for v in level for c in (v.values() if isinstance(v, dict) else v if isinstance(v, list) else ())]
        if not level:
            return True
    return False
