"""People on the wiki stop the account: its stop page, its talk page, heard while a plan is on its way."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest
from crash_world import PARTNER
from small_world import BOT, WIKI, SmallWorld

from glamflow.steps import publish
from glamflow.steps.lookout import Lookout
from glamflow.transforms.errors import WritesStopped
from glamflow.wiki.protocol import CommonsClient, Signals, Spoken

STOP = f"User:{BOT}/stop"


def during(small: SmallWorld, number: int, act: Any) -> None:
    """Let `act` happen right before the account's `number`-th write is booked."""
    slot, booked = small.deps.ledger.write_slot, [0]

    def book(account: str, *, per_minute: float) -> float:
        booked[0] += 1
        if booked[0] == number:
            act()
        return slot(account, per_minute=per_minute)

    small.deps.ledger.write_slot = book


def message(small: SmallWorld, text: str = "Please stop.") -> None:
    with small.wiki.seeding() as seed:
        seed.message(BOT, text)


def stop_page(small: SmallWorld, text: str, user: str = "Volunteer") -> None:
    with small.wiki.seeding() as seed:
        seed.page(STOP, text, user=user, comment="wrong dates")


def sent(small: SmallWorld) -> list[str]:
    return [row["action"] for row in small.posts()]


def params(row: dict[str, Any]) -> dict[str, str]:
    return dict(json.loads(row["params"]))


def run_lane(small: SmallWorld) -> None:
    (lane,) = small.approve()
    publish.publish_lane(small.deps, lane, sleep=small.sleep)


def test_after_a_talk_message_the_begun_pair_is_finished_and_no_further_file_is_sent(small: SmallWorld) -> None:
    during(
        small, 2, lambda: message(small)
    )  # between the first file and its data: the read that both need anyway was earlier
    with pytest.raises(WritesStopped) as stopped:
        run_lane(small)
    assert sent(small) == ["upload", "wbeditentity"] * 2, "heard with the next page that is read, and its pair finished"
    (seen,) = small.deps.ledger.observations(PARTNER, kind="TALK_MESSAGE")
    assert seen.detail is not None
    for fact in ("Volunteer", str(seen.revision), seen.detail["when"], seen.detail["diff"], "glamflow watch ack"):
        assert fact in str(stopped.value)
    assert seen.detail["page"].endswith(f"/wiki/User_talk:{BOT}")


def test_any_text_but_run_on_the_stop_page_stops_the_lane_and_names_who_when_and_where(small: SmallWorld) -> None:
    stop_page(small, "run", user="Operator")
    during(small, 2, lambda: stop_page(small, "Your dates are wrong"))
    with pytest.raises(
        WritesStopped, match=rf"Volunteer stopped the account on {STOP} on 20.*wrong dates.*index.php\?diff="
    ):
        run_lane(small)
    assert sent(small) == ["upload", "wbeditentity", "upload", "wbeditentity"], "what had begun was finished"


@pytest.mark.parametrize("text", ["", "stop", "run away", "{{run}}"])
def test_an_emptied_or_otherwise_filled_stop_page_is_heard_before_the_first_write(small: SmallWorld, text: str) -> None:
    stop_page(small, "run", user="Operator")
    stop_page(small, text)
    with pytest.raises(WritesStopped, match="stopped the account"):
        run_lane(small)
    assert sent(small) == []


@pytest.mark.parametrize("text", ["run", "Run", "RUN"])
def test_with_run_on_the_stop_page_everything_is_published(small: SmallWorld, text: str) -> None:
    stop_page(small, text, user="Operator")
    assert small.publish().counts == {"done": 3, "verified": 3}


def test_other_workers_stop_within_one_edit_once_one_has_heard_it(small: SmallWorld) -> None:
    lanes = small.approve()
    message(small)
    for _ in range(2):
        with pytest.raises(WritesStopped, match="talk page"):
            publish.publish_lane(small.deps, lanes[0], sleep=small.sleep)
    with pytest.raises(WritesStopped, match=r"account:.*wiki:Volunteer"):
        small.deps.ledger.require_writes(account=BOT)
    small.deps.ledger.require_writes(account=BOT, finishing=True)
    assert len(small.deps.ledger.observations(PARTNER, kind="TALK_MESSAGE")) == 1, "told once"


