"""The NDJSON files of a harvested folder: appended to a known length, counted by key, cleared of what was replaced."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

import msgspec

from glamflow.harvest.protocol import RawRecord
from glamflow.transforms.errors import ConfigInvalid


class _Key(msgspec.Struct):
    key: str
    deleted: bool = False


def record_line(record: RawRecord) -> bytes:
    """The payload as text: XML or JSON stays readable in the file."""
    facts = {
        "key": record.key, "datestamp": record.datestamp, "sets": record.sets, "deleted": record.deleted, "digest": record.digest,
        "metadata": record.payload.decode("utf-8", "replace"),
    }  # fmt: skip
    return msgspec.json.encode({name: value for name, value in facts.items() if value})


def append(path: Path, size: int, lines: list[bytes]) -> int:
    """The new length, after whatever stands beyond `size` (of a page that never counted) was cut off."""
    with path.open("r+b" if path.exists() else "w+b") as file:
        file.seek(0, os.SEEK_END)
        if file.tell() < size:
            raise ConfigInvalid(str(path), "it is shorter than it was", fix="Harvest into an empty folder.")
        file.truncate(size)
        file.seek(size)
        for line in lines:
            file.write(line + b"\n")
        if lines:
            _sync(file)
        return file.tell()


def count_keys(path: Path, *, clear: bool) -> tuple[int, int]:
    """(keys, deleted ones); of a key that stands there twice the last line counts, `clear` drops the ones before.

    Counted in an index on disk: memory stays flat whatever the number of records.
    """
    with closing(sqlite3.connect("")) as index:  # "" is a temporary file of SQLite's own
        index.execute("CREATE TABLE seen (key TEXT PRIMARY KEY, line INTEGER, deleted INTEGER) WITHOUT ROWID")
        index.executemany("INSERT OR REPLACE INTO seen VALUES (?, ?, ?)", _rows(path))
        row = index.execute("SELECT count(*), coalesce(sum(deleted), 0), coalesce(max(line), -1) + 1 FROM seen").fetchone()
        keys, deleted, lines = (int(value) for value in row)
        if clear and keys < lines:
            _keep_lines(path, (int(row[0]) for row in index.execute("SELECT line FROM seen ORDER BY line")))
    return keys, deleted


def count_broken(path: Path) -> int:
    """Quarantined parts; one that was met twice (a window begun again) counts once if it has a key."""
    decoder = msgspec.json.Decoder(dict[str, str])
    with path.open("rb") as lines:
        return len({one["key"] or one["file"] for one in map(decoder.decode, lines)})


def write_whole(path: Path, data: bytes, *, lasting: bool = False) -> None:
    """Whole or not at all. Only `lasting` files are forced to disk: what they name was written before them."""
    temporary = path.with_name(f".tmp-{path.name}")
    with temporary.open("wb") as file:
        file.write(data)
        if lasting:
            _sync(file)
    os.replace(temporary, path)


def _rows(path: Path) -> Iterator[tuple[str, int, bool]]:
    decoder = msgspec.json.Decoder(_Key)
    with path.open("rb") as lines:
        for number, line in enumerate(lines):
            one = decoder.decode(line)
            yield one.key, number, one.deleted


def _keep_lines(path: Path, wanted: Iterator[int]) -> None:
    temporary = path.with_name(f".tmp-{path.name}")
    with path.open("rb") as source, temporary.open("wb") as target:
        following = next(wanted, -1)
        for number, line in enumerate(source):
            if number == following:
                target.write(line)
                following = next(wanted, -1)
        _sync(target)
    os.replace(temporary, path)


def _sync(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())
