"""Which expectations a run is held to: the defaults of `schemas/expectations/batch.json` and the partner's `quality:`.

Rules
- An expectation that serves something in `quality.require` is critical, and may fail for at most `max_rejected` of the
  records; the same expectation is only info where the partner does not require it.
- Only critical ones stop a run (`gate.py`). Verdicts on single records are not made here but in `transforms/checks.py`.
- No Great Expectations in this file: suites can be read, tested and shown without it.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Collection
from importlib import resources
from typing import Any, Literal

import msgspec

Severity = Literal["critical", "warning", "info"]
COLUMNS = (
    "record", "title", "title_length", "creator", "date", "inventory_number", "source_url", "rights", "media_count",
    "rights_verdict", "rights_reason",
)  # fmt: skip
"""Columns of a row that the defaults look at; rows may have more."""


class Expectation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One expectation on one column. `sentence` is for people; `mostly` is the share of rows that must fulfil it."""

    id: str
    type: str
    column: str
    sentence: str
    severity: Severity = "info"
    mostly: float | None = None
    requires: str = ""
    kwargs: dict[str, Any] = msgspec.field(default_factory=dict)


def build_suite(*, require: Collection[str] = (), max_rejected: float = 0.05) -> tuple[Expectation, ...]:
    """The expectations of a run under a partner's `quality:` block."""
    return tuple(_sharpened(one, require, max_rejected) for one in _defaults())


def _sharpened(one: Expectation, require: Collection[str], max_rejected: float) -> Expectation:
    if not one.requires:
        return one
    severity: Severity = "critical" if one.requires in require else "info"
    return msgspec.structs.replace(one, severity=severity, mostly=round(1 - max_rejected, 6))


@functools.cache
def _defaults() -> tuple[Expectation, ...]:
    text = resources.files("glamflow.schemas").joinpath("expectations", "batch.json").read_text(encoding="utf-8")
    return msgspec.convert(json.loads(text)["expectations"], tuple[Expectation, ...])
