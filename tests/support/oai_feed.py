"""An OAI-PMH feed on loopback for whole harvests: a record a day, some deleted, faults by attribute."""

from __future__ import annotations

import datetime as dt
import http.server
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

_HEAD = '<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2030-01-01T00:00:00Z</responseDate>'
_DC = 'xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
_START = dt.date(2026, 3, 1)


class Feed:
    """`lists` holds the arguments of every list request; `before` runs before each is answered."""

    def __init__(self, *, records: int, page: int) -> None:
        self.numbers = list(range(records))
        self.page = page
        self.deleted = {number for number in self.numbers if number % 17 == 16}
        self.broken: set[int] = set()
        self.metadata: Callable[[int], str] = plain_dc
        self.granularity = "YYYY-MM-DD"
        self.deleted_policy = "persistent"
        self.fail_after: int | None = None  # pages, then 503 with a long Retry-After
        self.circle_at: int | None = None  # position after which the list begins anew
        self.media = b"\xff\xd8\xff\xe0" + bytes(2000)  # what is served below /media
        self.media_of: Callable[[str], bytes] = lambda path: self.media
        self.before: Callable[[], None] = lambda: None
        self.lists: list[str] = []
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/oai"

    def __enter__(self) -> Feed:
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def keys(self) -> list[str]:
        return [f"oai:feed.example:{number}" for number in self.numbers]

    def answer(self, params: dict[str, str]) -> str | None:
        """The body, None for a refusal with 503."""
        verb = params.get("verb", "")
        if verb == "Identify":
            return (
                f"{_HEAD}<Identify><repositoryName>Feed</repositoryName><granularity>{self.granularity}</granularity>"
                f"<earliestDatestamp>2026-03-01</earliestDatestamp><deletedRecord>{self.deleted_policy}</deletedRecord></Identify></OAI-PMH>"
            )
        if verb == "ListMetadataFormats":
            prefix = "<metadataFormat><metadataPrefix>oai_dc</metadataPrefix></metadataFormat>"
            return f"{_HEAD}<ListMetadataFormats>{prefix}</ListMetadataFormats></OAI-PMH>"
        if verb != "ListRecords":
            return f'{_HEAD}<error code="noSetHierarchy"/></OAI-PMH>'
        asked = params.get("resumptionToken") or f"{params.get('from', '')},{params.get('until', '')},0"
        self.lists.append(asked)
        self.before()
        if self.fail_after is not None and len(self.lists) > self.fail_after:
            return None
        return self._list(*asked.split(","))

    def _list(self, since: str, until: str, position: str) -> str:
        found = [n for n in self.numbers if (not since or stamp(n) >= since) and (not until or stamp(n) <= until)]
        at = int(position)
        if not found:
            return f'{_HEAD}<error code="noRecordsMatch"/></OAI-PMH>'
        following = at + self.page
        if self.circle_at is not None and following >= self.circle_at:
            following = 0
        token = f"{since},{until},{following}" if following < len(found) else ""
        rows = "".join(self.record(number) for number in found[at : at + self.page])
        return f"{_HEAD}<ListRecords>{rows}<resumptionToken>{token}</resumptionToken></ListRecords></OAI-PMH>"

    def record(self, number: int) -> str:
        gone = number in self.deleted
        status = ' status="deleted"' if gone else ""
        header = f"<header{status}><identifier>oai:feed.example:{number}</identifier><datestamp>{stamp(number)}</datestamp></header>"
        metadata = "" if gone else f"<metadata>{self.metadata(number)}</metadata>"
        if number in self.broken:
            metadata = metadata.replace("</dc:title>", "<dc:title>", 1)
        return f"<record>{header}{metadata}</record>"


def stamp(number: int) -> str:
    return (_START + dt.timedelta(days=number)).isoformat()


def plain_dc(number: int) -> str:
    return f"<oai_dc:dc {_DC}><dc:title>Sheet {number}</dc:title></oai_dc:dc>"


def _handler(feed: Feed) -> type[http.server.BaseHTTPRequestHandler]:
    class Answering(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 16

        def log_message(self, *_: Any) -> None:
            return

        def do_GET(self) -> None:
            if self.path.startswith("/media"):
                self._send(200, feed.media_of(self.path))
                return
            body = feed.answer(dict(parse_qsl(urlsplit(self.path).query)))
            self._send(200 if body is not None else 503, (body or "").encode())

        def _send(self, status: int, data: bytes) -> None:
            try:
                self.send_response(status)
                if status == 503:
                    self.send_header("Retry-After", "3600")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
                self.wfile.flush()
            except OSError:  # the harvester was killed meanwhile
                self.close_connection = True

    return Answering
