"""Somebody uploaded it earlier, in other bytes: found by link, number or item, laid beside ours, decided by a person."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from crash_world import PARTNER
from msgspec.structs import replace as changed
from PIL import Image, ImageOps
from plan_again import open_plan
from request_count import kinds
from small_world import SmallWorld

from glamflow.ledger.states import FileState
from glamflow.partner import Partner
from glamflow.steps import draft, plan
from glamflow.steps.earlier import OBSERVED, earlier_uploads
from glamflow.steps.material import load_material
from glamflow.steps.surroundings import look_around
from glamflow.steps.wiki_pictures import of_the_wiki
from glamflow.store import layout
from glamflow.transforms.outcome import Reason
from glamflow.ui import alike
from glamflow.wiki.protocol import Entity

PERSON, TITLE, CATEGORY = "Volunteer", "Seen in a book.jpg", "Havn City Archive"


def record(small: SmallWorld) -> Any:
    return next(iter(load_material(small.deps, [small.files[0]]))).record


def pictures(small: SmallWorld) -> dict[str, Image.Image]:
    ours = Image.open(io.BytesIO(small.deps.store.get(layout.media(PARTNER, small.files[0].sha256)))).convert("RGB")
    return {"same": ours.resize((ours.width // 2, ours.height // 2)), "another": ImageOps.mirror(Image.radial_gradient("L")).convert("RGB")}


def upload(small: SmallWorld, shown: str, text: str, folder: Path, title: str = TITLE) -> None:
    path = folder / "seen.jpg"
    pictures(small)[shown].save(path, quality=80)
    with small.wiki.seeding() as seed:
        seed.file(f"File:{title}", path, text, user=PERSON)


def held(small: SmallWorld) -> tuple[str, str]:
    file = small.deps.ledger.file(small.files[0].id)
    assert file.state is FileState.HELD, (file.state, file.detail)
    return file.reason, file.detail


@pytest.mark.parametrize(("shown", "said"), [("same", "shows the same picture"), ("another", "shows another picture")])
def test_a_page_that_links_to_the_record_holds_the_file_and_is_compared(small: SmallWorld, tmp_path: Path, shown: str, said: str) -> None:
    upload(small, shown, f"From {record(small).source_url} {{{{PD-old}}}}", tmp_path)
    open_plan(small)
    assert small.publish("publish/2").counts == {"done": 2, "verified": 2}
    assert held(small) == (Reason.POSSIBLE_DUPLICATE, f"File:{TITLE} links to the record and {said}")
    (seen,) = small.deps.ledger.observations(PARTNER, kind=OBSERVED)
    assert (seen.title, seen.file_id) == (TITLE, small.files[0].id)
    assert seen.detail is not None
    shown_beside = small.deps.store.get(layout.media_thumbnail(PARTNER, seen.detail["picture"]))
    assert Image.open(io.BytesIO(shown_beside)).format == "JPEG"
    (other,) = alike.others_of(small.deps.ledger, small.deps.ledger.file(small.files[0].id))
    assert (other.title, other.sha256, other.outside) == (TITLE, seen.detail["picture"], True)
    assert alike.ON_THE_WIKI == OBSERVED


def test_what_a_person_let_go_is_not_held_again_for_the_same_page(small: SmallWorld, tmp_path: Path) -> None:
    upload(small, "another", f"From {record(small).source_url}", tmp_path)
    open_plan(small)
    small.publish("publish/2")
    file = small.files[0]
    small.deps.ledger.decide_files([file.id], FileState.LISTED, who="anna", reason="", detail="another view")
    with small.deps.ledger.database.write() as connection:
        connection.exec_driver_sql("UPDATE file SET state = 'staged' WHERE id = ?", (file.id,))
    open_plan(small, "publish/3")
    small.publish("publish/3")
    assert small.deps.ledger.file(file.id).state is FileState.VERIFIED
    assert small.deps.ledger.observations(PARTNER, kind=OBSERVED, unsettled=True) == []


@pytest.mark.parametrize(("shown", "state"), [("same", FileState.HELD), ("another", FileState.VERIFIED)])
def test_the_picture_of_the_objects_item_holds_a_file_that_shows_the_same(
    small: SmallWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shown: str, state: FileState
) -> None:
    upload(small, shown, "Somebody's photograph.", tmp_path)
    key = small.files[0].record_key
    claim = {"mainsnak": {"property": "P18", "snaktype": "value", "datavalue": {"type": "string", "value": TITLE.replace(" ", "_")}}}

    class Items:
        def entities(self, ids: Any) -> dict[str, Entity]:
            assert list(ids) == ["Q77"]
            return {"Q77": Entity(id="Q77", statements={"P18": [claim]})}

    monkeypatch.setattr(draft, "match_objects", lambda *_: {key: "Q77"})
    items: Any = Items()
    small.deps = replace(small.deps, wikidata=lambda _: items)
    open_plan(small)
    small.publish("publish/2")
    assert small.deps.ledger.file(small.files[0].id).state is state
    if state is FileState.HELD:
        assert held(small)[1] == f"File:{TITLE} is the picture of its Wikidata item and shows the same picture"


def test_pictures_are_fetched_only_where_something_was_found(small: SmallWorld) -> None:
    open_plan(small)
    before = len(small.wiki.log())
    plan.plan_publication(small.deps, PARTNER, "publish/2")
    assert not [kind for kind in kinds(small.wiki.log()[before:]) if "imageinfo" in kind and "revisions" not in kind]


def test_a_page_of_our_own_is_no_earlier_upload(small: SmallWorld) -> None:
    small.publish()
    item = next(iter(load_material(small.deps, [small.files[0]])))
    around = look_around(small.deps, small.config, small.commons, {small.pub().title: item})
    assert small.pub().title in around.neighbours[item.file.id].linked
    assert earlier_uploads(small.deps, small.config, small.commons, [item], around, {}) == {}


def test_an_inventory_number_in_the_institutions_category_is_found(small: SmallWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    number = record(small).inventory_number
    of_run = small.deps.partner_of_run

    def with_category(_: Any, run_id: str) -> Partner:
        config = of_run(run_id)
        return changed(config, commons=changed(config.commons, category_collection=CATEGORY))

    monkeypatch.setattr(type(small.deps), "partner_of_run", with_category)
    upload(small, "same", f"Inventory {number}. [[Category:{CATEGORY}]]", tmp_path)
    open_plan(small)
    small.publish("publish/2")
    assert held(small)[1] == f"File:{TITLE} names the inventory number and shows the same picture"


@pytest.mark.parametrize(
    ("url", "base", "asked"),
    [
        ("https://upload.wikimedia.org/x/500px-a.jpg", "https://commons.wikimedia.org", True),
        ("https://commons.wikimedia.org/x.jpg", "https://commons.wikimedia.org", True),
        ("http://upload.wikimedia.org/x.jpg", "https://commons.wikimedia.org", False),
        ("https://upload.wikimedia.org.example.net/x.jpg", "https://commons.wikimedia.org", False),
        ("https://example.net/x.jpg", "https://commons.wikimedia.org", False),
        ("http://127.0.0.1:8080/x.jpg", "http://127.0.0.1:8080", True),
        ("http://127.0.0.1:9090/x.jpg", "http://127.0.0.1:8080", False),
        ("http://10.0.0.1/x.jpg", "http://127.0.0.1:8080", False),
        ("http://x.0.1/x.jpg", "http://127.0.0.1:8080", False),
        ("file:///etc/passwd", "http://127.0.0.1:8080", False),
        ("http://evil.localhost/x.jpg", "http://localhost:8080", False),
    ],
)
def test_pictures_come_from_the_wikis_own_servers_only(url: str, base: str, asked: bool) -> None:
    assert of_the_wiki(url, base) is asked
