"""A year of changes on both sides, as `year/events.tsv` tells it: each month the museum changes records and people change pages, then
we harvest, plan, approve, publish and look again. What must come of each event stands beside it in the table.

| word in `then` | means |
|---|---|
| `applied` | every value of the change stands on the page at the end of the month, but those that are named as conflicts or kept |
| `late=N` | the same from month N on |
| `conflict=X` | we know something newer than what people left: noted once with both values, not written |
| `kept=X` | people's word stays, and nothing to report |
| `source=KIND` | noted about the source, nothing written |
| `KIND` | what the person did is noted under this name, with who it was |
"""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from year_people import People
from year_world import PARTNER, YearWorld, id_of, picture, year_world

from glamflow.ledger.rows import Observation
from glamflow.steps.report_changes import AT_SOURCE, BY_COMMUNITY
from glamflow.transforms.commons import tongues
from glamflow.transforms.commons.page_text import read_parameters
from glamflow.transforms.errors import WritesStopped
from glamflow.transforms.wikibase.shown import shown_claim
from glamflow.wiki.protocol import Entity, FilePage

TABLE = Path(__file__).with_name("year") / "events.tsv"
RECORDS, MONTHS, MUSEUM = 40, range(1, 13), "museum"
CONFLICT = "CONFLICT_WITH_COMMUNITY"


class Event(NamedTuple):
    month: int
    who: str
    record: str
    event: str
    value: str
    then: tuple[tuple[str, str], ...]

    def named(self, word: str) -> list[str]:
        return [value for name, value in self.then if name == word]

    @property
    def kinds(self) -> list[str]:
        return [name for name, _ in self.then if name.isupper()]

    @property
    def slots(self) -> list[str]:
        """The places on the wiki that a change of the museum is about."""
        field, _, language = self.event.partition(" ")
        return {
            "title": [f"caption {language}", f"parameter title ({language})"], "description": [f"parameter description ({language})"],
            "date": ["parameter date", "P571"], "creator": ["parameter artist", "P170"], "number": ["parameter accession number", "P217"],
            "height": ["parameter dimensions"], "medium": ["bytes"],
        }[field]  # fmt: skip


class Month(NamedTuple):
    """What a month left behind."""

    number: int
    observations: list[Observation]
    written: Counter[str]  # requests that write, by page id
    stopped: bool


class Year(NamedTuple):
    world: YearWorld
    people: People
    months: list[Month]
    wrong: list[str]


def events() -> list[Event]:
    with TABLE.open(encoding="utf-8") as lines:
        return [_event(row) for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)]


def _event(row: dict[str, str]) -> Event:
    words = row["then"].replace("parameter ", "parameter_").replace("caption ", "caption_").split()
    then = [(name, value if value.isupper() else value.replace("_", " ")) for name, _, value in (word.partition("=") for word in words)]
    return Event(int(row["month"]), row["who"], id_of(row["record"]), row["event"], row["value"], tuple(then))


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    with pytest.MonkeyPatch.context() as patch, year_world(tmp_path_factory.mktemp("year"), patch.setenv, records=RECORDS) as world:
        people, months, wrong, listed = People(world), list[Month](), list[str](), events()
        for number in MONTHS:
            world.month = number
            months.append(_live(world, people, [event for event in listed if event.month == number]))
            wrong += [f"month {number}: {text}" for text in _wrong(world, people, [event for event in listed if event.month <= number], number)]
        yield Year(world, people, months, wrong)


def _live(world: YearWorld, people: People, now: list[Event]) -> Month:
    for event in now:
        if event.who == MUSEUM:
            field, _, language = event.event.partition(" ")
            world.museum.change(event.record, field, event.value, language)
        else:
            people.act(event.record, event.who, event.event, event.value)
            if "RESTORED" in event.kinds:  # the museum's own word stands again
                people.left.pop((event.record, event.event), None)
    known, log, stopped = {seen.id for seen in world.deps.ledger.observations(PARTNER)}, world.log_end(), False
    world.ingest()
    try:
        world.publish()
    except WritesStopped:
        stopped = True
        people.answered()
    world.observe()
    fresh = [seen for seen in world.deps.ledger.observations(PARTNER) if seen.id not in known]
    return Month(world.month, fresh, Counter(_page_of(row) for row in world.writes(log)), stopped)


def _page_of(row: dict[str, Any]) -> str:
    return str(row["subject"])


