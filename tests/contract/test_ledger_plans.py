"""Plans, approvals, publications, reservations and brakes, alike on both databases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from glamflow.ledger.ledger import Ledger
from glamflow.ledger.rows import ActionRow, FileRow, Plan, StoredFile
from glamflow.ledger.states import FileState, PlanState
from glamflow.transforms.errors import StaleState, WritesStopped

if TYPE_CHECKING:
    from tests.contract.conftest import Clock, Museum


def create(ledger: Ledger, plan_id: str, files: Sequence[StoredFile]) -> Plan:
    return ledger.create_plan(plan_id, partner="museum", run_id="r", file_ids=[f.id for f in files], wiki="commons", level="pilot")


def test_a_file_is_in_at_most_one_open_plan(ledger: Ledger, museum: Museum) -> None:
    files = museum.listed("a", "b")
    create(ledger, "p1", files[:1])
    with pytest.raises(StaleState, match="another open plan"):
        create(ledger, "p2", files)
    assert [p.id for p in ledger.plans("museum")] == ["p1"]
    ledger.close_plan("p1", PlanState.DROPPED, detail="test")
    assert create(ledger, "p2", files).state is PlanState.SELECTING


def test_creating_a_plan_again_gives_it_as_it_stands(ledger: Ledger, museum: Museum) -> None:
    files = museum.listed("a")
    assert create(ledger, "p1", files) == create(ledger, "p1", files)


def test_fixing_the_actions_plans_the_staged_files_and_frees_those_without_an_action(ledger: Ledger, museum: Museum) -> None:
    files = museum.listed("a", "b", "c")
    museum.stage(files[:2])
    create(ledger, "p1", files)
    action = ActionRow(seq=0, file_id=files[0].id, kind="create", title="T", payload={"text": "…"})
    ledger.set_actions(museum.claim("plan", "p1"), "p1", digest="d1", actions=[action], counts={"create": 1})
    assert [f.state for f in ledger.plan_files("p1")] == [FileState.PLANNED, FileState.STAGED, FileState.LISTED]
    assert [f.id for f in ledger.plan_files("p1", open_only=True)] == [files[0].id]
    assert ledger.plan_actions("p1") == [action]
    assert ledger.plan("p1").counts == {"create": 1}


def test_an_approval_of_another_digest_is_refused(ledger: Ledger, museum: Museum, clock: Clock) -> None:
    museum.planned("a")
    with pytest.raises(StaleState, match="not what was approved"):
        ledger.approve("p1", "d0", who="anna", when=clock(), choice="publish_all")
    assert ledger.plan("p1").state is PlanState.PLANNED
    assert ledger.approvals("p1") == []
    with pytest.raises(StaleState, match="no approval"):
        ledger.begin_publishing("p1", "d1")


def test_an_approved_plan_may_be_published_and_says_who_decided(ledger: Ledger, museum: Museum, clock: Clock) -> None:
    museum.planned("a")
    ledger.approve("p1", "d1", who="anna", when=clock(), choice="publish_all", note="looks fine")
    assert ledger.plan("p1").state is PlanState.APPROVED
    assert ledger.begin_publishing("p1", "d1").state is PlanState.PUBLISHING
    assert ledger.begin_publishing("p1", "d1").state is PlanState.PUBLISHING
    [approval] = ledger.approvals("p1")
    assert (approval.who, approval.note, approval.actor) == ("anna", "looks fine", "test")


def test_a_rejection_is_recorded_and_the_plan_waits_to_be_closed(ledger: Ledger, museum: Museum, clock: Clock) -> None:
    [file] = museum.planned("a")
    ledger.approve("p1", "d1", who="anna", when=clock(), choice="reject")
    assert ledger.plan("p1").state is PlanState.PLANNED
    closed = ledger.close_plan("p1", PlanState.REJECTED, detail="too dark", who="anna")
    assert (closed.state, closed.detail) == (PlanState.REJECTED, "too dark")
    assert ledger.file(file.id).state is FileState.STAGED


def test_closing_a_plan_frees_its_files_and_reservations_and_may_be_repeated(ledger: Ledger, museum: Museum, clock: Clock) -> None:
    [a, b] = museum.planned("a", "b")
    claim = museum.claim("publish", "p1")
    ledger.reserve(claim, wiki="commons", file_id=b.id, plan_id="p1", title="T b.jpg", sha1=b.sha1)
    ledger.approve("p1", "d1", who="anna", when=clock(), choice="publish_all")
    ledger.begin_publishing("p1", "d1")
    ledger.publish_done(claim, a.id, wiki="commons", plan_id="p1", title="T a.jpg", page_id=7, revision=8, sha1=a.sha1, digest="", object_key="")
    closed = ledger.close_plan("p1", hold_until=dt.date(2026, 4, 1), counts={"done": 1})
    assert closed == ledger.close_plan("p1")
    assert [f.state for f in ledger.files([a.id, b.id])] == [FileState.PUBLISHED, FileState.STAGED]
    assert ledger.select_files("museum", limit=9) == []
    assert [f.id for f in ledger.select_files("museum", limit=9, today=dt.date(2026, 4, 1))] == [b.id]
    create(ledger, "p2", [b])
    [c] = museum.planned("c", plan_id="p3")
    ledger.reserve(claim, wiki="commons", file_id=c.id, plan_id="p3", title="T b.jpg")


def test_title_and_bytes_are_reserved_across_partners_until_released(ledger: Ledger, museum: Museum) -> None:
    [a, b] = museum.planned("a", "b")
    claim = museum.claim("publish", "p1")
    ledger.reserve(claim, wiki="commons", file_id=a.id, plan_id="p1", title="T", sha1="s")
    ledger.reserve(claim, wiki="commons", file_id=a.id, plan_id="p1", title="T", sha1="s")
    ledger.reserve(claim, wiki="another", file_id=b.id, plan_id="p1", title="T", sha1="s")
    for mine in ({"title": "T"}, {"sha1": "s"}, {"title": "U", "sha1": "s"}):
        with pytest.raises(StaleState, match=f"file {a.id} of museum"):
            ledger.reserve(claim, wiki="commons", file_id=b.id, plan_id="p1", **mine)
    ledger.unreserve(claim, wiki="commons", file_id=a.id)
    ledger.reserve(claim, wiki="commons", file_id=b.id, plan_id="p1", title="U", sha1="s")


def test_a_title_is_chosen_once_and_pages_are_followed_by_id(ledger: Ledger, museum: Museum) -> None:
    [file] = museum.planned("a")
    claim = museum.claim("publish", "p1")
    assert ledger.publication(file.id, "commons") is None
    ledger.choose_title(claim, file.id, "commons", "First.jpg", plan_id="p1")
    assert ledger.choose_title(claim, file.id, "commons", "Second.jpg").title == "Second.jpg"
    ledger.publish_done(claim, file.id, wiki="commons", plan_id="p1", title="Second.jpg", page_id=7, revision=8, sha1="s", digest="d", object_key="o")
    assert ledger.choose_title(claim, file.id, "commons", "Third.jpg").title == "Second.jpg"
    assert ledger.titles_taken("commons", ["Second.jpg", "Third.jpg"]) == {"Second.jpg": file.id}
    ledger.mark_publication(file.id, wiki="commons", title="Renamed.jpg", revision=9)
    page = ledger.publications([file.id], "commons")[file.id]
    assert (page.title, page.page_id, page.revision, page.state) == ("Renamed.jpg", 7, 9, "published")
    assert any("was “Second.jpg”" in h.detail for h in ledger.why("Renamed.jpg").story)


def test_a_verified_file_may_be_published_again_and_loses_its_mark(ledger: Ledger, museum: Museum, file_row: Callable[..., FileRow]) -> None:
    [file] = museum.published("a")
    museum.check(museum.record("a").batch_id, file_row("a", intent="i2"))
    claim = museum.claim("publish", "p9")
    ledger.publish_done(claim, file.id, wiki="commons", plan_id="p9", title="T a.jpg", page_id=100, revision=9, sha1=file.sha1, digest="d2", object_key="")
    after = ledger.file(file.id)
    assert (after.state, after.changed_at_source) == (FileState.PUBLISHED, False)


def test_pages_not_looked_at_for_longest_come_first(ledger: Ledger, museum: Museum, clock: Clock) -> None:
    [a, b] = museum.published("a", "b")
    clock.advance(hours=1)
    ledger.mark_publication(a.id, wiki="commons", revision=5)
    assert [p.file_id for p in ledger.publications_to_check("museum", "commons", limit=9)] == [b.id, a.id]


def test_a_brake_stops_its_scope_within_one_question_and_says_who_and_why(ledger: Ledger) -> None:
    ledger.require_writes(wiki="commons", partner="museum", account="Bot")
    for scope in ("all", "wiki:commons", "partner:museum", "account:Bot"):
        ledger.set_brake(scope, stopped=True, who="anna", why="wrong licence")
        with pytest.raises(WritesStopped, match=f"{scope}” by anna .*wrong licence"):
            ledger.require_writes(wiki="commons", partner="museum", account="Bot")
        ledger.set_brake(scope, stopped=False, who="ben", why="mended")
        ledger.require_writes(wiki="commons", partner="museum", account="Bot")
    assert {b.scope for b in ledger.brakes()} == {"all", "wiki:commons", "partner:museum", "account:Bot"}
    ledger.set_brake("partner:another", stopped=True, who="anna", why="x")
    ledger.require_writes(wiki="commons", partner="museum", account="Bot")


def test_writes_of_an_account_are_spaced_by_the_ledgers_clock(ledger: Ledger, clock: Clock) -> None:
    assert [round(ledger.write_slot("Bot", per_minute=30), 3) for _ in range(3)] == [0.0, 2.0, 4.0]
    assert ledger.write_slot("Other", per_minute=30) == 0.0
    clock.advance(seconds=5)
    assert round(ledger.write_slot("Bot", per_minute=30), 3) == 1.0
    clock.advance(minutes=1)
    assert ledger.write_slot("Bot", per_minute=30) == 0.0


def test_levels_are_kept_with_their_link_and_the_newest_counts(ledger: Ledger) -> None:
    assert ledger.levels("museum", "commons") == []
    ledger.set_level("museum", "commons", "pilot", link="https://w/1", who="anna")
    ledger.set_level("museum", "commons", "trial", link="https://w/2", who="anna", note="ok")
    assert [(step.level, step.link) for step in ledger.levels("museum", "commons")] == [("trial", "https://w/2"), ("pilot", "https://w/1")]


def test_terms_are_counted_and_decided_once(ledger: Ledger) -> None:
    ledger.count_terms("museum", "subject", {"ship": 5, "boat": 2})
    ledger.decide_term("museum", "subject", "ship", value={"wikidata": "Q11446"}, who="anna")
    ledger.count_terms("museum", "subject", {"ship": 7})
    assert [(t.term, t.state, t.uses) for t in ledger.terms("museum")] == [("ship", "matched", 7), ("boat", "open", 2)]
    assert [t.term for t in ledger.terms("museum", "subject", state="open")] == ["boat"]


def test_observations_are_noted_once_until_settled(ledger: Ledger) -> None:
    facts: dict[str, Any] = {"partner": "museum", "kind": "reverted", "wiki": "commons", "title": "T", "revision": 5}
    first = ledger.observe(**facts)
    assert ledger.observe(**facts) == first
    ledger.settle_observation(first, who="anna")
    assert ledger.observe(**facts) != first
    assert len(ledger.observations("museum", unsettled=True)) == 1


def test_a_chunked_upload_is_remembered_until_it_is_published(ledger: Ledger, museum: Museum) -> None:
    [file] = museum.planned("a")
    claim = museum.claim("publish", "p1")
    assert ledger.stash(file.id, "commons") is None
    ledger.note_stash(claim, file.id, "commons", filekey="k1", offset=5_000_000_000)
    ledger.note_stash(claim, file.id, "commons", filekey="k2", offset=6_000_000_000)
    stash = ledger.stash(file.id, "commons")
    assert stash is not None
    assert (stash.filekey, stash.offset) == ("k2", 6_000_000_000)
    ledger.publish_done(claim, file.id, wiki="commons", plan_id="p1", title="T", page_id=7, revision=8, sha1="s", digest="d", object_key="o")
    assert ledger.stash(file.id, "commons") is None
