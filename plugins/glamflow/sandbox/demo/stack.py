"""Airflow's components, one by one, none on another interface than 127.0.0.1.

`airflow standalone` is not used: it binds other interfaces, uses fixed ports for logs and leaves children behind. The
log servers of scheduler and triggerer are left out (`--skip-serve-logs`): they would listen on every interface, and here
all read the same folder.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

from glamflow.sandbox.demo.environment import ADMIN, Place, Ports, Secrets, airflow_url, write_passwords
from glamflow.sandbox.demo.ports import HOST, is_listening
from glamflow.sandbox.demo.processes import ProcessTable
from glamflow.sandbox.demo.rest import AirflowApi
from glamflow.transforms.errors import Permanent

COMPONENTS = {
    "api-server": ("api-server", "--host", HOST),
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "dag-processor": ("dag-processor",),
    "triggerer": ("triggerer", "--skip-serve-logs"),
}
_PATIENCE = 240.0
Say = Callable[[str], None]


def airflow_command(*words: str) -> list[str]:
    return [sys.executable, "-m", "airflow", *words]


def migrate(place: Place, env: dict[str, str], table: ProcessTable) -> None:
    """Airflow's database, made or brought up to date."""
    with (table.logs / "migrate.log").open("ab") as log:
        done = subprocess.run(airflow_command("db", "migrate"), env=env, stdout=log, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        raise Permanent(f"Airflow's database could not be made. Its last words:\n{table.log_tail('migrate')}")


def start_component(name: str, env: dict[str, str], table: ProcessTable, ports: Ports) -> None:
    words = COMPONENTS[name]
    if name == "api-server":
        words = (*words, "--port", str(ports.airflow))
    table.start(name, airflow_command(*words), env)


def start_airflow(
    place: Place, env: dict[str, str], table: ProcessTable, *, ports: Ports, secret: Secrets, say: Say
) -> None:
    write_passwords(place, secret)
    say("making Airflow's database")
    migrate(place, env, table)
    for name in COMPONENTS:
        say(f"starting Airflow's {name}")
        start_component(name, env, table, ports)
    wait_until(lambda: is_listening(ports.airflow), table, what="Airflow's API")
    with AirflowApi(airflow_url(ports), user=ADMIN, password=secret.passwords[ADMIN]) as api:
        wait_until(lambda: _healthy(api), table, what="Airflow's scheduler, DAG processor and triggerer")


def wait_until(ready: Callable[[], bool], table: ProcessTable, *, what: str, patience: float = _PATIENCE) -> None:
    """Until `ready`; a program that died meanwhile is named with the end of its log."""
    deadline = time.monotonic() + patience
    while not ready():
        if dead := table.dead():
            raise Permanent(f"{dead[0]} ended by itself. The end of its log:\n{table.log_tail(dead[0])}")
        if time.monotonic() > deadline:
            raise Permanent(f"{what} was not ready after {patience:.0f} s.", hint=f"The logs are in {table.logs}.")
        time.sleep(0.3)


def _healthy(api: AirflowApi) -> bool:
    health = api.health()
    return bool(health) and all(
        health.get(part) == "healthy" for part in ("metadatabase", "scheduler", "triggerer", "dag_processor")
    )
