"""An Airflow connection as the `ConnectionFacts` that the rest of glamflow understands."""

from __future__ import annotations

from typing import Protocol

from airflow.sdk import BaseHook

from glamflow.settings import ConnectionFacts
from glamflow.transforms.errors import ConfigInvalid


class _Connection(Protocol):
    conn_type: str
    host: str | None
    port: int | None
    schema: str | None
    login: str | None
    password: str | None

    @property
    def extra_dejson(self) -> dict[str, object]: ...


def connection_facts(conn_id: str) -> ConnectionFacts:
    """The connection from Airflow (UI, secrets back end or environment); `ConfigInvalid` when there is none."""
    try:
        return facts_of(conn_id, BaseHook.get_connection(conn_id))
    except Exception as error:
        if "isn't defined" not in str(error) and "not found" not in str(error).lower():
            raise
        raise ConfigInvalid(
            "Airflow", f"the connection “{conn_id}” is not defined", key=conn_id,
            fix=f"Add it under Admin → Connections, or set AIRFLOW_CONN_{conn_id.upper()}.",
        ) from error  # fmt: skip


def facts_of(conn_id: str, connection: _Connection) -> ConnectionFacts:
    return ConnectionFacts(
        id=conn_id, type=connection.conn_type or "", host=connection.host or "", port=connection.port,
        schema=connection.schema or "", login=connection.login or "", password=connection.password or "",
        extra=dict(connection.extra_dejson),
    )  # fmt: skip
