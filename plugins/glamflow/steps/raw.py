"""Raw pages and batches of raw records in the store: what harvest keeps, and what it hands to map.

Pages lie as received, one gzip member each, several in one object; a list beside it says which page was asked for how, and
where its member begins: a page is a range of the object, and the object unpacked is the pages one after the other.

A batch is a gzip file, too: of each record a line of JSON with its facts and the size of its payload, and the payload as it is, in
which nothing has to be escaped. Batches of before, whose lines held the payloads as JSON text or as Base64, are read as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from glamflow.harvest.protocol import Page, RawRecord
from glamflow.store import layout
from glamflow.store.ndjson import LONGEST_LINE, damaged, open_packed, pack, write_packed
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


class _Facts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The line of a record."""

    key: str
    size: int | None = None  # of the payload behind the line; None in batches of before
    text: str = ""
    payload: bytes = b""
    digest: str = ""
    datestamp: str = ""
    sets: tuple[str, ...] = ()
    deleted: bool = False


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(_Facts).decode


def write_raw(store: ObjectStore, key: str, records: Iterable[RawRecord]) -> None:
    """Put records, in the given order; the same bytes for the same records."""
    write_packed(store, key, map(_written, records))


def _written(record: RawRecord) -> bytes:
    facts = _Facts(
        key=record.key, size=len(record.payload), digest=record.digest, datestamp=record.datestamp, sets=record.sets, deleted=record.deleted
    )
    return b"%b\n%b\n" % (_encode(facts), record.payload)


def read_raw(store: ObjectStore, key: str) -> Iterator[RawRecord]:
    """The records of `write_raw`. `KeyError` if there is no object, `ObjectDamaged` if it is broken."""
    with open_packed(store, key) as batch:
        while line := batch.readline(LONGEST_LINE):
            try:
                facts = _decode(line)
            except msgspec.MsgspecError as error:
                raise damaged(key, error) from error
            if facts.size is None:
                payload = facts.text.encode() or facts.payload
            else:
                payload = batch.read(facts.size)
                if len(payload) < facts.size or batch.read(1) != b"\n":
                    raise damaged(key, f"the payload of {facts.key} is not {facts.size} bytes long")
            yield RawRecord(
                key=facts.key, payload=payload, digest=facts.digest, datestamp=facts.datestamp, sets=facts.sets, deleted=facts.deleted
            )
