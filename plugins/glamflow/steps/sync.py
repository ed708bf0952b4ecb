"""Sync: look at our pages again, 50 a request, and note what people did. Nothing is written here.

One request tells for 50 pages whether anything happened; only those where it did are read, and the history of each since then.

| seen | observation |
|---|---|
| another title | `RENAMED`: the page is followed by its id, title taken over |
| page gone | `DELETED`: file and bytes go on the do-not-upload list |
| page back | `UNDELETED`: for a person, who may lift the ban with the link |
| deletion, copyvio, no-source … tags | `TAGGED_FOR_DELETION`: the file is held, its edits are frozen until the tag is gone |
| other bytes | `OVERWRITTEN` |
| values | as `transforms/commons/observed.py` calls them: improved, translated, corrected, categorised, reverted, licence changed … |

A lane is a range of pages; a page that was looked at since the run began is not looked at again, so a lane that was killed goes on
where it was. No more than 50 pages are in memory.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from glamflow.audit.journal import Edit, Journal
from glamflow.ledger.rows import Publication
from glamflow.ledger.states import EditOutcome
from glamflow.partner import Partner
from glamflow.steps.deps import Deps
from glamflow.steps.itemwork import STEP, item_stands
from glamflow.steps.observing import SILENT, Noted, difference, edits_since, last_known
from glamflow.steps.outcome import StepReport
from glamflow.steps.tagged import TAGGED, heed_tags, tags_of
from glamflow.steps.written import WrittenPage, decode_written
from glamflow.transforms.commons.observed import Kind
from glamflow.transforms.outcome import Reason
from glamflow.wiki.protocol import CommonsClient, Entity, FilePage, PageHead

MAX_LANES, PAGES_PER_LANE, BATCH = 16, 200, 50
SETTLE_AFTER = dt.timedelta(minutes=20)  # request time-out and asynchronous deadline are over by then
CLOCKS_APART = dt.timedelta(minutes=2)
OF_DATA = "/* wb"
SUMMARY_PART = 150  # characters; wikis cut long summaries


def plan_observation(deps: Deps, partner: str, run_id: str, params: Mapping[str, Any] | None = None) -> list[str]:
    """Begin the run; lanes `run|first|last` over all pages of the partner."""
    config = deps.partner_from_file(partner)
    version = deps.ledger.save_partner_version(partner, config.text)
    deps.ledger.start_run(run_id, partner=partner, kind="sync", partner_version=version)
    ranges = deps.ledger.publication_ranges(partner, config.publish.wiki, parts=MAX_LANES, at_least=PAGES_PER_LANE)
    return [f"{run_id}|{first}|{last}" for first, last in ranges]


def observe_lane(deps: Deps, ref: str) -> StepReport:
    """Compare the pages of a lane with what we know of them, and note each difference once."""
    run_id, first, last = ref.rsplit("|", 2)
    config = deps.partner_of_run(run_id)
    wiki = config.publish.wiki
    report, began = StepReport(step="sync"), deps.ledger.run(run_id).started_at
    commons = deps.commons(config)
    account = cache(lambda: commons.account().name)
    while pubs := deps.ledger.publications_unseen(config.slug, wiki, first=int(first), last=int(last), since=began, limit=BATCH):
        changed = _moved_on(deps, config, commons, pubs)
        pages = commons.pages_by_id([pub.page_id for pub in changed if pub.page_id]) if changed else {}
        entities = commons.entities([pub.entity for pub in changed if pub.entity]) if changed else {}
        for pub in changed:
            observe_page(deps, config, pub, pages[pub.page_id or 0], entities.get(pub.entity), report, commons=commons, account=account)
        report.add("pages", len(pubs))
    return report


def _moved_on(deps: Deps, config: Partner, commons: CommonsClient, pubs: list[Publication]) -> list[Publication]:
    """Those of `pubs` at which something happened since they were last looked at; the rest is noted as looked at."""
    heads = commons.heads([pub.page_id for pub in pubs if pub.page_id])
    changed = [pub for pub in pubs if not _stands(pub, heads.get(pub.page_id or 0, PageHead()))]
    if same := [pub.file_id for pub in pubs if pub not in changed]:
        deps.ledger.looked_at(same, config.publish.wiki)
    return changed


def _stands(pub: Publication, head: PageHead) -> bool:
    if pub.state == "deleted" or head.revision is None:
        return pub.state == "deleted" and head.revision is None
    return head.title == pub.title and head.revision == last_known(pub)


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


def observe_page(
    deps: Deps, config: Partner, pub: Publication, page: FilePage, entity: Entity | None, report: StepReport, *,
    commons: CommonsClient | None = None, account: Callable[[], str] | None = None,
) -> None:  # fmt: skip
    """Note what people made of one page since it was last looked at, and follow it. Without `commons` its history is not asked."""
    wiki = config.publish.wiki
    written = decode_written(deps.store.get(pub.object_key))
    edits = _edits(pub, written, page, entity, commons, account or (lambda: page.first_uploader))
    for noted in (*_states(deps, pub, written, page, commons, edits), *edits):
        if noted.kind in SILENT:
            continue
        report.add(noted.kind.lower())
        deps.ledger.observe(
            partner=config.slug, kind=noted.kind, file_id=pub.file_id, wiki=wiki, title=page.title, revision=noted.revision, who=noted.who,
            reason=_reason(noted.kind), detail=noted.detail,
        )  # fmt: skip
        if noted.kind == "DELETED":
            deps.ledger.forbid(
                kind="sha1", value=pub.sha1, partner="", reason=Reason.DELETED_ON_COMMONS, who="sync", detail=f"File:{pub.title} was deleted"
            )
    if page.exists and heed_tags(deps, config, pub, page, commons=commons):
        report.add(TAGGED.lower())
    back = pub.state == "deleted" and page.exists
    deps.ledger.mark_publication(
        pub.file_id, wiki=wiki, state="verified" if back else "" if page.exists else "deleted", title=page.title if page.exists else "",
        revision=page.revision, entity_revision=entity.revision if entity else None,
    )  # fmt: skip


def _edits(
    pub: Publication, written: WrittenPage, page: FilePage, entity: Entity | None, commons: CommonsClient | None, account: Callable[[], str]
) -> list[Noted]:
    """Edits since the last look; of an edit that only put a deletion tag on the page the tag is told, not the edit."""
    if not page.exists or (page.revision or 0) <= last_known(pub):
        return []
    found = list(edits_since(commons, pub, account()) if commons else difference(pub, written, page, entity))
    return [noted for noted in found if not (noted.kind == Kind.EDITED and tags_of(page) and noted.detail["changes"] == [{"field": "page"}])]


def _states(
    deps: Deps, pub: Publication, written: WrittenPage, page: FilePage, commons: CommonsClient | None, edits: list[Noted]
) -> Iterator[Noted]:
    """What the page itself shows: gone, back, moved, tagged, other bytes. Each is told once."""
    if not page.exists:
        if pub.state != "deleted":
            line = commons.deletion(pub.title) if commons else None
            told = {"when": line.timestamp, "comment": line.comment[:200]} if line else {}
            yield Noted(kind="DELETED", revision=None, who=line.user if line else "", detail={"title": pub.title, **told})
        return
    if pub.state == "deleted":
        yield Noted(kind="UNDELETED", revision=page.revision, detail={"title": page.title})
    if page.title != pub.title:
        move = next((noted for noted in edits if noted.kind in SILENT and page.title in noted.detail["comment"]), None)
        told = {"before": pub.title, "after": page.title, **(move.detail if move else {})}
        yield Noted(kind="RENAMED", revision=move.revision if move else page.revision, who=move.who if move else "", detail=told)
    if page.sha1 and page.sha1 != written.sha1 and not _told_before(deps, pub, "OVERWRITTEN", {"sha1": page.sha1}):
        yield Noted(kind="OVERWRITTEN", revision=page.revision, who=page.last_uploader or page.last_editor, detail={"sha1": page.sha1})


def _told_before(deps: Deps, pub: Publication, kind: str, detail: dict[str, Any]) -> bool:
    """The last observation of this kind says the same."""
    last = deps.ledger.observations(pub.partner, kind=kind, file_id=pub.file_id, limit=1)
    return bool(last) and last[0].detail == detail


def _reason(kind: str) -> str:
    return Reason.DELETED_ON_COMMONS if kind == "DELETED" else ""


def _was_applied(commons: CommonsClient, deps: Deps, edit: Edit, account: str) -> bool:
    """Whether the wiki shows this edit: our bytes under the title, or a revision of ours with its summary since it was sent."""
    title = edit.target.removeprefix("File:")
    if edit.step in ("upload", "publish"):
        page = commons.pages([title])[title]
        newer = _new_version(deps, edit)
        if newer:
            return page.exists and page.sha1 == newer and page.last_uploader == account
        sha1 = deps.ledger.file(edit.file_id).sha1 if edit.file_id else ""
        return page.exists and page.sha1 == sha1 and page.first_uploader == account
    if edit.step == "move":
        pub = deps.ledger.publication(edit.file_id or 0, edit.wiki)
        return pub is not None and commons.pages([title])[title].page_id == pub.page_id
    if edit.step == STEP:
        return item_stands(deps, edit)
    if edit.step not in ("entity", "text"):
        return False  # a chunk: nothing of it lasts
    page_id = int(edit.target[1:]) if edit.step == "entity" else None
    since = (edit.at - CLOCKS_APART).strftime("%Y-%m-%dT%H:%M:%SZ")
    revisions = commons.history(title, page_id=page_id)
    ours = [r for r in revisions if r.user == account and r.timestamp >= since and edit.summary[:SUMMARY_PART] in r.comment]
    # Text and data share one history; the repository puts the kind of the change before the summary of a data edit.
    return any(r.comment.startswith(OF_DATA) == (edit.step == "entity") and r.parent for r in ours)


def _new_version(deps: Deps, edit: Edit) -> str:
    """SHA-1 of the bytes that the edit's plan was to put over older ones of this file, "" where it was a first upload."""
    rows = [row for row in deps.ledger.plan_actions(edit.plan_id) if row.file_id == edit.file_id and row.kind == "new_version"]
    return str((rows[0].payload or {}).get("sha1", "")) if rows else ""
