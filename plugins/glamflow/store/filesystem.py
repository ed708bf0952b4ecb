"""The object store as a folder. A reader sees a whole object or none, also after a crash or a full disk.

`put` writes a temporary file in the same folder, forces it to disk, renames it, and forces the folder: after a power cut
the object is the old one or the new one. Temporary files of dead writers begin with `.tmp-` and are never listed.
"""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from glamflow.store.keys import checked_key, checked_prefix
from glamflow.store.protocol import Stat
from glamflow.transforms.errors import StoreUnavailable

_PIECE = 1024 * 1024
_TEMPORARY = ".tmp-"


class FolderStore:
    """`ObjectStore` over one folder of a local (or shared POSIX) file system."""

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root)

    def put(self, key: str, data: bytes | BinaryIO, *, content_type: str = "application/octet-stream") -> Stat:
        """Write the object whole. `content_type` is for stores that serve over HTTP; a folder keeps none."""
        target = self._path(key)
        temporary = ""
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(prefix=_TEMPORARY, dir=target.parent)
            with open(descriptor, "wb") as out:
                stat = _copy(data, out)
                out.flush()
                os.fsync(out.fileno())
            os.chmod(temporary, 0o644)
            os.replace(temporary, target)
            _sync_folder(target.parent)
        except OSError as error:
            raise _unavailable(self.root, key, error) from error
        finally:
            if temporary:
                with suppress(FileNotFoundError):  # gone after the rename: nothing to tidy
                    os.unlink(temporary)
        return stat

    def get(self, key: str) -> bytes:
        """All bytes; `KeyError` if there is no such object."""
        with self.open(key) as source:
            return source.read()

    @contextmanager
    def open(self, key: str) -> Iterator[BinaryIO]:
        """The bytes as a stream."""
        with ExitStack() as stack:
            try:
                source = stack.enter_context(open(self._path(key), "rb"))
            except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
                raise KeyError(key) from error
            except OSError as error:
                raise _unavailable(self.root, key, error) from error
            yield source

    def head(self, key: str) -> Stat | None:
        """Size, without a checksum: a folder would have to read the object for it."""
        path = self._path(key)
        try:
            return Stat(path.stat().st_size, "") if path.is_file() else None
        except OSError as error:
            raise _unavailable(self.root, key, error) from error

    def list(self, prefix: str) -> Iterator[str]:
        """Keys that begin with `prefix`, in order."""
        folder = self.root / checked_prefix(prefix).rpartition("/")[0]
        for path in sorted(folder.rglob("*"), key=lambda p: p.relative_to(self.root).as_posix()):
            key = path.relative_to(self.root).as_posix()
            if key.startswith(prefix) and not path.name.startswith(_TEMPORARY) and path.is_file():
                yield key

    def delete(self, key: str) -> None:
        """Remove the object; nothing happens if there is none."""
        try:
            self._path(key).unlink(missing_ok=True)
        except OSError as error:
            raise _unavailable(self.root, key, error) from error

    def sweep(self, *, before: dt.datetime) -> int:
        """Temporary files of writers that died before that moment are removed."""
        swept = 0
        for path in self.root.rglob(f"{_TEMPORARY}*"):
            with suppress(FileNotFoundError):  # its writer is alive and has just renamed it
                if path.is_file() and path.stat().st_mtime < before.timestamp():
                    path.unlink()
                    swept += 1
        return swept

    @contextmanager
    def local_path(self, key: str) -> Iterator[str]:
        """The object's own file: read it, never write to it."""
        path = self._path(key)
        if not path.is_file():
            raise KeyError(key)
        yield str(path)

    def _path(self, key: str) -> Path:
        return self.root / checked_key(key)


def _copy(data: bytes | BinaryIO, out: BinaryIO) -> Stat:
    digest, size = hashlib.sha256(), 0
    pieces: Iterator[bytes] = iter((data,)) if isinstance(data, bytes) else iter(lambda: data.read(_PIECE), b"")
    for piece in pieces:
        out.write(piece)
        digest.update(piece)
        size += len(piece)
    return Stat(size, digest.hexdigest())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unavailable(root: Path, key: str, error: OSError) -> StoreUnavailable:
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return StoreUnavailable(
                f"The disk under the store {root} is full: {key} was not written.",
                hint="Make room there (df shows the disk) and start the task again; no half object was left.",
            )
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return StoreUnavailable(
                f"The store {root} may not be used by this user ({error.strerror}): {key}.",
                hint="Give the user that runs the workers the right to read and write there.",
            )
        case _:
            return StoreUnavailable(
                f"The store {root} cannot be used now ({error.strerror or error}): {key}.",
                hint="GLAMFLOW_STORE names the store; look at that disk.",
            )
