"""Settings and connections come from the environment, with clear messages where something is missing."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from glamflow import settings as settings_module
from glamflow.settings import connection_from_environment, read_settings
from glamflow.transforms.errors import ConfigInvalid

ROOT = Path(__file__).parents[2]


def test_the_operator_contact_is_required() -> None:
    with pytest.raises(ConfigInvalid, match="GLAMFLOW_CONTACT"):
        read_settings({})


def test_embedded_defaults_lie_below_the_home_folder() -> None:
    settings = read_settings({"GLAMFLOW_CONTACT": "a@example.org", "GLAMFLOW_HOME": "/srv/glam"})
    assert settings.ledger == "sqlite:////srv/glam/ledger.db"
    assert settings.store == "file:///srv/glam/store"
    assert settings.writes


@pytest.mark.parametrize("word", ["off", "OFF", "0", "false"])
def test_writes_can_be_switched_off(word: str) -> None:
    assert not read_settings({"GLAMFLOW_CONTACT": "a@example.org", "GLAMFLOW_WRITES": word}).writes


@pytest.mark.parametrize(
    "value",
    [
        json.dumps({"conn_type": "wikimedia", "host": "http://127.0.0.1", "port": 8099, "login": "Bot@x", "password": "s"}),
        "wikimedia://Bot%40x:s@127.0.0.1:8099/http",
    ],
)
def test_a_connection_is_read_from_json_or_uri(value: str) -> None:
    connection = connection_from_environment("glamflow_wiki", {"AIRFLOW_CONN_GLAMFLOW_WIKI": value})
    assert connection.base_url == "http://127.0.0.1:8099"
    assert (connection.login, connection.password) == ("Bot@x", "s")
    assert "'s'" not in repr(connection)


@pytest.mark.parametrize("value", ["", "{", "{}x"])
def test_a_missing_or_broken_connection_names_its_variable(value: str) -> None:
    with pytest.raises(ConfigInvalid, match="AIRFLOW_CONN_NO_SUCH"):
        connection_from_environment("no_such", {"AIRFLOW_CONN_NO_SUCH": value})


def test_a_brake_with_a_slip_of_the_pen_is_refused_instead_of_being_open() -> None:
    with pytest.raises(ConfigInvalid, match="GLAMFLOW_WRITES"):
        read_settings({"GLAMFLOW_CONTACT": "a@example.org", "GLAMFLOW_WRITES": "offf"})


@pytest.mark.parametrize("word", ["", "on", "On", "1", "true"])
def test_writes_are_on_unless_switched_off(word: str) -> None:
    assert read_settings({"GLAMFLOW_CONTACT": "a@example.org", "GLAMFLOW_WRITES": word}).writes


def test_every_variable_that_the_code_names_stands_in_the_table() -> None:
    table = set(re.findall(r"^\| `(GLAMFLOW_\w+)`", settings_module.__doc__ or "", re.MULTILINE))
    named = {
        name
        for folder in ("plugins", "dags", "transforms")
        for path in (ROOT / folder).rglob("*.py")
        for name in re.findall(r"""["'](GLAMFLOW_[A-Z_]+)["']""", path.read_text(encoding="utf-8"))
    }
    assert named == table
