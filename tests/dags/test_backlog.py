"""A closed plan calls for the next run only when there is something left that another run could get on with."""

from __future__ import annotations

from collections import defaultdict
from types import SimpleNamespace
from typing import Any

import pytest

from glamflow.orchestration import operators as module
from glamflow.orchestration.assets import backlog, backlog_alias
from glamflow.orchestration.operators import ClosePlanOperator


class Events:
    """What Airflow hands to a task for one of its outlets."""

    def __init__(self) -> None:
        self.added: list[Any] = []

    def add(self, asset: Any) -> None:
        self.added.append(asset)


def _close(monkeypatch: pytest.MonkeyPatch, answer: dict[str, Any], *, failed: int = 0) -> Events:
    monkeypatch.setattr(module, "open_deps", lambda context: None)
    monkeypatch.setattr(module, "call_step", lambda step, deps, **arguments: answer)
    outlets: defaultdict[Any, Events] = defaultdict(Events)
    ti = SimpleNamespace(dag_id="alpha__publish", run_id="r-1", get_ti_count=lambda **asked: failed)
    context: Any = {"ti": ti, "outlet_events": outlets}
    ClosePlanOperator(task_id="close_plan", partner="alpha").execute(context)
    return outlets[backlog_alias("alpha")]


def test_what_is_left_calls_for_another_run(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _close(monkeypatch, {"plan": "p", "backlog": 47, "counts": {"done": 10}}).added == [backlog("alpha")]


def test_nothing_left_calls_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _close(monkeypatch, {"plan": "p", "backlog": 0, "counts": {"done": 10}}).added == []


@pytest.mark.parametrize("answer", [{"plan": "", "backlog": 0}, {"plan": "p", "backlog": 47, "counts": {"hold": 1}}])
def test_a_run_that_did_not_get_on_is_not_repeated_at_once(monkeypatch: pytest.MonkeyPatch, answer: dict[str, Any]) -> None:
    assert _close(monkeypatch, answer).added == []
