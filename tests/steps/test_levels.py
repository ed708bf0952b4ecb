"""Pilot, trial, full: what a wiki that is no sandbox gets from us at most, and what a step up needs."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from crash_world import PARTNER
from small_world import WIKI, SmallWorld

from glamflow.ledger.rows import StoredFile
from glamflow.ledger.states import PlanState
from glamflow.steps import levels, plan, publish, stage
from glamflow.transforms.errors import ConfigInvalid, WritesStopped
from glamflow.wiki.conduct import PILOT_FILES

REVIEW = "https://wiki.example/wiki/Commons:Batch_uploading/Archive"


@pytest.fixture
def real(small: SmallWorld, monkeypatch: pytest.MonkeyPatch) -> SmallWorld:
    """The small world, whose wiki counts as a real one; what must stand there is another test's matter."""
    monkeypatch.setattr(plan, "require_standing_pages", lambda *_: None)
    monkeypatch.setattr(levels, "is_sandbox", lambda *_, **__: False)
    return small


def published_before(small: SmallWorld, number: int, partner: str = PARTNER) -> None:
    """So many pages that the ledger knows already."""
    with small.deps.ledger.database.write() as connection:
        for one in range(number):
            values = (
                partner,
                900000 + one + (500 if partner != PARTNER else 0),
                WIKI,
                f"Old {partner} {one}.jpg",
                10**6 + one,
            )
            connection.exec_driver_sql(
                "INSERT INTO publication (partner, file_id, wiki, title, state, page_id, created_at, updated_at)"
                " VALUES (?, ?, ?, ?, 'verified', ?, '2026-11-20 00:00:00', '2026-11-20 00:00:00')", values,
            )  # fmt: skip


def with_publish(small: SmallWorld, **changes: Any) -> Any:
    return msgspec.structs.replace(small.config, publish=msgspec.structs.replace(small.config.publish, **changes))


def test_an_eleventh_file_in_pilot_is_refused_whatever_the_plan_says(real: SmallWorld) -> None:
    (lane,) = real.approve()
    published_before(real, PILOT_FILES - 2)
    with pytest.raises(WritesStopped, match=f"level pilot, {PILOT_FILES} files are there"):
        publish.publish_lane(real.deps, lane, sleep=real.sleep)
    assert [row["action"] for row in real.posts()] == ["upload", "wbeditentity"] * 2


def test_a_sandbox_has_no_such_limit(small: SmallWorld) -> None:
    published_before(small, 60)
    assert small.publish().counts == {"done": 3, "verified": 3}


def test_an_account_without_the_bot_flag_never_sends_more_than_fifty_files_for_all_its_partners(
    real: SmallWorld,
) -> None:
    config = with_publish(real, level="full")
    real.deps.ledger.set_level(PARTNER, WIKI, "full", link=REVIEW, who="person:anna")
    account = real.commons.account()
    published_before(real, 30)
    published_before(real, 15, partner="another-museum")
    assert levels.room(real.deps, config, account, 100) == 100
    unflagged = msgspec.structs.replace(account, groups=(), rights=("upload", "edit"))
    assert levels.room(real.deps, config, unflagged, 100) == 5


def test_a_pilot_is_one_plan(real: SmallWorld) -> None:
    account = real.commons.account()
    assert levels.may_plan(real.deps, real.config, account, 10) == 10
    real.publish()
    assert levels.room(real.deps, real.config, account, 10) == 7
    assert levels.may_plan(real.deps, real.config, account, 10) == 0
    assert stage.select_files(real.deps, PARTNER, "publish/9") == []


def test_a_pilot_shows_every_rule_licence_kind_role_and_type_that_there_is(small: SmallWorld) -> None:
    (model, *_) = small.files
    rules = [("a", "PD-old-70", "flat"), ("b", "Cc-by-4.0", "solid"), ("c", "PD-anon-70-EU", "flat")]

    def file(number: int) -> StoredFile:
        rule, template, kind = rules[2 if number == 399 else number % 2]
        rights = {"rule_id": rule, "template": template, "kind": kind}
        suffix, role = ("tif", "back") if number == 250 else ("jpg", "front")
        return msgspec.structs.replace(
            model, id=number, rights=rights, mime="", role=role, url=f"https://x.example/{number}.{suffix}"
        )

    files = [file(number) for number in range(400)]
    chosen = levels.covering(files, 10)
    assert len(chosen) == 10
    assert {399, 250} <= {one.id for one in chosen}
    assert levels.not_covered(files, chosen) == set()
    assert levels.covering(files[:3], 10) == files[:3]


def test_leaving_the_pilot_needs_the_review_a_name_and_seven_days(real: SmallWorld) -> None:
    with pytest.raises(
        ConfigInvalid, match=r"link of the review.*name of who decides.*a pilot plan that was published"
    ):
        levels.set_level(real.deps, real.config, "trial", link="", who="person:")
    real.publish()
    with pytest.raises(ConfigInvalid, match="7 days since the last pilot file"):
        levels.set_level(real.deps, real.config, "trial", link=REVIEW, who="person:anna")
    later = replace(real.deps, now=lambda: dt.datetime.now(dt.UTC) + dt.timedelta(days=7, minutes=1))
    row = levels.set_level(later, real.config, "trial", link=REVIEW, who="person:anna")
    assert (row.level, row.link, row.who) == ("trial", REVIEW, "person:anna")
    assert levels.level_of(later, with_publish(real, level="pilot")) == "pilot", "the partner file asks for no more"
    assert levels.level_of(later, with_publish(real, level="full")) == "trial"


def test_full_needs_the_bot_task_the_batch_page_and_the_agreement(real: SmallWorld) -> None:
    published_before(real, 3)
    real.deps.ledger.set_level(PARTNER, WIKI, "trial", link=REVIEW, who="person:anna")
    bare = with_publish(real, bot_request="", batch_page="", agreement="")
    with pytest.raises(ConfigInvalid, match=r"publish\.bot_request.*publish\.batch_page.*publish\.agreement"):
        levels.set_level(real.deps, bare, "full", link=REVIEW, who="person:anna")
    whole = with_publish(
        real,
        bot_request="Commons:Bots/Requests/X",
        batch_page="Commons:Batch uploading/X",
        agreement="https://x.example/a.pdf",
    )
    assert levels.set_level(real.deps, whole, "full", link=REVIEW, who="person:anna").level == "full"
    assert levels.set_level(real.deps, bare, "pilot", link="", who="person:anna").level == "pilot", (
        "down is always allowed"
    )
    with pytest.raises(ConfigInvalid, match="the level trial before it"):
        levels.set_level(real.deps, whole, "full", link=REVIEW, who="person:anna")


def test_a_pilot_that_broke_off_may_be_gone_on_with(real: SmallWorld) -> None:
    real.publish()
    carried_out = real.deps.ledger.plans(PARTNER, states=[PlanState.CLOSED])[0]
    assert carried_out.level == "pilot"
    assert not levels._carried_out({"done": 4, "create": 10, "planned": 6})
    assert not levels._carried_out({"failed": 3, "create": 3})
    assert levels._carried_out(carried_out.counts)
