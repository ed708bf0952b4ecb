"""A scriptable HTTP server on loopback: each test says in Python what it answers, down to broken connections."""

from __future__ import annotations

import dataclasses
import http.server
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest


@dataclasses.dataclass
class Request:
    """What was asked. `params` are those of the address and of a form body together."""

    method: str
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    body: bytes = b""


@dataclasses.dataclass
class Reply:
    """What is answered. `cut` sends only so many bytes of the body and hangs up; `delay` seconds before the first one."""

    body: bytes | str = b""
    status: int = 200
    headers: dict[str, str] = dataclasses.field(default_factory=dict)
    cut: int | None = None
    drop: bool = False
    delay: float = 0.0
    chunked: bool = False


Handler = Callable[[Request], Reply]


class Loopback:
    """The server, and every request that reached it."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.handler: Handler = lambda _: Reply(b"", 404)
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler_class())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        self.port = int(self._server.server_address[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.host = f"127.0.0.1:{self.port}"

    def answer(self, handler: Handler) -> None:
        self.handler = handler

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler_class(self) -> type[http.server.BaseHTTPRequestHandler]:
        loopback = self

        class Answering(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 10
            wbufsize = 1 << 16  # heading and body in one packet
            disable_nagle_algorithm = True

            def log_message(self, *_: Any) -> None:
                return

            def do_GET(self) -> None:
                self._serve()

            def do_POST(self) -> None:
                self._serve()

            def _serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                parts = urlsplit(self.path)
                params = dict(parse_qsl(parts.query, keep_blank_values=True)) | dict(parse_qsl(body.decode("latin-1")))
                headers = {name.lower(): value for name, value in self.headers.items()}
                request = Request(self.command, parts.path, params, headers, body)
                loopback.requests.append(request)
                self._send(loopback.handler(request))

            def _send(self, reply: Reply) -> None:
                time.sleep(reply.delay)
                if reply.drop:
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                body = reply.body.encode() if isinstance(reply.body, str) else reply.body
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if reply.chunked:
                    self.send_header("Transfer-Encoding", "chunked")
                elif "Content-Length" not in reply.headers:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    if reply.chunked:
                        self.wfile.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n")
                    else:
                        self.wfile.write(body if reply.cut is None else body[: reply.cut])
                    self.wfile.flush()
                except OSError:
                    self.close_connection = True
                if reply.cut is not None:
                    self.close_connection = True

        return Answering


@pytest.fixture
def make_loopback() -> Iterator[Callable[[], Loopback]]:
    """As many servers as a test needs."""
    servers: list[Loopback] = []

    def make() -> Loopback:
        servers.append(Loopback())
        return servers[-1]

    yield make
    for server in servers:
        server.close()


@pytest.fixture
def loopback(make_loopback: Callable[[], Loopback]) -> Loopback:
    return make_loopback()


@pytest.fixture
def reply() -> type[Reply]:
    return Reply
