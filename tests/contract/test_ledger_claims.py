"""Claims, leases and epochs, alike on both databases."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from glamflow.ledger.ledger import Ledger
from glamflow.ledger.rows import Claim, HarvestedRow, RecordVerdict
from glamflow.ledger.states import FileState, RecordState
from glamflow.transforms.errors import StaleEpoch

if TYPE_CHECKING:
    from tests.contract.conftest import Clock, Museum


def claimed(ledger: Ledger, worker: str) -> Claim:
    claim = ledger.claim("batch", "b1", worker, lease_seconds=60)
    assert claim is not None
    return claim


def test_a_claim_keeps_others_out_while_its_lease_runs(ledger: Ledger, clock: Clock) -> None:
    claimed(ledger, "a")
    clock.advance(seconds=59)
    assert ledger.claim("batch", "b1", "b") is None
    assert ledger.claim("batch", "b2", "b") is not None


def test_a_lease_that_ran_out_is_taken_over_with_a_new_epoch(ledger: Ledger, clock: Clock) -> None:
    first = claimed(ledger, "a")
    clock.advance(seconds=60)
    second = claimed(ledger, "b")
    assert second.epoch > first.epoch
    with pytest.raises(StaleEpoch, match="taken over"):
        ledger.require_claim(first)
    ledger.require_claim(second)


def test_renewing_prolongs_the_lease(ledger: Ledger, clock: Clock) -> None:
    claim = claimed(ledger, "a")
    clock.advance(seconds=50)
    ledger.renew(claim, lease_seconds=60)
    clock.advance(seconds=50)
    assert ledger.claim("batch", "b1", "b") is None


def test_a_late_renewal_is_allowed_until_somebody_else_came(ledger: Ledger, clock: Clock) -> None:
    claim = claimed(ledger, "a")
    clock.advance(hours=1)
    ledger.renew(claim, lease_seconds=60)
    clock.advance(hours=1)
    claimed(ledger, "b")
    with pytest.raises(StaleEpoch):
        ledger.renew(claim)


def test_after_release_the_next_worker_comes_at_once_and_the_old_claim_writes_nothing(ledger: Ledger) -> None:
    claim = claimed(ledger, "a")
    ledger.release(claim)
    with pytest.raises(StaleEpoch):
        ledger.require_claim(claim)
    assert claimed(ledger, "b").epoch > claim.epoch


def test_releasing_a_lost_claim_leaves_the_new_owner_alone(ledger: Ledger, clock: Clock) -> None:
    first = claimed(ledger, "a")
    clock.advance(seconds=61)
    second = claimed(ledger, "b")
    ledger.release(first)
    ledger.require_claim(second)


def test_the_same_worker_may_claim_again_and_its_older_self_is_fenced(ledger: Ledger) -> None:
    first = claimed(ledger, "a")
    second = claimed(ledger, "a")
    with pytest.raises(StaleEpoch):
        ledger.require_claim(first)
    ledger.require_claim(second)


def test_an_orphaned_workers_late_write_is_refused_and_changes_nothing(ledger: Ledger, museum: Museum, clock: Clock) -> None:
    batch, _ = museum.harvest(HarvestedRow(key="k", digest="d"))
    orphan = museum.claim("batch", batch, "orphan")
    clock.advance(hours=1)
    heir = museum.claim("batch", batch, "heir")
    mapped = [RecordVerdict(key="k", state=RecordState.MAPPED)]
    ledger.commit_mapped(heir, batch_id=batch, verdicts=mapped, mapping_digest="heir", object_key="o")
    rejected = [RecordVerdict(key="k", state=RecordState.REJECTED, reason="PAYLOAD_INVALID")]
    with pytest.raises(StaleEpoch):
        ledger.commit_mapped(orphan, batch_id=batch, verdicts=rejected, mapping_digest="orphan", object_key="o")
    assert museum.record("k").state is RecordState.MAPPED
    assert ledger.batch(batch).mapping_digest == "heir"


@pytest.mark.parametrize("write", ["stage", "hold", "actions", "publish", "verify", "reserve", "title", "window"])
def test_every_write_of_a_worker_asks_for_its_epoch(ledger: Ledger, museum: Museum, clock: Clock, write: str) -> None:
    from glamflow.ledger.rows import StagedMedia

    [file] = museum.planned("k")
    stale = museum.claim("lane", "x", "orphan")
    clock.advance(hours=1)
    museum.claim("lane", "x", "heir")
    calls: dict[str, Callable[[], object]] = {
        "stage": lambda: ledger.stage(stale, file.id, StagedMedia(sha1="a", sha256="b", size=1, mime="image/png")),
        "hold": lambda: ledger.hold_files(stale, [file.id], "TITLE_TAKEN"),
        "actions": lambda: ledger.set_actions(stale, "p1", digest="d2", actions=[]),
        "publish": lambda: ledger.publish_done(
            stale, file.id, wiki="commons", plan_id="p1", title="T", page_id=1, revision=1, sha1="", digest="", object_key=""
        ),
        "verify": lambda: ledger.verify_done(stale, file.id, wiki="commons"),
        "reserve": lambda: ledger.reserve(stale, wiki="commons", file_id=file.id, plan_id="p1", title="T"),
        "title": lambda: ledger.choose_title(stale, file.id, "commons", "T"),
        "window": lambda: ledger.finish_window(stale, run_id="run1", window_id="w", complete=True),
    }
    with pytest.raises(StaleEpoch):
        calls[write]()
    assert ledger.file(file.id).state is FileState.PLANNED
    assert ledger.plan("p1").digest == "d1"
