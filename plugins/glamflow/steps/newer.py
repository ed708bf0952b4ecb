"""A better copy of a published picture: a new version over our own, or a matter for a person.

A new version is planned only where all of this holds; the first thing that does not is the reason of the hold.

| asked | else |
|---|---|
| nobody forbade these bytes, and the wiki has them nowhere, not even deleted | `DO_NOT_UPLOAD`, `DUPLICATE_ON_COMMONS`, `DELETED_ON_COMMONS` |
| the current version of the file is ours, byte for byte as we wrote it | `MEDIA_CHANGED` |
| a picture of the same type, neither narrower nor lower than the old one | `MEDIA_CHANGED` |
| the same proportions (within 1 %) and, laid over each other, the same picture as `near.py` understands it | `MEDIA_CHANGED` |
| licence and copyright status are what they were when it was published | `MEDIA_CHANGED` |

The bytes stand in the plan's copy object (`stage.recheck_published`); page text and data follow as updates of the same plan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from glamflow.ledger.rows import Publication, StagedMedia, StoredFile
from glamflow.media.compare import Likeness, compare
from glamflow.media.fingerprint import fingerprint, open_grey
from glamflow.media.windows import WHOLE
from glamflow.partner import Partner
from glamflow.steps.deps import Deps
from glamflow.steps.material import Material
from glamflow.steps.near import DISTANCE
from glamflow.steps.written import WrittenPage
from glamflow.store import layout
from glamflow.transforms.actions import NewVersion
from glamflow.transforms.commons.context import PageDraft
from glamflow.transforms.commons.title import raw_identifier
from glamflow.transforms.merge import FROZEN
from glamflow.transforms.outcome import Reason
from glamflow.transforms.wikibase.statement import identity, property_of, qualifiers_of
from glamflow.wiki.protocol import CommonsClient, FilePage

ASPECT = 0.01
Against = tuple[Reason, str]


def settle_changed(deps: Deps, partner: str, file_id: int, *, who: str) -> None:
    """What the source changed about these bytes has been brought; the partner is not told that it waits."""
    for seen in deps.ledger.observations(partner, kind=Reason.MEDIA_CHANGED, file_id=file_id, unsettled=True):
        deps.ledger.settle_observation(seen.id, who=who)


def read_copies(deps: Deps, partner: str, plan: str, files: Sequence[StoredFile]) -> dict[int, StagedMedia]:
    """Other bytes at the source for published files of the plan, by file id."""
    found = {}
    for file in files:
        key = layout.plan_copy(partner, plan, file.id)
        if deps.store.head(key) is not None:
            found[file.id] = msgspec.json.decode(deps.store.get(key), type=StagedMedia)
    return found


def with_copy(item: Material, copy: StagedMedia) -> Material:
    """The file as it would be with the new bytes: its page is described anew from this."""
    facts = {name: value for name, value in msgspec.structs.asdict(copy).items() if name not in ("phash", "core_hash")}
    return replace(item, file=msgspec.structs.replace(item.file, **facts))


def better_copy(
    deps: Deps, config: Partner, commons: CommonsClient, item: Material, copy: StagedMedia, *, pub: Publication, page: FilePage,
    written: WrittenPage, draft: PageDraft, summary: str,
) -> NewVersion | Against:  # fmt: skip
    """The new version, or why it is none."""
    against = (
        _elsewhere(deps, config, commons, item, copy, page) or _not_ours(commons, page, written, copy) or _smaller(item.file, copy)
        or _another_picture(deps, item.file, copy) or _other_rights(written, draft)
    )  # fmt: skip
    if against:
        return against
    return NewVersion(
        file=str(item.file.id), record=item.record.key, title=page.title, identifier=raw_identifier(item.record), source_url=item.record.source_url,
        findings=draft.findings, page_id=pub.page_id or 0, sha1=copy.sha1, sha256=copy.sha256, size=copy.size, replaces_sha1=written.sha1,
        replaces_sha256=item.file.sha256, media=msgspec.to_builtins(copy), summary=summary,
    )  # fmt: skip


def _elsewhere(
    deps: Deps, config: Partner, commons: CommonsClient, item: Material, copy: StagedMedia, page: FilePage
) -> Against | None:
    if bans := deps.ledger.bans(partner=config.slug, sha1=copy.sha1, record_key=item.record.key, file_id=item.file.id):
        return Reason.DO_NOT_UPLOAD, f"{bans[0].reason}: {bans[0].detail or bans[0].link}"
    around = commons.neighbours(sha1=copy.sha1)
    if live := [title for title in around.live if title != page.title]:
        return Reason.DUPLICATE_ON_COMMONS, f"File:{live[0]}"
    if around.deleted and not around.live:
        return Reason.DELETED_ON_COMMONS, f"deleted as File:{around.deleted[0]}"
    return None


def _not_ours(commons: CommonsClient, page: FilePage, written: WrittenPage, copy: StagedMedia) -> Against | None:
    if page.sha1 in (written.sha1, copy.sha1) and page.last_uploader == commons.account().name:
        return None
    return (
        Reason.MEDIA_CHANGED,
        f"a better copy, but the current version on the wiki is by {page.last_uploader or 'somebody else'}",
    )


def _smaller(old: StoredFile, copy: StagedMedia) -> Against | None:
    if copy.mime != old.mime or not copy.mime.startswith("image/") or (copy.pages or 1) != 1:
        return Reason.MEDIA_CHANGED, f"other bytes of the type {copy.mime}; only pictures of one type can be compared"
    if not (old.width and old.height and copy.width and copy.height):
        return Reason.MEDIA_CHANGED, "other bytes, whose size in pixels cannot be compared"
    shown = f"{copy.width} × {copy.height} instead of {old.width} × {old.height} pixels"
    if copy.width < old.width or copy.height < old.height:
        return Reason.MEDIA_CHANGED, f"a smaller copy: {shown}"
    before, now = old.width / old.height, copy.width / copy.height
    return (Reason.MEDIA_CHANGED, f"other proportions: {shown}") if abs(now / before - 1) > ASPECT else None


def _another_picture(deps: Deps, old: StoredFile, copy: StagedMedia) -> Against | None:
    ours, theirs = (thumbnail_of(deps, old.partner, sha256) for sha256 in (old.sha256, copy.sha256))
    if not ours or not theirs:
        return Reason.MEDIA_CHANGED, "other bytes, and no picture of the published ones to compare them with"
    marks = [fingerprint(thumbnail).whole for thumbnail in (ours, theirs)]
    apart = (int(marks[0], 16) ^ int(marks[1], 16)).bit_count() if all(marks) else 0
    seen = compare(open_grey(theirs), open_grey(ours), ours=WHOLE, theirs=WHOLE, turn=0)
    if apart <= DISTANCE and seen.likeness is Likeness.SAME:
        return None
    return Reason.MEDIA_CHANGED, f"another picture than the published one ({seen.likeness}): a new file, or a mistake?"


def _other_rights(written: WrittenPage, draft: PageDraft) -> Against | None:
    """Licence and copyright status as they were stated; where the wiki has no data, the licence templates."""
    before, now = _stated(written.statements), _stated(draft.statements)
    same = before == now if before else written.params.get("permission", "") == draft.parameters.get("permission", "")
    return None if same else (Reason.MEDIA_CHANGED, "a better copy under other rights than the published one")


def _stated(statements: Sequence[Mapping[str, Any]]) -> frozenset[tuple[str, frozenset[str]]]:
    return frozenset((identity(claim), qualifiers_of(claim)) for claim in statements if property_of(claim) in FROZEN)


def thumbnail_of(deps: Deps, partner: str, sha256: str) -> bytes:
    """What a staged picture shows in small, b"" where nothing was drawn of it."""
    try:
        return deps.store.get(layout.media_thumbnail(partner, sha256)) if sha256 else b""
    except KeyError:
        return b""
