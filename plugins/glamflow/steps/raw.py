"""Raw pages and batches of raw records in the store: what harvest keeps, and what it hands to map.

Pages lie as received, one gzip member each, several in one object; a list beside it says which page was asked for how, and
where its member begins: a page is a range of the object, and the object unpacked is the pages one after the other.

XML and JSON payloads are text and are kept as text, which packs into half of what Base64 does and costs a third of the time;
bytes that are no UTF-8 stay bytes. Objects of before, in which every payload was Base64, are read as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from glamflow.harvest.protocol import Page, RawRecord
from glamflow.store import layout
from glamflow.store.ndjson import pack, read_ndjson, write_ndjson
from glamflow.store.protocol import ObjectStore

_MOST_BYTES = 16 * 1024 * 1024


class RawPages:
    """Pages of one window on their way into the store. Nothing of theirs may be committed before `write`."""

    def __init__(self, store: ObjectStore, partner: str, run_id: str, window_id: str) -> None:
        self._store = store
        self._where = (partner, run_id, window_id)
        self._packed: list[bytes] = []
        self._facts: list[dict[str, object]] = []
        self._size = 0

    def add(self, page: Page) -> None:
        packed = pack(page.raw)
        self._facts.append({"page": page.number, "offset": self._size, "length": len(packed), "request": page.request})
        self._packed.append(packed)
        self._size += len(packed)
        if self._size > _MOST_BYTES:
            self.write()

    def write(self) -> None:
        """Put what was added since the last time."""
        if not self._packed:
            return
        first = int(str(self._facts[0]["page"]))
        self._store.put(layout.raw_pages(*self._where, first), b"".join(self._packed))
        self._store.put(layout.raw_pages_facts(*self._where, first), msgspec.json.encode(self._facts))
        self._packed, self._facts, self._size = [], [], 0


class _Kept(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A line of such an object."""

    key: str
    text: str = ""
    payload: bytes = b""
    digest: str = ""
    datestamp: str = ""
    sets: tuple[str, ...] = ()
    deleted: bool = False


def write_raw(store: ObjectStore, key: str, records: Iterable[RawRecord]) -> None:
    """One line a record, in the given order; the same bytes for the same records."""
    write_ndjson(store, key, map(_kept, records))


def read_raw(store: ObjectStore, key: str) -> Iterator[RawRecord]:
    """The records of `write_raw`."""
    for one in read_ndjson(store, key, _Kept):
        yield RawRecord(
            key=one.key, payload=one.text.encode() or one.payload, digest=one.digest, datestamp=one.datestamp, sets=one.sets,
            deleted=one.deleted,
        )  # fmt: skip


def _kept(record: RawRecord) -> _Kept:
    try:
        text, payload = record.payload.decode(), b""
    except UnicodeDecodeError:  # rows of a dump in another encoding, say
        text, payload = "", record.payload
    return _Kept(
        key=record.key, text=text, payload=payload, digest=record.digest, datestamp=record.datestamp, sets=record.sets,
        deleted=record.deleted,
    )  # fmt: skip
