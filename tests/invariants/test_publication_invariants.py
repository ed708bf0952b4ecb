"""The publication invariants of `plugins/glamflow/wiki/README.md`, one test each, named alike. If one fails, mend the change, not the test."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from crash_world import PARTNER
from pywikibot import config
from small_world import BOT, SmallWorld

from glamflow.ledger.rows import Claim
from glamflow.ledger.states import FileState
from glamflow.steps import levels, publish
from glamflow.steps.itemwork import ItemWriter
from glamflow.steps.writing import Pen
from glamflow.transforms.actions import EditItem
from glamflow.transforms.errors import StaleState, WritesStopped
from glamflow.wiki import conduct
from glamflow.wiki.conduct import is_sandbox

README = Path(__file__).parents[2] / "plugins" / "glamflow" / "wiki" / "README.md"


def test_i1_nothing_is_sent_without_a_row_in_the_journal(small: SmallWorld) -> None:
    small.publish()
    assert len(small.posts()) == len(small.intents()) > 0
    assert [edit.step for edit in small.intents()] == ["upload", "entity"] * 3


def test_i2_one_sha1_is_one_file(small: SmallWorld) -> None:
    first, second = small.files[:2]
    lanes = small.approve()
    with small.wiki.seeding() as seed, small.deps.store.local_path(f"{PARTNER}/media/{first.sha256}") as path:
        seed.file("File:Uploaded by a volunteer between plan and publishing.jpg", Path(path), "Text.", user="Volunteer")
    with small.deps.ledger.database.write() as connection:
        row = {
            "wiki": "glamflow_wiki",
            "kind": "sha1",
            "value": second.sha1,
            "partner": "another",
            "plan_id": "p",
            "file_id": 999_999,
        }
        columns = ", ".join(row)
        connection.exec_driver_sql(
            f"INSERT INTO in_flight ({columns}, at) VALUES ({', '.join('?' * len(row))}, '2026-11-25 00:00:00.000000')",
            tuple(row.values()),
        )
    counts = publish.publish_lane(small.deps, lanes[0], sleep=small.sleep).counts
    assert counts == {"failed": 1, "dropped": 1, "done": 1}, (
        "a warning of the wiki, a reservation of another partner, the rest"
    )
    held = small.deps.ledger.file(first.id)
    assert (held.state, held.reason) == (FileState.HELD, "DUPLICATE_ON_COMMONS")


def test_i3_a_page_of_somebody_else_is_never_overwritten(small: SmallWorld, tmp_path: Path) -> None:
    lanes = small.approve()
    other = tmp_path / "other.jpg"
    with small.deps.store.local_path(f"{PARTNER}/media/{small.files[2].sha256}") as path:
        other.write_bytes(Path(path).read_bytes() + b"\0")
    title = small.pub(0).title
    with small.wiki.seeding() as seed:
        seed.file(f"File:{title}", other, "A volunteer's text.", user="Volunteer")
    publish.publish_lane(small.deps, lanes[0], sleep=small.sleep)
    page = small.commons.pages([title])[title]
    assert (page.text, page.first_uploader) == ("A volunteer's text.", "Volunteer")
    assert small.deps.ledger.file(small.files[0].id).reason == "TITLE_TAKEN"


def test_i4_the_licence_stands_in_the_text_from_the_first_second(small: SmallWorld) -> None:
    small.publish()
    uploads = [json.loads(row["params"]) for row in small.posts() if row["action"] == "upload"]
    assert len(uploads) == 3
    assert all("{{int:license-header}}" in upload["text"] for upload in uploads)


def test_i5_only_what_was_approved_is_published(small: SmallWorld) -> None:
    plan = small.deps.ledger.plans(PARTNER)[0]
    with pytest.raises(StaleState):
        small.deps.ledger.begin_publishing(plan.id, plan.digest)
    with pytest.raises(StaleState):
        small.deps.ledger.approve(plan.id, "0" * 64, who="person:tester", when=small.deps.now(), choice="publish_all")
    assert small.posts() == []


def test_i6_a_taken_down_file_is_not_sent_even_from_an_approved_plan(small: SmallWorld) -> None:
    lanes = small.approve()
    first = small.files[0]
    small.deps.ledger.forbid(kind="sha1", value=first.sha1, reason="takedown", who="person:tester")
    publish.publish_lane(small.deps, lanes[0], sleep=small.sleep)
    assert small.pub(0).page_id is None
    assert small.deps.ledger.file(first.id).reason == "DO_NOT_UPLOAD"


def test_i7_a_brake_stops_within_one_edit(small: SmallWorld) -> None:
    lanes = small.approve()
    for scope in ("all", "wiki:glamflow_wiki", f"partner:{PARTNER}", f"account:{BOT}"):
        small.deps.ledger.set_brake(scope, stopped=True, who="person:tester", why="test")
        with pytest.raises(WritesStopped):
            publish.publish_lane(small.deps, lanes[0], sleep=small.sleep)
        small.deps.ledger.set_brake(scope, stopped=False, who="person:tester", why="test")
    assert small.posts() == []


def test_i8_nothing_is_repeated_behind_the_journal(small: SmallWorld) -> None:
    assert (config.max_retries, config.retry_wait) == (0, 0)
    small.fault("upload:direct", "http-504", count=1)
    small.publish()
    assert len(small.posts()) == len(small.intents()) == 7


def test_i9_protected_hosts_are_never_a_sandbox() -> None:
    for host in ("commons.wikimedia.org", "www.wikidata.org", "test.wikipedia.org", "wikimedia.org"):
        assert not is_sandbox(f"https://{host}", test_wiki=host, resolve=lambda _: ["127.0.0.1"])


def test_i10_no_file_goes_beyond_the_level_of_a_real_wiki(small: SmallWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    (lane,) = small.approve()
    monkeypatch.setattr(levels, "is_sandbox", lambda *_, **__: False)
    monkeypatch.setattr(conduct, "PILOT_FILES", 2)
    with pytest.raises(WritesStopped, match="level pilot"):
        publish.publish_lane(small.deps, lane, sleep=small.sleep)
    assert [row["action"] for row in small.posts()] == ["upload", "wbeditentity"] * 2


def test_i11_no_item_is_written_without_a_named_task(small: SmallWorld) -> None:
    assert small.config.items.bot_request == ""
    small.publish()
    action = EditItem(file=str(small.files[0].id), title=small.pub(0).title, item="Q1", add=({"id": "Q1$x"},))
    client = small.deps.wikidata
    pen = Pen(small.deps, small.config, Claim(kind="t", subject="t", worker="t", epoch=1), plan="p", account=BOT)
    ended = ItemWriter(small.deps, small.config, lambda: client(small.config), pen, account=BOT).write(action)
    assert (ended.state, "bot_request" in ended.detail) == ("dropped", True)
    assert {row["subject"][:1] for row in small.posts() if row["action"] == "wbeditentity"} == {"M"}


def test_every_invariant_of_the_readme_has_its_test_and_no_other() -> None:
    named = {
        line.split("|")[1].strip() for line in README.read_text(encoding="utf-8").splitlines() if line.startswith("| I")
    }
    tests = {
        name.split("_")[1].upper()
        for name in globals()
        if name.startswith("test_i") and name.split("_")[1][1:].isdigit()
    }
    assert named == tests
