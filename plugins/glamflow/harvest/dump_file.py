"""A dump as a file on this machine, and the streams of records inside it: plain, gzip, zstd, zip, tar, or a folder.

Rules
- A dump from the web or out of a bucket is written to disk as it comes, never held in memory; with a cache folder it is asked for again only
  if it changed (ETag, Last-Modified), and a harvest that was stopped goes on with the same bytes.
- What is compressed is known by its first bytes. Links and devices in archives, and
  files that do not fit `member`, are passed over. Unpacked bytes are counted and capped over the whole archive.
- `file:` comes from the partner file only: no address out of a feed ever gets here.
"""

from __future__ import annotations

import bz2
import contextlib
import fnmatch
import gzip
import hashlib
import io
import lzma
import os
import shutil
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple, Protocol, cast
from urllib.parse import unquote, urlsplit

import msgspec
import zstandard

from glamflow.harvest.http import FeedReader
from glamflow.transforms.errors import SourceRefused, SourceUnavailable

MAX_PACKED, MAX_UNPACKED = 16 * 1024**3, 256 * 1024**3
VERSION = ".version"
"""Beside a file out of a bucket."""
_PIECE = 1 << 20
_DAMAGED = (zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, tarfile.TarError, zstandard.ZstdError, lzma.LZMAError, EOFError)


class LocalDump(NamedTuple):
    """Where the bytes are, their digest, and what is kept beside raw pages."""

    path: Path
    digest: str
    request: dict[str, str]


class Member(NamedTuple):
    """One file of a dump: its name and its bytes, unpacked."""

    name: str
    stream: IO[bytes]


class Bucket(Protocol):
    """A bucket with dumps in it (`glamflow.store`); versions change with the bytes."""

    def list(self, prefix: str) -> Iterator[tuple[str, str]]: ...

    def version(self, key: str) -> str: ...

    def chunks(self, key: str) -> Iterator[bytes]: ...


class _Kept(msgspec.Struct, kw_only=True):
    """Beside a cached dump."""

    url: str
    digest: str
    etag: str = ""
    last_modified: str = ""
    request: dict[str, str] = msgspec.field(default_factory=dict)


@contextlib.contextmanager
def local_dump(
    url: str, reader: FeedReader, *, cache: Path | None = None, max_bytes: int = MAX_PACKED, bucket: Bucket | None = None
) -> Iterator[LocalDump]:
    """The dump on disk while the context is open."""
    if url.startswith("file://"):
        yield _on_disk(url)
        return
    with contextlib.ExitStack() as stack:
        folder = cache or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="glamflow-dump-")))
        folder.mkdir(parents=True, exist_ok=True)
        if url.startswith("s3://"):
            if bucket is None:
                raise SourceRefused(f"{url} lies in a bucket, which nobody opened here.")
            yield _from_bucket(url, bucket, folder, max_bytes)
        else:
            yield _cached(url, reader, folder, max_bytes)


def _on_disk(url: str) -> LocalDump:
    path = Path(unquote(urlsplit(url).path))
    if not path.exists():
        raise SourceUnavailable(url, "there is no such file or folder on this machine")
    digest = hashlib.sha256()
    for one in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if one.is_file():
            digest.update(f"{one.name} {one.stat().st_size} {one.stat().st_mtime_ns}\n".encode())
    return LocalDump(path, digest.hexdigest(), {"method": "READ", "url": url})


