"""In the task log, too, each thing that goes wrong outside is one clear message: the operators run the real steps here."""

from __future__ import annotations

import errno
import json
import os
import shutil
import socket
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sample_world import PARTNERS, ServedSources, fill_wiki, world_environment

from glamflow.orchestration import operators as op
from glamflow.sandbox.wiki import SandboxWiki
from glamflow.settings import connection_from_environment
from glamflow.steps.deps import build_deps
from glamflow.transforms.errors import GlamflowError

PARTNER = "water-agency"


@pytest.fixture
def partners(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "partners"
    shutil.copytree(PARTNERS, folder)
    with ServedSources(tmp_path / "sources") as sources, SandboxWiki(tmp_path / "wiki") as wiki:
        fill_wiki(wiki)
        for name, value in world_environment(tmp_path, sources=sources.url, wiki=wiki.base_url).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("GLAMFLOW_PARTNERS", str(folder))
        # Outside a task Airflow hands out no connections: the variables that it reads are read directly.
        monkeypatch.setattr("glamflow.orchestration.calls.connection_facts", connection_from_environment)
        monkeypatch.setattr("time.sleep", lambda seconds: None)
        yield folder


def run(operator: type[op.StepOperator], run_id: str, ref: Any = None) -> Any:
    task = operator(task_id=run_id, partner=PARTNER, ref=ref)
    ti = SimpleNamespace(dag_id=PARTNER, run_id=run_id)
    context: Any = {"ti": ti, "run_id": run_id, "params": {}}
    return task.execute(context)


def told(operator: type[op.StepOperator], capsys: pytest.CaptureFixture[str], run_id: str = "first", ref: Any = None) -> str:
    """The one error line of the log; the exception that Airflow prints below it carries no frames of ours."""
    capsys.readouterr()
    with pytest.raises(GlamflowError) as caught:
        run(operator, run_id, ref)
    assert "glamflow/steps/" not in "".join(traceback.format_exception(caught.value))
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "[error" in line]
    assert str(caught.value) in line
    return str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [("mapping:\n", "mapping\n", "no valid YAML"), ("  metadata:", "  metdata:", "unknown key")],
)
def test_a_wrong_partner_file(partners: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, words: str) -> None:
    file = partners / f"{PARTNER}.yaml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))
    line = told(op.PlanWindowsOperator, capsys)
    assert line.startswith(f"{file}:")
    assert words in line


def test_a_source_that_does_not_answer(partners: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    monkeypatch.setenv("AIRFLOW_CONN_GLAMFLOW_WATER_AGENCY", json.dumps({"conn_type": "http", "host": f"http://127.0.0.1:{port}"}))
    (lane,) = run(op.PlanWindowsOperator, "second")
    line = told(op.HarvestOperator, capsys, "second", lane)
    assert f"http://127.0.0.1:{port}" in line
    assert "partner file" in line


def test_a_full_disk(partners: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    (lane,) = run(op.PlanWindowsOperator, "third")
    monkeypatch.setattr("glamflow.store.filesystem.os.fsync", full)
    assert "full" in told(op.HarvestOperator, capsys, "third", lane)


def test_a_wrong_wiki_password(partners: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    ingest = "fourth"
    for lane in run(op.PlanWindowsOperator, ingest):
        run(op.HarvestOperator, ingest, lane)
    for lane in run(op.PlanLanesOperator, ingest):
        run(op.MapOperator, ingest, lane)
        run(op.CheckOperator, ingest, lane)
    build_deps(connection_from_environment).ledger.set_gate(f"{PARTNER}/{ingest}", True)
    lanes = run(op.SelectFilesOperator, "fifth")
    assert lanes
    for lane in lanes:
        run(op.StageOperator, "fifth", lane)
    wiki = json.loads(os.environ["AIRFLOW_CONN_GLAMFLOW_WIKI"]) | {"password": "open sesame"}
    monkeypatch.setenv("AIRFLOW_CONN_GLAMFLOW_WIKI", json.dumps(wiki))
    line = told(op.PlanPublicationOperator, capsys, "fifth")
    assert "GlamflowBot@demo" in line
    assert "Airflow connection" in line
    assert "open sesame" not in line
