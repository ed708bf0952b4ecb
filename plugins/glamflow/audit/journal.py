"""The edit journal: everything sent to a wiki, written down before it is sent and again when the answer is known.

Rules
- No request without an intent; no intent without a current claim: an orphaned worker is stopped here, before it sends.
- Rows are never changed. An intent without a definite outcome is *unknown*: it is looked at, not repeated.
- An outcome needs no claim: what happened on the wiki is true whoever owns the work by now.
- All rows of a partner form one hash chain (`chain.py`).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import sqlalchemy as sa

from glamflow.audit.chain import Head, link_hash, lock_head, move_head
from glamflow.ledger import tables
from glamflow.ledger.claims import require_claim
from glamflow.ledger.context import Context, to_value, to_values
from glamflow.ledger.rows import Claim
from glamflow.ledger.states import EditOutcome
from glamflow.transforms.errors import StaleState

_edit = tables.edit
CHAINED = (
    "partner", "seq", "kind", "intent_id", "plan_id", "file_id", "step", "wiki", "target", "request_digest", "summary",
    "outcome", "revision", "code", "detail", "actor", "epoch", "at",
)  # fmt: skip
"""Columns of `edit` that a link covers: all but the row's id and the hashes themselves."""


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the journal. `kind` is intent or outcome; an outcome names its intent."""

    id: int
    partner: str
    seq: int
    kind: str
    intent_id: int | None
    plan_id: str
    file_id: int | None
    step: str
    wiki: str
    target: str
    request_digest: str
    summary: str
    outcome: str
    revision: int | None
    code: str
    detail: str
    actor: str
    epoch: int
    at: dt.datetime
    prev_hash: str
    row_hash: str


class Journal:
    """`Journal(ledger.context)`."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def intent(
        self, claim: Claim, *, partner: str, plan_id: str, file_id: int | None, step: str, wiki: str, target: str, request_digest: str,
        summary: str = "",
    ) -> int:  # fmt: skip
        """Write down what is about to be sent; returns the edit's id. `StaleEpoch`: do not send."""
        with self._context.database.write() as connection:
            require_claim(connection, claim)
            return self._append(
                connection, partner, kind="intent", plan_id=plan_id, file_id=file_id, step=step, wiki=wiki, target=target,
                request_digest=request_digest, summary=summary, epoch=claim.epoch,
            )  # fmt: skip

    def outcome(self, edit_id: int, outcome: EditOutcome, *, revision: int | None = None, code: str = "", detail: str = "") -> None:
        """Write down the answer. `unknown` may be settled later; a second definite answer must agree with the first."""
        with self._context.database.write() as connection:
            intent = connection.execute(sa.select(_edit).where(_edit.c.id == edit_id, _edit.c.kind == "intent")).first()
            if intent is None:
                raise StaleState(f"There is no intent {edit_id} in the edit journal.")
            self._context.database.lock(connection, "chain", "edit", intent.partner)
            last = connection.execute(sa.select(_edit.c.outcome).where(_edit.c.intent_id == edit_id).order_by(_edit.c.seq.desc()).limit(1)).scalar()
            if last == outcome:
                return
            if last is not None and last != EditOutcome.UNKNOWN:
                raise StaleState(f"Edit {edit_id} is settled as {last}; it cannot become {outcome}.", hint="Look at the page's history.")
            same = {name: getattr(intent, name) for name in ("plan_id", "file_id", "step", "wiki", "target", "request_digest", "epoch")}
            self._append(
                connection, intent.partner, kind="outcome", intent_id=edit_id, outcome=str(outcome), revision=revision, code=code,
                detail=detail, **same,
            )  # fmt: skip

    def unsettled(self, partner: str = "", *, plan_id: str = "", file_id: int | None = None, before: dt.datetime | None = None) -> list[Edit]:
        """Intents whose outcome is not known yet, oldest first; only those written `before` a moment if given."""
        answer = _edit.alias("answer")
        definite = sa.exists().where(answer.c.intent_id == _edit.c.id, answer.c.outcome != EditOutcome.UNKNOWN)
        query = sa.select(_edit).where(_edit.c.kind == "intent", ~definite).order_by(_edit.c.id)
        for column, value in ((_edit.c.partner, partner), (_edit.c.plan_id, plan_id), (_edit.c.file_id, file_id)):
            if value:
                query = query.where(column == value)
        if before is not None:
            query = query.where(_edit.c.at < before)
        with self._context.database.read() as connection:
            return to_values(Edit, connection.execute(query))

    def edits(self, *, plan_id: str = "", file_id: int | None = None, partner: str = "") -> list[Edit]:
        """Rows of the journal in their order, of a plan, file or partner."""
        query = sa.select(_edit).order_by(_edit.c.partner, _edit.c.seq)
        for column, value in ((_edit.c.partner, partner), (_edit.c.plan_id, plan_id), (_edit.c.file_id, file_id)):
            if value:
                query = query.where(column == value)
        with self._context.database.read() as connection:
            return to_values(Edit, connection.execute(query))

    def edit(self, edit_id: int) -> Edit:
        """One row."""
        with self._context.database.read() as connection:
            return to_value(Edit, connection.execute(sa.select(_edit).where(_edit.c.id == edit_id)).one())

    def _append(self, connection: sa.Connection, partner: str, **facts: Any) -> int:
        head = lock_head(self._context, connection, partner, "edit")
        row: dict[str, Any] = {
            "intent_id": None, "summary": "", "outcome": "", "revision": None, "code": "", "detail": "", **facts, "partner": partner,
            "seq": head.seq + 1, "actor": self._context.origin.actor, "at": self._context.database.now(connection),
        }  # fmt: skip
        row_hash = link_hash(head.hash, {name: row[name] for name in CHAINED})
        id = connection.execute(sa.insert(_edit).values(**row, prev_hash=head.hash, row_hash=row_hash).returning(_edit.c.id)).scalar_one()
        move_head(connection, partner, "edit", Head(head.seq + 1, row_hash))
        return int(id)
