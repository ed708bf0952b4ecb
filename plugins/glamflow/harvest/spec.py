"""`SourceSpec`: the `source:` block of a partner file, as the harvesters need it. Every key is explained in
`schemas/partner.schema.json`."""

from __future__ import annotations

from typing import Literal

import msgspec


class RestSpec(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a JSON API is paged and where its records stand (dotted paths)."""

    records: str
    id: str
    pagination: Literal["page_number", "offset", "cursor", "link_header", "id_list"]
    page_param: str = "page"
    size_param: str = ""
    first_page: int = 1
    next: str = ""
    cursor_param: str = "cursor"
    total: str = ""
    since_param: str = ""
    since_format: str = ""  # strftime form; "" = ISO 8601 with Z
    modified: str = ""
    deleted: str = ""
    sets: str = ""
    auth_header: str = ""
    auth_param: str = ""
    object_path: str = ""
    params: dict[str, str] = msgspec.field(default_factory=dict)


class SourceSpec(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where and how to harvest. Exactly one of `url` and `connection` is set."""

    type: Literal["oai_pmh", "rest", "dump"]
    url: str = ""
    connection: str = ""
    path: str = ""
    format: str = "oai_dc"
    sets: tuple[str, ...] = ()
    window: str = ""
    deleted: Literal["no", "transient", "persistent"] = "no"
    page_size: int = 100
    requests_per_second: float = 0.0  # 0 = the default of the session
    rest: RestSpec | None = None
