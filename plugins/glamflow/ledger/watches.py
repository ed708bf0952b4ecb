"""What the account was told on each wiki, and up to which message a named person has read it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from glamflow.audit.events import EventFacts
from glamflow.ledger import tables
from glamflow.ledger.context import Context, to_value
from glamflow.ledger.rows import WatchRow

_watch = tables.watch


class Watches:
    """Operations of `Ledger` on the watch over an account."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def watch_row(self, wiki: str, account: str) -> WatchRow | None:
        """None while nobody ever looked."""
        with self._context.database.read() as connection:
            row = connection.execute(
                sa.select(_watch).where(_watch.c.wiki == wiki, _watch.c.account == account)
            ).first()
        return None if row is None else to_value(WatchRow, row)

    def note_watch(
        self, wiki: str, account: str, *, talk_revision: int | None = None, looked: bool = False
    ) -> WatchRow:
        """The newest talk page revision that needs nobody (the first look, or the account's own), and that our pages were looked at."""
        return self._write(wiki, account, talk_revision=talk_revision, looked=looked)

    def acknowledge_talk(
        self, wiki: str, account: str, *, talk_revision: int | None, who: str, note: str = ""
    ) -> WatchRow:
        """A named person read the talk page up to this revision."""
        return self._write(wiki, account, talk_revision=talk_revision, who=who, note=note)

    def _write(
        self, wiki: str, account: str, *, talk_revision: int | None, looked: bool = False, who: str = "", note: str = ""
    ) -> WatchRow:
        database = self._context.database
        with database.write() as connection:
            database.lock(connection, "watch", f"{wiki}|{account}")
            now = database.now(connection)
            mine = sa.and_(_watch.c.wiki == wiki, _watch.c.account == account)
            row = connection.execute(sa.select(_watch).where(mine)).first()
            if row is None:
                connection.execute(sa.insert(_watch).values(wiki=wiki, account=account))
            values: dict[str, Any] = {"talk_revision": talk_revision} if talk_revision is not None else {}
            values |= {"looked_at": now} if looked else {}
            values |= {"acknowledged_at": now, "acknowledged_by": who} if who else {}
            if values:
                connection.execute(sa.update(_watch).where(mine).values(**values))
            if who:
                fact = EventFacts(
                    partner="", kind="watch", subject=f"{wiki}: {account}", to_state="acknowledged", detail=note
                )
                self._context.events(connection, [fact], at=now, actor=who)
            return to_value(WatchRow, connection.execute(sa.select(_watch).where(mine)).one())
