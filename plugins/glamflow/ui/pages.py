"""Values that the templates show, and their rendering (autoescaped: partner text is untrusted)."""

from __future__ import annotations

from pathlib import Path

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined,
    trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip


class PartnerRow(msgspec.Struct, frozen=True, kw_only=True):
    """One partner on the overview: counts by stage in the order of the flow, and what waits."""

    slug: str
    name: str
    problem: str = ""
    funnel: tuple[tuple[str, int], ...] = ()
    held: int = 0
    rejected: int = 0
    waiting: str = ""  # what a person must decide, in a sentence
    waiting_link: str = ""


def render_overview(rows: list[PartnerRow]) -> str:
    ordered = sorted(rows, key=lambda row: (not row.problem, not row.waiting, row.name.casefold()))
    return _TEMPLATES.get_template("overview.html").render(rows=ordered)
