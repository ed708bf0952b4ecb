"""Request bodies: urlencoded and multipart, with line ends of both kinds.

A real server takes multipart bodies whose lines end with a bare LF (pywikibot 11.9 sends such), the usual parsers do not. The
body is spooled to a file and searched through a memory map, so a large upload never stands in memory.
"""

from __future__ import annotations

import mmap
import os
import re
import tempfile
from collections.abc import AsyncIterator
from email.message import Message
from pathlib import Path
from typing import IO
from urllib.parse import parse_qsl

from glamflow.sandbox.wiki.api.context import FilePart

MAX_BODY = 110 * 1024 * 1024
MAX_PARTS = 200
MAX_HEADER = 8192
COPY_BYTES = 1 << 20
_BOUNDARY = re.compile(r'boundary="?([^";,]{1,200})"?', re.IGNORECASE)


class BodyTooLarge(Exception):
    """The whole request is over the limit: a real server loses the parameters and answers with its help page."""


async def spool(stream: AsyncIterator[bytes], target: IO[bytes]) -> int:
    """Write the body to a file; returns its length."""
    size = 0
    async for block in stream:
        size += len(block)
        if size > MAX_BODY:
            raise BodyTooLarge
        target.write(block)
    target.flush()
    return size


def parse_body(source: IO[bytes], size: int, content_type: str, folder: Path) -> tuple[dict[str, str], dict[str, FilePart]]:
    """Text fields, and file parts in files of their own in `folder`."""
    boundary = _BOUNDARY.search(content_type) if content_type.lower().startswith("multipart/form-data") else None
    if size == 0:
        return {}, {}
    if boundary is None:
        source.seek(0)
        return dict(parse_qsl(source.read().decode("utf-8", "replace"), keep_blank_values=True)), {}
    with mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as body:
        return _parts(body, b"--" + boundary.group(1).encode(), folder)


def _parts(body: mmap.mmap, mark: bytes, folder: Path) -> tuple[dict[str, str], dict[str, FilePart]]:
    fields: dict[str, str] = {}
    files: dict[str, FilePart] = {}
    start = body.find(mark)
    for _ in range(MAX_PARTS):
        if start < 0 or body[start + len(mark) : start + len(mark) + 2] == b"--":
            break
        end = body.find(b"\n" + mark, start + len(mark))
        if end < 0:
            break
        _part(body, start + len(mark), end, fields, files, folder)
        start = end + 1
    return fields, files


def _part(body: mmap.mmap, start: int, end: int, fields: dict[str, str], files: dict[str, FilePart], folder: Path) -> None:
    head = body[start : min(start + MAX_HEADER, end)]
    split = re.search(rb"\r?\n(\r?\n)", head)
    if split is None:
        return
    headers = Message()
    for line in head[: split.start()].decode("utf-8", "replace").splitlines():
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip()] = value.strip()
    field = headers.get_param("name", header="content-disposition")
    if not isinstance(field, str):
        return
    first = start + split.end()
    # A CR before the LF belongs to the line end, also in a body with bare LF: pywikibot adds one to its last chunk for that.
    last = end - 1 if body[end - 1 : end] == b"\r" else end
    if headers.get_param("filename", header="content-disposition") is None:
        fields[field] = body[first : max(first, last)].decode("utf-8", "replace")
    else:
        files[field] = _copy(body, first, max(first, last), folder)


def _copy(body: mmap.mmap, first: int, last: int, folder: Path) -> FilePart:
    handle, path = tempfile.mkstemp(dir=folder, prefix="incoming-")
    with os.fdopen(handle, "wb") as target:
        for place in range(first, last, COPY_BYTES):
            target.write(body[place : min(place + COPY_BYTES, last)])
    return FilePart(path=Path(path), size=last - first)
