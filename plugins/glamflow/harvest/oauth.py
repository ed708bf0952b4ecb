"""OAuth 2.0 client credentials: id and secret → a bearer token for the harvest (RFC 6749, section 4.4)."""

from __future__ import annotations

from base64 import b64encode
from urllib.parse import quote, urlencode

import msgspec

from glamflow.net.session import Session
from glamflow.transforms.errors import BadCredentials, SourceUnavailable

_MOST = 1 << 16


class _Token(msgspec.Struct):
    access_token: str


def client_token(session: Session, url: str, *, client: str, secret: str, scope: str = "") -> str:
    """The value of the Authorization header. The secret goes to the token's host only and into no error."""
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
        token = msgspec.json.decode(body, type=_Token)
    except msgspec.MsgspecError as error:
        raise SourceUnavailable(url, f"it answers HTTP {answer.status} without a token") from error
    return f"Bearer {token.access_token}"
