"""The Airflow DAGs of all partners: three for each file of `partners/*.yaml`. Nothing else belongs here."""

from __future__ import annotations

import os
from pathlib import Path

from airflow.sdk import get_parsing_context

from glamflow.orchestration.loader import build_folder

folder = Path(os.environ.get("GLAMFLOW_PARTNERS") or Path(__file__).parent / "partners")
for dag in build_folder(folder, only=get_parsing_context().dag_id):
    globals()[dag.dag_id] = dag
