"""The compose file says what the programs understand. No engine is here to try it: the file is read, the programs are asked."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from glamflow import settings
from glamflow.docs import ROOT
from glamflow.partner import load_partner

DOCKER = ROOT / "docker"
FILES = ("compose.yaml", "compose.celery.yaml")
COMPOSE: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
# Of the Compose specification: what a service and a whole file may say. A misspelt key would be refused only by the engine.
SERVICE_KEYS = {
    "build", "command", "configs", "depends_on", "deploy", "entrypoint", "env_file", "environment", "extends", "healthcheck", "hostname", "image",
    "mem_limit", "ports", "profiles", "restart", "stop_grace_period", "user", "volumes", "working_dir",
}  # fmt: skip
TOP_KEYS = {"name", "services", "configs", "volumes", "networks", "secrets"}
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}


def _overlay(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DOCKER / name).read_text(encoding="utf-8"))
    return found


def _example() -> dict[str, str]:
    lines = (DOCKER / "env.example").read_text(encoding="utf-8").splitlines()
    return {name: value.strip("'") for name, _, value in (line.partition("=") for line in lines if line and not line.startswith("#"))}


@pytest.mark.parametrize("name", FILES)
def test_every_key_is_one_of_the_compose_specification(name: str) -> None:
    overlay = _overlay(name)
    assert {key for key in overlay if not key.startswith("x-")} <= TOP_KEYS
    assert {f"{service}.{key}" for service, body in overlay["services"].items() for key in body if key not in SERVICE_KEYS} == set()


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_waits_only_for_what_can_come_true(service: str) -> None:
    for other, need in SERVICES[service].get("depends_on", {}).items():
        target = SERVICES[other]
        assert need["condition"] in CONDITIONS
        assert need["condition"] != "service_healthy" or "healthcheck" in target
        assert need["condition"] != "service_completed_successfully" or target["restart"] in ("no", "on-failure")
        assert set(target.get("profiles", ())) <= set(SERVICES[service].get("profiles", ())), "the profile of what it waits for"


@pytest.mark.parametrize("name", FILES)
def test_nothing_listens_outside_this_machine(name: str) -> None:
    ports = [port for body in _overlay(name)["services"].values() for port in body.get("ports", ())]
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_every_volume_is_declared_and_every_mounted_file_exists() -> None:
    mounts = [mount.partition(":")[0] for body in SERVICES.values() for mount in body.get("volumes", ())]
    assert {mount for mount in mounts if not mount.startswith(".")} == set(COMPOSE["volumes"])
    assert [mount for mount in mounts if mount.startswith(".") and not (DOCKER / mount).is_file()] == []


def test_images_of_others_are_pinned() -> None:
    images = {body["image"] for name in FILES for body in _overlay(name)["services"].values() if "image" in body} - {"glamflow:local"}
    assert [image for image in images if ":" not in image or image.endswith(":latest")] == []


@pytest.mark.parametrize("name", FILES)
def test_every_variable_that_is_asked_for_stands_in_the_example(name: str) -> None:
    asked = set(re.findall(r"\$\{([A-Z_]+)", (DOCKER / name).read_text(encoding="utf-8")))
    assert asked - set(_example()) == set()


def test_every_setting_of_ours_is_one_that_the_code_reads() -> None:
    known = set(re.findall(r"`(GLAMFLOW_[A-Z_]+)`", settings.__doc__ or ""))
    given = {key for body in SERVICES.values() for key in body.get("environment", {}) if key.startswith("GLAMFLOW_")}
    assert given - known == set()
    assert {key for key in _example() if key.startswith("GLAMFLOW_")} - known - {"GLAMFLOW_SANDBOX_PASSWORD"} == set()


def test_the_settings_can_be_read_as_compose_hands_them_over() -> None:
    example = _example()
    filled = {
        key: re.sub(r"\$\{([A-Z_]+)[^}]*\}", lambda match: example[match[1]] or "secret", value)
        for key, value in SERVICES["scheduler"]["environment"].items()
    }
    read = settings.read_settings(filled)
    assert read.ledger == "postgresql+psycopg://glamflow:secret@postgres:5432/glamflow"
    assert read.store == "s3://glamflow?endpoint=http://store:8333"
    assert read.test_wiki == "sandbox-wiki"


def test_the_example_has_a_connection_for_every_partner_and_wiki() -> None:
    example = _example()
    for path in sorted((ROOT / "dags" / "partners").glob("*.yaml")):
        partner = load_partner(path)
        for connection in (partner.source.connection, partner.publish.wiki):
            facts = settings.connection_from_environment(connection, example)
            assert facts.base_url.partition("//")[2].partition(":")[0] in SERVICES, f"{connection} leads to no service"


@pytest.mark.parametrize("service", [name for name, body in SERVICES.items() if body.get("command", [""])[:2] == ["python", "-m"]])
def test_a_program_of_ours_knows_the_words_it_is_started_with(service: str, capsys: pytest.CaptureFixture[str]) -> None:
    _, _, module, *words = SERVICES[service]["command"]
    with pytest.raises(SystemExit) as ended:
        _main_of(module)(["--help"])
    told = capsys.readouterr().out
    assert ended.value.code == 0
    assert [word for word in words if word.startswith("--") and word not in told] == []


def _main_of(module: str) -> Any:
    path = ROOT / "plugins" / Path(*module.split("."))
    return importlib.import_module(f"{module}.__main__" if path.is_dir() else module).main


@pytest.mark.parametrize("service", [name for name, body in SERVICES.items() if body.get("command", [""])[0] == "airflow"])
def test_airflow_knows_the_words_it_is_started_with(service: str) -> None:
    from airflow.cli.cli_parser import get_parser

    words = SERVICES[service]["command"][1:]
    assert get_parser().parse_args(words).subcommand == words[0]


def test_workers_of_celery_differ_from_the_base_by_executor_and_program_only() -> None:
    overlay = _overlay("compose.celery.yaml")["services"]
    lock = (ROOT / "scripts" / "requirements" / "celery.lock").read_text(encoding="utf-8")
    airflow = {name for name, body in SERVICES.items() if body.get("command", [""])[0] in ("airflow", "migrate")}
    assert airflow | {"worker", "redis"} == set(overlay)
    assert {overlay[name]["environment"]["AIRFLOW__CORE__EXECUTOR"] for name in airflow | {"worker"}} == {"CeleryExecutor"}
    assert {overlay[name]["build"]["args"]["LOCK"] for name in airflow | {"worker"}} == {"celery"}
    assert re.search(r"^celery==5\.[0-6]\.", lock, re.MULTILINE), "the executor does not import with 5.7"
