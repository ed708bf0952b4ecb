"""One HTTP session for a process: names its operator, keeps its distance from every host, follows redirects with care.

Rules
- The User-Agent carries a contact of the operator; without one there is no session.
- Requests to one host keep its pace (`pace.py`): over the threads of a process, or over all processes.
- At most `max_redirects` redirects, each address checked anew; never from https to http; headers that hold a secret
  go to the origin they are meant for and nowhere else.
- Every read has a time-out, the whole answer a deadline; nothing is read beyond the caller's limit.
- A proxy is used only where the operator names one; it resolves names, so addresses out of a feed are judged by their
  spelling alone, and the proxy has to keep private networks closed. No environment proxies, no cookies, no content decoding: bytes arrive as sent.

https://foundation.wikimedia.org/wiki/Policy:User-Agent_policy asks for the same of us.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import NoReturn
from urllib.parse import urljoin, urlsplit

import httpcore

from glamflow.net.addresses import Target, Trust, check_url
from glamflow.net.backend import CheckedBackend, Resolver, resolve
from glamflow.net.pace import Pace, Pacer
from glamflow.transforms.errors import AddressRefused, ConfigInvalid, ConnectionLost, SourceRefused, SourceUnavailable

REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Response:
    """An answer whose body is still on the wire. Header names are in lower case; `url` is the one that answered."""

    def __init__(self, url: str, status: int, headers: dict[str, str], body: Iterator[bytes], deadline: float) -> None:
        self.url = url
        self.status = status
        self.headers = headers
        self._body = body
        self._deadline = deadline

    def chunks(self) -> Iterator[bytes]:
        """The body as sent. `SourceUnavailable` if it stops early or trickles beyond the deadline."""
        try:
            for chunk in self._body:
                yield chunk
                if time.monotonic() > self._deadline:
                    raise SourceUnavailable(self.url, "the answer did not end within the time allowed")
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
            _unavailable(self.url, error)


class Session:
    """HTTP client; `trusting` gives one that also goes to further hosts named by the operator."""

    def __init__(
        self,
        *,
        contact: str,
        product: str = "glamflow",
        trust: Iterable[str] = (),
        min_interval: float = 0.0,
        timeout: float = 60.0,
        deadline: float = 3600.0,
        max_redirects: int = 5,
        resolver: Resolver = resolve,
        ssl_context: ssl.SSLContext | None = None,
        pacer: Pace | None = None,
        proxy: str = "",
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        contact = contact.strip()
        if (
            ("@" not in contact and "://" not in contact)
            or not (contact + product).isascii()
            or "\n" in contact + product
        ):
            raise ConfigInvalid(
                "settings",
                "the User-Agent needs a contact of the operator",
                fix="Give a mail address or a page's address.",
            )
        self.user_agent = product if contact in product else f"{product} ({contact})"
        self.trust = Trust(trust)
        self.sleep = sleep
        self._settings = {"timeout": timeout, "deadline": deadline}
        self._max_redirects = max_redirects
        self._resolver = resolver
        self._ssl_context = ssl_context
        self._pacer = pacer or Pacer(min_interval, sleep=sleep)
        self._proxy = proxy
        self._lock = threading.Lock()
        self._children: dict[tuple[frozenset[str], float | None], Session] = {}
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl_context,
            max_connections=32,
            max_keepalive_connections=8,
            keepalive_expiry=15.0,
            network_backend=CheckedBackend(Trust([*self.trust.named, proxy]) if proxy else self.trust, resolver=resolver),
            proxy=httpcore.Proxy(proxy) if proxy else None,
        )

    def trusting(self, hosts: Iterable[str], *, min_interval: float | None = None) -> Session:
        """A session that also trusts `hosts`; it shares the pace unless it is given its own, never the connections."""
        wanted = (self.trust.named | frozenset(hosts), min_interval)
        if wanted == (self.trust.named, None):
            return self
        with self._lock:
            if wanted not in self._children:
                self._children[wanted] = self._trusting(*wanted)
            return self._children[wanted]

    def _trusting(self, named: frozenset[str], min_interval: float | None) -> Session:
        return Session(
            contact=self.user_agent,
            product=self.user_agent,
            trust=named,
            max_redirects=self._max_redirects,
            resolver=self._resolver,
            ssl_context=self._ssl_context,
            pacer=self._pacer if min_interval is None else self._pacer.at(min_interval),
            proxy=self._proxy,
            sleep=self.sleep,
            **self._settings,
        )

    def close(self) -> None:
        for child in self._children.values():
            child.close()
        self._pool.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def open(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        secret_headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        keep_query: bool = False,
    ) -> Iterator[Response]:
        """The answer to a request after redirects, whatever its status. `keep_query` mends redirects that drop it."""
        first = target = check_url(url, self.trust)
        for _ in range(self._max_redirects + 1):
            sent = {**(headers or {}), **((secret_headers or {}) if target.origin == first.origin else {})}
            with self._send(target, method, sent, body) as response:
                location = response.headers.get("location", "")
                if response.status not in REDIRECTS or not location:
                    yield response
                    return
            target = self._redirected(target, location, keep_query=keep_query)
            if response.status == 303 or (response.status in (301, 302) and method == "POST"):
                method, body = "GET", b""
        raise SourceRefused(f"{first.url} redirects more than {self._max_redirects} times.")

    def _redirected(self, target: Target, location: str, *, keep_query: bool) -> Target:
        try:
            url = urljoin(target.url, location)
        except ValueError as error:
            raise AddressRefused(location, "the redirect cannot be read") from error
        old = urlsplit(target.url).query
        if keep_query and old and "?" not in url:
            url = f"{url.partition('#')[0]}?{old}"
        following = check_url(url, self.trust)
        if target.scheme == "https" and following.scheme == "http":
            raise AddressRefused(url, "the redirect leads from https to http")
        return following

    @contextmanager
    def _send(self, target: Target, method: str, headers: Mapping[str, str], body: bytes) -> Iterator[Response]:
        self._pacer.wait(target.host)
        timeout = self._settings["timeout"]
        all_headers = {"User-Agent": self.user_agent, "Accept": "*/*", "Accept-Encoding": "identity", **headers}
        try:
            with self._pool.stream(
                method,
                target.url,
                headers=[(name.encode("ascii"), value.encode("latin-1")) for name, value in all_headers.items()],
                content=body or None,
                extensions={
                    "timeout": {"connect": min(timeout, 20.0), "read": timeout, "write": timeout, "pool": timeout}
                },
            ) as answer:
                received: dict[str, str] = {}
                for name, value in answer.headers:
                    key = name.decode("latin-1").lower()
                    text = value.decode("latin-1").strip()
                    received[key] = f"{received[key]}, {text}" if key in received and key == "link" else text
                deadline = time.monotonic() + self._settings["deadline"]
                yield Response(target.url, answer.status, received, iter(answer.iter_stream()), deadline)
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
            _unavailable(target.url, error)
        except httpcore.UnsupportedProtocol as error:
            raise AddressRefused(target.url, "its protocol is not supported") from error


def _unavailable(url: str, error: Exception) -> NoReturn:
    """One sentence per kind of fault instead of the library's own words."""
    problems = (
        (httpcore.ConnectTimeout, "no connection within the time allowed"),
        (httpcore.TimeoutException, "no answer within the time allowed"),
        (httpcore.ConnectError, f"no connection ({error})"),
        (httpcore.RemoteProtocolError, f"the answer breaks off ({error})"),
    )
    problem = next((text for kind, text in problems if isinstance(error, kind)), f"the connection failed ({error})")
    lost = isinstance(error, httpcore.ReadError | httpcore.WriteError | httpcore.RemoteProtocolError)
    raise (ConnectionLost if lost else SourceUnavailable)(url, problem) from error
