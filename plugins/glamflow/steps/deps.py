"""What the steps are given: ledger, store, clock, partner texts, and factories for everything that speaks to the outside.

`build_deps(connections)` wires the real ones from `settings.py`; tests hand in others. Concrete edges are imported inside
the factories, so that a step loads only what it uses.
"""

from __future__ import annotations

import datetime as dt
import getpass
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glamflow.partner import Partner, load_partner, parse_partner
from glamflow.settings import ConnectionFacts, Settings, connection_from_environment, read_settings
from glamflow.transforms.errors import ConfigInvalid

if TYPE_CHECKING:
    from glamflow.harvest.protocol import Harvester
    from glamflow.ledger.ledger import Ledger
    from glamflow.net.session import Session
    from glamflow.store.protocol import ObjectStore
    from glamflow.wiki.protocol import CommonsClient, WikidataClient

VERSION = "0.1.0"
Connections = Callable[[str], ConnectionFacts]


@dataclass(frozen=True, kw_only=True)
class Deps:
    """The world of a step."""

    settings: Settings
    ledger: Ledger
    store: ObjectStore
    connections: Connections
    actor: str
    now: Callable[[], dt.datetime]
    harvester: Callable[[Partner], Harvester]
    media_session: Callable[[Partner], Session]
    commons: Callable[[Partner], CommonsClient]
    wikidata: Callable[[Partner], WikidataClient]

    def partner_from_file(self, slug: str) -> Partner:
        """The partner as its file stands now; only the first step of a run reads it."""
        return load_partner(self.settings.partners / f"{slug}.yaml")

    def partner_of_run(self, run_id: str) -> Partner:
        """The partner as it was when the run began: later edits of the file do not reach into a run."""
        run = self.ledger.run(run_id)
        return parse_partner(self.ledger.partner_text(run.partner_version), file=f"{run.partner}.yaml (as of {run.partner_version[:8]})")

    @property
    def worker(self) -> str:
        """A name for claims that tells one attempt of one process from another."""
        return f"{self.actor}#{os.getpid()}"


def build_deps(connections: Connections = connection_from_environment, *, actor: str = "") -> Deps:
    """The real world by environment and connections; `ConfigInvalid` where something is missing."""
    from glamflow.ledger.ledger import Ledger
    from glamflow.store.factory import open_store

    settings = read_settings()
    ledger = Ledger.open(settings.ledger)
    ledger.migrate()
    return Deps(
        settings=settings,
        ledger=ledger,
        store=open_store(settings.store),
        connections=connections,
        actor=actor or _actor(),
        now=lambda: dt.datetime.now(dt.UTC),
        harvester=lambda partner: _harvester(partner, settings, connections),
        media_session=lambda partner: _media_session(partner, settings),
        commons=lambda partner: _commons(partner, settings, connections),
        wikidata=lambda partner: _wikidata(partner, settings, connections),
    )


def _actor() -> str:
    # Airflow names the task instance in the environment of the worker; on the command line it is the person.
    dag, run = os.environ.get("AIRFLOW_CTX_DAG_ID"), os.environ.get("AIRFLOW_CTX_DAG_RUN_ID")
    return f"airflow:{dag}/{run}" if dag else f"person:{getpass.getuser()}"


def user_agent(settings: Settings) -> str:
    """`glamflow/<version> (<operator contact>)`: wikis and feeds ask for the operator's contact, not the software's."""
    return f"glamflow/{VERSION} ({settings.contact})"


def source_url(partner: Partner, connections: Connections) -> tuple[str, str]:
    """Address of the feed and the secret for it, "" if none."""
    if partner.source.url:
        return partner.source.url, ""
    connection = connections(partner.source.connection)
    if not connection.host:
        raise ConfigInvalid("Airflow connection", "the host is empty", key=partner.source.connection, fix="Set host and schema.")
    return f"{connection.base_url}{partner.source.path}", connection.password
