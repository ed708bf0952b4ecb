"""Feeds that mean harm: endless answers, bombs, ways to private places. Stopped with a clear error, soon, in little memory."""

from __future__ import annotations

import datetime as dt
import http.server
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from glamflow.harvest.factory import make_harvester
from glamflow.harvest.spec import RestSpec, SourceSpec
from glamflow.net import Session
from glamflow.transforms.errors import GlamflowError, SourceRefused, WindowFaulty

MIB = 1024**2
TEN_GB = 10 * 1024**3


class Endless:
    """Sends as much as it is let, up to 10 GB; `sent` says how much that was."""

    def __init__(self, *, head: bytes, stated: bool) -> None:
        self.sent = 0
        outer = self

        class Answering(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"

            def log_message(self, *_: Any) -> None:
                return

            def do_GET(self) -> None:
                self.send_response(200)
                if stated:
                    self.send_header("Content-Length", str(TEN_GB))
                self.end_headers()
                block = b"<!-- " + b"x" * 65_000 + b" -->"
                try:
                    self.wfile.write(head)
                    while outer.sent < TEN_GB:
                        self.wfile.write(block)
                        outer.sent += len(block)
                except OSError:
                    self.close_connection = True

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture(params=[True, False], ids=["with its length", "without"])
def endless(request: pytest.FixtureRequest) -> Iterator[Endless]:
    server = Endless(head=b"<OAI-PMH>", stated=request.param)
    yield server
    server.close()


SOURCES: dict[str, Callable[[str], SourceSpec]] = {
    "oai_pmh": lambda url: SourceSpec(type="oai_pmh", url=url, max_bytes=16 * MIB),
    "rest": lambda url: SourceSpec(type="rest", url=url, max_bytes=16 * MIB, rest=RestSpec(records="d", id="id", pagination="cursor")),
    "iiif": lambda url: SourceSpec(type="iiif", url=url, max_bytes=16 * MIB),
    "dump": lambda url: SourceSpec(type="dump", url=f"{url}/a.xml", max_bytes=16 * MIB),
}


@pytest.mark.parametrize("kind", SOURCES)
def test_ten_gigabytes_are_stopped_at_the_limit_in_little_memory(endless: Endless, session: Session, tmp_path: Path, kind: str) -> None:
    harvester = make_harvester(SOURCES[kind](endless.url), session=session, cache=tmp_path)
    tracemalloc.start()
    begun = time.monotonic()
    with pytest.raises(SourceRefused, match="bytes"):
        [list(harvester.pages(window)) for window in harvester.windows(None, None)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert time.monotonic() - begun < 20
    assert peak < 64 * MIB
    assert endless.sent < 64 * MIB
    assert not [path for path in tmp_path.iterdir() if path.stat().st_size > MIB]


@pytest.mark.parametrize(
    "place", ["http://10.1.2.3/oai", "http://169.254.169.254/latest/meta-data", "http://localhost:9/oai", "file:///etc/passwd", "ftp://a.example/x"]
)
def test_a_redirect_to_a_private_place_is_not_followed(loopback: Any, reply: Any, session: Session, place: str) -> None:
    loopback.answer(lambda request: reply(b"", 302, {"Location": place}))
    harvester = make_harvester(SourceSpec(type="oai_pmh", url=f"{loopback.url}/oai"), session=session)
    with pytest.raises(SourceRefused):
        harvester.probe()
    assert len(loopback.requests) == 1


BOMB = b"<!DOCTYPE a [" + b"".join(b"<!ENTITY e%d '%s'>" % (n, b"&e%d;" % (n - 1) * 10 if n else b"ha") for n in range(12)) + b"]><OAI-PMH>&e11;</OAI-PMH>"


@pytest.mark.parametrize("body", [BOMB, b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><OAI-PMH/>', b"<OAI-PMH>" + b"<a>" * 100_000])
def test_entity_bombs_and_bottomless_nesting_are_stopped(loopback: Any, reply: Any, session: Session, body: bytes) -> None:
    loopback.answer(lambda request: reply(body))
    harvester = make_harvester(SourceSpec(type="oai_pmh", url=f"{loopback.url}/oai"), session=session)
    begun = time.monotonic()
    with pytest.raises(GlamflowError):
        harvester.probe()
    assert time.monotonic() - begun < 10


def test_an_api_that_turns_pages_for_ever_is_stopped_when_they_repeat(loopback: Any, reply: Any, session: Session) -> None:
    pages = [f'{{"d": [{{"id": {n % 3}}}], "next": "{n}"}}' for n in range(100)]
    turn = iter(pages)
    loopback.answer(lambda request: reply(next(turn)))
    spec = SourceSpec(type="rest", url=loopback.url, rest=RestSpec(records="d", id="id", pagination="cursor", next="next"))
    harvester = make_harvester(spec, session=session)
    with pytest.raises(WindowFaulty, match="circle"):
        list(harvester.pages(harvester.windows(None, None)[0]))
    assert len(loopback.requests) < 6


def test_one_hostile_window_leaves_the_others_alone(repository: Any, source: Any, oai_error: Any) -> None:
    def after(request: Any, body: str) -> Any:
        return BOMB.decode() if request.params.get("from", "").startswith("2026-03-05") else body

    repository.after = after
    harvester = source(window="P1D")
    windows = harvester.windows(dt.datetime(2026, 3, 4, tzinfo=dt.UTC), dt.datetime(2026, 3, 7, tzinfo=dt.UTC))
    outcome: list[object] = []
    for window in windows:
        try:
            outcome.append([record.key for page in harvester.pages(window) for record in page.records])
        except SourceRefused as error:
            outcome.append(type(error))
    assert outcome == [["oai:museum.example:3"], SourceRefused, ["oai:museum.example:5"]]
