"""The outside world of the demo: partners' servers and a wiki, played by the sandbox on 127.0.0.1."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import httpx

from glamflow.partner import Partner
from glamflow.sandbox.collection.wiki_seed import Call, OurPage, first_calls, phase2_calls, post_form, wiki_facts
from glamflow.sandbox.demo.environment import BOT, Place, Ports, Secrets, sources_url, wiki_url
from glamflow.sandbox.demo.ports import is_listening
from glamflow.sandbox.demo.processes import ProcessTable
from glamflow.sandbox.demo.stack import wait_until
from glamflow.transforms.errors import Permanent

Say = Callable[[str], None]


class World:
    """Starts both servers, says how the pipeline reaches them, and lets time pass outside."""

    def __init__(self, place: Place, ports: Ports, table: ProcessTable) -> None:
        self.place = place
        self.ports = ports
        self.table = table

    def connections(self, partners: Iterable[Partner], secret: Secrets) -> dict[str, dict[str, object]]:
        wiki: dict[str, object] = {
            "conn_type": "wikimedia", "host": wiki_url(self.ports), "login": f"{BOT}@glamflow", "password": secret.bot,
        }  # fmt: skip
        found = {"glamflow_wiki": wiki}
        for partner in partners:
            if partner.source.connection:
                found[partner.source.connection] = {"conn_type": "http", "host": sources_url(self.ports)}
        return found

    def start(self, env: dict[str, str], secret: Secrets, *, say: Say) -> None:
        say("starting the sandbox: partners' servers and wiki")
        self._start("sources", self.place.sources, self.ports.sources, env)
        bot = {"GLAMFLOW_SANDBOX_PASSWORD": secret.bot}
        self._start("wiki", self.place.wiki, self.ports.wiki, env | bot, "--user", BOT)

    def _start(self, name: str, folder: Path, port: int, env: dict[str, str], *words: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        argv = [sys.executable, "-m", f"glamflow.sandbox.{name}", "--state", str(folder), "--port", str(port), *words]
        self.table.start(name, argv, env)

    def wait(self) -> None:
        wait_until(lambda: is_listening(self.ports.sources), self.table, what="the partners' servers")
        wait_until(lambda: is_listening(self.ports.wiki), self.table, what="the wiki")

    def phase(self) -> int:
        """1: as first offered; 2: with the partners' later changes."""
        return int(str(self._sources("GET", "/sandbox/phase")["phase"]))

    def fill_wiki(self, *, say: Say) -> None:
        """What stood on the wiki before us: templates, institutions, items, files of others. Once per state."""
        mark = self.place.wiki / "filled"
        if not mark.exists():
            say("filling the wiki with what stood there before: templates, items, files of others")
            self._seed(first_calls())
            mark.touch()

    def go_on(self, pages: Mapping[str, OurPage], *, say: Say) -> None:
        """Time passes: people act on our pages (by record id), partners change, withdraw and add records."""
        say("second act: partners and community have changed things meanwhile")
        if all(row["record"] in pages for row in wiki_facts()["phase2"].values()):  # not when that partner is left out
            self._seed(phase2_calls(pages))
        self._sources("POST", "/sandbox/phase/2")

    def _seed(self, calls: Iterable[Call]) -> None:
        answer = httpx.post(wiki_url(self.ports) + "/sandbox/seed", json=post_form(calls), trust_env=False, timeout=120)
        if answer.is_error:
            raise Permanent(f"The wiki could not be filled: {answer.text[:300]}")

    def writes(self, *, after: int = 0) -> dict[str, int]:
        """Applied writes by kind with their `total`, as the wiki itself has logged them; `last` to ask from here on."""
        counts = self._wiki("GET", f"/sandbox/log/counts?after={after}")
        return {str(kind): int(str(number)) for kind, number in counts.items()}

    def _sources(self, method: str, path: str) -> dict[str, object]:
        return _ask(method, sources_url(self.ports) + path)

    def _wiki(self, method: str, path: str) -> dict[str, object]:
        return _ask(method, wiki_url(self.ports) + path)


def _ask(method: str, url: str) -> dict[str, object]:
    answer = httpx.request(method, url, trust_env=False, timeout=60)
    answer.raise_for_status()
    body: dict[str, object] = answer.json()
    return body
