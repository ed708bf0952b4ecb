"""`source:` of a partner file, as far as harvesting needs it. `glamflow.partner` reads the YAML and builds these.

Field names are those of `schemas/partner.schema.json`, where each is explained.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Pagination = Literal["page_number", "offset", "cursor", "link_header", "id_list"]


class EachAddress(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A list of objects or texts, each with an address of its own made of its values and the record's."""

    each: str  # path to the list in the record
    url: str
    where: dict[str, str] = msgspec.field(default_factory=dict)  # only items with these values


class RestSpec(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`source.rest`: how a JSON API lists its records. Paths are dotted ("data.items", "response.docs", "0.id")."""

    records: str
    id: str
    pagination: Pagination
    page_param: str = "page"  # page number or offset
    size_param: str = ""
    first_page: int | None = None  # None: page 1, offset 0
    next: str = ""  # path to the next cursor, or to the whole next address
    cursor_param: str = "cursor"  # what asks for the first page ("*") stands in `params`
    total: str = ""
    since_param: str = ""
    since_format: str = ""  # strftime over UTC; "" = ISO 8601 with Z, "epoch" = seconds since 1970
    modified: str = ""
    deleted: str = ""
    sets: str = ""
    auth_header: str = ""
    auth_param: str = ""
    object_path: str = ""  # address of one record for id lists, with {id}
    params: dict[str, str] = msgspec.field(default_factory=dict)
    answer: Literal["json", "xml"] = "json"  # xml: records, id, total and next are element names
    details: dict[str, str] = msgspec.field(default_factory=dict)  # key → address of more about a record, with {paths}
    addresses: dict[str, str | EachAddress] = msgspec.field(default_factory=dict)  # key → address made of a record's values


class OaiSpec(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Switches for servers that leave the protocol."""

    post: bool = False  # form in the body instead of the address
    resend_prefix: bool = False  # the server wants metadataPrefix again beside the token
    max_empty_pages: int = 10
    auth_header: str = ""


class DumpSpec(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a file of records is read: `kind` "" = by the name; `records` is a dotted path (JSON) or an element name (XML)."""

    kind: Literal["", "csv", "tsv", "ndjson", "json", "xml"] = ""
    records: str = ""
    id: str = "id"
    encoding: str = "utf-8-sig"
    delimiter: str = ""  # "" = comma, tabulator for TSV
    modified: str = ""
    deleted: str = ""
    member: str = ""  # pattern of the files inside an archive or a folder that are read; "" = all of a known kind


class SourceSpec(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where records come from. Either `url`, or `connection` (its host comes as `base_url`) with `path` added to it."""

    type: Literal["oai_pmh", "rest", "dump", "iiif"]
    url: str = ""
    connection: str = ""
    path: str = ""
    format: str = "oai_dc"  # OAI metadata prefix, or format of the payload
    sets: tuple[str, ...] = ()
    window: str = ""  # ISO 8601 duration of one unit: P1D, P30D, P2W, P1M, P1Y
    deleted: Literal["no", "transient", "persistent"] = "no"
    refresh: str = ""  # "", a duration, decay, never: see `refresh.py`
    page_size: int = 100
    requests_per_second: float = 0.0  # 0 = the pace of the session
    max_bytes: int = 256 * 1024**2  # of one answer
    max_records: int = 0  # of one window; more is a fault of the source; 0 = no limit
    rest: RestSpec | None = None
    oai: OaiSpec = OaiSpec()
    dump: DumpSpec | None = None
