"""How much may be sent to a wiki: what is a sandbox, and the limits of the levels. In code, not in configuration.

A wiki is a sandbox only if its host resolves to loopback addresses or is named in `GLAMFLOW_TEST_WIKI` (a host, or the address of an
API); never one under wikimedia.org, wikidata.org or wikipedia.org. No partner file and no connection can say so.
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
    host = host_of(url)
    if not host or is_wikimedia(url):
        return False
    if test_wiki and host == host_of(test_wiki):
        return True
    try:
        addresses = (resolve or _resolve)(host)
    except OSError:
        return False
    return bool(addresses) and all(ipaddress.ip_address(address).is_loopback for address in addresses)


def is_wikimedia(url: str) -> bool:
    """Whether the wiki is one of those that the world reads."""
    host = host_of(url)
    return any(host == name or host.endswith(f".{name}") for name in PROTECTED)


def host_of(address: str) -> str:
    """The host of a web address, or of "host" or "host:port" alone."""
    whole = address if "://" in address else f"//{address}"
    return (urlsplit(whole.strip()).hostname or "").rstrip(".").lower()


def largest_plan(level: str, *, sandbox: bool, flagged: bool, published: int, wanted: int, by_account: int | None = None) -> int:
    """How many files the next plan may hold: `published` counts those already on this wiki for the partner, `by_account` those of
    all partners (the partner's, if left out)."""
    if sandbox:
        return wanted
    allowed = wanted
    if (limit := {"pilot": PILOT_FILES, "trial": TRIAL_FILES}.get(level)) is not None:
        allowed = min(allowed, limit - published)
    if not flagged:
        allowed = min(allowed, UNFLAGGED_FILES - (published if by_account is None else by_account))
    return max(0, allowed)


def _resolve(host: str) -> list[str]:
    return sorted({str(info[4][0]) for info in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)})
