"""Connection type “OAI-PMH feed”: host is the base address of the repository; login and password where it asks for them.

The Test button sends one `Identify`, so that a wrong address is seen before a run, not in it.
"""

from __future__ import annotations

from typing import Any

import httpx
from airflow.sdk import BaseHook
from lxml import etree

from glamflow.hooks.facts import connection_facts, facts_of
from glamflow.settings import ConnectionFacts

_NS = {"oai": "http://www.openarchives.org/OAI/2.0/"}
_LIMIT = 1 << 20


class OaiPmhHook(BaseHook):
    """Facts of a feed's connection, and its test."""

    conn_name_attr = "oai_conn_id"
    default_conn_name = "glamflow_source"
    conn_type = "oai_pmh"
    hook_name = "OAI-PMH feed"

    def __init__(self, oai_conn_id: str = default_conn_name, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.oai_conn_id = oai_conn_id

    @classmethod
    def get_ui_field_behaviour(cls) -> dict[str, Any]:
        return {
            "hidden_fields": ["port", "schema"],
            "relabeling": {"host": "Base URL"},
            "placeholders": {"host": "https://example.org/oai", "login": "only if the feed asks for it"},
        }

    def get_conn(self) -> ConnectionFacts:
        return connection_facts(self.oai_conn_id)

    def test_connection(self) -> tuple[bool, str]:
        facts = facts_of(self.oai_conn_id, self.get_connection(self.oai_conn_id))
        auth = (facts.login, facts.password) if facts.login else None
        try:
            answer = httpx.get(
                facts.host, params={"verb": "Identify"}, auth=auth, timeout=15, headers={"User-Agent": "glamflow"}
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return False, f"{facts.host} cannot be reached: {error or type(error).__name__}."
        if answer.status_code != httpx.codes.OK:
            return False, f"{facts.host} answered HTTP {answer.status_code}."
        return _judge(facts.host, answer.content[:_LIMIT])


def _judge(host: str, body: bytes) -> tuple[bool, str]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        return False, f"{host} does not answer in XML: {error}."
    name = root.findtext(".//oai:Identify/oai:repositoryName", namespaces=_NS)
    if not name:
        return False, f"{host} answers, but not as an OAI-PMH repository."
    earliest = root.findtext(".//oai:Identify/oai:earliestDatestamp", namespaces=_NS)
    return True, f"“{name}”, records since {earliest}."
