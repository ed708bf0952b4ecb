"""One new file on the wiki: upload, page id, statements. Every step may have happened already; each is looked at first.

Decisions on upload warnings follow `commons.md` 1.3: only the harmless ones are passed over, by the filekey, without
sending the bytes again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import msgspec

from glamflow.audit.journal import Journal
from glamflow.ledger.states import EditOutcome
from glamflow.partner import Partner
from glamflow.steps.deps import Deps
from glamflow.steps.writing import Pen
from glamflow.store import layout
from glamflow.transforms.actions import Create
from glamflow.transforms.digest import digest
from glamflow.transforms.errors import BadCredentials, Maxlag, SourceUnavailable
from glamflow.transforms.outcome import Reason
from glamflow.transforms.record import Model
from glamflow.transforms.wikibase.statement import with_id
from glamflow.wiki.answers import SESSION
from glamflow.wiki.protocol import CommonsClient, FilePage, OnWrite, Result, WriteOutcome

TRIES, SESSION_TRIES = 5, 3
PAGE_ID_TRIES = 6
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
    "empty-file": Reason.MEDIA_EMPTY,
}
"""In this order: what a file's bytes say weighs more than what its name says."""


class WrittenPage(Model, frozen=True, kw_only=True):
    """What we last wrote: the base of every later merge."""

    title: str
    page_id: int
    text: str
    sha1: str
    captions: dict[str, str]
    statements: tuple[dict[str, Any], ...]
    revision: int | None = None
    entity: str = ""
    entity_revision: int | None = None

    @property
    def digest(self) -> str:
        return digest([self.title, self.text, self.sha1, self.captions, self.statements])


class Ended(Model, frozen=True, kw_only=True):
    """How one action ended: `done` with its page, `failed` with a reason, `dropped`. `code` is the wiki's word."""

    state: str
    page: WrittenPage | None = None
    reason: Reason | None = None
    code: str = ""
    detail: str = ""


