"""Addresses of our own pages (the `/glam` app inside Airflow's web server), for links in tasks and approvals."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import quote

PREFIX = "/glam"


def base() -> str:
    """`GLAMFLOW_UI` where set, otherwise a path that is right inside Airflow's own pages."""
    return (os.environ.get("GLAMFLOW_UI") or PREFIX).rstrip("/")


def partner_page(slug: str) -> str:
    return f"{base()}/partners/{quote(slug)}"


def plan_page(plan: str) -> str:
    return f"{base()}/plan/{quote(plan, safe='')}"


def report_page(slug: str, period: str = "latest") -> str:
    return f"{base()}/partners/{quote(slug)}/report/{quote(period, safe='')}"


def quality_page(slug: str, run: str) -> str:
    return f"{base()}/partners/{quote(slug)}/quality/{quote(run, safe='')}"


def addresses_for(slug: str, *, run: str, answer: Any) -> dict[str, str]:
    """Link name → address for a task that ended with `answer`."""
    found = {"Partner": partner_page(slug), "Report": report_page(slug), "Quality report": quality_page(slug, run)}
    plan = answer.get("plan") if isinstance(answer, dict) else None
    if isinstance(plan, str) and plan:
        found["Plan"] = plan_page(plan)
    return found
