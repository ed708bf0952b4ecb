"""One new version of a file of ours. Every step may have happened already; each is looked at first.

- Before the bytes are sent, and again before the wiki is told to put them over the old ones, the page is read: they go only over
  the very version that the plan saw, and only while it is ours.
- Of the wiki's warnings only "there is a file of this name" is passed over (that is the meaning of it), by the filekey, without
  sending the bytes again; an older version with the same bytes or another file with them stop it.
- Done means that the current version is ours and has these bytes.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from msgspec.structs import replace

from glamflow.audit.journal import Journal
from glamflow.partner import Partner
from glamflow.steps.deps import Deps
from glamflow.steps.sending import Sender, settle
from glamflow.steps.tagged import tags_of
from glamflow.steps.upload import PASSABLE, UPLOAD_STEPS, WARNING_REASONS, refusal
from glamflow.steps.writing import Pen
from glamflow.steps.written import Ended, decode_written
from glamflow.store import layout
from glamflow.transforms.actions import NewVersion
from glamflow.transforms.digest import digest
from glamflow.transforms.outcome import Reason
from glamflow.wiki.answers import STASH_LOST
from glamflow.wiki.protocol import CommonsClient, FilePage, Result, WriteOutcome

OVERWRITING = PASSABLE | {"exists"}


class VersionWriter:
    """Writes new versions for one plan."""

    def __init__(
        self,
        deps: Deps,
        config: Partner,
        commons: CommonsClient,
        pen: Pen,
        *,
        account: str,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._deps, self._config, self._commons, self._pen, self._account = deps, config, commons, pen, account
        self._sender = Sender(commons, wiki=config.publish.wiki, account=account, sleep=sleep)
        self._journal = Journal(deps.ledger.context)

    def write(self, action: NewVersion) -> Ended:
        """Bring `action` to its end, from wherever an earlier try left it."""
        page = self._page(action)
        if not self._stands(page, action) and (
            begun := [e for e in self._journal.unsettled(file_id=int(action.file)) if e.step in UPLOAD_STEPS]
        ):
            self._sender.rest(begun, now=self._deps.now().timestamp())
            page = self._page(action)
        if not self._stands(page, action):
            ended = self._upload(action, page)
            if ended is not None:
                return ended
            page = self._page(action)
        settle(self._journal, int(action.file), steps=UPLOAD_STEPS, applied=True, revision=page.revision)
        pub = self._deps.ledger.publication(int(action.file), self._config.publish.wiki)
        if pub is None or not self._stands(page, action):
            return Ended(state="failed", reason=Reason.NOT_AS_PUBLISHED, detail="the new version does not show")
        written = decode_written(self._deps.store.get(pub.object_key))
        return Ended(state="done", page=replace(written, title=page.title, sha1=action.sha1, revision=page.revision))

    def _upload(self, action: NewVersion, page: FilePage) -> Ended | None:
        """None once the new bytes are the current version."""
        if against := self._against(page, action):
            return against
        with self._deps.store.local_path(layout.media(self._config.slug, action.sha256)) as path:
            outcome = self._sender.send(
                lambda: self._send(action, page, path), look=lambda: self._stands(self._page(action), action)
            )
            if outcome.result is Result.WARNING and outcome.filekey and not set(outcome.warnings) - OVERWRITING:
                if against := self._against(self._page(action), action):
                    return against
                key = outcome.filekey
                outcome = self._sender.send(
                    lambda: self._send(action, page, path, key), look=lambda: self._stands(self._page(action), action)
                )
        if outcome.result in (Result.APPLIED, Result.NO_CHANGE) or self._stands(self._page(action), action):
            return None
        if outcome.result is Result.WARNING:
            names = set(outcome.warnings)
            reason = next(
                (reason for name, reason in WARNING_REASONS.items() if name in names - OVERWRITING),
                Reason.REFUSED_BY_WIKI,
            )
            return Ended(
                state="failed",
                reason=reason,
                detail=", ".join(f"{name}: {value}" for name, value in outcome.warnings.items()),
            )
        return Ended(
            state="failed", reason=refusal(outcome.code), code=outcome.code, detail=outcome.info or outcome.code
        )

    def _send(self, action: NewVersion, page: FilePage, path: str, filekey: str = "") -> WriteOutcome:
        file_id = int(action.file)
        on_stash = self._pen.on_stash(file_id)
        outcome = self._commons.upload(
            title=page.title, path=path, size=action.size, sha1=action.sha1, text="", summary=action.summary,
            on_write=self._pen.on_write(file_id=file_id, target=f"File:{page.title}", digest=digest(action), summary=action.summary),
            ignore_warnings=bool(filekey), filekey=filekey, stashed=self._pen.stashed(file_id), on_stash=on_stash,
        )  # fmt: skip
        if outcome.code in STASH_LOST:
            on_stash(None)
        return outcome

    def _against(self, page: FilePage, action: NewVersion) -> Ended | None:
        """Why nothing may be put over what stands there now."""
        if not page.exists or page.redirect_to:
            return Ended(state="dropped", detail="the page is gone")
        if tags := tags_of(page):
            return Ended(state="failed", reason=Reason.TAGGED_FOR_DELETION, detail=", ".join(tags))
        if page.sha1 == action.replaces_sha1 and page.last_uploader == self._account:
            return None
        detail = (
            f"a better copy, but the current version on the wiki is by {page.last_uploader or 'somebody else'} by now"
        )
        return Ended(state="failed", reason=Reason.MEDIA_CHANGED, detail=detail)

    def _page(self, action: NewVersion) -> FilePage:
        return self._commons.pages_by_id([action.page_id])[action.page_id]

    def _stands(self, page: FilePage, action: NewVersion) -> bool:
        return page.exists and page.sha1 == action.sha1 and page.last_uploader == self._account
