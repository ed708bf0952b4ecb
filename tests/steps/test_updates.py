"""Changes on both sides: what the source changed reaches the page where nobody touched it; what people did stays."""

from __future__ import annotations

import re
from typing import Any

import pytest
from crash_world import PARTNER
from msgspec.structs import replace
from small_world import SmallWorld

from glamflow.ledger.states import FileState, PlanState
from glamflow.media.fetch import MediaFault
from glamflow.steps import material as materials
from glamflow.steps import plan, stage
from glamflow.steps.material import Material
from glamflow.transforms.commons.page_text import read_parameters
from glamflow.transforms.outcome import Reason
from glamflow.transforms.record import CalendarDate, DateSpan, Text
from glamflow.wiki.protocol import Result, WriteOutcome

PERSON = "Volunteer"


class Source:
    """The partner's side: changes records as they come out of the store."""

    def __init__(self, small: SmallWorld, monkeypatch: pytest.MonkeyPatch) -> None:
        self._small, self._changes = small, dict[str, dict[str, Any]]()
        load = materials.load_material

        def changed(deps: Any, files: Any) -> Any:
            for item in load(deps, files):
                yield self._apply(item)

        monkeypatch.setattr(plan, "load_material", changed)
        monkeypatch.setattr(stage, "fetch_changed", lambda *_, **__: MediaFault(reason=Reason.MEDIA_UNREACHABLE, detail="", transient=False))

    def _apply(self, item: Material) -> Material:
        facts = self._changes.get(item.record.key, {})
        return Material(file=item.file, record=replace(item.record, **facts), medium=item.medium, decision=item.decision, retrieved=item.retrieved)

    def change(self, number: int, **facts: Any) -> None:
        """The record of a file says something new."""
        file = self._small.files[number]
        self._changes[file.record_key] = self._changes.get(file.record_key, {}) | facts
        with self._small.deps.ledger.database.write() as connection:
            connection.exec_driver_sql("UPDATE file SET changed_at_source = 1 WHERE id = ?", (file.id,))


@pytest.fixture
def source(small: SmallWorld, monkeypatch: pytest.MonkeyPatch) -> Source:
    small.publish()
    return Source(small, monkeypatch)


def year(value: int) -> tuple[DateSpan, ...]:
    return (DateSpan(earliest=CalendarDate(year=value), latest=CalendarDate(year=value)),)


def bring(small: SmallWorld, run: str) -> dict[str, int]:
    """Select (published files only: the rest waits), plan, approve, publish, verify."""
    deps = small.deps
    _only_updates(small)
    for lane in stage.select_files(deps, PARTNER, run, {"max_files": 1}):
        if lane.startswith(stage.RECHECK):
            stage.stage_lane(deps, lane)
    return small.publish(run).counts


def _only_updates(small: SmallWorld) -> None:
    with small.deps.ledger.database.write() as connection:
        connection.exec_driver_sql("UPDATE file SET state = 'held', reason = 'REJECTED_BY_PERSON' WHERE state IN ('listed', 'staged')")


def page_of(small: SmallWorld, number: int = 0) -> Any:
    id = small.pub(number).page_id or 0
    return small.commons.pages_by_id([id])[id]


def parameters(small: SmallWorld, number: int = 0) -> dict[str, str]:
    return read_parameters(page_of(small, number).text)[1]


def test_a_change_at_the_source_reaches_the_page_once(small: SmallWorld, source: Source) -> None:
    before = page_of(small).text
    posts = len(small.posts())
    source.change(0, dates=year(1871))
    counts = bring(small, "publish/2")
    assert counts["verified"] == 1
    after = page_of(small).text
    changed = [name for name, value in parameters(small).items() if read_parameters(before)[1].get(name) != value]
    assert changed == ["date"]
    assert parameters(small)["date"] == "1871"
    assert [row["action"] for row in small.posts()[posts:]] == ["wbeditentity", "edit"], "data first, then text"
    assert len(small.posts()) == len(small.intents())
    assert small.deps.ledger.file(small.files[0].id).state is FileState.VERIFIED
    assert not small.deps.ledger.file(small.files[0].id).changed_at_source
    assert small.written(0).text == after
    source.change(0, dates=year(1871))
    posts = len(small.posts())
    bring(small, "publish/3")
    assert len(small.posts()) == posts, "said already: nothing is sent"


