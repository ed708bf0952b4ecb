"""The gate: what closes it and what does not. No engine needed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from glamflow.quality.expect import run_suite
from glamflow.quality.gate import GatePolicy, RunFigures, gate
from glamflow.quality.result import CheckResult, SuiteResult
from glamflow.quality.suites import Severity, build_suite


def suite(severity: Severity, *, passed: bool = False, error: str = "") -> SuiteResult:
    check = CheckResult(
        id="title", column="title", severity=severity, passed=passed, sentence="Records have a title.",
        failing=9, share=0.09, allowed=0.05, examples=("A 1", "A 2"), error=error,
    )  # fmt: skip
    return SuiteResult(rows=100, checks=(check,), engine="test")


def test_a_critical_failure_closes_the_gate_and_says_why() -> None:
    verdict = gate(RunFigures(records=100), suite("critical"), GatePolicy())
    assert not verdict.passed
    assert verdict.reasons == (
        "Not fulfilled: “Records have a title.” 9 records (9 %) fail, at most 5 % may. For example A 1, A 2.",
    )


@pytest.mark.parametrize("severity", ["warning", "info"])
def test_anything_less_is_a_remark(severity: Severity) -> None:
    verdict = gate(RunFigures(records=100), suite(severity), GatePolicy())
    assert verdict.passed
    assert len(verdict.remarks) == 1


def test_too_many_unreadable_records_close_the_gate_whatever_the_suite_says() -> None:
    policy = GatePolicy(max_rejected=0.05)
    assert gate(RunFigures(records=100, rejected=5), suite("critical", passed=True), policy).passed
    verdict = gate(RunFigures(records=95, rejected=1, quarantined=5), suite("critical", passed=True), policy)
    assert verdict.reasons == ("6 of 100 records (6 %) could not be read; at most 5 % may.",)


def test_a_check_that_could_not_be_made_is_not_passed() -> None:
    verdict = gate(RunFigures(records=100), suite("critical", error="no such column"), GatePolicy())
    assert not verdict.passed
    assert "could not be checked" in verdict.reasons[0]


def test_a_run_without_records_passes_without_a_suite() -> None:
    assert gate(RunFigures(records=0), None, GatePolicy()).passed


def test_records_without_any_check_do_not_pass() -> None:
    assert not gate(RunFigures(records=3), None, GatePolicy()).passed


def test_requirements_decide_severities_and_shares() -> None:
    checks = {one.id: one for one in build_suite(require=("title", "date"), max_rejected=0.1)}
    assert (checks["title"].severity, checks["title"].mostly) == ("critical", 0.9)
    assert checks["date"].severity == "critical"
    assert checks["source-url"].severity == "info"
    assert checks["record-once"].severity == "critical"


def test_every_name_that_a_partner_may_require_has_an_expectation() -> None:
    names = {"title", "rights", "media", "source_url", "inventory_number", "creator", "date"}
    assert names == {one.requires for one in build_suite() if one.requires}


def test_a_run_without_rows_does_not_import_the_engine() -> None:
    code = (
        "import sys; from glamflow.quality.expect import run_suite; from glamflow.quality.suites import build_suite; "
        "assert run_suite([], build_suite(), name='x').rows == 0; "
        "assert 'great_expectations' not in sys.modules and 'pandas' not in sys.modules"
    )
    assert run_suite([], build_suite(), name="x") == SuiteResult(rows=0)
    subprocess.run([sys.executable, "-c", code], check=True)
