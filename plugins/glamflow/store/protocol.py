"""The object store as the steps see it: keys are `/`-separated strings made by `layout.py` only.

Invariants (pinned by tests/contract/test_store.py over every implementation)
- `put` is atomic: a reader sees the whole object or none, also after a crash.
- The same key with the same bytes may be put again at any time.
- A missing key is `KeyError`; a store that cannot be used now is `StoreUnavailable`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import BinaryIO, NamedTuple, Protocol


class Stat(NamedTuple):
    """Size in bytes and SHA-256 (hexadecimal, "" where the store does not know it) of an object."""

    size: int
    sha256: str


class ObjectStore(Protocol):
    """Folder or S3; both hold the same contract."""

    def put(self, key: str, data: bytes | BinaryIO, *, content_type: str = "application/octet-stream") -> Stat: ...

    def get(self, key: str) -> bytes: ...

    def open(self, key: str) -> AbstractContextManager[BinaryIO]: ...

    def head(self, key: str) -> Stat | None: ...

    def list(self, prefix: str) -> Iterator[str]: ...

    def delete(self, key: str) -> None: ...

    def local_path(self, key: str) -> AbstractContextManager[str]:
        """A readable file path with the object's bytes, for libraries that want a file; valid inside the context."""
        ...

    def sweep(self, *, before: dt.datetime) -> int:
        """Remove what writers that died before that moment left unfinished; how many pieces."""
        ...
