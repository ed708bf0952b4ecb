"""The Airflow DAGs of the house itself: sealing the audit chain, housekeeping, the ledger's own check."""

from __future__ import annotations

from airflow.sdk import get_parsing_context

from glamflow.orchestration.system import build_system_dags

for dag in build_system_dags(only=get_parsing_context().dag_id):
    globals()[dag.dag_id] = dag
