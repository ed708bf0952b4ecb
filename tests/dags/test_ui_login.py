"""Airflow mounts plugin apps outside its own login: ours must ask for itself."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

with warnings.catch_warnings():
    # Airflow's own web server pulls in starlette's test client, which warns about the HTTP library of the future.
    warnings.simplefilter("ignore")
    from airflow import settings
    from airflow.api_fastapi.app import create_auth_manager
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
    from airflow.models.revoked_token import RevokedToken
    from fastapi.testclient import TestClient

    from glamflow.ui.app import app


@pytest.fixture
def client(partner_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setenv("GLAMFLOW_PARTNERS", str(partner_folder))
    monkeypatch.setenv("GLAMFLOW_CONTACT", "test@example.org")
    monkeypatch.setenv("GLAMFLOW_HOME", str(tmp_path))
    monkeypatch.setenv("AIRFLOW__API_AUTH__JWT_SECRET", "s" * 64)
    RevokedToken.metadata.create_all(settings.engine, tables=[RevokedToken.__table__])
    create_auth_manager()
    with TestClient(app, base_url="http://127.0.0.1") as made:
        yield made


def _token(role: str) -> str:
    manager = create_auth_manager()
    return str(manager.generate_jwt(SimpleAuthManagerUser(username="vera", role=role)))


def test_without_a_session_there_is_nothing_to_see(client: TestClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 401
    assert "Museum" not in answer.text


def test_a_browser_without_a_session_is_sent_to_the_login_and_back(client: TestClient) -> None:
    answer = client.get("/", headers={"Accept": "text/html"}, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].endswith("/auth/login?next=http%3A%2F%2F127.0.0.1%2F")


def test_a_forged_session_is_refused(client: TestClient) -> None:
    assert client.get("/", headers={"Authorization": "Bearer forged"}).status_code == 403


def test_a_viewer_sees_the_partners_and_what_is_wrong_with_their_files(client: TestClient) -> None:
    answer = client.get("/", headers={"Authorization": f"Bearer {_token('VIEWER')}"})
    assert answer.status_code == 200
    assert "Museum alpha-museum" in answer.text
    assert "righst" in answer.text


def test_the_session_cookie_of_airflows_own_pages_is_enough(client: TestClient) -> None:
    client.cookies.set("_token", _token("VIEWER"))
    assert client.get("/").status_code == 200
