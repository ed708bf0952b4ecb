"""One walk over a partner's records: figures and table come from the same stream, so they cannot differ."""

from __future__ import annotations

import datetime as dt
import tempfile
from typing import BinaryIO, cast

from glamflow.ledger.branches import base_media_id
from glamflow.partner import Partner
from glamflow.reports import table
from glamflow.reports.figures import Change, Listed, Report
from glamflow.reports.standing import Standing
from glamflow.reports.tally import Tally
from glamflow.reports.words import Words
from glamflow.reports.works import Work
from glamflow.steps.deps import Deps
from glamflow.steps.report_changes import AT_SOURCE, BY_COMMUNITY, MAX_CHANGES, changes_of
from glamflow.steps.report_facts import last_harvest, plan_facts
from glamflow.steps.report_items import ItemSearch
from glamflow.steps.report_works import page_address, works
from glamflow.store import layout
from glamflow.transforms.outcome import Reason
from glamflow.transforms.record import Record
from glamflow.transforms.sentences import Sentence
from glamflow.wiki.conduct import is_sandbox

_SPOOL = 8 * 1024 * 1024
ON_PAGE_ONE = 6
WIKIDATA = "https://www.wikidata.org"
STILL_GOING = dt.timedelta(hours=24)  # an older run that never ended was broken off


def period_of(now: dt.datetime) -> str:
    """The month: its report is written again by every run of the month."""
    return f"{now:%Y-%m}"


def count_report(deps: Deps, config: Partner, run_id: str, *, now: dt.datetime) -> Report:
    """The figures of this moment; the table is written to the store on the way."""
    words = Words(config.language)
    base = deps.connections(config.publish.wiki).base_url
    since = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    way_on = Sentence(what=words["on_the_way_what"], why=words["on_the_way_why"], do=words["on_the_way_do"], who="operator")
    tally = Tally(
        language=config.language, today=now.date(), since=since, on_its_way=way_on, address=lambda title: page_address(base, title)
    )
    items = ItemSearch(deps, config, base=f"{base if _rehearsal(deps, base) else WIKIDATA}/entity/", today=now.date())
    newest = deps.ledger.observations(config.slug, limit=MAX_CHANGES)
    seen = [one for one in newest if one.kind != Reason.MEDIA_CHANGED or one.settled_at is None]  # else the page shows it by now
    about = _about(deps, [row.file_id for row in seen if row.file_id], {row.record_key for row in seen if row.record_key})
    subjects: dict[str, Work] = {}
    with tempfile.SpooledTemporaryFile(max_size=_SPOOL) as spool:
        spool.write(table.head(words).encode())
        for work, record in works(deps, config):
            tally.add(work)
            spool.writelines(line.encode() for line in table.lines(work, words, way_on))
            if work.key in about:
                subjects[work.key] = work
            if record is not None:
                _look(items, work, record)
        spool.seek(0)
        key = layout.report(config.slug, period_of(now), "csv")
        deps.store.put(key, cast(BinaryIO, spool), content_type="text/csv; charset=utf-8")
    changes = [change for row in seen for change in changes_of(deps, row, subjects, words, base=base)]
    return _report(deps, config, run_id, now, since, tally, items, changes)


def _rehearsal(deps: Deps, base: str) -> bool:
    return is_sandbox(base, test_wiki=deps.settings.test_wiki)


def _about(deps: Deps, file_ids: list[int], keys: set[str]) -> set[str]:
    """Records that observations speak of."""
    return keys | {file.record_key for file in deps.ledger.files(file_ids)}


def _look(items: ItemSearch, work: Work, record: Record) -> None:
    """The object's first page that stands: usually its front."""
    file = next((file for file in work.files if file.page_title), None)
    medium = next((medium for medium in record.media if file and medium.id == base_media_id(file.media_id)), None)
    if file and medium:
        items.look(work, record, medium, file)


def _report(
    deps: Deps, config: Partner, run_id: str, now: dt.datetime, since: dt.datetime, tally: Tally, items: ItemSearch, changes: list[Change]
) -> Report:
    wiki = deps.connections(config.publish.wiki)
    january, later = tally.freed()
    rights, unread = tally.rights(), tally.unread()
    ours = [change for change in changes if change.kind in AT_SOURCE]
    theirs = [change for change in changes if change.kind in BY_COMMUNITY]
    runs = deps.ledger.reads.runs(config.slug)
    return Report(
        partner=config.slug, name=config.name, language=config.language, contact=config.contact, run_id=run_id, period=period_of(now),
        since=since.date(), as_of=now, wiki=wiki.base_url, rehearsal=_rehearsal(deps, wiki.base_url),
        way=tally.way(), new_on_commons=tally.new, last_harvest=last_harvest(runs),
        running=any(run.state == "running" and run.kind in ("ingest", "publish") and now - run.started_at < STILL_GOING for run in runs),
        waiting_plans=len(deps.ledger.reads.waiting_approvals(config.slug)),
        pictures=tuple(picture for picture in tally.newest() if picture.sha256)[:ON_PAGE_ONE], gallery=tally.newest(since=since),
        needs=(*tally.needs(Standing.WAITS_FOR_PARTNER), *tally.needs(Standing.WAITS_FOR_US)),
        next_january=january, freed_later=later, not_eligible=tally.causes(Standing.NOT_ELIGIBLE), left_out=tally.causes(Standing.LEFT_OUT),
        rights=rights, problems=tuple(tally.problems), duplicates=tuple(tally.duplicates), unread=unread, narrowed=tuple(ours),
        changes=tuple(theirs),
        listed=Listed(gallery=tally.new, changes=len(theirs), **tally.listed), items=items.figures(),
        plans=plan_facts(deps, config.slug), edits_per_minute=config.publish.edits_per_minute, daily_limit=config.publish.daily_limit,
    )  # fmt: skip
