"""Perceptual hashes of staged pictures, and a search for near ones.

A 64-bit hash is kept in four bands of 16 bits. Two hashes that differ in at most 7 bits agree in at least one band up to
one bit (four bands with two differences each would make 8), so looking up each band with its 16 neighbours finds all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import sqlalchemy as sa

from glamflow.ledger import tables
from glamflow.ledger.context import Context

_hash = tables.media_hash
MAX_DISTANCE = 7


class Near(NamedTuple):
    """A file whose picture looks alike; `distance` counts differing bits."""

    file_id: int
    distance: int


class Kept(NamedTuple):
    """One hash of a file. `kind`: phash (the whole picture), core (without its edges)."""

    file_id: int
    kind: str
    value: str


class Hashes:
    """Operations of `Ledger` on perceptual hashes."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def hashes(self, *, partner: str = "", limit: int = 1_000_000) -> list[Kept]:
        """Kept hashes of all partners or of one, newest files first."""
        query = sa.select(_hash.c.file_id, _hash.c.kind, _hash.c.value).order_by(_hash.c.file_id.desc(), _hash.c.kind).limit(limit)
        if partner:
            query = query.join(tables.file, tables.file.c.id == _hash.c.file_id).where(tables.file.c.partner == partner)
        with self._context.database.read() as connection:
            return [Kept(*row) for row in connection.execute(query)]

    def near_hashes(self, value: str, *, distance: int = MAX_DISTANCE, kind: str = "phash") -> list[Near]:
        """Files within `distance` (at most 7) bits of the 16 hexadecimal digits `value`, nearest first."""
        if distance > MAX_DISTANCE:
            raise ValueError(f"the index finds at most {MAX_DISTANCE} differing bits")
        bands = zip((_hash.c.band0, _hash.c.band1, _hash.c.band2, _hash.c.band3), _bands(value), strict=True)
        close = [column.in_([band, *(band ^ (1 << bit) for bit in range(16))]) for column, band in bands]
        query = sa.select(_hash.c.file_id, _hash.c.value).where(_hash.c.kind == kind, sa.or_(*close))
        with self._context.database.read() as connection:
            found = [Near(row.file_id, (int(row.value, 16) ^ int(value, 16)).bit_count()) for row in connection.execute(query)]
        return sorted((n for n in found if n.distance <= distance), key=lambda n: (n.distance, n.file_id))


def store_hashes(connection: sa.Connection, file_id: int, hashes: Mapping[str, str]) -> None:
    """Keep the hashes of a file by kind, in place of earlier ones; "" keeps none."""
    connection.execute(sa.delete(_hash).where(_hash.c.file_id == file_id, _hash.c.kind.in_(list(hashes))))
    for kind, value in hashes.items():
        if value:
            b0, b1, b2, b3 = _bands(value)
            connection.execute(sa.insert(_hash).values(file_id=file_id, kind=kind, value=value, band0=b0, band1=b1, band2=b2, band3=b3))


def _bands(value: str) -> tuple[int, int, int, int]:
    bits = int(value, 16)
    return bits >> 48 & 0xFFFF, bits >> 32 & 0xFFFF, bits >> 16 & 0xFFFF, bits & 0xFFFF
