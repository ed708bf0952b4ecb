"""Reading one answer of a feed: size-capped, unpacked, repeated a little, with faults told apart.

Rules
- Only reads pass here, so a repeat is harmless. Small and bounded: `tries` attempts, `max_wait` seconds of waiting in
  all; a `Retry-After` (seconds or date) is honoured within that, a longer one is handed up to the scheduler.
- Payload before status: an error status whose body is a readable answer counts as that answer.
- 429 → `RateLimited`; 5xx, 408, 425, broken or silent connections, empty answers → `SourceUnavailable`;
  other 4xx, addresses that are refused, answers beyond the limit → `SourceRefused`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import random
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import IO
from urllib.parse import urlencode, urlsplit

import msgspec

from glamflow.harvest.encoding import unpack
from glamflow.net.session import Response, Session
from glamflow.transforms.errors import (
    ConnectionLost,
    GlamflowError,
    RateLimited,
    SourceRefused,
    SourceUnavailable,
    Transient,
)

_LOST = 3  # so many times more repeats for connections that break: a bad line is no broken page
_LONGEST_PAUSE = 10.0
_TRANSIENT = frozenset({408, 425, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529})


Secret = str | Callable[[bool], str]
"""A secret, or what gives it: asked with True, a new one, since the source refused the last."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A whole answer. `request` is what is kept beside a raw page; secrets are not in it."""

    url: str
    status: int
    headers: dict[str, str]
    content: bytes
    request: dict[str, str]