def test_what_people_changed_stays_and_the_rest_is_brought(small: SmallWorld, source: Source) -> None:
    title, pub = small.pub(0).title, small.pub(0)
    was = parameters(small)
    with small.wiki.seeding() as seed:
        seed.edit(f"File:{title}", {was["date"]: "{{other date|circa|1870}}"}, append="\n[[Category:Found by a person]]", user=PERSON)
        seed.entity(pub.entity, {"labels": {"sv": {"language": "sv", "value": "En bättre bildtext"}}}, user=PERSON)
    source.change(0, dates=year(1871), titles=(Text(value="A new title", language="en"),))
    bring(small, "publish/2")
    now = parameters(small)
    assert now["date"] == "{{other date|circa|1870}}"
    assert "[[Category:Found by a person]]" in page_of(small).text
    assert "A new title" in page_of(small).text
    entity = small.commons.entities([pub.entity])[pub.entity]
    assert entity.labels["sv"] == "En bättre bildtext"
    assert "CONFLICT_WITH_COMMUNITY" in small.kinds()
    (conflict,) = small.deps.ledger.observations(PARTNER, kind="CONFLICT_WITH_COMMUNITY")
    assert conflict.detail is not None
    assert "parameter date" in conflict.detail
    assert small.deps.ledger.file(pub.file_id).state is FileState.VERIFIED
    source.change(0, dates=year(1875))
    bring(small, "publish/3")
    assert parameters(small)["date"] == "{{other date|circa|1870}}", "and it stays, whatever comes later"


def test_what_a_person_reverted_is_never_written_again(small: SmallWorld, source: Source) -> None:
    was = parameters(small)["date"]
    source.change(0, dates=year(1871))
    bring(small, "publish/2")
    pub = small.pub(0)
    dated = [claim["id"] for claim in small.written(0).statements if claim["mainsnak"]["property"] == "P571"]
    with small.wiki.seeding() as seed:
        seed.edit(f"File:{pub.title}", {"1871": was}, user=PERSON)
        seed.entity(pub.entity, {"claims": [{"id": id, "remove": ""} for id in dated]}, user=PERSON)
    source.change(0, titles=(Text(value="A new title", language="en"),))
    bring(small, "publish/3")
    assert parameters(small)["date"] == was
    entity = small.commons.entities([pub.entity])[pub.entity]
    assert "P571" not in entity.statements
    assert "REVERTED" in small.kinds()


def test_a_page_tagged_for_deletion_is_never_edited(small: SmallWorld, source: Source) -> None:
    source.change(0, dates=year(1871))
    with small.wiki.seeding() as seed:
        seed.tag_for_deletion(f"File:{small.pub(0).title}", "no permission", user=PERSON)
    posts = len(small.posts())
    bring(small, "publish/2")
    assert len(small.posts()) == posts
    file = small.deps.ledger.file(small.files[0].id)
    assert (file.state, file.reason) == (FileState.HELD, "TAGGED_FOR_DELETION")


def test_a_renamed_page_is_updated_where_it_is_now(small: SmallWorld, source: Source) -> None:
    with small.wiki.seeding() as seed:
        seed.move(f"File:{small.pub(0).title}", "File:A better name.jpg", user=PERSON)
    source.change(0, dates=year(1871))
    bring(small, "publish/2")
    assert small.pub(0).title == "A better name.jpg"
    assert parameters(small)["date"] == "1871"
    with small.wiki.db.read() as sql:
        assert sql.execute("SELECT count(*) AS n FROM page WHERE title LIKE '%better name%'").fetchone()["n"] == 1


def test_between_approval_and_writing_actions_are_only_dropped(small: SmallWorld, source: Source) -> None:
    source.change(0, dates=year(1871))
    _only_updates(small)
    for lane in stage.select_files(small.deps, PARTNER, "publish/2", {"max_files": 1}):
        stage.stage_lane(small.deps, lane)
    plan.plan_publication(small.deps, PARTNER, "publish/2")
    was = parameters(small)["date"]
    with small.wiki.seeding() as seed:
        seed.edit(f"File:{small.pub(0).title}", {was: "1869 or earlier"}, user=PERSON)
    posts = len(small.posts())
    small.publish("publish/2")
    assert parameters(small)["date"] == "1869 or earlier"
    assert [row["action"] for row in small.posts()[posts:]] == ["wbeditentity"]
    assert "CONFLICT_WITH_COMMUNITY" in small.kinds()


