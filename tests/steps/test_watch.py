"""The watch over an account: messages pause it, tags freeze their file and the plans of its rule, a named person lets both go on."""

from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import replace

import pytest
from crash_world import PARTNER
from small_world import BOT, WIKI, SmallWorld

from glamflow.ledger.states import FileState
from glamflow.steps import publish
from glamflow.steps.deps import Deps
from glamflow.steps.tagged import freeze_plan
from glamflow.steps.watch import acknowledge, acknowledge_tag, partners_on, unanswered, watch_account, wikis
from glamflow.transforms.errors import StaleState, WritesStopped


def first_file_only(small: SmallWorld) -> str:
    """Publish one file of the plan; the lane, for the others."""
    (lane,) = small.approve()
    slot, booked = small.deps.ledger.write_slot, [0]

    def book(account: str, *, per_minute: float) -> float:
        booked[0] += 1
        if booked[0] == 3:
            raise KeyboardInterrupt
        return slot(account, per_minute=per_minute)

    small.deps.ledger.write_slot = book
    with contextlib.suppress(KeyboardInterrupt):
        publish.publish_lane(small.deps, lane, sleep=small.sleep)
    small.deps.ledger.write_slot = slot
    return lane


def tag(
    small: SmallWorld,
    title: str,
    text: str = "{{No permission since|month=November|day=25|year=2026}}",
    user: str = "Patroller",
) -> None:
    page = small.commons.pages([title])[title]
    with small.wiki.seeding() as seed:
        seed.page(f"Template:{text.strip('{}').partition('|')[0]}", "tag")
        seed.page(f"File:{title}", f"{text}\n{page.text}", user=user, comment="no proof of permission")


def untag(small: SmallWorld, title: str) -> None:
    page = small.commons.pages([title])[title]
    with small.wiki.seeding() as seed:
        seed.page(f"File:{title}", page.text.partition("\n")[2], user="Admin")


def watch(small: SmallWorld) -> dict[str, int]:
    return dict(watch_account(small.deps, WIKI, "watch/1", always=True).counts)


def published(small: SmallWorld) -> str:
    """Title of the one file that is out."""
    (number,) = [number for number, file in enumerate(small.files) if file.state is FileState.PUBLISHED]
    return small.pub(number).title


def test_a_tag_freezes_its_file_and_the_plan_of_its_rule_and_the_alert_names_both_ends(small: SmallWorld) -> None:
    lane = first_file_only(small)
    title = published(small)
    tag(small, title)
    with pytest.raises(WritesStopped) as alert:
        watch(small)
    today = dt.datetime.now(dt.UTC).date()
    for fact in (
        title,
        "No permission since",
        "Patroller",
        (today + dt.timedelta(days=7)).isoformat(),
        "index.php?diff=",
    ):
        assert fact in str(alert.value)
    assert [file.reason for file in small.files if file.state is FileState.HELD] == ["TAGGED_FOR_DELETION"]
    before = len(small.posts())
    with pytest.raises(WritesStopped, match=r"plan:.*same rights rule.*No permission since"):
        publish.publish_lane(small.deps, lane, sleep=small.sleep)
    assert len(small.posts()) == before, "no further file is sent"
    (seen,) = small.deps.ledger.observations(PARTNER, kind="TAGGED_FOR_DELETION")
    assert seen.detail is not None
    assert (seen.who, seen.detail["kinds"], seen.detail["at_once"]) == ("Patroller", ["no permission"], False)
    assert seen.detail["page"].startswith(small.wiki.base_url)


def test_what_was_told_is_told_once_and_thaws_when_the_tag_is_gone(small: SmallWorld) -> None:
    lane = first_file_only(small)
    title = published(small)
    tag(small, title)
    with pytest.raises(WritesStopped):
        watch(small)
    assert "tagged_for_deletion" not in watch(small)
    untag(small, title)
    assert "tagged_for_deletion" not in watch(small)
    assert [file.state for file in small.files].count(FileState.VERIFIED) == 1
    assert unanswered(small.deps) == []
    publish.publish_lane(small.deps, lane, sleep=small.sleep)
    assert {file.state for file in small.files} == {FileState.PUBLISHED, FileState.VERIFIED}
    tag(small, title)
    with pytest.raises(WritesStopped, match="tagged"):
        watch(small)


