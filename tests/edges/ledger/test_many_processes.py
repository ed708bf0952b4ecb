"""Several processes on one SQLite ledger: no lock error, no lost update; and engines that survive a fork."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import pickle
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from glamflow.harvest.protocol import Window
from glamflow.ledger import tables
from glamflow.ledger.ledger import Ledger
from glamflow.ledger.rows import FileRow, HarvestedRow, RecordVerdict
from glamflow.ledger.states import FileState, RecordState

WORKERS, FILES, ROUNDS, SINGLE, SHARED = 4, 500, 19, 500, 200

WORKER = """
import sys
from glamflow.ledger.ledger import Ledger
from glamflow.ledger.states import FileState
dsn, number, files, rounds, single, shared = sys.argv[1], *map(int, sys.argv[2:])
ledger = Ledger.open(dsn, actor=f"worker {number}")
mine = list(range(number * files + 1, (number + 1) * files + 1))
claim = ledger.claim("lane", str(number), "w")
for n in range(rounds):                                   # as the steps do it: a batch at a time
    ledger.advance(claim, mine, FileState.STAGED if n % 2 == 0 else FileState.LISTED)
for id in mine[:single]:                                  # and one at a time, as publishing does it
    ledger.advance(claim, [id], FileState.PLANNED)
won = 0
for n in range(shared):                                   # all want the same
    won += ledger.claim("shared", str(n), f"w{number}", lease_seconds=3600) is not None
    if n % 4 == 0:
        ledger.write_slot("Bot", per_minute=0.001)
print(won)
"""


@pytest.fixture
def dsn(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/ledger.db"


def fill(ledger: Ledger, count: int) -> None:
    """`count` records with one listed file each; file ids count from 1."""
    ledger.start_run("r", partner="m", kind="ingest", partner_version="v")
    ledger.add_windows("r", partner="m", prefix="p", windows=[Window(id="w")])
    claim = ledger.claim("window", "m/p/w", "w")
    assert claim is not None
    keys = [str(n) for n in range(count)]
    rows = [HarvestedRow(key=k, digest="1") for k in keys]
    ledger.commit_harvest(claim, run_id="r", window_id="w", partner="m", batch_id="b", records=rows)
    mapped = [RecordVerdict(key=k, state=RecordState.MAPPED) for k in keys]
    ledger.commit_mapped(claim, batch_id="b", verdicts=mapped, mapping_digest="", object_key="")
    checked = [RecordVerdict(key=k, state=RecordState.CHECKED) for k in keys]
    files = [FileRow(record_key=k, media_id="1", state=FileState.LISTED) for k in keys]
    ledger.commit_checked(claim, batch_id="b", verdicts=checked, files=files, rules_digest="", object_key="")


@pytest.mark.slow
def test_four_processes_make_ten_thousand_transitions_each_without_a_lock_error_or_a_lost_update(dsn: str) -> None:
    with closing(Ledger.open(dsn)) as ledger:
        ledger.migrate()
        fill(ledger, WORKERS * FILES)
        before = _transitions(ledger)
        booked = time.time()
        numbers = [str(n) for n in (FILES, ROUNDS, SINGLE, SHARED)]
        workers = [
            subprocess.Popen([sys.executable, "-c", WORKER, dsn, str(n), *numbers], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for n in range(WORKERS)
        ]
        answers = [worker.communicate() for worker in workers]
        assert [error.decode() for _, error in answers] == [""] * WORKERS
        assert _transitions(ledger) - before == WORKERS * (FILES * ROUNDS + SINGLE) == WORKERS * 10_000
        assert ledger.reads.funnel("m").files["planned"] == WORKERS * SINGLE
        assert sum(int(out) for out, _ in answers) == SHARED
        # Every booking moved the account's next moment on by 60,000 s; one lost update would be missing here.
        bookings = (ledger.write_slot("Bot", per_minute=0.001) + time.time() - booked) / 60_000
        assert round(bookings, 2) == WORKERS * SHARED / 4
        with ledger.database.read() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def _transitions(ledger: Ledger) -> int:
    with ledger.database.read() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(tables.event).where(tables.event.c.kind == "file")).scalar_one())


def _save(ledger: Ledger, name: str) -> None:
    ledger.save_partner_version(name, name)


@pytest.mark.parametrize("way", ["fork", "spawned copy"])
def test_a_ledger_goes_on_in_a_child_process(dsn: str, way: str) -> None:
    with closing(Ledger.open(dsn, clock=None)) as ledger:
        ledger.migrate()
        if way == "fork":
            child = multiprocessing.get_context("fork").Process(target=_save, args=(ledger, "child"))
            child.start()
            child.join()
            assert child.exitcode == 0
        else:
            with closing(pickle.loads(pickle.dumps(ledger))) as copy:
                _save(copy, "child")
        _save(ledger, "parent")
        assert ledger.latest_partner_version("child") is not None


def test_sqlite_is_opened_as_it_must_be(dsn: str) -> None:
    with closing(Ledger.open(dsn)) as ledger:
        ledger.migrate()
        with ledger.database.read() as connection:
            pragmas = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous", "busy_timeout")}
        assert pragmas == {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 30000}


def test_times_come_back_in_utc_whatever_went_in(dsn: str) -> None:
    summer = dt.timezone(dt.timedelta(hours=2))
    with closing(Ledger.open(dsn, clock=lambda: dt.datetime(2026, 7, 1, 14, tzinfo=summer))) as ledger:
        ledger.migrate()
        run = ledger.start_run("r", partner="m", kind="ingest", partner_version="v")
        assert run.started_at == dt.datetime(2026, 7, 1, 12, tzinfo=dt.UTC)
        assert run.started_at.tzinfo is dt.UTC
