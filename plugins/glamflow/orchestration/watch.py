"""One DAG per wiki connection that watches what people tell its account: `glamflow__watch__<connection>`.

It runs every hour; the step itself looks only once a day while nothing is published. A run that turned red names what is new; the
next one is green again and only counts it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from airflow.sdk import DAG, Context

from glamflow.orchestration.calls import call_step, open_deps, run_of
from glamflow.orchestration.dags import RETRIES, START
from glamflow.orchestration.operators import StepOperator
from glamflow.orchestration.retry import GlamflowRetryPolicy
from glamflow.orchestration.schedule import timetable
from glamflow.partner import Partner

PREFIX = "glamflow__watch__"
TEXT = (
    "Looks at the talk page and the stop page of the account, and at the deletion tags on its files. A message stops the account, a tag "
    "freezes its file and the open plans of the same rights rule, until a named person answers: `glamflow watch ack`."
)


class WatchOperator(StepOperator):
    """Looks for all partners that publish to one connection."""

    step = "watch:watch_account"
    ui_color = "#f6e0b8"

    def __init__(self, *, wiki: str, **kwargs: Any) -> None:
        super().__init__(partner="", **kwargs)
        self.wiki = wiki

    def call(self, context: Context) -> Any:
        return call_step(self.step, open_deps(context), wiki=self.wiki, run_id=run_of(context))


def schedules_of(partners: Iterable[Partner]) -> dict[str, str]:
    """Connection → schedule: hourly, or the one line that all its partners wish; "" where none wishes to be watched."""
    wishes: dict[str, set[str]] = {}
    for partner in partners:
        wishes.setdefault(partner.publish.wiki, set()).add(partner.schedule.watch)
    named = {wiki: lines - {""} for wiki, lines in wishes.items()}
    return {wiki: next(iter(lines)) if len(lines) == 1 else "@hourly" if lines else "" for wiki, lines in named.items()}


def build_watch_dags(schedules: Mapping[str, str]) -> Iterator[DAG]:
    """By connection, in order."""
    for wiki, schedule in sorted(schedules.items()):
        dag_id = f"{PREFIX}{wiki}"
        with DAG(
            dag_id=dag_id, description=f"What people tell our account: {wiki}", doc_md=TEXT, schedule=timetable(schedule, key=dag_id),
            start_date=START, catchup=False, max_active_runs=1, tags=["glamflow", "system", "watch"],
            default_args={"owner": "glamflow", "retries": RETRIES, "retry_policy": GlamflowRetryPolicy()},
        ) as dag:  # fmt: skip
            WatchOperator(task_id="watch_account", wiki=wiki)
        yield dag
