"""Files that somebody else uploaded with our bytes: held as they are, or given what they lack where the partner file says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from crash_world import PARTNER
from msgspec.structs import replace
from plan_again import open_plan
from small_world import WIKI, SmallWorld

from glamflow.ledger.rows import Publication
from glamflow.ledger.states import FileState
from glamflow.partner import Partner, parse_partner
from glamflow.steps import plan, stage, trust
from glamflow.transforms.outcome import Reason
from glamflow.wiki.protocol import Entity

PERSON, TITLE, TEXT = "Volunteer", "An old upload.jpg", "== Summary ==\nFound in a book. {{PD-old}}"


@pytest.fixture
def uploaded(small: SmallWorld) -> int:
    """Somebody else uploaded the first file earlier; the id of the page."""
    first = small.files[0]
    with small.wiki.seeding() as seed, small.deps.store.local_path(f"{PARTNER}/media/{first.sha256}") as path:
        return int(seed.file(f"File:{TITLE}", Path(path), TEXT, user=PERSON))


@pytest.fixture
def adopting(small: SmallWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    of_run = small.deps.partner_of_run

    def adopts(_: Any, run_id: str) -> Partner:
        config = of_run(run_id)
        return replace(config, publish=replace(config.publish, adopt=True))

    monkeypatch.setattr(type(small.deps), "partner_of_run", adopts)


def entity(small: SmallWorld, page_id: int) -> Entity:
    return small.commons.entities([f"M{page_id}"])[f"M{page_id}"]


def pub(small: SmallWorld) -> Publication | None:
    return small.deps.ledger.publication(small.files[0].id, WIKI)


def test_the_partner_file_says_whether_files_of_others_are_adopted(small: SmallWorld) -> None:
    assert not small.config.publish.adopt
    text = small.config.text.replace("publish: {", "publish: {adopt: true, ").replace("publish:\n", "publish:\n  adopt: true\n")
    assert parse_partner(text).publish.adopt


def test_without_that_word_they_are_held_with_the_link(small: SmallWorld, uploaded: int) -> None:
    open_plan(small)
    assert small.publish("publish/2").counts == {"done": 2, "verified": 2}
    file = small.deps.ledger.file(small.files[0].id)
    assert (file.state, file.reason, file.detail) == (FileState.HELD, Reason.DUPLICATE_ON_COMMONS, f"File:{TITLE}")
    assert entity(small, uploaded).missing or not entity(small, uploaded).statements


@pytest.mark.usefixtures("adopting")
def test_an_adopted_file_gets_what_it_lacks_in_one_edit_after_approval(small: SmallWorld, uploaded: int) -> None:
    with small.wiki.seeding() as seed:
        seed.entity(
            f"M{uploaded}", {"labels": {"sv": {"language": "sv", "value": "Någons bildtext"}}, "claims": [seed.claim("P571", 1700)]}, user=PERSON
        )
    open_plan(small)
    posts = len(small.posts())
    planned = plan.plan_publication(small.deps, PARTNER, "publish/2")
    assert len(small.posts()) == posts, "nothing before the approval"
    assert "files of others that get data | 1" in plan.approval_request(small.deps, planned)["body"]
    assert small.publish("publish/2").counts == {"done": 3, "verified": 3}
    touched = [row for row in small.posts() if row["subject"] in (f"M{uploaded}", TITLE, f"File:{TITLE}")]
    assert [row["action"] for row in touched] == ["wbeditentity"]
    page = small.commons.pages_by_id([uploaded])[uploaded]
    assert page.text == TEXT, "its text is the uploader's"
    now = entity(small, uploaded)
    assert now.labels["sv"] == "Någons bildtext"
    assert [claim["mainsnak"]["datavalue"]["value"]["time"] for claim in now.statements["P571"]] == ["+1700-00-00T00:00:00Z"]
    assert "P195" in now.statements or "P170" in now.statements
    assert not {"P275", "P6216", "P7482"} & set(now.statements), "rights and source are the uploader's word"
    added = [claim for group in now.statements.values() for claim in group if "references" in claim]
    assert added
    assert {claim["id"] for claim in added} == {claim["id"] for claim in small.written(0).statements}
    file = small.deps.ledger.file(small.files[0].id)
    assert file.state is FileState.VERIFIED
    assert small.written(0).foreign
    found = pub(small)
    assert found is not None
    assert (found.title, found.page_id) == (TITLE, uploaded)
    assert len(small.posts()) == len(small.intents())


@pytest.mark.usefixtures("adopting")
def test_a_page_that_lacks_nothing_is_linked_and_not_written(small: SmallWorld, uploaded: int) -> None:
    open_plan(small)
    small.publish("publish/2")
    claims = [claim for group in entity(small, uploaded).statements.values() for claim in group]
    labels = entity(small, uploaded).labels
    with small.deps.ledger.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM publication WHERE file_id = ?", (small.files[0].id,))
        connection.exec_driver_sql("UPDATE file SET state = 'staged' WHERE id = ?", (small.files[0].id,))
    small.deps.ledger.start_run("publish/3", partner=PARTNER, kind="publish", partner_version=small.deps.ledger.latest_partner_version(PARTNER) or "")
    small.deps.ledger.create_plan(
        stage.plan_id(PARTNER, "publish/3"), partner=PARTNER, run_id="publish/3", file_ids=[small.files[0].id], wiki=WIKI, level="pilot"
    )
    posts = len(small.posts())
    assert small.publish("publish/3").counts == {"done": 1, "verified": 1}
    assert len(small.posts()) == posts
    assert [claim for group in entity(small, uploaded).statements.values() for claim in group] == claims
    assert entity(small, uploaded).labels == labels


@pytest.mark.usefixtures("adopting", "uploaded")
def test_others_pages_are_asked_about_even_where_trust_was_earned(small: SmallWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    of_run = small.deps.partner_of_run

    def trusting(_: Any, run_id: str) -> Partner:
        config = of_run(run_id)
        return replace(config, publish=replace(config.publish, adopt=True, review="trusted"))

    monkeypatch.setattr(type(small.deps), "partner_of_run", trusting)
    open_plan(small)
    ref = plan.plan_publication(small.deps, PARTNER, "publish/2")
    assert "policy" not in plan.approval_request(small.deps, ref)
    asked = replace(small.deps.ledger.plan(ref["plan"]), level="full")
    assert trust.why_not(small.deps, small.deps.partner_of_run("publish/2"), asked) == "pages of others, or unknown ones, are part of it"


@pytest.mark.usefixtures("adopting")
@pytest.mark.parametrize("change", ["tagged", "overwritten", "described"])
def test_between_approval_and_writing_only_less_is_written(small: SmallWorld, uploaded: int, change: str, tmp_path: Path) -> None:
    open_plan(small)
    plan.plan_publication(small.deps, PARTNER, "publish/2")
    with small.wiki.seeding() as seed:
        if change == "tagged":
            seed.tag_for_deletion(f"File:{TITLE}", "no permission", user=PERSON)
        elif change == "overwritten":
            (tmp_path / "x.jpg").write_bytes(small.deps.store.get(f"{PARTNER}/media/{small.files[1].sha256}"))
            seed.file(f"File:{TITLE}", tmp_path / "x.jpg", "", user=PERSON)
        else:
            seed.entity(f"M{uploaded}", {"labels": {"sv": {"language": "sv", "value": "Snabbare"}}}, user=PERSON)
    small.publish("publish/2")
    there = entity(small, uploaded)
    if change == "described":
        assert there.labels["sv"] == "Snabbare"
        assert "sv" not in small.written(0).captions
    else:
        assert not there.statements


@pytest.mark.usefixtures("adopting")
@pytest.mark.parametrize("kind", ["drop-after", "http-504", "http-504-after", "editconflict", "maxlag", "badtoken"])
def test_an_enrichment_whose_answer_is_lost_is_looked_up_and_written_once(small: SmallWorld, uploaded: int, kind: str) -> None:
    open_plan(small)
    small.fault("wbeditentity", kind, contains=f"M{uploaded}")
    assert small.publish("publish/2").counts == {"done": 3, "verified": 3}
    claims = [claim["id"] for group in entity(small, uploaded).statements.values() for claim in group]
    assert claims
    assert len(claims) == len(set(claims))
    with small.wiki.db.read() as sql:
        ours = sql.execute("SELECT count(*) AS n FROM revision WHERE page_id = ? AND user = 'GlamflowBot'", (uploaded,)).fetchone()["n"]
    assert ours == 1
    assert small.journal.unsettled(PARTNER) == []


@pytest.mark.usefixtures("adopting")
def test_later_changes_at_the_source_touch_only_our_data_on_it(small: SmallWorld, uploaded: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from better_scans import Scanner

    from glamflow.transforms.record import CalendarDate, DateSpan, Text

    open_plan(small)
    small.publish("publish/2")
    scanner = Scanner(small, monkeypatch)
    day = CalendarDate(year=1871)
    scanner.offer(scanner.picture(), titles=(Text(value="A new title", language="en"),), dates=(DateSpan(earliest=day, latest=day),))
    scanner._offered.clear()
    posts = len(small.posts())
    scanner.bring("publish/3")
    assert {row["action"] for row in small.posts()[posts:]} == {"wbeditentity"}
    page = small.commons.pages_by_id([uploaded])[uploaded]
    assert page.text == TEXT
    now = entity(small, uploaded)
    assert "1871" in now.statements["P571"][0]["mainsnak"]["datavalue"]["value"]["time"]
    assert not {"P275", "P6216", "P7482"} & set(now.statements)
