"""Scripted faults of the sandbox's sources: "the second ListRecords of the museum answers 503 with Retry-After 1".

A test or the demo posts a list of `Fault`s to `/sandbox/faults`; each waits for requests whose path starts with `path` and
whose query contains `match`, lets `after` of them pass, then answers `times` of them and is used up.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Literal

import msgspec
from starlette.responses import Response

Kind = Literal["status", "html", "truncate", "drop_token", "slow"]


class Fault(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One fault. `status` answers with that code (and `retry_after`), `html` is a page with 200, `truncate` cuts the body."""

    path: str
    kind: Kind = "status"
    match: str = ""
    after: int = 0
    times: int = 1
    status: int = 503
    retry_after: str = ""
    seconds: float = 0.0


class FaultScript:
    """The faults that are still to come; safe for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def load(self, faults: Sequence[Fault]) -> None:
        with self._lock:
            self._faults = list(faults)

    def waiting(self) -> list[Fault]:
        with self._lock:
            return list(self._faults)

    def take(self, path: str, query: str) -> Fault | None:
        """The fault that this request meets, if any; counts the request."""
        with self._lock:
            for fault in self._faults:
                if not path.startswith(fault.path) or fault.match not in query:
                    continue
                if fault.after > 0:
                    fault.after -= 1
                    return None
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
                return fault
        return None


def early_answer(fault: Fault) -> Response | None:
    """The whole answer of faults that need no real one."""
    if fault.kind == "status":
        headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
        return Response(
            "<html><body><h1>Service temporarily unavailable</h1></body></html>", fault.status, headers, "text/html"
        )
    if fault.kind == "html":
        return Response("<html><body><h1>Maintenance</h1></body></html>", 200, media_type="text/html")
    return None


def spoil(fault: Fault, body: bytes) -> bytes:
    """The real answer, damaged."""
    if fault.kind == "truncate":
        return body[: len(body) * 2 // 3]
    if fault.kind == "drop_token":
        return body.replace(b"<resumptionToken", b"<formerToken").replace(b"</resumptionToken", b"</formerToken")
    return body
