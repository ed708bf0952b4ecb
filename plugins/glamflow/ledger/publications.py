"""Publications: a file's page on a wiki, what we last wrote there, and reservations while a write is under way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from glamflow.audit.events import EventFacts
from glamflow.ledger import tables
from glamflow.ledger.claims import require_claim
from glamflow.ledger.context import Context, chunks, to_value, to_values
from glamflow.ledger.hashes import store_hashes
from glamflow.ledger.observations import note
from glamflow.ledger.rows import Claim, Publication, StagedMedia, Stash
from glamflow.ledger.states import FileState
from glamflow.ledger.transitions import advance_files
from glamflow.transforms.errors import StaleState
from glamflow.transforms.outcome import Reason

_pub, _flight, _file, _stash = tables.publication, tables.in_flight, tables.file, tables.stash


class Publications:
    """Operations of `Ledger` on publications."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def publication(self, file_id: int, wiki: str) -> Publication | None:
        """The file's page on this wiki, if one was ever chosen."""
        with self._context.database.read() as connection:
            row = connection.execute(sa.select(_pub).where(_pub.c.file_id == file_id, _pub.c.wiki == wiki)).first()
        return None if row is None else to_value(Publication, row)

    def publications(self, file_ids: Sequence[int], wiki: str) -> dict[int, Publication]:
        """Pages of many files, by file id."""
        found: dict[int, Publication] = {}
        with self._context.database.read() as connection:
            for part in chunks(file_ids):
                for row in connection.execute(sa.select(_pub).where(_pub.c.file_id.in_(part), _pub.c.wiki == wiki)):
                    found[row.file_id] = to_value(Publication, row)
        return found

    def publications_to_check(self, partner: str, wiki: str, *, limit: int) -> list[Publication]:
        """Live pages, the one not looked at for longest first: what a sync walks over."""
        live = _pub.c.state.in_(["published", "verified", "held"])
        query = sa.select(_pub).where(_pub.c.partner == partner, _pub.c.wiki == wiki, live, _pub.c.page_id.is_not(None))
        query = query.order_by(sa.func.coalesce(_pub.c.checked_at, _pub.c.created_at), _pub.c.id).limit(limit)
        with self._context.database.read() as connection:
            return to_values(Publication, connection.execute(query))

    def publication_ranges(self, partner: str, wiki: str, *, parts: int, at_least: int) -> list[tuple[int, int]]:
        """(first, last) ids that cut the pages of a partner into at most `parts` of the same size, none smaller than `at_least`."""
        ids = sa.select(_pub.c.id).where(_pub.c.partner == partner, _pub.c.wiki == wiki, _pub.c.page_id.is_not(None))
        with self._context.database.read() as connection:
            total = int(connection.execute(sa.select(sa.func.count()).select_from(ids.subquery())).scalar_one())
            if not total:
                return []
            size = max(at_least, -(-total // parts))
            firsts = [
                int(connection.execute(ids.order_by(_pub.c.id).offset(start).limit(1)).scalar_one())
                for start in range(0, total, size)
            ]
            last = connection.execute(sa.select(sa.func.max(ids.subquery().c.id))).scalar()
        return [
            (first, (following or int(last or 0) + 1) - 1)
            for first, following in zip(firsts, [*firsts[1:], None], strict=True)
        ]

    def publications_unseen(
        self, partner: str, wiki: str, *, first: int, last: int, since: dt.datetime, limit: int
    ) -> list[Publication]:
        """Pages with ids from `first` to `last`, deleted ones as well, that nobody looked at since; longest ago first."""
        query = (
            sa.select(_pub)
            .where(_pub.c.partner == partner, _pub.c.wiki == wiki, _pub.c.page_id.is_not(None), _pub.c.id.between(first, last))
            .where(sa.or_(_pub.c.checked_at.is_(None), _pub.c.checked_at < since))
            .order_by(sa.func.coalesce(_pub.c.checked_at, _pub.c.created_at), _pub.c.id).limit(limit)
        )  # fmt: skip
        with self._context.database.read() as connection:
            return to_values(Publication, connection.execute(query))

    def pages_of_file(self, file_id: int) -> list[Publication]:
        """The file's pages on all wikis."""
        with self._context.database.read() as connection:
            return to_values(Publication, connection.execute(sa.select(_pub).where(_pub.c.file_id == file_id).order_by(_pub.c.id)))

    def standing_pages(self, partner: str, wiki: str, *, after: int, limit: int) -> list[Publication]:
        """Pages with ids above `after` that are not known to be deleted, in order."""
        query = sa.select(_pub).where(_pub.c.partner == partner, _pub.c.wiki == wiki, _pub.c.page_id.is_not(None), _pub.c.id > after)
        query = query.where(_pub.c.state != "deleted").order_by(_pub.c.id).limit(limit)
        with self._context.database.read() as connection:
            return to_values(Publication, connection.execute(query))

    def published_at(self, partner: str) -> dt.datetime | None:
        """When the partner's newest file was published."""
        event = tables.event.c
        query = sa.select(event.at).where(event.partner == partner, event.kind == "file", event.to_state == FileState.PUBLISHED)
        with self._context.database.read() as connection:
            return connection.execute(query.order_by(event.id.desc()).limit(1)).scalar()

    def looked_at(self, file_ids: Sequence[int], wiki: str) -> None:
        """These pages are as they were when they were last looked at."""
        database = self._context.database
        with database.write() as connection:
            now = database.now(connection)
            for part in chunks(file_ids):
                connection.execute(
                    sa.update(_pub)
                    .where(_pub.c.file_id.in_(part), _pub.c.wiki == wiki)
                    .values(checked_at=now, updated_at=now)
                )

    def count_published(self, partner: str, wiki: str) -> int:
        """How many files of a partner (of all, if it is "") ever got a page on this wiki."""
        query = sa.select(sa.func.count()).select_from(_pub).where(_pub.c.wiki == wiki, _pub.c.page_id.is_not(None))
        query = query.where(_pub.c.partner == partner) if partner else query
        with self._context.database.read() as connection:
            return int(connection.execute(query).scalar_one())

    def titles_taken(self, wiki: str, titles: Sequence[str]) -> dict[str, int]:
        """Which of `titles` our own files have or are going to have, with the file's id."""
        taken: dict[str, int] = {}
        with self._context.database.read() as connection:
            for part in chunks(titles):
                query = sa.select(_pub.c.title, _pub.c.file_id).where(_pub.c.wiki == wiki, _pub.c.title.in_(part))
                taken.update({row.title: row.file_id for row in connection.execute(query)})
        return taken

    def choose_title(self, claim: Claim, file_id: int, wiki: str, title: str, *, plan_id: str = "") -> Publication:
        """Fix the title once; a title chosen before stays (unless nothing was published under it and it was refused)."""
        database = self._context.database
        with database.write() as connection:
            require_claim(connection, claim)
            now = database.now(connection)
            row = connection.execute(sa.select(_pub).where(_pub.c.file_id == file_id, _pub.c.wiki == wiki)).first()
            if row is None:
                partner = connection.execute(sa.select(_file.c.partner).where(_file.c.id == file_id)).scalar_one()
                values = {"partner": partner, "file_id": file_id, "wiki": wiki, "title": title, "state": "planned", "plan_id": plan_id}
                connection.execute(sa.insert(_pub).values(**values, created_at=now, updated_at=now))
            elif row.state == "planned" and row.page_id is None:
                connection.execute(sa.update(_pub).where(_pub.c.id == row.id).values(title=title, plan_id=plan_id, updated_at=now))
            return to_value(Publication, connection.execute(sa.select(_pub).where(_pub.c.file_id == file_id, _pub.c.wiki == wiki)).one())

    def reserve(self, claim: Claim, *, wiki: str, file_id: int, plan_id: str, title: str = "", sha1: str = "") -> None:
        """Take title and SHA-1 for one write; `StaleState` names who has them. Two publishers at once both succeed on a real wiki."""
        database = self._context.database
        with database.write() as connection:
            require_claim(connection, claim)
            now = database.now(connection)
            partner = connection.execute(sa.select(_file.c.partner).where(_file.c.id == file_id)).scalar_one()
            for kind, value in (("title", title), ("sha1", sha1)):
                if not value:
                    continue
                insert = (sqlite.insert if database.is_sqlite else postgresql.insert)(_flight)
                row = {"wiki": wiki, "kind": kind, "value": value, "partner": partner, "plan_id": plan_id, "file_id": file_id, "at": now}
                connection.execute(insert.values(**row).on_conflict_do_nothing())
                mine = sa.select(_flight).where(_flight.c.wiki == wiki, _flight.c.kind == kind, _flight.c.value == value)
                holder = connection.execute(mine).one()
                if holder.file_id != file_id:
                    raise StaleState(
                        f"The {kind} “{value}” on {wiki} is being written for file {holder.file_id} of {holder.partner}.",
                        hint="It is looked up again by the next plan.",
                    )

    def unreserve(self, claim: Claim, *, wiki: str, file_id: int) -> None:
        """The write is over, however it ended (not while its outcome is unknown)."""
        with self._context.database.write() as connection:
            require_claim(connection, claim)
            connection.execute(sa.delete(_flight).where(_flight.c.wiki == wiki, _flight.c.file_id == file_id))

    def note_stash(self, claim: Claim, file_id: int, wiki: str, *, filekey: str, offset: int) -> None:
        """So many bytes of the file lie in the wiki's stash; offset 0 forgets it (lost, published or begun anew)."""
        database = self._context.database
        with database.write() as connection:
            require_claim(connection, claim)
            mine = (_stash.c.file_id == file_id, _stash.c.wiki == wiki)
            begun = connection.execute(sa.select(_stash.c.at).where(*mine, _stash.c.filekey == filekey)).scalar()
            connection.execute(sa.delete(_stash).where(*mine))
            if offset:  # the wiki counts from the first chunk: `at` stays as long as the key does
                row = {"file_id": file_id, "wiki": wiki, "filekey": filekey, "offset": offset, "at": begun or database.now(connection)}
                connection.execute(sa.insert(_stash).values(**row))

    def stash(self, file_id: int, wiki: str) -> Stash | None:
        """A chunked upload of this file that was begun and not ended."""
        with self._context.database.read() as connection:
            row = connection.execute(sa.select(_stash).where(_stash.c.file_id == file_id, _stash.c.wiki == wiki)).first()
        return None if row is None else to_value(Stash, row)

    def publish_done(
        self, claim: Claim, file_id: int, *, wiki: str, plan_id: str, title: str, page_id: int, revision: int | None, sha1: str, digest: str,
        object_key: str, entity: str = "", entity_revision: int | None = None, move_file: bool = True, media: StagedMedia | None = None,
    ) -> Publication:  # fmt: skip
        """The pair of file and statements is written: the publication says what stands there, the file is PUBLISHED.

        `move_file=False` for pages that do not decide on the file's state (a Wikidata item that shows it). `media`: the bytes
        that stand there now, in place of those that the file had.
        """
        database = self._context.database
        facts = {"title": title, "page_id": page_id, "revision": revision, "sha1": sha1, "digest": digest, "object_key": object_key,
                 "entity": entity, "entity_revision": entity_revision, "plan_id": plan_id, "state": "published"}  # fmt: skip
        with database.write() as connection:
            require_claim(connection, claim)
            now = database.now(connection)
            partner = connection.execute(sa.select(_file.c.partner).where(_file.c.id == file_id)).scalar_one()
            changed = connection.execute(
                sa.update(_pub).where(_pub.c.file_id == file_id, _pub.c.wiki == wiki).values(**facts, updated_at=now)
            )
            if changed.rowcount == 0:
                connection.execute(
                    sa.insert(_pub).values(partner=partner, file_id=file_id, wiki=wiki, **facts, created_at=now, updated_at=now)
                )
            if media is not None:
                facts_of = {name: value for name, value in msgspec.structs.asdict(media).items() if name not in ("phash", "core_hash")}
                connection.execute(sa.update(_file).where(_file.c.id == file_id).values(**facts_of, updated_at=now))
                store_hashes(connection, file_id, {"phash": media.phash, "core": media.core_hash})
            if move_file:
                self._arrived(connection, file_id, plan_id, now)
            for table in (_flight, _stash):
                connection.execute(sa.delete(table).where(table.c.wiki == wiki, table.c.file_id == file_id))
            return to_value(Publication, connection.execute(sa.select(_pub).where(_pub.c.file_id == file_id, _pub.c.wiki == wiki)).one())

    def _arrived(self, connection: sa.Connection, file_id: int, plan_id: str, now: dt.datetime) -> None:
        """The file's page stands. What was withdrawn, held or rejected while it was sent is public all the same: it is
        PUBLISHED, and noted. A page that was frozen while it was brought up to date stays frozen."""
        row = connection.execute(sa.select(_file).where(_file.c.id == file_id).with_for_update()).one()
        before = {FileState(row.state)}
        if row.state in (FileState.HELD, FileState.REJECTED, FileState.WITHDRAWN):
            event = tables.event.c
            earlier = sa.select(event.id).where(event.partner == row.partner, event.kind == "file", event.subject == str(file_id))
            if connection.execute(earlier.where(event.to_state == FileState.PUBLISHED)).first() is not None:
                connection.execute(sa.update(_file).where(_file.c.id == file_id).values(changed_at_source=False))
                return
            kind = Reason.REMOVED_AT_SOURCE if row.state == FileState.WITHDRAWN else Reason.RIGHTS_NARROWED_AT_SOURCE
            detail = {"verdict": row.state, "reason": row.reason, "detail": row.detail}
            note(connection, partner=row.partner, kind=kind, file_id=file_id, record_key=row.record_key, reason=row.reason, detail=detail, at=now)
        advance_files(
            self._context, connection, [file_id], FileState.PUBLISHED, at=now, decided_by="publish", plan_id=plan_id,
            values={"changed_at_source": False}, only_from=before,
        )  # fmt: skip

    def verify_done(self, claim: Claim, file_id: int, *, wiki: str, revision: int | None = None, entity_revision: int | None = None, move_file: bool = True) -> None:  # fmt: skip
        """The page was read again and is as published: VERIFIED. (If it is not: `hold_files` with NOT_AS_PUBLISHED.)"""
        database = self._context.database
        with database.write() as connection:
            require_claim(connection, claim)
            now = database.now(connection)
            self._set_state(connection, file_id, wiki, "verified", now, revision, entity_revision)
            if move_file:
                advance_files(self._context, connection, [file_id], FileState.VERIFIED, at=now, decided_by="verify")

    def mark_publication(
        self, file_id: int, *, wiki: str, state: str = "", title: str = "", revision: int | None = None, entity_revision: int | None = None
    ) -> None:
        """A look at the wiki found this: renamed, edited, deleted. Only what is given changes; `checked_at` moves on."""
        database = self._context.database
        with database.write() as connection:
            self._set_state(connection, file_id, wiki, state, database.now(connection), revision, entity_revision, title)

    def _set_state(
        self, connection: sa.Connection, file_id: int, wiki: str, state: str, now: dt.datetime, revision: int | None,
        entity_revision: int | None, title: str = "",
    ) -> None:  # fmt: skip
        row = connection.execute(sa.select(_pub).where(_pub.c.file_id == file_id, _pub.c.wiki == wiki).with_for_update()).first()
        if row is None:
            raise StaleState(f"File {file_id} has no publication on {wiki}.")
        given = {"state": state, "title": title, "revision": revision, "entity_revision": entity_revision}
        values = {name: value for name, value in given.items() if value}
        connection.execute(sa.update(_pub).where(_pub.c.id == row.id).values(**values, checked_at=now, updated_at=now))
        if values.get("state", row.state) != row.state or values.get("title", row.title) != row.title:
            renamed = f", was “{row.title}”" if title and title != row.title else ""
            fact = EventFacts(
                partner=row.partner, kind="publication", subject=str(file_id), from_state=row.state, to_state=state or row.state,
                detail=f"{wiki}: {title or row.title}{renamed}",
            )  # fmt: skip
            self._context.events(connection, [fact], at=now)
