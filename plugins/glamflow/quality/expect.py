"""Holding a run's rows against its suite with Great Expectations, and its Data Docs as a static site.

Rules
- Imported inside the function, and only when there are rows: the import costs seconds and a quarter of a gigabyte.
- SUMMARY results: up to ten examples by record key. Complete row lists cost 15 to 40 times as much, and row verdicts
  are made elsewhere.
- No telemetry, no progress bars, none of its hundreds of log lines; nothing is written but the Data Docs folder.
- An empty string is a missing value. Missing columns are columns without values, not an error.
"""

from __future__ import annotations

import logging
import os
import tempfile
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from glamflow.quality.result import CheckResult, SuiteResult
from glamflow.quality.suites import COLUMNS, Expectation

_EXAMPLES = 10
_SITE = "partner"


def run_suite(
    rows: Iterable[Mapping[str, Any]], suite: Sequence[Expectation], *, name: str, docs: Path | None = None
) -> SuiteResult:
    """Judge all rows; `docs` is a folder that gets the static site (`index.html` and what it needs)."""
    columns = _columns(rows, suite)
    count = len(columns["record"])
    if count == 0:
        return SuiteResult(rows=0)
    with _quiet():
        return _judge(columns, count, suite, name=name, docs=docs)


def _judge(
    columns: dict[str, list[Any]], count: int, suite: Sequence[Expectation], *, name: str, docs: Path | None
) -> SuiteResult:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    import pandas as pd

    _silence()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    batch = (
        context.data_sources.add_pandas("rows").add_dataframe_asset(name).add_batch_definition_whole_dataframe("run")
    )
    expectations = [_expectation(gx.expectations, one) for one in suite]
    made = context.suites.add(gx.ExpectationSuite(name=name, expectations=expectations))
    definition = context.validation_definitions.add(gx.ValidationDefinition(name=name, data=batch, suite=made))
    actions = []
    if docs is not None:
        context.add_data_docs_site(_SITE, _site(docs))
        actions = [gx.checkpoint.UpdateDataDocsAction(name="docs", site_names=[_SITE])]
    checkpoint = context.checkpoints.add(
        gx.Checkpoint(name=name, validation_definitions=[definition], actions=actions, result_format=_result_format())
    )
    frame = pd.DataFrame({column: pd.Series(values, dtype="object") for column, values in columns.items()})
    outcome = checkpoint.run(batch_parameters={"dataframe": frame})
    found = next(iter(outcome.run_results.values())).to_json_dict()["results"]
    by_id = {one["expectation_config"]["meta"]["check"]: one for one in found}
    checks = tuple(_check(one, by_id[one.id], count) for one in suite)
    return SuiteResult(rows=count, checks=checks, engine=f"great_expectations {gx.__version__}")


def _columns(rows: Iterable[Mapping[str, Any]], suite: Sequence[Expectation]) -> dict[str, list[Any]]:
    """Only the columns that are looked at: memory follows the suite, not the width of the rows."""
    names = dict.fromkeys((*COLUMNS, *(one.column for one in suite)))
    columns: dict[str, list[Any]] = {column: [] for column in names}
    for row in rows:
        for column, values in columns.items():
            value = row.get(column)
            values.append(None if value == "" else value)
    return columns


def _expectation(gxe: Any, one: Expectation) -> Any:
    kind = getattr(gxe, "".join(part.capitalize() for part in one.type.split("_")))
    mostly = {} if one.mostly is None else {"mostly": one.mostly}
    return kind(
        column=one.column, severity=one.severity, notes=one.sentence, meta={"check": one.id}, **mostly, **one.kwargs
    )


def _check(one: Expectation, outcome: dict[str, Any], count: int) -> CheckResult:
    result = outcome.get("result") or {}
    failing = int(result.get("unexpected_count") or 0)
    return CheckResult(
        id=one.id,
        column=one.column,
        severity=one.severity,
        passed=bool(outcome["success"]),
        sentence=one.sentence,
        failing=failing,
        share=round(failing / count, 6),
        allowed=round(1 - one.mostly, 6) if one.mostly is not None else 0.0,
        examples=tuple(_examples(result)),
        error=_error(outcome.get("exception_info") or {}),
    )


def _examples(result: dict[str, Any]) -> Iterator[str]:
    """Record keys of failing rows; for figures over a column, the figure."""
    for row in (result.get("partial_unexpected_index_list") or [])[:_EXAMPLES]:
        if isinstance(row, dict) and row.get("record") is not None:
            yield str(row["record"])[:200]
    if "observed_value" in result:
        yield f"found {result['observed_value']}"


def _error(info: dict[str, Any]) -> str:
    """The first exception of a check that could not be made."""
    flat = [info] if "raised_exception" in info else [one for one in info.values() if isinstance(one, dict)]
    return next((str(one.get("exception_message"))[:300] for one in flat if one.get("raised_exception")), "")


def _result_format() -> dict[str, Any]:
    return {
        "result_format": "SUMMARY",
        "unexpected_index_column_names": ["record"],
        "partial_unexpected_count": _EXAMPLES,
    }


def _site(docs: Path) -> dict[str, Any]:
    return {
        "class_name": "SiteBuilder",
        "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(docs.absolute())},
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        "show_how_to_buttons": False,
    }


@contextmanager
def _quiet() -> Iterator[None]:
    """The engine logs hundreds of lines and warns about its own parts; what counts is in its results."""
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    # It leaves a temporary project behind for its default site: keep that out of the system's folder.
    with tempfile.TemporaryDirectory(prefix="glamflow-quality-") as scratch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        kept, tempfile.tempdir = tempfile.tempdir, scratch
        try:
            yield
        finally:
            tempfile.tempdir = kept


def _silence() -> None:
    """Some of its modules set a level of their own, which the parent's does not reach."""
    for name in list(logging.root.manager.loggerDict):
        if name.startswith("great_expectations."):
            logging.getLogger(name).setLevel(logging.ERROR)
