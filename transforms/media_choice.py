"""Which of a record's media are published at all, where the partner file declares a choice.

| key | what it does |
|---|---|
| `media.select` | of several links to the same picture: the `largest` as stated, the `master` (TIFF, JPEG 2000, or so called), or `all` |
| `media.works.pages` | of a paged work: the pages as `images`, as one `pdf` that the record lists or that is made of them (`paged_work.py`), the `cover` only, or a person decides (`hold`) |
| `media.works.views` | `front`: further views and details stay inside |

Two links are of the same picture when they share an image service, or when position, role and page agree and both state sizes
of the same proportions. Anything less is left alone: a picture that is published twice is seen by the search for duplicates,
one that is dropped by mistake is seen by nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from glamflow.transforms.paged_work import is_pdf, paged_work
from glamflow.transforms.policy import MediaPolicy
from glamflow.transforms.record import MediaRef, MediaRole

_MASTER = re.compile(r"(?<![a-z])(?:master|original|orig|archiv\w*|tiff?|jp2)(?![a-z])", re.IGNORECASE)
_ALIKE = 0.01  # two proportions this near are the same


def left_inside(media: Sequence[MediaRef], policy: MediaPolicy) -> dict[str, str]:
    """Id of each medium that stays inside by choice → the sentence that says why."""
    inside = {str(medium.id): f"another copy of the same picture is taken ({policy.select})" for medium in _lesser_copies(media, policy)}
    return inside | _pages_inside([medium for medium in media if str(medium.id) not in inside], policy)


def views_inside(medium: MediaRef, policy: MediaPolicy) -> bool:
    """Whether only the front is shown, and this is another view."""
    return policy.views == "front" and medium.role in (MediaRole.VIEW, MediaRole.DETAIL)


def pages_to_decide(media: Iterable[MediaRef], policy: MediaPolicy) -> str:
    """Why a person must say what becomes of the pages, "" if the partner file says it."""
    pages = [medium for medium in media if medium.role is MediaRole.PAGE]
    if not pages:
        return ""
    if policy.pages == "hold":
        return f"{len(pages)} pages: the partner file leaves paged works to a person"
    return ""


def _lesser_copies(media: Sequence[MediaRef], policy: MediaPolicy) -> list[MediaRef]:
    if policy.select == "all":
        return []
    near: dict[object, list[list[MediaRef]]] = {}
    for medium in media:
        if not medium.iiif_service and medium.position is None:
            continue
        groups = near.setdefault(medium.iiif_service or (medium.position, medium.role, medium.page), [])
        group = next((group for group in groups if _same_picture(group[0], medium)), None)
        if group is None:
            groups.append([medium])
        else:
            group.append(medium)
    return [medium for groups in near.values() for group in groups if len(group) > 1 for medium in _but_best(group, policy)]


def _but_best(group: list[MediaRef], policy: MediaPolicy) -> list[MediaRef]:
    best = max(group, key=_mastery if policy.select == "master" else _size)
    return [medium for medium in group if medium is not best]


def _size(medium: MediaRef) -> tuple[int, int]:
    return (medium.width or 0) * (medium.height or 0), medium.size or 0


def _mastery(medium: MediaRef) -> tuple[bool, int, int]:
    words = " ".join((medium.mime, medium.url.rpartition("/")[2], *(label.value for label in medium.labels)))
    return bool(_MASTER.search(words.replace("_", " "))), *_size(medium)


def _same_picture(one: MediaRef, other: MediaRef) -> bool:
    """Of two that share a service, or position, role and page."""
    if one.iiif_service and one.iiif_service == other.iiif_service:
        return True
    if not (one.width and one.height and other.width and other.height) or one.width == other.width:
        return False
    return abs((one.width / one.height) / (other.width / other.height) - 1) < _ALIKE


def _pages_inside(media: Sequence[MediaRef], policy: MediaPolicy) -> dict[str, str]:
    pages = [medium for medium in media if medium.role is MediaRole.PAGE]
    pdfs = [medium for medium in media if is_pdf(medium)]
    if not pages:
        return {}
    work = paged_work(media, policy)
    if work is not None:
        return {str(page.id): "it becomes a page of one PDF" for page in work.pages if page is not work.carrier}
    match policy.pages:
        case "pdf" if pdfs:
            return {str(medium.id): "the work is published as one PDF" for medium in pages}
        case "images" if len(pages) > 1:
            return {str(medium.id): "the work is published page by page" for medium in pdfs}
        case "cover":
            covers = [medium for medium in media if medium.role is MediaRole.COVER]
            shown = covers or [min(pages, key=lambda medium: (medium.position is None, medium.position or 0))]
            return {str(medium.id): "of paged works only the cover is shown" for medium in (*pages, *pdfs) if medium not in shown}
        case _:
            return {}
