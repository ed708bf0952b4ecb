"""The Test button of our connection types, against small servers on the loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from airflow.sdk import BaseHook, Connection

from glamflow.hooks.facts import facts_of
from glamflow.hooks.oai_pmh import OaiPmhHook
from glamflow.hooks.provider import get_provider_info
from glamflow.hooks.wikimedia import WikimediaHook

IDENTIFY = b"""<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><Identify>
<repositoryName>Museum of Spoons</repositoryName><earliestDatestamp>1999-01-01</earliestDatestamp></Identify></OAI-PMH>"""
BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><Identify><repositoryName>&a;</repositoryName></Identify></OAI-PMH>"""


class Handler(BaseHTTPRequestHandler):
    """Feeds by path, and as much of MediaWiki's login as a bot password needs."""

    def do_GET(self) -> None:
        path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        feeds = {"/oai": IDENTIFY, "/bomb": BOMB, "/page": b"<html><body>Welcome</body></html>", "/text": b"hello"}
        if path in feeds:
            self._reply(feeds[path], "text/xml")
        elif path == "/w/api.php" and query.get("meta") == ["tokens"]:
            self._json({"query": {"tokens": {"logintoken": "t+\\"}}})
        elif path == "/w/api.php":
            user = {"name": "SpoonBot", "groups": ["*", "user", "bot"], "rights": ["upload"]}
            self._json({"query": {"userinfo": user}})
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        good = form["lgpassword"] == ["right"] and form["lgtoken"] == ["t+\\"]
        self._json({"login": {"result": "Success"} if good else {"result": "Failed", "reason": "Incorrect password."}})

    def _json(self, value: dict[str, Any]) -> None:
        self._reply(json.dumps(value).encode(), "application/json")

    def _reply(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()
        thread.join()


def _connect(monkeypatch: pytest.MonkeyPatch, **facts: Any) -> None:
    connection = Connection(conn_id="x", **facts)
    monkeypatch.setattr(BaseHook, "get_connection", classmethod(lambda cls, conn_id: connection))


def test_a_feed_is_greeted_by_its_own_name(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _connect(monkeypatch, conn_type="oai_pmh", host=f"{server}/oai")
    assert OaiPmhHook("x").test_connection() == (True, "“Museum of Spoons”, records since 1999-01-01.")


@pytest.mark.parametrize(
    ("path", "message"),
    [("/nowhere", "answered HTTP 404"), ("/page", "not as an OAI-PMH repository"), ("/text", "does not answer in XML"),
     ("/bomb", "not as an OAI-PMH repository")],
)  # fmt: skip
def test_what_is_no_feed_is_said_in_one_sentence(server: str, path: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _connect(monkeypatch, conn_type="oai_pmh", host=f"{server}{path}")
    fine, text = OaiPmhHook("x").test_connection()
    assert not fine
    assert message in text


def test_an_unreachable_feed_is_said_not_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    _connect(monkeypatch, conn_type="oai_pmh", host="http://127.0.0.1:9/oai")
    fine, text = OaiPmhHook("x").test_connection()
    assert not fine
    assert "cannot be reached" in text


def test_a_bot_password_logs_in_and_names_its_rights(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _connect(monkeypatch, conn_type="wikimedia", host=server, login="SpoonBot@x", password="right")
    assert WikimediaHook("x").test_connection() == (True, "Logged in as SpoonBot (bot); it may upload.")


def test_a_wrong_bot_password_is_told_without_the_secret(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _connect(monkeypatch, conn_type="wikimedia", host=server, login="SpoonBot@x", password="sesame")
    fine, text = WikimediaHook("x").test_connection()
    assert not fine
    assert text == "The wiki refused the login of “SpoonBot@x”: Incorrect password."


def test_an_airflow_connection_becomes_the_facts_that_steps_use() -> None:
    connection = Connection(conn_id="x", conn_type="wikimedia", host="https://w.example", login="B", password="p", extra='{"a": 1}')
    facts = facts_of("x", connection)
    assert (facts.base_url, facts.login, facts.password, facts.extra) == ("https://w.example", "B", "p", {"a": 1})


def test_everything_that_airflow_is_told_about_can_be_imported() -> None:
    from importlib import import_module

    info = get_provider_info()
    names = [row["hook-class-name"] for row in info["connection-types"]] + info["extra-links"]
    for name in names:
        module, _, attribute = name.rpartition(".")
        assert hasattr(import_module(module), attribute)
