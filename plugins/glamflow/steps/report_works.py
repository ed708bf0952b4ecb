"""The partner's records with their files, one after the other, from ledger and batch objects: what a report is counted from.

Memory holds one batch (at most 500 records) at a time, whatever the size of the collection.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import quote

from glamflow.ledger.branches import base_media_id
from glamflow.ledger.rows import Publication, RecordRow, StoredFile
from glamflow.partner import Partner
from glamflow.reports.standing import Standing, standing_of
from glamflow.reports.works import FileLine, Work
from glamflow.steps.deps import Deps
from glamflow.steps.objects import Checked, read_outcomes
from glamflow.store.ndjson import read_ndjson
from glamflow.transforms.outcome import Finding, Mapped
from glamflow.transforms.record import MediaRef, Record, RightsLevel

LIVE = ("published", "verified", "held")
_ORDER = list(Standing)
Told = tuple[Record | None, tuple[Finding, ...]]


def works(deps: Deps, config: Partner) -> Iterator[tuple[Work, Record | None]]:
    """Every record that the partner ever offered with what it says, batch by batch, those without a batch last."""
    reads, wiki = deps.ledger.reads, config.publish.wiki
    base = deps.connections(wiki).base_url
    for batch_id in (*(batch.id for batch in deps.ledger.batches_of_partner(config.slug)), ""):
        after = 0
        while rows := reads.records_of_batch(config.slug, batch_id, after=after):
            after = rows[-1].id
            told = _told(deps, batch_id, {row.key for row in rows})
            files: dict[int, list[StoredFile]] = {}
            for file in reads.files_of_records([row.id for row in rows]):
                files.setdefault(file.record_id, []).append(file)
            pages = deps.ledger.publications([file.id for group in files.values() for file in group], wiki)
            for row in rows:
                record, findings = told.get(row.key, (None, ()))
                yield _work(row, record, findings, files.get(row.id, []), pages, base), record


def page_address(base: str, title: str) -> str:
    """The file page on the wiki."""
    return f"{base}/wiki/File:{quote(title.replace(' ', '_'), safe=_PATH)}" if title else ""


_PATH = "()!,;:@/'*._-"


def _told(deps: Deps, batch_id: str, keys: set[str]) -> dict[str, Told]:
    """What each record says, and what was found while reading and checking it; nothing for a batch that is not so far yet."""
    if not batch_id:
        return {}
    batch = deps.ledger.batch(batch_id)
    told: dict[str, Told] = {}
    if batch.mapped_key:
        for outcome in read_outcomes(deps, batch.mapped_key):
            key = outcome.record.key if isinstance(outcome, Mapped) else outcome.key
            if key in keys:
                told[key] = (outcome.record if isinstance(outcome, Mapped) else None, outcome.findings)
    if batch.checked_key:
        for item in read_ndjson(deps.store, batch.checked_key, Checked):
            if item.record.key in keys:
                told[item.record.key] = (item.record, (*item.findings, *item.checks.findings))
    return told


def _work(
    row: RecordRow, record: Record | None, findings: tuple[Finding, ...], files: list[StoredFile], pages: Mapping[int, Publication],
    base: str,
) -> Work:  # fmt: skip
    lines = tuple(_line(file, record, pages.get(file.id), base) for file in files)
    standing, reason, detail = _leading(row, lines)
    return Work(
        key=row.key, state=row.state, standing=standing, reason=reason, detail=detail, files=lines, findings=findings,
        inventory_number=_number(record), title=record.titles[0].value if record and record.titles else "",
        source_url=record.source_url if record else "", removed_at_source=row.state == "withdrawn",
    )  # fmt: skip


def _leading(row: RecordRow, lines: tuple[FileLine, ...]) -> tuple[Standing, str, str]:
    """A withdrawn record without a page is removed; otherwise the best of its files decides, and a record without any for itself."""
    own = standing_of(row.state, row.reason, live=False)
    if not lines or (own is Standing.REMOVED and not any(line.standing is Standing.ON_COMMONS for line in lines)):
        return own, row.reason, row.detail
    best = min(lines, key=lambda line: _ORDER.index(line.standing))
    return best.standing, best.reason, best.detail


def _number(record: Record | None) -> str:
    """The number that the registrar knows the object by, exactly as supplied."""
    return (record.inventory_number or record.document_symbol) if record else ""


def _line(file: StoredFile, record: Record | None, page: Publication | None, base: str) -> FileLine:
    live = page is not None and page.page_id is not None and page.state in LIVE
    decided = str((file.rights or {}).get("reason", ""))
    medium = next((medium for medium in record.media if medium.id == base_media_id(file.media_id)), None) if record else None
    return FileLine(
        file_id=file.id, media_id=file.media_id, state=file.state, standing=standing_of(file.state, file.reason, live=live),
        reason=file.reason or (decided if live else ""), detail=file.detail, rights_stated=_stated(record, medium), rights_reason=decided,
        reconsider_on=file.not_before or file.reconsider_on, media_url=file.url, page_title=page.title if page and live else "",
        page_url=page_address(base, page.title) if page and live else "", published_at=page.created_at if page and live else None,
        plan_id=page.plan_id if page and live else "", sha256=file.sha256 if _drawn(file.mime) else "", mime=file.mime, width=file.width, height=file.height,
    )  # fmt: skip


def _drawn(mime: str) -> bool:
    """Whether staging makes a thumbnail of this type (`media/thumbnail.py`)."""
    return mime.startswith("image/") and not mime.startswith("image/svg")


def _stated(record: Record | None, medium: MediaRef | None) -> str:
    """The statements about this medium as the partner gives them: its own, else the object's or the collection's."""
    if record is None:
        return ""
    own = medium.rights if medium else ()
    about = own or tuple(one for one in record.rights if one.level is not RightsLevel.METADATA)
    return " · ".join(dict.fromkeys(one.value for one in about))
