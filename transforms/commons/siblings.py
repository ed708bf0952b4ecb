"""Other files of the same object, for `other versions`.

Few siblings make a gallery; of many (pages of an album) only the neighbours are linked, or every page would repeat the whole album.
Titles are ours (`title.py`), so they hold nothing that wikitext could take for markup.
"""

from __future__ import annotations

from glamflow.transforms.commons.context import PageContext, Sibling
from glamflow.transforms.commons.wikitext import escape
from glamflow.transforms.record import MediaRole

MAX_GALLERY = 12


def other_versions(page: PageContext) -> str:
    siblings = [s for s in page.siblings if s.media_id != page.medium.id or s.title != page.title]
    if not siblings:
        return ""
    if len(siblings) > MAX_GALLERY:
        return " · ".join(f"[[:File:{s.title}|{_label(page, s)}]]" for s in _neighbours(page, siblings))
    return "\n".join(["<gallery>", *(f"File:{s.title}|{_label(page, s)}" for s in siblings), "</gallery>"])


def _label(page: PageContext, sibling: Sibling) -> str:
    number = next((m.page for m in page.record.media if m.id == sibling.media_id and m.page), "")
    if number:
        return f"page {escape(number)}"
    role = "" if sibling.role is MediaRole.UNKNOWN else sibling.role.value
    return escape(sibling.language or role or sibling.title)


def _neighbours(page: PageContext, siblings: list[Sibling]) -> list[Sibling]:
    """The file before and the file after this one in the record's own order."""
    order = {medium.id: number for number, medium in enumerate(page.record.media)}
    here = order.get(page.medium.id, 0)
    placed = sorted((s for s in siblings if s.media_id in order), key=lambda s: order[s.media_id])
    before = [s for s in placed if order[s.media_id] < here][-1:]
    return before + [s for s in placed if order[s.media_id] > here][:1]
