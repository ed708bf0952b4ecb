"""Items as part of a plan: nothing without an approved task, additions only, new items only behind their own switch."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest
from crash_world import PARTNER, RUN
from small_world import SmallWorld

from glamflow.audit.journal import Journal
from glamflow.ledger.states import FileState
from glamflow.steps import plan as planning
from glamflow.steps import publish, sync
from glamflow.steps.deps import Deps
from glamflow.steps.itemwork import draft_items
from glamflow.steps.material import Material, load_material
from glamflow.store import layout
from glamflow.store.ndjson import read_lines
from glamflow.transforms.actions import CreateItem, EditItem, PlanAction, decode_action, kind_of
from glamflow.wiki.protocol import Entity

TASK = "Wikidata:Requests for permissions/Bot/Example"
HOME = "Q900100"


@pytest.fixture
def approved(small: SmallWorld, monkeypatch: pytest.MonkeyPatch) -> SmallWorld:
    """A partner with an approved task, whose plan is drafted anew."""
    with small.wiki.seeding() as seed:
        seed.item(HOME, {"en": "The collection"})
    policy(small, monkeypatch, bot_request=TASK, institution=HOME, create_items=False)
    return small


def policy(small: SmallWorld, monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    config = msgspec.structs.replace(small.config, items=msgspec.structs.replace(small.config.items, **changes))
    monkeypatch.setattr(Deps, "partner_of_run", lambda *_: config)
    monkeypatch.setattr(type(small), "config", property(lambda _: config))


def materials(small: SmallWorld) -> list[Material]:
    return list(load_material(small.deps, small.files))


def drafted(small: SmallWorld) -> list[PlanAction]:
    plan = small.deps.ledger.plans(PARTNER)[0]
    fixed = [decode_action(line) for line in read_lines(small.deps.store, layout.plan_actions(PARTNER, plan.id))]
    return draft_items(
        small.deps, small.config, materials(small), [action for action in fixed if kind_of(action) == "create"]
    )


def object_item(small: SmallWorld, number: int = 0, **more: Any) -> str:
    """The item of a file's object: found by its inventory number in the collection."""
    record = materials(small)[number].record
    with small.wiki.seeding() as seed:
        key = seed.claim("P217", record.inventory_number, qualifiers={"P195": HOME})
        return seed.item(labels={"en": f"Object {number}"}, claims=[key, *more.pop("claims", [])], **more)


def carry_out(small: SmallWorld) -> dict[str, int]:
    """Plan with its items, approve, publish."""
    with small.deps.ledger.database.write() as connection:
        connection.exec_driver_sql("UPDATE file SET state = 'staged' WHERE state = 'planned'")
        connection.exec_driver_sql("UPDATE plan SET state = 'selecting'")
    ref = planning.plan_publication(small.deps, PARTNER, RUN)
    lanes = planning.record_approval(small.deps, {**ref, "choice": "Publish all", "by": "person:anna", "note": ""})
    (lane,) = lanes
    return dict(publish.publish_lane(small.deps, lane, sleep=small.sleep).counts)


def entity(small: SmallWorld, id: str) -> Entity:
    return small.deps.wikidata(small.config).entities([id])[id]


def test_without_an_approved_task_nothing_is_planned_or_asked(small: SmallWorld) -> None:
    asked = len(small.wiki.log())
    assert drafted(small) == []
    assert len(small.wiki.log()) == asked


def test_an_item_without_image_gets_it_with_the_collection_and_references_in_one_edit(approved: SmallWorld) -> None:
    id = object_item(approved)
    before = entity(approved, id)
    counts = carry_out(approved)
    assert counts == {"done": 4}
    after = entity(approved, id)
    (image,) = after.statements["P18"]
    assert image["mainsnak"]["datavalue"]["value"] == approved.pub(0).title
    assert image["references"]
    (collection,) = after.statements["P195"]
    assert collection["references"]
    (key,) = after.statements["P217"]
    assert key["references"]
    assert {**key, "references": []} == {**before.statements["P217"][0], "references": []}, "all else of it stays"
    posts = [row for row in approved.posts() if row["subject"] == id]
    assert len(posts) == 1
    items = [edit for edit in approved.journal.edits(partner=PARTNER) if edit.kind == "intent" and edit.step == "item"]
    assert [edit.target for edit in items] == [id]
    assert {file.state for file in approved.files} == {FileState.PUBLISHED}


