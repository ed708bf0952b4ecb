"""A better scan of a published picture goes over our own version of it, once; anything else is for a person."""

from __future__ import annotations

from typing import Any

import pytest
from better_scans import Scanner
from crash_world import PARTNER
from PIL import Image, ImageOps
from small_world import WIKI, SmallWorld

from glamflow.ledger.states import FileState
from glamflow.steps import plan
from glamflow.store import layout
from glamflow.transforms.outcome import Reason
from glamflow.transforms.record import Text

PERSON = "Volunteer"


@pytest.fixture
def scanner(small: SmallWorld, monkeypatch: pytest.MonkeyPatch) -> Scanner:
    small.publish()
    return Scanner(small, monkeypatch)


def page_of(small: SmallWorld) -> Any:
    id = small.pub().page_id or 0
    return small.commons.pages_by_id([id])[id]


def versions(small: SmallWorld) -> list[tuple[str, str]]:
    with small.wiki.db.read() as sql:
        rows = sql.execute(
            "SELECT sha1, user FROM file_version WHERE page_id = ? ORDER BY id", (small.pub().page_id,)
        ).fetchall()
    return [(row["sha1"], row["user"]) for row in rows]


def uploads(small: SmallWorld) -> int:
    return sum(row["action"] == "upload" for row in small.wiki.log(applied_only=True))


def held(small: SmallWorld) -> tuple[str, str]:
    file = small.deps.ledger.file(small.files[0].id)
    assert file.state is FileState.HELD, (file.state, file.reason)
    return file.reason, file.detail


def test_a_better_scan_becomes_a_new_version_of_our_own_file(small: SmallWorld, scanner: Scanner) -> None:
    old, before = small.files[0], uploads(small)
    sha1 = scanner.offer(scanner.enlarged())
    counts = scanner.bring()
    assert counts["verified"] == 1
    assert versions(small) == [(old.sha1, "GlamflowBot"), (sha1, "GlamflowBot")]
    assert uploads(small) == before + 1
    file = small.deps.ledger.file(old.id)
    assert (file.state, file.sha1, file.width) == (FileState.VERIFIED, sha1, round((old.width or 0) * 1.5))
    assert not file.changed_at_source
    assert small.pub().sha1 == small.written().sha1 == sha1
    assert small.pub().title == page_of(small).title
    assert len(small.posts()) == len(small.intents())
    assert small.journal.unsettled(PARTNER) == []
    assert small.deps.ledger.observations(PARTNER, kind="MEDIA_CHANGED", unsettled=True) == [], "the partner is not told that it waits"
    posts = len(small.posts())
    scanner.bring("publish/3")
    assert len(small.posts()) == posts, "nothing is left to bring"
    small.observe("sync/1")
    assert "OVERWRITTEN" not in small.kinds()


def test_data_and_text_follow_the_new_bytes_in_the_same_plan(small: SmallWorld, scanner: Scanner) -> None:
    sha1 = scanner.offer(scanner.enlarged(), titles=(Text(value="A new title", language="en"),))
    posts = len(small.posts())
    assert scanner.bring()["done"] >= 2
    assert [row["action"] for row in small.posts()[posts:]] == ["upload", "upload", "wbeditentity", "edit"]
    assert "A new title" in page_of(small).text
    assert page_of(small).sha1 == sha1
    assert small.deps.ledger.file(small.files[0].id).state is FileState.VERIFIED


def test_people_are_asked_and_a_no_leaves_the_old_version(small: SmallWorld, scanner: Scanner) -> None:
    old = small.files[0]
    scanner.offer(scanner.enlarged())
    scanner.select("publish/2")
    planned = plan.plan_publication(small.deps, PARTNER, "publish/2")
    request = plan.approval_request(small.deps, planned)
    assert "better copies of our pictures | 1" in request["body"]
    assert plan.record_approval(small.deps, {**planned, "choice": "Reject", "by": "person:ann", "note": ""}) == []
    assert versions(small) == [(old.sha1, "GlamflowBot")]
    assert small.deps.ledger.file(old.id).state is FileState.VERIFIED


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda old: old.resize((old.width // 2, old.height // 2)), "smaller"),
        (lambda old: old.resize((old.width * 2, old.height * 2 + 60)), "other proportions"),
    ],
)
def test_what_is_no_better_copy_of_the_same_picture_waits_for_a_person(
    small: SmallWorld, scanner: Scanner, change: Any, said: str
) -> None:
    old = small.files[0]
    scanner.offer(change(scanner.picture()))
    posts = len(small.posts())
    scanner.bring()
    reason, detail = held(small)
    assert reason == Reason.MEDIA_CHANGED
    assert said in detail
    assert len(small.posts()) == posts
    assert versions(small) == [(old.sha1, "GlamflowBot")]


