"""What the demo's programs are told."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from glamflow.sandbox.demo.environment import Place, Ports, environment, load_secrets, write_passwords

PORTS = Ports(1001, 1002, 1003)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(state=tmp_path / "state", checkout=Path("/checkout"), partners=tmp_path)


def test_the_callers_airflow_and_glamflow_are_not_inherited(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "postgresql://production")
    monkeypatch.setenv("AIRFLOW_CONN_GLAMFLOW_WIKI", "https://commons.example")
    monkeypatch.setenv("GLAMFLOW_LEDGER", "postgresql://production")
    told = environment(place, PORTS, load_secrets(place, ()), connections={}, extra={})
    assert not [value for value in told.values() if "production" in value or "commons.example" in value]


def test_every_address_is_on_the_loopback(place: Place) -> None:
    told = environment(place, PORTS, load_secrets(place, ()), connections={}, extra={})
    assert told["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert {v.split("/")[2] for k, v in told.items() if k.startswith("AIRFLOW") and v.startswith("http")} == {"127.0.0.1:1001"}


def test_a_second_run_in_the_same_folder_knows_the_people_of_the_first(place: Place) -> None:
    first = load_secrets(place, ("ann@example.org",))
    second = load_secrets(place, ("ann@example.org", "bo@example.org"))
    assert second.passwords["ann@example.org"] == first.passwords["ann@example.org"]
    assert second.jwt == first.jwt
    assert set(second.passwords) == {"admin", "ann@example.org", "bo@example.org"}


def test_two_folders_share_no_secret(tmp_path: Path) -> None:
    one, two = (load_secrets(Place(tmp_path / n, tmp_path, tmp_path), ("ann",)) for n in "ab")
    assert not {one.jwt, one.fernet, one.bot, *one.passwords.values()} & {two.jwt, two.fernet, two.bot, *two.passwords.values()}


def test_approvers_may_operate_and_only_admin_administrates(place: Place) -> None:
    told = environment(place, PORTS, load_secrets(place, ("ann@example.org",)), connections={}, extra={})
    assert told["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS"] == "admin:admin,ann@example.org:op"


def test_files_with_secrets_are_for_their_owner_only(place: Place) -> None:
    write_passwords(place, load_secrets(place, ()))
    for path in (place.state / "secrets.json", place.airflow / "passwords.json"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
