"""A server that gives one recorded answer of a real wiki, and our client's call that the recorded request stands for."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from glamflow.transforms.errors import BadCredentials, SourceUnavailable
from glamflow.wiki.answers import read_edit, read_entity, read_move, read_upload
from glamflow.wiki.chunks import expected_offset, read_chunk
from glamflow.wiki.protocol import WriteOutcome
from glamflow.wiki.session import WikiSession

CSRF = {"query": {"tokens": {"csrftoken": "t+\\"}, "userinfo": {"id": 4, "name": "PipelineBot", "rights": ["bot", "upload"], "groups": ["bot"]}}}
LOGIN_TOKEN = {"query": {"tokens": {"logintoken": "t+\\"}}}


class RecordedWiki:
    """Answers every request with `answer`, but for the questions of a login, which succeed."""

    def __init__(self) -> None:
        self.answer: dict[str, Any] = {}
        wiki = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self._give(wiki.choose(body))

            def _give(self, answer: dict[str, Any]) -> None:
                response = answer["response"]
                content = response["not_json"].encode() if "not_json" in response else json.dumps(response).encode()
                self.send_response(answer.get("http_status", 200))
                for name, value in answer.get("response_headers", {}).items():
                    if name.lower() not in ("content-length", "content-encoding", "transfer-encoding", "connection", "set-cookie"):
                        self.send_header(name, str(value))
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def choose(self, body: bytes) -> dict[str, Any]:
        """The recorded answer, or what a login needs."""
        if b"meta=tokens&type=login" in body:
            return {"response": LOGIN_TOKEN}
        if b"meta=tokens%7Cuserinfo" in body:
            return {"response": CSRF}
        if b"action=login" in body and self.answer["request"]["params"].get("action") != "login":
            return {"response": {"login": {"result": "Success"}}}
        return self.answer

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)


def reaction(wiki: RecordedWiki, exchange: dict[str, Any]) -> str:
    """What our client makes of the recorded answer: result and code of a write, or how a question ends."""
    wiki.answer = exchange
    params = {name: value for name, value in exchange["request"]["params"].items() if name not in ("token", "format") and "decoded" not in name}
    session = WikiSession(wiki.url, login="PipelineBot@app", password="p", user_agent="tests (tests@example.org)", sleep=lambda _: None)
    try:
        return _react(session, params)
    except BadCredentials:
        return "bad credentials"
    except SourceUnavailable as error:
        return "refused question" if "refused a question" in str(error) else "asked again"


def _react(session: WikiSession, params: dict[str, Any]) -> str:
    action = params.get("action")
    if action == "login":
        session.read({"action": "query"})
        return "logged in"
    if action in ("query", "wbgetentities", "wbsearchentities"):
        session.read(params)
        return "read"
    if action == "upload" and "checkstatus" in params:
        return _said(read_upload(session.status(params)))
    answer, done = session.write("step", params, on_write=lambda _: lambda _: None)
    if action == "upload" and "chunk" in params:
        last = _is_last(params)
        outcome = read_chunk(answer, last=last)
        offset = expected_offset(answer)
        said = _said(outcome) + (f" go on at {offset}" if offset is not None and "Continue" not in str(answer.data) else "")
    else:
        outcome = {"edit": read_edit, "move": read_move, "wbeditentity": read_entity}.get(str(action), read_upload)(answer)
        said = _said(outcome)
    done(outcome)
    return said


def _is_last(params: dict[str, Any]) -> bool:
    size = int(str(params["chunk"]).partition(" bytes")[0].rpartition(" ")[2])
    return int(params.get("offset", 0)) + size >= int(params.get("filesize", 0))


def _said(outcome: WriteOutcome) -> str:
    return " ".join(filter(None, (str(outcome.result), outcome.code, *(f"!{name}" for name in outcome.warnings))))


def exchanges(folder: Path) -> dict[str, dict[str, Any]]:
    """All recorded exchanges by name."""
    found = {}
    for path in sorted(folder.glob("*/*.json")):
        found[f"{path.parent.name}/{path.stem}"] = json.loads(path.read_text())
    return found
