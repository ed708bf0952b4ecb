"""What goes wrong at a partner, a source, a wiki or on the disk is one clear message with what to do, never a traceback."""

from __future__ import annotations

import errno
import json
import os
import shutil
import socket
from pathlib import Path

import pytest
from sample_world import PARTNERS, World

from glamflow.cli import exit_code


@pytest.fixture
def partners(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "partners"
    shutil.copytree(PARTNERS, folder)
    monkeypatch.setenv("GLAMFLOW_PARTNERS", str(folder))
    return folder


def message_of(argv: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Exit code and the last line for people."""
    code = exit_code(argv)
    told = capsys.readouterr().err
    assert "Traceback" not in told
    return code, told.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("rights:\n", "rights:\n  metadata: cc0\n", ["stands twice"]),
        ("mapping:\n", "mapping\n", ["no valid YAML"]),
        ("  default_country:", "  default_contry:", ["unknown key", "rights.default_contry", "default_country"]),
    ],
)
def test_a_malformed_partner_file_is_told_with_file_line_and_fix(
    partners: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, words: list[str]
) -> None:
    file = partners / "lumen-museum.yaml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))
    code, told = message_of(["run", "lumen-museum"], capsys)
    assert code == 2
    assert f"{file}:" in told
    assert told.split(f"{file}:")[1].split(":")[0].isdigit(), "names the line"
    assert all(word in told for word in words), told


def test_a_partner_that_does_not_exist_is_told_with_its_file(partners: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = message_of(["run", "no-such-museum"], capsys)
    assert code == 2
    assert "no-such-museum.yaml" in told


def test_a_source_that_does_not_answer_is_told_with_its_address_and_may_be_tried_again(
    partners: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    monkeypatch.setenv("AIRFLOW_CONN_GLAMFLOW_LUMEN_MUSEUM", json.dumps({"conn_type": "http", "host": f"http://127.0.0.1:{port}"}))
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    code, told = message_of(["run", "lumen-museum"], capsys)
    assert code == 75
    assert f"http://127.0.0.1:{port}/lumen/oai" in told
    assert "partner file" in told


def test_a_wrong_wiki_password_is_told_with_account_and_place_but_never_itself(
    partners: Path, world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = {"conn_type": "wikimedia", "host": world.wiki.base_url, "login": "GlamflowBot@demo", "password": "open sesame"}
    monkeypatch.setenv("AIRFLOW_CONN_GLAMFLOW_WIKI", json.dumps(wrong))
    code, told = message_of(["run", "water-agency", "--write", "--approve", "yes"], capsys)
    assert code == 1
    assert world.wiki.base_url in told
    assert "GlamflowBot@demo" in told
    assert "Airflow connection" in told
    assert "open sesame" not in told


def test_a_full_disk_is_told_with_the_folder_and_may_be_tried_again(
    partners: Path, world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("glamflow.store.filesystem.os.fsync", full)
    code, told = message_of(["run", "lumen-museum"], capsys)
    assert code == 75
    assert str(world.folder / "home" / "store") in told
    assert "full" in told


def test_a_missing_operator_contact_and_a_missing_connection_name_their_variable(
    partners: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AIRFLOW_CONN_GLAMFLOW_LUMEN_MUSEUM")
    assert "AIRFLOW_CONN_GLAMFLOW_LUMEN_MUSEUM" in message_of(["run", "lumen-museum"], capsys)[1]
    monkeypatch.delenv("GLAMFLOW_CONTACT")
    code, told = message_of(["run", "lumen-museum"], capsys)
    assert code == 2
    assert "GLAMFLOW_CONTACT" in told


@pytest.mark.parametrize(
    ("option", "words"), [(["--only", "harvest"], "ingest, publish, sync, report"), (["--approve", "y"], "ask or yes"), (["--from", "June"], "2026-12-31")]
)
def test_a_wrong_option_of_a_run_is_told_before_anything_happens(partners: Path, capsys: pytest.CaptureFixture[str], option: list[str], words: str) -> None:
    code, told = message_of(["run", "lumen-museum", *option], capsys)
    assert code == 2
    assert words in told


@pytest.mark.parametrize("address", ["ledger.db", "mysql://u:secretpw@db/x", "postgresql+psycopg2://u:secretpw@db/x", "postgresql://u:secretpw@db:port/x"])
def test_an_address_of_the_ledger_that_is_none_is_told_without_its_password(
    partners: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("GLAMFLOW_CONTACT", "a@example.org")
    monkeypatch.setenv("GLAMFLOW_LEDGER", address)
    code, told = message_of(["ledger", "migrate"], capsys)
    assert code == 2
    assert "GLAMFLOW_LEDGER" in told
    assert "secretpw" not in told


@pytest.mark.parametrize("command", [["status"], ["audit", "verify"]])
def test_a_partner_that_nobody_knows_is_not_told_to_be_fine(
    partners: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.setenv("GLAMFLOW_CONTACT", "a@example.org")
    monkeypatch.setenv("GLAMFLOW_HOME", str(tmp_path / "home"))
    code, told = message_of([*command, "lumen-musem"], capsys)
    assert code == 1
    assert told == "Nothing is known of “lumen-musem”."


def test_lint_looks_where_the_deployment_keeps_its_partner_files(partners: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (partners / "water-agency.yaml").write_text("partner: [")
    code = exit_code(["lint"])
    told = capsys.readouterr()
    assert code == 1
    assert f"{partners}/water-agency.yaml" in told.err


def test_a_demo_of_a_partner_that_does_not_exist_names_those_that_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = exit_code(["demo", "--exit", "--partner", "no-such-museum", "--state", str(tmp_path / "demo")])
    told = "".join(capsys.readouterr())
    assert code == 2
    assert "no-such-museum" in told
    assert "lumen-museum" in told