def _wrong(world: YearWorld, people: People, so_far: list[Event], month: int) -> Iterator[str]:
    """What is not on the wiki as the table wants it at the end of this month."""
    wanted: dict[tuple[str, str], Event] = {}
    for event in so_far:
        if event.who == MUSEUM and event.event != "licence" and event.event != "withdrawn":
            due = min([event.month for _ in event.named("applied")] + [int(late) for late in event.named("late")], default=99)
            open_slots = [slot for slot in event.slots if slot not in (*event.named("conflict"), *event.named("kept"))]
            wanted |= {(event.record, slot): event for slot in open_slots if due <= month}
    wiki = world.all_pages()
    for (record, slot), left in people.left.items():
        now = _now(*wiki[record], slot)
        if wiki[record][0].exists and not _stands(slot, left, now):
            yield f"{record}: what people left in {slot} is gone: {left!r}, now {now!r}"
    for (record, slot), event in wanted.items():
        now = _now(*wiki[record], slot)
        if not {(record, slot), (record, slot.partition(" (")[0])} & set(people.left) and not _says(record, slot, event, now):
            yield f"{record}: {slot} is not {event.value!r}, but {now!r}"


def _stands(slot: str, left: Any, now: Any) -> bool:
    match slot:
        case "text":
            return str(left) in str(now)
        case "not in text":
            return str(left) not in str(now)
        case "blanked":
            return bool(now == "")
        case _:
            return bool(now == left)


def _says(record: str, slot: str, event: Event, now: Any) -> bool:
    match slot:
        case "P571" | "P217":
            return [shown_claim(claim) for claim in now] == [event.value]
        case "P170":
            return len(now) == 1
        case "parameter artist":
            return event.value in str(now)
        case "parameter dimensions":
            return f"height: {event.value} cm" in str(now)
        case "bytes":
            return bool(now == _sha1(picture(record, int(event.value))))
        case _:
            return bool(now == event.value)


def _now(page: FilePage, entity: Entity, slot: str) -> Any:
    """What the wiki says there."""
    if slot == "bytes":
        return page.sha1
    if slot == "title":
        return page.title
    if slot in ("text", "not in text", "blanked"):
        return page.text
    kind, _, name = slot.partition(" ")
    if kind == "caption":
        return entity.labels.get(name, "")
    if kind == "parameter":
        name, _, language = name.removesuffix(")").partition(" (")
        value = read_parameters(page.text)[1].get(name, "")
        return (tongues.split(value, strict=False) or {}).get(language, "") if language else value
    return entity.statements.get(slot, [])


def _sha1(data: bytes) -> str:
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


def test_what_people_made_stays_and_what_the_museum_changed_elsewhere_arrives_month_by_month(year: Year) -> None:
    assert year.wrong == []


def test_conflicts_are_those_of_the_table(year: Year) -> None:
    scripted = sorted((event.month, event.record, what) for event in events() for what in event.named("conflict"))
    seen = [(month.number, _record(year, one), what) for month in year.months for one in month.observations if one.kind == CONFLICT for what in one.detail or {}]
    assert sorted(seen) == scripted


def test_everything_that_people_did_is_noted_under_its_name_with_who_it_was(year: Year) -> None:
    scripted = sorted((event.month, event.record, kind, event.who if kind != "UNDELETED" else "") for event in events() for kind in event.kinds)
    kinds = BY_COMMUNITY - {CONFLICT}
    seen = {(month.number, _record(year, one), one.kind, one.who) for month in year.months for one in month.observations if one.kind in kinds}
    assert sorted(seen) == scripted


def test_what_the_museum_took_back_is_noted_and_changes_nothing(year: Year) -> None:
    scripted = sorted((event.month, event.record, kind) for event in events() for kind in event.named("source"))
    kinds = AT_SOURCE - {"CHANGED_AT_SOURCE"}
    seen = [(month.number, _record(year, one), one.kind) for month in year.months for one in month.observations if one.kind in kinds]
    assert sorted(seen) == scripted


def test_only_the_talk_message_stops_a_month(year: Year) -> None:
    assert [month.number for month in year.months if month.stopped] == [event.month for event in events() if event.event == "talk"]
    assert sum(year.months[8].written.values()) == 0


def _record(year: Year, seen: Observation) -> str:
    key = seen.record_key or year.world.deps.ledger.file(seen.file_id or 0).record_key
    return key.rpartition(":")[2]
