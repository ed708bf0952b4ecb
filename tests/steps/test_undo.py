"""A plan undone: its edits taken back value by value, its uploads listed, and nothing of it applied again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from better_scans import Scanner
from crash_world import PARTNER
from plan_again import open_plan
from small_world import SmallWorld

from glamflow.cli import main
from glamflow.ledger.states import FileState
from glamflow.steps import undo
from glamflow.steps.undo import undo_plan
from glamflow.transforms.commons.page_text import read_parameters
from glamflow.transforms.errors import StaleState, WritesStopped
from glamflow.transforms.record import CalendarDate, DateSpan, Text

PERSON, WHO, NOTE = "Volunteer", "person:Anna", "wrong dates"


def year(value: int) -> tuple[DateSpan, ...]:
    return (DateSpan(earliest=CalendarDate(year=value), latest=CalendarDate(year=value)),)


class Killed(BaseException):
    """As if the process had ended here."""


@pytest.fixture
def scanner(small: SmallWorld, monkeypatch: pytest.MonkeyPatch) -> Scanner:
    small.publish()
    return Scanner(small, monkeypatch)


def change(small: SmallWorld, scanner: Scanner, run: str, **facts: Any) -> str:
    """The source says something new, and it is brought; the plan's id."""
    scanner.offer(scanner.picture(), **facts)
    scanner._offered.clear()
    scanner.bring(run)
    return small.deps.ledger.plans(PARTNER)[0].id


def page(small: SmallWorld) -> Any:
    id = small.pub().page_id or 0
    return small.commons.pages_by_id([id])[id]


def parameters(small: SmallWorld) -> dict[str, str]:
    return read_parameters(page(small).text)[1]


def statements(small: SmallWorld) -> dict[str, Any]:
    entity = small.commons.entities([small.pub().entity])[small.pub().entity]
    return {name: [(claim["mainsnak"], claim.get("qualifiers")) for claim in claims] for name, claims in entity.statements.items()}


def labels(small: SmallWorld) -> dict[str, str]:
    return small.commons.entities([small.pub().entity])[small.pub().entity].labels


def without_hashes(value: Any) -> Any:
    return json.loads(json.dumps(value), object_hook=lambda found: {k: v for k, v in found.items() if k != "hash"})


def undone(small: SmallWorld, plan: str, **how: Any) -> dict[str, list[str]]:
    """States by kind of action."""
    found: dict[str, list[str]] = {}
    for row in undo_plan(small.deps, plan, write=True, who=WHO, note=NOTE, sleep=small.sleep, **how):
        found.setdefault(row.kind, []).append(row.state)
    return found


def test_an_undone_update_leaves_the_page_as_it_was_before(small: SmallWorld, scanner: Scanner) -> None:
    text, data, captions = page(small).text, without_hashes(statements(small)), labels(small)
    plan = change(small, scanner, "publish/2", dates=year(1871), titles=(Text(value="A new title", language="en"),))
    assert page(small).text != text
    posts = len(small.posts())
    dry = undo_plan(small.deps, plan)
    assert {(row.kind, row.state) for row in dry} == {("update_text", "would_undo"), ("update_statements", "would_undo")}
    assert len(small.posts()) == posts, "without --write nothing is sent"
    assert small.deps.ledger.approvals(plan)[0].choice == "publish_all"
    assert undone(small, plan) == {"update_text": ["undone"], "update_statements": ["undone"]}
    assert [row["action"] for row in small.posts()[posts:]] == ["edit", "wbeditentity"]
    assert page(small).text == text
    assert without_hashes(statements(small)) == data
    assert labels(small) == captions
    decision = small.deps.ledger.approvals(plan)[0]
    assert (decision.choice, decision.who, decision.note) == ("undo", WHO, NOTE)
    assert small.deps.ledger.file(small.files[0].id).state is FileState.VERIFIED
    assert len(small.posts()) == len(small.intents())
    assert small.journal.unsettled(PARTNER) == []
    assert all(NOTE in edit.summary for edit in small.intents()[-2:])


def test_undone_twice_is_undone_once(small: SmallWorld, scanner: Scanner) -> None:
    plan = change(small, scanner, "publish/2", dates=year(1871))
    undone(small, plan)
    posts = len(small.posts())
    assert undone(small, plan) == {"update_text": ["nothing"], "update_statements": ["nothing"]}
    assert len(small.posts()) == posts


