"""Airflow needs a home before its first import; these tests give it an empty one and never touch the caller's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).parents[2]
_HOME = tempfile.TemporaryDirectory(prefix="glamflow-airflow-")
os.environ |= {
    "AIRFLOW_HOME": _HOME.name,
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
}

GOOD = """\
partner: {{slug: {slug}, name: "Museum {slug}", contact: data@example.org}}
source: {{type: oai_pmh, url: "https://example.org/oai", format: lido}}
mapping: {{crosswalk: lido, language: sv}}
rights: {{metadata: cc0}}
commons: {{template: Artwork, attribution: "Museum {slug}"}}
publish: {{level: pilot, review: every, approvers: [registrar@example.org]}}
"""
FILMS = "media: {transcode: true}\n"

# Written by us: what a hurried hand leaves behind.
UNKNOWN_KEY = GOOD.replace("rights:", "righst: {{}}\nrights:")
NO_YAML = "partner: {slug: [}\n"

_PARSE = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(sys.argv[1])
print("ANSWER" + json.dumps({
    "errors": {k: str(v) for k, v in bag.import_errors.items()},
    "dags": {d.dag_id: {"tasks": sorted(d.task_ids), "file": d.fileloc.rsplit("/", 1)[1], "doc": d.doc_md or "",
             "pools": {t.task_id: t.pool for t in d.tasks}, "runs": d.max_active_runs, "catchup": d.catchup, "tags": sorted(d.tags)} for d in bag.dags.values()},
    "modules": sorted({m.split(".")[0] for m in sys.modules}),
}))
"""


@pytest.fixture(scope="session")
def partner_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sound partner files and two broken ones."""
    folder = tmp_path_factory.mktemp("partners")
    for slug, more in (("alpha-museum", ""), ("beta-archive", FILMS)):
        (folder / f"{slug}.yaml").write_text(GOOD.format(slug=slug) + more, encoding="utf-8")
    (folder / "odd-key.yaml").write_text(UNKNOWN_KEY.format(slug="odd-key"), encoding="utf-8")
    (folder / "torn.yaml").write_text(NO_YAML, encoding="utf-8")
    return folder


def _parse_dags(partners: Path, *, only: str = "") -> dict[str, Any]:
    """The DAG folder as Airflow's own parser sees it, in a fresh process."""
    context = {"_AIRFLOW_PARSING_CONTEXT_DAG_ID": only} if only else {}
    done = subprocess.run(
        [sys.executable, "-c", _PARSE, str(CHECKOUT / "dags")],
        env=os.environ | {"GLAMFLOW_PARTNERS": str(partners)} | context, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout.partition("ANSWER")[2])
    return answer


@pytest.fixture(scope="session")
def parsed(partner_folder: Path) -> dict[str, Any]:
    return _parse_dags(partner_folder)


@pytest.fixture(scope="session")
def parsed_for_one_task(partner_folder: Path) -> dict[str, Any]:
    """As a worker parses: it has been asked for one DAG."""
    return _parse_dags(partner_folder, only="beta-archive__publish")
