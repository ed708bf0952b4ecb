"""Windows of a harvest: how far each got, and from where the next run goes on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import sqlalchemy as sa

from glamflow.audit.events import EventFacts
from glamflow.ledger import tables
from glamflow.ledger.claims import require_claim
from glamflow.ledger.context import Context, to_value, to_values
from glamflow.ledger.rows import Claim, QuarantinedRow, WindowProgress
from glamflow.transforms.errors import StaleState

_window = tables.window
_BEGINNING = dt.datetime.min.replace(tzinfo=dt.UTC)


class WindowLike(Protocol):
    """`glamflow.harvest.protocol.Window`, as far as the ledger needs it."""

    @property
    def id(self) -> str: ...
    @property
    def set(self) -> str: ...
    @property
    def since(self) -> dt.datetime | None: ...
    @property
    def until(self) -> dt.datetime | None: ...


def window_subject(partner: str, prefix: str, window_id: str) -> str:
    """Subject of a claim on a window: the same for all runs, so that an ingest and a backfill never share one."""
    return f"{partner}/{prefix}/{window_id}"


class Windows:
    """Operations of `Ledger` on windows."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def add(self, run_id: str, *, partner: str, prefix: str, windows: Sequence[WindowLike]) -> list[WindowProgress]:
        """Plan these windows for a run; those already planned stay as they are. Returns all of the run."""
        database = self._context.database
        with database.write() as connection:
            database.lock(connection, "windows", run_id)
            known = set(connection.execute(sa.select(_window.c.id).where(_window.c.run_id == run_id)).scalars())
            rows = [
                {"run_id": run_id, "id": w.id, "partner": partner, "prefix": prefix, "set_spec": w.set,
                 "since": w.since, "until": w.until, "state": "open"}
                for w in windows if w.id not in known
            ]  # fmt: skip
            if rows:
                connection.execute(sa.insert(_window), rows)
        return self.of_run(run_id)

    def of_run(self, run_id: str) -> list[WindowProgress]:
        """All windows of a run, oldest first."""
        query = sa.select(_window).where(_window.c.run_id == run_id).order_by(_window.c.set_spec, _window.c.since, _window.c.id)
        with self._context.database.read() as connection:
            return to_values(WindowProgress, connection.execute(query))

    def state(self, run_id: str, window_id: str) -> WindowProgress:
        """How far one window got."""
        with self._context.database.read() as connection:
            row = connection.execute(sa.select(_window).where(_window.c.run_id == run_id, _window.c.id == window_id)).first()
        if row is None:
            raise StaleState(f"The run “{run_id}” has no window “{window_id}”.")
        return to_value(WindowProgress, row)

    def restart(self, claim: Claim, *, run_id: str, window_id: str) -> None:
        """Begin the window anew (its resumption token is void); pages and batches so far are kept."""
        with self._context.database.write() as connection:
            require_claim(connection, claim)
            connection.execute(
                sa.update(_window).where(_window.c.run_id == run_id, _window.c.id == window_id).values(resume="", state="open")
            )

    def finish(
        self, claim: Claim, *, run_id: str, window_id: str, complete: bool,
        server_time: dt.datetime | None = None, counts: dict[str, Any] | None = None, detail: str = "",
    ) -> None:  # fmt: skip
        """End the window. Only a complete one moves the cursor; an incomplete one is tried again by the next run."""
        database = self._context.database
        before = self.state(run_id, window_id)
        to = "complete" if complete else "incomplete"
        with database.write() as connection:
            require_claim(connection, claim)
            now = database.now(connection)
            connection.execute(
                sa.update(_window).where(_window.c.run_id == run_id, _window.c.id == window_id)
                .values(state=to, server_time=server_time or before.server_time, counts=counts, detail=detail, finished_at=now, resume="")
            )  # fmt: skip
            fact = EventFacts(
                partner=before.partner, kind="window", subject=window_id, from_state=before.state, to_state=to, detail=detail, run_id=run_id
            )
            self._context.events(connection, [fact], at=now)

    def cursor(self, partner: str, prefix: str, set_spec: str = "") -> dt.datetime | None:
        """Up to where (on the source's clock) everything of this set is harvested without a gap; None = nothing yet.

        Complete windows are joined from the start of the ingest runs; a window counts up to its end or to the time at
        the source when it was asked, whichever is earlier. A backfill fills gaps but does not begin anything.
        """
        run = tables.run
        query = (
            sa.select(_window.c.since, _window.c.until, _window.c.state, _window.c.server_time, run.c.kind)
            .join(run, run.c.id == _window.c.run_id)
            .where(_window.c.partner == partner, _window.c.prefix == prefix, _window.c.set_spec == set_spec)
        )
        with self._context.database.read() as connection:
            rows = connection.execute(query).all()
        starts = [row.since or _BEGINNING for row in rows if row.kind != "backfill"]
        if not starts:
            return None
        reached = start = min(starts)
        for row in sorted((r for r in rows if r.state == "complete"), key=lambda r: r.since or _BEGINNING):
            ends = [end for end in (row.until, row.server_time) if end is not None]
            if (row.since or _BEGINNING) > reached or not ends:
                continue
            reached = max(reached, min(ends))
        return None if reached == start else reached

    def harvested_at(self, partner: str, prefix: str) -> list[WindowProgress]:
        """Every window that was ever completed, as it was harvested last."""
        query = sa.select(_window).where(_window.c.partner == partner, _window.c.prefix == prefix, _window.c.state == "complete")
        with self._context.database.read() as connection:
            rows = to_values(WindowProgress, connection.execute(query.order_by(_window.c.finished_at)))
        return list({row.id: row for row in rows}.values())

    def quarantine(self, claim: Claim, *, run_id: str, window_id: str, partner: str, rows: Iterable[QuarantinedRow]) -> None:
        """Note parts of pages that could not be read."""
        database = self._context.database
        with database.write() as connection:
            require_claim(connection, claim)
            now = database.now(connection)
            values = [
                {"partner": partner, "run_id": run_id, "window_id": window_id, "key": r.key, "reason": r.reason,
                 "object_key": r.object_key, "at": now}
                for r in rows
            ]  # fmt: skip
            if values:
                connection.execute(sa.insert(tables.quarantine), values)
