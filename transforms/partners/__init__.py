"""Partners' judgement: one module per partner that needs it, named after its slug with underscores.

    @mapping("example-museum")
    def judge(record: Record, raw: RawRecord) -> Record | Rejected: ...

The function is pure and total: what it raises is a bug of ours and stops the run loudly.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import Any, NamedTuple

from lxml import etree

from glamflow.transforms.outcome import Rejected, SourceInfo
from glamflow.transforms.record import Record

_SLUG = re.compile(r"[a-z][a-z0-9-]{1,40}")


class RawRecord(NamedTuple):
    """What a partner function may look at besides the record: the bytes, where they came from, and their parsed form."""

    payload: bytes
    source: SourceInfo
    content: etree._Element | Mapping[str, Any]


MappingFunction = Callable[[Record, RawRecord], Record | Rejected]
_registered: dict[str, MappingFunction | None] = {}
"""By slug; None for a partner that is known to have no function."""


def mapping(slug: str) -> Callable[[MappingFunction], MappingFunction]:
    """Register the decorated function as the judgement of the partner `slug`."""

    def register(function: MappingFunction) -> MappingFunction:
        _registered[slug] = function
        return function

    return register


def function_for(slug: str) -> MappingFunction | None:
    """The function of a partner, None if it needs none; its module is looked for once per process, not once per record."""
    if slug not in _registered:
        if _SLUG.fullmatch(slug):
            _load(slug)
        _registered.setdefault(slug, None)
    return _registered[slug]


def _load(slug: str) -> None:
    """Import a partner's module if it has one."""
    name = f"{__name__}.{slug.replace('-', '_')}"
    if find_spec(name) is not None:
        importlib.import_module(name)
