"""The one place where Airflow meets the steps: a step is called by name, its outcome made small and plain.

The step's module is imported inside the task, never while a DAG file is parsed: some steps load libraries that take
seconds (`check_run`: Great Expectations).
"""

from __future__ import annotations

import copy
import importlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import msgspec

from glamflow.hooks.facts import connection_facts
from glamflow.transforms.errors import GlamflowError, Permanent

XCOM_LIMIT = 8 * 1024


def run_of(context: Mapping[str, Any]) -> str:
    """The run's name in ledger and store. Airflow's run ids are unique within one DAG only."""
    ti = context["ti"]
    return f"{ti.dag_id}/{ti.run_id}"


def open_deps(context: Mapping[str, Any]) -> Any:
    """What the steps need, from this deployment's settings and Airflow's connections."""
    deps = importlib.import_module("glamflow.steps.deps")
    return deps.build_deps(connection_facts, actor=f"airflow:{run_of(context)}")


def call_step(step: str, deps: Any, **arguments: Any) -> Any:
    """`module:function` below `glamflow.steps`, called; the answer as plain JSON values."""
    module, _, function = step.partition(":")
    target = getattr(importlib.import_module(f"glamflow.steps.{module}"), function)
    return msgspec.to_builtins(target(deps, **arguments))


def small(value: Any, *, step: str) -> Any:
    """`value`, if it is fit for XCom: ids and counts only. Anything larger belongs in the store or the ledger."""
    size = len(json.dumps(value, ensure_ascii=False, default=str).encode())
    if size > XCOM_LIMIT and not _is_list_of_refs(value):
        raise Permanent(f"{step} answered {size} bytes; a step hands over ids and counts only.", hint="Store the rest.")
    return value


def _is_list_of_refs(value: Any) -> bool:
    # The lists that tasks are mapped over hold ids: up to 64 lanes of batch ids may pass the limit together.
    return isinstance(value, list) and all(
        isinstance(lane, (str, int)) or (isinstance(lane, list) and all(isinstance(ref, (str, int)) for ref in lane))
        for lane in value
    )


@contextmanager
def one_clear_message(log: Any) -> Iterator[None]:
    """A `GlamflowError` is logged as its own sentence and raised without the frames that led to it."""
    try:
        yield
    except GlamflowError as error:
        log.error("%s", error)
        # A copy: `contextmanager` gives the very same exception its old frames back.
        raise copy.copy(error) from None
