"""Airflow's REST API, as much of it as the demo needs, for one signed-in person.

Airflow 3.3 facts: lists answer at most 100 rows a call; `logical_date` must be sent, even as null; an answer to a human
task that arrives before the scheduler has taken note that it parked fails the task, so callers wait (`course.py`).
"""

from __future__ import annotations

from typing import Any, Self
from urllib.parse import quote

import httpx

from glamflow.transforms.errors import Permanent

_PAGE = 100


class AirflowApi:
    """One person's session."""

    def __init__(self, base: str, *, user: str, password: str) -> None:
        self.base = base
        self.user = user
        self._password = password
        self._client = httpx.Client(base_url=base, timeout=30, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._client.close()

    def health(self) -> dict[str, str]:
        """Component → status; {} while the server does not answer."""
        try:
            answer = self._client.get("/api/v2/monitor/health", timeout=10)
            answer.raise_for_status()
        except httpx.HTTPError:
            return {}
        return {name: str(facts.get("status")) for name, facts in answer.json().items()}

    def scheduler_beat(self) -> str:
        """When the scheduler was last seen to go round; "" while nobody says."""
        try:
            answer = self._client.get("/api/v2/monitor/health", timeout=10).json()
        except (httpx.HTTPError, ValueError):
            return ""
        return str(answer.get("scheduler", {}).get("latest_scheduler_heartbeat") or "")

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        return self._send("GET", path, params=params)

    def rows(self, path: str, key: str, **params: Any) -> list[dict[str, Any]]:
        """All rows of a list, page by page."""
        found: list[dict[str, Any]] = []
        while True:
            answer = self.get(path, limit=_PAGE, offset=len(found), **params)
            found += answer[key]
            if len(found) >= answer["total_entries"] or not answer[key]:
                return found

    def unpause(self, dag_id: str) -> None:
        self._send("PATCH", f"/api/v2/dags/{quote(dag_id)}", json={"is_paused": False})

    def trigger(self, dag_id: str, *, conf: dict[str, Any] | None = None) -> str:
        """Starts a run; its id."""
        body = {"logical_date": None, "conf": conf or {}}
        return str(self._send("POST", f"/api/v2/dags/{quote(dag_id)}/dagRuns", json=body)["dag_run_id"])

    def runs(self, dag_id: str) -> list[dict[str, Any]]:
        """Runs, oldest first."""
        return self.rows(f"/api/v2/dags/{quote(dag_id)}/dagRuns", "dag_runs", order_by="run_after")

    def tasks(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        path = f"/api/v2/dags/{quote(dag_id)}/dagRuns/{quote(run_id)}/taskInstances"
        return self.rows(path, "task_instances")

    def log(self, dag_id: str, run_id: str, task: dict[str, Any]) -> list[dict[str, Any]]:
        """Events of a task's last try."""
        path = (
            f"/api/v2/dags/{quote(dag_id)}/dagRuns/{quote(run_id)}/taskInstances/{quote(task['task_id'])}/logs/{task['try_number']}"
        )
        content = self.get(path, map_index=task["map_index"], full_content="true")["content"]
        return [row if isinstance(row, dict) else {"event": str(row)} for row in content]

    def xcom(self, dag_id: str, task: dict[str, Any]) -> Any:
        """What a task returned; None when it returned nothing."""
        path = f"/api/v2/dags/{quote(dag_id)}/dagRuns/{quote(task['dag_run_id'])}/taskInstances/{quote(task['task_id'])}"
        answer = self._send(
            "GET", f"{path}/xcomEntries/return_value", params={"map_index": task["map_index"]}, accept=(404,)
        )
        return answer.get("value")

    def request(self, dag_id: str, run_id: str, task_id: str) -> dict[str, Any]:
        """The question that a human task asks."""
        return self.get(f"/api/v2/dags/{quote(dag_id)}/dagRuns/{quote(run_id)}/taskInstances/{quote(task_id)}/-1/hitlDetails")

    def answer(self, dag_id: str, run_id: str, task_id: str, *, choice: str, params: dict[str, Any]) -> None:
        path = f"/api/v2/dags/{quote(dag_id)}/dagRuns/{quote(run_id)}/taskInstances/{quote(task_id)}/-1/hitlDetails"
        self._send("PATCH", path, json={"chosen_options": [choice], "params_input": params})

    def create_pool(self, name: str, slots: int, description: str) -> None:
        body = {"name": name, "slots": slots, "description": description, "include_deferred": False}
        self._send("POST", "/api/v2/pools", json=body, accept=(409,))

    def _send(self, method: str, path: str, *, accept: tuple[int, ...] = (), **arguments: Any) -> dict[str, Any]:
        answer = self._client.request(method, path, headers=self._headers(), **arguments)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            self._client.headers.pop("Authorization", None)
            answer = self._client.request(method, path, headers=self._headers(), **arguments)
        if answer.status_code not in accept and answer.is_error:
            raise Permanent(f"Airflow answered {answer.status_code} to {method} {path}: {answer.text[:500]}")
        body: dict[str, Any] = answer.json()
        return body

    def _headers(self) -> dict[str, str]:
        if "Authorization" not in self._client.headers:
            token = self._client.post("/auth/token", json={"username": self.user, "password": self._password})
            token.raise_for_status()
            self._client.headers["Authorization"] = f"Bearer {token.json()['access_token']}"
        return {"Accept": "application/json"}
