"""A sample of a source's records that speaks for all of them.

| how | when |
|---|---|
| `all` | the source ends within `max_pages` pages: drawn from all its records |
| `places` | it is longer and lets us begin anywhere: from pages all over it |
| `beginning` | it is longer and can only be read in order: said aloud, since a beginning may mislead |

What was read is sorted by what decides about publication (rights statements, sets, years in the order of the record), and
every n-th record is taken from a random start: each has the same chance, and no statement is drawn too often by bad luck.
What was read waits on disk: memory holds a few words per record.
"""

from __future__ import annotations

import hashlib
import itertools
import random
import re
import tempfile
from collections.abc import Iterator
from typing import IO, Literal, Protocol, runtime_checkable

import msgspec

from glamflow.harvest.protocol import Harvester, Page, RawRecord

MAX_PAGES = 100
_ADDRESS = re.compile(rb"(?:creativecommons\.org|rightsstatements\.org|/resurser/license)[^\s\"'<>\\]{0,80}", re.IGNORECASE)
_YEAR = re.compile(rb"(?<!\d)(1[0-9]{3}|20[0-9]{2})(?!\d)")
_XML_RIGHTS = re.compile(rb"<[^<>]{0,80}(?:rights|licen[cs]e|condition|restrict)[^<>]{0,200}>([^<]{1,80})<", re.IGNORECASE)
_JSON_RIGHTS = re.compile(rb'"[^"]{0,60}(?:rights|licen[cs]e|public_?domain)[^"]{0,60}"\s*:\s*"?([^",}\]]{1,80})', re.IGNORECASE)


@runtime_checkable
class Scattered(Protocol):
    """A harvester that can begin at places spread over the whole source."""

    def scattered(self, count: int, dice: random.Random) -> Iterator[Page]: ...


class Sampled(msgspec.Struct, frozen=True):
    """A record and how many it stands for."""

    record: RawRecord
    weight: float


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """`total` living records, None where the source does not say; `read` of them were looked at, `unreadable` came broken."""

    records: tuple[Sampled, ...]
    total: int | None
    read: int
    deleted: int
    unreadable: int
    basis: Literal["all", "places", "beginning"]


def draw(harvester: Harvester, *, limit: int, seed: int, max_pages: int = MAX_PAGES) -> Sample:
    """`limit` records by lot; the same seed draws the same from the same source."""
    stated: int | None = None
    with tempfile.TemporaryFile() as spool:
        hat = _Hat(limit, random.Random(seed), spool)
        for pages, page in enumerate(_pages(harvester), 1):
            size = len(page.records) + len(page.quarantined)
            stated = page.complete_list_size if page.complete_list_size is not None else stated
            hat.add(page)
            long = stated is not None and size > 0 and stated > size * max_pages
            if (long or pages >= max_pages) and page.resume:
                spread = _spread(harvester, stated, limit=limit, seed=seed, count=max_pages)
                return spread or hat.sample(basis="beginning", total=stated)
        return hat.sample(basis="all", total=hat.seen)


def _spread(harvester: Harvester, stated: int | None, *, limit: int, seed: int, count: int) -> Sample | None:
    """From places all over the source; None if it does not let us, or gives too little."""
    if not isinstance(harvester, Scattered):
        return None
    dice = random.Random(seed)
    with tempfile.TemporaryFile() as spool:
        hat = _Hat(limit, dice, spool)
        for page in harvester.scattered(count, dice):
            hat.add(page)
        return hat.sample(basis="places", total=stated) if hat.seen >= limit else None


def _pages(harvester: Harvester) -> Iterator[Page]:
    for window in harvester.windows(None, None):
        yield from harvester.pages(window)


def order_of(record: RawRecord) -> tuple[bytes, tuple[int, ...]]:
    """Where a record stands among others: its rights statements, sets and whether it holds addresses; then its years."""
    data = record.payload
    said = {*_ADDRESS.findall(data), *_XML_RIGHTS.findall(data), *_JSON_RIGHTS.findall(data)}
    parts = [*sorted(said), *sorted(name.encode() for name in record.sets), b"http" if b"http" in data else b""]
    kind = hashlib.sha256(b"\n".join(parts)).digest()[:8]
    return kind, tuple(int(year) for year in itertools.islice(_YEAR.findall(data), 6))


class _Hat:
    """What was read, on disk; keys count once."""

    def __init__(self, limit: int, dice: random.Random, spool: IO[bytes]) -> None:
        self._limit, self._dice, self._spool = limit, dice, spool
        self._order: list[tuple[bytes, tuple[int, ...], float, int, int]] = []  # rank, tie broken by lot, place on disk
        self._keys: set[int] = set()
        self.deleted = self.unreadable = 0

    @property
    def seen(self) -> int:
        return len(self._order)

    def add(self, page: Page) -> None:
        self.unreadable += len(page.quarantined)
        for record in page.records:
            mark = hash(record.key)
            if mark in self._keys:
                continue
            self._keys.add(mark)
            if record.deleted:
                self.deleted += 1
                continue
            place = self._spool.tell()
            length = self._spool.write(msgspec.json.encode(record))
            self._order.append((*order_of(record), self._dice.random(), place, length))

    def sample(self, *, basis: Literal["all", "places", "beginning"], total: int | None) -> Sample:
        self._order.sort()
        number = min(self._limit, self.seen)
        start, weight = self._dice.random(), (total or self.seen) / max(1, number)
        chosen = [self._order[int((turn + start) * self.seen / number)] for turn in range(number)]
        records = tuple(Sampled(self._read(place, length), weight) for *_, place, length in chosen)
        return Sample(records=records, total=total, read=self.seen, deleted=self.deleted, unreadable=self.unreadable, basis=basis)

    def _read(self, place: int, length: int) -> RawRecord:
        self._spool.seek(place)
        return msgspec.json.decode(self._spool.read(length), type=RawRecord)
