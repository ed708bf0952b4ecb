"""A PDF as pypdf reads it, with a limit to what it may take into memory at once.

A large single read is the content of a stream (a picture, a font): bounded by `piece`. Everything else is words that become
objects many times their size: bounded by `words` between two calls of `begin`.
"""

from __future__ import annotations

import io
from typing import BinaryIO

_SMALL = 1 << 16


class TooMuch(BaseException):
    """More than may be held in memory. No `Exception`: pypdf repairs what it can catch, and would read on."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(what)


class Window(io.RawIOBase):
    """A seekable file whose reads are counted."""

    def __init__(self, file: BinaryIO, *, piece: int, words: int) -> None:
        super().__init__()
        self._file, self._piece, self._words = file, piece, words
        self._read = 0

    def begin(self) -> None:
        """Another object begins."""
        self._read = 0

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            at = self._file.tell()
            size = self._file.seek(0, io.SEEK_END) - at
            self._file.seek(at)
            if size > self._words * 16:
                raise TooMuch(f"it must be searched as a whole, and has {size} bytes")
            return self._file.read(size)
        if size > self._piece:
            raise TooMuch(f"one picture, font or stream in it has {size} bytes, {self._piece} are allowed")
        if size <= _SMALL:
            self._read += size
            if self._read > self._words * 4:
                raise TooMuch(f"one object in it is longer than {self._words} bytes")
        return self._file.read(size)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()
