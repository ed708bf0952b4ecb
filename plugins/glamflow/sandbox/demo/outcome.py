"""Does everything end where the sample's table (`collection/expected.tsv`, written by hand) says? Every row that does not is named.

A row speaks of a record (no medium) or of one medium of a record. The reason of what was published is the one that it was
let through with; of everything else, the one it stands at now. Rows of the second act overrule those of the first.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator
from importlib import resources
from io import StringIO

import msgspec
import sqlalchemy as sa

from glamflow.ledger import tables
from glamflow.ledger.ledger import Ledger

Key = tuple[str, str, str]  # partner, record, medium
ABSENT = "absent"
_LET_THROUGH = ("listed", "staged", "planned", "published", "verified")


class Fate(msgspec.Struct, frozen=True):
    """State and reason; an expected reason of "" says nothing about the reason."""

    state: str
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.state} {self.reason}".strip()


class Difference(msgspec.Struct, frozen=True):
    """One row that did not come out as the table says."""

    key: Key
    expected: Fate
    found: Fate

    def __str__(self) -> str:
        return f"{' '.join(part for part in self.key if part)}: expected {self.expected}, found {self.found}"


def expected_fates(partners: Collection[str], *, act: int) -> dict[Key, Fate]:
    """The table for these partners as it stands after this act."""
    text = resources.files("glamflow.sandbox.collection").joinpath("expected.tsv").read_text(encoding="utf-8")
    fates: dict[Key, Fate] = {}
    for row in sorted(csv.DictReader(StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE), key=lambda row: int(row["phase"])):
        if int(row["phase"]) <= act and row["partner"] in partners:
            fates[row["partner"], row["record"], row["media"]] = Fate(row["state"], row["reason"])
    return fates


def found_fates(ledger: Ledger, partners: Collection[str]) -> dict[Key, Fate]:
    """What the ledger holds."""
    record, file = tables.record, tables.file
    with ledger.database.read() as connection:
        reasons = _entry_reasons(connection, partners)
        fates: dict[Key, Fate] = {}
        for row in connection.execute(sa.select(record).where(record.c.partner.in_(partners))):
            fates[row.partner, row.key, ""] = Fate(row.state, row.reason)
        for row in connection.execute(sa.select(file).where(file.c.partner.in_(partners))):
            reason = reasons.get(str(row.id), "") if row.state in _LET_THROUGH else row.reason
            fates[row.partner, row.record_key, row.media_id] = Fate(row.state, reason)
    return fates


def differences(expected: dict[Key, Fate], found: dict[Key, Fate]) -> Iterator[Difference]:
    """In the order of the table, then what the table does not know."""
    for key, wanted in expected.items():
        if wanted.state == ABSENT:
            if there := _of_medium(found, key):
                yield Difference(key, wanted, there)
        else:
            is_now = found.get(key, Fate(ABSENT))
            if is_now.state != wanted.state or (wanted.reason and is_now.reason != wanted.reason):
                yield Difference(key, wanted, is_now)
    for key, is_now in found.items():
        if key not in expected:
            yield Difference(key, Fate(ABSENT), is_now)


def _of_medium(found: dict[Key, Fate], key: Key) -> Fate | None:
    partner, record, medium = key
    return next(
        (fate for (p, r, m), fate in found.items() if p == partner and m == medium and (not record or r == record)), None
    )


def _entry_reasons(connection: sa.Connection, partners: Collection[str]) -> dict[str, str]:
    """File id → the reason with which it was last let through; later events overrule earlier ones."""
    event = tables.event
    query = (
        sa.select(event.c.subject, event.c.reason)
        .where(event.c.partner.in_(partners), event.c.kind == "file", event.c.to_state == "listed", event.c.reason != "")
        .order_by(event.c.id)
    )
    return {row.subject: row.reason for row in connection.execute(query)}
