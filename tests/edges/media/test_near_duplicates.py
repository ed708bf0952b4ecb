"""347 labelled pairs: pictures of the same thing are found again, what only looks like it is not queued.

The pairs are drawn and derived by `tests/support/picture_pairs.py`; each is asked as the plan asks, newer picture first.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from picture_pairs import OTHER, SAME, draw, draw_pairs

from glamflow.media.compare import Likeness, compare, turned_box
from glamflow.media.fingerprint import fingerprint, is_written, open_grey
from glamflow.media.thumbnail import make_thumbnail
from glamflow.media.windows import CORE, WHOLE, Probe


def thumbnail(image: Any, folder: Any) -> bytes:
    path = folder / "picture.jpg"
    image.save(path, quality=92)
    return make_thumbnail(path)


def queued(earlier: bytes, later: bytes) -> bool:
    """Whether the second picture would wait for a person because the first is kept."""
    kept = fingerprint(earlier)
    if not kept.whole or not fingerprint(later).whole:
        return False
    values = np.array([int(kept.whole, 16), int(kept.core, 16)], dtype=np.uint64)
    ours, theirs = open_grey(later), open_grey(earlier)
    return any(
        compare(ours, theirs, ours=found.box, theirs=(WHOLE, CORE)[found.entry], turn=found.turn).likeness is Likeness.SAME
        for found in Probe(ours).near(values, distance=8)
    )


def test_of_the_labelled_pairs_the_same_are_found_and_the_others_are_left_alone(tmp_path: Any) -> None:
    total: Counter[str] = Counter()
    found: Counter[str] = Counter()
    first, earlier = None, b""
    for pair in draw_pairs():
        if pair.first is not first:
            first, earlier = pair.first, thumbnail(pair.first, tmp_path)
        total[pair.kind] += 1
        found[pair.kind] += queued(earlier, thumbnail(pair.second, tmp_path))
    true, false = sum(found[kind] for kind in SAME), sum(found[kind] for kind in OTHER)
    assert total.total() >= 300
    assert true >= 0.95 * sum(total[kind] for kind in SAME), found
    assert false <= 0.05 * (true + false), found
    assert found["blank"] == 0
    for kind in SAME:
        assert found[kind] >= 0.9 * total[kind], f"{kind}: {found[kind]} of {total[kind]}"


@pytest.mark.parametrize("kind", ["drawing", "engraving", "map", "poster", "painting"])
def test_pictures_are_not_taken_for_writing(kind: str) -> None:
    assert not is_written(draw(kind, "a").resize((512, 387)))


def test_a_page_of_writing_has_no_fingerprint(tmp_path: Any) -> None:
    assert fingerprint(thumbnail(draw("letter", "a"), tmp_path)) == ("", "")


def test_a_window_turns_with_its_picture() -> None:
    assert turned_box((0.1, 0.2, 0.7, 0.9), 90) == pytest.approx((0.2, 0.3, 0.9, 0.9))
    assert turned_box((0.1, 0.2, 0.7, 0.9), 180) == pytest.approx((0.3, 0.1, 0.9, 0.8))
