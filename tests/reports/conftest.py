"""Works and reports made by hand: small, and as hostile as a test wants them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from glamflow.reports.figures import Audit, Change, Report
from glamflow.reports.standing import Standing, standing_of
from glamflow.reports.tally import Tally
from glamflow.reports.words import Words
from glamflow.reports.works import FileLine, Work
from glamflow.transforms.sentences import Sentence

NOW = dt.datetime(2026, 11, 25, 9, 30, tzinfo=dt.UTC)
SINCE = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
MakeWork = Callable[..., Work]
MakeReport = Callable[..., Report]


def on_its_way(language: str) -> Sentence:
    words = Words(language)
    return Sentence(what=words["on_the_way_what"], why=words["on_the_way_why"], do=words["on_the_way_do"], who="operator")


@pytest.fixture
def make_work() -> MakeWork:
    numbers = iter(range(1, 100_000))

    def make(number: str = "", *, title: str = "", state: str = "verified", reason: str = "", files: int = 1, **facts: Any) -> Work:
        live = state in ("published", "verified") or bool(facts.pop("live", False))
        id = next(numbers)
        standing = standing_of(state, reason, live=live)
        line: dict[str, Any] = {"page_title": f"{title} {id}.jpg", "page_url": f"https://wiki.example/wiki/File:{id}.jpg", "published_at": NOW}
        lines = tuple(
            FileLine(
                file_id=id * 100 + i, media_id=f"m{id}-{i}", state=state, standing=standing, reason=reason,
                reconsider_on=facts.get("reconsider_on"), rights_stated=facts.get("stated", "CC BY"), rights_reason=reason or "LICENSED",
                detail=facts.get("detail", ""), **(line if live else {}),
            )
            for i in range(files)
        )  # fmt: skip
        source = facts.get("source_url", "https://museum.example/1")
        return Work(
            key=f"oai:{id}", inventory_number=number or f"A {id}", title=title, state=facts.get("record_state", "checked"), reason=reason,
            standing=standing, files=lines, findings=facts.get("findings", ()), source_url=source,
            removed_at_source=facts.get("removed_at_source", False),
        )  # fmt: skip

    return make


@pytest.fixture
def make_tally() -> Callable[..., Tally]:
    def make(works: Sequence[Work], language: str = "en") -> Tally:
        tally = Tally(
            language=language, today=NOW.date(), since=SINCE, on_its_way=on_its_way(language), address=lambda t: f"https://wiki.example/{t}"
        )
        for work in works:
            tally.add(work)
        return tally

    return make


@pytest.fixture
def make_report(make_tally: Callable[..., Tally]) -> MakeReport:
    def make(works: Sequence[Work], *, language: str = "en", changes: Sequence[Change] = (), name: str = "Small Museum") -> Report:
        tally = make_tally(works, language)
        january, later = tally.freed()
        gallery = tally.newest()
        return Report(
            partner="small", name=name, language=language, contact="data@small.example", run_id="r", period="2026-11", since=SINCE.date(),
            as_of=NOW, wiki="https://wiki.example", rehearsal=True, way=tally.way(), new_on_commons=tally.new, pictures=gallery[:6],
            gallery=gallery, needs=(*tally.needs(Standing.WAITS_FOR_PARTNER), *tally.needs(Standing.WAITS_FOR_US)), next_january=january,
            freed_later=later, not_eligible=tally.causes(Standing.NOT_ELIGIBLE), left_out=tally.causes(Standing.LEFT_OUT),
            rights=tally.rights(), problems=tuple(tally.problems), duplicates=tuple(tally.duplicates), unread=tally.unread(),
            changes=tuple(changes), edits_per_minute=10.0, daily_limit=50,
            audit=Audit(ok=True, head="edits 2:abc seals 1:def", edits=2, seals=1, events=9),
        )  # fmt: skip

    return make
