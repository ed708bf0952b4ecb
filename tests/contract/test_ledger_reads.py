"""Figures add up and histories are whole, alike on both databases."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from glamflow.ledger.ledger import Ledger
from glamflow.ledger.rows import FileRow, HarvestedRow, RecordVerdict
from glamflow.ledger.states import FileState, RecordState

if TYPE_CHECKING:
    from tests.contract.conftest import Clock, Museum


def test_the_numbers_of_the_funnel_add_up(ledger: Ledger, museum: Museum, file_row: Callable[..., FileRow]) -> None:
    museum.published("p1", "p2")
    museum.planned("q", plan_id="p2")
    museum.listed("l")
    batch, _ = museum.harvest(*(HarvestedRow(key=k, digest="1") for k in ("h", "r", "held", "none")))
    museum.map(batch, RecordVerdict(key="r", state=RecordState.REJECTED, reason="TITLE_MISSING"), *(
        RecordVerdict(key=k, state=RecordState.MAPPED) for k in ("held", "none")
    ))
    museum.check(batch, file_row("held", state=FileState.HELD, reason="RIGHTS_ABSENT"), verdicts=[
        RecordVerdict(key=k, state=RecordState.CHECKED) for k in ("held", "none")
    ])
    museum.harvest(HarvestedRow(key="l", deleted=True))
    funnel = ledger.reads.funnel("museum")
    assert funnel.offered == sum(funnel.works.values()) == 8
    assert (funnel.mapped, funnel.checked) == (6, 5)
    assert funnel.works == {"verified": 2, "planned": 1, "withdrawn": 1, "harvested": 1, "rejected": 1, "held": 1, "no_file": 1}
    assert (funnel.files_total, funnel.passed, funnel.staged, funnel.planned, funnel.published, funnel.verified) == (5, 3, 3, 3, 2, 2)
    assert funnel.files_total == funnel.passed + funnel.files["held"] + funnel.files["rejected"] + funnel.files["withdrawn"] + funnel.files["superseded"]
    assert ledger.reads.partners() == ["museum"]


def test_a_work_is_as_far_as_the_least_of_its_files(ledger: Ledger, museum: Museum, file_row: Callable[..., FileRow]) -> None:
    batch, _ = museum.harvest(HarvestedRow(key="k", digest="1"))
    museum.map(batch, RecordVerdict(key="k", state=RecordState.MAPPED))
    museum.check(batch, file_row("k", "1"), file_row("k", "2", state=FileState.HELD), file_row("k", "3", state=FileState.REJECTED))
    assert ledger.reads.funnel("museum").works == {"held": 1}


def test_reasons_are_ranked_with_examples(ledger: Ledger, museum: Museum, file_row: Callable[..., FileRow]) -> None:
    keys = [f"k{n}" for n in range(5)]
    batch, _ = museum.harvest(*(HarvestedRow(key=k, digest="1") for k in keys))
    museum.map(batch, *(RecordVerdict(key=k, state=RecordState.MAPPED) for k in keys))
    files = [file_row(k, state=FileState.HELD, reason="RIGHTS_ABSENT") for k in keys[:4]]
    museum.check(batch, *files, file_row("k4", state=FileState.REJECTED, reason="IN_COPYRIGHT"))
    found = [(r.subject, r.state, r.reason, r.count, r.examples) for r in ledger.reads.reasons("museum")]
    assert found == [
        ("file", "held", "RIGHTS_ABSENT", 4, ("k0", "k1", "k2")), ("file", "rejected", "IN_COPYRIGHT", 1, ("k4",)),
    ]  # fmt: skip


def test_plans_that_wait_for_a_person_are_listed(ledger: Ledger, museum: Museum, clock: Clock) -> None:
    museum.planned("a", "b")
    [waiting] = ledger.reads.waiting_approvals()
    assert (waiting.plan.id, waiting.files) == ("p1", 2)
    ledger.approve("p1", "d1", who="anna", when=clock(), choice="publish_all")
    assert ledger.reads.waiting_approvals("museum") == []


def test_lists_go_page_by_page(ledger: Ledger, museum: Museum) -> None:
    museum.listed(*(f"k{n}" for n in range(5)))
    seen, after = [], 0
    while page := ledger.reads.files("museum", state="listed", after=after, limit=2):
        seen += [f.record_key for f in page]
        after = page[-1].id
    assert seen == [f"k{n}" for n in range(5)]
    assert len(ledger.reads.records("museum", state="checked", limit=3)) == 3


def test_why_tells_the_whole_history_by_title_key_medium_or_checksum(ledger: Ledger, museum: Museum) -> None:
    [file] = museum.published("inv/12")
    histories = [ledger.why(asked) for asked in ("File:T_inv/12.jpg", "T inv/12.jpg", "inv/12", file.sha1, file.sha256.upper())]
    assert len({tuple(h.story) for h in histories}) == 1
    history = histories[0]
    assert [p.title for p in history.publications] == ["T inv/12.jpg"]
    assert [a.who for a in history.approvals] == ["anna"]
    steps = [h.what for h in history.story if h.subject == f"file {file.id}"]
    assert steps == ["listed", "listed → staged", "staged → planned", "planned → published", "published → verified"]
    assert not ledger.why("never heard of").found
    assert not ledger.why("").found
    assert not ledger.why("inv/12", partner="another").found


def test_what_was_published_counts_against_the_day(ledger: Ledger, museum: Museum, clock: Clock) -> None:
    museum.published("a", "b")
    clock.advance(days=1)
    today = clock()
    museum.published("c", plan_id="p2")
    assert ledger.reads.published_today("museum", "commons", since=today) == 1
    assert ledger.count_published("museum", "commons") == 3
    assert len(ledger.reads.live_publications("museum")) == 3
