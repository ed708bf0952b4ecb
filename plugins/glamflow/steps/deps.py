"""What the steps are given: ledger, store, clock, partner texts, and factories for everything that speaks to the outside.

`build_deps(connections)` wires the real ones from `settings.py`; tests hand in others. Concrete edges are imported inside
the factories, so that a step loads only what it uses.
"""

from __future__ import annotations

import datetime as dt
import getpass
import os
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glamflow.partner import Partner, load_partner, parse_partner
from glamflow.settings import ConnectionFacts, Settings, connection_from_environment, read_settings
from glamflow.steps.process import this_process

if TYPE_CHECKING:
    from glamflow.harvest.protocol import Harvester
    from glamflow.ledger.ledger import Ledger
    from glamflow.net.session import Session
    from glamflow.store.protocol import ObjectStore
    from glamflow.wiki.protocol import CommonsClient, WikidataClient
    from glamflow.wiki.session import WikiSession

VERSION = "0.1.0"
LEASE_SECONDS = 300.0  # a claim that is not renewed for so long may be taken over by anybody
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
    harvester: Callable[[Partner], AbstractContextManager[Harvester]]
    media_session: Callable[[Partner], Session]
    commons: Callable[[Partner], CommonsClient]
    wikidata: Callable[[Partner], WikidataClient]

    def today(self) -> dt.date:
        """The day on which rights, embargoes and terms are judged."""
        return self.settings.today or self.now().date()

    def partner_from_file(self, slug: str) -> Partner:
        """The partner as its file stands now; only the first step of a run reads it."""
        return load_partner(self.settings.partners / f"{slug}.yaml")

    def partner_of_run(self, run_id: str) -> Partner:
        """The partner as it was when the run began: later edits of the file do not reach into a run."""
        run = self.ledger.run(run_id)
        return parse_partner(self.ledger.partner_text(run.partner_version), file=f"{run.partner}.yaml (as of {run.partner_version[:8]})")

    @property
    def worker(self) -> str:
        """Name for claims. Under Airflow it is the task, not the try: Airflow starts a new try only when it gave up the
        last one, which may still be alive; the new try takes the claim over at once and the epoch fences the old one."""
        task = os.environ.get("AIRFLOW_CTX_TASK_ID")
        return f"{self.actor}/{task}" if task else f"{self.actor}#{this_process()}"


def build_deps(connections: Connections = connection_from_environment, *, actor: str = "") -> Deps:
    """The real world by environment and connections; `ConfigInvalid` where something is missing."""
    from glamflow.ledger.ledger import Ledger
    from glamflow.store.factory import open_store

    settings = read_settings()
    actor = actor or _actor()
    sessions = _Sessions(settings, connections)
    ledger = Ledger.open(settings.ledger, actor=actor, code_version=VERSION).migrate()
    return Deps(
        settings=settings,
        ledger=ledger,
        store=open_store(settings.store),
        connections=connections,
        actor=actor,
        now=lambda: dt.datetime.now(dt.UTC),
        harvester=lambda partner: _harvester(partner, settings, connections, ledger),
        media_session=lambda partner: _media_session(partner, settings, ledger),
        commons=lambda partner: _commons(sessions(partner.publish.wiki)),
        wikidata=lambda partner: _wikidata(sessions(partner.items.wiki or partner.publish.wiki)),
    )


def _actor() -> str:
    # Airflow names the task instance in the environment of the worker; on the command line it is the person.
    dag, run = os.environ.get("AIRFLOW_CTX_DAG_ID"), os.environ.get("AIRFLOW_CTX_DAG_RUN_ID")
    return f"airflow:{dag}/{run}" if dag else f"person:{getpass.getuser()}"


def user_agent(settings: Settings) -> str:
    """`glamflow/<version> (<operator contact>)`: wikis and feeds ask for the operator's contact, not the software's."""
    return f"glamflow/{VERSION} ({settings.contact})"


def _harvester(partner: Partner, settings: Settings, connections: Connections, ledger: Ledger) -> AbstractContextManager[Harvester]:
    from glamflow.steps.sources import open_harvester

    return open_harvester(partner, settings, connections, ledger, agent=user_agent(settings))


def _media_session(partner: Partner, settings: Settings, ledger: Ledger) -> Session:
    from glamflow.steps.sources import open_media_session

    return open_media_session(partner, settings, ledger, agent=user_agent(settings))


def wiki_session(connection: ConnectionFacts, *, agent: str, sleep: Callable[[float], None] = time.sleep) -> WikiSession:
    """A session with the wiki of a connection. Its extra may hold `oauth`, `script_path`, `property_ids` and `item_ids`."""
    from glamflow.wiki.conduct import is_wikimedia
    from glamflow.wiki.dialect import Dialect
    from glamflow.wiki.session import WikiSession

    oauth, extra = connection.extra.get("oauth"), connection.extra
    dialect = Dialect(
        property_ids=dict(extra.get("property_ids") or {}), item_ids=dict(extra.get("item_ids") or {}), lenient=not is_wikimedia(connection.base_url)
    )
    return WikiSession(
        connection.base_url, login=connection.login, password=connection.password, user_agent=agent, dialect=dialect, sleep=sleep,
        script_path=str(extra.get("script_path", "/w")), oauth=tuple(oauth) if oauth else None,
    )  # fmt: skip


class _Sessions:
    """One login per wiki and process, whoever asks."""

    def __init__(self, settings: Settings, connections: Connections) -> None:
        self._settings, self._connections = settings, connections
        self._open: dict[str, WikiSession] = {}

    def __call__(self, wiki: str) -> WikiSession:
        if wiki not in self._open:
            self._open[wiki] = wiki_session(self._connections(wiki), agent=user_agent(self._settings))
        return self._open[wiki]


def _commons(session: WikiSession) -> CommonsClient:
    from glamflow.wiki.commons import Commons

    return Commons(session)


def _wikidata(session: WikiSession) -> WikidataClient:
    from glamflow.wiki.wikidata import Wikidata

    return Wikidata(session)
