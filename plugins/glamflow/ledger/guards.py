"""What stands between us and a write: brakes, the promised rate, do-not-upload entries, levels of trust."""

from __future__ import annotations

import sqlalchemy as sa

from glamflow.audit.events import EventFacts
from glamflow.ledger import tables
from glamflow.ledger.context import Context, to_values
from glamflow.ledger.rows import Ban, Brake, LevelRow
from glamflow.transforms.errors import ConfigInvalid, WritesStopped

_brake, _slot, _ban, _level = tables.brake, tables.write_slot, tables.do_not_upload, tables.level
_file = tables.file
BY_WIKI = "wiki:"
"""`who` of a brake that people on the wiki asked for begins with this."""


class Guards:
    """Operations of `Ledger` that stop, slow down or forbid writes."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def set_brake(self, scope: str, *, stopped: bool, who: str, why: str) -> None:
        """Stop or allow writes for `all`, `wiki:<id>`, `partner:<slug>`, `account:<name>` or `plan:<id>`; holds within one edit."""
        database = self._context.database
        with database.write() as connection:
            database.lock(connection, "brake", scope)
            now = database.now(connection)
            connection.execute(sa.delete(_brake).where(_brake.c.scope == scope))
            connection.execute(sa.insert(_brake).values(scope=scope, stopped=stopped, who=who, why=why, at=now))
            partner = scope.removeprefix("partner:") if scope.startswith("partner:") else ""
            state = "stopped" if stopped else "released"
            fact = EventFacts(partner=partner, kind="brake", subject=scope, to_state=state, detail=why)
            self._context.events(connection, [fact], at=now, actor=who)

    def brakes(self) -> list[Brake]:
        """All brakes that were ever set, with who and why."""
        with self._context.database.read() as connection:
            return to_values(Brake, connection.execute(sa.select(_brake).order_by(_brake.c.scope)))

    def require_writes(self, *, wiki: str = "", partner: str = "", account: str = "", plan: str = "", finishing: bool = False) -> None:
        """`WritesStopped` while a brake of any of these scopes is on; asked before every request that writes.

        `finishing`: the write ends a pair that was begun; what people on the wiki asked for lets it end.
        """
        scopes = ["all", f"wiki:{wiki}", f"partner:{partner}", f"account:{account}", f"plan:{plan}"]
        query = sa.select(_brake).where(_brake.c.scope.in_(scopes), _brake.c.stopped).order_by(_brake.c.scope).limit(1)
        if finishing:
            query = query.where(~_brake.c.who.startswith(BY_WIKI))
        with self._context.database.read() as connection:
            row = connection.execute(query).first()
        if row is not None:
            raise WritesStopped(
                f"Writes are stopped for “{row.scope}” by {row.who} since {row.at:%Y-%m-%d %H:%M} UTC: {row.why}.",
                hint=f"Release with: {_release(row.scope, row.who, partner, wiki)}.",
            )

    def write_slot(self, account: str, *, per_minute: float) -> float:
        """Book the account's next moment for a write; returns the seconds to wait until then.

        Consecutive bookings are 60/per_minute seconds apart by the database's clock, over all workers and hosts.
        """
        database = self._context.database
        with database.write() as connection:
            database.lock(connection, "slot", account)
            now = database.now(connection).timestamp()
            booked = connection.execute(sa.select(_slot.c.next_at).where(_slot.c.account == account)).scalar()
            moment = max(now, booked or 0.0)
            following = moment + 60.0 / per_minute
            if booked is None:
                connection.execute(sa.insert(_slot).values(account=account, next_at=following))
            else:
                connection.execute(sa.update(_slot).where(_slot.c.account == account).values(next_at=following))
        return moment - now

    def forbid(self, *, kind: str, value: str, reason: str, who: str, partner: str = "", detail: str = "", link: str = "") -> int:
        """Never upload again what is named by `kind` (sha1, record, file, identifier). `record` and `identifier` need a partner."""
        database = self._context.database
        with database.write() as connection:
            now = database.now(connection)
            same = sa.select(_ban.c.id).where(_ban.c.kind == kind, _ban.c.value == value, _ban.c.partner == partner, _ban.c.released_at.is_(None))
            known = connection.execute(same).scalar()
            if known is not None:
                return int(known)
            row = {"partner": partner, "kind": kind, "value": value, "reason": reason, "detail": detail, "link": link, "who": who}
            id = connection.execute(sa.insert(_ban).values(**row, at=now).returning(_ban.c.id)).scalar_one()
            fact = EventFacts(partner=partner, kind="do_not_upload", subject=f"{kind}:{value}", to_state="forbidden", reason=reason, detail=link or detail)
            self._context.events(connection, [fact], at=now, actor=who)
        return int(id)

    def release_ban(self, ban_id: int, *, who: str, link: str) -> None:
        """Allow it again; `link` shows the undeletion or the decision."""
        if not link:
            raise ConfigInvalid("do-not-upload", "a release needs the link of the undeletion or of the decision", fix="Give --link.")
        database = self._context.database
        with database.write() as connection:
            now = database.now(connection)
            row = connection.execute(
                sa.update(_ban).where(_ban.c.id == ban_id, _ban.c.released_at.is_(None))
                .values(released_at=now, released_by=who, released_link=link)
                .returning(_ban.c.partner, _ban.c.kind, _ban.c.value)
            ).first()  # fmt: skip
            if row is not None:
                fact = EventFacts(partner=row.partner, kind="do_not_upload", subject=f"{row.kind}:{row.value}", to_state="released", detail=link)
                self._context.events(connection, [fact], at=now, actor=who)

    def bans(self, *, partner: str = "", sha1: str = "", record_key: str = "", file_id: int | None = None, identifier: str = "") -> list[Ban]:
        """Entries in force that meet any of the facts given (all of the partner's if only it is given)."""
        facts = {"sha1": sha1, "record": record_key, "file": "" if file_id is None else str(file_id), "identifier": identifier}
        asked = [sa.and_(_ban.c.kind == kind, _ban.c.value == value) for kind, value in facts.items() if value]
        query = sa.select(_ban).where(_ban.c.released_at.is_(None), _ban.c.partner.in_(["", partner]))
        with self._context.database.read() as connection:
            return to_values(Ban, connection.execute(query.where(sa.or_(*asked)) if asked else query))

    def set_level(self, partner: str, wiki: str, level: str, *, link: str, who: str, note: str = "") -> None:
        """Record a step of trust (pilot, trial, full) with the link that shows the consent."""
        database = self._context.database
        with database.write() as connection:
            now = database.now(connection)
            connection.execute(sa.insert(_level).values(partner=partner, wiki=wiki, level=level, link=link, who=who, note=note, at=now))
            fact = EventFacts(partner=partner, kind="level", subject=wiki, to_state=level, detail=link)
            self._context.events(connection, [fact], at=now, actor=who)

    def levels(self, partner: str, wiki: str) -> list[LevelRow]:
        """All steps, newest first; none means pilot."""
        query = sa.select(_level).where(_level.c.partner == partner, _level.c.wiki == wiki).order_by(_level.c.id.desc())
        with self._context.database.read() as connection:
            return to_values(LevelRow, connection.execute(query))


def _release(scope: str, who: str, partner: str, wiki: str) -> str:
    if who.startswith(BY_WIKI):
        return f'glamflow watch ack {wiki} --note "…", after the answer on the wiki'
    return "glamflow writes on" + (f" {partner}" if scope.startswith("partner:") else "")


def not_banned() -> sa.ColumnElement[bool]:
    """Condition on `file`: no do-not-upload entry in force names it, its record or its bytes."""
    mine = _ban.c.partner.in_(["", sa.literal_column("file.partner")])
    names = sa.or_(
        sa.and_(_ban.c.kind == "record", _ban.c.value == _file.c.record_key),
        sa.and_(_ban.c.kind == "file", _ban.c.value == sa.cast(_file.c.id, sa.Text)),
        sa.and_(_ban.c.kind == "sha1", _ban.c.value == _file.c.sha1, _file.c.sha1 != ""),
    )
    return ~sa.exists().where(_ban.c.released_at.is_(None), mine, names).correlate(_file)
