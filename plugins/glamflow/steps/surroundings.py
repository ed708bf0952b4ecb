"""What is around each file of a plan on the wiki, asked in as few requests as can be, and what follows from it.

`judge` is pure: it says why a file must not be uploaded now, or that nothing stands against it.

| seen | answer |
|---|---|
| our do-not-upload list names it | `DO_NOT_UPLOAD` |
| the same bytes live under somebody's file | `DUPLICATE_ON_COMMONS`: link to it, never a second copy |
| the same bytes live under a title that our account made and the ledger does not know | adopted: `Link` |
| the same bytes live under another file of ours | `DUPLICATE_IN_PARTNER` |
| the same bytes were deleted there | `DELETED_ON_COMMONS` |
| the title is somebody's | `TITLE_TAKEN` |

Files of others that link to the record or name the inventory number are asked for in the same request; `earlier.py` judges them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from glamflow.partner import Partner
from glamflow.steps.deps import Deps
from glamflow.steps.material import Material
from glamflow.transforms.outcome import Reason
from glamflow.wiki.protocol import CommonsClient, FilePage, Neighbours

Judgement = tuple[Reason, str]
SHORTEST_NUMBER = 4  # shorter inventory numbers ("12") stand in too many pages to mean anything


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """Answers of wiki and ledger for the files of one plan, by file id or title."""

    pages: Mapping[str, FilePage]
    neighbours: Mapping[int, Neighbours]
    ours: Mapping[str, int]  # title → file id, over all partners
    bans: Mapping[int, str] = field(default_factory=dict)
    foreign: Mapping[str, FilePage] = field(default_factory=dict)  # pages with our bytes under titles that the ledger does not know
    account: str = ""


def look_around(deps: Deps, config: Partner, commons: CommonsClient, drafts: Mapping[str, Material]) -> Surroundings:
    """Ask about all drafts (title → material): titles 50 at a time, one request more per file."""
    pages = commons.pages(list(drafts))
    neighbours = {item.file.id: _ask(commons, config, item) for item in drafts.values()}
    seen = {title for around in neighbours.values() for title in (*around.live, *around.linked, *around.mentioned)}
    ours = deps.ledger.titles_taken(config.publish.wiki, sorted(seen | set(drafts)))
    bans = {}
    for item in drafts.values():
        found = deps.ledger.bans(partner=config.slug, sha1=item.file.sha1, record_key=item.record.key, file_id=item.file.id)
        if found:
            bans[item.file.id] = f"{found[0].reason}: {found[0].detail or found[0].link}"
    unknown = sorted({title for around in neighbours.values() for title in around.live} - set(ours))
    foreign = commons.pages(unknown) if unknown else {}
    account = commons.account().name if unknown else ""
    return Surroundings(pages=pages, neighbours=neighbours, ours=ours, bans=bans, foreign=foreign, account=account)


def adopted(title: str, item: Material, around: Surroundings) -> FilePage | None:
    """The page with these very bytes that our own account uploaded under another title, if that is all there is: ours, and
    unknown to the ledger (it was renamed, or the ledger is younger than the upload)."""
    live = [name for name in around.neighbours[item.file.id].live if name != title]
    pages = [around.foreign[name] for name in live if name in around.foreign]
    if item.file.id in around.bans or not live or len(pages) != len(live):
        return None
    ours = [page for page in pages if page.exists and page.first_uploader == around.account and page.sha1 == item.file.sha1]
    return ours[0] if len(ours) == len(pages) == 1 and not around.pages[title].exists else None


def judge(title: str, item: Material, around: Surroundings) -> Judgement | None:
    """Why this file must not be uploaded under `title` now, None if nothing stands against it."""
    near, file_id = around.neighbours[item.file.id], item.file.id
    if file_id in around.bans:
        return Reason.DO_NOT_UPLOAD, around.bans[file_id]
    if live := [name for name in near.live if around.ours.get(name) != file_id]:
        reason = Reason.DUPLICATE_IN_PARTNER if live[0] in around.ours else Reason.DUPLICATE_ON_COMMONS
        return reason, f"File:{live[0]}"
    if near.deleted and not near.live:
        return Reason.DELETED_ON_COMMONS, f"deleted as File:{near.deleted[0]}"
    page = around.pages[title]
    if page.exists and not (around.ours.get(title) == file_id and page.sha1 == item.file.sha1):
        return Reason.TITLE_TAKEN, f"File:{title} belongs to {page.first_uploader or 'somebody else'}"
    return None


def doubles(items: Iterable[Material]) -> dict[int, str]:
    """Files of one plan with the same bytes as an earlier one of it: file id → record of the first."""
    first: dict[str, Material] = {}
    found = {}
    for item in sorted(items, key=lambda item: item.file.id):
        earlier = first.setdefault(item.file.sha1, item)
        if earlier is not item:
            found[item.file.id] = f"the same bytes as {earlier.record.inventory_number or earlier.record.key}"
    return found


def _ask(commons: CommonsClient, config: Partner, item: Material) -> Neighbours:
    number, category = item.record.inventory_number, config.commons.category_collection
    return commons.neighbours(
        sha1=item.file.sha1, link=item.record.source_url if "://" in item.record.source_url else "",
        phrase=number if category and len(number) >= SHORTEST_NUMBER else "", category=category,
    )  # fmt: skip
