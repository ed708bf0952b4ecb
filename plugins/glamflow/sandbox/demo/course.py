"""The course of one partner through its three DAGs, as a small state machine that is stepped by polling.

    ingest ──success──► publish (started by the asset; by us if it does not come) ──success──► sync ──success──► done
       └──failed──► failed          │ waits for a person: the operator answers by REST, or a person in the UI
                                    └ another publish run follows while a backlog is left

A failed run is not repeated: its tasks' own words are shown, and the demo ends with a code other than 0.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

APPROVAL = "approve_publication"
PUBLISH_ALL = "Publish all"
ANSWER_AFTER = 2.0
ROUNDS = 8
"""An answer before the scheduler took note that the task parked fails the task (Airflow 3.3.2); it goes round once a second here,
and on a busy machine three rounds were too few."""
ASSET_PATIENCE = 30.0
Kind = Literal["ingest", "publish", "sync"]
Phase = Kind | Literal["waiting", "done", "failed"]
Say = Callable[[str], None]


class Airflow(Protocol):
    """What a course uses of `AirflowApi`."""

    @property
    def base(self) -> str: ...
    @property
    def user(self) -> str: ...
    def get(self, path: str) -> dict[str, Any]: ...
    def trigger(self, dag_id: str) -> str: ...
    def runs(self, dag_id: str) -> list[dict[str, Any]]: ...
    def tasks(self, dag_id: str, run_id: str) -> list[dict[str, Any]]: ...
    def log(self, dag_id: str, run_id: str, task: dict[str, Any]) -> list[dict[str, Any]]: ...
    def xcom(self, dag_id: str, task: dict[str, Any]) -> Any: ...
    def request(self, dag_id: str, run_id: str, task_id: str) -> dict[str, Any]: ...
    def answer(self, dag_id: str, run_id: str, task_id: str, *, choice: str, params: dict[str, Any]) -> None: ...
    def scheduler_beat(self) -> str: ...


@dataclass
class Course:
    """One partner; `step` moves it on as far as it can go now."""

    slug: str
    admin: Airflow
    operator: Airflow
    approve: Literal["auto", "ask"]
    say: Say
    clock: Callable[[], float] = time.monotonic
    kinds: tuple[Kind, ...] = ()
    phase: Phase = "waiting"
    run_id: str = ""
    tasks: list[dict[str, Any]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    decided: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)
    beats: set[str] = field(default_factory=set)
    asked_at: float = 0.0
    waiting_since: float = 0.0
    problem: str = ""

    @property
    def dag_id(self) -> str:
        return f"{self.slug}__{self.phase}"

    @property
    def stage(self) -> str:
        """For people: the phase and the task that is at work."""
        if self.ended:
            return self.phase
        if any(t["task_id"] == APPROVAL and t["state"] == "awaiting_input" for t in self.tasks):
            return f"{self.phase}: waiting for a decision"
        at_work = [t["task_id"] for t in self.tasks if t["state"] in ("running", "queued", "up_for_retry")]
        return f"{self.phase}: {at_work[0].rpartition('.')[2].replace('_', ' ')}" if at_work else self.phase

    @property
    def ended(self) -> bool:
        return self.phase in ("done", "failed")

    def begin(self, *kinds: Kind) -> None:
        """Starts the first of these DAGs; the others follow. Earlier runs are remembered, so that only new ones count."""
        for kind in kinds:
            self.seen |= {run["dag_run_id"] for run in self.admin.runs(f"{self.slug}__{kind}")}
        self.kinds = kinds
        self.phase = kinds[0]
        self.run_id = self.admin.trigger(self.dag_id)

    def step(self) -> None:
        if self.ended:
            return
        if not self.run_id and not self._found_run():
            return
        run = self.admin.get(f"/api/v2/dags/{self.dag_id}/dagRuns/{self.run_id}")
        self.tasks = self.admin.tasks(self.dag_id, self.run_id)
        if run["state"] == "failed":
            self._fail()
        elif run["state"] == "success":
            self._go_on()
        else:
            self._tell_retries()
            self._answer_if_asked()

    def _found_run(self) -> bool:
        """The publish run that the ingest's asset has started; ours after a while without one."""
        new = [run["dag_run_id"] for run in self.admin.runs(self.dag_id) if run["dag_run_id"] not in self.seen]
        if new:
            self.run_id = new[0]
        elif self.clock() - self.waiting_since > ASSET_PATIENCE:
            self.run_id = self.admin.trigger(self.dag_id)
        return bool(self.run_id)

    def _go_on(self) -> None:
        self.seen.add(self.run_id)
        self.run_id = ""
        self.waiting_since = self.clock()
        if self.phase == "publish" and self._backlog_run():
            return
        after = self.kinds.index(self.phase) + 1 if self.phase in self.kinds else len(self.kinds)
        self.phase = self.kinds[after] if after < len(self.kinds) else "done"
        if self.phase == "sync":
            self.run_id = self.admin.trigger(self.dag_id)

    def _backlog_run(self) -> bool:
        """Closing a plan emits an asset while files are left: then another publish run is on its way."""
        left = [task for task in self.tasks if task["task_id"] == "close_plan"]
        answer = self.admin.xcom(self.dag_id, left[0]) if left else None
        return isinstance(answer, dict) and bool(answer.get("backlog"))

    def _answer_if_asked(self) -> None:
        task = next((t for t in self.tasks if t["task_id"] == APPROVAL and t["state"] == "awaiting_input"), None)
        if task is None or self.run_id in self.decided:
            return
        if not self.asked_at:
            self.asked_at = self.clock()
            if self.approve == "ask":
                self.say(f"{self.slug}: waiting for your decision at {self.admin.base}/dags/{self.dag_id}/runs/{self.run_id}")
        if self.approve == "auto" and self._may_answer():
            subject = self.admin.request(self.dag_id, self.run_id, APPROVAL)["subject"]
            note = {"note": "Approved by the demo's operator", "hold_until": None}
            self.operator.answer(self.dag_id, self.run_id, APPROVAL, choice=PUBLISH_ALL, params=note)
            self.say(f"{self.slug}: {self.operator.user} was asked “{subject}” and answered “{PUBLISH_ALL}”")
            self.decided.add(self.run_id)
            self.asked_at = 0.0
            self.beats = set()

    def _may_answer(self) -> bool:
        if self.clock() - self.asked_at < ANSWER_AFTER:
            return False
        self.beats.add(self.admin.scheduler_beat())
        return len(self.beats) >= ROUNDS

    def _tell_retries(self) -> None:
        for task in self.tasks:
            key = f"{task['task_id']} {task.get('map_index')} {task.get('try_number')}"
            if task["state"] == "up_for_retry" and key not in self.told:
                self.told.add(key)
                self.say(f"{self.slug}: {task['task_id']} will be tried again. {self._words_of(task)}")

    def _fail(self) -> None:
        failed = [task for task in self.tasks if task["state"] == "failed"]
        # A closing task fails because others did: it is the cause only when it is alone.
        broken = [task for task in failed if not task["task_id"].startswith("close_")] or failed
        self.problem = "; ".join(f"{task['task_id']}: {self._words_of(task)}" for task in broken) or "the run failed"
        self.say(f"{self.slug}: {self.dag_id} failed. {self.problem}")
        self.phase = "failed"

    def _words_of(self, task: dict[str, Any]) -> str:
        events = self.admin.log(self.slug + "__" + self.phase, self.run_id, task)
        errors = [row for row in events if row.get("level") in ("error", "critical")]
        return _sentence(errors[0]) if errors else "no message in its log"


def _sentence(event: dict[str, Any]) -> str:
    """Our own errors are sentences; of any other exception, its type and message."""
    detail = event.get("error_detail")
    if isinstance(detail, list) and detail:
        return f"{detail[-1].get('exc_type')}: {detail[-1].get('exc_value')}"
    return str(event.get("event"))
