"""Documents and schemas that are written from the code say what the code does."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from jsonschema import Draft202012Validator

from glamflow import schemas
from glamflow.docs import ROOT, documents, renew, stale
from glamflow.docs.modules import documents as module_tables
from glamflow.docs.schemas import TYPES
from glamflow.transforms.actions import Hold
from glamflow.transforms.outcome import Finding, Reason, Severity
from glamflow.transforms.record import Record, RecordKey, Text


@pytest.mark.parametrize("path", sorted(documents()))
def test_a_written_document_is_current(path: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == documents()[path], "renew it: scripts/docs"


def test_what_is_stale_is_named_and_renewed(tmp_path: Path) -> None:
    for path in documents():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    assert stale(tmp_path) == renew(tmp_path) == list(documents())
    (tmp_path / "schemas/event.schema.json").write_text("{}")
    assert stale(tmp_path) == ["schemas/event.schema.json"]


@pytest.mark.parametrize("name", [*TYPES, "report", "partner"])
def test_a_schema_is_a_valid_schema_with_a_name_of_its_own(name: str) -> None:
    schema = schemas.load(name)
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"urn:glamflow:{name}"


def test_what_we_store_fits_its_schema() -> None:
    finding = Finding(reason=Reason.DATE_NOT_READ, severity=Severity.INFO, field="dates", value="about then")
    record = Record(key=RecordKey("a-museum:oai:x:1"), partner="a-museum", titles=(Text(value="Vase"),))
    action = Hold(file="f1", reason=Reason.CC_NO_VERSION, findings=(finding,))
    for name, value in (("finding", finding), ("record", record), ("plan", action)):
        assert list(schemas.validator(name).iter_errors(json.loads(msgspec.json.encode(value)))) == []


def test_a_value_that_the_types_do_not_know_does_not_fit() -> None:
    assert list(schemas.validator("finding").iter_errors({"reason": "BAD_MOOD"}))


def test_an_unknown_schema_is_refused_with_those_there_are() -> None:
    with pytest.raises(KeyError, match="there are: event, finding, partner"):
        schemas.load("mood")


def test_a_module_table_is_written_between_its_markers_only(tmp_path: Path) -> None:
    package = tmp_path / "plugins" / "glamflow" / "thing"
    package.mkdir(parents=True)
    (package / "one.py").write_text('"""Does one thing\nwell.\n\nAnd more."""\n')
    (package / "README.md").write_text("# Thing\n\n<!-- modules -->\nold\n<!-- end of modules -->\n\nBy hand.\n")
    text = module_tables(tmp_path)["plugins/glamflow/thing/README.md"]
    assert "| `one.py` | Does one thing well. |" in text
    assert "old" not in text
    assert text.endswith("<!-- end of modules -->\n\nBy hand.\n")
