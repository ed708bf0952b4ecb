"""One approved move of a file of ours. Done means that the page has the new title; whatever people called it meanwhile stays."""

from __future__ import annotations

import time
from collections.abc import Callable

from msgspec.structs import replace

from glamflow.audit.journal import Journal
from glamflow.partner import Partner
from glamflow.steps.deps import Deps
from glamflow.steps.sending import Sender, settle
from glamflow.steps.tagged import tags_of
from glamflow.steps.upload import refusal
from glamflow.steps.writing import Pen
from glamflow.steps.written import Ended, decode_written
from glamflow.transforms.actions import Move
from glamflow.transforms.digest import digest
from glamflow.transforms.outcome import Reason
from glamflow.wiki.protocol import CommonsClient, FilePage, Result

MOVE_STEPS = ("move",)
TAKEN = frozenset({"articleexists", "selfmove", "redirectexists", "protectedpage", "cantmove", "cantmovefile", "permissiondenied", "cantmove-titleprotected"})
"""The wiki has another view of this title; the file itself is as it should be."""


class Mover:
    """Moves pages for one plan."""

    def __init__(
        self, deps: Deps, config: Partner, commons: CommonsClient, pen: Pen, *, account: str, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._deps, self._config, self._commons, self._pen, self._account = deps, config, commons, pen, account
        self._sender = Sender(commons, wiki=config.publish.wiki, account=account, sleep=sleep)
        self._journal = Journal(deps.ledger.context)

    def move(self, action: Move) -> Ended:
        """Bring `action` to its end, from wherever an earlier try left it."""
        page = self._page(action)
        if page.title != action.to:
            if against := self._against(page, action):
                return against
            outcome = self._sender.send(
                lambda: self._commons.move(
                    title=action.title, to=action.to, reason=action.summary,
                    on_write=self._pen.on_write(
                        file_id=int(action.file), target=f"File:{action.to}", digest=digest(action), summary=action.summary
                    ),
                ),
                look=lambda: self._page(action).title == action.to,
            )  # fmt: skip
            page = self._page(action)
            if page.title != action.to:
                detail = outcome.info or outcome.code
                if outcome.code in TAKEN or outcome.result is Result.APPLIED:
                    return Ended(state="dropped", detail=f"the name stays: {detail}")
                return Ended(state="failed", reason=refusal(outcome.code), code=outcome.code, detail=detail)
        settle(self._journal, int(action.file), steps=MOVE_STEPS, applied=True, revision=page.revision)
        pub = self._deps.ledger.publication(int(action.file), self._config.publish.wiki)
        if pub is None:
            return Ended(state="failed", reason=Reason.NOT_AS_PUBLISHED, detail="the ledger knows no page of this file")
        written = decode_written(self._deps.store.get(pub.object_key))
        return Ended(state="done", page=replace(written, title=page.title, revision=page.revision))

    def _against(self, page: FilePage, action: Move) -> Ended | None:
        if not page.exists or page.redirect_to:
            return Ended(state="dropped", detail="the page is gone")
        if tags := tags_of(page):
            return Ended(state="failed", reason=Reason.TAGGED_FOR_DELETION, detail=", ".join(tags))
        if page.title != action.title:
            return Ended(state="dropped", detail=f"people call it {page.title} by now")
        return None

    def _page(self, action: Move) -> FilePage:
        return self._commons.pages_by_id([action.page_id])[action.page_id]
