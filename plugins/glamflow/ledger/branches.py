"""A medium that shows something else than what was published of it: a file of its own, beside the published one.

Both belong to the same medium at the source, so that changes of its record and verdicts of its checks reach both; the name of the
later one says so. Only the latest is compared with the source's bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
import sqlalchemy as sa

from glamflow.audit.events import EventFacts
from glamflow.ledger import tables
from glamflow.ledger.claims import require_claim
from glamflow.ledger.context import Context, to_value
from glamflow.ledger.hashes import store_hashes
from glamflow.ledger.rows import Claim, StagedMedia, StoredFile
from glamflow.ledger.states import FileState

_file, _plan_file = tables.file, tables.plan_file
_MARK = " (other content "


def base_media_id(media_id: str) -> str:
    """The medium's id at the source."""
    head, mark, number = media_id.rpartition(_MARK)
    return head if mark and number[-1:] == ")" and number[:-1].isdigit() else media_id


def latest_of(file: StoredFile, files: Iterable[StoredFile]) -> StoredFile:
    """Of the files of one medium the one that came last; `files`: those of the record."""
    base = base_media_id(file.media_id)
    return max((one for one in (file, *files) if base_media_id(one.media_id) == base), key=lambda one: one.id)


class Branches:
    """Operations of `Ledger` on files of one medium."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def branch_file(self, claim: Claim, file_id: int, media: StagedMedia, *, plan_id: str) -> StoredFile:
        """A STAGED file for other bytes of a published file's medium, in this open plan. Again with the same bytes: the same file."""
        database = self._context.database
        with database.write() as connection:
            require_claim(connection, claim)
            now = database.now(connection)
            old = connection.execute(sa.select(_file).where(_file.c.id == file_id).with_for_update()).one()
            base = base_media_id(old.media_id)
            rows = connection.execute(sa.select(_file).where(_file.c.partner == old.partner, _file.c.record_key == old.record_key)).all()
            family = [row for row in rows if base_media_id(row.media_id) == base]
            known = next((row for row in family if row.sha1 == media.sha1), None)
            if known is not None:
                return to_value(StoredFile, known)
            facts = msgspec.structs.asdict(media)
            hashes = {"phash": facts.pop("phash"), "core": facts.pop("core_hash")}
            values: dict[str, Any] = {
                **{name: value for name, value in old._mapping.items() if name != "id"}, **facts, "media_id": f"{base}{_MARK}{len(family) + 1})",
                "state": FileState.STAGED, "reason": "", "detail": "", "decided_by": "plan", "changed_at_source": False, "created_at": now,
                "updated_at": now,
            }  # fmt: skip
            id = connection.execute(sa.insert(_file).values(**values).returning(_file.c.id)).scalar_one()
            store_hashes(connection, id, hashes)
            connection.execute(sa.insert(_plan_file).values(plan_id=plan_id, file_id=id, open=True))
            same = {"partner": old.partner, "kind": "file", "subject": str(id), "plan_id": plan_id, "batch_id": old.batch_id}
            let_through = str((old.rights or {}).get("reason", ""))  # by the verdict on its medium
            facts_of = [
                EventFacts(**same, to_state=FileState.LISTED, reason=let_through, detail=f"other content than file {file_id}"),
                EventFacts(**same, from_state=FileState.LISTED, to_state=FileState.STAGED),
            ]
            self._context.events(connection, facts_of, at=now)
            return to_value(StoredFile, connection.execute(sa.select(_file).where(_file.c.id == id)).one())