def test_an_image_of_others_is_never_touched_and_references_of_others_stay(approved: SmallWorld) -> None:
    with approved.wiki.seeding() as seed:
        image, collection = seed.claim("P18", "Theirs.jpg"), seed.claim("P195", HOME)
        collection["references"] = [{"snaks": {"P854": [seed._snak("P854", "https://theirs.example")]}}]
    id = object_item(approved, claims=[image, collection])
    before = entity(approved, id)
    (action,) = drafted(approved)
    assert isinstance(action, EditItem)
    assert (action.add, [claim["mainsnak"]["property"] for claim in action.refer]) == ((), ["P217"])
    carry_out(approved)
    after = entity(approved, id)
    assert (after.statements["P18"], after.statements["P195"]) == (before.statements["P18"], before.statements["P195"])


def test_people_and_places_get_no_image(approved: SmallWorld) -> None:
    with approved.wiki.seeding() as seed:
        human, born = seed.item("Q5", {"en": "human"}), seed.claim("P569", 1867)
        kind = seed.claim("P31", human)
    object_item(approved, 0, claims=[kind])
    object_item(approved, 1, claims=[born])
    assert drafted(approved) == []


def test_what_people_wrote_between_approval_and_writing_is_left_alone(approved: SmallWorld) -> None:
    id = object_item(approved)
    (action,) = drafted(approved)
    assert isinstance(action, EditItem)
    with approved.wiki.seeding() as seed:
        seed.entity(id, {"claims": [seed.claim("P18", "Faster.jpg")]}, user="Volunteer")
    carry_out(approved)
    (image,) = entity(approved, id).statements["P18"]
    assert image["mainsnak"]["datavalue"]["value"] == "Faster.jpg"


def test_several_items_for_one_key_are_a_question_for_people(approved: SmallWorld) -> None:
    ids = sorted([object_item(approved), object_item(approved, descriptions={"en": "twin"})])
    assert drafted(approved) == []
    (seen,) = approved.deps.ledger.observations(PARTNER, kind="ITEM_CANDIDATE")
    assert (seen.detail or {})["items"] == ids


