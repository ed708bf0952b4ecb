"""Files of a plan that show the same picture as another file: found by hash, confirmed on the pixels, decided by a person.

Rules
- The later file is held; the other may be in the same record, of the same partner or another's, waiting or on the wiki.
- Nothing is ever merged, linked or dropped by likeness.
- Backs, colour targets, conservation shots, pages and documents are not compared; nor are other views of one object, nor
  language versions of one document.
- What a person released once is not held again for the same pair.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from glamflow.ledger.rows import StoredFile
from glamflow.ledger.states import FileState
from glamflow.media.compare import Likeness, compare
from glamflow.media.fingerprint import open_grey
from glamflow.media.windows import CORE, WHOLE, Found, Probe, kept_hashes
from glamflow.steps.deps import Deps
from glamflow.steps.material import Material
from glamflow.store import layout
from glamflow.transforms.record import MediaRole

OBSERVED = "NEAR_DUPLICATE"
NOT_COMPARED = frozenset({MediaRole.BACK, MediaRole.TARGET, MediaRole.CONSERVATION, MediaRole.PAGE, MediaRole.DOCUMENT})
DISTANCE, MOST_CANDIDATES = 8, 20
_ALIVE = frozenset({FileState.STAGED, FileState.PLANNED, FileState.PUBLISHED, FileState.VERIFIED, FileState.HELD})
_PUBLIC = frozenset({FileState.PUBLISHED, FileState.VERIFIED})


class Twin(NamedTuple):
    """The file that shows the same, and a sentence for the person who decides."""

    file_id: int
    detail: str


def near_duplicates(deps: Deps, items: Sequence[Material]) -> dict[int, Twin]:
    """File → its twin, for the files of a plan that should wait for a person."""
    asked = [item for item in items if item.medium.role not in NOT_COMPARED]
    kept = deps.ledger.hashes() if asked else []
    if not kept:
        return {}
    values = np.array([int(entry.value, 16) for entry in kept], dtype=np.uint64)
    of_plan = {item.file.id: item for item in items}
    fingerprinted = {entry.file_id for entry in kept}
    found = {}
    for item in asked:
        if item.file.id not in fingerprinted:
            continue  # blank, written, or no picture at all
        thumbnail = _thumbnail(deps, item.file)
        if not thumbnail:
            continue
        probe = Probe(open_grey(thumbnail)).near(values, distance=DISTANCE)
        nearest: dict[int, tuple[Found, str]] = {}
        for one in sorted(probe, key=lambda one: one.distance):
            nearest.setdefault(kept[one.entry].file_id, (one, kept[one.entry].kind))
        twin = _twin(deps, item, thumbnail, nearest, of_plan)
        if twin:
            found[item.file.id] = twin
    return found


def likeness(ours: bytes, theirs: bytes) -> Likeness:
    """What the thumbnails of two pictures have to do with each other, whatever was cut off or turned."""
    one, other = open_grey(ours), open_grey(theirs)
    kept = np.array(kept_hashes(other), dtype=np.uint64)
    windows = sorted(Probe(one).near(kept, distance=DISTANCE), key=lambda found: found.distance)
    seen = [compare(one, other, ours=found.box, theirs=(WHOLE, CORE)[found.entry], turn=found.turn).likeness for found in windows]
    return next((answer for answer in (Likeness.SAME, Likeness.ALIKE) if answer in seen), Likeness.OTHER)


def note_near(deps: Deps, partner: str, file_id: int, record_key: str, other: int) -> None:
    """Both ids for the review page, which shows the pictures side by side."""
    deps.ledger.observe(partner=partner, kind=OBSERVED, file_id=file_id, record_key=record_key, detail={"other": other})


def _twin(
    deps: Deps, item: Material, thumbnail: bytes, nearest: dict[int, tuple[Found, str]], of_plan: dict[int, Material]
) -> Twin | None:
    released = _released(deps, item)
    ids = [id for id in nearest if id != item.file.id and id not in released][: MOST_CANDIDATES * 3]
    others = [other for other in deps.ledger.files(ids) if _counts(item, other, of_plan)]
    others.sort(key=lambda other: nearest[other.id][0].distance)
    ours = open_grey(thumbnail)
    for other in others[:MOST_CANDIDATES]:
        window, kind = nearest[other.id]
        theirs = _thumbnail(deps, other)
        if not theirs:
            continue
        seen = compare(ours, open_grey(theirs), ours=window.box, theirs=CORE if kind == "core" else WHOLE, turn=window.turn)
        if seen.likeness is Likeness.SAME:
            where = "" if other.partner == item.file.partner else f" of {other.partner}"
            return Twin(other.id, f"the same picture as file {other.id} (“{other.title or other.record_key}”{where})")
    return None


def _counts(item: Material, other: StoredFile, of_plan: dict[int, Material]) -> bool:
    """Whether the other came first and may be the same picture at all."""
    if other.state not in _ALIVE or other.role in NOT_COMPARED:
        return False
    if other.state not in _PUBLIC and other.id > item.file.id:
        return False
    if other.partner == item.file.partner and other.record_key == item.file.record_key:
        return other.role == item.file.role
    group = of_plan[other.id].record.version_group if other.id in of_plan else ""
    return not group or group != item.record.version_group


def _released(deps: Deps, item: Material) -> set[int]:
    """Files that this one was held for before. It is in a plan again: somebody looked at both and let it go."""
    others = set()
    for seen in deps.ledger.observations(item.file.partner, kind=OBSERVED, file_id=item.file.id):
        others.add(int((seen.detail or {}).get("other", 0)))
        if seen.settled_at is None:
            deps.ledger.settle_observation(seen.id, who="released by a person")
    return others


def _thumbnail(deps: Deps, file: StoredFile) -> bytes:
    try:
        return deps.store.get(layout.media_thumbnail(file.partner, file.sha256)) if file.sha256 else b""
    except KeyError:
        return b""
