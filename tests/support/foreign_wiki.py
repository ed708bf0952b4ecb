"""A wiki that is only an address and an account: `GLAMFLOW_TEST_WIKI` and its companions in the environment.

| variable | holds |
|---|---|
| `GLAMFLOW_TEST_WIKI` | address of the API (`https://wiki.example/w/api.php`); account and bot password may follow, divided by spaces |
| `GLAMFLOW_TEST_WIKI_LOGIN` | account, as `Name@app` |
| `GLAMFLOW_TEST_WIKI_PASSWORD` | its bot password |
| `GLAMFLOW_TEST_WIKI_PROPERTIES`, `…_ITEMS` | JSON: what that Wikibase calls Wikidata's properties and items (`{"P170": "P12"}`), if not the same |
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from glamflow.settings import ConnectionFacts
from glamflow.steps.deps import wiki_session
from glamflow.wiki.commons import Commons
from glamflow.wiki.session import WikiSession
from glamflow.wiki.upload import Uploader

NAME = "GLAMFLOW_TEST_WIKI"
AGENT = "glamflow-tests (tests@example.org)"


@dataclass(frozen=True, kw_only=True)
class ForeignWiki:
    """Address and account."""

    api: str
    login: str
    password: str
    property_ids: Mapping[str, str]
    item_ids: Mapping[str, str]

    @property
    def base_url(self) -> str:
        parts = urlsplit(self.api)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def extra(self) -> dict[str, Any]:
        path = urlsplit(self.api).path.removesuffix("/api.php")
        return {"script_path": path, "property_ids": dict(self.property_ids), "item_ids": dict(self.item_ids)}

    @property
    def connection(self) -> str:
        """As an Airflow connection in JSON."""
        return json.dumps({"conn_type": "wikimedia", "host": self.base_url, "login": self.login, "password": self.password, "extra": self.extra})

    def session(self) -> WikiSession:
        facts = ConnectionFacts(id="glamflow_wiki", host=self.base_url, login=self.login, password=self.password, extra=self.extra)
        return wiki_session(facts, agent=AGENT)


def named_in(environment: Mapping[str, str]) -> ForeignWiki | None:
    """The wiki that the environment names; None where it names none, or a mere host."""
    api, *account = environment.get(NAME, "").split()[:3] or [""]
    if "://" not in api:
        return None
    login, password = (*account, "", "")[:2]
    for word in ("LOGIN", "USER", "ACCOUNT"):
        login = login or environment.get(f"{NAME}_{word}", "")
    password = password or environment.get(f"{NAME}_PASSWORD", "")
    if not api.endswith("api.php") or not login or not password:
        raise ValueError(f"{NAME} needs the address of api.php, {NAME}_LOGIN an account and {NAME}_PASSWORD its bot password")
    maps = [json.loads(environment.get(f"{NAME}_{word}", "") or "{}") for word in ("PROPERTIES", "ITEMS")]
    return ForeignWiki(api=api, login=login, password=password, property_ids=maps[0], item_ids=maps[1])


def packaged_in(environment: Mapping[str, str]) -> ForeignWiki | None:
    """Debian's MediaWiki without structured data, as `.ci/run` starts it; None where it did not."""
    facts = [environment.get(f"GLAMFLOW_MEDIAWIKI_{word}", "") for word in ("API", "LOGIN", "PASSWORD")]
    return ForeignWiki(api=facts[0], login=facts[1], password=facts[2], property_ids={}, item_ids={}) if all(facts) else None


FOREIGN, PACKAGED = named_in(os.environ), packaged_in(os.environ)
STRANGERS = {"mediawiki": PACKAGED, "named": FOREIGN}
NAMED = [name for name, wiki in STRANGERS.items() if wiki is not None]


class Preparing(Commons):
    """A client before whose eyes no link is red: what a plan asks for and the wiki lacks is made, as people would before a batch."""

    def __init__(self, session: WikiSession) -> None:
        super().__init__(session, Uploader(session))
        self._made: set[str] = set()

    def existing(self, titles: Sequence[str]) -> set[str]:
        self._make(set(titles) - super().existing(titles))
        return set(titles)

    def texts(self, titles: Sequence[str]) -> dict[str, str]:
        self._make({title for title in set(titles) - super().existing(titles) if title.startswith("Category:")})
        return super().texts(titles)

    def _make(self, missing: set[str]) -> None:
        for title in sorted(missing - self._made):
            page = {"action": "edit", "title": title, "text": "Made for a test.", "summary": "Test", "createonly": "1"}
            answer, _ = self._session.write("text", page, on_write=lambda _: lambda _: None)
            assert not answer.codes or answer.codes[0] == "articleexists", (title, answer.codes)
            self._made.add(title)
