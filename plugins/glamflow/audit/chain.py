"""Hash chains: each link covers its row and the link before it, so a row cannot be changed, removed or slipped in unseen.

The newest link of each chain is also kept in `chain_head`: without it nobody would miss the last rows.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa

from glamflow.ledger import tables
from glamflow.ledger.context import Context
from glamflow.transforms.digest import canonical_json

ChainName = Literal["edit", "seal"]
_head = tables.chain_head


class Head(NamedTuple):
    """The newest link of a chain; (0, "") before the first."""

    seq: int
    hash: str


def link_hash(previous: str, row: dict[str, Any]) -> str:
    """SHA-256 over the previous link and the canonical JSON of the row (without its own id and hashes)."""
    return hashlib.sha256(previous.encode() + b"\n" + canonical_json({k: _plain(v) for k, v in row.items()})).hexdigest()


def lock_head(context: Context, connection: sa.Connection, partner: str, chain: ChainName) -> Head:
    """The head of a chain, kept from others until this transaction ends."""
    context.database.lock(connection, "chain", chain, partner)
    return read_head(connection, partner, chain)


def read_head(connection: sa.Connection, partner: str, chain: ChainName) -> Head:
    row = connection.execute(sa.select(_head.c.seq, _head.c.hash).where(_head.c.partner == partner, _head.c.chain == chain)).first()
    return Head(0, "") if row is None else Head(row.seq, row.hash)


def move_head(connection: sa.Connection, partner: str, chain: ChainName, head: Head) -> None:
    """Note the link that was just appended."""
    values = {"seq": head.seq, "hash": head.hash}
    where = (_head.c.partner == partner, _head.c.chain == chain)
    if connection.execute(sa.update(_head).where(*where).values(**values)).rowcount == 0:
        connection.execute(sa.insert(_head).values(partner=partner, chain=chain, **values))


def _plain(value: Any) -> Any:
    # Both databases keep microseconds; the text form must not depend on which one gave the value back.
    return value.astimezone(dt.UTC).isoformat(timespec="microseconds") if isinstance(value, dt.datetime) else value
