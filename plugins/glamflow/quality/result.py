"""What came out of a suite, in our own words: small, plain and the same for report, page and gate."""

from __future__ import annotations

import msgspec

from glamflow.quality.suites import Severity


class CheckResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One expectation's outcome. `failing` counts rows; `examples` are up to ten of their record keys or values."""

    id: str
    column: str
    severity: Severity
    passed: bool
    sentence: str
    failing: int = 0
    share: float = 0.0
    allowed: float = 0.0
    examples: tuple[str, ...] = ()
    error: str = ""  # the check itself could not be made


class SuiteResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All outcomes over all rows of a run. `engine` is what judged, "" when there was nothing to judge."""

    rows: int
    checks: tuple[CheckResult, ...] = ()
    engine: str = ""

    @property
    def passed(self) -> bool:
        return all(check.passed for check in self.checks if check.severity == "critical")


def to_json(result: SuiteResult) -> bytes:
    """Readable JSON for the store (`layout.suite_result`)."""
    return msgspec.json.format(msgspec.json.encode(result), indent=1)


def from_json(data: bytes) -> SuiteResult:
    return msgspec.json.decode(data, type=SuiteResult)
