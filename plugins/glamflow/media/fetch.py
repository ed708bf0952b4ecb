"""One media file from a partner's server into the store, whole or not at all.

Rules
- Only http(s), only public addresses (judged on the address that is connected to, anew after each redirect) unless the
  host is in `allow_hosts`; no credentials in the address (`glamflow.net`).
- Streamed to a part file; an interrupted download goes on by Range with `If-Range`, also in a later process.
- Asked with the validators of what is staged already (`known`), a 304 means `Unchanged`: nothing is sent, nothing replaced.
- A length or checksum that the server states must hold. Zero bytes are a fault, not a success.
- The store gets the bytes under their SHA-256; the same bytes twice are one object.
- What is wrong with the file or its server is a `MediaFault`; `transient` ones may be tried again later. Only a store
  or disk that fails is an exception.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import errno
import hashlib
import re
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec

from glamflow.media.partial import Partial, Validator, open_partial
from glamflow.media.validators import Validators
from glamflow.net.session import Response, Session
from glamflow.store import layout
from glamflow.store.protocol import ObjectStore
from glamflow.transforms.errors import (
    AddressRefused,
    RateLimited,
    SourceRefused,
    SourceUnavailable,
    StoreUnavailable,
    Transient,
)
from glamflow.transforms.outcome import Reason

_KEPT_HEADERS = ("content-type", "content-encoding", "content-disposition", "etag", "last-modified", "content-length", "date")
_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})
_RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")
_DIGESTS = {"sha": "sha1", "sha-256": "sha256", "sha-512": "sha512", "md5": "md5"}


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes in the store under `key`. `name` is the file's name by its server."""

    key: str
    sha1: str
    sha256: str
    size: int
    final_url: str
    name: str
    headers: dict[str, str]
    resumed: bool = False
    asked_url: str = ""  # before redirects
    unchanged: bool = False  # kept from before: the server had nothing newer


class Unchanged(msgspec.Struct, frozen=True, kw_only=True):
    """The server says that the bytes are those whose validators it was shown; none were sent."""

    url: str


class MediaFault(msgspec.Struct, frozen=True, kw_only=True):
    """Why there are no bytes."""

    reason: Reason
    detail: str
    transient: bool = False
    retry_after: float | None = None


class _Refused(Exception):
    """Ends the work with a fault of the file."""

    def __init__(self, reason: Reason, detail: str) -> None:
        self.fault = MediaFault(reason=reason, detail=detail)
        super().__init__(detail)


def fetch(
    url: str,
    store: ObjectStore,
    *,
    partner: str,
    session: Session,
    allow_hosts: Iterable[str] = (),
    max_bytes: int = 4 * 1024**3,
    partials: Path | None = None,
    tries: int = 4,
    max_wait: float = 60.0,
    expected_sha1: str = "",
    beat: Callable[[], None] = lambda: None,
) -> Fetched | MediaFault:
    """Fetch `url` into the store. `partials` is where interrupted downloads wait; keep it over task retries. `beat` is called
    as bytes come in."""
    got = fetch_if_changed(
        url, store, known=Validators(), partner=partner, session=session, allow_hosts=allow_hosts, max_bytes=max_bytes, partials=partials,
        tries=tries, max_wait=max_wait, expected_sha1=expected_sha1, beat=beat,
    )  # fmt: skip
    return _unasked(got) if isinstance(got, Unchanged) else got


def fetch_if_changed(
    url: str, store: ObjectStore, *, known: Validators, partner: str, session: Session, allow_hosts: Iterable[str] = (),
    max_bytes: int = 4 * 1024**3, partials: Path | None = None, tries: int = 4, max_wait: float = 60.0, expected_sha1: str = "",
    beat: Callable[[], None] = lambda: None,
) -> Fetched | Unchanged | MediaFault:  # fmt: skip
    """As `fetch`, unless the server says that its bytes are still those of `known`."""
    folder = partials or Path(tempfile.gettempdir()) / "glamflow-partials"
    session = session.trusting(allow_hosts)
    try:
        with open_partial(folder, url) as partial:
            partial.beat = beat
            try:
                final = _receive(url, partial, session, known.conditions(url), max_bytes=max_bytes, tries=tries, max_wait=max_wait)
                if final is None:
                    partial.discard()
                    return Unchanged(url=url)
                _check(partial, final, expected_sha1=expected_sha1)
                done = msgspec.structs.replace(_keep(partial, store, partner, final), asked_url=url)
            except _Refused as refused:
                partial.discard()
                return refused.fault
            partial.discard()
            return done
    except AddressRefused as refused:
        return MediaFault(reason=Reason.MEDIA_ADDRESS_REFUSED, detail=refused.what)
    except SourceRefused as refused:
        return MediaFault(reason=Reason.MEDIA_UNREACHABLE, detail=refused.what)
    except (SourceUnavailable, RateLimited) as fault:
        return MediaFault(
            reason=Reason.MEDIA_UNREACHABLE, detail=fault.what, transient=True, retry_after=fault.retry_after
        )
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreUnavailable(
                f"The disk of {folder} is full.", hint="Free some space; downloads go on."
            ) from error
        raise


