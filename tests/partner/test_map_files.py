"""The command line over files and stdin, without Airflow, ledger or source."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from glamflow.cli import exit_code

LIDO = """<lido xmlns="http://www.lido-schema.org"><lidoRecID>r{n}</lidoRecID><descriptiveMetadata xml:lang="en"><objectClassificationWrap>
<objectWorkTypeWrap><objectWorkType><term>oil painting</term></objectWorkType></objectWorkTypeWrap></objectClassificationWrap>
<objectIdentificationWrap><titleWrap><titleSet><appellationValue>A harbour</appellationValue></titleSet></titleWrap><repositoryWrap><repositorySet>
<workID type="inventory number">HM {n}</workID></repositorySet></repositoryWrap></objectIdentificationWrap><eventWrap><eventSet><event><eventType>
<term>production</term></eventType><eventActor><actorInRole><actor><nameActorSet><appellationValue>Lind, Anna (1800-1868)</appellationValue>
</nameActorSet></actor></actorInRole></eventActor><eventDate><displayDate>1850</displayDate></eventDate><eventPlace><place><namePlaceSet>
<appellationValue>Sweden</appellationValue></namePlaceSet></place></eventPlace></event></eventSet></eventWrap></descriptiveMetadata>
<administrativeMetadata><resourceWrap><resourceSet><resourceID>i{n}</resourceID><resourceRepresentation><linkResource>https://m.example/{n}.jpg
</linkResource></resourceRepresentation><rightsResource><rightsType><term>http://creativecommons.org/publicdomain/mark/1.0/</term></rightsType>
</rightsResource></resourceSet></resourceWrap></administrativeMetadata></lido>"""
WRAPPED = f'<lidoWrap xmlns="http://www.lido-schema.org">{LIDO.format(n=1)}{LIDO.format(n=2)}</lidoWrap>'


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture
def wrapped(tmp_path: Path) -> str:
    path = tmp_path / "wrapped.xml"
    path.write_text(WRAPPED, "utf-8")
    return str(path)


def test_every_record_of_a_file_is_a_line_with_findings_and_a_verdict_per_medium(wrapped: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["map", wrapped, "--format", "lido", "--on", "2026-11-22"]) == 0
    first, second = lines(capsys)
    assert [m["verdict"] for m in first["media"]] == ["publish"]
    assert first["media"][0]["decision"]["explanation"]
    assert isinstance(first["findings"], list)
    assert second["record"]["identifiers"][-1]["value"] == "HM 2"


def test_records_come_from_stdin_as_well(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(WRAPPED.encode())))
    assert exit_code(["map", "--format", "lido"]) == 0
    assert len(lines(capsys)) == 2


def test_what_cannot_be_read_is_a_line_with_its_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "broken.xml").write_text("<lido><title>x")
    assert exit_code(["map", str(tmp_path / "broken.xml"), "--format", "lido"]) == 1
    assert lines(capsys)[0]["rejected"]["reason"] == "PAYLOAD_INVALID"


def test_the_page_the_statements_and_the_keys_can_be_seen(wrapped: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["map", wrapped, "--format", "lido", "--as", "wikitext"]) == 0
    assert "{{PD-Art" in capsys.readouterr().out
    exit_code(["map", wrapped, "--format", "lido", "--as", "sdc"])
    assert {s["mainsnak"]["property"] for s in lines(capsys)[0]["statements"]} >= {"P6216", "P170"}
    assert exit_code(["map", wrapped, "--format", "lido", "--as", "item"]) == 0
    assert lines(capsys)[0]["labels"][0]["value"] == "A harbour"


def test_titles_are_made_for_every_file(wrapped: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["title", wrapped, "--format", "lido"]) == 0
    made = [line["title"] for line in lines(capsys)]
    assert all(name.startswith("A harbour") and name.endswith(".jpg") for name in made)
    assert "HM 1" in made[0]


def test_a_statement_is_judged_alone_and_on_a_record(wrapped: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["rights", "CC BY-NC 4.0"]) == 1
    (alone,) = lines(capsys)
    assert (alone["verdict"], alone["reason"]) == ("reject", "RIGHTS_NOT_FREE")
    assert exit_code(["rights", "Public domain", "--record", wrapped, "--format", "lido", "--on", "2026-11-22"]) == 0
    (on_record,) = lines(capsys)
    assert (on_record["verdict"], on_record["kind"], on_record["work"]["status"]) == ("publish", "flat", "pd")
    assert on_record["statements"][0]["reads"][0]["as"] == "pd"


@pytest.mark.parametrize(
    "argv",
    [["map", "x.xml", "--format", "papyrus"], ["map", "no-such-file.xml", "--format", "lido"], ["rights", "CC0", "--on", "31.12.2026"],
     ["map", "x.xml", "--format", "lido", "--as", "poem"], ["map"]],
)  # fmt: skip
def test_wrong_usage_is_one_sentence(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(argv) == 2
    told = capsys.readouterr().err
    assert "Traceback" not in told
    assert len(told.strip().splitlines()) == 1