def test_a_named_person_answers_for_a_tag_and_the_plan_goes_on_while_the_file_stays_frozen(small: SmallWorld) -> None:
    lane = first_file_only(small)
    title = published(small)
    tag(small, title, "{{SD|F1}}")
    with pytest.raises(WritesStopped, match="may be deleted at any time"):
        watch(small)
    plan = small.deps.ledger.plans(PARTNER)[0].id
    assert acknowledge_tag(small.deps, f"File:{title}", who="person:anna", note="licence shown to the admin") == [plan]
    publish.publish_lane(small.deps, lane, sleep=small.sleep)
    states = [file.state for file in small.files]
    assert sorted(states) == sorted([FileState.HELD, FileState.PUBLISHED, FileState.PUBLISHED])
    assert "tagged_for_deletion" not in watch(small), "the same tag is not told again"
    with pytest.raises(StaleState, match="No unanswered tag"):
        acknowledge_tag(small.deps, title, who="person:anna", note="again")


def test_new_plans_of_a_rule_with_an_unanswered_tag_are_frozen_from_the_start(small: SmallWorld) -> None:
    first_file_only(small)
    tag(small, published(small))
    with pytest.raises(WritesStopped):
        watch(small)
    plan = small.deps.ledger.plans(PARTNER)[0].id
    small.deps.ledger.set_brake(f"plan:{plan}", stopped=False, who="test", why="")
    assert freeze_plan(small.deps, small.config, plan) is not None
    with pytest.raises(WritesStopped):
        small.deps.ledger.require_writes(plan=plan)


def test_a_message_pauses_the_account_until_a_named_person_acknowledges_it(small: SmallWorld) -> None:
    small.publish()
    assert "talk_message" not in watch(small)
    with small.wiki.seeding() as seed:
        seed.message(BOT, "Your captions are wrong.", author="Critic")
    with pytest.raises(WritesStopped, match=r"Critic wrote on the talk page User talk:"):
        watch(small)
    assert watch(small)["talk_message"] == 1, "counted, not told again"
    with pytest.raises(WritesStopped, match="wiki:Critic"):
        small.deps.ledger.require_writes(account=BOT)
    assert [seen.who for seen in unanswered(small.deps)] == ["Critic"]
    assert acknowledge(small.deps, WIKI, who="person:anna", note="corrected") == [f"account:{BOT}"]
    small.deps.ledger.require_writes(account=BOT)
    assert "talk_message" not in watch(small)
    (seen,) = small.deps.ledger.observations(PARTNER, kind="TALK_MESSAGE")
    assert seen.settled_by == "person:anna"


def test_an_account_is_not_released_while_its_stop_page_says_stop(small: SmallWorld) -> None:
    with small.wiki.seeding() as seed:
        seed.page(f"User:{BOT}/stop", "stop", user="Critic")
    with pytest.raises(WritesStopped, match="stopped the account"):
        watch(small)
    with pytest.raises(StaleState, match="still says"):
        acknowledge(small.deps, WIKI, who="person:anna", note="please")
    with small.wiki.seeding() as seed:
        seed.page(f"User:{BOT}/stop", "run", user="Critic")
    assert acknowledge(small.deps, WIKI, who="person:anna", note="agreed") == [f"account:{BOT}"]


def test_a_deleted_file_is_noted_and_never_uploaded_again(small: SmallWorld) -> None:
    small.publish()
    title = small.pub(0).title
    with small.wiki.seeding() as seed:
        seed.delete(f"File:{title}", reason="No permission since 25 November 2026")
    with pytest.raises(WritesStopped, match="was deleted"):
        watch(small)
    assert small.deps.ledger.bans(sha1=small.pub(0).sha1)
    assert "deleted" not in watch(small)


def test_it_looks_hourly_while_publishing_and_daily_else_and_asks_once_for_fifty_pages(small: SmallWorld) -> None:
    small.publish()
    watch(small)
    before = len(small.wiki.log())
    later = at(small, hours=2)
    assert dict(watch_account(later, WIKI, "watch/2").counts) == {"pages": 3}
    assert len(small.wiki.log()) - before == 3, "who we are, what was said to us, and one question for all pages"
    assert dict(watch_account(at(small, hours=25), WIKI, "watch/3").counts) == {"pages": 3}


def test_quiet_accounts_are_looked_at_once_a_day(small: SmallWorld) -> None:
    watch(small)
    assert dict(watch_account(at(small, hours=2), WIKI, "watch/2").counts) == {"not_due": 1}
    assert dict(watch_account(at(small, hours=24), WIKI, "watch/3").counts) == {}


def test_all_partners_of_a_connection_are_watched_together(small: SmallWorld) -> None:
    assert PARTNER in [config.slug for config in partners_on(small.deps, WIKI)]
    assert wikis(small.deps) == [WIKI]
    assert partners_on(small.deps, "elsewhere") == []
    assert dict(watch_account(small.deps, "elsewhere", "watch/1").counts) == {}


def at(small: SmallWorld, *, hours: float) -> Deps:
    """The same world so many hours later."""
    return replace(small.deps, now=lambda: dt.datetime.now(dt.UTC) + dt.timedelta(hours=hours))
