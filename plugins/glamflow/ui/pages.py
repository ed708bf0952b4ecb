"""Values that the templates show, and their rendering (autoescaped: partner text is untrusted)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from glamflow.ledger.reads import Funnel
from glamflow.ledger.rows import Plan


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """Base of the values below."""


class PartnerRow(Shown, frozen=True, kw_only=True):
    """One partner on the overview: counts by stage in the order of the flow, and what waits."""

    slug: str
    name: str
    problem: str = ""
    funnel: tuple[tuple[str, int], ...] = ()
    held: int = 0
    rejected: int = 0
    waiting: str = ""  # what a person must decide, in a sentence
    waiting_link: str = ""


class Obstacle(Shown, frozen=True, kw_only=True):
    """A reason that stands in the way, in people's words first."""

    subject: str
    state: str
    reason: str
    count: int
    what: str
    do: str
    examples: tuple[str, ...]


class RunRow(Shown, frozen=True, kw_only=True):
    """One run and Airflow's page of it."""

    kind: str
    state: str
    started: dt.datetime
    detail: str
    link: str


class WorkCard(Shown, frozen=True, kw_only=True):
    """One file of a plan: the picture beside what would be written about it."""

    title: str
    identifier: str
    source: str
    sha256: str
    rights: str
    text: str


def stages(funnel: Funnel) -> tuple[tuple[str, int], ...]:
    """The flow in the order in which things move."""
    return (
        ("records offered", funnel.offered), ("described", funnel.mapped), ("files allowed", funnel.passed),
        ("fetched", funnel.staged), ("on the wiki", funnel.published), ("verified", funnel.verified),
    )  # fmt: skip


def moment(value: dt.datetime) -> str:
    """22 November 2026, 14:05 UTC."""
    return f"{value.day} {value:%B %Y, %H:%M} UTC"


_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined,
    trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip
_TEMPLATES.filters["moment"] = moment


def render_overview(rows: list[PartnerRow]) -> str:
    ordered = sorted(rows, key=lambda row: (not row.problem, not row.waiting, row.name.casefold()))
    return _TEMPLATES.get_template("overview.html").render(rows=ordered, root=".")


def render_partner(slug: str, name: str, *, funnel: Funnel, obstacles: list[Obstacle], runs: list[RunRow]) -> str:
    return _TEMPLATES.get_template("partner.html").render(
        slug=slug, name=name, flow=stages(funnel), funnel=funnel, obstacles=obstacles, runs=runs, root=".."
    )


def render_plan(plan: Plan, cards: list[WorkCard], *, decide_at: str) -> str:
    return _TEMPLATES.get_template("plan.html").render(plan=plan, cards=cards, decide_at=decide_at, root="..")
