"""The gate of a run: open, or closed with reasons that a registrar understands.

Rules
- Only critical expectations close it; warnings and infos are told, nothing more.
- More than `max_rejected` of the records unreadable closes it, whatever the suite says.
- A run in which nothing changed passes: there is nothing to stop.
- A critical check that could not be made closes it: not knowing is not passing.
"""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from glamflow.quality.result import CheckResult, SuiteResult


class RunFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of a run: records that were mapped or tried, and those that could not be read."""

    records: int
    rejected: int = 0
    quarantined: int = 0


class GatePolicy(msgspec.Struct, frozen=True, kw_only=True):
    """`quality:` of a partner file; `max_rejected` is a share between 0 and 1."""

    max_rejected: float = 0.05
    require: tuple[str, ...] = ("title", "rights", "media", "source_url")


class GateResult(msgspec.Struct, frozen=True, kw_only=True):
    """`reasons` close the gate, `remarks` do not."""

    passed: bool
    reasons: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def gate(figures: RunFigures, suite: SuiteResult | None, policy: GatePolicy) -> GateResult:
    """Judge a run. `suite` is None when there was nothing to judge."""
    reasons: list[str] = []
    remarks: list[str] = []
    unread = figures.rejected + figures.quarantined
    all_records = figures.records + figures.quarantined
    if all_records and unread / all_records > policy.max_rejected:
        reasons.append(
            f"{unread} of {all_records} records ({_percent(unread / all_records)}) could not be read; "
            f"at most {_percent(policy.max_rejected)} may."
        )
    for check in suite.checks if suite else ():
        if not check.passed:
            (reasons if check.severity == "critical" else remarks).append(_sentence(check))
    if suite is None and figures.records > figures.rejected:
        reasons.append("The quality checks of this run were not made.")
    return GateResult(passed=not reasons, reasons=tuple(reasons), remarks=tuple(remarks))


def policy_of(*, max_rejected: float, require: Collection[str]) -> GatePolicy:
    """From the values of a partner file."""
    return GatePolicy(max_rejected=max_rejected, require=tuple(require))


def _sentence(check: CheckResult) -> str:
    if check.error:
        return f"“{check.sentence}” could not be checked: {check.error}"
    text = f"Not fulfilled: “{check.sentence}”"
    if check.failing:
        text += f" {check.failing} records ({_percent(check.share)}) fail, at most {_percent(check.allowed)} may."
    if check.examples:
        text += f" For example {', '.join(check.examples[:3])}."
    return text


def _percent(share: float) -> str:
    return f"{share * 100:.1f}".rstrip("0").rstrip(".") + " %"
