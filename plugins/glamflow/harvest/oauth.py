"""OAuth 2.0 client credentials: id and secret → a bearer token for the harvest (RFC 6749, section 4.4)."""

from __future__ import annotations

import threading
import time
from base64 import b64encode
from collections.abc import Callable
from functools import partial
from urllib.parse import quote, urlencode

import msgspec

from glamflow.net.session import Session
from glamflow.transforms.errors import BadCredentials, SourceUnavailable

_MOST = 1 << 16
_EARLY = 60.0  # seconds before its end in which a token is not used any more
_UNSAID = 3600.0


class _Token(msgspec.Struct):
    access_token: str
    expires_in: float = 0.0  # seconds; 0: the server does not say


class ClientTokens:
    """The value of the Authorization header, renewed shortly before it runs out and whenever it is asked for a new one."""

    def __init__(
        self, session: Session, url: str, *, client: str, secret: str, scope: str = "", clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._ask = partial(_client_token, session, url, client=client, secret=secret, scope=scope)
        self._clock = clock
        self._lock = threading.Lock()
        self._token = ""
        self._until = 0.0

    def __call__(self, fresh: bool = False) -> str:
        with self._lock:
            if fresh or not self._token or self._clock() >= self._until:
                token = self._ask()
                self._token = f"Bearer {token.access_token}"
                life = token.expires_in if token.expires_in > 0 else _UNSAID
                self._until = self._clock() + max(life - _EARLY, life / 2)
            return self._token


def _client_token(session: Session, url: str, *, client: str, secret: str, scope: str) -> _Token:
    """A new token. The secret goes to the token's host only and into no error."""
    form = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})
    basic = b64encode(f"{quote(client, safe='')}:{quote(secret, safe='')}".encode()).decode()
    trusted = session.trusting([url])
    with trusted.open(
        url, method="POST", body=urlencode(form).encode(), headers={"Content-Type": "application/x-www-form-urlencoded"},
        secret_headers={"Authorization": f"Basic {basic}"},
    ) as answer:  # fmt: skip
        body = b""
        for chunk in answer.chunks():
            body += chunk
            if len(body) > _MOST:
                raise SourceUnavailable(url, "its answer is no token")
    if answer.status in (400, 401, 403):
        raise BadCredentials(url, client, f"HTTP {answer.status}")
    try:
        return msgspec.json.decode(body, type=_Token, strict=False)  # some send the seconds as text
    except msgspec.MsgspecError as error:
        raise SourceUnavailable(url, f"it answers HTTP {answer.status} without a token") from error