def test_a_pair_begun_before_the_message_is_finished_by_the_next_try(small: SmallWorld) -> None:
    lanes = small.approve()
    small.fault("wbeditentity", "maxlag", count=-1)
    with pytest.raises(Exception, match="asks to wait"):
        publish.publish_lane(small.deps, lanes[0], sleep=small.sleep)
    message(small)
    with small.wiki.seeding() as seed:
        seed.state.sql.execute("DELETE FROM fault")
    before = sent(small)
    with pytest.raises(WritesStopped, match="talk page"):
        publish.publish_lane(small.deps, lanes[0], sleep=small.sleep)
    assert sent(small)[len(before) :] == ["wbeditentity"]


def test_listening_costs_one_request_a_lane_and_nothing_a_file(small: SmallWorld) -> None:
    small.publish()
    asked = [row for row in map(params, small.wiki.log()) if row.get("uiprop") == "hasmsg"]
    explicit = [row for row in asked if "User talk:" in row["titles"]]
    assert (len(explicit), len(asked)) == (1, 4), "one at the start, and one with each page that is read anyway"


class Wiki:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.asked, self.note = 0, print

    def overhear(self, page: str, note: Any) -> None:
        self.note = note

    def signals(self, page: str) -> Signals:
        self.asked += 1
        return Signals(talk=Spoken(page="User talk:Bot", revision=5, user="A"))


def test_the_wiki_is_asked_again_after_ten_seconds_or_twenty_writes_and_not_before(small: SmallWorld) -> None:
    now, wiki = [0.0], Wiki()
    lookout = Lookout(small.deps, small.config, cast(CommonsClient, wiki), BOT, clock=lambda: now[0])
    lookout.before()
    for _ in range(19):
        lookout.wrote()
        lookout.before()
    assert wiki.asked == 1
    lookout.wrote()
    lookout.before()
    assert wiki.asked == 2, "after twenty writes"
    now[0] = 9.9
    lookout.before()
    assert wiki.asked == 2
    now[0] = 10.0
    lookout.before()
    assert wiki.asked == 3, "after ten seconds"
    now[0] = 19.0
    wiki.note(Signals())
    now[0] = 28.0
    lookout.before()
    assert wiki.asked == 3, "what a read of a page brought along is as good"
    wiki.note(Signals(messages=True))
    lookout.before()
    assert wiki.asked == 4, "a new message is looked at before the next file"


def test_a_message_that_nobody_acknowledged_stops_the_next_lane_even_if_the_mark_is_gone(small: SmallWorld) -> None:
    Lookout(small.deps, small.config, small.commons, BOT).before()
    message(small)
    with small.wiki.seeding() as seed:  # somebody opened the talk page as the bot
        seed.state.sql.execute("UPDATE user SET has_messages = 0 WHERE name = ?", (BOT,))
    with pytest.raises(WritesStopped, match="talk page"):
        Lookout(small.deps, small.config, small.commons, BOT).before()


def test_words_of_the_account_itself_and_what_stood_there_before_the_first_look_stop_nothing(small: SmallWorld) -> None:
    with small.wiki.seeding() as seed:
        seed.page(f"User talk:{BOT}", "Welcome!", user="Old friend")
    Lookout(small.deps, small.config, small.commons, BOT).before()
    with small.wiki.seeding() as seed:
        seed.page(f"User talk:{BOT}", "Welcome!\n\nThanks.", user=BOT)
    Lookout(small.deps, small.config, small.commons, BOT).before()
    row, talk = small.deps.ledger.watch_row(WIKI, BOT), small.commons.signals(STOP).talk
    assert row is not None
    assert talk is not None
    assert row.talk_revision == talk.revision
