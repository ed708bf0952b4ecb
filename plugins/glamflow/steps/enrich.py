"""Files that somebody else uploaded, and that are ours byte for byte: linked, and with `publish.adopt` given what they lack.

- Only where the partner file says `publish.adopt: true`, only after a person's approval, never by earned trust.
- Only statements and captions that are absent are added, each statement with our reference. Text, licence, copyright status and
  source of the file are the uploader's: they are neither changed nor added to.
- A file with a deletion tag, or whose bytes stand under several titles, is left to a person.
- From then on the page is followed like our own; later changes at the source touch our own statements and captions on it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from glamflow.audit.journal import Journal
from glamflow.partner import Partner
from glamflow.steps.change import still_ours
from glamflow.steps.deps import Deps
from glamflow.steps.material import Material
from glamflow.steps.sending import Sender, settle
from glamflow.steps.surroundings import Surroundings
from glamflow.steps.tagged import tags_of
from glamflow.steps.upload import ENTITY_STEPS, NO_DATA, refusal
from glamflow.steps.writing import Pen
from glamflow.steps.written import Ended, WrittenPage
from glamflow.transforms.actions import Enrich, Link, UpdateStatements
from glamflow.transforms.commons.context import PageDraft
from glamflow.transforms.commons.title import raw_identifier
from glamflow.transforms.commons.update import Update, plan_update
from glamflow.transforms.digest import digest
from glamflow.transforms.merge import FROZEN, PageState
from glamflow.transforms.outcome import Reason
from glamflow.transforms.wikibase.ids import P
from glamflow.transforms.wikibase.statement import property_of
from glamflow.wiki.answers import NOT_OFFERED
from glamflow.wiki.protocol import CommonsClient, Entity, FilePage, Result

UPLOADERS_OWN = FROZEN | {P.SOURCE_OF_FILE}
CONFLICT_TRIES = 3


def adoptable(item: Material, around: Surroundings) -> FilePage | None:
    """The one page of somebody else that holds these very bytes, if nothing stands against touching it."""
    live = around.neighbours[item.file.id].live
    if len(live) != 1 or live[0] in around.ours or item.file.id in around.bans:
        return None
    page = around.foreign.get(live[0])
    if page is None or not page.exists or page.redirect_to or page.sha1 != item.file.sha1 or tags_of(page):
        return None
    return page


def enrichment(item: Material, page: FilePage, entity: Entity, draft: PageDraft, *, summary: str) -> Enrich | Link:
    """What the page lacks; a mere link where it lacks nothing."""
    blank: dict[str, Any] = {
        "file": str(item.file.id), "record": item.record.key, "title": page.title, "identifier": raw_identifier(item.record),
        "source_url": item.record.source_url, "page_id": page.page_id or 0, "sha1": page.sha1,
    }  # fmt: skip
    added = lacking(page, entity, draft)
    if not added.changes_entity:
        return Link(**blank)
    return Enrich(
        **blank, sha256=item.file.sha256, captions=added.captions, statements=added.add, summary=summary, findings=draft.findings
    )  # fmt: skip


def lacking(page: FilePage, entity: Entity, draft: PageDraft) -> Update:
    """Statements and captions of ours that the page has nothing in place of."""
    theirs = PageState(captions=entity.labels, statements=tuple(claim for group in entity.statements.values() for claim in group))
    ours = PageState(captions=draft.captions, statements=addable(draft.statements))
    found = plan_update(f"M{page.page_id}", "", base=None, theirs=theirs, ours=ours)
    return Update(add=found.add, captions=found.captions)


def addable(statements: Iterable[Mapping[str, Any]]) -> tuple[dict[str, Any], ...]:
    """Statements that may stand on a page of somebody else."""
    return tuple(dict(claim) for claim in statements if property_of(claim) not in UPLOADERS_OWN)


def on_foreign_page(draft: PageDraft) -> PageDraft:
    """The part of a description that may be brought to a page of somebody else: nothing of its text."""
    return replace(draft, parameters={}, statements=addable(draft.statements))


class Enricher:
    """Adds to pages of others, for one plan."""

    def __init__(
        self, deps: Deps, config: Partner, commons: CommonsClient, pen: Pen, *, account: str, sleep: Callable[[float], None] = time.sleep
    ) -> None:  # fmt: skip
        self._deps, self._config, self._commons, self._pen = deps, config, commons, pen
        self._sender = Sender(commons, wiki=config.publish.wiki, account=account, sleep=sleep)
        self._journal = Journal(deps.ledger.context)

    def enrich(self, action: Enrich) -> Ended:
        """Bring `action` to its end, from wherever an earlier try left it."""
        ended = Ended(state="failed", reason=Reason.CONFLICT_WITH_COMMUNITY, detail="edited again and again while we wrote")
        for _ in range(CONFLICT_TRIES):
            page = self._commons.pages_by_id([action.page_id])[action.page_id]
            if not page.exists or page.redirect_to or page.sha1 != action.sha1:
                return Ended(state="dropped", detail="the page is not what was planned any more")
            if tags := tags_of(page):
                return Ended(state="failed", reason=Reason.TAGGED_FOR_DELETION, detail=", ".join(tags))
            ended = self._add(action, page)
            if ended.code != "editconflict":
                break
        return ended

    def _add(self, action: Enrich, page: FilePage) -> Ended:
        written = foreign_page(page)
        entity = self._entity(written.entity)
        left = self._left(action, written, entity)
        done = replace(written, captions=action.captions, statements=action.statements, entity_revision=entity.revision)
        if left.changes_entity:
            outcome = self._sender.send(
                lambda: self._commons.edit_entity(
                    id=written.entity, data=left.entity_data, summary=action.summary, base_revision=entity.revision,
                    on_write=self._pen.on_write(
                        file_id=int(action.file), target=written.entity, digest=digest(left.entity_data), summary=action.summary
                    ),
                ),
                look=lambda: not self._left(action, written, self._entity(written.entity)).changes_entity,
            )  # fmt: skip
            if outcome.code == NOT_OFFERED:
                return Ended(state="done", page=written, detail=NO_DATA)
            if outcome.result not in (Result.APPLIED, Result.NO_CHANGE):
                return Ended(state="failed", reason=refusal(outcome.code), code=outcome.code, detail=outcome.info or outcome.code)
            after = self._entity(written.entity)
            done = replace(done, revision=outcome.revision or page.revision, entity_revision=after.revision)
            entity = after
        settle(self._journal, int(action.file), steps=ENTITY_STEPS, applied=True, revision=done.entity_revision)
        return Ended(state="done", page=standing(done, entity))

    def _left(self, action: Enrich, written: WrittenPage, entity: Entity) -> Update:
        wanted = UpdateStatements(file=action.file, page_id=action.page_id, add=action.statements, captions=action.captions)
        found = still_ours(wanted, written, entity)[0]
        return Update(add=found.add, captions=found.captions)

    def _entity(self, id: str) -> Entity:
        return self._commons.entities([id])[id]


def foreign_page(page: FilePage) -> WrittenPage:
    """A page of somebody else as the base of later merges: nothing on it is ours yet."""
    return WrittenPage(
        title=page.title, page_id=page.page_id or 0, text=page.text, sha1=page.sha1, captions={}, statements=(), revision=page.revision,
        entity=f"M{page.page_id}", foreign=True,
    )  # fmt: skip


def standing(written: WrittenPage, entity: Entity) -> WrittenPage:
    """What of `written` stands on the page as we wrote it: only that is ours. Where people were faster, theirs stays theirs."""
    ids = {claim.get("id") for group in entity.statements.values() for claim in group}
    return replace(
        written, statements=tuple(claim for claim in written.statements if claim["id"] in ids),
        captions={code: text for code, text in written.captions.items() if entity.labels.get(code) == text},
    )  # fmt: skip
