"""One new file on the wiki: upload, page id, statements. Every step may have happened already; each is looked at first.

Decisions on upload warnings follow `commons.md` 1.3: only the harmless ones are passed over, by the filekey, without
sending the bytes again. The page is handed to `on_page` as soon as it stands, before its statements: whatever stops us
then, the pair is known to be half done, and the next run finishes it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from glamflow.audit.journal import Journal
from glamflow.partner import Partner
from glamflow.steps.deps import Deps
from glamflow.steps.sending import Sender, settle
from glamflow.steps.writing import Pen
from glamflow.steps.written import Ended, WrittenPage
from glamflow.store import layout
from glamflow.transforms.actions import Create
from glamflow.transforms.digest import digest
from glamflow.transforms.outcome import Reason
from glamflow.transforms.wikibase.statement import identity, property_of, with_id
from glamflow.wiki.answers import NOT_OFFERED, STASH_LOST
from glamflow.wiki.protocol import CommonsClient, Entity, FilePage, Result, WriteOutcome

PAGE_ID_TRIES = 6
CONFLICT_TRIES = 5
BASE_GONE = frozenset({"editconflict", "nosuchrevid"})
"""The revision that a write names is not the newest any more, in a part that it touches: read again, decide again."""
NO_DATA = "statements and captions are not offered by this wiki"
LEFT_OUT = "not offered by this wiki: {}"
UPLOAD_STEPS, ENTITY_STEPS = ("upload", "publish"), ("entity",)
PASSABLE = frozenset({"large-file", "filetype-unwanted-type"})
WARNING_REASONS = {
    "duplicate": Reason.DUPLICATE_ON_COMMONS,
    "duplicate-archive": Reason.DELETED_ON_COMMONS,
    "was-deleted": Reason.DELETED_ON_COMMONS,
    "exists": Reason.TITLE_TAKEN,
    "page-exists": Reason.TITLE_TAKEN,
    "exists-normalized": Reason.TITLE_TAKEN,
    "duplicateversions": Reason.CONFLICT_WITH_COMMUNITY,
    "badfilename": Reason.TITLE_REFUSED,
    "thumb": Reason.TITLE_REFUSED,
    "thumb-name": Reason.TITLE_REFUSED,
    "bad-prefix": Reason.TITLE_REFUSED,
    "empty-file": Reason.MEDIA_EMPTY,
}
"""In this order: what a file's bytes say weighs more than what its name says."""