class PageWriter:
    """Writes new files for one plan."""

    def __init__(
        self, deps: Deps, config: Partner, commons: CommonsClient, pen: Pen, *, account: str, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._deps, self._config, self._commons, self._pen, self._account = deps, config, commons, pen, account
        self._sleep = sleep
        self._journal = Journal(deps.ledger.context)

    def write(self, action: Create) -> Ended:
        """Bring `action` to its end, from wherever an earlier try left it."""
        begun = self._journal.edits(file_id=int(action.file))
        page = self._ours(action) if begun else None
        if page is None:
            ended = self._upload(action)
            if ended is not None:
                return ended
            page = self._find_page(action)
            if page is None:
                return Ended(state="failed", reason=Reason.NOT_AS_PUBLISHED, detail="the page of the upload cannot be found")
        self._settle(action, page.revision)
        return self._describe(action, page)

    def _upload(self, action: Create) -> Ended | None:
        """None once the file is there under our title."""
        on_write = self._pen.on_write(file_id=int(action.file), target=f"File:{action.title}", digest=digest(action), summary=action.summary)
        with self._deps.store.local_path(layout.media(self._config.slug, action.sha256)) as path:
            outcome = self._send(lambda: self._send_upload(action, path, on_write), look=lambda: self._ours(action) is not None)
            if outcome.result is Result.WARNING and outcome.filekey and not set(outcome.warnings) - PASSABLE:
                outcome = self._send(lambda: self._send_upload(action, path, on_write, filekey=outcome.filekey), look=lambda: self._ours(action) is not None)
        if outcome.result in (Result.APPLIED, Result.NO_CHANGE):
            return None
        if outcome.result is Result.WARNING:
            return self._warned(action, outcome)
        return Ended(state="failed", reason=_refusal(outcome.code), code=outcome.code, detail=outcome.info or outcome.code)

    def _send_upload(self, action: Create, path: str, on_write: OnWrite, *, filekey: str = "") -> WriteOutcome:
        return self._commons.upload(
            title=action.title, path=path, size=action.size, sha1=action.sha1, text=action.text, summary=action.summary,
            on_write=on_write, ignore_warnings=bool(filekey), filekey=filekey,
        )  # fmt: skip

    def _warned(self, action: Create, outcome: WriteOutcome) -> Ended | None:
        names = set(outcome.warnings)
        if names & {"nochange", "exists"} and self._ours(action) is not None:
            return None
        reason = next((reason for name, reason in WARNING_REASONS.items() if name in names), Reason.REFUSED_BY_WIKI)
        return Ended(state="failed", reason=reason, detail=", ".join(f"{name}: {value}" for name, value in outcome.warnings.items()))

    def _describe(self, action: Create, page: FilePage) -> Ended:
        entity = f"M{page.page_id}"
        claims = tuple(with_id(entity, statement) for statement in action.statements)
        data: dict[str, Any] = {"claims": list(claims)}
        if action.captions:
            data["labels"] = {code: {"language": code, "value": text} for code, text in action.captions.items()}
        on_write = self._pen.on_write(file_id=int(action.file), target=entity, digest=digest(data), summary=action.summary)
        outcome = self._send(
            lambda: self._commons.edit_entity(id=entity, data=data, summary=action.summary, base_revision=None, on_write=on_write),
            look=lambda: self._described(entity, claims),
        )
        if outcome.result not in (Result.APPLIED, Result.NO_CHANGE):
            return Ended(state="failed", reason=_refusal(outcome.code), code=outcome.code, detail=f"statements: {outcome.info or outcome.code}")
        written = WrittenPage(
            title=page.title, page_id=page.page_id or 0, text=action.text, sha1=action.sha1, captions=action.captions, statements=claims,
            revision=page.revision, entity=entity, entity_revision=outcome.revision,
        )  # fmt: skip
        return Ended(state="done", page=written)

    def _send(self, send: Callable[[], WriteOutcome], *, look: Callable[[], bool]) -> WriteOutcome:
        """Send until there is a definite answer; after a lost one look first. Each try is a request of its own in the journal."""
        sessions = 0
        for attempt in range(TRIES):
            outcome = send()
            if outcome.result is Result.RETRY and outcome.code in SESSION:
                sessions += 1
                if sessions >= SESSION_TRIES:
                    raise BadCredentials(self._config.publish.wiki, self._account, f"the session is refused again and again ({outcome.code})")
                self._commons.renew()
            elif outcome.result is Result.UNKNOWN:
                if look():
                    return WriteOutcome(result=Result.APPLIED)
                self._sleep(2.0**attempt)
            elif outcome.result is Result.RETRY:
                self._sleep(outcome.retry_after or 5.0 * 2**attempt)
            elif outcome.code == "editconflict":
                self._sleep(1.0)
            else:
                return outcome
        if outcome.result is Result.RETRY:
            raise Maxlag(f"The wiki asks to wait ({outcome.code}).", hint="The task goes on later where it stopped.", retry_after=outcome.retry_after or 60.0)
        if outcome.result is Result.UNKNOWN:
            raise SourceUnavailable(self._config.publish.wiki, f"no readable answer to a write ({outcome.code}); it is looked up before the next try")
        return outcome

    def _ours(self, action: Create) -> FilePage | None:
        """The page, if our bytes stand under our title and we put them there."""
        page = self._commons.pages([action.title])[action.title]
        return page if page.exists and page.sha1 == action.sha1 and page.first_uploader == self._account else None

    def _find_page(self, action: Create) -> FilePage | None:
        # A page id may read as missing for some seconds after the upload.
        for attempt in range(PAGE_ID_TRIES):
            page = self._ours(action)
            if page is not None:
                return page
            self._sleep(min(8.0, 0.5 * 2**attempt))
        return None

    def _described(self, entity: str, claims: tuple[dict[str, Any], ...]) -> bool:
        statements = self._commons.entities([entity])[entity].statements
        there = {claim.get("id") for group in statements.values() for claim in group}
        return all(claim["id"] in there for claim in claims)

    def _settle(self, action: Create, revision: int | None) -> None:
        """The look-up answered what an earlier try could not know."""
        for edit in self._journal.unsettled(file_id=int(action.file)):
            applied = edit.step in ("upload", "publish")
            outcome = EditOutcome.APPLIED if applied else EditOutcome.REFUSED
            if edit.step != "entity":
                self._journal.outcome(edit.id, outcome, revision=revision if applied else None, code="settled", detail="by a look at the page")


def _refusal(code: str) -> Reason:
    if code.startswith("titleblacklist") or code in ("illegal-filename", "filename-toolong", "filename-tooshort", "badfilename"):
        return Reason.TITLE_REFUSED
    if code in ("verification-error", "filetype-banned", "filetype-missing", "stashfailed"):
        return Reason.TYPE_NOT_ACCEPTED
    return Reason.CONFLICT_WITH_COMMUNITY if code == "editconflict" else Reason.REFUSED_BY_WIKI


def decode_written(data: bytes) -> WrittenPage:
    """The page as it lies in the store."""
    return msgspec.json.decode(data, type=WrittenPage)
