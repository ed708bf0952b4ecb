"""What the containers do at their first start, on a real PostgreSQL: a database for the ledger, both schemas, the pools."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from glamflow.docs import ROOT


@pytest.fixture(scope="module")
def environment(postgres: Any, postgres_socket: str, postgres_programs: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The variables of compose.yaml, leading to the server of this test."""
    home = tmp_path_factory.mktemp("airflow")
    postgres.psql("CREATE ROLE airflow LOGIN SUPERUSER PASSWORD 'secret'")
    postgres.psql("CREATE DATABASE airflow OWNER airflow")
    at = f"@/airflow?host={postgres_socket}"
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "GLAMFLOW"))}
    return plain | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{postgres_programs}{os.pathsep}{os.environ['PATH']}",
        "PGHOST": postgres_socket,
        "POSTGRES_USER": "airflow",
        "POSTGRES_PASSWORD": "s3'cret",
        "POSTGRES_DB": "airflow",
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"postgresql+psycopg2://airflow:secret{at}",
        "GLAMFLOW_CONTACT": "tests@glamflow.invalid",
        "GLAMFLOW_LEDGER": f"postgresql+psycopg://glamflow:s3%27cret@/glamflow?host={postgres_socket}",
    }


def _run(script: str, *words: str, env: dict[str, str]) -> None:
    done = subprocess.run([ROOT / "docker" / script, *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_the_first_start_makes_both_databases_and_the_pools_and_the_second_changes_nothing(
    environment: dict[str, str], postgres_socket: str
) -> None:
    _run("ledger-database.sh", env=environment)
    _run("entrypoint.sh", "migrate", env=environment)
    _run("entrypoint.sh", "migrate", env=environment)
    with psycopg.connect(host=postgres_socket, user="glamflow", password="s3'cret", dbname="glamflow") as ledger:
        assert ledger.execute("SELECT count(*) FROM event").fetchone() == (0,)
    wanted = json.loads((ROOT / "docker" / "pools.json").read_text(encoding="utf-8"))
    with psycopg.connect(host=postgres_socket, user="airflow", password="secret", dbname="airflow") as airflow:
        pools: dict[str, int] = dict(airflow.execute("SELECT pool, slots FROM slot_pool").fetchall())
    assert {name: pools[name] for name in wanted} == {name: pool["slots"] for name, pool in wanted.items()}


def test_whatever_else_the_entry_point_is_given_it_runs(environment: dict[str, str]) -> None:
    _run("entrypoint.sh", "glamflow", "--help", env=environment)