class _Final(msgspec.Struct, frozen=True, kw_only=True):
    url: str
    headers: dict[str, str]
    resumed: bool


def _receive(
    url: str, partial: Partial, session: Session, conditions: dict[str, str], *, max_bytes: int, tries: int, max_wait: float
) -> _Final | None:
    """All bytes into the part; small bounded repeats, each going on where the last one stopped."""
    waited, attempt = 0.0, 0
    resumed = partial.size > 0
    while True:
        before = partial.size
        try:
            final = _once(url, partial, session, conditions, max_bytes)
            return final and msgspec.structs.replace(final, resumed=resumed and final.resumed)
        except Transient as fault:
            partial.flush()
            # An attempt that brought bytes does not count: a long file over a bad line gets there in the end.
            attempt += partial.size <= before
            resumed = resumed or partial.size > 0
            wait = fault.retry_after if fault.retry_after is not None else 0.5 * 2**attempt
            waited += wait
            if attempt >= tries or waited > max_wait:
                raise
            session.sleep(wait)


def _once(url: str, partial: Partial, session: Session, conditions: dict[str, str], max_bytes: int) -> _Final | None:
    """One request; None if the server says that nothing changed."""
    headers = dict(conditions)
    if partial.size and partial.validator.value:
        headers = {"Range": f"bytes={partial.size}-", "If-Range": partial.validator.value}
    with session.open(url, headers=headers) as response:
        if response.status == 304 and conditions:
            return None
        _judge(response, url)
        if response.status == 416:
            if partial.size and _total(response) == partial.size:
                return _Final(url=response.url, headers=_kept(response), resumed=True)
            partial.restart()
            raise SourceUnavailable(url, "it does not go on where the download stopped", retry_after=0.0)
        went_on = response.status == 206 and _continues(response, partial)
        if response.status == 206 and not went_on:
            partial.restart()
            raise SourceUnavailable(url, "it sends another part than was asked for", retry_after=0.0)
        if not went_on:
            partial.restart(_validator(response))
        total = _total(response)
        if total is not None and total > max_bytes:
            raise _Refused(Reason.MEDIA_TOO_LARGE, f"{url} has {total} bytes, more than the {max_bytes} allowed")
        for chunk in _decoded(response, url):
            if partial.size + len(chunk) > max_bytes:
                raise _Refused(Reason.MEDIA_TOO_LARGE, f"{url} has more than the {max_bytes} bytes allowed")
            partial.write(chunk)
        if total is not None and partial.size < total:
            raise SourceUnavailable(url, f"only {partial.size} of {total} bytes came")
        if total is not None and partial.size > total:
            raise _Refused(Reason.MEDIA_CORRUPT, f"{partial.size} bytes came, {total} were announced")
        return _Final(url=response.url, headers=_kept(response), resumed=went_on)


def _unasked(got: Unchanged) -> MediaFault:
    return MediaFault(reason=Reason.MEDIA_UNREACHABLE, detail=f"{got.url} answers HTTP 304 without being asked")


def _judge(response: Response, url: str) -> None:
    status = response.status
    if status in (200, 206, 416):
        return
    if status in _TRANSIENT:
        raise SourceUnavailable(url, f"it answers HTTP {status}", retry_after=_retry_after(response))
    raise _Refused(Reason.MEDIA_UNREACHABLE, f"{url} answers HTTP {status}")


def _retry_after(response: Response) -> float | None:
    value = response.headers.get("retry-after", "").strip()
    if value.isdecimal():
        return min(float(value), 1e6)
    try:
        moment = dt.datetime.strptime(value, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=dt.UTC)
    except ValueError:
        return None
    return max(0.0, (moment - dt.datetime.now(dt.UTC)).total_seconds())


def _continues(response: Response, partial: Partial) -> bool:
    match = _RANGE.fullmatch(response.headers.get("content-range", "").strip())
    same = Validator.of(response.headers).value in ("", partial.validator.value)
    return bool(match and match[1] and int(match[1]) == partial.size and same and partial.size)


def _total(response: Response) -> int | None:
    """The length of the whole file, as far as the server says it; compressed transfers say nothing about it."""
    match = _RANGE.fullmatch(response.headers.get("content-range", "").strip())
    if match:
        return int(match[3]) if match[3] != "*" else None
    stated = response.headers.get("content-length", "")
    return int(stated) if stated.isdecimal() and response.status == 200 and not _coding(response) else None


