"""Partner versions, runs and their gates."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import sqlalchemy as sa

from glamflow.audit.events import EventFacts
from glamflow.ledger import tables
from glamflow.ledger.context import Context, to_value
from glamflow.ledger.rows import Run
from glamflow.transforms.errors import ConfigInvalid, StaleState

_version, _run = tables.partner_version, tables.run


class Runs:
    """What is running for a partner, by which text of its file."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def save_partner_version(self, slug: str, text: str, *, actor: str = "") -> str:
        """Keep the partner file's text; returns its digest. The same text again only becomes the latest again."""
        digest = hashlib.sha256(text.encode()).hexdigest()
        database = self._context.database
        with database.write() as connection:
            database.lock(connection, "partner", slug)
            now = database.now(connection)
            latest = connection.execute(_latest(slug)).first()
            if latest is not None and latest.digest == digest:
                return digest
            again = connection.execute(sa.update(_version).where(_version.c.digest == digest).values(last_saved_at=now))
            if again.rowcount == 0:
                row = {"digest": digest, "slug": slug, "text": text, "actor": actor or self._context.origin.actor}
                connection.execute(sa.insert(_version).values(**row, first_saved_at=now, last_saved_at=now))
            before = latest.digest if latest is not None else ""
            fact = EventFacts(partner=slug, kind="partner", subject=slug, from_state=before, to_state=digest)
            self._context.events(connection, [fact], at=now, actor=actor)
        return digest

    def partner_text(self, digest: str) -> str:
        """The text saved under `digest`; what every step of a run reads instead of the file on disk."""
        with self._context.database.read() as connection:
            text = connection.execute(sa.select(_version.c.text).where(_version.c.digest == digest)).scalar()
        if text is None:
            raise ConfigInvalid("ledger", f"no partner file with the digest {digest[:12]}… was ever saved", fix="Start the run again.")
        return str(text)

    def latest_partner_version(self, slug: str) -> str | None:
        """Digest of the text saved last for `slug`."""
        with self._context.database.read() as connection:
            row = connection.execute(_latest(slug)).first()
        return None if row is None else str(row.digest)

    def start_run(self, run_id: str, *, partner: str, kind: str, partner_version: str, actor: str = "") -> Run:
        """Begin a run; again with the same id gives the run as it stands (a retried task)."""
        database = self._context.database
        with database.write() as connection:
            database.lock(connection, "run", run_id)
            now = database.now(connection)
            if connection.execute(sa.select(_run.c.id).where(_run.c.id == run_id)).first() is None:
                who = actor or self._context.origin.actor
                connection.execute(
                    sa.insert(_run).values(
                        id=run_id, partner=partner, kind=kind, partner_version=partner_version, actor=who, state="running", started_at=now
                    )
                )
                fact = EventFacts(partner=partner, kind="run", subject=run_id, to_state="running", detail=kind, run_id=run_id)
                self._context.events(connection, [fact], at=now, actor=actor)
        return self.run(run_id)

    def finish_run(self, run_id: str, state: str, *, counts: dict[str, Any] | None = None, detail: str = "") -> None:
        """End a run as `complete`, `incomplete` or `failed`. A later word replaces an earlier one (task cleared)."""
        self._update(run_id, state, detail, {"state": state, "counts": counts, "detail": detail}, finished=True)

    def set_gate(self, run_id: str, passed: bool, *, detail: dict[str, Any] | None = None) -> None:
        """Open or close the run's gate: its files may be selected for publication only while it is open."""
        self._update(run_id, "gate open" if passed else "gate closed", "", {"gate": passed, "gate_detail": detail})

    def run(self, run_id: str) -> Run:
        """The run; `StaleState` if there is none."""
        with self._context.database.read() as connection:
            row = connection.execute(sa.select(_run).where(_run.c.id == run_id)).first()
        if row is None:
            raise StaleState(f"There is no run “{run_id}” in this ledger.", hint="Is GLAMFLOW_LEDGER the same for all tasks?")
        return to_value(Run, row)

    def stopped_run(self, partner: str, kind: str, *, partner_version: str, after: dt.datetime) -> Run | None:
        """The latest run of that kind if it never ended, was begun after that moment and by the same partner file."""
        query = sa.select(_run).where(_run.c.partner == partner, _run.c.kind == kind).order_by(_run.c.started_at.desc(), _run.c.id.desc()).limit(1)
        with self._context.database.read() as connection:
            row = connection.execute(query).first()
        latest = None if row is None else to_value(Run, row)
        if latest is None or latest.state != "running" or latest.partner_version != partner_version or latest.started_at < after:
            return None
        return latest

    def _update(self, run_id: str, to: str, detail: str, values: dict[str, Any], *, finished: bool = False) -> None:
        database = self._context.database
        before = self.run(run_id)
        with database.write() as connection:
            now: dt.datetime = database.now(connection)
            if finished:
                values = {**values, "finished_at": now}
            connection.execute(sa.update(_run).where(_run.c.id == run_id).values(**values))
            fact = EventFacts(
                partner=before.partner, kind="run", subject=run_id, from_state=before.state, to_state=to, detail=detail, run_id=run_id
            )
            self._context.events(connection, [fact], at=now)


def _latest(slug: str) -> sa.Select[str]:
    return sa.select(_version.c.digest).where(_version.c.slug == slug).order_by(_version.c.last_saved_at.desc()).limit(1)
