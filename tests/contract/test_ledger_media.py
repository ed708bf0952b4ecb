"""What the ledger knows about staged bytes and pictures: what is needed, what looks alike, who is sweeping."""

from __future__ import annotations

import datetime as dt
from typing import Any

from glamflow.ledger.ledger import Ledger
from glamflow.ledger.rows import StagedMedia
from glamflow.ledger.states import FileState


def staged(museum: Any, file: Any, *, phash: str = "", core: str = "") -> str:
    digest = f"{file.id:064x}"
    media = StagedMedia(sha1=digest[:40], sha256=digest, size=1, mime="image/jpeg", phash=phash, core_hash=core)
    museum.ledger.stage(museum.claim("stage", "lane"), file.id, media)
    return digest


def test_bytes_are_needed_while_their_file_waits_and_for_a_time_after_it_was_set_aside(ledger: Ledger, museum: Any, clock: Any) -> None:
    waiting, aside = museum.listed("r1", "r2")
    first, second = staged(museum, waiting), staged(museum, aside)
    ledger.decide_files([aside.id], FileState.HELD, who="anna", reason="REJECTED_BY_PERSON")
    now = clock()
    assert ledger.media_needed("museum", unused_since=now - dt.timedelta(days=1)) == {first, second}
    assert ledger.media_needed("museum", unused_since=now + dt.timedelta(days=1)) == {first}
    assert ledger.media_needed("museum", unused_since=now + dt.timedelta(days=1), sha256=second) == set()
    assert ledger.media_needed("another", unused_since=now - dt.timedelta(days=1)) == set()


def test_bytes_of_a_file_in_an_open_plan_are_needed_whatever_its_state(ledger: Ledger, museum: Any, clock: Any) -> None:
    (file,) = museum.listed("r1")
    digest = staged(museum, file)
    ledger.create_plan("p1", partner="museum", run_id="r", file_ids=[file.id], wiki="commons", level="pilot")
    later = clock() + dt.timedelta(days=400)
    assert ledger.media_needed("museum", unused_since=later, sha256=digest) == {digest}


def test_hashes_of_whole_and_core_are_kept_and_replaced_together(ledger: Ledger, museum: Any) -> None:
    (file,) = museum.listed("r1")
    staged(museum, file, phash="00ff00ff00ff00ff", core="1111111111111111")
    assert [tuple(kept) for kept in ledger.hashes(partner="museum")] == [(file.id, "core", "1111111111111111"), (file.id, "phash", "00ff00ff00ff00ff")]
    staged(museum, file)
    assert ledger.hashes() == []


def test_a_claim_names_its_holder_until_it_is_given_back_or_runs_out(ledger: Ledger, clock: Any) -> None:
    assert ledger.holder("retention", "museum") == ""
    claim = ledger.claim("retention", "museum", "house", lease_seconds=60)
    assert claim is not None
    assert ledger.holder("retention", "museum") == "house"
    clock.advance(seconds=61)
    assert ledger.holder("retention", "museum") == ""
    ledger.release(claim)
    assert ledger.holder("retention", "museum") == ""
