"""Verify: every page of a lane is read again, 50 a request.

| seen | then |
|---|---|
| as published | verified |
| others edited it since, and all of ours stands | verified; what they did is noted as sync would |
| a deletion tag | the file is frozen |
| anything else | held: a person looks |
"""

from __future__ import annotations

from msgspec.structs import replace

from glamflow.ledger.rows import Publication
from glamflow.ledger.states import FileState
from glamflow.steps.deps import Deps
from glamflow.steps.objects import claimed
from glamflow.steps.outcome import StepReport
from glamflow.steps.publish import lane_actions
from glamflow.steps.sync import observe_page
from glamflow.steps.tagged import tags_of
from glamflow.steps.written import WrittenPage, decode_written
from glamflow.transforms.outcome import Reason
from glamflow.wiki.protocol import CommonsClient, Entity, FilePage


def verify_lane(deps: Deps, ref: str) -> StepReport:
    """Compare each published page of the lane with what was written."""
    report = StepReport(step="verify")
    plan, rows = lane_actions(deps, ref)
    config = deps.partner_of_run(deps.ledger.plan(plan).run_id)
    published = [file.id for file in deps.ledger.files([row.file_id for row in rows]) if file.state is FileState.PUBLISHED]
    known = deps.ledger.publications(published, config.publish.wiki)
    if not known:
        return report
    updated = {row.file_id for row in rows if row.kind not in ("create", "link", "edit_item", "create_item")}
    commons = deps.commons(config)
    pages = commons.pages_by_id([pub.page_id for pub in known.values() if pub.page_id])
    entities = commons.entities([pub.entity for pub in known.values()])
    with claimed(deps, "verify", ref) as claim:
        for file_id, pub in known.items():
            written = decode_written(deps.store.get(pub.object_key))
            page, entity = pages[pub.page_id or 0], entities[pub.entity]
            others = _others_edited(commons, page, pub, written, entity)
            wrong = _difference(pub, written, page, entity, updated=file_id in updated, others=others)
            if not wrong and others:
                # A new page was last known at its upload: others may have been there before our own data edit.
                since = pub if file_id in updated else replace(pub, entity_revision=None)
                observe_page(deps, config, since, page, entity, report, commons=commons)
            if not wrong and tags_of(page):
                report.add("held")
            elif wrong:
                deps.ledger.hold_files(claim, [file_id], Reason.NOT_AS_PUBLISHED, detail=wrong, stage="verify", plan_id=plan)
                report.add("held")
            else:
                deps.ledger.verify_done(
                    claim, file_id, wiki=config.publish.wiki, revision=page.revision, entity_revision=entity.revision
                )
                report.add("verified")
    return report


def _difference(pub: Publication, written: WrittenPage, page: FilePage, entity: Entity, *, updated: bool, others: bool) -> str:
    """What is not as published, "" if nothing. On a page that was updated only what we wrote must stand, beside what others did."""
    if not page.exists:
        return "the page is gone"
    if page.redirect_to:
        return f"the page redirects to {page.redirect_to}"
    if page.title != pub.title:
        return f"the page is now called {page.title}"
    if page.sha1 != written.sha1:
        return "the file has other bytes"
    if page.text.rstrip() != written.text.rstrip() and not others:
        return "the text of the page is another"
    if updated:
        return "" if entity.revision == written.entity_revision or _stands(written, entity) else "statements of ours are missing"
    there = {claim.get("id") for group in entity.statements.values() for claim in group}
    lacking = [claim["mainsnak"]["property"] for claim in written.statements if claim["id"] not in there]
    if lacking:
        return f"statements are missing: {', '.join(lacking)}"
    captions = [code for code, text in written.captions.items() if entity.labels.get(code) != text]
    return f"captions are others: {', '.join(captions)}" if captions else ""


def _others_edited(commons: CommonsClient, page: FilePage, pub: Publication, written: WrittenPage, entity: Entity) -> bool:
    """Whether somebody else was at the page since it was ours. Its history is asked only where something is not as we left it."""
    same_data = entity.revision in (None, pub.entity_revision)
    if not page.exists or (page.text.rstrip() == written.text.rstrip() and (same_data or page.last_editor == page.first_uploader)):
        return False
    return any(revision.user != page.first_uploader for revision in commons.history(page_id=page.page_id))


def _stands(written: WrittenPage, entity: Entity) -> bool:
    # Some of ours may have been removed by people before the update; not all of them.
    there = {claim.get("id") for group in entity.statements.values() for claim in group}
    return not written.statements or any(claim["id"] in there for claim in written.statements)
