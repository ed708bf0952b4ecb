"""Which addresses we go to. The operator's own hosts are trusted wherever they are; addresses out of a feed are not.

Rules
- Only http and https, no credentials in the URL, no control characters or backslashes; spaces
  in path or query are encoded.
- A host that is a number in any spelling (decimal, octal, hexadecimal, short, full-width) must be a plain dotted quad:
  browsers and resolvers disagree on the others, and disagreement is what attacks live on.
- An untrusted host must resolve to public addresses only (all of them), and be asked on port 80, 443 or above 1023.
- Addresses that carry an IPv4 address inside (mapped, 6to4, NAT64, Teredo) are judged by both.

https://www.iana.org/assignments/iana-ipv4-special-registry  https://url.spec.whatwg.org/#concept-ipv4-parser
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

from glamflow.transforms.errors import AddressRefused

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\\\u2028\u2029\u200b-\u200f\ufeff]")
_NUMERIC = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)\Z", re.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443}
# Shared, benchmarking, documentation and protocol ranges: `is_global` of older Python versions misses some.
_NOT_PUBLIC = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4", "::/96", "::1/128", "64:ff9b:1::/48", "100::/64", "2001:2::/48", "2001:10::/28",
        "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    )
)  # fmt: skip
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Target(NamedTuple):
    """A URL that may be asked for. `trusted` = the operator named this host."""

    url: str
    scheme: str
    host: str
    port: int
    trusted: bool

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"


class Trust:
    """Hosts that the operator named: `host` (any port), `host:port`, or a whole URL (its port, 80 and 443)."""

    def __init__(self, named: Iterable[str] = ()) -> None:
        self.named = frozenset(named)
        self._entries = frozenset(entry for name in self.named for entry in _trust_entries(name))

    def covers(self, host: str, port: int) -> bool:
        return (host, None) in self._entries or (host, port) in self._entries


def check_url(url: str, trust: Trust) -> Target:
    """The target of a URL; AddressRefused says why it may not be asked for. Names are judged again when resolved."""
    parts = _split(url.strip(" "))
    host, port = _host(url, parts), parts.port or _DEFAULT_PORTS[parts.scheme]
    trusted = trust.covers(host, port)
    literal = _literal(url, host)
    if not trusted:
        if literal is not None and not is_public(literal):
            raise AddressRefused(url, f"{host} is not a public address")
        if port < 1024 and port not in (80, 443):
            raise AddressRefused(url, f"port {port} is not one of the web")
    netloc = f"[{host}]" if ":" in host else host
    if port != _DEFAULT_PORTS[parts.scheme]:
        netloc += f":{port}"
    # The fragment never leaves; characters outside ASCII are percent-encoded once, what is encoded stays.
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/?%:@!$&'()*+,;=~-._[]")
    return Target(urlunsplit((parts.scheme, netloc, path, query, "")), parts.scheme, host, port, trusted)


def is_public(address: IPAddress) -> bool:
    """Whether an address belongs to the public internet, by itself and by any IPv4 address inside it."""
    if isinstance(address, ipaddress.IPv6Address):
        if any(not is_public(inner) for inner in _inner(address)):
            return False
        if address.ipv4_mapped is not None:
            return True
    if any(address in network for network in _NOT_PUBLIC if network.version == address.version):
        return False
    return address in _NAT64 or (address.is_global and not address.is_multicast)


def _inner(address: ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64:
        inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [one for one in inner if one is not None]


def _split(url: str) -> SplitResult:
    if _FORBIDDEN.search(url):
        raise AddressRefused(url, "it holds control characters or backslashes")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressRefused(url, f"it cannot be read ({error})") from error
    if parts.scheme not in _DEFAULT_PORTS:
        raise AddressRefused(
            url, f"only http and https are fetched, not {parts.scheme or 'an address without scheme'!r}"
        )
    if "@" in parts.netloc:
        shown = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
        raise AddressRefused(shown, "it carries a user name or password")
    if not parts.hostname:
        raise AddressRefused(url, "it has no host")
    if port == 0:
        raise AddressRefused(url, "port 0 does not exist")
    return parts


def _host(url: str, parts: SplitResult) -> str:
    """Lower-case ASCII host without a trailing dot."""
    host = unicodedata.normalize("NFKC", parts.hostname or "").rstrip(".").lower()
    if "%" in host:
        raise AddressRefused(url, "its host has a zone or is percent-encoded")
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError as error:
            raise AddressRefused(url, "its host name cannot be encoded") from error
    if not host or not re.fullmatch(r"[a-z0-9._:-]+", host):
        raise AddressRefused(url, "its host name is not one")
    return host


def _literal(url: str, host: str) -> IPAddress | None:
    """The address that a host spells out, None for a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        if ":" in host or _NUMERIC.match(host.rpartition(".")[2]):
            raise AddressRefused(url, f"{host} is an address in an unusual spelling") from None
        return None


def _trust_entries(name: str) -> list[tuple[str, int | None]]:
    if "://" in name:
        parts = urlsplit(name)
        host = (parts.hostname or "").rstrip(".").lower()
        return [(host, parts.port or _DEFAULT_PORTS.get(parts.scheme, 80)), (host, 80), (host, 443)]
    bare = name.strip().lower()
    if bare.count(":") > 1 and not bare.startswith("["):
        return [(bare, None)]
    match = re.fullmatch(r"\[?(?P<host>[^\]]+?)\]?(?::(?P<port>\d+))?", bare)
    if match is None:
        return []
    return [(match["host"].rstrip("."), int(match["port"]) if match["port"] else None)]
