"""Where a demo keeps its state and what its programs are told: everything in one folder, everything on 127.0.0.1.

    <state>/airflow/      Airflow's home: database, task logs, passwords of this demo
    <state>/glamflow/     ledger and object store
    <state>/wiki/         the sandbox wiki's database and files
    <state>/sources/      the partners' servers: phase, pictures, request log
    <state>/logs/         one log per program
    <state>/ports.json    chosen at the first start and kept
    <state>/secrets.json  made at the first start, so that a second run knows the first one's people

Nothing of the caller's Airflow or glamflow set-up is inherited.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import sys
from pathlib import Path

import msgspec

from glamflow.sandbox.demo.ports import HOST, free_ports, is_listening

ADMIN = "admin"
BOT = "GlamflowBot"
SAMPLE_DAY = "2026-11-25"  # the expected table of the sample collection is of this day: terms end every 1 January
CONTACT = "demo@glamflow.invalid"


class Ports(msgspec.Struct, frozen=True):
    """One for each listening program."""

    airflow: int
    wiki: int
    sources: int


class Secrets(msgspec.Struct, frozen=True):
    """Random per state folder."""

    jwt: str
    fernet: str
    bot: str
    passwords: dict[str, str]


class Place(msgspec.Struct, frozen=True):
    """The folders of one demo, and the checkout that it runs."""

    state: Path
    checkout: Path
    partners: Path

    @property
    def airflow(self) -> Path:
        return self.state / "airflow"

    @property
    def home(self) -> Path:
        return self.state / "glamflow"

    @property
    def wiki(self) -> Path:
        return self.state / "wiki"

    @property
    def sources(self) -> Path:
        return self.state / "sources"

    @property
    def logs(self) -> Path:
        return self.state / "logs"


def choose_ports(place: Place) -> Ports:
    """Those of the last time where they are still free: addresses of media and pages are part of what was harvested."""
    path = place.state / "ports.json"
    if path.exists():
        kept = msgspec.json.decode(path.read_bytes(), type=Ports)
        if not any(is_listening(port) for port in (kept.airflow, kept.wiki, kept.sources)):
            return kept
    chosen = Ports(*free_ports(3))
    place.state.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.encode(chosen))
    return chosen


def load_secrets(place: Place, people: tuple[str, ...]) -> Secrets:
    """The state's secrets; people who are new since get a password of their own."""
    path = place.state / "secrets.json"
    known = msgspec.json.decode(path.read_bytes(), type=Secrets) if path.exists() else None
    passwords = {person: secrets.token_urlsafe(9) for person in (ADMIN, *people)} | (known.passwords if known else {})
    made = Secrets(
        jwt=known.jwt if known else secrets.token_urlsafe(64),
        fernet=known.fernet if known else base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        bot=known.bot if known else secrets.token_urlsafe(16),
        passwords=passwords,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(msgspec.json.encode(made))
    return made


def airflow_url(ports: Ports) -> str:
    return f"http://{HOST}:{ports.airflow}"


def wiki_url(ports: Ports) -> str:
    return f"http://{HOST}:{ports.wiki}"


def sources_url(ports: Ports) -> str:
    return f"http://{HOST}:{ports.sources}"


def environment(
    place: Place, ports: Ports, secret: Secrets, *, connections: dict[str, dict[str, object]], extra: dict[str, str]
) -> dict[str, str]:
    """The environment of every program of this demo."""
    own = {k: v for k, v in os.environ.items() if not k.startswith(("AIRFLOW", "GLAMFLOW", "_AIRFLOW"))}
    own |= {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{own.get('PATH', '')}",
        "PYTHONUNBUFFERED": "1",
        "NO_PROXY": f"{HOST},localhost",
        "no_proxy": f"{HOST},localhost",
    }
    own |= _glamflow(place, ports) | _airflow(place, ports, secret)
    own |= {f"AIRFLOW_CONN_{name.upper()}": json.dumps(facts) for name, facts in connections.items()}
    return own | extra


def _glamflow(place: Place, ports: Ports) -> dict[str, str]:
    return {
        "GLAMFLOW_CONTACT": CONTACT,
        "GLAMFLOW_HOME": str(place.home),
        "GLAMFLOW_PARTNERS": str(place.partners),
        "GLAMFLOW_TODAY": SAMPLE_DAY,
        "GLAMFLOW_SCHEDULES": "off",
        "GLAMFLOW_UI": f"{airflow_url(ports)}/glam",
    }


def _airflow(place: Place, ports: Ports, secret: Secrets) -> dict[str, str]:
    url = airflow_url(ports)
    users = ",".join(f"{person}:{'admin' if person == ADMIN else 'op'}" for person in secret.passwords)
    return {
        "AIRFLOW_HOME": str(place.airflow),
        "AIRFLOW__CORE__DAGS_FOLDER": str(place.checkout / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(place.checkout / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": "3",
        "AIRFLOW__CORE__DEFAULT_TASK_RETRY_DELAY": "5",
        "AIRFLOW__CORE__FERNET_KEY": secret.fernet,
        "AIRFLOW__CORE__TEST_CONNECTION": "Enabled",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": users,
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(place.airflow / "passwords.json"),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "AIRFLOW__API__HOST": HOST,
        "AIRFLOW__API__PORT": str(ports.airflow),
        "AIRFLOW__API__BASE_URL": url,
        "AIRFLOW__API__SECRET_KEY": secret.jwt[:32],
        "AIRFLOW__API_AUTH__JWT_SECRET": secret.jwt,
        "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": "1",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "30",
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "600",
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.1",
        "AIRFLOW__SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "1",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    }


def write_passwords(place: Place, secret: Secrets) -> None:
    """Airflow's simple login reads its people's passwords from here and makes up the missing ones."""
    place.airflow.mkdir(parents=True, exist_ok=True)
    path = place.airflow / "passwords.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(secret.passwords) + "\n", encoding="utf-8")
