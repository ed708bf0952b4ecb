"""How one partner is led through its DAGs, against a small Airflow that only remembers what it was told."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from glamflow.sandbox.demo.course import ASSET_PATIENCE, Course


class FakeAirflow:
    """Runs, their states and tasks; answers and triggers are kept for the test to look at."""

    base = "http://127.0.0.1:1"

    def __init__(self, user: str = "admin") -> None:
        self.user = user
        self.states: dict[str, list[dict[str, Any]]] = {}
        self.task_rows: list[dict[str, Any]] = []
        self.answers: list[tuple[str, str]] = []
        self.triggered: list[str] = []
        self.xcoms: dict[str, Any] = {}
        self.beat, self.pace = 0, 1

    def add_run(self, dag_id: str, *, state: str = "running") -> str:
        runs = self.states.setdefault(dag_id, [])
        runs.append({"dag_run_id": f"{dag_id}-{len(runs)}", "state": state})
        return str(runs[-1]["dag_run_id"])

    def finish(self, dag_id: str, state: str = "success") -> None:
        self.states[dag_id][-1]["state"] = state

    def trigger(self, dag_id: str) -> str:
        self.triggered.append(dag_id)
        return self.add_run(dag_id)

    def runs(self, dag_id: str) -> list[dict[str, Any]]:
        return self.states.get(dag_id, [])

    def get(self, path: str) -> dict[str, Any]:
        _, dag_id, _, run_id = path.removeprefix("/api/v2/").split("/")
        return next(run for run in self.states[dag_id] if run["dag_run_id"] == run_id)

    def tasks(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        return self.task_rows

    def xcom(self, dag_id: str, task: dict[str, Any]) -> Any:
        return self.xcoms.get(task["task_id"])

    def request(self, dag_id: str, run_id: str, task_id: str) -> dict[str, Any]:
        return {"subject": "Publish 3 files?"}

    def answer(self, dag_id: str, run_id: str, task_id: str, *, choice: str, params: dict[str, Any]) -> None:
        self.answers.append((run_id, choice))

    def scheduler_beat(self) -> str:
        self.beat += self.pace
        return str(self.beat)

    def log(self, dag_id: str, run_id: str, task: dict[str, Any]) -> list[dict[str, Any]]:
        return [{"event": "noise", "level": "info"}, {"event": "The disk is full.", "level": "error"}]


class Clock:
    """Time that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def airflow() -> FakeAirflow:
    return FakeAirflow()


def _course(airflow: FakeAirflow, clock: Clock, *, approve: Literal["auto", "ask"] = "auto") -> tuple[Course, list[str], FakeAirflow]:
    said: list[str] = []
    operator = FakeAirflow("ann@example.org")
    course = Course(slug="alpha", admin=airflow, operator=operator, approve=approve, say=said.append, clock=clock)
    course.begin("ingest", "publish", "sync")
    return course, said, operator


def _to_publish(course: Course, airflow: FakeAirflow) -> str:
    airflow.finish("alpha__ingest")
    run = airflow.add_run("alpha__publish")
    course.step()
    course.step()
    return run


def test_the_asset_starts_publishing_and_a_report_follows(airflow: FakeAirflow, clock: Clock) -> None:
    course, _, _ = _course(airflow, clock)
    _to_publish(course, airflow)
    airflow.finish("alpha__publish")
    course.step()
    airflow.finish("alpha__sync")
    course.step()
    assert course.phase == "done"
    assert airflow.triggered == ["alpha__ingest", "alpha__sync"]


def test_runs_of_an_earlier_demo_do_not_count(airflow: FakeAirflow, clock: Clock) -> None:
    airflow.add_run("alpha__publish", state="failed")
    course, _, _ = _course(airflow, clock)
    airflow.finish("alpha__ingest")
    course.step()
    course.step()
    assert (course.phase, course.run_id) == ("publish", "")


