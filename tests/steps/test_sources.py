"""One budget per host over all processes; secrets, proxies and certificates as the connection says."""

from __future__ import annotations

import datetime as dt
import http.server
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from feed_partner import environment
from oai_feed import Feed

from glamflow.harvest.oauth import ClientTokens
from glamflow.ledger.ledger import Ledger
from glamflow.net.session import Session
from glamflow.partner import parse_partner
from glamflow.settings import ConnectionFacts, read_settings
from glamflow.steps.onboard import compose
from glamflow.steps.sources import host_pace, open_harvester
from glamflow.transforms.errors import BadCredentials, SourceRefused

WORKER = """
from glamflow.steps.deps import build_deps
deps = build_deps()
with deps.harvester(deps.partner_from_file("feed-museum")) as harvester:
    for window in harvester.windows(None, None):
        list(harvester.pages(window))
"""


def test_two_workers_together_keep_the_rate_of_one_host(tmp_path: Path) -> None:
    with Feed(records=50, page=5) as feed:
        moments: list[float] = []
        feed.before = lambda: moments.append(time.monotonic())
        variables = environment(tmp_path, feed.url, requests_per_second="10")
        workers = [subprocess.Popen([sys.executable, "-c", WORKER], env=os.environ | variables) for _ in range(2)]
        assert [worker.wait(timeout=60) for worker in workers] == [0, 0]
    assert len(moments) == 20
    # 20 lists in at least 1.9 seconds; a little less than the distance, since a request may arrive late and the next in time.
    assert max(moments) - min(moments) >= 0.1 * 19 * 0.9


def test_bookings_of_one_host_leave_another_alone(tmp_path: Path) -> None:
    ledger = Ledger.open(f"sqlite:///{tmp_path}/ledger.db").migrate()
    waits: list[float] = []
    pace = host_pace(ledger, sleep=waits.append).at(2.0)
    for host in ("a.example", "a.example", "b.example", "a.example"):
        pace.wait(host)
    assert [round(wait) for wait in waits] == [2, 4]


def test_a_host_of_which_nobody_said_what_it_bears_is_asked_five_times_a_second(tmp_path: Path) -> None:
    moment = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    ledger = Ledger.open(f"sqlite:///{tmp_path}/ledger.db", clock=lambda: moment).migrate()
    waits: list[float] = []
    pace = host_pace(ledger, sleep=waits.append)
    for host in ("a.example", "a.example", "a.example", "127.0.0.1", "127.0.0.1", "localhost", "localhost", "[::1]", "[::1]"):
        pace.wait(host)
    assert [round(wait, 1) for wait in waits] == [0.2, 0.4]


class Answers(http.server.ThreadingHTTPServer):
    """A token place, an API and a forward proxy in one."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.seen: list[tuple[str, str, str]] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.given = 0  # tokens
        self.taken: set[str] | None = None  # what the API takes, None: anything
        self.life: Any = None


class _Answering(http.server.BaseHTTPRequestHandler):
    server: Answers

    def log_message(self, *_: Any) -> None:
        return

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        self.server.seen.append((self.path, self.headers.get("authorization", ""), body))
        good = self.headers.get("authorization") == "Basic bXVzZXVtOnMzY3JldA=="  # museum:s3cret
        self.server.given += good
        token = {"access_token": "t0ken" + (str(self.server.given) if self.server.given > 1 else ""), "token_type": "Bearer"}
        if self.server.life is not None:
            token["expires_in"] = self.server.life
        self._send(200 if good else 401, token if good else {"error": "invalid_client"})

    def do_GET(self) -> None:
        self.server.seen.append((self.path, self.headers.get("authorization", ""), ""))
        taken = self.server.taken is None or self.headers.get("authorization", "") in self.server.taken
        self._send(200 if taken else 401, {"data": [{"id": 1, "title": "a"}], "total": 1})

    def _send(self, status: int, body: Any) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@pytest.fixture
def answers() -> Iterator[Answers]:
    server = Answers()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


BODY = """
source:
  type: rest
  url: "{url}/api"
  connection: museum
  format: rows
  rest: {{records: data, id: id, pagination: page_number, total: total}}
mapping: {{crosswalk: rows}}
"""


def harvest(tmp_path: Path, url: str, connection: ConnectionFacts) -> list[str]:
    settings = read_settings({"GLAMFLOW_CONTACT": "tests@example.org", "GLAMFLOW_HOME": str(tmp_path)})
    ledger = Ledger.open(settings.ledger).migrate()
    partner = parse_partner(compose("example-museum", BODY.format(url=url), name="Example", contact="somebody"))
    with open_harvester(partner, settings, lambda _: connection, ledger, agent="glamflow/test (tests@example.org)") as source:
        return [record.key for window in source.windows(None, None) for page in source.pages(window) for record in page.records]


def test_an_oauth_client_gets_a_token_and_sends_it_to_the_api(tmp_path: Path, answers: Answers) -> None:
    connection = ConnectionFacts(id="museum", login="museum", password="s3cret", extra={"token_url": f"{answers.url}/token", "scope": "read"})
    assert harvest(tmp_path, answers.url, connection) == ["1"]
    assert answers.seen[0][2] == "grant_type=client_credentials&scope=read"
    assert [authorization for path, authorization, _ in answers.seen if path.startswith("/api")] == ["Bearer t0ken"]


def oauth(url: str) -> ConnectionFacts:
    return ConnectionFacts(id="museum", login="museum", password="s3cret", extra={"token_url": f"{url}/token"})


def test_a_token_that_is_not_taken_any_more_is_replaced_and_the_question_asked_again(tmp_path: Path, answers: Answers) -> None:
    answers.taken = {"Bearer t0ken2"}
    assert harvest(tmp_path, answers.url, oauth(answers.url)) == ["1"]
    assert [authorization for path, authorization, _ in answers.seen if path.startswith("/api")] == ["Bearer t0ken", "Bearer t0ken2"]


def test_a_new_token_that_is_refused_too_is_a_no(tmp_path: Path, answers: Answers) -> None:
    answers.taken = set()
    with pytest.raises(SourceRefused, match="401"):
        harvest(tmp_path, answers.url, oauth(answers.url))
    assert answers.given == 2


@pytest.mark.parametrize("life", [300, "300"])
def test_a_token_is_renewed_before_it_runs_out(answers: Answers, life: Any) -> None:
    answers.life = life
    now = [0.0]
    with Session(contact="tests@example.org") as session:
        tokens = ClientTokens(session, f"{answers.url}/token", client="museum", secret="s3cret", clock=lambda: now[0])
        got = []
        for now[0] in (0.0, 200.0, 250.0, 300.0):
            got.append(tokens())
    assert got == ["Bearer t0ken", "Bearer t0ken", "Bearer t0ken2", "Bearer t0ken2"]


def test_a_client_that_is_refused_is_told_without_its_secret(tmp_path: Path, answers: Answers) -> None:
    connection = ConnectionFacts(id="museum", login="museum", password="wr0ng", extra={"token_url": f"{answers.url}/token"})
    with pytest.raises(BadCredentials) as told:
        harvest(tmp_path, answers.url, connection)
    assert "museum" in str(told.value)
    assert "wr0ng" not in str(told.value)


def test_a_partner_behind_a_proxy_is_asked_through_it(tmp_path: Path, answers: Answers) -> None:
    connection = ConnectionFacts(id="museum", extra={"proxy": answers.url})
    assert harvest(tmp_path, "http://museum.invalid", connection) == ["1"]
    assert answers.seen[0][0].startswith("http://museum.invalid/api")
