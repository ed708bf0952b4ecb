"""Other content of a published medium is a file of its own that follows the same medium at the source; and new bytes of a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from glamflow.ledger.branches import base_media_id, latest_of
from glamflow.ledger.ledger import Ledger
from glamflow.ledger.rows import FileRow, Publication, StagedMedia, StoredFile
from glamflow.ledger.states import FileState
from glamflow.transforms.errors import StaleEpoch, StaleState

if TYPE_CHECKING:
    from tests.contract.conftest import Museum

OTHER = StagedMedia(sha1="b" * 40, sha256="b" * 64, size=9, mime="image/jpeg", width=40, height=30, phash="00000000000000ff")


@pytest.fixture
def branched(ledger: Ledger, museum: Museum) -> tuple[StoredFile, StoredFile]:
    """A published file and the other content beside it, in an open plan."""
    (old,) = museum.published("k")
    ledger.create_plan("p9", partner="museum", run_id=ledger.file(old.id).run_id, file_ids=[old.id], wiki="w", level="pilot")
    return old, ledger.branch_file(museum.claim("plan", "p9"), old.id, OTHER, plan_id="p9")


def test_a_branch_is_staged_in_the_plan_and_the_same_again_for_the_same_bytes(ledger: Ledger, museum: Museum, branched: tuple[StoredFile, StoredFile]) -> None:
    old, new = branched
    assert (new.state, new.sha1, new.width, new.record_key) == (FileState.STAGED, OTHER.sha1, 40, old.record_key)
    assert base_media_id(new.media_id) == old.media_id
    assert {file.id for file in ledger.plan_files("p9", open_only=True)} == {old.id, new.id}
    assert [found.file_id for found in ledger.near_hashes(OTHER.phash, distance=0)] == [new.id]
    again = ledger.branch_file(museum.claim("plan", "p9"), old.id, OTHER, plan_id="p9")
    assert again.id == new.id
    assert latest_of(old, ledger.files_of_record("museum", "k")).id == new.id
    assert ledger.file(old.id).state is FileState.VERIFIED


def test_changes_at_the_source_and_verdicts_of_checks_reach_both(
    ledger: Ledger, museum: Museum, branched: tuple[StoredFile, StoredFile], file_row: Callable[..., FileRow]
) -> None:
    old, new = branched
    batch = museum.record("k").batch_id
    museum.check(batch, file_row("k", intent="i2"))
    assert ledger.file(old.id).changed_at_source
    assert ledger.file(new.id).state is FileState.STAGED, "it is no medium that the source dropped"
    assert ledger.file(new.id).intent_digest == "i2"
    museum.check(batch, file_row("k", state=FileState.REJECTED, reason="RIGHTS_NOT_FREE"))
    assert ledger.file(old.id).state is FileState.VERIFIED
    assert ledger.file(new.id).state is FileState.REJECTED


def test_an_orphaned_worker_branches_nothing(ledger: Ledger, museum: Museum) -> None:
    (old,) = museum.published("k")
    stale = museum.claim("plan", "p9")
    museum.claim("plan", "p9")
    with pytest.raises(StaleEpoch):
        ledger.branch_file(stale, old.id, OTHER, plan_id="p9")


def test_new_bytes_of_a_page_become_the_files_own(ledger: Ledger, museum: Museum) -> None:
    (old,) = museum.published("k")
    pub = _published(ledger, museum, old, OTHER)
    file = ledger.file(old.id)
    assert (file.state, file.sha1, file.width, pub.sha1) == (FileState.PUBLISHED, OTHER.sha1, 40, OTHER.sha1)
    assert [found.file_id for found in ledger.near_hashes(OTHER.phash, distance=0)] == [old.id]


@pytest.mark.parametrize("state", [FileState.HELD, FileState.WITHDRAWN])
def test_a_file_that_left_its_way_while_it_was_sent_is_published_and_noted(ledger: Ledger, museum: Museum, state: FileState) -> None:
    (file,) = museum.planned("k")
    ledger.advance(museum.claim("check", "x"), [file.id], state, reason="REMOVED_AT_SOURCE")
    with pytest.raises(StaleState):
        ledger.advance(museum.claim("check", "x"), [file.id], FileState.PUBLISHED)
    _published(ledger, museum, file)
    assert ledger.file(file.id).state is FileState.PUBLISHED
    assert [seen.reason for seen in ledger.observations("museum", file_id=file.id)] == ["REMOVED_AT_SOURCE"]


def test_a_page_that_was_frozen_while_it_was_brought_up_to_date_stays_frozen(ledger: Ledger, museum: Museum) -> None:
    (file,) = museum.published("k")
    ledger.hold_files(museum.claim("freeze", "k"), [file.id], "TAGGED_FOR_DELETION")
    _published(ledger, museum, file)
    assert ledger.file(file.id).state is FileState.HELD


def _published(ledger: Ledger, museum: Museum, file: StoredFile, media: StagedMedia | None = None) -> Publication:
    return ledger.publish_done(
        museum.claim("publish", "p"), file.id, wiki="w", plan_id="p", title="T.jpg", page_id=7, revision=8, sha1=media.sha1 if media else file.sha1,
        digest="d", object_key="o", media=media,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("media_id", "base"),
    [
        ("m-1", "m-1"), ("m-1 (other content 2)", "m-1"), ("m-1 (other content 12)", "m-1"), ("m (other content x)", "m (other content x)"),
        ("m (other content 2", "m (other content 2"), ("", ""),
    ],
)  # fmt: skip
def test_the_id_at_the_source_is_found_again(media_id: str, base: str) -> None:
    assert base_media_id(media_id) == base