@pytest.mark.parametrize("draw", [lambda old: ImageOps.mirror(old), lambda old: Image.radial_gradient("L").resize(old.size).convert("RGB")])
def test_other_content_becomes_a_file_of_its_own_and_both_pages_name_each_other(small: SmallWorld, scanner: Scanner, draw: Any) -> None:
    old, title = small.files[0], small.pub().title
    sha1 = scanner.offer(draw(scanner.enlarged(2)))
    scanner.select("publish/2")
    planned = plan.plan_publication(small.deps, PARTNER, "publish/2")
    assert "in place of a published picture" in plan.approval_request(small.deps, planned)["body"]
    counts = small.publish("publish/2").counts
    assert counts["verified"] == 2
    assert versions(small) == [(old.sha1, "GlamflowBot")], "the published one stays as it is"
    family = small.deps.ledger.files_of_record(PARTNER, old.record_key)
    (new,) = [file for file in family if file.sha1 == sha1]
    assert (new.state, new.media_id) == (FileState.VERIFIED, f"{old.media_id} (other content 2)")
    pub = small.deps.ledger.publication(new.id, WIKI)
    assert pub is not None
    theirs = small.commons.pages_by_id([pub.page_id or 0])[pub.page_id or 0]
    assert f"File:{title}" in theirs.text
    assert f"File:{pub.title}" in page_of(small).text
    posts = len(small.posts())
    with small.deps.ledger.database.write() as connection:
        connection.exec_driver_sql("UPDATE file SET changed_at_source = 1 WHERE record_key = ?", (old.record_key,))
    scanner.bring("publish/3")
    assert len(small.posts()) == posts, "seen again it is known"
    scanner._facts[old.record_key] = {"titles": (Text(value="About the new picture", language="en"),)}
    with small.deps.ledger.database.write() as connection:
        connection.exec_driver_sql("UPDATE file SET changed_at_source = 1 WHERE record_key = ?", (old.record_key,))
    scanner.bring("publish/4")
    assert "About the new picture" in small.commons.pages_by_id([pub.page_id or 0])[pub.page_id or 0].text
    assert "About the new picture" not in page_of(small).text, "the record does not speak of the old one any more"


def test_a_page_whose_other_versions_people_wrote_is_not_touched_for_it(small: SmallWorld, scanner: Scanner) -> None:
    old = small.files[0]
    scanner.offer(ImageOps.mirror(scanner.enlarged(2)))
    scanner.select("publish/2")
    name = "other versions" if "other versions" in page_of(small).text else "other_versions"
    with small.wiki.seeding() as seed:
        seed.edit(f"File:{small.pub().title}", {"{{Artwork\n": "{{Artwork\n|" + name + "=By a person\n", "{{Photograph\n": "{{Photograph\n|" + name + "=By a person\n"}, user=PERSON)
    before = page_of(small).text
    assert "By a person" in before
    small.publish("publish/2")
    assert page_of(small).text == before
    assert len(small.deps.ledger.files_of_record(PARTNER, old.record_key)) >= 2


def test_a_no_to_other_content_leaves_the_published_page_alone(small: SmallWorld, scanner: Scanner) -> None:
    old, text = small.files[0], page_of(small).text
    sha1 = scanner.offer(ImageOps.mirror(scanner.enlarged(2)))
    scanner.select("publish/2")
    planned = plan.plan_publication(small.deps, PARTNER, "publish/2")
    plan.record_approval(small.deps, {**planned, "choice": "Reject", "by": "person:ann", "note": "a mistake"})
    (new,) = [file for file in small.deps.ledger.files_of_record(PARTNER, old.record_key) if file.sha1 == sha1]
    assert (new.state, new.reason) == (FileState.HELD, Reason.REJECTED_BY_PERSON)
    assert small.deps.ledger.file(old.id).state is FileState.VERIFIED
    assert page_of(small).text == text


def test_a_version_of_somebody_else_is_never_overwritten(small: SmallWorld, scanner: Scanner, tmp_path: Any) -> None:
    path = tmp_path / "cleaned.jpg"
    scanner.picture().rotate(1).save(path)
    with small.wiki.seeding() as seed:
        seed.file(f"File:{small.pub().title}", path, "", user=PERSON)
    scanner.offer(scanner.enlarged())
    posts = len(small.posts())
    scanner.bring()
    assert held(small)[0] == Reason.MEDIA_CHANGED
    assert PERSON in held(small)[1]
    assert len(small.posts()) == posts