def test_what_was_undone_is_not_applied_again_and_is_no_edit_of_others(small: SmallWorld, scanner: Scanner) -> None:
    was = parameters(small)["date"]
    plan = change(small, scanner, "publish/2", dates=year(1871))
    undone(small, plan)
    posts = len(small.posts())
    change(small, scanner, "publish/3", dates=year(1871))
    assert len(small.posts()) == posts
    assert parameters(small)["date"] == was
    small.observe("sync/1")
    assert not small.kinds() & {"REVERTED", "EDITED", "DESCRIBED", "CORRECTED", "IMPROVED"}
    change(small, scanner, "publish/4", dates=year(1871), titles=(Text(value="Another title", language="en"),))
    assert "Another title" in page(small).text, "other values of the source still come"
    assert parameters(small)["date"] == was


def test_what_people_changed_since_stays_and_the_rest_is_put_back(small: SmallWorld, scanner: Scanner) -> None:
    title = parameters(small)
    plan = change(small, scanner, "publish/2", dates=year(1871), titles=(Text(value="A new title", language="en"),))
    date = parameters(small)["date"]
    with small.wiki.seeding() as seed:
        seed.edit(f"File:{small.pub().title}", {date: "about 1872"}, append="\n[[Category:By a person]]", user=PERSON)
    rows = {row.kind: row for row in undo_plan(small.deps, plan, write=True, who=WHO, note=NOTE, sleep=small.sleep)}
    assert rows["update_text"].state == "undone"
    assert "date" in rows["update_text"].detail
    now = parameters(small)
    assert now["date"] == "about 1872"
    assert "[[Category:By a person]]" in page(small).text
    assert {name: value for name, value in now.items() if name != "date"} == {name: value for name, value in title.items() if name != "date"}


def test_where_people_changed_everything_nothing_is_sent(small: SmallWorld, scanner: Scanner) -> None:
    plan = change(small, scanner, "publish/2", dates=year(1871))
    dated = [claim["id"] for claim in small.written().statements if claim["mainsnak"]["property"] == "P571"]
    date = parameters(small)["date"]
    with small.wiki.seeding() as seed:
        seed.edit(f"File:{small.pub().title}", {date: "about 1872"}, user=PERSON)
        seed.entity(small.pub().entity, {"claims": [{"id": id, "remove": ""} for id in dated]}, user=PERSON)
    posts = len(small.posts())
    assert undone(small, plan)["update_text"] == ["left"]
    assert len(small.posts()) == posts
    assert "P571" not in statements(small)


def test_uploads_are_listed_with_the_words_to_ask_for_their_deletion(small: SmallWorld) -> None:
    small.publish()
    plan = small.deps.ledger.plans(PARTNER)[0].id
    rows = undo_plan(small.deps, plan, note="wrong | {collection}")
    assert {(row.kind, row.state) for row in rows} == {("create", "listed")}
    assert len(rows) == 3
    assert {row.title for row in rows} == {small.pub(number).title for number in range(3)}
    assert rows[0].request.startswith("{{speedydelete|1=wrong / (collection);")
    assert len(small.posts()) == 6, "nothing is deleted"


def test_an_open_plan_is_not_undone_and_nobody_is_no_person(small: SmallWorld, scanner: Scanner) -> None:
    plan = change(small, scanner, "publish/2", dates=year(1871))
    with pytest.raises(StaleState, match="person"):
        undo_plan(small.deps, plan, write=True, who=WHO)
    scanner.offer(scanner.picture())
    scanner.select("publish/3")
    with pytest.raises(StaleState, match="not at its end"):
        undo_plan(small.deps, small.deps.ledger.plans(PARTNER)[0].id)


def test_a_brake_holds_an_undo_too_and_it_goes_on_afterwards(small: SmallWorld, scanner: Scanner) -> None:
    before = page(small).text
    plan = change(small, scanner, "publish/2", dates=year(1871))
    small.deps.ledger.set_brake("all", stopped=True, who=WHO, why="test")
    posts = len(small.posts())
    with pytest.raises(WritesStopped):
        undone(small, plan)
    assert len(small.posts()) == posts
    small.deps.ledger.set_brake("all", stopped=False, who=WHO, why="over")
    undone(small, plan)
    assert page(small).text == before


