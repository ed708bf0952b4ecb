"""The pace of requests to one host: in one process, or as one budget for all processes.

`SharedPacer` books each request's moment where everybody books (the ledger): all DAGs and workers together keep the rate.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

Book = Callable[[str, float], float]
"""(host, seconds until the next request may start) → seconds to wait; the booking counts for everybody."""


class Pace(Protocol):
    """Something that keeps the starts of requests to one host apart."""

    def wait(self, host: str) -> None: ...

    def at(self, min_interval: float) -> Pace:
        """The same with another distance."""
        ...


class Pacer:
    """Within this process; threads share it."""

    def __init__(self, min_interval: float, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._min_interval = min_interval
        self._sleep = sleep
        self._next: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait(self, host: str) -> None:
        with self._lock:
            now = time.monotonic()
            start = max(now, self._next.get(host, now))
            self._next[host] = start + self._min_interval
        if start > now:
            self._sleep(start - now)

    def at(self, min_interval: float) -> Pacer:
        return Pacer(min_interval, sleep=self._sleep)


class SharedPacer:
    """Over all processes that book at the same place. Without a distance nothing is booked."""

    def __init__(self, book: Book, min_interval: float = 0.0, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._book, self._min_interval, self._sleep = book, min_interval, sleep

    def wait(self, host: str) -> None:
        if self._min_interval > 0:
            pause = self._book(host, self._min_interval)
            if pause > 0:
                self._sleep(pause)

    def at(self, min_interval: float) -> SharedPacer:
        return SharedPacer(self._book, min_interval, sleep=self._sleep)
