"""Staged bytes go when nobody can need them any more, and never before."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from crash_world import PARTNER

from glamflow.steps import retention, stage
from glamflow.steps.deps import LEASE_SECONDS
from glamflow.steps.retention import RETENTION, sweep_media
from glamflow.store import layout
from glamflow.transforms.errors import StoreUnavailable, Transient

RETRIES = 3  # of our DAGs' tasks


def in_days(small: Any, days: int) -> Any:
    """The same world so much later, as far as the sweep's clock goes."""
    return replace(small.deps, now=lambda: dt.datetime.now(dt.UTC) + dt.timedelta(days=days))


def kept(small: Any) -> set[str]:
    names = {key.rpartition("/")[2] for key in small.deps.store.list(layout.media(PARTNER, ""))}
    return {name for name in names if len(name) == 64}


def test_bytes_of_an_open_plan_stay_however_old_they_are(small: Any) -> None:
    before = kept(small)
    assert len(before) == 3
    assert "media_removed" not in sweep_media(in_days(small, 400), "sweep").counts
    assert kept(small) == before


def test_bytes_go_after_their_pages_were_verified_and_the_retention_is_over_but_their_evidence_stays(small: Any) -> None:
    small.publish()
    evidence = set(small.deps.store.list(layout.media(PARTNER, ""))) - {layout.media(PARTNER, name) for name in kept(small)}
    assert "media_removed" not in sweep_media(in_days(small, 20), "sweep").counts
    assert sweep_media(in_days(small, 40), "sweep").counts["media_removed"] == 3
    assert kept(small) == set()
    assert evidence
    assert set(small.deps.store.list(layout.media(PARTNER, ""))) == evidence


def test_bytes_that_no_file_knows_go_unless_a_plan_is_being_staged(small: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = layout.media(PARTNER, "f" * 64)
    small.deps.store.put(lost, b"left by a stage that died before it could say so")
    small.deps.ledger.create_plan("selecting", partner=PARTNER, run_id="r", file_ids=[], wiki="glamflow_wiki", level="pilot")
    assert "media_removed" not in sweep_media(small.deps, "sweep").counts
    small.deps.ledger.close_plan("selecting")
    assert sweep_media(small.deps, "sweep").counts["media_removed"] == 1
    assert small.deps.store.head(lost) is None
    assert len(kept(small)) == 3


def test_a_plan_that_begins_while_media_are_removed_keeps_what_it_needs(small: Any) -> None:
    """The plan is opened between the sweep's first look and its removals: the sweep stops, and the lane waits for its end."""
    small.publish()
    ledger, seen = small.deps.ledger, list[str]()

    class Watched:
        """The store; its first listing lets somebody else open a plan."""

        def __getattr__(self, name: str) -> Any:
            return getattr(small.deps.store, name)

        def list(self, prefix: str) -> Any:
            for key in small.deps.store.list(prefix):
                if not seen:
                    seen.append(key)
                    ledger.create_plan("begun", partner=PARTNER, run_id="r", file_ids=[], wiki="glamflow_wiki", level="pilot")
                    with pytest.raises(Transient, match="being removed just now"):
                        retention.require_no_sweep(small.deps, PARTNER)
                yield key

    before = kept(small)
    assert "media_removed" not in sweep_media(replace(in_days(small, 400), store=Watched()), "sweep").counts
    assert seen
    assert kept(small) == before
    retention.require_no_sweep(small.deps, PARTNER)


def test_a_staging_lane_waits_for_a_sweep_under_way(small: Any) -> None:
    small.deps.ledger.create_plan("begun", partner=PARTNER, run_id=small.deps.ledger.plans(PARTNER)[-1].run_id, file_ids=[], wiki="glamflow_wiki", level="pilot")
    claim = small.deps.ledger.claim(RETENTION, PARTNER, "house")
    with pytest.raises(Transient):
        stage.stage_lane(small.deps, "begun|0|1")
    assert claim is not None
    small.deps.ledger.release(claim)
    assert stage.stage_lane(small.deps, "begun|0|1").counts == {}


def test_a_sweep_that_a_fault_ends_keeps_no_lane_waiting(small: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    small.deps.store.put(layout.media(PARTNER, "f" * 64), b"left by a stage that died before it could say so")
    small.publish()

    def fail(*_: Any, **__: Any) -> None:
        raise StoreUnavailable("The disk is gone.")

    monkeypatch.setattr(small.deps.store, "delete", fail)
    with pytest.raises(StoreUnavailable):
        sweep_media(in_days(small, 40), "sweep")
    retention.require_no_sweep(small.deps, PARTNER)


def test_a_lane_tries_again_for_longer_than_the_claim_of_a_killed_sweep_lasts(small: Any) -> None:
    assert small.deps.ledger.claim(RETENTION, PARTNER, "killed", lease_seconds=LEASE_SECONDS) is not None
    with pytest.raises(Transient) as caught:
        retention.require_no_sweep(small.deps, PARTNER)
    assert caught.value.retry_after is not None
    assert caught.value.retry_after * RETRIES > LEASE_SECONDS
    assert "media_removed" not in sweep_media(in_days(small, 40), "sweep").counts, "nor does another sweep begin"
