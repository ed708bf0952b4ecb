"""The journal's rules, the two chains, and that tampering is found and named; on both databases."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import DBAPIError

from glamflow.audit import seal as seal_module
from glamflow.audit.chain import link_hash
from glamflow.audit.journal import Journal
from glamflow.audit.seal import seal_events
from glamflow.audit.verify import AuditReport, verify
from glamflow.ledger import tables
from glamflow.ledger.context import Context
from glamflow.ledger.ledger import Ledger
from glamflow.ledger.states import EditOutcome
from glamflow.store.filesystem import FolderStore
from glamflow.transforms.errors import StaleEpoch, StaleState

if TYPE_CHECKING:
    from tests.contract.conftest import Clock, Museum


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    # One kind of store is enough here: both hold the same contract (test_store.py).
    return FolderStore(tmp_path / "store")


@pytest.fixture
def journal(ledger: Ledger) -> Journal:
    return Journal(ledger.context)


@pytest.fixture
def send(ledger: Ledger, journal: Journal) -> Callable[..., int]:
    """Writes an intent under a claim of its own and returns its id."""

    def intent(step: str = "upload", target: str = "T.jpg", *, partner: str = "museum", plan_id: str = "p1", file_id: int = 7) -> int:
        claim = ledger.claim("publish", plan_id, "w1")
        assert claim is not None
        return journal.intent(
            claim, partner=partner, plan_id=plan_id, file_id=file_id, step=step, wiki="commons", target=target, request_digest="rd", summary="s"
        )

    return intent


@pytest.fixture
def tamper(ledger: Ledger) -> Callable[..., None]:
    """Changes rows as somebody could who owns the database: with the triggers taken away."""

    def run(*statements: str) -> None:
        with ledger.database.write() as connection:
            for table in tables.metadata.tables:
                if ledger.database.is_sqlite:
                    for verb in ("update", "delete"):
                        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
                elif table in ("event", "edit", "audit_seal"):
                    connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
            for statement in statements:
                assert connection.exec_driver_sql(statement).rowcount > 0

    return run


def test_an_intent_without_an_answer_is_unsettled_until_a_definite_one_comes(journal: Journal, send: Callable[..., int], clock: Clock) -> None:
    edit = send()
    assert [e.id for e in journal.unsettled("museum")] == [edit]
    assert journal.unsettled("museum", before=clock()) == []
    journal.outcome(edit, EditOutcome.UNKNOWN, detail="time-out")
    assert [e.id for e in journal.unsettled(plan_id="p1")] == [edit]
    journal.outcome(edit, EditOutcome.APPLIED, revision=99)
    assert journal.unsettled() == []
    assert [(e.kind, e.outcome, e.revision) for e in journal.edits(file_id=7)] == [
        ("intent", "", None), ("outcome", "unknown", None), ("outcome", "applied", 99),
    ]  # fmt: skip


def test_a_settled_edit_keeps_its_answer(journal: Journal, send: Callable[..., int]) -> None:
    edit = send()
    journal.outcome(edit, EditOutcome.REFUSED, code="abusefilter-disallowed")
    journal.outcome(edit, EditOutcome.REFUSED, code="abusefilter-disallowed")
    with pytest.raises(StaleState, match="settled as refused"):
        journal.outcome(edit, EditOutcome.APPLIED, revision=1)
    with pytest.raises(StaleState, match="no intent"):
        journal.outcome(edit + 100, EditOutcome.APPLIED)
    assert len(journal.edits()) == 2


def test_an_orphaned_worker_cannot_announce_a_write(ledger: Ledger, journal: Journal, clock: Clock) -> None:
    orphan = ledger.claim("publish", "p1", "orphan", lease_seconds=60)
    assert orphan is not None
    clock.advance(minutes=2)
    ledger.claim("publish", "p1", "heir")
    with pytest.raises(StaleEpoch):
        journal.intent(orphan, partner="museum", plan_id="p1", file_id=1, step="upload", wiki="commons", target="T", request_digest="")
    assert journal.edits() == []


@pytest.mark.parametrize("table", ["event", "edit", "audit_seal", "approval"])
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_evidence_can_be_added_but_not_changed_or_removed(ledger: Ledger, museum: Museum, send: Callable[..., int], store: FolderStore, table: str, verb: str) -> None:
    museum.published("a")
    send()
    seal_events(ledger.context, store, "museum")
    statement = {"update": f"UPDATE {table} SET id = id + 1000", "delete": f"DELETE FROM {table}"}[verb]
    with pytest.raises(DBAPIError, match="append-only"), ledger.database.engine.begin() as connection:
        connection.exec_driver_sql(statement)


def test_a_seal_writes_the_events_since_the_last_one_and_nothing_twice(ledger: Ledger, museum: Museum, store: FolderStore) -> None:
    museum.listed("a", "b")
    first = seal_events(ledger.context, store, "museum")
    assert seal_events(ledger.context, store, "museum") is None
    museum.listed("c")
    second = seal_events(ledger.context, store, "museum")
    assert first is not None
    assert second is not None
    assert (first.number, second.number) == (1, 2)
    assert second.first_event > first.last_event
    assert second.prev_hash == first.row_hash
    lines = [json.loads(line) for line in gzip.decompress(store.get(second.object_key)).splitlines()]
    assert len(lines) == second.events
    assert {line["partner"] for line in lines} == {"museum"}
    assert lines[0]["at"].endswith("+00:00")


def test_events_that_concern_no_partner_are_sealed_for_the_house(ledger: Ledger, store: FolderStore) -> None:
    ledger.set_brake("all", stopped=True, who="anna", why="test")
    seal = seal_events(ledger.context, store, "glamflow")
    assert seal is not None
    assert seal.events == 1
    assert verify(ledger.context, store, "glamflow").ok


@pytest.fixture
def sealed(ledger: Ledger, museum: Museum, journal: Journal, send: Callable[..., int], store: FolderStore) -> AuditReport:
    """A partner with four journal rows and two seals; gives the report of a clean check."""
    museum.published("a")
    for n in range(2):
        journal.outcome(send(target=f"T{n}"), EditOutcome.APPLIED, revision=n + 1)
        museum.listed(f"x{n}")
        seal_events(ledger.context, store, "museum")
    send(partner="another", plan_id="p7")
    report = verify(ledger.context, store, "museum")
    assert report.ok, report.first_broken
    return report


def check(ledger: Ledger, store: FolderStore, **facts: str) -> str:
    report = verify(ledger.context, store, "museum", **facts)
    assert report.ok == (report.first_broken == "")
    return report.first_broken


def test_intact_chains_are_counted_and_their_heads_named(ledger: Ledger, museum: Museum, store: FolderStore, sealed: AuditReport) -> None:
    assert (sealed.edits, sealed.seals, sealed.unsealed) == (4, 2, 0)
    assert sealed.checked == 4 + 2 + sealed.events
    assert sealed.edit_head[:16] in sealed.head
    museum.listed("later")
    assert verify(ledger.context, store, "museum").unsealed > 0
    assert check(ledger, store, witness=sealed.edit_head[:16]) == ""
    assert check(ledger, store, witness=sealed.seal_head) == ""


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE edit SET target = 'Other.jpg' WHERE partner = 'museum' AND seq = 3", r"journal row 3 .* was changed"),
        ("DELETE FROM edit WHERE partner = 'museum' AND seq = 2", "journal row 2 is missing"),
        ("DELETE FROM edit WHERE partner = 'museum' AND seq = 4", "rows after row 3 are missing"),
        ("UPDATE edit SET prev_hash = '' WHERE partner = 'museum' AND seq = 3", r"row 3 .* does not continue"),
        ("UPDATE event SET reason = 'RULE' WHERE id = 3", r"an event in the range of seal 1 .* was changed"),
        ("DELETE FROM event WHERE id = 3", "seal 1 covers"),
        ("DELETE FROM audit_seal WHERE partner = 'museum' AND number = 1", "seal 1 is missing"),
        ("DELETE FROM audit_seal WHERE partner = 'museum' AND number = 2", "seals after seal 1 are missing"),
        ("UPDATE audit_seal SET events = events + 1 WHERE number = 2", "seal 2 was changed"),
    ],
)  # fmt: skip
def test_the_first_broken_link_is_named(ledger: Ledger, store: FolderStore, sealed: AuditReport, tamper: Callable[..., None], statement: str, found: str) -> None:
    tamper(statement)
    assert re.search(found, check(ledger, store))


def test_swapped_seals_are_found(ledger: Ledger, store: FolderStore, sealed: AuditReport, tamper: Callable[..., None]) -> None:
    tamper(
        "UPDATE audit_seal SET number = 99 WHERE number = 1", "UPDATE audit_seal SET number = 1 WHERE number = 2",
        "UPDATE audit_seal SET number = 2 WHERE number = 99",
    )  # fmt: skip
    assert check(ledger, store) == "seal 1 does not continue the seal before it"


def test_segments_that_changed_places_in_the_store_are_found(ledger: Ledger, store: FolderStore, sealed: AuditReport) -> None:
    first, second = list(store.list("audit/museum/"))
    a, b = store.get(first), store.get(second)
    store.put(first, b)
    store.put(second, a)
    assert "the segment of seal 1 in the store is not what was sealed" in check(ledger, store)


def test_a_missing_or_broken_segment_is_found(ledger: Ledger, store: FolderStore, sealed: AuditReport) -> None:
    first, second = list(store.list("audit/museum/"))
    store.put(second, store.get(second)[:-20])
    assert "segment of seal 2 cannot be read" in check(ledger, store)
    store.delete(first)
    assert f"segment of seal 1 is not in the store ({first})" in check(ledger, store)


def test_a_whole_forged_chain_does_not_hold_the_printed_head(ledger: Ledger, store: FolderStore, sealed: AuditReport) -> None:
    assert "is no link of either chain" in check(ledger, store, witness="f" * 64)


def test_times_are_chained_alike_whatever_their_zone() -> None:
    summer = dt.timezone(dt.timedelta(hours=2))
    at = dt.datetime(2026, 3, 2, 14, tzinfo=summer)
    assert link_hash("", {"at": at}) == link_hash("", {"at": at.astimezone(dt.UTC)})


def test_a_sealer_that_was_overtaken_leaves_its_range_to_the_others(
    ledger: Ledger, store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another sealer closes a segment between our look at the open events and our own seal."""
    ledger.set_brake("partner:museum", stopped=True, who="ann", why="one")
    fixed = seal_module._fix_range

    def overtaken(context: Context, partner: str) -> tuple[int, int, int]:
        mine = fixed(context, partner)
        monkeypatch.setattr(seal_module, "_fix_range", fixed)
        ledger.set_brake("partner:museum", stopped=False, who="bob", why="two")
        assert seal_events(ledger.context, store, "museum") is not None
        return mine

    monkeypatch.setattr(seal_module, "_fix_range", overtaken)
    assert seal_events(ledger.context, store, "museum") is None
    report = verify(ledger.context, store, "museum")
    assert report.ok, report.first_broken
    assert (report.seals, report.unsealed) == (1, 0)