def _cached(url: str, reader: FeedReader, cache: Path, max_bytes: int) -> LocalDump:
    path = cache / f"{hashlib.sha256(url.encode()).hexdigest()[:24]}.bin"
    facts = path.with_suffix(".json")
    known = msgspec.json.decode(facts.read_bytes(), type=_Kept) if facts.exists() and path.exists() else None
    headers = {}
    if known and known.etag:
        headers["If-None-Match"] = known.etag
    elif known and known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as target:
            answer = reader.download(url, target, headers=headers, max_bytes=max_bytes)
        if answer.status == 304 and known:
            return LocalDump(path, known.digest, known.request)
        kept = _Kept(
            url=url, digest=answer.request["sha256"], etag=answer.headers.get("etag", ""),
            last_modified=answer.headers.get("last-modified", ""), request=answer.request,
        )  # fmt: skip
        facts.unlink(missing_ok=True)  # never facts of one file beside the bytes of another
        os.replace(temporary, path)
        facts.write_bytes(msgspec.json.encode(kept))
    finally:
        temporary.unlink(missing_ok=True)
    return LocalDump(path, kept.digest, kept.request)


def _from_bucket(url: str, bucket: Bucket, cache: Path, max_bytes: int) -> LocalDump:
    """One object, or all below a key that ends with a slash; those that are here already in the same version stay."""
    key = unquote(urlsplit(url).path).lstrip("/")
    if key and not key.endswith("/"):
        path = _fetched(url, bucket, key, bucket.version(key), cache, max_bytes)
        digest = path.with_name(VERSION).read_text()
        return LocalDump(path, hashlib.sha256(digest.encode()).hexdigest(), {"method": "READ", "url": url, "version": digest})
    folder = cache / hashlib.sha256(url.encode()).hexdigest()[:24]
    folder.mkdir(exist_ok=True)
    listed = sorted(bucket.list(key))
    if not listed:
        raise SourceRefused(f"There is nothing below {url}.", hint="Check source.url.")
    kept = {_fetched(url, bucket, name, version, folder, max_bytes).parent.name for name, version in listed}
    for gone in (one for one in folder.iterdir() if one.name not in kept):
        shutil.rmtree(gone)
    digest = hashlib.sha256("\n".join(f"{name} {version}" for name, version in listed).encode()).hexdigest()
    return LocalDump(folder, digest, {"method": "READ", "url": url, "objects": str(len(listed))})


def _fetched(url: str, bucket: Bucket, key: str, version: str, cache: Path, max_bytes: int) -> Path:
    """The object's file, in a folder of its own beside its version."""
    folder = cache / hashlib.sha256(f"{url} {key}".encode()).hexdigest()[:24]
    path, mark = folder / (key.rpartition("/")[2] or "dump"), folder / VERSION
    if mark.exists() and mark.read_text() == version and path.exists():
        return path
    folder.mkdir(exist_ok=True)
    temporary = folder / f".{os.getpid()}.tmp"
    size = 0
    try:
        with temporary.open("wb") as target:
            for chunk in bucket.chunks(key):
                size += len(chunk)
                if size > max_bytes:
                    raise SourceRefused(f"{url} holds an object of more than the {max_bytes} bytes allowed: {key}.")
                target.write(chunk)
        mark.unlink(missing_ok=True)  # never the version of one file beside the bytes of another
        os.replace(temporary, path)
        mark.write_text(version)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def members(dump: LocalDump, url: str, *, pattern: str = "", limit: int = MAX_UNPACKED) -> Iterator[Member]:
    """The files inside, each readable until the next one is asked for."""
    name = Path(urlsplit(url).path).name
    meter = _Meter(url, limit)
    try:
        if dump.path.is_dir():
            for one in sorted(dump.path.rglob("*")):
                if one.is_file() and _wanted(one.name, pattern):
                    with one.open("rb") as stream:
                        yield from _unpacked(one.name, stream, pattern, meter)
        else:
            with dump.path.open("rb") as stream:
                yield from _unpacked(name, stream, pattern, meter)
    except _DAMAGED as error:
        raise SourceUnavailable(url, f"the file is damaged or breaks off ({error})") from error


