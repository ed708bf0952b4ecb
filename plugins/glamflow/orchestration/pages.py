"""Addresses of our own pages (the `/glam` app inside Airflow's web server), for links in tasks and approvals."""

from __future__ import annotations

import base64
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


def report_page(slug: str) -> str:
    return f"{base()}/partners/{quote(slug)}/report"


def quality_page(slug: str, run: str) -> str:
    return f"{base()}/partners/{quote(slug)}/quality/{token_of(run)}/index.html"


def token_of(run: str) -> str:
    """A run's name (it holds slashes and colons) as one part of an address."""
    return base64.urlsafe_b64encode(run.encode()).decode().rstrip("=")


def run_of_token(token: str) -> str:
    """The run's name again; ValueError for anything else."""
    return base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()


def run_page(run: str) -> str:
    """Airflow's own page of a run, "" for a run of the command line."""
    dag_id, _, run_id = run.partition("/")
    return f"/dags/{quote(dag_id)}/runs/{quote(run_id, safe=':+')}" if run_id and "__" in dag_id else ""


def addresses_for(slug: str, *, run: str, answer: Any) -> dict[str, str]:
    """Link name → address for a task that ended with `answer`."""
    found = {"Partner": partner_page(slug), "Report": report_page(slug), "Quality report": quality_page(slug, run)}
    plan = answer.get("plan") if isinstance(answer, dict) else None
    if isinstance(plan, str) and plan:
        found["Plan"] = plan_page(plan)
    return found
