"""Changes at the source brought to published pages: what would be written, by a three-way merge with what we last wrote.

| the page now | becomes |
|---|---|
| gone | nothing here: sync notes it and bans the bytes |
| tagged for deletion | `Hold`: the file is frozen |
| nothing of ours differs | `Skip`: the change is acknowledged |
| some of it was changed by people | theirs stays; `CONFLICT_WITH_COMMUNITY` is noted with both values |
| its title holds a number that the source corrected | `Move`, last of all (`retitle.py`) |
| the source has other bytes | `NewVersion` first where it is a better copy of our own picture (`newer.py`), else `Hold` |
| the rest | `UpdateStatements`, then `UpdateText`: the community's data are read before the text is touched |
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from glamflow.ledger.rows import Publication, StagedMedia
from glamflow.partner import Partner
from glamflow.steps.branch import links_only, replaced
from glamflow.steps.conflicts import note_conflicts
from glamflow.steps.deps import Deps
from glamflow.steps.enrich import on_foreign_page
from glamflow.steps.material import Material
from glamflow.steps.newer import better_copy, with_copy
from glamflow.steps.outcome import StepReport
from glamflow.steps.retitle import move_of
from glamflow.steps.sync import observe_page
from glamflow.steps.tagged import tags_of
from glamflow.steps.written import WrittenPage, decode_written
from glamflow.transforms.actions import Hold, NewVersion, PlanAction, Skip, UpdateStatements, UpdateText
from glamflow.transforms.commons.context import PageDraft
from glamflow.transforms.commons.page_text import page_state, read_parameters
from glamflow.transforms.commons.title import raw_identifier
from glamflow.transforms.commons.update import Update, plan_update
from glamflow.transforms.merge import PageState
from glamflow.transforms.outcome import Reason
from glamflow.wiki.protocol import CommonsClient, Entity, FilePage

Describe = Callable[[Material, str], PageDraft]
Summarise = Callable[[Material], str]


def draft_updates(
    deps: Deps, config: Partner, commons: CommonsClient, items: Iterable[Material], *, describe: Describe, summary: Summarise,
    copies: Mapping[int, StagedMedia] | None = None,
) -> Iterator[PlanAction]:  # fmt: skip
    """Actions for published files whose record changed. `describe` builds the page as we would write it today; `copies`: other
    bytes that the source offers, by file id."""
    listed = list(items)
    pubs = deps.ledger.publications([item.file.id for item in listed], config.publish.wiki)
    known = {id: pub for id, pub in pubs.items() if pub.page_id and pub.object_key}
    pages = commons.pages_by_id([pub.page_id or 0 for pub in known.values()])
    entities = commons.entities([pub.entity for pub in known.values() if pub.entity])
    for item in listed:
        pub = known.get(item.file.id)
        if pub is not None:
            page, entity = pages[pub.page_id or 0], entities.get(pub.entity, Entity(id=pub.entity, missing=True))
            copy = (copies or {}).get(item.file.id)
            yield from _for_one(deps, config, commons, item, copy, pub, page, entity, describe, summary(item))


def _for_one(
    deps: Deps, config: Partner, commons: CommonsClient, item: Material, copy: StagedMedia | None, pub: Publication, page: FilePage,
    entity: Entity, describe: Describe, summary: str,
) -> Iterator[PlanAction]:  # fmt: skip
    blank = Skip(
        file=str(item.file.id), record=item.record.key, title=page.title, identifier=raw_identifier(item.record), source_url=item.record.source_url
    )
    observe_page(deps, config, pub, page, entity, StepReport(step="plan"), commons=commons)
    if not page.exists or page.redirect_to:
        yield replace(blank, detail="the page is gone")
        return
    if tags := tags_of(page):
        yield _as(Hold, blank, reason=Reason.TAGGED_FOR_DELETION, detail=", ".join(tags))
        return
    written = decode_written(deps.store.get(pub.object_key))
    draft = describe(with_copy(item, copy) if copy else item, page.title)
    draft = on_foreign_page(draft) if written.foreign else draft
    if replaced(deps, item.file):
        draft = links_only(draft, written)
    if copy:
        newer = better_copy(deps, config, commons, item, copy, pub=pub, page=page, written=written, draft=draft, summary=summary)
        if not isinstance(newer, NewVersion):
            yield _as(Hold, blank, reason=newer[0], detail=newer[1])
            return
        yield newer
    update = merged(written, page, entity, draft)
    note_conflicts(deps, config, pub, page, {conflict.what: [conflict.theirs, conflict.ours] for conflict in update.conflicts})
    if update.changes_entity:
        yield _as(
            UpdateStatements, blank, page_id=page.page_id, add=update.add, amend=update.amend, retract=update.retract, captions=update.captions,
            base_revision=entity.revision, base=pub.object_key, summary=summary, findings=draft.findings,
        )  # fmt: skip
    if update.text:
        read = read_parameters(page.text)[1]
        yield _as(
            UpdateText, blank, page_id=page.page_id, params=update.params, text=update.text, base_revision=page.revision, summary=summary,
            base=pub.object_key, findings=draft.findings, said=update.said, before={name: read.get(name, "") for name in update.said},
        )  # fmt: skip
    move = None if replaced(deps, item.file) else move_of(deps, config, commons, item, pub, page, written, summary)
    if move:
        yield move
    if not update.text and not update.changes_entity and not copy and not move:
        yield replace(blank, detail="the page says it already")


def merged(written: WrittenPage, page: FilePage, entity: Entity, draft: PageDraft) -> Update:
    """Base, theirs and ours of one page, merged."""
    base = PageState(params=written.params, captions=written.captions, statements=written.statements)
    theirs = page_state(page.text, captions=entity.labels, statements=entity.statements)
    ours = PageState(params=draft.parameters, captions=draft.captions, statements=draft.statements)
    return plan_update(written.entity, page.text, base=base, theirs=theirs, ours=ours)


def _as(kind: Any, blank: Skip, **facts: Any) -> Any:
    """An action of another kind about the same file."""
    names = ("file", "record", "title", "identifier", "source_url")
    return kind(**{name: getattr(blank, name) for name in names}, **facts)
