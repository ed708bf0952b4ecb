"""The source corrects an inventory number: the title that holds the wrong one is moved, after approval, where we may."""

from __future__ import annotations

import pytest
from better_scans import Scanner
from crash_world import PARTNER
from msgspec.structs import replace
from small_world import WIKI, SmallWorld

from glamflow.ledger.states import FileState
from glamflow.steps import plan, sync
from glamflow.steps.material import load_material
from glamflow.steps.retitle import OBSERVED
from glamflow.transforms.commons.title import identifier_part
from glamflow.transforms.record import IdentifierKind

PERSON, NEW = "Volunteer", "HB 900"


@pytest.fixture
def scanner(small: SmallWorld, monkeypatch: pytest.MonkeyPatch) -> Scanner:
    small.publish()
    return Scanner(small, monkeypatch)


def correct(small: SmallWorld, scanner: Scanner, number: str = NEW) -> str:
    """The record has another inventory number now; the title that follows from it."""
    record = next(iter(load_material(small.deps, [small.files[0]]))).record
    old = record.inventory_number
    assert identifier_part(old) in small.pub().title
    identifiers = tuple(replace(one, value=number) if one.kind is IdentifierKind.INVENTORY else one for one in record.identifiers)
    scanner.offer(scanner.picture(), identifiers=identifiers)
    scanner._offered.clear()
    return small.pub().title.replace(identifier_part(old), identifier_part(number))


def moves(small: SmallWorld) -> int:
    return [row["action"] for row in small.wiki.log(applied_only=True)].count("move")


def test_the_page_is_moved_once_after_its_text_and_data(small: SmallWorld, scanner: Scanner) -> None:
    id, old = small.pub().page_id or 0, small.pub().title
    to = correct(small, scanner)
    scanner.select("publish/2")
    planned = plan.plan_publication(small.deps, PARTNER, "publish/2")
    assert "pages with a corrected name | 1" in plan.approval_request(small.deps, planned)["body"]
    posts = len(small.posts())
    assert small.publish("publish/2").counts["verified"] == 1
    assert [row["action"] for row in small.posts()[posts:]][-1] == "move"
    page = small.commons.pages_by_id([id])[id]
    assert page.title == small.pub().title == small.written().title == to
    assert small.commons.pages([old])[old].redirect_to == to
    assert small.deps.ledger.file(small.files[0].id).state is FileState.VERIFIED
    assert len(small.posts()) == len(small.intents())
    small.observe("sync/1")
    assert "RENAMED" not in small.kinds()
    posts = len(small.posts())
    scanner.bring("publish/3")
    assert len(small.posts()) == posts


def test_without_the_right_the_rest_is_brought_and_the_wish_is_noted(small: SmallWorld, scanner: Scanner, monkeypatch: pytest.MonkeyPatch) -> None:
    account = small.commons.account()
    monkeypatch.setattr(small.commons, "account", lambda: replace(account, rights=tuple(r for r in account.rights if r != "movefile")))
    old = small.pub().title
    to = correct(small, scanner)
    assert scanner.bring()["verified"] == 1
    assert small.pub().title == old
    assert moves(small) == 0
    (seen,) = small.deps.ledger.observations(PARTNER, kind=OBSERVED)
    assert seen.detail is not None
    assert (seen.title, seen.detail["wanted"]) == (old, to)
    assert "movefile" in seen.detail["why"]
    assert seen.detail["request"].startswith("{{Rename|1=" + to)
    id = small.pub().page_id or 0
    assert NEW in small.commons.pages_by_id([id])[id].text, "the page itself is corrected"


def test_a_title_that_somebody_has_is_not_taken(small: SmallWorld, scanner: Scanner) -> None:
    to = correct(small, scanner)
    with small.wiki.seeding() as seed:
        seed.page(f"File:{to}", "A page of somebody.", user=PERSON)
    assert scanner.bring()["verified"] == 1
    assert moves(small) == 0
    (seen,) = small.deps.ledger.observations(PARTNER, kind=OBSERVED)
    assert (seen.detail or {})["why"] == "the name is taken"


def test_what_people_called_it_stays(small: SmallWorld, scanner: Scanner) -> None:
    to = correct(small, scanner)
    old = small.pub().title
    better = old.replace(" - ", ", seen from the harbour - ", 1)
    with small.wiki.seeding() as seed:
        seed.move(f"File:{old}", f"File:{better}", user=PERSON)
    scanner.bring()
    assert small.pub().title == better != to
    assert moves(small) == 0


def test_a_rename_after_the_approval_drops_the_move(small: SmallWorld, scanner: Scanner) -> None:
    correct(small, scanner)
    scanner.select("publish/2")
    plan.plan_publication(small.deps, PARTNER, "publish/2")
    old = small.pub().title
    with small.wiki.seeding() as seed:
        seed.move(f"File:{old}", "File:A name by a person.jpg", user=PERSON)
    counts = small.publish("publish/2").counts
    assert counts["dropped"] == 1
    assert moves(small) == 0


@pytest.mark.parametrize("kind", ["drop-after", "http-504", "http-504-after", "html-after", "maxlag", "badtoken"])
def test_a_move_whose_answer_is_lost_is_looked_up_and_done_once(small: SmallWorld, scanner: Scanner, kind: str) -> None:
    to = correct(small, scanner)
    small.fault("move", kind)
    assert scanner.bring()["verified"] == 1
    assert small.pub().title == to
    assert moves(small) == 1
    assert len(small.posts()) == len(small.intents())
    assert small.journal.unsettled(PARTNER) == []


@pytest.mark.parametrize("arrived", [True, False])
def test_a_move_left_unknown_is_settled_by_where_the_page_is(small: SmallWorld, scanner: Scanner, arrived: bool) -> None:
    to = correct(small, scanner)
    old, claim = small.pub().title, small.deps.ledger.claim("publish", "x", "tester")
    assert claim is not None
    if arrived:
        with small.wiki.seeding() as seed:
            seed.move(f"File:{old}", f"File:{to}", user="GlamflowBot")
    small.journal.intent(
        claim, partner=PARTNER, plan_id="", file_id=small.files[0].id, step="move", wiki=WIKI, target=f"File:{to}", request_digest="x"
    )
    (edit,) = small.journal.unsettled(PARTNER)
    assert sync._was_applied(small.commons, small.deps, edit, "GlamflowBot") is arrived


def test_nothing_else_moves_a_title(small: SmallWorld, scanner: Scanner) -> None:
    from glamflow.transforms.record import Text

    old = small.pub().title
    scanner.offer(scanner.picture(), titles=(Text(value="A much better title", language="en"),))
    scanner._offered.clear()
    scanner.bring()
    assert small.pub().title == old
    assert small.deps.ledger.observations(PARTNER, kind=OBSERVED) == []