def _unpacked(name: str, stream: IO[bytes], pattern: str, meter: _Meter) -> Iterator[Member]:
    head = stream.read(512)
    stream.seek(0)
    if head.startswith(b"PK\x03\x04"):
        yield from _zip(stream, pattern, meter)
        return
    plain, opened = _decompressed(name, stream, head)
    if not opened:
        if head[257:262] == b"ustar":
            yield from _tar(stream, pattern, meter)
        else:
            yield Member(name, stream)
        return
    buffered = io.BufferedReader(meter.count(opened), _PIECE)
    if buffered.peek(512)[257:262] == b"ustar":
        yield from _tar(buffered, pattern, meter)
    else:
        yield Member(plain, buffered)


def _decompressed(name: str, stream: IO[bytes], head: bytes) -> tuple[str, IO[bytes] | None]:
    """(name without the ending, unpacked stream or None)."""
    stem = name.rpartition(".")[0] or name
    if head.startswith(b"\x1f\x8b"):
        return stem, cast(IO[bytes], gzip.GzipFile(fileobj=stream, mode="rb"))
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        return stem, cast(IO[bytes], _Zstd(stream))
    if head.startswith(b"BZh"):
        return stem, cast(IO[bytes], bz2.BZ2File(stream, "rb"))
    if head.startswith(b"\xfd7zXZ\x00"):
        return stem, cast(IO[bytes], lzma.LZMAFile(stream, "rb"))
    return name, None


def _zip(stream: IO[bytes], pattern: str, meter: _Meter) -> Iterator[Member]:
    with zipfile.ZipFile(stream) as archive:
        for entry in sorted(archive.infolist(), key=lambda one: one.filename):
            if not entry.is_dir() and _wanted(entry.filename, pattern):
                if entry.flag_bits & 1:
                    raise SourceRefused(f"{meter.url} holds {entry.filename} under a password.")
                with archive.open(entry) as inner:
                    yield Member(entry.filename, io.BufferedReader(meter.count(inner), _PIECE))


def _tar(stream: IO[bytes], pattern: str, meter: _Meter) -> Iterator[Member]:
    with tarfile.open(fileobj=stream, mode="r|") as archive:  # read once, in order, nothing is written anywhere
        for entry in archive:
            inner = archive.extractfile(entry) if entry.isfile() and _wanted(entry.name, pattern) else None
            if inner is not None:
                yield Member(entry.name, io.BufferedReader(meter.count(inner), _PIECE))


def _wanted(name: str, pattern: str) -> bool:
    base = name.rpartition("/")[2]
    return not base.startswith((".", "__MACOSX")) and (not pattern or fnmatch.fnmatch(base, pattern))


class _Zstd(io.RawIOBase):
    """Unpacked zstd; the library's own reader takes a stream that breaks off for its end."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._frame = _frame()
        self._ready = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while not self._ready:
            left = self._frame.unused_data if self._frame.eof else b""
            data = left or self._stream.read(1 << 12)  # little at a time: a bomb unfolds ten thousandfold
            if not data:
                if not self._frame.eof:
                    raise EOFError("the compressed stream breaks off")
                return b""
            if self._frame.eof:
                self._frame = _frame()
            self._ready = self._frame.decompress(data)
        part, self._ready = (self._ready, b"") if size < 0 else (self._ready[:size], self._ready[size:])
        return part


def _frame() -> zstandard.ZstdDecompressionObj:
    return zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()


class _Meter:
    """Counts unpacked bytes over all streams of a dump."""

    def __init__(self, url: str, limit: int) -> None:
        self.url = url
        self.left = limit

    def count(self, stream: IO[bytes]) -> _Metered:
        return _Metered(stream, self)


class _Metered(io.RawIOBase):
    """A readable stream whose bytes are counted."""

    def __init__(self, stream: IO[bytes], meter: _Meter) -> None:
        self._stream, self._meter = stream, meter

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        data = self._stream.read(len(view))
        view[: len(data)] = data
        self._meter.left -= len(data)
        if self._meter.left < 0:
            raise SourceRefused(f"{self._meter.url} unpacks to more than is allowed.", hint="It may be a bomb; ask the partner.")
        return len(data)
