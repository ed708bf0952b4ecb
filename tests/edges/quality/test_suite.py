"""A run's rows against the default suite, through the real engine (one import for the module)."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from glamflow.quality.expect import run_suite
from glamflow.quality.gate import GatePolicy, RunFigures, gate
from glamflow.quality.result import SuiteResult, from_json, to_json
from glamflow.quality.suites import build_suite

REQUIRE = ("title", "rights", "media", "source_url")


def row(number: int, **changes: Any) -> dict[str, Any]:
    title = f"Harbour in fog, sheet {number}"
    return {
        "record": f"oai:museum.example:{number}",
        "title": title,
        "title_length": len(title),
        "creator": "Anna Example",
        "date": "1887",
        "inventory_number": f"A {number}",
        "source_url": f"https://museum.example/objects/{number}",
        "rights": "https://creativecommons.org/publicdomain/mark/1.0/",
        "media_count": 1,
        "publishable": 1,
        "rights_verdict": "publish",
        "rights_reason": "PD_BOTH_HALVES",
        "findings": 0,
    } | changes


GOOD = [row(number) for number in range(100)]


def judge(rows: list[dict[str, Any]], docs: Path | None = None) -> SuiteResult:
    return run_suite(rows, build_suite(require=REQUIRE, max_rejected=0.05), name="museum", docs=docs)


def check(result: SuiteResult, name: str) -> Any:
    return next(one for one in result.checks if one.id == name)


def test_a_clean_run_passes_and_opens_the_gate() -> None:
    result = judge(GOOD)
    assert result.rows == 100
    assert result.engine.startswith("great_expectations 1.")
    assert [one.id for one in result.checks if not one.passed] == []
    assert gate(RunFigures(records=100), result, GatePolicy()).passed


def test_a_required_value_may_be_missing_in_the_allowed_share_only() -> None:
    five = [row(n, title=None if n < 5 else f"View {n}") for n in range(100)]
    six = [row(n, title="" if n < 6 else f"View {n}") for n in range(100)]
    assert check(judge(five), "title").passed
    failed = check(judge(six), "title")
    assert (failed.passed, failed.severity, failed.failing, failed.share) == (False, "critical", 6, 0.06)
    assert failed.examples[0] == "oai:museum.example:0"


def test_what_the_partner_does_not_require_never_closes_the_gate() -> None:
    rows = [row(n, creator=None, date=None) for n in range(100)]
    result = judge(rows)
    assert not check(result, "creator").passed
    verdict = gate(RunFigures(records=100), result, GatePolicy())
    assert verdict.passed
    assert any("made the object" in remark for remark in verdict.remarks)


def test_a_record_counted_twice_closes_the_gate_with_its_key() -> None:
    rows = [*GOOD, row(7)]
    verdict = gate(RunFigures(records=101), judge(rows), GatePolicy())
    assert not verdict.passed
    assert "oai:museum.example:7" in verdict.reasons[0]


def test_twelve_spoons_are_worth_a_remark_but_no_stop() -> None:
    rows = [row(n, title="Spoon", title_length=5) for n in range(12)]
    result = judge(rows)
    assert not check(result, "title-variety").passed
    assert gate(RunFigures(records=12), result, GatePolicy()).passed


def test_missing_columns_count_as_missing_values() -> None:
    rows = [{"record": str(n)} for n in range(20)]
    result = judge(rows)
    assert not check(result, "source-url").passed
    assert check(result, "source-url").failing == 20


def test_data_docs_are_a_static_site(tmp_path: Path) -> None:
    judge(GOOD, docs=tmp_path / "docs")
    index = (tmp_path / "docs" / "index.html").read_text(encoding="utf-8")
    assert "museum" in index
    assert list((tmp_path / "docs" / "validations").rglob("*.html"))


def test_the_result_survives_its_json() -> None:
    result = judge([row(n, media_count=0) for n in range(10)])
    assert from_json(to_json(result)) == result
    assert not result.passed


def test_the_engine_stays_silent(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    with caplog.at_level(logging.INFO):
        judge(GOOD)
    assert caplog.records == []
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")
