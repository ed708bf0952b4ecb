"""The outside world of the demo: partners' servers and a wiki, played by the sandbox on 127.0.0.1."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable

from glamflow.partner import Partner
from glamflow.sandbox.demo.environment import BOT, Place, Ports, Secrets, sources_url, wiki_url
from glamflow.sandbox.demo.ports import HOST, is_listening
from glamflow.sandbox.demo.processes import ProcessTable
from glamflow.sandbox.demo.stack import wait_until


class World:
    """Starts both servers and says how the pipeline reaches them."""

    def __init__(self, place: Place, ports: Ports, table: ProcessTable) -> None:
        self.place = place
        self.ports = ports
        self.table = table

    def connections(self, partners: Iterable[Partner], secret: Secrets) -> dict[str, dict[str, object]]:
        wiki: dict[str, object] = {
            "conn_type": "wikimedia", "host": wiki_url(self.ports), "login": BOT, "password": secret.bot,
        }  # fmt: skip
        found = {"glamflow_wiki": wiki}
        for partner in partners:
            if partner.source.connection:
                found[partner.source.connection] = {"conn_type": "http", "host": sources_url(self.ports)}
        return found

    def start(self, env: dict[str, str], secret: Secrets, *, say: Callable[[str], None]) -> None:
        say("starting the sandbox: partners' servers and wiki")
        self.place.wiki.mkdir(parents=True, exist_ok=True)
        module = [sys.executable, "-m"]
        self.table.start("sources", [*module, "glamflow.sandbox.sources", "--host", HOST, "--port", str(self.ports.sources)], env)
        self.table.start(
            "wiki", [*module, "glamflow.sandbox.wiki", "--host", HOST, "--port", str(self.ports.wiki), "--state", str(self.place.wiki)], env
        )

    def wait(self) -> None:
        wait_until(lambda: is_listening(self.ports.sources), self.table, what="the partners' servers")
        wait_until(lambda: is_listening(self.ports.wiki), self.table, what="the wiki")
