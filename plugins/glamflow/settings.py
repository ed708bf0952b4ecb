"""Facts of a deployment: a dozen environment variables and the Airflow connections, read in one place.

| variable | meaning | default |
|---|---|---|
| `GLAMFLOW_CONTACT` | mail or web address of the operator, part of every User-Agent | required |
| `GLAMFLOW_LEDGER` | SQLAlchemy address of the ledger | `sqlite:///<home>/ledger.db` |
| `GLAMFLOW_STORE` | `file:///folder` or `s3://bucket/prefix?endpoint=…` | `file://<home>/store` |
| `GLAMFLOW_HOME` | folder of the embedded defaults | `.glamflow` in the working folder |
| `GLAMFLOW_PARTNERS` | folder of partner files | `dags/partners` beside the package |
| `GLAMFLOW_WRITES` | `off` stops every write to any wiki, read at process start; a word that is neither on nor off is refused | `on` |
| `GLAMFLOW_SCHEDULES` | `off` takes the clock from every DAG: people and assets start them | `on` |
| `GLAMFLOW_TEST_WIKI` | host or API address of a wiki that may be treated as a sandbox although it is not loopback; tests use it | unset |
| `GLAMFLOW_TODAY` | day on which rights are judged (YYYY-MM-DD), for rehearsals: the sample's table is of one day | the clock |
| `GLAMFLOW_UI` | web address of our pages, for links in reports and summaries | unset |
| `GLAMFLOW_SANDBOX_PASSWORD` | bot password that the sandbox wiki gives its `--user`; nothing else reads it | unset |
| `AIRFLOW_CONN_<ID>` | a connection as JSON or URI, where Airflow does not hand one over | unset |

Nothing here imports Airflow: operators hand their connections over as `ConnectionFacts`.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from glamflow.transforms.errors import ConfigInvalid


class ConnectionFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What we use of an Airflow connection. `password` never appears in a repr, log or event."""

    id: str
    type: str = ""
    host: str = ""
    port: int | None = None
    schema: str = ""
    login: str = ""
    password: str = ""
    extra: dict[str, Any] = msgspec.field(default_factory=dict)

    def __repr__(self) -> str:
        return f"ConnectionFacts({self.id!r}, {self.base_url!r}, login={self.login!r})"

    @property
    def base_url(self) -> str:
        """`scheme://host[:port]` without a path or a trailing slash."""
        host = self.host.rstrip("/")
        if "://" not in host:
            host = f"{self.schema or 'https'}://{host}"
        if self.port and urlsplit(host).port is None:
            host = f"{host}:{self.port}"
        return host


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The variables above, checked."""

    contact: str
    ledger: str
    store: str
    home: Path
    partners: Path
    writes: bool = True
    test_wiki: str = ""
    today: dt.date | None = None
    ui: str = ""


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment; `ConfigInvalid` names the variable and what to set."""
    env = os.environ if environment is None else environment
    contact = env.get("GLAMFLOW_CONTACT", "").strip()
    if "@" not in contact and "://" not in contact:
        raise ConfigInvalid(
            "environment", "GLAMFLOW_CONTACT is not set to a mail or web address of the operator",
            key="GLAMFLOW_CONTACT", fix="For example: export GLAMFLOW_CONTACT=bots@example.org (wikis and feeds ask for it).",
        )  # fmt: skip
    home = Path(env.get("GLAMFLOW_HOME", ".glamflow")).absolute()
    return Settings(
        contact=contact,
        home=home,
        ledger=env.get("GLAMFLOW_LEDGER") or f"sqlite:///{home}/ledger.db",
        store=env.get("GLAMFLOW_STORE") or f"file://{home}/store",
        partners=partners_folder(env),
        writes=_on(env, "GLAMFLOW_WRITES"),
        test_wiki=env.get("GLAMFLOW_TEST_WIKI", "").strip().lower(),
        today=_day(env.get("GLAMFLOW_TODAY", "")),
        ui=env.get("GLAMFLOW_UI", "").rstrip("/"),
    )


def partners_folder(environment: Mapping[str, str] | None = None) -> Path:
    """Where partner files lie; unlike the rest it can be asked for before anything is set."""
    env = os.environ if environment is None else environment
    return Path(env.get("GLAMFLOW_PARTNERS") or default_partners()).absolute()


def _on(env: Mapping[str, str], name: str) -> bool:
    # A brake must not be open because of a typo: what is neither word is refused.
    word = env.get(name, "").strip().lower()
    if word in ("", "on", "1", "true", "yes"):
        return True
    if word in ("off", "0", "false", "no"):
        return False
    raise ConfigInvalid("environment", f"“{word}” is neither on nor off", key=name, fix="Write on or off.")


def _day(value: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value.strip()) if value.strip() else None
    except ValueError as error:
        raise ConfigInvalid("environment", f"“{value}” is no day", key="GLAMFLOW_TODAY", fix="Write it as 2026-11-25.") from error


def connection_from_environment(id: str, environment: Mapping[str, str] | None = None) -> ConnectionFacts:
    """The connection in `AIRFLOW_CONN_<ID>`; `ConfigInvalid` says which variable is missing or broken."""
    env = os.environ if environment is None else environment
    name = f"AIRFLOW_CONN_{id.upper()}"
    value = env.get(name, "").strip()
    if not value:
        raise ConfigInvalid(
            "environment", f"the connection “{id}” is not defined", key=name,
            fix=f"Add it in Airflow (Admin → Connections) or set {name}.",
        )  # fmt: skip
    try:
        return _from_json(id, value) if value.startswith("{") else _from_uri(id, value)
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigInvalid("environment", f"the connection “{id}” cannot be read", key=name, fix="Use Airflow's JSON form.") from error


def _from_json(id: str, value: str) -> ConnectionFacts:
    data = json.loads(value)
    extra = data.get("extra") or {}
    return ConnectionFacts(
        id=id, type=data.get("conn_type") or "", host=data.get("host") or "", port=int(data["port"]) if data.get("port") else None,
        schema=data.get("schema") or "", login=data.get("login") or "", password=data.get("password") or "",
        extra=json.loads(extra) if isinstance(extra, str) else dict(extra),
    )  # fmt: skip


def _from_uri(id: str, value: str) -> ConnectionFacts:
    parts = urlsplit(value)
    return ConnectionFacts(
        id=id, type=parts.scheme, host=unquote(parts.hostname or ""), port=parts.port, schema=unquote(parts.path.lstrip("/")),
        login=unquote(parts.username or ""), password=unquote(parts.password or ""), extra=dict(parse_qsl(parts.query)),
    )  # fmt: skip


def default_partners() -> Path:
    """The `dags/partners` of the checkout that this package is installed from."""
    # plugins/glamflow/settings.py → the checkout's dags/partners; an installed wheel has no such folder.
    return Path(__file__).resolve().parents[2] / "dags" / "partners"
