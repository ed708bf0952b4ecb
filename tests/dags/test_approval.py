"""The door through which something leaves the house."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowSkipException, TaskAwaitingInput

from glamflow.orchestration import approval as module
from glamflow.orchestration.approval import OPTIONS, PublicationApproval
from glamflow.transforms.errors import StaleState

PLAN = {"plan": "p-1", "digest": "d-1"}


def _task(**changes: Any) -> PublicationApproval:
    task = PublicationApproval(task_id="approve_publication", partner="alpha", plan=PLAN, approvers=("ann@example.org",))
    for name, value in changes.items():
        setattr(task, name, value)
    return task


def _asked(monkeypatch: pytest.MonkeyPatch, request: dict[str, Any]) -> None:
    monkeypatch.setattr(module, "open_deps", lambda context: None)
    monkeypatch.setattr(module, "call_step", lambda step, deps, **arguments: request)


def test_no_answer_is_ever_assumed() -> None:
    task = _task()
    assert task.defaults is None
    assert task.options == list(OPTIONS)


def test_a_second_try_never_asks_twice() -> None:
    task = PublicationApproval(
        task_id="a", partner="alpha", plan=PLAN, approvers=("ann",), default_args={"retries": 5, "retry_policy": object()}
    )
    assert (task.retries, task.retry_policy) == (0, None)


def test_only_the_partners_approvers_may_answer() -> None:
    assert _task().assigned_users == [{"id": "ann@example.org", "name": "ann@example.org"}]


def test_an_empty_list_of_approvers_is_refused() -> None:
    with pytest.raises(ValueError, match="anybody"):
        PublicationApproval(task_id="a", partner="alpha", plan=PLAN, approvers=())


def test_nothing_to_publish_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    _asked(monkeypatch, {"plan": ""})
    with pytest.raises(AirflowSkipException):
        _task().execute({})


def test_a_trusted_partner_is_approved_by_policy_without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    _asked(monkeypatch, PLAN | {"policy": "ten clean plans", "subject": "s", "body": "b"})
    answer = _task().execute({})
    assert (answer["choice"], answer["by"], answer["digest"]) == ("Publish all", "policy", "d-1")


def test_the_question_is_the_plans_own_and_the_task_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    _asked(monkeypatch, PLAN | {"subject": "Publish 3 files?", "body": "**3**"})
    shown: dict[str, Any] = {}
    monkeypatch.setattr("airflow.providers.standard.operators.hitl.upsert_hitl_detail", lambda **facts: shown.update(facts))
    ti = type("TI", (), {"id": "ti-1"})()
    with pytest.raises(TaskAwaitingInput):
        _task().execute({"task_instance": ti})
    assert (shown["subject"], shown["body"], shown["defaults"]) == ("Publish 3 files?", "**3**", None)


def test_the_answer_carries_the_digest_of_what_was_shown() -> None:
    event = {
        "chosen_options": ["Hold until"],
        "params_input": {"note": "ask the curator", "hold_until": "2026-12-01"},
        "responded_at": dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC),
        "responded_by_user": {"id": "ann@example.org", "name": "Ann"},
    }
    assert _task().execute_complete({}, event) == {
        "plan": "p-1", "digest": "d-1", "choice": "Hold until", "note": "ask the curator", "hold_until": "2026-12-01",
        "by": "person:ann@example.org", "at": "2026-11-25T12:00:00+00:00",
    }  # fmt: skip


def test_a_step_that_refuses_is_shown_as_its_own_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(step: str, deps: object, **arguments: object) -> None:
        raise StaleState("The plan was closed meanwhile.")

    monkeypatch.setattr(module, "open_deps", lambda context: None)
    monkeypatch.setattr(module, "call_step", refuse)
    with pytest.raises(StaleState, match="closed meanwhile") as caught:
        _task().execute({})
    assert caught.value.__cause__ is None
