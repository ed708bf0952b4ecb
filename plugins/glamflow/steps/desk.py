"""One approved action to its end, in wiki and ledger: what may still be done, by whom it is written, what is remembered.

- An upload that was begun is finished even if the source held or withdrew its record meanwhile: a public file without its
  statements helps nobody. Nothing else is done to a file that left its way.
- What stands on the wiki goes into the store first, then into the ledger.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from glamflow.ledger.rows import Claim, StagedMedia
from glamflow.ledger.states import FileState
from glamflow.partner import Partner
from glamflow.steps.change import PROTECTED, PageChanger
from glamflow.steps.deps import Deps
from glamflow.steps.enrich import Enricher, foreign_page
from glamflow.steps.itemwork import ItemWriter
from glamflow.steps.moving import Mover
from glamflow.steps.newer import settle_changed
from glamflow.steps.stage import PUBLIC
from glamflow.steps.upload import PageWriter
from glamflow.steps.version import VersionWriter
from glamflow.steps.written import Ended, WrittenPage, keep_written
from glamflow.transforms.actions import (
    Create,
    CreateItem,
    EditItem,
    Enrich,
    Link,
    Move,
    NewVersion,
    PlanAction,
    UpdateStatements,
    UpdateText,
    kind_of,
)
from glamflow.transforms.errors import StaleState
from glamflow.transforms.outcome import Reason
from glamflow.wiki.protocol import CommonsClient

LEFT = (FileState.HELD, FileState.REJECTED, FileState.WITHDRAWN)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Everything that carrying out one action needs."""

    deps: Deps
    config: Partner
    claim: Claim
    plan: str
    commons: CommonsClient
    writer: PageWriter
    changer: PageChanger
    versions: VersionWriter
    enricher: Enricher
    mover: Mover
    items: ItemWriter

    def carry_out(self, action: PlanAction, *, last: bool) -> Ended:
        """One action to its end, in wiki and ledger. `last`: no other action of this file follows."""
        refused = self._refused(action)
        if refused is not None:
            return refused
        match action:
            case Create():
                ended = self._create(action)
            case Link():
                ended = self._adopt(action)
            case Enrich():
                ended = self._enrich(action)
            case NewVersion():
                ended = self._replace(action, last=last)
            case Move():
                ended = self._move(action, last=last)
            case UpdateText() | UpdateStatements():
                ended = self.changer.change(action)
                self._remember(action, ended, last=last)
            case EditItem() | CreateItem():
                return self.items.write(action)
            case _:
                return Ended(state="dropped", detail=f"“{kind_of(action)}” is not carried out yet")
        if ended.state == "failed":
            self._hold(int(action.file), ended)
        return ended

    def _refused(self, action: PlanAction) -> Ended | None:
        file_id, ledger = int(action.file), self.deps.ledger
        new = isinstance(action, Create | Link | Enrich)
        file = ledger.file(file_id)
        if new and file.state in LEFT and self._begun(file_id):
            return None
        if new and file.state in PUBLIC and self._begun(file_id):
            return Ended(state="done", detail="brought to its end by an earlier try")
        if file.state not in ((FileState.PLANNED,) if new else PUBLIC):
            return Ended(state="dropped", detail=f"the file is {file.state} by now")
        sha1 = action.sha1 if isinstance(action, NewVersion) else file.sha1
        bans = ledger.bans(partner=self.config.slug, sha1=sha1, record_key=action.record, file_id=file_id)
        if bans and new:
            ledger.hold_files(
                self.claim, [file_id], Reason.DO_NOT_UPLOAD, detail=bans[0].reason, stage="publish", plan_id=self.plan
            )
        return Ended(state="dropped", reason=Reason.DO_NOT_UPLOAD) if bans else None

    def _begun(self, file_id: int) -> bool:
        pub = self.deps.ledger.publication(file_id, self.config.publish.wiki)
        return pub is not None and bool(pub.page_id) and pub.plan_id == self.plan

    def _create(self, action: Create) -> Ended:
        file_id, wiki = int(action.file), self.config.publish.wiki
        try:
            self.deps.ledger.reserve(
                self.claim, wiki=wiki, file_id=file_id, plan_id=self.plan, title=action.title, sha1=action.sha1
            )
        except StaleState as error:
            return Ended(state="dropped", detail=str(error))
        ended = self.writer.write(action, on_page=lambda page: self._record(file_id, page, whole=False))
        if ended.state == "done" and ended.page is not None:
            self._record(file_id, ended.page, whole=True)
        else:
            self.deps.ledger.unreserve(self.claim, wiki=wiki, file_id=file_id)
        return ended

    def _replace(self, action: NewVersion, *, last: bool) -> Ended:
        """The new bytes are reserved like those of a new file: nobody else may be uploading them."""
        file_id, wiki = int(action.file), self.config.publish.wiki
        try:
            self.deps.ledger.reserve(self.claim, wiki=wiki, file_id=file_id, plan_id=self.plan, sha1=action.sha1)
        except StaleState as error:
            return Ended(state="dropped", detail=str(error))
        ended = self.versions.write(action)
        if ended.page is not None:
            self._record(file_id, ended.page, whole=last, media=msgspec.convert(action.media, StagedMedia))
            settle_changed(self.deps, self.config.slug, file_id, who="publish")
        else:
            self.deps.ledger.unreserve(self.claim, wiki=wiki, file_id=file_id)
        return ended

    def _enrich(self, action: Enrich) -> Ended:
        file_id, wiki = int(action.file), self.config.publish.wiki
        try:
            self.deps.ledger.reserve(self.claim, wiki=wiki, file_id=file_id, plan_id=self.plan, sha1=action.sha1)
        except StaleState as error:
            return Ended(state="dropped", detail=str(error))
        ended = self.enricher.enrich(action)
        if ended.page is not None:
            self._record(file_id, ended.page, whole=True)
        else:
            self.deps.ledger.unreserve(self.claim, wiki=wiki, file_id=file_id)
        return ended

    def _move(self, action: Move, *, last: bool) -> Ended:
        file_id, wiki = int(action.file), self.config.publish.wiki
        try:
            self.deps.ledger.reserve(self.claim, wiki=wiki, file_id=file_id, plan_id=self.plan, title=action.to)
        except StaleState as error:
            return Ended(state="dropped", detail=str(error))
        ended = self.mover.move(action)
        self._remember(action, ended, last=last)
        if ended.page is None:
            self.deps.ledger.unreserve(self.claim, wiki=wiki, file_id=file_id)
        return ended

    def _adopt(self, action: Link) -> Ended:
        """Remember a page that the ledger did not know. What stands there is the base of later merges only as far as it is read
        back: nothing is claimed to be as we wrote it."""
        page = self.commons.pages_by_id([action.page_id])[action.page_id]
        if not page.exists or page.sha1 != action.sha1:
            return Ended(state="dropped", detail="the page is not what was planned any more")
        written = msgspec.structs.replace(foreign_page(page), foreign=not action.ours)
        self._record(int(action.file), written, whole=True)
        return Ended(state="done", page=written)

    def _remember(self, action: PlanAction, ended: Ended, *, last: bool) -> None:
        if ended.page is not None:
            self._record(int(action.file), ended.page, whole=last)
        elif last and ended.state == "dropped" and ended.code != PROTECTED:
            self.deps.ledger.acknowledge_source(self.claim, [int(action.file)])

    def _hold(self, file_id: int, ended: Ended) -> None:
        if ended.page is not None:
            self.deps.ledger.mark_publication(file_id, wiki=self.config.publish.wiki, state="held")
        if (
            self.deps.ledger.file(file_id).state is not FileState.WITHDRAWN
        ):  # what the source withdrew needs no other reason
            self.deps.ledger.hold_files(
                self.claim, [file_id], str(ended.reason), detail=ended.detail[:500], stage="publish", plan_id=self.plan
            )

    def _record(self, file_id: int, page: WrittenPage, *, whole: bool, media: StagedMedia | None = None) -> None:
        """What stands on the wiki now, store first, then ledger. The file is published only with the whole of it."""
        key = keep_written(self.deps, self.config.slug, file_id, page)
        self.deps.ledger.publish_done(
            self.claim, file_id, wiki=self.config.publish.wiki, plan_id=self.plan, title=page.title, page_id=page.page_id,
            revision=page.revision, sha1=page.sha1, digest=page.digest, object_key=key, entity=page.entity,
            entity_revision=page.entity_revision, move_file=whole, media=media,
        )  # fmt: skip
