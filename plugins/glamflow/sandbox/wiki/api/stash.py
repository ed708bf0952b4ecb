"""The upload stash: files without a name yet, and files that are still arriving in chunks.

- the first chunk makes the key; every later one must begin where the last one ended;
- after the last chunk the file gets a *new* key and the old one is gone;
- a key belongs to its user.
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
import sqlite3
import time
from pathlib import Path

from glamflow.sandbox.wiki.answers import ApiError
from glamflow.sandbox.wiki.api.context import FilePart, Request
from glamflow.sandbox.wiki.filestore import EXTENSIONS_OF, FileInfo, inspect, keep_blob, verify
from glamflow.sandbox.wiki.state import dump

MIN_CHUNK = 1024
MAX_FILE = 5_368_709_120
_KEY = re.compile(r"^[\w\-.]+\.\w*$")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def _base36(number: int) -> str:
    text = ""
    while number:
        number, rest = divmod(number, 36)
        text = _DIGITS[rest] + text
    return text or "0"


def new_key(user_id: int, extension: str) -> str:
    return f"{_base36(time.time_ns() // 1000)}.{_base36(secrets.randbelow(36**6))}.{user_id}.{extension or 'bin'}"


def _extension(name: str, info: FileInfo | None) -> str:
    found = re.search(r"\.(\w{1,5})$", name)
    if found:
        return found.group(1).lower()
    known = EXTENSIONS_OF.get(info.mime, ()) if info else ()
    return known[-1] if known else ""


def put_finished(request: Request, info: FileInfo, filename: str) -> str:
    """Stash a whole file (its blob is kept already); returns the key."""
    key = new_key(request.user.id, _extension(filename, info))
    request.state.sql.execute(
        "INSERT INTO stash (filekey, user_id, status, filename, filesize, offset, sha1, info, created) VALUES (?,?,?,?,?,?,?,?,?)",
        (key, request.user.id, "finished", filename, info.size, info.size, info.sha1, dump(info.as_dict()), request.state.clock()),
    )
    return key


def _lookup(request: Request, key: str) -> sqlite3.Row:
    if not _KEY.match(key):
        raise ApiError("invalid-file-key", "Not a valid file key.")
    row = request.state.row("SELECT * FROM stash WHERE filekey = ?", key)
    if row is None or request.lose_stash:
        request.state.sql.execute("DELETE FROM stash WHERE filekey = ?", (key,))
        raise ApiError("uploadstash-file-not-found", f'Key "{key}" not found in stash.', keep=True)
    if row["user_id"] != request.user.id:
        raise ApiError("uploadstash-wrong-owner", f"This file ({key}) doesn't belong to the current user.")
    return row


def take_finished(request: Request, key: str) -> FileInfo:
    """What is known of a stashed file; it stays in the stash until `forget`."""
    row = _lookup(request, key)
    if row["status"] != "finished":
        raise ApiError("stashfailed", "This file did not pass file verification.")
    raw = json.loads(row["info"])
    return FileInfo(**{**raw, "problem": tuple(raw["problem"])})


def forget(request: Request, key: str) -> None:
    request.state.sql.execute("DELETE FROM stash WHERE filekey = ?", (key,))


def _chunk_path(request: Request, key: str) -> Path:
    return request.state.db.chunks / re.sub(r"[^\w.\-]", "_", key)


def add_chunk(request: Request, part: FilePart, *, key: str, offset: int, filesize: int, filename: str) -> tuple[str, int, bool]:
    """Store one chunk: (key, bytes received, whether that was the last)."""
    if offset + part.size > filesize:
        raise ApiError("invalid-chunk", "Offset plus current chunk is greater than claimed file size.")
    last = offset + part.size == filesize
    if not last and part.size < MIN_CHUNK:
        raise ApiError("chunk-too-small", f"Minimum chunk size is {MIN_CHUNK:,} bytes for non-final chunks.")
    if key:
        row = _lookup(request, key)
        if row["status"] != "chunks":
            raise ApiError("stashfailed", "No chunked upload session with this key.")
        if row["offset"] != offset:
            raise ApiError("stashfailed", "Invalid chunk offset", extra={"offset": str(row["offset"])})
    elif offset:
        raise ApiError("filekeyneeded", "A file key is needed for a chunk that is not the first.")
    else:
        key = new_key(request.user.id, _extension(filename, None))
        request.state.sql.execute(
            "INSERT INTO stash (filekey, user_id, status, filename, filesize, offset, created) VALUES (?,?,?,?,?,?,?)",
            (key, request.user.id, "chunks", filename, filesize, 0, request.state.clock()),
        )
    with _chunk_path(request, key).open("r+b" if offset else "wb") as target, part.path.open("rb") as source:
        target.truncate(offset)
        target.seek(offset)
        shutil.copyfileobj(source, target, 1 << 20)
    request.state.sql.execute("UPDATE stash SET offset = ? WHERE filekey = ?", (offset + part.size, key))
    return key, offset + part.size, last


def assemble(request: Request, key: str, filename: str) -> tuple[str, FileInfo]:
    """All chunks are there: verify the whole, give it a new key, drop the old one."""
    path = _chunk_path(request, key)
    info = inspect(path)
    if verify(info, _extension(filename, info)):
        raise ApiError("stashfailed", "This file did not pass file verification.")
    keep_blob(request.state.db, path, info.sha1)
    fresh = put_finished(request, info, filename)
    forget(request, key)
    return fresh, info
