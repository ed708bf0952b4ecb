"""The pace of requests to one host: in one process, or as one budget for all processes.

`SharedPacer` books each request's moment where everybody books (the ledger): all DAGs and workers together keep the rate.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from ipaddress import ip_address
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


POLITE = 0.2
"""Seconds between the starts of requests to one host of which nobody said what it bears: five a second."""


class SharedPacer:
    """Over all processes that book at the same place. Where no distance was named, it is `POLITE`, and nothing for this machine."""

    def __init__(self, book: Book, min_interval: float | None = None, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._book, self._min_interval, self._sleep = book, min_interval, sleep

    def wait(self, host: str) -> None:
        interval = self._min_interval
        if interval is None:
            interval = 0.0 if is_loopback(host) else POLITE
        if interval > 0:
            pause = self._book(host, interval)
            if pause > 0:
                self._sleep(pause)

    def at(self, min_interval: float) -> SharedPacer:
        """The same with another distance; 0 books nothing."""
        return SharedPacer(self._book, min_interval, sleep=self._sleep)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its name."""
    try:
        return host == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
