"""Plans: what one person approves. A file is in at most one open plan, which the database itself guarantees."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from glamflow.audit.events import EventFacts
from glamflow.ledger import tables
from glamflow.ledger.claims import require_claim
from glamflow.ledger.context import Context, chunks, to_value, to_values
from glamflow.ledger.rows import ActionRow, Approval, Claim, Plan, StoredFile
from glamflow.ledger.states import PLAN_TRANSITIONS, FileState, PlanState
from glamflow.ledger.transitions import advance_files
from glamflow.transforms.errors import StaleState

_plan, _plan_file, _action, _approval = tables.plan, tables.plan_file, tables.plan_action, tables.approval
_file = tables.file


class Plans:
    """Operations of `Ledger` on plans."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def create_plan(self, plan_id: str, *, partner: str, run_id: str, file_ids: Sequence[int], wiki: str, level: str) -> Plan:
        """Open a plan over these files. Again with the same id gives the plan as it stands; a file of another open plan: `StaleState`."""
        database = self._context.database
        try:
            with database.write() as connection:
                database.lock(connection, "plan", partner)
                now = database.now(connection)
                if connection.execute(sa.select(_plan.c.id).where(_plan.c.id == plan_id)).first() is None:
                    row = {"id": plan_id, "partner": partner, "run_id": run_id, "wiki": wiki, "level": level, "state": PlanState.SELECTING}
                    connection.execute(sa.insert(_plan).values(**row, created_at=now))
                    members = [{"plan_id": plan_id, "file_id": id, "open": True} for id in sorted(set(file_ids))]
                    if members:
                        connection.execute(sa.insert(_plan_file), members)
                    self._event(connection, partner, plan_id, "", PlanState.SELECTING, now, detail=f"{len(members)} files")
        except IntegrityError as error:
            raise StaleState(
                f"A file chosen for plan {plan_id} is in another open plan already.", hint="Close that plan, or select again."
            ) from error
        return self.plan(plan_id)

    def plan(self, plan_id: str) -> Plan:
        """The plan; `StaleState` if there is none."""
        with self._context.database.read() as connection:
            row = connection.execute(sa.select(_plan).where(_plan.c.id == plan_id)).first()
        if row is None:
            raise StaleState(f"There is no plan “{plan_id}” in this ledger.")
        return to_value(Plan, row)

    def plans(self, partner: str = "", *, states: Iterable[PlanState] = (), id: str = "", limit: int | None = None) -> list[Plan]:
        """Plans, newest first, at most `limit`; of one partner, in some states, or the one with this `id` if given."""
        query = sa.select(_plan).order_by(_plan.c.created_at.desc(), _plan.c.id).limit(limit)
        if id:
            query = query.where(_plan.c.id == id)
        if partner:
            query = query.where(_plan.c.partner == partner)
        if wanted := list(states):
            query = query.where(_plan.c.state.in_(wanted))
        with self._context.database.read() as connection:
            return to_values(Plan, connection.execute(query))

    def plan_files(self, plan_id: str, *, open_only: bool = False) -> list[StoredFile]:
        """The files of a plan as they stand now."""
        query = sa.select(_file).join(_plan_file, _plan_file.c.file_id == _file.c.id).where(_plan_file.c.plan_id == plan_id).order_by(_file.c.id)
        if open_only:
            query = query.where(_plan_file.c.open)
        with self._context.database.read() as connection:
            return to_values(StoredFile, connection.execute(query))

    def set_actions(
        self, claim: Claim, plan_id: str, *, digest: str, actions: Sequence[ActionRow], object_key: str = "", counts: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """Fix what the plan will do: staged files with an action become PLANNED, files without one leave the plan."""
        database = self._context.database
        with database.write() as connection:
            require_claim(connection, claim)
            now = database.now(connection)
            plan = self._move(connection, plan_id, PlanState.PLANNED, now, digest=digest, object_key=object_key, counts=counts)
            connection.execute(sa.delete(_action).where(_action.c.plan_id == plan_id))
            rows = [{"plan_id": plan_id, "updated_at": now, **msgspec.structs.asdict(a)} for a in actions]
            for part in chunks(rows):
                connection.execute(sa.insert(_action), list(part))
            members = self._members(connection, plan_id)
            with_action = {a.file_id for a in actions}
            staged = [id for id, state in members.items() if id in with_action and state == FileState.STAGED]
            advance_files(self._context, connection, staged, FileState.PLANNED, at=now, decided_by="plan", plan_id=plan_id)
            self._free(connection, plan, [id for id in members if id not in with_action], now)

    def plan_actions(self, plan_id: str, *, state: str = "") -> list[ActionRow]:
        """The actions in their order."""
        query = sa.select(_action).where(_action.c.plan_id == plan_id).order_by(_action.c.seq)
        if state:
            query = query.where(_action.c.state == state)
        with self._context.database.read() as connection:
            return to_values(ActionRow, connection.execute(query))

    def settle_action(self, claim: Claim, plan_id: str, seq: int, state: str, *, reason: str = "", detail: str = "") -> None:
        """An action is done, dropped or failed."""
        database = self._context.database
        with database.write() as connection:
            require_claim(connection, claim)
            values = {"state": state, "reason": reason, "detail": detail, "updated_at": database.now(connection)}
            connection.execute(sa.update(_action).where(_action.c.plan_id == plan_id, _action.c.seq == seq).values(**values))

    def approve(self, plan_id: str, plan_digest: str, *, who: str, when: dt.datetime, choice: str, note: str = "") -> Approval:
        """Record a person's (or a policy's) decision; `StaleState` if the plan is not the one that was looked at.

        The choices `publish_all` and `publish_sample` approve the plan; any other one is only recorded: `close_plan` follows.
        """
        database = self._context.database
        with database.write() as connection:
            now = database.now(connection)
            plan = _locked(connection, plan_id)
            if plan.digest != plan_digest:
                raise StaleState(
                    f"Plan {plan_id} is not what was approved: its digest is {plan.digest[:12] or 'not fixed'}…, the approval names {plan_digest[:12]}….",
                    hint="Review the plan as it stands now and approve it again.",
                )
            if choice in ("publish_all", "publish_sample"):
                self._move(connection, plan_id, PlanState.APPROVED, now, who=who)
            row = {"plan_id": plan_id, "plan_digest": plan_digest, "who": who, "at": when, "choice": choice, "note": note}
            id = connection.execute(sa.insert(_approval).values(**row, actor=self._context.origin.actor).returning(_approval.c.id)).scalar_one()
            fact = EventFacts(partner=plan.partner, kind="approval", subject=plan_id, to_state=choice, detail=note, plan_id=plan_id)
            self._context.events(connection, [fact], at=now, actor=who)
            return to_value(Approval, connection.execute(sa.select(_approval).where(_approval.c.id == id)).one())

    def approvals(self, plan_id: str) -> list[Approval]:
        """Decisions on a plan, newest first."""
        with self._context.database.read() as connection:
            query = sa.select(_approval).where(_approval.c.plan_id == plan_id).order_by(_approval.c.id.desc())
            return to_values(Approval, connection.execute(query))

    def begin_publishing(self, plan_id: str, plan_digest: str) -> Plan:
        """Approved → publishing (again: no change). `StaleState` unless an approval of exactly this digest is recorded."""
        database = self._context.database
        with database.write() as connection:
            now = database.now(connection)
            approved = sa.select(_approval.c.id).where(_approval.c.plan_id == plan_id, _approval.c.plan_digest == plan_digest)
            plan = _locked(connection, plan_id)
            if plan.digest != plan_digest or connection.execute(approved).first() is None:
                raise StaleState(f"Plan {plan_id} has no approval of the digest {plan_digest[:12]}….", hint="Approve it first.")
            self._move(connection, plan_id, PlanState.PUBLISHING, now)
        return self.plan(plan_id)

    def close_plan(
        self, plan_id: str, state: PlanState = PlanState.CLOSED, *, detail: str = "", hold_until: dt.date | None = None,
        counts: dict[str, Any] | None = None, who: str = "",
    ) -> Plan:  # fmt: skip
        """End the plan and free its files: those still PLANNED are STAGED again. Again: no change."""
        database = self._context.database
        with database.write() as connection:
            now = database.now(connection)
            plan = _locked(connection, plan_id)
            if plan.closed_at is None:
                extra: dict[str, Any] = {"closed_at": now, "detail": detail, "hold_until": hold_until}
                plan = self._move(connection, plan_id, state, now, who=who, **extra, **({} if counts is None else {"counts": counts}))
                self._free(connection, plan, list(self._members(connection, plan_id)), now)
                connection.execute(sa.delete(tables.in_flight).where(tables.in_flight.c.plan_id == plan_id))
        return self.plan(plan_id)

    def _move(self, connection: sa.Connection, plan_id: str, to: PlanState, now: dt.datetime, *, who: str = "", **values: Any) -> Plan:
        plan = _locked(connection, plan_id)
        if plan.state not in PLAN_TRANSITIONS[to]:
            raise StaleState(f"Plan {plan_id} is {plan.state} and cannot become {to}.", hint="Look at the plan's page for who moved it.")
        connection.execute(sa.update(_plan).where(_plan.c.id == plan_id).values(state=to, **values))
        if plan.state is not to:
            self._event(connection, plan.partner, plan_id, plan.state, to, now, detail=str(values.get("detail") or ""), who=who)
        return plan

    def _members(self, connection: sa.Connection, plan_id: str) -> dict[int, str]:
        query = sa.select(_file.c.id, _file.c.state).join(_plan_file, _plan_file.c.file_id == _file.c.id)
        rows = connection.execute(query.where(_plan_file.c.plan_id == plan_id, _plan_file.c.open))
        return {row.id: row.state for row in rows}

    def _free(self, connection: sa.Connection, plan: Plan, ids: Sequence[int], now: dt.datetime) -> None:
        members = self._members(connection, plan.id)
        planned = [id for id in ids if members.get(id) == FileState.PLANNED]
        advance_files(self._context, connection, planned, FileState.STAGED, at=now, decided_by="plan", plan_id=plan.id)
        for part in chunks(ids):
            connection.execute(sa.update(_plan_file).where(_plan_file.c.plan_id == plan.id, _plan_file.c.file_id.in_(part)).values(open=False))

    def _event(
        self, connection: sa.Connection, partner: str, plan_id: str, before: str, to: str, at: dt.datetime, *, detail: str = "", who: str = ""
    ) -> None:
        fact = EventFacts(partner=partner, kind="plan", subject=plan_id, from_state=before, to_state=to, detail=detail, plan_id=plan_id)
        self._context.events(connection, [fact], at=at, actor=who)


def _locked(connection: sa.Connection, plan_id: str) -> Plan:
    row = connection.execute(sa.select(_plan).where(_plan.c.id == plan_id).with_for_update()).first()
    if row is None:
        raise StaleState(f"There is no plan “{plan_id}” in this ledger.")
    return to_value(Plan, row)