def _validator(response: Response) -> Validator:
    """Ranges of a compressed transfer would be ranges of other bytes."""
    return Validator() if _coding(response) else Validator.of(response.headers)


def _coding(response: Response) -> str:
    coding = response.headers.get("content-encoding", "").strip().lower()
    return "" if coding == "identity" else coding


def _decoded(response: Response, url: str) -> Iterator[bytes]:
    """The body without a transfer's compression, which nobody asked for."""
    coding = _coding(response)
    if not coding:
        yield from response.chunks()
        return
    if coding not in ("gzip", "x-gzip", "deflate"):
        raise _Refused(Reason.MEDIA_CORRUPT, f"{url} is sent in the encoding “{coding}”")
    unpacker = zlib.decompressobj(47)
    try:
        for chunk in response.chunks():
            data = chunk
            while data and not unpacker.eof:
                yield unpacker.decompress(data, 1 << 20)
                data = unpacker.unconsumed_tail
    except zlib.error as error:
        raise SourceUnavailable(url, f"its compressed transfer is damaged ({error})") from error
    if not unpacker.eof:
        raise SourceUnavailable(url, "its compressed transfer breaks off")


def _check(partial: Partial, final: _Final, *, expected_sha1: str) -> None:
    if partial.size == 0:
        raise _Refused(Reason.MEDIA_EMPTY, f"{final.url} holds no bytes")
    if expected_sha1 and partial.sha1 != expected_sha1.lower():
        raise _Refused(Reason.MEDIA_CORRUPT, f"SHA-1 is {partial.sha1}, the record states {expected_sha1.lower()}")
    for name, wanted in _stated_digests(final.headers):
        if partial.digest(name) != wanted:
            raise _Refused(Reason.MEDIA_CORRUPT, f"its {name} is not the one that the server states")


def _stated_digests(headers: dict[str, str]) -> Iterator[tuple[str, bytes]]:
    """Digests of the whole file: Content-MD5, Digest (RFC 3230), Repr-Digest (RFC 9530)."""
    # Content-MD5 speaks of the bytes of one answer, which is not the file when it went on from the middle.
    stated = [("md5", "" if "content-range" in headers else headers.get("content-md5", ""))]
    for header in ("digest", "repr-digest"):
        for part in headers.get(header, "").split(","):
            name, _, value = part.strip().partition("=")
            stated.append((_DIGESTS.get(name.strip().lower(), ""), value.strip(":")))
    for name, value in stated:
        try:
            wanted = base64.b64decode(value, validate=True)
        except binascii.Error:
            continue
        if name and wanted:
            yield name, wanted


def _keep(partial: Partial, store: ObjectStore, partner: str, final: _Final) -> Fetched:
    key = layout.media(partner, partial.sha256)
    known = store.head(key)
    if known is None or known.size != partial.size:
        content_type = final.headers.get("content-type", "").partition(";")[0].strip()
        stat = store.put(key, partial.reader(), content_type=content_type or "application/octet-stream")
        if stat.size != partial.size or (stat.sha256 and stat.sha256 != partial.sha256):
            raise StoreUnavailable(f"The store kept {stat.size} bytes of {partial.size} under {key}.")
    return Fetched(
        key=key,
        sha1=partial.sha1,
        sha256=partial.sha256,
        size=partial.size,
        final_url=final.url,
        name=_name(final),
        headers={name: final.headers[name] for name in _KEPT_HEADERS if name in final.headers},
        resumed=final.resumed,
    )


def keep_file(path: Path, store: ObjectStore, *, partner: str, url: str, name: str, content_type: str) -> Fetched:
    """A file that was made here (put together, converted) into the store, as if it had been fetched from `url`."""
    digests = hashlib.sha1(usedforsecurity=False), hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            for digest in digests:
                digest.update(chunk)
        size = file.tell()
        sha1, sha256 = (digest.hexdigest() for digest in digests)
        key = layout.media(partner, sha256)
        known = store.head(key)
        if known is None or known.size != size:
            file.seek(0)
            stat = store.put(key, file, content_type=content_type)
            if stat.size != size:
                raise StoreUnavailable(f"The store kept {stat.size} bytes of {size} under {key}.")
    return Fetched(key=key, sha1=sha1, sha256=sha256, size=size, final_url=url, name=name, headers={"content-type": content_type})


def _name(final: _Final) -> str:
    """The name in Content-Disposition, else the last part of the address that has an extension."""
    match = re.search(
        r"""filename\*?\s*=\s*(?:[\w-]*'[^']*')?["']?([^"';]+)""", final.headers.get("content-disposition", "")
    )
    name = unquote(match[1] if match else urlsplit(final.url).path.rpartition("/")[2])
    return re.sub(r"[\x00-\x1f/\\]", "", name)[-200:]


def _kept(response: Response) -> dict[str, str]:
    return dict(response.headers)
