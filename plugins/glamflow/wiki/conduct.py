"""How much may be sent to a wiki: what is a sandbox, and the limits of the levels. In code, not in configuration.

A wiki is a sandbox only if its host resolves to loopback addresses or is named in `GLAMFLOW_TEST_WIKI`; never one under
wikimedia.org, wikidata.org or wikipedia.org. No partner file and no connection can say so.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from urllib.parse import urlsplit

PROTECTED = ("wikimedia.org", "wikidata.org", "wikipedia.org")
PILOT_FILES, TRIAL_FILES, UNFLAGGED_FILES = 10, 50, 50
Resolve = Callable[[str], list[str]]


def is_sandbox(url: str, *, test_wiki: str = "", resolve: Resolve | None = None) -> bool:
    """True only for a wiki on this machine or the one named by the operator for tests."""
    host = (urlsplit(url).hostname or "").rstrip(".").lower()
    if not host or any(host == name or host.endswith(f".{name}") for name in PROTECTED):
        return False
    if test_wiki and host == test_wiki.rstrip(".").lower():
        return True
    try:
        addresses = (resolve or _resolve)(host)
    except OSError:
        return False
    return bool(addresses) and all(ipaddress.ip_address(address).is_loopback for address in addresses)


def largest_plan(level: str, *, sandbox: bool, flagged: bool, published: int, wanted: int) -> int:
    """How many files the next plan may hold: `published` counts those already on this wiki for the partner."""
    if sandbox:
        return wanted
    limit = {"pilot": PILOT_FILES, "trial": TRIAL_FILES}.get(level)
    if not flagged:
        limit = min(limit or UNFLAGGED_FILES, UNFLAGGED_FILES)
    return wanted if limit is None else max(0, min(wanted, limit - published))


def _resolve(host: str) -> list[str]:
    return sorted({str(info[4][0]) for info in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)})