def test_a_version_that_somebody_uploads_after_the_approval_is_not_overwritten_either(
    small: SmallWorld, scanner: Scanner, tmp_path: Any
) -> None:
    scanner.offer(scanner.enlarged())
    scanner.select("publish/2")
    plan.plan_publication(small.deps, PARTNER, "publish/2")
    path = tmp_path / "cleaned.jpg"
    scanner.picture().rotate(1).save(path)
    with small.wiki.seeding() as seed:
        seed.file(f"File:{small.pub().title}", path, "", user=PERSON)
    posts = len(small.posts())
    small.publish("publish/2")
    assert len(small.posts()) == posts
    assert versions(small)[-1][1] == PERSON
    assert held(small)[0] == Reason.MEDIA_CHANGED


def test_other_rights_are_no_new_version(small: SmallWorld, scanner: Scanner) -> None:
    written = small.written()
    bare = tuple(claim for claim in written.statements if claim["mainsnak"]["property"] not in ("P275", "P6216"))
    from glamflow.steps import newer
    from glamflow.transforms.commons.context import PageDraft

    draft = PageDraft(title=written.title, wikitext="", captions={}, statements=bare, parameters=written.params)
    against = newer._other_rights(written, draft)
    assert against is not None
    assert against[0] is Reason.MEDIA_CHANGED
    assert (
        newer._other_rights(
            written, PageDraft(title="", wikitext="", captions={}, statements=written.statements, parameters={})
        )
        is None
    )


def test_bytes_that_the_community_deleted_or_that_were_banned_are_no_new_version(
    small: SmallWorld, scanner: Scanner
) -> None:
    sha1 = scanner.offer(scanner.enlarged())
    small.deps.ledger.forbid(
        kind="sha1", value=sha1, partner="", reason=Reason.DELETED_ON_COMMONS, who="sync", detail="File:X was deleted"
    )
    posts = len(small.posts())
    scanner.bring()
    assert held(small)[0] == Reason.DO_NOT_UPLOAD
    assert len(small.posts()) == posts


@pytest.mark.parametrize(
    "kind", ["drop-after", "http-504", "http-504-after", "html-after", "maxlag", "badtoken", "ratelimited"]
)
def test_a_new_version_whose_answer_is_lost_is_looked_up_and_uploaded_once(
    small: SmallWorld, scanner: Scanner, kind: str
) -> None:
    old = small.files[0]
    small.fault("upload", kind)
    small.fault("upload:publish", kind)
    sha1 = scanner.offer(scanner.enlarged())
    assert scanner.bring()["verified"] == 1
    assert versions(small) == [(old.sha1, "GlamflowBot"), (sha1, "GlamflowBot")]
    assert len(small.posts()) == len(small.intents())
    assert small.journal.unsettled(PARTNER) == []


def test_bytes_that_an_open_plan_is_to_bring_are_not_swept(small: SmallWorld, scanner: Scanner) -> None:
    scanner.offer(scanner.enlarged())
    scanner.select("publish/2")
    plan.plan_publication(small.deps, PARTNER, "publish/2")
    (row,) = [
        row
        for row in small.deps.ledger.plan_actions(small.deps.ledger.plans(PARTNER)[0].id)
        if row.kind == "new_version"
    ]
    assert row.payload is not None
    assert row.payload["sha256"] in small.deps.ledger.media_needed(PARTNER, unused_since=small.deps.now())
    assert small.deps.store.head(layout.media(PARTNER, row.payload["sha256"])) is not None


def test_an_unsettled_new_version_is_not_taken_for_the_old_upload(
    small: SmallWorld, scanner: Scanner, monkeypatch: pytest.MonkeyPatch
) -> None:
    from glamflow.steps import sync

    scanner.offer(scanner.enlarged())
    scanner.select("publish/2")
    plan.plan_publication(small.deps, PARTNER, "publish/2")
    (row,) = [
        row
        for row in small.deps.ledger.plan_actions(small.deps.ledger.plans(PARTNER)[0].id)
        if row.kind == "new_version"
    ]
    claim = small.deps.ledger.claim("publish", "x", "tester")
    assert claim is not None
    plan_id = small.deps.ledger.plans(PARTNER)[0].id
    small.journal.intent(
        claim,
        partner=PARTNER,
        plan_id=plan_id,
        file_id=row.file_id,
        step="upload",
        wiki=WIKI,
        target=f"File:{small.pub().title}",
        request_digest=row.digest,
    )
    (edit,) = small.journal.unsettled(PARTNER)
    assert not sync._was_applied(small.commons, small.deps, edit, "GlamflowBot")