@pytest.mark.parametrize("kind", ["drop-after", "http-504", "http-504-after", "editconflict", "maxlag", "badtoken"])
def test_an_undo_whose_answer_is_lost_is_looked_up_and_written_once(small: SmallWorld, scanner: Scanner, kind: str) -> None:
    before = page(small).text
    plan = change(small, scanner, "publish/2", dates=year(1871))
    small.fault("edit", kind)
    small.fault("wbeditentity", kind)
    assert undone(small, plan) == {"update_text": ["undone"], "update_statements": ["undone"]}
    assert page(small).text == before
    applied = [row["action"] for row in small.wiki.log(applied_only=True)]
    assert (applied.count("edit"), applied.count("wbeditentity")) == (2, 5)
    assert len(small.posts()) == len(small.intents())
    assert small.journal.unsettled(PARTNER) == []


def test_an_undo_that_died_after_its_request_ends_where_it_would_have_ended(small: SmallWorld, scanner: Scanner, monkeypatch: pytest.MonkeyPatch) -> None:
    before = page(small).text
    plan = change(small, scanner, "publish/2", dates=year(1871))
    edit = small.commons.edit_text

    def die(**facts: Any) -> Any:
        begin = facts.pop("on_write")
        edit(on_write=lambda step: [begin(step), lambda _: None][1], **facts)
        raise Killed

    monkeypatch.setattr(small.commons, "edit_text", die)
    with pytest.raises(Killed):
        undone(small, plan)
    assert len(small.journal.unsettled(PARTNER)) == 1
    monkeypatch.setattr(small.commons, "edit_text", edit)
    assert undone(small, plan) == {"update_text": ["undone"], "update_statements": ["undone"]}
    assert page(small).text == before
    assert small.journal.unsettled(PARTNER) == []
    assert [row["action"] for row in small.wiki.log(applied_only=True)].count("edit") == 2
    assert small.pub().revision == max(page(small).revision, small.pub().revision or 0)


def test_the_command_says_what_it_would_do_and_does_nothing(
    small: SmallWorld, scanner: Scanner, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = change(small, scanner, "publish/2", dates=year(1871))
    monkeypatch.setattr("glamflow.steps.deps.build_deps", lambda: small.deps)
    posts = len(small.posts())
    assert main(["undo", plan]) == 0
    told = capsys.readouterr()
    assert {json.loads(line)["state"] for line in told.out.splitlines()} == {"would_undo"}
    assert told.err.strip() == f"{plan}: 2 would be put back."
    assert main(["undo", plan, "--write"]) == 2
    assert len(small.posts()) == posts
    assert main(["undo", plan, "--write", "--who", "Anna", "--note", NOTE]) == 0
    assert len(small.posts()) == posts + 2
    assert small.deps.ledger.approvals(plan)[0].who == WHO
    assert main(["undo", "no-such-plan"]) == 1


def test_data_that_were_added_to_a_page_of_somebody_else_are_taken_back(small: SmallWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    from pathlib import Path

    from msgspec.structs import replace

    first = small.files[0]
    with small.wiki.seeding() as seed, small.deps.store.local_path(f"{PARTNER}/media/{first.sha256}") as path:
        id = seed.file("File:Theirs.jpg", Path(path), "Text.", user=PERSON)
        seed.entity(f"M{id}", {"labels": {"fr": {"language": "fr", "value": "Légende"}}}, user=PERSON)
    of_run = small.deps.partner_of_run
    monkeypatch.setattr(
        type(small.deps), "partner_of_run", lambda _, run: replace(of_run(run), publish=replace(of_run(run).publish, adopt=True))
    )
    open_plan(small)
    small.publish("publish/2")
    assert small.commons.entities([f"M{id}"])[f"M{id}"].statements
    found = undone(small, small.deps.ledger.plans(PARTNER)[0].id)
    assert found["enrich"] == ["undone"]
    entity = small.commons.entities([f"M{id}"])[f"M{id}"]
    assert not any(entity.statements.values())
    assert entity.labels == {"fr": "Légende"}
    assert undo.SUMMARY