class PageWriter:
    """Writes new files for one plan."""

    def __init__(
        self, deps: Deps, config: Partner, commons: CommonsClient, pen: Pen, *, account: str, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._deps, self._config, self._commons, self._pen, self._account = deps, config, commons, pen, account
        self._sleep = sleep
        self._sender = Sender(commons, wiki=config.publish.wiki, account=account, sleep=sleep)
        self._journal = Journal(deps.ledger.context)
        self._offers_data = True  # until the wiki says that it knows no such action

    def write(self, action: Create, *, on_page: Callable[[WrittenPage], None]) -> Ended:
        """Bring `action` to its end, from wherever an earlier try left it."""
        file_id = int(action.file)
        page = self._begun(action) if self._journal.edits(file_id=file_id) else None
        begun = page is not None
        if page is None:
            ended = self._upload(action)
            if ended is not None:
                return ended
            page = self._find_page(action)
            if page is None:
                return Ended(state="failed", reason=Reason.NOT_AS_PUBLISHED, detail="the page of the upload cannot be found")
        settle(self._journal, file_id, steps=UPLOAD_STEPS, applied=True, revision=page.revision)
        half = WrittenPage(
            title=page.title, page_id=page.page_id or 0, text=action.text, sha1=action.sha1, captions={}, statements=(), params=action.params,
            revision=page.revision, entity=f"M{page.page_id}",
        )  # fmt: skip
        on_page(half)
        return self._describe(action, half, begun=begun) if self._offers_data else Ended(state="done", page=half, detail=NO_DATA)

    def _begun(self, action: Create) -> FilePage | None:
        """The page of an upload that an earlier try sent; what that try left open may arrive until now."""
        pub = self._deps.ledger.publication(int(action.file), self._config.publish.wiki)
        if pub is not None and pub.page_id:  # wherever it was moved to since
            moved = self._commons.pages_by_id([pub.page_id])[pub.page_id]
            if self._is_ours(moved, action):
                return moved
        page = self._ours(action)
        under_way = [edit for edit in self._journal.unsettled(file_id=int(action.file)) if edit.step in UPLOAD_STEPS]
        if page is None and under_way:
            self._sender.rest(under_way, now=self._deps.now().timestamp())
            page = self._ours(action)
        return page

    def _upload(self, action: Create) -> Ended | None:
        """None once the file is there under our title."""
        with self._deps.store.local_path(layout.media(self._config.slug, action.sha256)) as path:
            outcome = self._sender.send(lambda: self._send_upload(action, path), look=lambda: self._ours(action) is not None)
            if outcome.result is Result.WARNING and outcome.filekey and not set(outcome.warnings) - PASSABLE:
                key = outcome.filekey
                outcome = self._sender.send(lambda: self._send_upload(action, path, key), look=lambda: self._ours(action) is not None)
        if outcome.result in (Result.APPLIED, Result.NO_CHANGE):
            return None
        if outcome.code == "fileexists-no-change" and self._ours(action) is not None:
            return None
        if outcome.result is Result.WARNING:
            return self._warned(action, outcome)
        return Ended(state="failed", reason=refusal(outcome.code), code=outcome.code, detail=outcome.info or outcome.code)

    def _send_upload(self, action: Create, path: str, filekey: str = "") -> WriteOutcome:
        file_id = int(action.file)
        on_stash = self._pen.on_stash(file_id)
        outcome = self._commons.upload(
            title=action.title, path=path, size=action.size, sha1=action.sha1, text=action.text, summary=action.summary,
            on_write=self._pen.on_write(file_id=file_id, target=f"File:{action.title}", digest=digest(action), summary=action.summary),
            ignore_warnings=bool(filekey), filekey=filekey, stashed=self._pen.stashed(file_id), on_stash=on_stash,
        )  # fmt: skip
        if outcome.code in STASH_LOST:
            on_stash(None)
        return outcome

    def _warned(self, action: Create, outcome: WriteOutcome) -> Ended | None:
        names = set(outcome.warnings)
        if names & {"nochange", "exists"} and self._ours(action) is not None:
            return None
        reason = next((reason for name, reason in WARNING_REASONS.items() if name in names), Reason.REFUSED_BY_WIKI)
        return Ended(state="failed", reason=reason, detail=", ".join(f"{name}: {value}" for name, value in outcome.warnings.items()))

    def _describe(self, action: Create, page: WrittenPage, *, begun: bool) -> Ended:
        """One request with everything. It names the revision that we know: whoever was faster is a conflict, read, and left as it is."""
        file_id = int(action.file)
        there = self._entity(page.entity) if begun else None
        outcome = WriteOutcome(result=Result.NO_CHANGE)
        for _ in range(CONFLICT_TRIES):
            claims, captions = unsaid(action, page.entity, there)
            whole = replace(page, captions=captions, statements=claims, entity_revision=there.revision if there else None)
            if there is not None and holds(there, claims) and captions.items() <= there.labels.items():
                outcome = WriteOutcome(result=Result.NO_CHANGE, revision=there.revision)
                break
            outcome = self._send_entity(action, whole, there.revision if there else page.revision)
            if outcome.code not in BASE_GONE:
                break
            there = self._entity(page.entity)
        if outcome.code == NOT_OFFERED:
            self._offers_data = False
            return Ended(state="done", page=page, detail=NO_DATA)
        if outcome.result not in (Result.APPLIED, Result.NO_CHANGE):
            detail = f"statements: {outcome.info or outcome.code}"
            return Ended(state="failed", page=page, reason=refusal(outcome.code), code=outcome.code, detail=detail)
        settle(self._journal, file_id, steps=ENTITY_STEPS, applied=True, revision=outcome.revision)
        left = [claim for claim in whole.statements if claim["id"] in outcome.left_out]
        kept = tuple(claim for claim in whole.statements if claim["id"] not in outcome.left_out)
        page = replace(whole, statements=kept, entity_revision=outcome.revision or whole.entity_revision)
        return Ended(state="done", page=page, detail=LEFT_OUT.format(", ".join(sorted({property_of(claim) for claim in left}))) if left else "")

    def _send_entity(self, action: Create, page: WrittenPage, base: int | None) -> WriteOutcome:
        data: dict[str, Any] = {"claims": list(page.statements)}
        if page.captions:
            data["labels"] = {code: {"language": code, "value": text} for code, text in page.captions.items()}
        on_write = self._pen.on_write(file_id=int(action.file), target=page.entity, digest=digest(data), summary=action.summary, finishing=True)
        return self._sender.send(
            lambda: self._commons.edit_entity(id=page.entity, data=data, summary=action.summary, base_revision=base, on_write=on_write),
            look=lambda: holds(self._entity(page.entity), page.statements),
        )  # fmt: skip

    def _entity(self, id: str) -> Entity:
        return self._commons.entities([id])[id]

    def _ours(self, action: Create) -> FilePage | None:
        """The page, if our bytes stand under our title and we put them there."""
        page = self._commons.pages([action.title])[action.title]
        return page if self._is_ours(page, action) else None

    def _is_ours(self, page: FilePage, action: Create) -> bool:
        return page.exists and page.sha1 == action.sha1 and page.first_uploader == self._account

    def _find_page(self, action: Create) -> FilePage | None:
        # A page id may read as missing for some seconds after the upload.
        for attempt in range(PAGE_ID_TRIES):
            page = self._ours(action)
            if page is not None:
                return page
            self._sleep(min(8.0, 0.5 * 2**attempt))
        return None


def unsaid(action: Create, id: str, there: Entity | None) -> tuple[tuple[dict[str, Any], ...], dict[str, str]]:
    """Statements and captions of ours that others did not give in the meantime. Theirs are never replaced nor said twice."""
    claims = tuple(with_id(id, statement) for statement in action.statements)
    if there is None:
        return claims, action.captions
    ours = {claim["id"] for claim in claims}
    theirs = {identity(claim) for group in there.statements.values() for claim in group if claim.get("id") not in ours}
    captions = {code: text for code, text in action.captions.items() if there.labels.get(code, text) == text}
    return tuple(claim for claim in claims if identity(claim) not in theirs), captions


def holds(entity: Entity, claims: tuple[dict[str, Any], ...]) -> bool:
    """Whether all of `claims` stand on `entity`, by their ids."""
    there = {claim.get("id") for group in entity.statements.values() for claim in group}
    return all(claim["id"] in there for claim in claims)


def refusal(code: str) -> Reason:
    """The reason for people behind the wiki's word."""
    if code.startswith("titleblacklist") or code in ("illegal-filename", "filename-toolong", "filename-tooshort", "badfilename"):
        return Reason.TITLE_REFUSED
    if code in ("verification-error", "filetype-banned", "filetype-missing", "stashfailed"):
        return Reason.TYPE_NOT_ACCEPTED
    if code == "empty-file":
        return Reason.MEDIA_EMPTY
    if code in ("line-too-slow", "badupload", "file-too-large"):
        return Reason.MEDIA_TOO_LARGE
    return Reason.CONFLICT_WITH_COMMUNITY if code == "editconflict" else Reason.REFUSED_BY_WIKI
