"""A partner whose feed is a server of the test, with real deps over SQLite and a folder store."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from glamflow.steps import check, harvest
from glamflow.steps.deps import Deps, build_deps

PARTNER = """\
partner: {{slug: feed-museum, name: Feed Museum, wikidata: Q4115189, contact: data@feed.example}}
source: {{type: oai_pmh, url: "{url}", format: oai_dc{more}}}
mapping: {{crosswalk: oai_dc, language: en, constants: {{institution: Feed Museum}}}}
rights: {{metadata: cc0, default_country: NL}}
commons: {{attribution: Feed Museum}}
publish: {{approvers: [operator]}}
"""


def environment(folder: Path, url: str, **more: str) -> dict[str, str]:
    """Environment of a process that harvests `url`; the partner file is written below `folder`."""
    partners = folder / "partners"
    partners.mkdir(exist_ok=True)
    rest = "".join(f", {key}: {value}" for key, value in more.items())
    (partners / "feed-museum.yaml").write_text(PARTNER.format(url=url, more=rest))
    return {
        "GLAMFLOW_CONTACT": "tests@example.org", "GLAMFLOW_HOME": str(folder / "home"), "GLAMFLOW_PARTNERS": str(partners),
        "AIRFLOW_CTX_TASK_ID": "harvest_windows", "AIRFLOW_CTX_DAG_ID": "feed-museum__ingest", "AIRFLOW_CTX_DAG_RUN_ID": "test",
    }  # fmt: skip


@contextmanager
def inside(variables: dict[str, str]) -> Iterator[Deps]:
    """Deps of a process with these variables."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield build_deps()
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)


def ingest(deps: Deps, run_id: str, **params: Any) -> dict[str, int]:
    """Harvest and close a run; its counts."""
    for windows in harvest.plan_windows(deps, "feed-museum", run_id, params):
        harvest.harvest_windows(deps, windows)
    return check.close_run(deps, "feed-museum", run_id).counts


def records(deps: Deps) -> dict[str, str]:
    """State of every record that the ledger knows."""
    return {row.key: str(row.state) for row in deps.ledger.reads.records("feed-museum", limit=100_000)}
