"""DAGs that belong to no partner.

    glamflow__seal_audit     every hour: closes and chains what the runs left unsealed
    glamflow__housekeeping   every night: run ends, overdue decisions, media past their retention
    glamflow__ledger_check   every night: recomputes the audit chains and the ledger's invariants; red on the first broken link
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from airflow.sdk import DAG, Context

from glamflow.orchestration.calls import call_step, open_deps, run_of
from glamflow.orchestration.dags import RETRIES, START
from glamflow.orchestration.operators import StepOperator
from glamflow.orchestration.retry import GlamflowRetryPolicy
from glamflow.orchestration.schedule import timetable

OWNER = "glamflow"


class SystemOperator(StepOperator):
    """A step over everything, not one partner; `step` is given by the DAG."""

    def __init__(self, *, system_step: str, **kwargs: Any) -> None:
        super().__init__(partner="", **kwargs)
        self.system_step = system_step

    def call(self, context: Context) -> Any:
        return call_step(self.system_step, open_deps(context), run_id=run_of(context))


class SystemDag(NamedTuple):
    """Kind, schedule, task and step of a system DAG, and what it is for."""

    kind: str
    schedule: str
    task_id: str
    step: str
    text: str


SYSTEM = (
    SystemDag("seal_audit", "@hourly", "seal_audit", "system:seal_audit", "Closes and chains audit segments that runs left unsealed."),
    SystemDag(
        "housekeeping", "@daily", "keep_house", "system:keep_house",
        "Fills in run ends, releases what was held until today, expires old requests, removes staged media past their retention.",
    ),
    SystemDag(
        "ledger_check", "@daily", "check_ledger", "system:check_ledger",
        "Recomputes the audit chains from database and store and checks the ledger's invariants; red names the first broken link.",
    ),
)  # fmt: skip


def build_system_dags(*, only: str | None = None) -> Iterator[DAG]:
    for row in SYSTEM:
        dag_id = f"{OWNER}__{row.kind}"
        if only is not None and only != dag_id:
            continue
        with DAG(
            dag_id=dag_id, description=row.text, doc_md=row.text, schedule=timetable(row.schedule, key=dag_id),
            start_date=START, catchup=False, max_active_runs=1, tags=["glamflow", "system", row.kind],
            default_args={
                "owner": OWNER, "retries": RETRIES, "retry_policy": GlamflowRetryPolicy(),
            },
        ) as dag:  # fmt: skip
            SystemOperator(task_id=row.task_id, system_step=row.step)
        yield dag
