"""Runs, windows and what a harvest does to records, alike on both databases."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from glamflow.harvest.protocol import Window
from glamflow.ledger import tables
from glamflow.ledger.ledger import Ledger
from glamflow.ledger.rows import HarvestedBatch, HarvestedRow, QuarantinedRow, RecordVerdict
from glamflow.ledger.states import FileState, RecordState
from glamflow.ledger.windows import window_subject
from glamflow.transforms.errors import ConfigInvalid, StaleState

if TYPE_CHECKING:
    from tests.contract.conftest import Clock, Museum


def day(number: int, hour: int = 0) -> dt.datetime:
    return dt.datetime(2026, 2, number, hour, tzinfo=dt.UTC)


def test_the_text_of_a_partner_file_is_kept_by_digest_and_the_last_saved_is_the_latest(ledger: Ledger, clock: Clock) -> None:
    a = ledger.save_partner_version("m", "A")
    clock.advance(minutes=1)
    b = ledger.save_partner_version("m", "B")
    clock.advance(minutes=1)
    assert ledger.latest_partner_version("m") == b
    assert ledger.save_partner_version("m", "A") == a
    assert ledger.latest_partner_version("m") == a
    assert ledger.partner_text(b) == "B"
    assert ledger.latest_partner_version("other") is None
    with pytest.raises(ConfigInvalid):
        ledger.partner_text("0" * 64)


def test_starting_a_run_twice_keeps_the_first(ledger: Ledger) -> None:
    first = ledger.start_run("r", partner="m", kind="ingest", partner_version="v1")
    again = ledger.start_run("r", partner="m", kind="ingest", partner_version="v2")
    assert again == first
    ledger.finish_run("r", "complete", counts={"new": 3})
    assert ledger.run("r").state == "complete"
    assert ledger.run("r").counts == {"new": 3}
    with pytest.raises(StaleState, match="no run"):
        ledger.run("s")


def test_new_changed_unchanged_and_deleted_records_are_told_apart(ledger: Ledger, museum: Museum) -> None:
    _, first = museum.harvest(*(HarvestedRow(key=k, digest="1", sets=("photos",)) for k in "abc"))
    _, second = museum.harvest(
        HarvestedRow(key="a", digest="1"), HarvestedRow(key="b", digest="2"), HarvestedRow(key="c", deleted=True),
        HarvestedRow(key="d", digest="1"), HarvestedRow(key="never-seen", deleted=True),
    )  # fmt: skip
    assert (first.new, first.changed, first.unchanged, first.deleted) == (3, 0, 0, 0)
    assert (second.new, second.changed, second.unchanged, second.deleted) == (1, 1, 1, 2)
    states = {r.key: (r.state, r.version) for r in ledger.reads.records("museum")}
    assert states == {
        "a": (RecordState.HARVESTED, 1), "b": (RecordState.HARVESTED, 2), "c": (RecordState.WITHDRAWN, 2), "d": (RecordState.HARVESTED, 1),
        "never-seen": (RecordState.WITHDRAWN, 1),
    }  # fmt: skip


def test_a_record_that_goes_back_to_its_old_text_changes_twice(ledger: Ledger, museum: Museum) -> None:
    results = [museum.harvest(HarvestedRow(key="k", digest=digest))[1] for digest in ("A", "B", "A", "A")]
    assert [(r.new, r.changed, r.unchanged) for r in results] == [(1, 0, 0), (0, 1, 0), (0, 1, 0), (0, 0, 1)]
    assert [v.digest for v in ledger.why("k").versions] == ["A", "B", "A"]


def test_an_unchanged_record_only_moves_its_last_sight(ledger: Ledger, museum: Museum, clock: Clock) -> None:
    museum.harvest(HarvestedRow(key="k", digest="1"))
    before = museum.record("k")
    events = len(ledger.why("k").story)
    clock.advance(days=1)
    museum.harvest(HarvestedRow(key="k", digest="1"))
    after = museum.record("k")
    assert after.last_seen_at == before.last_seen_at + dt.timedelta(days=1)
    assert (after.changed_at, after.batch_id, after.version) == (before.changed_at, before.batch_id, before.version)
    assert len(ledger.why("k").story) == events


def test_the_same_commit_after_a_crash_changes_nothing(ledger: Ledger, museum: Museum) -> None:
    ledger.start_run("r", partner="museum", kind="ingest", partner_version="v")
    ledger.add_windows("r", partner="museum", prefix="lido", windows=[Window(id="w")])
    claim = museum.claim("window", window_subject("museum", "lido", "w"))
    rows = [HarvestedRow(key=str(n), digest="1") for n in range(1200)]
    facts: dict[str, Any] = {"run_id": "r", "window_id": "w", "partner": "museum", "batch_id": "b", "records": rows, "resume": "token", "pages": 3}
    assert ledger.commit_harvest(claim, **facts).new == 1200
    assert ledger.commit_harvest(claim, **facts).unchanged == 1200
    assert [b.records for b in ledger.batches("r")] == [1200]
    progress = ledger.window_state("r", "w")
    assert (progress.resume, progress.pages, progress.state) == ("token", 3, "open")


def test_a_withdrawn_record_that_comes_back_is_harvested_again_even_with_the_same_text(ledger: Ledger, museum: Museum) -> None:
    museum.harvest(HarvestedRow(key="k", digest="1"))
    museum.harvest(HarvestedRow(key="k", deleted=True))
    assert ledger.current_digests("museum", ["k", "x"]) == {"k": ""}
    _, result = museum.harvest(HarvestedRow(key="k", digest="1"))
    assert result.changed == 1
    assert museum.record("k").state is RecordState.HARVESTED


def test_a_deletion_withdraws_unpublished_files_and_only_notes_published_ones(ledger: Ledger, museum: Museum) -> None:
    [public] = museum.published("public")
    [waiting] = museum.listed("waiting")
    museum.harvest(HarvestedRow(key="public", deleted=True), HarvestedRow(key="waiting", deleted=True))
    assert ledger.file(waiting.id).state is FileState.WITHDRAWN
    assert ledger.file(waiting.id).reason == "REMOVED_AT_SOURCE"
    assert ledger.file(public.id).state is FileState.VERIFIED
    assert [o.file_id for o in ledger.observations("museum", kind="REMOVED_AT_SOURCE")] == [public.id]


def test_absence_is_only_counted_and_holds_at_the_second_time(ledger: Ledger, museum: Museum, clock: Clock) -> None:
    [file, seen] = museum.listed("gone", "seen")
    claim = museum.claim("run", "full")
    held = []
    for run in ("full-1", "full-1", "full-2"):
        clock.advance(days=1)
        started = clock()
        museum.harvest(HarvestedRow(key="seen", digest="d-seen"))
        held.append(ledger.note_missing(claim, partner="museum", run_id=run, started_at=started))
        claim = museum.claim("run", "full")
    assert held == [[], [], ["gone"]]
    assert ledger.file(file.id).state is FileState.HELD
    assert ledger.file(seen.id).state is FileState.LISTED


def test_windows_are_planned_once_and_restart_from_their_beginning(ledger: Ledger, museum: Museum) -> None:
    ledger.start_run("r", partner="museum", kind="ingest", partner_version="v")
    windows = [Window(id="w1", since=day(1), until=day(2)), Window(id="w2", since=day(2), until=day(3))]
    ledger.add_windows("r", partner="museum", prefix="p", windows=windows[:1])
    assert [w.id for w in ledger.add_windows("r", partner="museum", prefix="p", windows=windows)] == ["w1", "w2"]
    claim = museum.claim("window", window_subject("museum", "p", "w1"))
    row = QuarantinedRow(key="k?", reason="PAYLOAD_INVALID", object_key="o")
    ledger.quarantine(claim, run_id="r", window_id="w1", partner="museum", rows=[row])
    ledger.commit_harvest(claim, run_id="r", window_id="w1", partner="museum", batch_id=None, records=[], resume="t", pages=1)
    ledger.restart_window(claim, run_id="r", window_id="w1")
    assert ledger.window_state("r", "w1").resume == ""
    assert ledger.windows("r")[0].since == day(1)


class Source:
    """Finishes windows of one set; the cursor is asked after each."""

    def __init__(self, ledger: Ledger, museum: Museum) -> None:
        self.ledger, self.museum, self.count = ledger, museum, 0

    def window(
        self, since: dt.datetime | None, until: dt.datetime | None, *, complete: bool = True, server_time: dt.datetime | None = None,
        kind: str = "ingest",
    ) -> dt.datetime | None:  # fmt: skip
        self.count += 1
        run, window = f"cursor{self.count}", f"c{self.count}"
        self.ledger.start_run(run, partner="museum", kind=kind, partner_version="v")
        self.ledger.add_windows(run, partner="museum", prefix="p", windows=[Window(id=window, set="s", since=since, until=until)])
        claim = self.museum.claim("window", window_subject("museum", "p", window))
        self.ledger.finish_window(claim, run_id=run, window_id=window, complete=complete, server_time=server_time)
        return self.ledger.cursor("museum", "p", "s")


@pytest.fixture
def source(ledger: Ledger, museum: Museum) -> Source:
    return Source(ledger, museum)


def test_the_cursor_follows_complete_windows_without_a_gap(ledger: Ledger, source: Source) -> None:
    assert ledger.cursor("museum", "p", "s") is None
    assert source.window(day(1), day(2)) == day(2)
    assert source.window(day(2), day(3), complete=False) == day(2)
    assert source.window(day(3), day(4)) == day(2)
    assert source.window(day(2), day(3)) == day(4)
    assert ledger.cursor("museum", "p", "other set") is None


def test_the_cursor_does_not_pass_the_sources_own_clock(source: Source) -> None:
    assert source.window(day(1), day(5), server_time=day(3, 12)) == day(3, 12)


def test_an_unbounded_first_harvest_reaches_to_when_it_was_asked(source: Source) -> None:
    assert source.window(None, None, server_time=day(3)) == day(3)


def test_an_incomplete_first_window_leaves_no_cursor(source: Source) -> None:
    assert source.window(None, day(3), complete=False) is None


def test_a_backfill_fills_gaps_but_begins_nothing(source: Source) -> None:
    assert source.window(day(1), day(2), kind="backfill") is None
    assert source.window(day(5), day(6)) == day(6)
    assert source.window(day(6), day(7), complete=False) == day(6)
    assert source.window(day(6), day(7), kind="backfill") == day(7)


def test_records_of_a_newer_batch_are_passed_over_by_the_older_ones_verdicts(ledger: Ledger, museum: Museum) -> None:
    old, _ = museum.harvest(HarvestedRow(key="a", digest="1"), HarvestedRow(key="b", digest="1"))
    new, _ = museum.harvest(HarvestedRow(key="a", digest="2"))
    verdicts = [RecordVerdict(key=k, state=RecordState.MAPPED) for k in "ab"]
    result = museum.map(old, *verdicts)
    assert (result.moved, result.passed_over) == (1, 1)
    assert ledger.current_keys(old) == {"b"}
    assert ledger.current_keys(new) == {"a"}
    assert museum.record("a").state is RecordState.HARVESTED
    assert [b.id for b in ledger.batches_of_partner("museum")] == [old, new]
    assert ledger.record_states([old, new]) == {"mapped": 1, "harvested": 1}


def test_batches_that_nobody_judged_are_left_behind_once_their_run_ended_or_is_old(ledger: Ledger, museum: Museum, clock: Clock) -> None:
    running, _ = museum.harvest(HarvestedRow(key="a", digest="1"))
    ended, _ = museum.harvest(HarvestedRow(key="b", digest="1"))
    judged, _ = museum.harvest(HarvestedRow(key="c", digest="1"))
    replaced, _ = museum.harvest(HarvestedRow(key="d", digest="1"))
    museum.harvest(HarvestedRow(key="d", digest="2"))
    for run in ("run2", "run3", "run4"):
        ledger.finish_run(run, "incomplete")
    museum.map(judged, RecordVerdict(key="c", state=RecordState.MAPPED))
    museum.check(judged, verdicts=[RecordVerdict(key="c", state=RecordState.CHECKED)])

    def left(hours: float) -> list[str]:
        before = museum.ledger_time() - dt.timedelta(hours=hours)
        return [batch.id for batch in ledger.batches_left_behind("museum", run_id="run5", before=before)]

    assert left(6) == [ended]
    clock.advance(hours=7)
    assert left(6) == [running, ended]
    assert replaced not in left(6)
    assert ledger.batches_left_behind("museum", run_id="run2", before=museum.ledger_time())[0].id == running


def test_only_the_latest_run_of_the_same_partner_file_can_be_gone_on_with(ledger: Ledger, museum: Museum) -> None:
    museum.harvest(HarvestedRow(key="a", digest="1"))
    after = museum.ledger_time() - dt.timedelta(days=1)
    stopped = ledger.stopped_run("museum", "ingest", partner_version=museum.version, after=after)
    assert stopped is not None
    assert stopped.id == "run1"
    assert ledger.stopped_run("museum", "ingest", partner_version="another", after=after) is None
    assert ledger.stopped_run("museum", "publish", partner_version=museum.version, after=after) is None
    assert ledger.stopped_run("museum", "ingest", partner_version=museum.version, after=after + dt.timedelta(days=2)) is None
    ledger.finish_run("run1", "complete")
    assert ledger.stopped_run("museum", "ingest", partner_version=museum.version, after=after) is None


def test_four_batches_in_one_commit_are_told_apart(ledger: Ledger, museum: Museum) -> None:
    museum.harvest(HarvestedRow(key="k3", digest="old"))
    ledger.start_run("r", partner="museum", kind="ingest", partner_version=museum.version)
    ledger.add_windows("r", partner="museum", prefix="lido", windows=[Window(id="w")])
    claim = museum.claim("window", window_subject("museum", "lido", "w"))
    rows = [HarvestedRow(key=f"k{n}", digest="new", sets=("s",) if n % 2 else ()) for n in range(8)]
    batches = [HarvestedBatch(id=f"part{n}", object_key=f"o{n}", keys=(f"k{2 * n}", f"k{2 * n + 1}")) for n in range(4)]
    result = ledger.commit_harvest(claim, run_id="r", window_id="w", partner="museum", records=rows, batches=batches, lease_seconds=60)
    assert (result.new, result.changed) == (7, 1)
    assert [(batch.id, batch.records, batch.records_key) for batch in ledger.batches("r")] == [(f"part{n}", 2, f"o{n}") for n in range(4)]
    assert ledger.current_keys("part1") == {"k2", "k3"}
    assert museum.record("k3").version == 2
    assert (museum.record("k5").sets, museum.record("k4").sets) == (["s"], [])
    with ledger.database.read() as connection:
        query = sa.select(tables.event.c.subject, tables.event.c.batch_id).where(tables.event.c.run_id == "r")
        moved = [(e.subject, e.batch_id) for e in connection.execute(query.where(tables.event.c.kind == "record"))]
    assert sorted(moved) == [(f"k{n}", f"part{n // 2}") for n in range(8)]
    with pytest.raises(ValueError, match="need a batch"):
        ledger.commit_harvest(claim, run_id="r", window_id="w", partner="museum", records=[HarvestedRow(key="x", digest="1")])
