"""Two files of a plan that show the same picture: the later one waits for a person, once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from crash_world import PARTNER
from msgspec.structs import replace as changed
from picture_pairs import Dice, draw, rescan
from PIL import Image

from glamflow.ledger.rows import StagedMedia
from glamflow.media.fingerprint import fingerprint
from glamflow.media.thumbnail import make_thumbnail
from glamflow.steps import near
from glamflow.steps.material import Material, load_material
from glamflow.steps.near import near_duplicates, note_near
from glamflow.store import layout


@pytest.fixture
def shown(small: Any, tmp_path: Path) -> Any:
    """Say what each file of the plan shows."""

    def run(*pictures: Any) -> list[Material]:
        claim = small.deps.ledger.claim("stage", "test", "tester")
        assert claim is not None
        for number, (file, picture) in enumerate(zip(small.files, pictures, strict=True)):
            path = tmp_path / "picture.jpg"
            picture.save(path, quality=90)
            thumbnail, digest = make_thumbnail(path), f"{number:040x}"
            marks = fingerprint(thumbnail)
            small.deps.store.put(layout.media_thumbnail(PARTNER, digest * 2), thumbnail)
            media = StagedMedia(sha1=digest, sha256=digest * 2, size=1, mime="image/jpeg", phash=marks.whole, core_hash=marks.core)
            small.deps.ledger.stage(claim, file.id, media)
        return sorted(load_material(small.deps, small.files), key=lambda item: item.file.id)

    return run


def as_role(item: Material, role: str) -> Material:
    return Material(file=item.file, record=item.record, medium=changed(item.medium, role=role), decision=item.decision, retrieved=item.retrieved)


def test_the_later_of_two_scans_is_held_with_the_other_named(small: Any, shown: Any) -> None:
    picture = draw("painting", "one")
    first, _, last = shown(picture, draw("street", "two"), rescan(picture, Dice("again")))
    found = near_duplicates(small.deps, [first, _, last])
    assert list(found) == [last.file.id]
    assert found[last.file.id].file_id == first.file.id
    assert f"file {first.file.id}" in found[last.file.id].detail


def test_what_a_person_let_go_is_not_held_again_for_the_same_pair(small: Any, shown: Any) -> None:
    picture = draw("painting", "one")
    items = shown(picture, draw("street", "two"), rescan(picture, Dice("again")))
    first, last = items[0].file, items[2].file
    note_near(small.deps, PARTNER, last.id, last.record_key, first.id)
    (seen,) = small.deps.ledger.observations(PARTNER, kind=near.OBSERVED, unsettled=True)
    assert (seen.file_id, seen.detail) == (last.id, {"other": first.id})
    assert near_duplicates(small.deps, items) == {}
    assert small.deps.ledger.observations(PARTNER, kind=near.OBSERVED, unsettled=True) == []


@pytest.mark.parametrize("role", ["back", "target", "conservation", "page", "document"])
def test_backs_targets_and_pages_are_not_compared(small: Any, shown: Any, role: str) -> None:
    picture = draw("painting", "one")
    items = shown(picture, draw("street", "two"), rescan(picture, Dice("again")))
    assert near_duplicates(small.deps, [*items[:2], as_role(items[2], role)]) == {}


def test_blank_leaves_and_pages_of_writing_are_not_compared(small: Any, shown: Any) -> None:
    leaf, letter = Image.new("RGB", (400, 600), (240, 235, 220)), draw("letter", "one")
    assert near_duplicates(small.deps, shown(leaf, leaf, letter)) == {}


def test_pictures_that_only_look_alike_go_on(small: Any, shown: Any) -> None:
    assert near_duplicates(small.deps, shown(draw("woodcut", "one"), draw("woodcut", "two"), draw("woodcut", "three"))) == {}