@pytest.mark.parametrize("kind", ["drop-after", "http-504", "http-504-after", "editconflict", "maxlag", "badtoken"])
def test_an_update_whose_answer_is_lost_is_looked_up_and_written_once(small: SmallWorld, source: Source, kind: str) -> None:
    small.fault("edit", kind)
    small.fault("wbeditentity", kind)
    source.change(0, dates=year(1871))
    assert bring(small, "publish/2")["verified"] == 1
    assert parameters(small)["date"] == "1871"
    applied = [row["action"] for row in small.wiki.log(applied_only=True)]
    assert (applied.count("edit"), applied.count("wbeditentity")) == (1, 4)
    assert len(small.posts()) == len(small.intents())
    assert small.journal.unsettled(PARTNER) == []


def test_the_request_for_approval_says_what_is_updated(small: SmallWorld, source: Source) -> None:
    source.change(0, dates=year(1871))
    _only_updates(small)
    for lane in stage.select_files(small.deps, PARTNER, "publish/2", {"max_files": 1}):
        stage.stage_lane(small.deps, lane)
    request = plan.approval_request(small.deps, plan.plan_publication(small.deps, PARTNER, "publish/2"))
    assert "1 pages that stand there would be brought up to date" in request["body"]
    assert small.deps.ledger.plan(request["plan"]).state is PlanState.PLANNED
    lines = re.findall(r"pages with changed \w+ \| 1", request["body"])
    assert len(lines) == 2


def test_a_rejected_update_leaves_the_page_and_its_state_and_is_not_proposed_again(small: SmallWorld, source: Source) -> None:
    source.change(0, dates=year(1871))
    _only_updates(small)
    for lane in stage.select_files(small.deps, PARTNER, "publish/2", {"max_files": 1}):
        stage.stage_lane(small.deps, lane)
    planned = plan.plan_publication(small.deps, PARTNER, "publish/2")
    was, state = parameters(small), small.files[0].state
    assert plan.record_approval(small.deps, {**planned, "choice": "Reject", "by": "person:ann", "note": "not yet"}) == []
    assert small.deps.ledger.plan(planned["plan"]).state is PlanState.REJECTED
    assert (parameters(small), small.files[0].state) == (was, state)
    assert small.deps.ledger.select_updates(PARTNER, limit=10) == []


def test_on_a_wiki_without_structured_data_the_text_is_brought_all_the_same(small: SmallWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**facts: Any) -> WriteOutcome:
        outcome = WriteOutcome(result=Result.REFUSED, code="not-offered", info="this wiki offers no structured data")
        facts["on_write"]("entity")(outcome)
        return outcome

    monkeypatch.setattr(small.commons, "edit_entity", refuse)
    small.publish()
    source = Source(small, monkeypatch)
    source.change(0, dates=year(1871))
    counts = bring(small, "publish/2")
    assert "failed" not in counts
    assert (counts["dropped"], counts["done"], counts["verified"]) == (1, 1, 1)
    assert parameters(small)["date"] == "1871"
    assert small.deps.ledger.file(small.files[0].id).state is FileState.VERIFIED
    assert small.written(0).statements == ()
    assert small.journal.unsettled(PARTNER) == []


def test_an_edit_between_plan_and_update_stays_and_the_partner_hears_of_it(small: SmallWorld, source: Source) -> None:
    source.change(0, dates=year(1871))
    _only_updates(small)
    for lane in stage.select_files(small.deps, PARTNER, "publish/2", {"max_files": 1}):
        stage.stage_lane(small.deps, lane)
    plan.plan_publication(small.deps, PARTNER, "publish/2")
    with small.wiki.seeding() as seed:
        seed.edit(f"File:{small.pub(0).title}", append="\n[[Category:Found while the plan waited]]", user=PERSON)
    assert small.publish("publish/2").counts["verified"] == 1
    assert parameters(small)["date"] == "1871"
    assert page_of(small).text.endswith("[[Category:Found while the plan waited]]")
    assert small.kinds() >= {"CATEGORISED"}
    seen = len(small.deps.ledger.observations(PARTNER))
    small.observe("sync/1")
    assert len(small.deps.ledger.observations(PARTNER)) == seen, "told once"
