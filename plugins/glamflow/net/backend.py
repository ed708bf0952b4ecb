"""Connections to checked addresses only: a name is resolved once, its addresses are judged, and the connection goes to
the very address that was judged. So a resolver that answers differently the second time (DNS rebinding) changes nothing.

TLS still verifies the certificate against the host *name*: only the address is pinned.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable

import httpcore

from glamflow.net.addresses import IPAddress, Trust, is_public
from glamflow.transforms.errors import AddressRefused

Resolver = Callable[[str, int], list[str]]
"""(host, port) → addresses as text; OSError if the name is not known."""


def resolve(host: str, port: int) -> list[str]:
    """All addresses of a host by the system's resolver, in its order, each once."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class CheckedBackend(httpcore.NetworkBackend):
    """Network of one session: `trust` names the hosts whose addresses are not judged."""

    def __init__(self, trust: Trust, *, resolver: Resolver = resolve) -> None:
        self._trust = trust
        self._resolver = resolver
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        error: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in self._addresses(host, port)[:4]:
            try:
                return self._network.connect_tcp(str(address), port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as problem:
                error = problem
        raise error

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None
    ) -> httpcore.NetworkStream:
        raise httpcore.ConnectError("sockets of the file system are not used")

    def _addresses(self, host: str, port: int) -> list[IPAddress]:
        bare = host.strip("[]")
        try:
            # A scope ("fe80::1%eth0") is dropped for judging: the address before it decides.
            addresses = [ipaddress.ip_address(text.partition("%")[0]) for text in self._resolver(bare, port)]
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"the name {bare} cannot be resolved ({error})") from error
        if not self._trust.covers(bare, port):
            for address in addresses:
                if not is_public(address):
                    raise AddressRefused(f"{bare}:{port}", f"it leads to {address}, which is not a public address")
        return addresses
