"""Recompute both chains of a partner from database and store, and name the first broken link.

Honest limit: this shows tampering after the fact, it does not prevent it. Whoever owns database, store and this code can
forge a whole new chain; therefore heads are printed in reports and on the wiki, and `witness` compares with such a copy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec
import sqlalchemy as sa

from glamflow.audit.chain import link_hash, read_head
from glamflow.audit.journal import CHAINED as EDIT_COLUMNS
from glamflow.audit.seal import CHAINED as SEAL_COLUMNS
from glamflow.audit.seal import Seal, events_between
from glamflow.ledger import tables
from glamflow.ledger.context import Context, to_values
from glamflow.store.ndjson import ObjectDamaged, read_lines
from glamflow.store.protocol import ObjectStore
from glamflow.transforms.digest import canonical_json

_edit, _seal, _event = tables.edit, tables.audit_seal, tables.event


class AuditReport(msgspec.Struct, frozen=True, kw_only=True):
    """Result of a check. `checked` counts journal rows, seals and sealed events; heads are the newest hashes."""

    ok: bool
    partner: str
    edits: int
    seals: int
    events: int
    unsealed: int
    first_broken: str
    edit_head: str
    seal_head: str

    @property
    def checked(self) -> int:
        return self.edits + self.seals + self.events

    @property
    def head(self) -> str:
        """Both heads as one short line, for reports and wiki pages."""
        return f"edits {self.edits}:{self.edit_head[:16] or '-'} seals {self.seals}:{self.seal_head[:16] or '-'}"


class _Broken(Exception):
    """The first link that does not hold; its message is for people."""


def verify(context: Context, store: ObjectStore, partner: str, *, witness: str = "") -> AuditReport:
    """Check everything. `witness` is a hash printed earlier: it must still be a link of one of the chains."""
    tally = {"edits": 0, "seals": 0, "events": 0}
    seen: dict[str, str] = {"edit": "", "seal": ""}
    broken = ""
    witnessed = not witness
    try:
        for name, links in (("edit", _check_edits(context, partner, tally)), ("seal", _check_seals(context, store, partner, tally))):
            for hash in links:
                seen[name] = hash
                witnessed = witnessed or hash.startswith(witness)
        if not witnessed:
            raise _Broken(f"the printed head {witness} is no link of either chain")
    except _Broken as error:
        broken = str(error)
    with context.database.read() as connection:
        last = connection.execute(sa.select(sa.func.max(_seal.c.last_event)).where(_seal.c.partner == partner)).scalar() or 0
        open_events = sa.select(sa.func.count()).select_from(_event).where(_event.c.partner == partner, _event.c.id > last)
        unsealed = connection.execute(open_events).scalar_one()
    return AuditReport(
        ok=not broken, partner=partner, first_broken=broken, unsealed=unsealed, edit_head=seen["edit"], seal_head=seen["seal"], **tally
    )


def _check_edits(context: Context, partner: str, tally: dict[str, int]) -> Iterator[str]:
    previous, number = "", 0
    with context.database.read() as connection:
        query = sa.select(_edit).where(_edit.c.partner == partner).order_by(_edit.c.seq)
        with connection.execution_options(yield_per=1000).execute(query) as rows:
            for row in rows:
                number += 1
                previous = _check_edit(row, number, previous)
                tally["edits"] += 1
                yield previous
        if read_head(connection, partner, "edit") != (number, previous):
            raise _Broken(f"journal rows after row {number} are missing")


def _check_edit(row: sa.Row[Any], number: int, previous: str) -> str:
    """The row's own link, if it is the `number`th and continues `previous`."""
    name = f"journal row {row.seq} ({row.kind} {row.step} of {row.target})"
    if row.seq != number:
        raise _Broken(f"journal row {number} is missing: {name} follows row {number - 1}")
    if row.prev_hash != previous:
        raise _Broken(f"{name} does not continue the row before it")
    if link_hash(previous, {column: row._mapping[column] for column in EDIT_COLUMNS}) != row.row_hash:
        raise _Broken(f"{name} was changed after it was written")
    return str(row.row_hash)


def _check_seals(context: Context, store: ObjectStore, partner: str, tally: dict[str, int]) -> Iterator[str]:
    previous, number, last = "", 0, 0
    with context.database.read() as connection:
        seals = to_values(Seal, connection.execute(sa.select(_seal).where(_seal.c.partner == partner).order_by(_seal.c.number)))
        head = read_head(connection, partner, "seal")
    for seal in seals:
        number += 1
        if seal.number != number:
            raise _Broken(f"seal {number} is missing: seal {seal.number} follows seal {number - 1}")
        if seal.prev_hash != previous:
            raise _Broken(f"seal {number} does not continue the seal before it")
        if link_hash(previous, {column: getattr(seal, column) for column in SEAL_COLUMNS}) != seal.row_hash:
            raise _Broken(f"seal {number} was changed after it was written")
        _check_segment(context, store, seal, last)
        previous, last = seal.row_hash, seal.last_event
        tally["seals"] += 1
        tally["events"] += seal.events
        yield previous
    if head != (number, previous):
        raise _Broken(f"seals after seal {number} are missing")


def _check_segment(context: Context, store: ObjectStore, seal: Seal, after: int) -> None:
    digest, count = hashlib.sha256(), 0
    with context.database.read() as connection:
        for event in events_between(connection, seal.partner, after + 1, seal.last_event):
            digest.update(canonical_json(event) + b"\n")
            count += 1
    if count != seal.events:
        raise _Broken(f"seal {seal.number} covers {seal.events} events, the database has {count} in its range")
    if digest.hexdigest() != seal.sha256:
        raise _Broken(f"an event in the range of seal {seal.number} (ids {seal.first_event} to {seal.last_event}) was changed")
    stored = hashlib.sha256()
    try:
        for line in read_lines(store, seal.object_key):
            stored.update(line + b"\n")
    except KeyError:
        raise _Broken(f"the segment of seal {seal.number} is not in the store ({seal.object_key})") from None
    except ObjectDamaged as error:
        raise _Broken(f"the segment of seal {seal.number} cannot be read: {error.what}") from error
    if stored.hexdigest() != seal.sha256:
        raise _Broken(f"the segment of seal {seal.number} in the store is not what was sealed ({seal.object_key})")
