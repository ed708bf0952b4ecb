"""Files: what checks may change, what is selected, staged, held; alike on both databases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from glamflow.ledger.ledger import Ledger
from glamflow.ledger.rows import FileRow, HarvestedRow, RecordVerdict, StagedMedia, StoredFile
from glamflow.ledger.states import FileState, RecordState
from glamflow.transforms.errors import ConfigInvalid, StaleState

if TYPE_CHECKING:
    from tests.contract.conftest import Clock, Museum


@pytest.fixture
def recheck(ledger: Ledger, museum: Museum, file_row: Callable[..., FileRow]) -> Callable[..., StoredFile]:
    """Checks one record anew, as a re-map does, with these facts about its file."""

    def check(key: str = "k", **facts: Any) -> StoredFile:
        batch = museum.record(key).batch_id
        museum.check(batch, file_row(key, **facts))
        return ledger.files_of_record("museum", key)[0]

    return check


def test_a_verdict_on_an_unpublished_file_follows_the_checks(museum: Museum, recheck: Callable[..., StoredFile]) -> None:
    museum.listed("k")
    assert recheck(state=FileState.HELD, reason="PD_FACTS_MISSING").state is FileState.HELD
    assert recheck(state=FileState.REJECTED, reason="IN_COPYRIGHT").reason == "IN_COPYRIGHT"
    released = recheck()
    assert (released.state, released.reason) == (FileState.LISTED, "")


def test_a_staged_file_stays_staged_unless_its_source_changed(ledger: Ledger, museum: Museum, recheck: Callable[..., StoredFile]) -> None:
    museum.stage(museum.listed("k"))
    assert recheck(intent="i2").state is FileState.STAGED
    assert recheck(url="https://media.example.org/better.jpg").state is FileState.LISTED


def test_a_planned_file_is_marked_when_its_intent_changes_and_leaves_when_it_is_not_free_any_more(museum: Museum, recheck: Callable[..., StoredFile]) -> None:
    museum.planned("k")
    changed = recheck(intent="i2")
    assert (changed.state, changed.changed_at_source) == (FileState.PLANNED, True)
    assert recheck(state=FileState.REJECTED, reason="RIGHTS_NOT_FREE").state is FileState.REJECTED


def test_a_published_file_never_goes_back_and_a_change_is_marked_once(ledger: Ledger, museum: Museum, recheck: Callable[..., StoredFile]) -> None:
    museum.published("k")
    assert recheck().changed_at_source is False
    changed = recheck(intent="i2", title="Another title")
    assert (changed.state, changed.changed_at_source, changed.title) == (FileState.VERIFIED, True, "T k")
    assert [f.id for f in ledger.select_updates("museum", limit=9)] == [changed.id]
    ledger.acknowledge_source(museum.claim("sync", "museum"), [changed.id])
    assert ledger.select_updates("museum", limit=9) == []


def test_rights_narrowed_at_source_change_nothing_but_are_noted_once(ledger: Ledger, museum: Museum, recheck: Callable[..., StoredFile]) -> None:
    [before] = museum.published("k")
    for _ in range(2):
        after = recheck(state=FileState.REJECTED, reason="RIGHTS_NOT_FREE", intent="i9", rights={"licence": "by-nc"})
    assert (after.state, after.rights, after.intent_digest) == (FileState.VERIFIED, before.rights, before.intent_digest)
    [note] = ledger.observations("museum", kind="RIGHTS_NARROWED_AT_SOURCE")
    assert (note.file_id, note.reason, (note.detail or {}).get("rights")) == (before.id, "RIGHTS_NOT_FREE", {"licence": "by-nc"})


def test_a_later_stages_verdict_holds_until_the_facts_change(ledger: Ledger, museum: Museum, recheck: Callable[..., StoredFile]) -> None:
    [file] = museum.listed("k")
    ledger.reject_files(museum.claim("stage", "lane"), [file.id], "MEDIA_CORRUPT", detail="ends early")
    assert recheck().reason == "MEDIA_CORRUPT"
    assert recheck(source_size=99).state is FileState.LISTED


def test_a_persons_word_is_not_overruled_by_the_checks(ledger: Ledger, museum: Museum, recheck: Callable[..., StoredFile]) -> None:
    [file] = museum.listed("k")
    ledger.decide_files([file.id], FileState.HELD, who="anna", reason="REJECTED_BY_PERSON", detail="wrong side")
    assert recheck(intent="i5").reason == "REJECTED_BY_PERSON"
    ledger.decide_files([file.id], FileState.LISTED, who="anna", reason="", detail="right after all")
    assert ledger.file(file.id).state is FileState.LISTED
    assert [h.actor for h in ledger.why("k").story if h.actor.startswith("person")] == ["person:anna", "person:anna"]


def test_media_that_the_record_lists_no_longer_are_withdrawn(ledger: Ledger, museum: Museum, file_row: Callable[..., FileRow]) -> None:
    museum.listed("k")
    batch = museum.record("k").batch_id
    museum.check(batch, file_row("k", "2"))
    assert [(f.media_id, f.state) for f in ledger.files_of_record("museum", "k")] == [("1", FileState.WITHDRAWN), ("2", FileState.LISTED)]


@pytest.mark.parametrize("verdict", [FileState.LISTED, FileState.HELD, FileState.REJECTED])
def test_media_that_the_record_lists_again_follow_the_checks(
    ledger: Ledger, museum: Museum, file_row: Callable[..., FileRow], verdict: FileState
) -> None:
    museum.listed("k")
    batch = museum.record("k").batch_id
    museum.check(batch, file_row("k", "2"))
    museum.check(batch, file_row("k", state=verdict), file_row("k", "2"))
    assert [(f.media_id, f.state) for f in ledger.files_of_record("museum", "k")] == [("1", verdict), ("2", FileState.LISTED)]


def test_a_stage_does_not_hold_what_the_source_withdrew_meanwhile(ledger: Ledger, museum: Museum) -> None:
    [file] = museum.listed("k")
    museum.harvest(HarvestedRow(key="k", deleted=True))
    claim = ledger.claim("stage", "lane", "w")
    assert claim is not None
    with pytest.raises(StaleState, match="withdrawn"):
        ledger.hold_files(claim, [file.id], "MEDIA_EMPTY")
    assert ledger.file(file.id).state is FileState.WITHDRAWN


def test_files_of_a_record_that_can_no_longer_be_read_wait(ledger: Ledger, museum: Museum) -> None:
    [file] = museum.listed("k")
    batch, _ = museum.harvest(HarvestedRow(key="k", digest="other"))
    museum.map(batch, RecordVerdict(key="k", state=RecordState.REJECTED, reason="PAYLOAD_INVALID"))
    assert (ledger.file(file.id).state, ledger.file(file.id).reason) == (FileState.HELD, "PAYLOAD_INVALID")


def test_checks_make_no_file_for_a_record_that_was_withdrawn_meanwhile(ledger: Ledger, museum: Museum, file_row: Callable[..., FileRow]) -> None:
    batch, _ = museum.harvest(HarvestedRow(key="k", digest="1"))
    museum.harvest(HarvestedRow(key="k", deleted=True))
    assert museum.check(batch, file_row("k")).passed_over == 1
    assert ledger.files_of_record("museum", "k") == []


def test_only_gated_free_files_are_selected_oldest_first(ledger: Ledger, museum: Museum, clock: Clock, file_row: Callable[..., FileRow]) -> None:
    [first] = museum.listed("first")
    clock.advance(days=1)
    museum.listed("gate shut", gate=False)
    [second] = museum.listed("second")
    [embargoed] = museum.listed("embargoed")
    museum.check(embargoed.batch_id, file_row("embargoed", not_before=dt.date(2026, 3, 5)))
    [banned] = museum.listed("banned")
    ledger.forbid(kind="record", value="banned", partner="museum", reason="DO_NOT_UPLOAD", who="anna")
    museum.planned("planned")
    assert [f.id for f in ledger.select_files("museum", limit=10)] == [first.id, second.id]
    assert [f.id for f in ledger.select_files("museum", limit=1)] == [first.id]
    assert embargoed.id in [f.id for f in ledger.select_files("museum", limit=10, today=dt.date(2026, 3, 5))]
    assert ledger.select_files("another", limit=10) == []
    assert banned.state is FileState.LISTED


@pytest.mark.parametrize("kind", ["sha1", "record", "file"])
def test_a_ban_survives_a_new_harvest_until_it_is_released_with_a_link(ledger: Ledger, museum: Museum, kind: str) -> None:
    museum.stage(museum.listed("k"))
    [file] = ledger.files_of_record("museum", "k")
    value = {"sha1": file.sha1, "record": "k", "file": str(file.id)}[kind]
    ban = ledger.forbid(kind=kind, value=value, partner="museum", reason="DELETED_ON_COMMONS", who="watch", link="https://w/DR")
    assert ledger.forbid(kind=kind, value=value, partner="museum", reason="DELETED_ON_COMMONS", who="watch") == ban
    assert ledger.select_files("museum", limit=9) == []
    named: dict[str, dict[str, Any]] = {"record": {"record_key": "k"}, "sha1": {"sha1": value}, "file": {"file_id": file.id}}
    assert [b.id for b in ledger.bans(partner="museum", **named[kind])] == [ban]
    with pytest.raises(ConfigInvalid, match="link"):
        ledger.release_ban(ban, who="anna", link="")
    ledger.release_ban(ban, who="anna", link="https://w/UDR")
    assert [f.id for f in ledger.select_files("museum", limit=9)] == [file.id]


def test_staging_keeps_what_inspection_found(ledger: Ledger, museum: Museum) -> None:
    [file] = museum.listed("k")
    media = StagedMedia(sha1="a" * 40, sha256="b" * 64, size=7, mime="image/png", width=4, height=3, obtained_from="u", inspection={"icc": True})
    staged = ledger.stage(museum.claim("stage", "lane"), file.id, media)
    assert (staged.state, staged.sha1, staged.width, staged.inspection) == (FileState.STAGED, "a" * 40, 4, {"icc": True})


def test_one_file_in_a_wrong_state_moves_none(ledger: Ledger, museum: Museum) -> None:
    files = museum.listed("a", "b", "c")
    museum.stage(files[:1])
    with pytest.raises(StaleState, match="2 of 3 files"):
        ledger.advance(museum.claim("x", "y"), [f.id for f in files], FileState.PLANNED)
    assert [f.state for f in ledger.files([f.id for f in files])] == [FileState.STAGED, FileState.LISTED, FileState.LISTED]


def test_files_due_for_a_new_look_are_found(ledger: Ledger, museum: Museum, recheck: Callable[..., StoredFile]) -> None:
    museum.listed("k")
    held = recheck(state=FileState.HELD, reason="PD_US_NOT_FREE", reconsider_on=dt.date(2027, 1, 1))
    assert ledger.due_for_reconsideration(dt.date(2026, 12, 31)) == []
    assert [f.id for f in ledger.due_for_reconsideration(dt.date(2027, 1, 1))] == [held.id]


def test_pictures_that_look_alike_are_found_by_up_to_seven_bits(ledger: Ledger, museum: Museum) -> None:
    files = museum.listed("a", "b", "c")
    claim = museum.claim("stage", "lane")
    hashes = ("ffffffffffffffff", "7ffe7ffe7ffffffe", "00ffffffffffffff")
    for file, phash in zip(files, hashes, strict=True):
        ledger.stage(claim, file.id, StagedMedia(sha1=phash, sha256=phash, size=1, mime="image/png", phash=phash))
    near = [(n.file_id, n.distance) for n in ledger.near_hashes("ffffffffffffffff")]
    assert near == [(files[0].id, 0), (files[1].id, 6)]
    assert ledger.near_hashes("ffffffffffffffff", distance=5) == [(files[0].id, 0)]