WRITER = """
import sys
from glamflow.audit.journal import Journal
from glamflow.audit.seal import seal_events
from glamflow.ledger.ledger import Ledger
from glamflow.ledger.states import EditOutcome
from glamflow.store.filesystem import FolderStore
dsn, folder, name = sys.argv[1:]
ledger = Ledger.open(dsn, actor=name)
journal = Journal(ledger.context)
for n in range(40):
    claim = ledger.claim("publish", f"{name}-{n}", name)
    edit = journal.intent(claim, partner="museum", plan_id="p", file_id=n, step="upload", wiki="w", target=f"{name} {n}", request_digest="")
    ledger.set_brake("partner:museum", stopped=False, who=name, why=str(n))
    journal.outcome(edit, EditOutcome.APPLIED, revision=n)
    if n % 8 == 7:
        seal_events(ledger.context, FolderStore(folder), "museum")
ledger.close()
"""


def test_chains_hold_when_several_workers_write_and_seal_at_once(ledger: Ledger, store: FolderStore, dsn: str) -> None:
    workers = [
        subprocess.Popen([sys.executable, "-c", WRITER, dsn, str(store.root), f"w{n}"], stderr=subprocess.PIPE) for n in range(3)
    ]
    assert [worker.communicate()[1] for worker in workers] == [b""] * 3
    seal_events(ledger.context, store, "museum")
    report = verify(ledger.context, store, "museum")
    assert report.ok, report.first_broken
    assert (report.edits, report.events, report.unsealed) == (3 * 40 * 2, 3 * 40, 0)
    assert report.seals >= 2
