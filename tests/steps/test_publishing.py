"""Publishing a small plan with everything that a wiki and its people can put in the way."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
from pathlib import Path
from typing import Any

import pytest
from crash_world import PARTNER, RUN
from small_world import BOT, WIKI, SmallWorld

from glamflow.audit.verify import verify as verify_audit
from glamflow.ledger.states import FileState, PlanState
from glamflow.steps import levels, plan, publish, stage, sync
from glamflow.steps.upload import holds
from glamflow.transforms.errors import Maxlag, SourceUnavailable, Transient, WritesStopped
from glamflow.transforms.outcome import Reason
from glamflow.wiki.protocol import Result, WriteOutcome

FAULTS = ("maxlag", "readonly", "ratelimited", "badtoken", "editconflict", "internal", "http-504", "html", "drop-before", "drop-after", "http-504-after")


def test_every_post_at_the_wire_has_its_own_row_whatever_comes_back(small: SmallWorld) -> None:
    for number, kind in enumerate(FAULTS):
        if kind != "editconflict":
            small.fault("upload:direct", kind, skip=number % 2)
        small.fault("wbeditentity", kind, skip=number % 3)
        small.fault("query", "html" if number % 2 else "maxlag", skip=4 * number)
    for _ in range(8):  # a lane that gave up goes on where it stopped
        with contextlib.suppress(Transient):
            small.publish()
            break
    assert {file.state for file in small.files} == {FileState.VERIFIED}
    assert len(small.posts()) == len(small.intents())
    assert small.journal.unsettled(PARTNER) == []
    applied = [row for row in small.wiki.log(applied_only=True) if row["action"] in ("upload", "wbeditentity")]
    assert len(applied) == 6, "each file and each set of statements once"
    assert verify_audit(small.deps.ledger.context, small.deps.store, PARTNER).ok


def test_a_pair_whose_statements_are_refused_is_held_with_its_page_and_finished_later(small: SmallWorld) -> None:
    small.fault("wbeditentity", "abusefilter")
    assert small.publish().counts == {"failed": 1, "done": 2, "verified": 2}
    (half,) = [file for file in small.files if file.state is FileState.HELD]
    number = [file.id for file in small.files].index(half.id)
    assert (half.reason, small.pub(number).state) == (Reason.REFUSED_BY_WIKI, "held")
    assert small.pub(number).page_id is not None
    assert small.written(number).statements == ()
    with small.wiki.seeding() as seed:
        seed.move(f"File:{small.pub(number).title}", "File:Renamed by a person.jpg", user="Volunteer")
    small.observe("sync/1")
    assert small.pub(number).title == "Renamed by a person.jpg", "sync follows the page of a half-done pair"
    uploads = len([row for row in small.posts() if row["action"] == "upload"])
    small.deps.ledger.decide_files([half.id], FileState.LISTED, who="tester", reason="")
    _stage_again(small, half.id)
    assert small.publish("publish/2").counts == {"done": 1, "verified": 1}
    assert small.written(number).statements
    assert len([row for row in small.posts() if row["action"] == "upload"]) == uploads, "the bytes are not sent again"


def test_our_own_upload_that_the_ledger_does_not_know_is_adopted_not_repeated(small: SmallWorld) -> None:
    first = small.files[0]
    plan_of = small.deps.ledger.plans(PARTNER)[0]
    small.deps.ledger.close_plan(plan_of.id)
    with small.wiki.seeding() as seed, small.deps.store.local_path(f"{PARTNER}/media/{first.sha256}") as path:
        seed.file("File:Named by us long ago.jpg", Path(path), "Old text.", user=BOT)
    _stage_again(small, first.id)
    assert small.publish("publish/2").counts == {"done": 1, "verified": 1}
    assert small.pub(0).title == "Named by us long ago.jpg"
    assert small.posts() == []
    assert small.deps.ledger.file(first.id).state is FileState.VERIFIED


def test_a_message_on_the_talk_page_stops_the_lane_before_its_first_write(small: SmallWorld) -> None:
    with small.wiki.seeding() as seed:
        seed.message(BOT, "Please stop, your descriptions are wrong.")
    with pytest.raises(WritesStopped, match="talk page"):
        small.publish()
    assert small.posts() == []
    assert "TALK_MESSAGE" in small.kinds()


def test_a_brake_holds_within_one_edit_and_the_begun_pair_is_finished_first(small: SmallWorld) -> None:
    lanes = small.approve()
    booked = itertools.count(1)
    slot = small.deps.ledger.write_slot

    def book(account: str, *, per_minute: float) -> float:
        if next(booked) == 2:  # the upload of the first file is done
            small.deps.ledger.set_brake("all", stopped=True, who="person:tester", why="test")
        return slot(account, per_minute=per_minute) + 0.01

    small.deps.ledger.write_slot = book
    with pytest.raises(WritesStopped, match="person:tester"):
        publish.publish_lane(small.deps, lanes[0], sleep=small.sleep)
    assert [row["action"] for row in small.posts()] == ["upload"], "one edit at most after the brake was pulled"
    small.deps.ledger.set_brake("all", stopped=False, who="person:tester", why="over")
    small.deps.ledger.write_slot = slot
    begun = small.posts()[0]["subject"]
    publish.publish_lane(small.deps, lanes[0], sleep=small.sleep)
    page = small.commons.pages([begun.replace("_", " ")])[begun.replace("_", " ")]
    second = small.posts()[1]
    assert (second["action"], second["subject"]) == ("wbeditentity", f"M{page.page_id}")


def test_the_same_refusal_again_and_again_stops_the_lane(small: SmallWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish, "SAME_REFUSALS", 2)
    small.fault("upload:direct", "abusefilter", count=-1)
    with pytest.raises(WritesStopped, match="same refusal 2 times"):
        small.publish()
    assert len(small.posts()) == 2


def test_a_refusal_of_the_account_stops_the_lane_at_once(small: SmallWorld) -> None:
    small.fault("upload:direct", "blocked", count=-1)
    with pytest.raises(WritesStopped, match="refuses the account"):
        small.publish()
    assert len(small.posts()) == 1


def test_a_storm_of_bad_tokens_ends_after_five_and_is_left_to_the_scheduler(small: SmallWorld) -> None:
    small.fault("upload:direct", "badtoken", count=-1)
    with pytest.raises(SourceUnavailable, match="every login succeeds"):
        small.publish()
    assert len(small.posts()) == 5


def test_lag_is_waited_for_a_quarter_of_an_hour_and_then_left_to_the_scheduler(small: SmallWorld) -> None:
    small.fault("upload:direct", "maxlag", count=-1)
    with pytest.raises(Maxlag) as caught:
        small.publish()
    assert caught.value.retry_after == 60
    assert 840 <= sum(small.waits) <= 900
    assert len(small.posts()) <= 20


def test_the_promised_rate_is_never_exceeded(small: SmallWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [dt.datetime(2026, 11, 25, tzinfo=dt.UTC)]
    small.deps.ledger.database._clock = lambda: clock[0]
    sent: list[dt.datetime] = []

    def wait(seconds: float) -> None:
        clock[0] += dt.timedelta(seconds=seconds)

    send = small.commons._session._send

    def watched(params: Any, *, files: Any = None) -> Any:
        if params.get("action") in ("upload", "wbeditentity"):
            sent.append(clock[0])
        return send(params, files=files)

    monkeypatch.setattr(small.commons._session, "_send", watched)
    rate = small.config.publish.edits_per_minute
    for lane in small.approve():
        publish.publish_lane(small.deps, lane, sleep=wait)
    assert len(sent) == 6
    gaps = [(after - before).total_seconds() for before, after in itertools.pairwise(sent)]
    assert min(gaps) >= 60 / rate - 0.001


def test_ten_files_are_chosen_for_the_pilot_and_no_second_plan_follows_it(small: SmallWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(levels, "is_sandbox", lambda *_, **__: False)
    assert stage.select_files(small.deps, PARTNER, "publish/2", {})
    assert len(small.deps.ledger.plan_files(stage.plan_id(PARTNER, "publish/2"))) == 10
    small.deps.ledger.close_plan(stage.plan_id(PARTNER, "publish/2"))
    small.publish()
    assert stage.select_files(small.deps, PARTNER, "publish/3", {}) == []


def test_a_plan_that_was_closed_is_not_carried_out_by_a_repeated_task(small: SmallWorld) -> None:
    small.publish()
    posts = len(small.posts())
    assert plan.approval_request(small.deps, plan.plan_publication(small.deps, PARTNER, RUN)) == {"plan": ""}
    assert len(small.posts()) == posts


def test_statements_and_text_say_the_licence_from_the_first_second(small: SmallWorld) -> None:
    small.publish()
    for number in range(3):
        pub = small.pub(number)
        entity = small.commons.entities([pub.entity])[pub.entity]
        assert holds(entity, small.written(number).statements)
        assert pub.wiki == WIKI


def _stage_again(small: SmallWorld, file_id: int) -> None:
    """A new plan over one file whose bytes lie in the store already (there is no source in this world)."""
    deps = small.deps
    deps.ledger.start_run("publish/2", partner=PARTNER, kind="publish", partner_version=deps.ledger.save_partner_version(PARTNER, small.config.text))
    deps.ledger.create_plan(stage.plan_id(PARTNER, "publish/2"), partner=PARTNER, run_id="publish/2", file_ids=[file_id], wiki=WIKI, level="pilot")
    claim = deps.ledger.claim("test", "stage", "tester")
    assert claim is not None
    deps.ledger.advance(claim, [file_id], FileState.STAGED)



@pytest.mark.parametrize("arrived", [True, False])
@pytest.mark.parametrize("step", ["upload", "entity"])
def test_an_edit_left_unknown_is_settled_by_what_the_wiki_shows_once_it_can_no_longer_be_under_way(
    small: SmallWorld, monkeypatch: pytest.MonkeyPatch, step: str, arrived: bool
) -> None:
    lanes = small.approve()
    action = {"upload": "upload:direct", "entity": "wbeditentity"}[step]
    small.fault(action, "drop-after" if arrived else "drop-before", count=1)
    monkeypatch.setattr(small.commons, "pages" if step == "upload" else "entities", _down)  # so that the look itself fails
    with pytest.raises(SourceUnavailable):
        publish.publish_lane(small.deps, lanes[0], sleep=small.sleep)
    monkeypatch.undo()
    assert len(small.journal.unsettled(PARTNER)) == 1
    small.observe("sync/1")
    assert len(small.journal.unsettled(PARTNER)) == 1, "it may still be under way"
    monkeypatch.setattr(sync, "SETTLE_AFTER", dt.timedelta(seconds=-5))
    small.observe("sync/2")
    assert small.journal.unsettled(PARTNER) == []
    assert small.journal.edits(partner=PARTNER)[-1].outcome == ("applied" if arrived else "refused")


def _down(*_: Any) -> Any:
    raise SourceUnavailable("the wiki", "it is down")


def test_on_a_wiki_without_structured_data_files_are_published_and_the_rest_is_said_once(small: SmallWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def refuse(**facts: Any) -> WriteOutcome:
        done = facts["on_write"]("entity")
        asked.append(facts["id"])
        outcome = WriteOutcome(result=Result.REFUSED, code="not-offered", info="this wiki offers no structured data")
        done(outcome)
        return outcome

    monkeypatch.setattr(small.commons, "edit_entity", refuse)
    assert small.publish().counts == {"done": 3, "verified": 3}
    assert len(asked) == 1, "asked once, not for every file"
    details = {row.detail for row in small.deps.ledger.plan_actions(small.deps.ledger.plans(PARTNER)[0].id)}
    assert details == {"statements and captions are not offered by this wiki"}


def test_a_begun_pair_is_finished_where_somebody_moved_its_page(small: SmallWorld) -> None:
    lanes = small.approve()
    small.fault("wbeditentity", "maxlag", count=19)
    with pytest.raises(Maxlag):
        publish.publish_lane(small.deps, lanes[0], sleep=small.sleep)
    (begun,) = [number for number in range(3) if small.pub(number).page_id]
    with small.wiki.seeding() as seed:
        seed.move(f"File:{small.pub(begun).title}", "File:Moved in between.jpg", user="Volunteer")
    assert small.publish().counts == {"done": 3, "verified": 3}
    assert small.pub(begun).title == "Moved in between.jpg"
    assert len([row for row in small.posts() if row["action"] == "upload"]) == 3


def test_a_no_holds_what_waited_and_leaves_alone_what_the_source_withdrew_meanwhile(small: SmallWorld) -> None:
    request = plan.approval_request(small.deps, plan.plan_publication(small.deps, PARTNER, RUN))
    gone, *rest = small.files
    claim = small.deps.ledger.claim("test", "source", "tester")
    assert claim is not None
    small.deps.ledger.advance(claim, [gone.id], FileState.WITHDRAWN, reason=Reason.REMOVED_AT_SOURCE)
    answer = {"plan": request["plan"], "digest": request["digest"], "choice": "Reject", "note": "Not these.", "by": "person:tester"}
    for _ in range(2):  # the task may be repeated
        assert plan.record_approval(small.deps, answer) == []
    assert small.deps.ledger.plan(request["plan"]).state is PlanState.REJECTED
    assert small.deps.ledger.file(gone.id).state is FileState.WITHDRAWN
    assert {(small.deps.ledger.file(file.id).state, small.deps.ledger.file(file.id).reason) for file in rest} == {(FileState.HELD, Reason.REJECTED_BY_PERSON)}