def test_publishing_is_started_by_hand_when_the_asset_does_not(airflow: FakeAirflow, clock: Clock) -> None:
    course, _, _ = _course(airflow, clock)
    airflow.finish("alpha__ingest")
    course.step()
    clock.now += ASSET_PATIENCE + 1
    course.step()
    assert airflow.triggered == ["alpha__ingest", "alpha__publish"]


def test_the_operator_answers_and_says_so(airflow: FakeAirflow, clock: Clock) -> None:
    course, said, operator = _course(airflow, clock)
    run = _to_publish(course, airflow)
    airflow.task_rows = [{"task_id": "approve_publication", "state": "awaiting_input"}]
    for _ in range(12):
        course.step()
        clock.now += 1
    assert operator.answers == [(run, "Publish all")]
    assert "ann@example.org was asked “Publish 3 files?” and answered “Publish all”" in said[-1]


def test_nobody_answers_before_the_scheduler_knows_that_it_was_asked(airflow: FakeAirflow, clock: Clock) -> None:
    course, _, operator = _course(airflow, clock)
    _to_publish(course, airflow)
    airflow.task_rows = [{"task_id": "approve_publication", "state": "awaiting_input"}]
    course.step()
    airflow.pace = 0
    for _ in range(100):
        clock.now += 1
        course.step()
    assert operator.answers == []


def test_when_told_to_ask_the_demo_never_answers(airflow: FakeAirflow, clock: Clock) -> None:
    course, said, operator = _course(airflow, clock, approve="ask")
    _to_publish(course, airflow)
    airflow.task_rows = [{"task_id": "approve_publication", "state": "awaiting_input"}]
    course.step()
    clock.now += 3600
    course.step()
    assert operator.answers == []
    assert said == [f"alpha: waiting for your decision at {airflow.base}/dags/alpha__publish/runs/alpha__publish-0"]


def test_another_plan_follows_while_a_backlog_is_left(airflow: FakeAirflow, clock: Clock) -> None:
    course, _, _ = _course(airflow, clock)
    _to_publish(course, airflow)
    airflow.task_rows = [{"task_id": "close_plan", "state": "success"}]
    airflow.xcoms["close_plan"] = {"backlog": 4}
    airflow.finish("alpha__publish")
    course.step()
    second = airflow.add_run("alpha__publish")
    course.step()
    assert (course.phase, course.run_id) == ("publish", second)


def test_a_failed_run_ends_the_course_with_the_tasks_own_words(airflow: FakeAirflow, clock: Clock) -> None:
    course, said, _ = _course(airflow, clock)
    airflow.task_rows = [{"task_id": "harvest_windows", "state": "failed"}]
    airflow.finish("alpha__ingest", "failed")
    course.step()
    assert course.phase == "failed"
    assert said == ["alpha: alpha__ingest failed. harvest_windows: The disk is full."]


def test_an_act_may_end_before_the_report(airflow: FakeAirflow, clock: Clock) -> None:
    course = Course(slug="alpha", admin=airflow, operator=airflow, approve="auto", say=print, clock=clock)
    course.begin("ingest", "publish")
    _to_publish(course, airflow)
    airflow.finish("alpha__publish")
    course.step()
    assert course.phase == "done"
    course.begin("ingest", "publish")
    assert (course.phase, course.run_id) == ("ingest", "alpha__ingest-1")


def test_a_task_that_will_be_tried_again_says_once_why(airflow: FakeAirflow, clock: Clock) -> None:
    course, said, _ = _course(airflow, clock)
    airflow.task_rows = [{"task_id": "harvest_windows", "state": "up_for_retry", "map_index": 0, "try_number": 1}]
    course.step()
    course.step()
    assert said == ["alpha: harvest_windows will be tried again. The disk is full."]


def test_the_cause_is_told_not_the_closing_task_that_fails_with_it(airflow: FakeAirflow, clock: Clock) -> None:
    course, said, _ = _course(airflow, clock)
    airflow.task_rows = [{"task_id": "close_run", "state": "failed"}, {"task_id": "map_lane", "state": "failed"}]
    airflow.finish("alpha__ingest", "failed")
    course.step()
    assert said == ["alpha: alpha__ingest failed. map_lane: The disk is full."]
