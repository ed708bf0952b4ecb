"""The partner's page: page one for the director, the following for the registrar. One file that asks nothing of any server.

Everything that comes from outside passes through autoescape; the only markup is the template's own.
"""

from __future__ import annotations

import base64
import functools
from collections.abc import Mapping, Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from glamflow.reports.figures import Need, Report, RightsRow
from glamflow.reports.words import Words

ON_PAGE_ONE, NEEDS_ON_PAGE_ONE, LONGEST_TITLE = 6, 3, 90
PLACES = ("on_commons", "waits_for_partner", "waits_for_us", "not_eligible", "left_out", "removed")


def render_page(report: Report, thumbnails: Mapping[str, bytes], *, files: Mapping[str, str]) -> str:
    """The page in the partner's language. `thumbnails` by SHA-256; `files`: csv, json, community, data → relative address."""
    words = Words(report.language)
    images = {sha256: f"data:image/jpeg;base64,{base64.b64encode(data).decode()}" for sha256, data in thumbnails.items() if data}
    way = report.way
    rest = way.offered.records - way.on_commons.records - way.waits_for_partner.records
    return _environment().get_template("report.html").render(
        r=report, w=words, images=images, files=files, places=PLACES, rest=rest, needs=_asked(report), audited=report.audit,
        more=max(0, len(_asked(report, all=True)) - NEEDS_ON_PAGE_ONE), us=_of(report, "operator"), you=_of(report, "partner"), parts=_parts(report, words),
        rights=_by_statement(report.rights),
    )  # fmt: skip


def _parts(report: Report, words: Words) -> str:
    """56 on Commons + 10 waiting for you + …: how page one's numbers add up."""
    counts = ((place, getattr(report.way, place).records) for place in PLACES)
    return " + ".join(words.say("sum_part", number, place=words.say(place, number)) for place, number in counts if number)


def _by_statement(rows: Sequence[RightsRow]) -> list[tuple[str, list[RightsRow]]]:
    """All that one statement means, under the statement; the statement of most files first."""
    groups: dict[str, list[RightsRow]] = {}
    for row in rows:
        groups.setdefault(row.stated, []).append(row)
    return sorted(groups.items(), key=lambda group: -sum(row.count.files for row in group[1]))


def _of(report: Report, who: str) -> list[Need]:
    return [need for need in report.needs if need.who == who]


def _asked(report: Report, *, all: bool = False) -> list[Need]:
    asked = _of(report, "partner")
    return asked if all else asked[:NEEDS_ON_PAGE_ONE]


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("glamflow.reports"), autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["shorten"] = shorten
    environment.filters["address"] = safe_address
    return environment


def shorten(text: str, length: int = LONGEST_TITLE) -> str:
    """At most `length` characters, cut at a word where there is one."""
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    return f"{cut.rpartition(' ')[0] or cut}…"


def safe_address(url: str) -> str:
    """Only web addresses become links; anything else that a record calls its page is shown as text."""
    return url if url.startswith(("https://", "http://")) else ""
