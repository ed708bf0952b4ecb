"""Sync: look at our pages again, 50 a request, and note what people did. Nothing is written here.

One request tells for 50 pages whether anything happened; only those where it did are read.

| seen | observation |
|---|---|
| another title | `RENAMED`: the page is followed by its id, title taken over |
| page gone | `DELETED`: file and bytes go on the do-not-upload list |
| deletion, copyvio, no-source … tags | `TAGGED_FOR_DELETION`: the file is held, its edits are frozen |
| captions or statements of others | `CAPTIONED`, `DESCRIBED`: improvements, for the partner to take back |
| text, bytes | `EDITED`, `OVERWRITTEN` |
| something of ours removed | `REVERTED`: it is never written again |
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from glamflow.audit.journal import Edit, Journal
from glamflow.ledger.rows import Publication
from glamflow.ledger.states import EditOutcome, FileState
from glamflow.partner import Partner
from glamflow.steps.deps import Deps
from glamflow.steps.objects import claimed
from glamflow.steps.outcome import StepReport
from glamflow.steps.written import WrittenPage, decode_written
from glamflow.transforms.outcome import Reason
from glamflow.wiki.protocol import CommonsClient, Entity, FilePage, PageHead

MAX_LANES, PAGES_PER_LANE, BATCH = 16, 200, 50
SETTLE_AFTER = dt.timedelta(minutes=20)  # request time-out and asynchronous deadline are over by then
CLOCKS_APART = dt.timedelta(minutes=2)
OF_DATA = "/* wb"
SUMMARY_PART = 150  # characters; wikis cut long summaries
TAGS = ("delete", "copyvio", "no source since", "no license since", "no permission since", "speedydelete", "duplicate", "dw no source since")
Seen = tuple[str, dict[str, Any]]


def plan_observation(deps: Deps, partner: str, run_id: str, params: Mapping[str, Any] | None = None) -> list[str]:
    """Begin the run; lanes `run|id,id,…` of the pages not looked at for longest."""
    config = deps.partner_from_file(partner)
    version = deps.ledger.save_partner_version(partner, config.text)
    deps.ledger.start_run(run_id, partner=partner, kind="sync", partner_version=version)
    pubs = deps.ledger.publications_to_check(partner, config.publish.wiki, limit=MAX_LANES * PAGES_PER_LANE)
    ids = [str(pub.file_id) for pub in pubs]
    return [f"{run_id}|{','.join(ids[i : i + PAGES_PER_LANE])}" for i in range(0, len(ids), PAGES_PER_LANE)]


def observe_lane(deps: Deps, ref: str) -> StepReport:
    """Compare the pages of a lane with what we wrote, and note each difference once."""
    run_id, _, listed = ref.rpartition("|")
    config = deps.partner_of_run(run_id)
    report = StepReport(step="sync")
    known = deps.ledger.publications([int(id) for id in listed.split(",") if id], config.publish.wiki)
    commons = deps.commons(config)
    pubs = list(known.values())
    for start in range(0, len(pubs), BATCH):
        batch = _moved_on(deps, config, commons, pubs[start : start + BATCH])
        if not batch:
            continue
        pages = commons.pages_by_id([pub.page_id for pub in batch if pub.page_id])
        entities = commons.entities([pub.entity for pub in batch if pub.entity])
        for pub in batch:
            observe_page(deps, config, pub, pages[pub.page_id or 0], entities.get(pub.entity), report)
    report.add("pages", len(pubs))
    return report


def _moved_on(deps: Deps, config: Partner, commons: CommonsClient, pubs: list[Publication]) -> list[Publication]:
    """Those of `pubs` at which something happened since they were last looked at; the rest is noted as looked at."""
    heads = commons.heads([pub.page_id for pub in pubs if pub.page_id])
    changed = []
    for pub in pubs:
        head = heads.get(pub.page_id or 0, PageHead())
        if head.title == pub.title and head.revision in (pub.revision, pub.entity_revision):
            deps.ledger.mark_publication(pub.file_id, wiki=config.publish.wiki)
        else:
            changed.append(pub)
    return changed


def settle_unknown_edits(deps: Deps, partner: str, run_id: str) -> StepReport:
    """Writes whose answer never came are looked up once they can no longer be under way."""
    report = StepReport(step="settle")
    config = deps.partner_of_run(run_id)
    journal = Journal(deps.ledger.context)
    open_edits = journal.unsettled(partner, before=deps.now() - SETTLE_AFTER)
    if open_edits:
        commons = deps.commons(config)
        account = commons.account().name
        for edit in open_edits:
            applied = _was_applied(commons, deps, edit, account)
            outcome = EditOutcome.APPLIED if applied else EditOutcome.REFUSED
            journal.outcome(edit.id, outcome, code="settled", detail="by a look at the wiki")
            report.add("applied" if applied else "not_applied")
    return report


def observe_page(deps: Deps, config: Partner, pub: Publication, page: FilePage, entity: Entity | None, report: StepReport) -> None:
    """Note what people made of one page since we wrote it, and follow it."""
    wiki = config.publish.wiki
    written = decode_written(deps.store.get(pub.object_key))
    for kind, detail in differences(pub, written, page, entity):
        report.add(kind.lower())
        deps.ledger.observe(
            partner=config.slug, kind=kind, file_id=pub.file_id, wiki=wiki, title=page.title, revision=page.revision, who=page.last_editor,
            reason=_reason(kind), detail=detail,
        )  # fmt: skip
        if kind == "DELETED":
            deps.ledger.forbid(
                kind="sha1", value=pub.sha1, partner="", reason=Reason.DELETED_ON_COMMONS, who="sync", detail=f"File:{pub.title} was deleted"
            )
        if kind == "TAGGED_FOR_DELETION":
            _freeze(deps, pub, detail)
    state = "deleted" if not page.exists else ""
    deps.ledger.mark_publication(
        pub.file_id, wiki=wiki, state=state, title=page.title if page.exists else "", revision=page.revision,
        entity_revision=entity.revision if entity else None,
    )  # fmt: skip


def differences(pub: Publication, written: WrittenPage, page: FilePage, entity: Entity | None) -> Iterator[Seen]:
    """What people changed since we wrote, kind by kind. Pure."""
    if not page.exists:
        yield "DELETED", {"title": pub.title}
        return
    if page.title != pub.title:
        yield "RENAMED", {"before": pub.title, "after": page.title}
    if tags := tags_of(page):
        yield "TAGGED_FOR_DELETION", {"templates": tags}
    elif page.text.rstrip() != written.text.rstrip():
        yield "EDITED", {"categories": [name for name in page.categories if f"[[Category:{name}]]" not in written.text]}
    if page.sha1 and page.sha1 != written.sha1:
        yield "OVERWRITTEN", {"sha1": page.sha1}
    if entity is None:
        return
    added = {code: text for code, text in entity.labels.items() if code not in written.captions}
    changed = {code: text for code, text in entity.labels.items() if written.captions.get(code, text) != text}
    if added or changed:
        yield "CAPTIONED", {"added": added, "changed": changed}
    ours = {claim["id"]: claim["mainsnak"]["property"] for claim in written.statements}
    there = {str(claim.get("id")): property for property, group in entity.statements.items() for claim in group}
    if new := sorted({property for id, property in there.items() if id not in ours}):
        yield "DESCRIBED", {"properties": new}
    if gone := sorted({property for id, property in ours.items() if id not in there}):
        yield "REVERTED", {"properties": gone}


def tags_of(page: FilePage) -> list[str]:
    """Templates on the page that ask for its deletion: while one stands there nothing is edited."""
    return sorted({name for name in page.templates if name.lower() in TAGS})


def _freeze(deps: Deps, pub: Publication, detail: dict[str, Any]) -> None:
    if deps.ledger.file(pub.file_id).state in (FileState.PUBLISHED, FileState.VERIFIED):
        with claimed(deps, "freeze", str(pub.file_id)) as claim:
            deps.ledger.hold_files(claim, [pub.file_id], Reason.TAGGED_FOR_DELETION, detail=", ".join(detail["templates"]), stage="sync")


def _reason(kind: str) -> str:
    return {"DELETED": Reason.DELETED_ON_COMMONS, "TAGGED_FOR_DELETION": Reason.TAGGED_FOR_DELETION}.get(kind, "")


def _was_applied(commons: CommonsClient, deps: Deps, edit: Edit, account: str) -> bool:
    """Whether the wiki shows this edit: our bytes under the title, or a revision of ours with its summary since it was sent."""
    title = edit.target.removeprefix("File:")
    if edit.step in ("upload", "publish"):
        page = commons.pages([title])[title]
        sha1 = deps.ledger.file(edit.file_id).sha1 if edit.file_id else ""
        return page.exists and page.sha1 == sha1 and page.first_uploader == account
    if edit.step not in ("entity", "text"):
        return False  # a chunk: nothing of it lasts
    page_id = int(edit.target[1:]) if edit.step == "entity" else None
    since = (edit.at - CLOCKS_APART).strftime("%Y-%m-%dT%H:%M:%SZ")
    revisions = commons.history(title, page_id=page_id)
    ours = [r for r in revisions if r.user == account and r.timestamp >= since and edit.summary[:SUMMARY_PART] in r.comment]
    # Text and data share one history; the repository puts the kind of the change before the summary of a data edit.
    return any(r.comment.startswith(OF_DATA) == (edit.step == "entity") and r.parent for r in ours)
