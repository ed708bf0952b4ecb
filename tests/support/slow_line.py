"""A line to a server that is slow, and that breaks where the test says: bytes towards the server are counted and paced.

Only what the client sends is slowed down. A cut drops the connection in the middle of a request, as a lost line does.
"""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import threading
import time
from typing import Any
from urllib.parse import urlsplit

BLOCK = 16_384


class SlowLine:
    """`with SlowLine(url, bits=8e6, cuts=[…]) as line:` connects `line.url` with the server; `cuts` are totals of sent bytes."""

    def __init__(self, url: str, *, bits: float, cuts: list[int] | None = None) -> None:
        parts = urlsplit(url)
        self._target = (parts.hostname or "", parts.port or 80)
        self._rate, self._cuts = bits / 8, sorted(cuts or [])
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.sent = 0
        self.broken = 0
        self._lock = threading.Lock()
        self._free = 0.0
        self._open: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self) -> SlowLine:
        return self

    def __exit__(self, *_: Any) -> None:
        self._listener.close()
        for one in self._open:
            with contextlib.suppress(OSError):
                one.close()

    def _serve(self) -> None:
        while True:
            try:
                near = self._listener.accept()[0]
            except OSError:
                return
            far = socket.create_connection(self._target)
            self._open += [near, far]
            threading.Thread(target=self._carry, args=(near, far), daemon=True).start()

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        near.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BLOCK)
        with contextlib.suppress(OSError, ValueError):
            while True:
                for source in select.select([near, far], [], [], 60.0)[0]:
                    block = source.recv(BLOCK)
                    if not block:
                        return self._close(near, far)
                    if source is near and self._pass(len(block)):
                        near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset, not an end
                        return self._close(near, far)
                    (far if source is near else near).sendall(block)
        return None

    def _pass(self, length: int) -> bool:
        """Wait until the bytes may go; whether the line breaks under them."""
        with self._lock:
            now = time.monotonic()
            self._free = max(now, self._free) + length / self._rate
            wait = self._free - now
            self.sent += length
            cut = bool(self._cuts) and self.sent >= self._cuts[0]
            if cut:
                self._cuts.pop(0)
                self.broken += 1
        time.sleep(max(0.0, wait))
        return cut

    @staticmethod
    def _close(*sockets: socket.socket) -> None:
        for one in sockets:
            with contextlib.suppress(OSError):
                one.close()
