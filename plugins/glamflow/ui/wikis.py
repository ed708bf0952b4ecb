"""Addresses on the wikis, where this process knows the connection (`AIRFLOW_CONN_…`); elsewhere pages show names without links."""

from __future__ import annotations

from functools import cache

from glamflow.settings import connection_from_environment
from glamflow.steps.report_works import page_address
from glamflow.transforms.errors import ConfigInvalid


def wiki_page(wiki: str, title: str) -> str:
    """The file's page, "" where the wiki's address is not known."""
    base = _base(wiki)
    return page_address(base, title.removeprefix("File:")) if base and title else ""


def wiki_change(wiki: str, revision: int | None) -> str:
    """What one revision changed."""
    base = _base(wiki)
    return f"{base}/w/index.php?diff={revision}" if base and revision else ""


@cache
def _base(wiki: str) -> str:
    try:
        facts = connection_from_environment(wiki)
    except ConfigInvalid:
        return ""
    return facts.base_url if facts.host else ""
