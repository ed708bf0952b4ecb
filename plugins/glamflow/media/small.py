"""Small answers (descriptions, tiles) in memory, under the same rules of address, length and repetition as whole files."""

from __future__ import annotations

from glamflow.media.fetch import MediaFault
from glamflow.net.session import Session
from glamflow.transforms.errors import AddressRefused, RateLimited, SourceRefused, SourceUnavailable
from glamflow.transforms.outcome import Reason

_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})


def fetch_small(url: str, session: Session, *, limit: int, accept: str = "*/*", tries: int = 3) -> bytes | MediaFault:
    """The body of `url`, at most `limit` bytes."""
    attempt = 0
    while True:
        attempt += 1
        try:
            return _once(url, session, limit, accept)
        except AddressRefused as refused:
            return MediaFault(reason=Reason.MEDIA_ADDRESS_REFUSED, detail=refused.what)
        except SourceRefused as refused:
            return MediaFault(reason=Reason.MEDIA_UNREACHABLE, detail=refused.what)
        except (SourceUnavailable, RateLimited) as fault:
            if attempt == tries:
                return MediaFault(reason=Reason.MEDIA_UNREACHABLE, detail=fault.what, transient=True, retry_after=fault.retry_after)
            session.sleep(0.5 * 2**attempt)


def _once(url: str, session: Session, limit: int, accept: str) -> bytes:
    with session.open(url, headers={"Accept": accept}) as response:
        if response.status in _BUSY:
            raise SourceUnavailable(url, f"it answers HTTP {response.status}")
        if response.status != 200:
            raise SourceRefused(f"{url} answers HTTP {response.status}")
        body = bytearray()
        for chunk in response.chunks():
            body += chunk
            if len(body) > limit:
                raise SourceRefused(f"{url} has more than the {limit} bytes that it can have")
        stated = response.headers.get("content-length", "")
        if stated.isdecimal() and len(body) < int(stated):
            raise SourceUnavailable(url, f"only {len(body)} of {stated} bytes came")
        return bytes(body)
