"""A download that survives its process: the bytes so far, and the validator that says whether they may be continued.

`<digest of the URL>.part` holds bytes, `.json` the strong validator (`validators.py`). Without a validator, or if
the server's has changed, a download starts again. One worker at a time: the part is locked; a second worker on the same
address uses a file of its own.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import msgspec

from glamflow.media.validators import range_validator

_CHUNK = 1 << 20


class Validator(msgspec.Struct, frozen=True):
    """What `If-Range` may carry, "" if nothing may."""

    value: str = ""

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> Validator:
        return cls(range_validator(headers))


class Partial:
    """The open part file with running digests over what it holds."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file = file
        self._path = path
        self._facts = path.with_suffix(".json")
        self.validator = self._read_validator()
        self.beat: Callable[[], None] = lambda: None  # called for every piece that comes
        self.size = 0
        self._begin()
        if self.validator.value:
            self._catch_up()
        else:
            self.restart()

    @property
    def sha1(self) -> str:
        return self._sha1.hexdigest()

    @property
    def sha256(self) -> str:
        return self._sha256.hexdigest()

    def digest(self, name: str) -> bytes:
        """Any other digest, by reading the file again (checksum headers)."""
        self._file.flush()
        self._file.seek(0)
        value = hashlib.new(name, usedforsecurity=False)
        while chunk := self._file.read(_CHUNK):
            value.update(chunk)
        return value.digest()

    def restart(self, validator: Validator | None = None) -> None:
        """Empty, with the validator of the bytes to come."""
        self._file.seek(0)
        self._file.truncate()
        self.validator = validator or Validator()
        self._facts.write_bytes(msgspec.json.encode(self.validator))
        self._begin()

    def write(self, chunk: bytes) -> None:
        self._file.write(chunk)
        self._update(chunk)
        self.beat()

    def reader(self) -> BinaryIO:
        """The file from its beginning."""
        self._file.flush()
        self._file.seek(0)
        return self._file

    def flush(self) -> None:
        self._file.flush()

    def discard(self) -> None:
        for path in (self._path, self._facts):
            with suppress(FileNotFoundError):
                path.unlink()

    def _begin(self) -> None:
        self.size = 0
        self._sha1 = hashlib.sha1(usedforsecurity=False)
        self._sha256 = hashlib.sha256()

    def _update(self, chunk: bytes) -> None:
        self.size += len(chunk)
        self._sha1.update(chunk)
        self._sha256.update(chunk)

    def _catch_up(self) -> None:
        self._file.seek(0)
        while chunk := self._file.read(_CHUNK):
            self._update(chunk)

    def _read_validator(self) -> Validator:
        try:
            return msgspec.json.decode(self._facts.read_bytes(), type=Validator)
        except (OSError, msgspec.DecodeError):
            return Validator()


@contextmanager
def open_partial(folder: Path, url: str) -> Iterator[Partial]:
    """The part of this address, locked. It stays behind when the work fails, to be continued."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{hashlib.sha256(url.encode()).hexdigest()[:40]}.part"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        mine = os.fstat(descriptor).st_nlink > 0  # else: finished and removed between open and lock
    except BlockingIOError:
        mine = False
    if not mine:
        os.close(descriptor)
        descriptor, name = tempfile.mkstemp(suffix=".own", dir=folder)
        path = Path(name)
    try:
        with os.fdopen(descriptor, "r+b") as file:
            yield Partial(file, path)
    finally:
        if not mine:
            for left in (path, path.with_suffix(".json")):
                left.unlink(missing_ok=True)


def sweep_partials(folder: Path, *, before: dt.datetime) -> int:
    """Downloads that nobody went on with since that moment are removed; those that a worker holds are not."""
    swept = 0
    for path in [*folder.glob("*.part"), *folder.glob("*.own")]:
        try:
            descriptor = os.open(path, os.O_RDWR)
        except FileNotFoundError:
            continue
        with os.fdopen(descriptor, "r+b") as file, suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(descriptor).st_mtime < before.timestamp():
                for left in (path, path.with_suffix(".json")):
                    left.unlink(missing_ok=True)
                swept += 1
    for facts in folder.glob("*.json"):
        if not facts.with_suffix(".part").exists() and not facts.with_suffix(".own").exists():
            facts.unlink(missing_ok=True)
    return swept
