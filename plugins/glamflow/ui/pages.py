"""Values that the templates show, and their rendering (autoescaped: partner text is untrusted)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from glamflow.ui.bars import Bar
from glamflow.ui.words import day, many, moment, thin


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """Base of the values below."""


class PartnerRow(Shown, frozen=True, kw_only=True):
    """One partner on the overview: where its files stand, and what waits."""

    slug: str
    name: str
    problem: str = ""
    sentence: str = "No run yet."
    parts: tuple[Bar, ...] = ()
    files: int = 0
    published: int = 0
    fresh: dt.datetime | None = None  # when the last good run of any kind ended
    at_work: str = ""
    failed: str = ""
    failed_link: str = ""
    stopped: str = ""
    written_today: int = 0
    waiting: str = ""  # what a person must decide, in a sentence
    waiting_link: str = ""

    @property
    def needs(self) -> int:
        """The smaller, the sooner somebody is needed."""
        return next((n for n, on in enumerate((self.problem, self.stopped, self.waiting, self.failed)) if on), 9)


class Obstacle(Shown, frozen=True, kw_only=True):
    """A reason that stands in the way, in people's words first."""

    subject: str
    state: str
    reason: str
    count: int
    what: str
    do: str
    examples: tuple[str, ...]
    who: str = ""
    query: str = ""


class RunRow(Shown, frozen=True, kw_only=True):
    """One run and Airflow's page of it."""

    kind: str
    state: str
    started: dt.datetime
    detail: str
    link: str


class Picture(Shown, frozen=True, kw_only=True):
    """A thumbnail that leads to its record."""

    key: str
    sha256: str
    title: str


class PlanRow(Shown, frozen=True, kw_only=True):
    """A plan among others."""

    id: str
    made: dt.datetime
    state: str
    files: int
    decision: str = ""


class PartnerView(Shown, frozen=True, kw_only=True):
    """Everything on a partner's page."""

    slug: str
    name: str
    sentence: str = "No run yet."
    flow: tuple[Bar, ...] = ()
    record_parts: tuple[Bar, ...] = ()
    file_parts: tuple[Bar, ...] = ()
    records: int = 0
    files: int = 0
    pictures: tuple[Picture, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    runs: tuple[RunRow, ...] = ()
    plans: tuple[PlanRow, ...] = ()
    stopped: str = ""
    waiting: str = ""
    waiting_link: str = ""
    report: bool = False


class WorkCard(Shown, frozen=True, kw_only=True):
    """One file of a plan: the picture beside what would be written about it."""

    title: str
    identifier: str
    record: str
    source: str
    sha256: str
    rights: str
    text: str
    kind: str = ""
    sample: bool = False
    replaced: str = ""  # SHA-256 of the published version that a new one would take the place of
    to: str = ""  # the title that the page would get


class ListedRow(Shown, frozen=True, kw_only=True):
    """A record or file in a list."""

    key: str
    name: str
    state: str
    why: str
    detail: str = ""
    sha256: str = ""


class Moment(Shown, frozen=True, kw_only=True):
    """One step of a life-line. `link` is below our root, or a whole address where `outside`."""

    at: dt.datetime
    stage: str
    what: str
    detail: str = ""
    who: str = ""
    link: str = ""
    outside: bool = False


class LayerView(Shown, frozen=True, kw_only=True):
    """One layer of rights in words; "" where nothing is known of it."""

    name: str
    status: str
    licence: str
    licensor: str
    basis: str
    at_home: str
    in_us: str


class Beside(Shown, frozen=True, kw_only=True):
    """Another picture that may show the same. `page`: where it stands, on the wiki or below our root."""

    title: str
    page: str
    slug: str
    sha256: str
    outside: bool = False


class FileView(Shown, frozen=True, kw_only=True):
    """One file of a record: what it is now, why, and where it stands on the wiki."""

    media_id: str
    title: str
    state: str
    url: str
    sha256: str
    facts: str
    what: str
    why: str
    do: str
    who: str
    reason: str
    detail: str
    explanation: str
    layers: tuple[LayerView, ...]
    evidence: tuple[str, ...]
    page: str
    beside: tuple[Beside, ...] = ()


def record_path(slug: str, key: str) -> str:
    """A record's page below our root; keys are the partner's and may hold anything."""
    return f"/record/{quote(slug)}/{quote(key, safe='')}"


def render(template: str, *, root: str = "", **values: Any) -> str:
    return _TEMPLATES.get_template(template).render(root=root, **values)


def render_overview(rows: Iterable[PartnerRow], *, root: str = "") -> str:
    ordered = sorted(rows, key=lambda row: (row.needs, row.name.casefold()))
    return render("overview.html", rows=ordered, root=root)


def render_partner(view: PartnerView, *, root: str = "") -> str:
    return render("partner.html", view=view, root=root)


_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined,
    trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip
_TEMPLATES.filters |= {"moment": moment, "day": day, "thin": thin}
_TEMPLATES.globals |= {"record_path": record_path, "many": many}