def test_new_items_need_their_own_switch(approved: SmallWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    assert drafted(approved) == []
    policy(approved, monkeypatch, bot_request=TASK, institution=HOME, create_items=True)
    made = drafted(approved)
    assert [kind_of(action) for action in made] == ["create_item"] * 3
    counts = carry_out(approved)
    assert counts == {"done": 6}
    client = approved.deps.wikidata(approved.config)
    for action in made:
        assert isinstance(action, CreateItem)
        (id,) = client.by_inventory_number(action.number, HOME)
        item = entity(approved, id)
        assert item.labels == action.labels
        assert all(claim["references"] for group in item.statements.values() for claim in group)
        assert "P6243" not in item.statements
    assert drafted(approved) == [], "a second plan finds what the first one made"


def test_an_object_that_only_words_match_is_a_question_and_no_new_item(
    approved: SmallWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy(approved, monkeypatch, bot_request=TASK, institution=HOME, create_items=True)
    record = materials(approved)[0].record
    with approved.wiki.seeding() as seed:
        seed.item(labels={record.titles[0].language or "und": record.titles[0].value})
    assert len(drafted(approved)) == 2
    (seen,) = approved.deps.ledger.observations(PARTNER, kind="ITEM_CANDIDATE")
    assert "words alone" in (seen.detail or {})["why"]


def test_a_clash_of_label_and_description_is_tried_once_more_with_the_inventory_number(
    approved: SmallWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy(approved, monkeypatch, bot_request=TASK, institution=HOME, create_items=True)
    first = next(action for action in drafted(approved) if isinstance(action, CreateItem))
    language, label = next(iter(first.labels.items()))
    taken = msgspec.structs.replace(
        first, descriptions={language: "a thing"}, fallback={language: f"a thing ({first.number})"}
    )
    monkeypatch.setattr(planning, "draft_items", lambda *_: [taken])
    with approved.wiki.seeding() as seed:
        seed.item(labels={language: label}, descriptions={language: "a thing"})
    assert carry_out(approved)["done"] == 4
    (id,) = approved.deps.wikidata(approved.config).by_inventory_number(first.number, HOME)
    assert entity(approved, id).descriptions == {language: f"a thing ({first.number})"}


def test_a_new_item_whose_answer_was_lost_is_found_and_not_made_twice(
    approved: SmallWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy(approved, monkeypatch, bot_request=TASK, institution=HOME, create_items=True)
    (first, *_) = drafted(approved)
    assert isinstance(first, CreateItem)
    monkeypatch.setattr(planning, "draft_items", lambda *_: [first])
    approved.fault("wbeditentity", "drop-after", skip=1)  # after the data of the first file
    assert carry_out(approved)["done"] == 4
    assert len(approved.deps.wikidata(approved.config).by_inventory_number(first.number, HOME)) == 1
    assert approved.journal.unsettled(PARTNER) == []


def test_an_item_waits_for_its_file(approved: SmallWorld) -> None:
    id = object_item(approved)
    approved.fault("upload:direct", "abusefilter")
    counts = carry_out(approved)
    assert (counts["failed"], counts["dropped"]) == (1, 1)
    assert "P18" not in entity(approved, id).statements


class Killed(BaseException):
    """As a kill: nothing of ours catches it."""


def cut(small: SmallWorld, monkeypatch: pytest.MonkeyPatch, boundary: str, kind: str) -> None:
    """Let the worker die once at `boundary` of the first item that it writes."""
    alive, ledger, client = [True], small.deps.ledger, small.deps.wikidata(small.config)
    journal, send = Journal, "create_item" if kind == "create_item" else "edit_entity"
    place = {
        "intent": (journal, "intent"),
        "outcome": (journal, "outcome"),
        "post": (type(client), send),
        "settle": (ledger, "settle_action"),
    }
    owner, name = place[boundary.split()[1]]
    real, seen = getattr(owner, name), list[int]()

    def dying(*given: Any, **named: Any) -> Any:
        mine = named.get("step") == "item" or name == send or _is_item(small, given, name, seen)
        if alive[0] and mine and boundary.startswith("before"):
            alive[0] = False
            raise Killed
        answer = real(*given, **named)
        if name == "intent" and named.get("step") == "item":
            seen.append(int(answer))
        if alive[0] and mine:
            alive[0] = False
            raise Killed
        return answer

    monkeypatch.setattr(owner, name, dying)


def _is_item(small: SmallWorld, given: tuple[Any, ...], name: str, seen: list[int]) -> bool:
    if name == "settle_action":
        (row,) = [row for row in small.deps.ledger.plan_actions(given[1]) if row.seq == given[2]]
        return row.kind in ("edit_item", "create_item")
    if name == "outcome":
        (edit,) = [edit for edit in small.journal.edits(partner=PARTNER) if edit.id == given[1]]
        return edit.step == "item"
    return False


@pytest.mark.parametrize("kind", ["edit_item", "create_item"])
@pytest.mark.parametrize(
    "boundary",
    ["before intent", "after intent", "before post", "after post", "before outcome", "after outcome", "before settle"],
)
def test_a_worker_that_dies_anywhere_leaves_one_item_with_each_statement_once(
    approved: SmallWorld, monkeypatch: pytest.MonkeyPatch, boundary: str, kind: str
) -> None:
    if kind == "create_item":
        policy(approved, monkeypatch, bot_request=TASK, institution=HOME, create_items=True)
    else:
        object_item(approved)
    number = materials(approved)[0].record.inventory_number
    with monkeypatch.context() as dying:
        cut(approved, dying, boundary, kind)
        with pytest.raises(Killed):
            carry_out(approved)
    (plan,) = approved.deps.ledger.plans(PARTNER)
    publish.publish_lane(approved.deps, f"{plan.id}|0|1", sleep=approved.sleep)
    (id,) = approved.deps.wikidata(approved.config).by_inventory_number(number, HOME)
    item = entity(approved, id)
    assert {name: len(group) for name, group in item.statements.items() if name in ("P18", "P195", "P217")} == {
        "P18": 1,
        "P195": 1,
        "P217": 1,
    }
    assert {row.state for row in approved.deps.ledger.plan_actions(plan.id)} <= {"done", "dropped"}
    later = approved.deps.now() + dt.timedelta(hours=1)
    monkeypatch.setattr(sync, "SETTLE_AFTER", approved.deps.now() - later)
    approved.observe("sync/1")
    assert approved.journal.unsettled(PARTNER) == []
