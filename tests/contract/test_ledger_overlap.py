"""Two workers that bring the same records of one partner at once: every record is counted once, whoever comes first."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier
from typing import TYPE_CHECKING

import sqlalchemy as sa

from glamflow.harvest.protocol import Window
from glamflow.ledger import tables
from glamflow.ledger.ledger import Ledger
from glamflow.ledger.rows import HarvestedBatch, HarvestedRow, HarvestResult
from glamflow.ledger.windows import window_subject

if TYPE_CHECKING:
    from tests.contract.conftest import Museum

PARTNER = "museum"


class Worker:
    """Harvests windows of one run as the step does: a look-up, then the commit."""

    def __init__(self, ledger: Ledger, name: str, partner: str = PARTNER) -> None:
        self.ledger, self.name, self.partner = ledger, name, partner
        ledger.start_run("r", partner=partner, kind="ingest", partner_version="v")
        ledger.add_windows("r", partner=partner, prefix="lido", windows=[Window(id=name)])
        claim = ledger.claim("window", window_subject(partner, "lido", name), name)
        assert claim is not None
        self.claim = claim

    def unknown(self, rows: list[HarvestedRow]) -> set[str]:
        keys = [row.key for row in rows]
        return set(keys) - set(self.ledger.current_digests(self.partner, keys))

    def commit(self, rows: list[HarvestedRow], unknown: set[str], batch: str) -> HarvestResult:
        batches = [HarvestedBatch(id=batch, object_key=batch, keys=tuple(row.key for row in rows))]
        return self.ledger.commit_harvest(
            self.claim, run_id="r", window_id=self.name, partner=self.partner, records=rows, batches=batches, unknown=unknown
        )


def rows_of(*numbers: int, digest: str = "1") -> list[HarvestedRow]:
    return [HarvestedRow(key=f"k{n}", digest=digest) for n in numbers]


def traces(ledger: Ledger) -> tuple[Counter[str], Counter[str]]:
    """How many versions and how many events each record has."""
    with ledger.database.read() as connection:
        query = sa.select(tables.record.c.key).join(tables.record_version, tables.record_version.c.record_id == tables.record.c.id)
        versions = Counter(connection.execute(query).scalars())
        events = Counter(connection.execute(sa.select(tables.event.c.subject).where(tables.event.c.kind == "record")).scalars())
    return versions, events


def test_records_that_came_between_look_up_and_commit_are_compared_after_all(ledger: Ledger, museum: Museum) -> None:
    first, second = Worker(ledger, "first"), Worker(ledger, "second")
    mine, theirs = rows_of(*range(8)), rows_of(4, 5, 8, 9) + rows_of(6, digest="older") + [HarvestedRow(key="k7", deleted=True)]
    asked = first.unknown(mine), second.unknown(theirs)
    assert asked[0] == {row.key for row in mine}
    assert second.commit(theirs, asked[1], "b2").new == 5
    result = first.commit(mine, asked[0], "b1")
    assert (result.new, result.unchanged, result.changed) == (4, 2, 2)
    assert {b.id: b.records for b in ledger.batches("r")} == {"b1": 6, "b2": 5}
    assert ledger.current_keys("b1") == {"k0", "k1", "k2", "k3", "k6", "k7"}
    versions, events = traces(ledger)
    assert versions == events == Counter({f"k{n}": 2 if n in (6, 7) else 1 for n in range(10)})
    assert (museum.record("k6").digest, museum.record("k6").version) == ("1", 2)


def test_a_deletion_of_a_record_that_another_worker_has_just_brought_withdraws_it(ledger: Ledger, museum: Museum) -> None:
    first, second = Worker(ledger, "first"), Worker(ledger, "second")
    gone = [HarvestedRow(key="k1", deleted=True), *rows_of(2)]
    unknown = first.unknown(gone)
    second.commit(rows_of(1), {"k1"}, "b2")
    result = first.commit(gone, unknown, "b1")
    assert (result.new, result.deleted) == (1, 1)
    assert museum.record("k1").state == "withdrawn"


def test_saying_of_known_records_that_they_are_unknown_changes_nothing(ledger: Ledger) -> None:
    worker = Worker(ledger, "w")
    worker.commit(rows_of(*range(1200)), set(), "b1")
    before = traces(ledger)
    result = worker.commit(rows_of(*range(1200)), {f"k{n}" for n in range(1200)}, "b2")
    assert (result.new, result.unchanged) == (0, 1200)
    assert traces(ledger) == before


def test_two_workers_at_once_over_the_same_records_bring_each_of_them_once(dsn: str) -> None:
    rounds, size, workers = 12, 60, 2
    together = Barrier(workers)

    def harvest(number: int) -> list[HarvestResult]:
        with closing(Ledger.open(dsn, actor=f"w{number}")) as mine, mine.kept_open():
            worker = Worker(mine, f"w{number}")
            results = []
            for n in range(rounds):
                rows = rows_of(*range(n * size + number * size // 2, (n + 1) * size + number * size // 2))
                together.wait(timeout=30)
                unknown = worker.unknown(rows)
                together.wait(timeout=30)
                results.append(worker.commit(rows, unknown, f"b{number}-{n}"))
            return results

    with ThreadPoolExecutor(workers) as pool:
        results = [result for one in pool.map(harvest, range(workers)) for result in one]
    keys = {f"k{n}" for n in range(rounds * size + size // 2)}
    assert sum(result.new for result in results) == len(keys)
    assert sum(result.unchanged for result in results) == workers * rounds * size - len(keys)
    with closing(Ledger.open(dsn)) as ledger:
        assert traces(ledger) == (Counter(keys), Counter(keys))
        assert sum(batch.records for batch in ledger.batches("r")) == len(keys)


def test_records_of_two_partners_that_come_at_once_each_have_their_own_events(dsn: str) -> None:
    rounds, size, partners = 10, 200, ("first", "second")
    together = Barrier(len(partners))

    def harvest(partner: str) -> None:
        with closing(Ledger.open(dsn, actor=partner)) as mine, mine.kept_open():
            worker = Worker(mine, partner, partner)
            for n in range(rounds):
                rows = rows_of(*range(n * size, (n + 1) * size))
                together.wait(timeout=30)
                worker.commit(rows, worker.unknown(rows), f"{partner}-{n}")

    with ThreadPoolExecutor(len(partners)) as pool:
        list(pool.map(harvest, partners))
    keys = Counter(f"k{n}" for n in range(rounds * size))
    with closing(Ledger.open(dsn)) as ledger:
        assert traces(ledger) == (keys + keys, keys + keys)
        with ledger.database.read() as connection:
            event = tables.event.c
            told = connection.execute(sa.select(event.partner, event.batch_id).where(event.kind == "record")).all()
        assert Counter(told) == Counter({(p, f"{p}-{n}"): size for p in partners for n in range(rounds)})
