"""A window that brings nothing but new records does not ask the ledger about them; what is there all the same is found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from feed_partner import environment, ingest, inside

from glamflow.harvest.protocol import Page, RawRecord, SourceFacts, Window
from glamflow.steps.deps import Deps
from glamflow.steps.window import COMMIT_PAGES


class Source:
    """One window of pages; `pages_of_records` are tuples of numbers, or of numbers and what is in the record."""

    def __init__(self, *pages_of_records: tuple[tuple[int, str], ...]) -> None:
        self._pages = pages_of_records

    def probe(self) -> SourceFacts:
        return SourceFacts()

    def windows(self, since: dt.datetime | None, until: dt.datetime | None) -> list[Window]:
        return [Window(id="all")]

    def pages(self, window: Window, *, resume: str = "", first_number: int = 1) -> Iterator[Page]:
        for number, some in enumerate(self._pages, 1):
            records = tuple(RawRecord(key=f"k{key}", payload=text.encode(), digest=text) for key, text in some)
            yield Page(number=number, raw=b"<page/>", request={}, records=records, resume="" if number == len(self._pages) else str(number))


def new(transaction: int) -> list[tuple[tuple[int, str], ...]]:
    """Pages of one transaction, two records each, that nobody brought before."""
    first = 1000 * transaction
    return [((first + n, "as it was"), (first + n + 500, "as it was")) for n in range(COMMIT_PAGES)]


def harvested(deps: Deps, source: Source, run_id: str) -> tuple[dict[str, int], list[int]]:
    """Counts of the run, and how many keys each look-up was about."""

    @contextmanager
    def harvester(_: Any) -> Iterator[Source]:
        yield source

    asked: list[int] = []

    def listen(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if statement.startswith('SELECT record."key"'):
            asked.append(len(parameters) - 1)

    sa.event.listen(deps.ledger.database.engine, "before_cursor_execute", listen)
    counts = ingest(replace(deps, harvester=harvester), run_id)
    sa.event.remove(deps.ledger.database.engine, "before_cursor_execute", listen)
    return counts, asked


def test_while_all_records_are_new_the_ledger_is_asked_for_those_of_the_first_transaction_only(tmp_path: Path) -> None:
    with inside(environment(tmp_path, "http://feed.example/oai")) as deps:
        counts, asked = harvested(deps, Source(*new(0), *new(1), *new(2)), "run-1")
        assert counts["new"] == 6 * COMMIT_PAGES
        assert asked == [2 * COMMIT_PAGES]
        assert sum(batch.records for batch in deps.ledger.batches("run-1")) == 6 * COMMIT_PAGES


def test_records_that_a_window_repeats_are_unchanged_or_changed_though_nobody_asked(tmp_path: Path) -> None:
    repeating = new(1)
    repeating[7] = ((0, "as it was"), (1, "otherwise now"))
    with inside(environment(tmp_path, "http://feed.example/oai")) as deps:
        counts, asked = harvested(deps, Source(*new(0), *repeating, *new(2)), "run-1")
        assert (counts["new"], counts["changed"], counts["unchanged"]) == (6 * COMMIT_PAGES - 2, 1, 1)
        assert asked == [2 * COMMIT_PAGES] * 3  # the first, the one done again, the last
        current = {key: batch.id for batch in deps.ledger.batches("run-1") for key in deps.ledger.current_keys(batch.id)}
        first, second = current["k2"], current["k1000"]
        assert (current["k0"], current["k1"]) == (first, second)
        assert [v.digest for v in deps.ledger.why("k1").versions] == ["as it was", "otherwise now"]
        assert len(deps.ledger.why("k0").versions) == 1


def test_a_second_harvest_of_the_same_records_asks_about_all_of_them(tmp_path: Path) -> None:
    with inside(environment(tmp_path, "http://feed.example/oai")) as deps:
        source = Source(*new(0), *new(1), *new(2))
        harvested(deps, source, "run-1")
        counts, _ = harvested(deps, source, "run-2")
        assert (counts.get("new", 0), counts["unchanged"]) == (0, 6 * COMMIT_PAGES)
        assert deps.ledger.batches("run-2") == []
