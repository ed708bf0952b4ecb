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

    from glamflow.orchestration.pages import token_of
    from glamflow.store import layout
    from glamflow.store.factory import open_store
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


def test_the_report_and_what_lies_beside_it_are_shown(client: TestClient, tmp_path: Path) -> None:
    store = open_store(f"file://{tmp_path}/store")
    store.put(layout.report("alpha-museum", "latest", "html"), b"<h1>Of 3 records</h1>")
    store.put(layout.report("alpha-museum", "latest", "csv"), b"number")
    head = {"Authorization": f"Bearer {_token('VIEWER')}"}
    page = client.get("/partners/alpha-museum/report", headers=head)
    assert page.text == "<h1>Of 3 records</h1>"
    assert "script-src" not in page.headers["Content-Security-Policy"]
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert client.get("/partners/alpha-museum/report.csv", headers=head).text == "number"


@pytest.mark.parametrize("path", ["/partners/alpha-museum/secrets.json", "/partners/alpha-museum/quality/!!/x", "/partners/nobody", "/plan/none"])
def test_what_is_not_there_is_told_in_a_sentence(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={"Authorization": f"Bearer {_token('VIEWER')}"})
    assert answer.status_code == 404
    assert answer.text.startswith("404 ")


def test_no_path_leads_out_of_a_runs_quality_pages(client: TestClient, tmp_path: Path) -> None:
    store = open_store(f"file://{tmp_path}/store")
    store.put("alpha-museum/quality/other.json", b"inside the store, outside the run")
    token = token_of("alpha-museum__ingest/manual__1")
    answer = client.get(
        f"/partners/alpha-museum/quality/{token}/%2e%2e/%2e%2e/other.json", headers={"Authorization": f"Bearer {_token('VIEWER')}"}
    )
    assert answer.status_code == 404