class FeedReader:
    """Reads from one source. `secret_params` join the address that is sent, never the one that is kept."""

    def __init__(
        self,
        session: Session,
        *,
        tries: int = 4,
        max_wait: float = 120.0,
        max_bytes: int = 256 * 1024**2,
        headers: Mapping[str, str] | None = None,
        secret_headers: Mapping[str, Secret] | None = None,
        secret_params: Mapping[str, str] | None = None,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self._session = session
        self._tries = tries
        self._max_wait = max_wait
        self._max_bytes = max_bytes
        self._headers = {"Accept-Encoding": "gzip", **(headers or {})}
        self._secret_headers = dict(secret_headers or {})
        self._renewed = False
        self._secret_params = dict(secret_params or {})
        self._now = now

    def read(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        *,
        post: bool = False,
        check: Callable[[Answer], bool] = lambda _: False,
        secret: bool = True,
    ) -> Answer:
        """One answer. `check` says whether the body of an error status is readable all the same; `secret` = to the
        origin that the secrets are meant for."""
        waited = 0.0
        for attempt in range(1, self._tries * _LOST + 1):
            try:
                return self._once(url, dict(params or {}), post=post, check=check, secret=secret)
            except Transient as fault:
                # Longer with each attempt, never in step with other workers.
                wait = (
                    min(0.5 * 2**attempt, _LONGEST_PAUSE) * random.SystemRandom().uniform(0.5, 1.0)
                    if fault.retry_after is None
                    else fault.retry_after
                )
                if (
                    attempt >= self._tries * (_LOST if isinstance(fault, ConnectionLost) else 1)
                    or waited + wait > self._max_wait
                ):
                    raise
                waited += wait
                self._session.sleep(wait)
        raise AssertionError("unreachable: the last attempt returns or raises")

    def download(self, url: str, target: IO[bytes], *, headers: Mapping[str, str], max_bytes: int) -> Answer:
        """The body as sent, written to `target` as it comes; its SHA-256 is `request["sha256"]`. 304 leaves it empty."""
        waited = 0.0
        for attempt in range(1, self._tries + 1):
            target.seek(0)
            target.truncate()
            try:
                return self._download(url, target, headers, max_bytes)
            except Transient as fault:
                wait = min(2.0**attempt, _LONGEST_PAUSE) if fault.retry_after is None else fault.retry_after
                if attempt == self._tries or waited + wait > self._max_wait:
                    raise
                waited += wait
                self._session.sleep(wait)
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _download(self, url: str, target: IO[bytes], headers: Mapping[str, str], max_bytes: int) -> Answer:
        digest, size = hashlib.sha256(), 0
        sent = join(url, self._secret_params)
        secrets = self._secrets()
        with self._session.open(sent, headers={**self._headers, **headers}, secret_headers=secrets, keep_query=True) as response:
            if response.status == 200:
                for chunk in response.chunks():
                    size += len(chunk)
                    if size > max_bytes:
                        raise SourceRefused(f"{url} answers with more than the {max_bytes} bytes allowed.")
                    digest.update(chunk)
                    target.write(chunk)
            stated = response.headers.get("content-length", "")
            request = {
                "method": "GET", "url": url, "status": str(response.status), "time": self._now().isoformat(timespec="seconds"),
                "answered_by": self._public(response.url), "date": response.headers.get("date", ""), "sha256": digest.hexdigest(), "bytes": str(size),
                "etag": response.headers.get("etag", ""), "last_modified": response.headers.get("last-modified", ""),
            }  # fmt: skip
            answer = Answer(
                url=self._public(response.url), status=response.status, headers=response.headers, content=b"x" if size else b"", request=request
            )
        if answer.status == 304:
            return answer
        self._renew_refused(answer.status, url, secrets)
        self._judge(answer, url, lambda _: False)
        if stated.isdigit() and int(stated) != size:
            raise SourceUnavailable(url, f"the file breaks off after {size} of {stated} bytes")
        return answer

    def _once(
        self, url: str, params: dict[str, str], *, post: bool, check: Callable[[Answer], bool], secret: bool
    ) -> Answer:
        form = params | (self._secret_params if secret else {})
        sent = url if post else join(url, form)
        headers = self._headers | ({"Content-Type": "application/x-www-form-urlencoded"} if post else {})
        secrets = self._secrets() if secret else {}
        with self._session.open(
            sent,
            method="POST" if post else "GET",
            headers=headers,
            secret_headers=secrets,
            body=urlencode(form).encode() if post else b"",
            keep_query=True,
        ) as response:
            shown = url if post else join(url, params)
            content = self._body(response, shown)
            answer = Answer(
                url=self._public(response.url),
                status=response.status,
                headers=response.headers,
                content=content,
                request={
                    "method": "POST" if post else "GET",
                    "url": shown,
                    "parameters": urlencode(params),
                    "status": str(response.status),
                    "time": self._now().isoformat(timespec="seconds"),
                    "answered_by": self._public(response.url),
                    "date": response.headers.get("date", ""),
                },
            )
        self._renew_refused(answer.status, shown, secrets)
        self._judge(answer, shown, check)
        return answer

    def _secrets(self) -> dict[str, str]:
        return {name: secret if isinstance(secret, str) else secret(False) for name, secret in self._secret_headers.items()}

    def _renew_refused(self, status: int, shown: str, used: Mapping[str, str]) -> None:
        """Where a token ran out before its time, get another and ask again; a new one that is refused at once is a no."""
        renewable = {name: secret for name, secret in self._secret_headers.items() if not isinstance(secret, str) and name in used}
        if status != 401:
            self._renewed = False
        elif renewable and not self._renewed:
            self._renewed = True
            for secret in renewable.values():
                secret(True)
            raise SourceUnavailable(shown, "it does not take the token any more; a new one was fetched", retry_after=0)

    def _public(self, url: str) -> str:
        """The address without the values of secret parameters."""
        for value in self._secret_params.values():
            url = url.replace(urlencode({"": value})[1:], "…").replace(value, "…") if value else url
        return url

    def _body(self, response: Response, shown: str) -> bytes:
        stated = response.headers.get("content-length", "")
        if stated.isdigit() and int(stated) > self._max_bytes:
            raise SourceRefused(f"{shown} announces {stated} bytes, more than the {self._max_bytes} allowed.")
        parts: list[bytes] = []
        size = 0
        for chunk in response.chunks():
            size += len(chunk)
            if size > self._max_bytes:
                raise SourceRefused(f"{shown} answers with more than the {self._max_bytes} bytes allowed.")
            parts.append(chunk)
        encoding = response.headers.get("content-encoding", "").lower()
        return unpack(b"".join(parts), url=shown, header=encoding, limit=self._max_bytes)

    def _judge(self, answer: Answer, shown: str, check: Callable[[Answer], bool]) -> None:
        retry_after = parse_retry_after(answer.headers.get("retry-after", ""), now=self._now())
        status = answer.status
        if status == 429:
            raise RateLimited(f"{shown} asks for fewer requests (HTTP 429).", retry_after=retry_after)
        if status == 503 and retry_after is not None:
            raise SourceUnavailable(shown, "it asks to wait (HTTP 503)", retry_after=retry_after)
        if 200 <= status < 300:
            if not answer.content.strip() and status != 204:
                raise SourceUnavailable(shown, "the answer is empty")
            return
        if answer.content and check(answer):
            return
        if status in _TRANSIENT:
            raise SourceUnavailable(shown, f"it answers HTTP {status}", retry_after=retry_after)
        raise refusal(shown, status, self._session.user_agent)


def refusal(shown: str, status: int, user_agent: str) -> GlamflowError:
    """What a definite no means for the operator."""
    hints = {
        401: "It wants a key or a login: set the secret of the Airflow connection.",
        403: f"It does not let us in; it may refuse our User-Agent “{user_agent}” or want a key. Ask the partner.",
        404: "Check the address in the partner file.",
        410: "The address was taken down for good; ask the partner for the new one.",
        414: "The request is too long for this server.",
    }
    return SourceRefused(f"{shown} refuses the request with HTTP {status}.", hint=hints.get(status, ""))


def join(url: str, params: Mapping[str, str]) -> str:
    """`url` with `params` added to whatever query it has; values are percent-encoded once."""
    if not params:
        return url
    base = url.partition("#")[0]
    glue = "" if base.endswith(("?", "&")) else "&" if urlsplit(base).query else "?"
    return f"{base}{glue}{urlencode(params)}"


def parse_retry_after(value: str, *, now: dt.datetime) -> float | None:
    """Seconds to wait, from seconds or an HTTP date; None if there is none that can be read."""
    value = value.strip()
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            moment = parsedate_to_datetime(value)
        except (TypeError, ValueError):
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=dt.UTC)
        seconds = (moment - now).total_seconds()
    return max(0.0, seconds) if seconds == seconds and seconds < 10**7 else None
