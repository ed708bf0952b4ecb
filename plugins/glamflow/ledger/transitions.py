"""Guarded transitions: rows move only from allowed states, in bulk, with their events in the same transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from glamflow.audit.events import EventFacts
from glamflow.ledger import tables
from glamflow.ledger.context import Context, chunks
from glamflow.ledger.states import FILE_TRANSITIONS, FileState
from glamflow.transforms.errors import StaleState


def advance_files(
    context: Context, connection: sa.Connection, ids: Iterable[int], to: FileState, *, at: dt.datetime,
    reason: str = "", detail: str = "", decided_by: str = "", plan_id: str = "", actor: str = "",
    values: dict[str, Any] | None = None, only_from: Collection[FileState] | None = None,
) -> int:
    """Move all of `ids` to `to`; `StaleState` (and no change at all) if one is missing or in a state that forbids it."""
    wanted = sorted(set(ids))
    allowed = FILE_TRANSITIONS[to] if only_from is None else FILE_TRANSITIONS[to] & set(only_from)
    for part in chunks(wanted):
        before = _lock_states(connection, part)
        _refuse_stale(part, {i: state for i, (state, _, _) in before.items()}, to, allowed)
        connection.execute(
            sa.update(tables.file).where(tables.file.c.id.in_(part))
            .values(state=to, reason=reason, detail=detail, decided_by=decided_by, updated_at=at, **(values or {}))
        )  # fmt: skip
        context.events(
            connection,
            [
                EventFacts(
                    partner=partner, kind="file", subject=str(id), from_state=state, to_state=to,
                    reason=reason, detail=detail, plan_id=plan_id, batch_id=batch,
                )
                for id, (state, partner, batch) in before.items()
            ],
            at=at, actor=actor,
        )  # fmt: skip
    return len(wanted)


def _lock_states(connection: sa.Connection, ids: Collection[int]) -> dict[int, tuple[str, str, str]]:
    table = tables.file.c
    query = sa.select(table.id, table.state, table.partner, table.batch_id).where(table.id.in_(ids)).order_by(table.id).with_for_update()
    return {row.id: (row.state, row.partner, row.batch_id) for row in connection.execute(query)}


def _refuse_stale(ids: Collection[int], states: dict[int, str], to: StrEnum, allowed: Collection[StrEnum]) -> None:
    names = {str(state) for state in allowed}
    wrong = [f"{id} ({states.get(id, 'missing')})" for id in ids if states.get(id) not in names]
    if wrong:
        raise StaleState(
            f"{len(wrong)} of {len(ids)} files cannot become “{to}” from where they are: {', '.join(wrong[:5])}.",
            hint="Another worker or a person moved them; select again.",
        )
