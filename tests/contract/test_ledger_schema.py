"""Migrations: any number of processes, any number of times, and the result is what tables.py says."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from contextlib import closing

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from glamflow.ledger import tables
from glamflow.ledger.ledger import Ledger
from glamflow.ledger.rows import HarvestedRow
from glamflow.ledger.schema import migrate
from glamflow.transforms.errors import LedgerUnavailable


def test_migrating_twice_changes_nothing(empty_dsn: str) -> None:
    with closing(Ledger.open(empty_dsn)) as ledger:
        ledger.migrate()
        ledger.save_partner_version("m", "text")
        ledger.migrate()
        assert ledger.latest_partner_version("m") is not None


def test_a_ledger_of_an_older_version_keeps_what_it_holds(empty_dsn: str) -> None:
    with closing(Ledger.open(empty_dsn)) as ledger:
        migrate(ledger.database, to="0002")
        for partner in ("museum", "archive"):
            claim = ledger.claim("window", partner, "w1")
            assert claim is not None
            rows = [HarvestedRow(key=key, digest=partner) for key in ("k", f"of {partner}")]
            ledger.commit_harvest(claim, run_id="r", window_id="w", partner=partner, batch_id=f"b-{partner}", records=rows)
        ledger.migrate()
        assert [(r.partner, r.digest) for r in ledger.why("k").records] == [("museum", "museum"), ("archive", "archive")]
        assert [r.partner for r in ledger.why("of archive").records] == ["archive"]
        assert "ix_record_key" not in {index["name"] for index in sa.inspect(ledger.database.engine).get_indexes("record")}


def test_processes_that_start_together_do_not_disturb_each_other(empty_dsn: str) -> None:
    code = "import sys; from glamflow.ledger.ledger import Ledger; Ledger.open(sys.argv[1]).migrate().close()"
    starts = [subprocess.Popen([sys.executable, "-c", code, empty_dsn], stderr=subprocess.PIPE) for _ in range(4)]
    assert [(start.communicate()[1], start.returncode) for start in starts] == [(b"", 0)] * 4
    with closing(Ledger.open(empty_dsn)) as ledger, ledger.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM glamflow_version").scalar() == 1


def test_the_migrations_lead_to_the_tables_of_the_code(ledger: Ledger) -> None:
    with ledger.database.read() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": "glamflow_version"})
        assert compare_metadata(context, tables.metadata) == []


def test_every_append_only_table_has_its_trigger(ledger: Ledger) -> None:
    query = {
        "sqlite": "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal",
    }
    with ledger.database.read() as connection:
        found = connection.exec_driver_sql(query[connection.dialect.name]).scalars().all()
    assert sorted(found) == sorted(tables.APPEND_ONLY)


@pytest.mark.parametrize("dsn", ["postgresql://nobody:hush@127.0.0.1:9/none", "sqlite:////proc/none/ledger.db"])
def test_a_database_that_cannot_be_reached_is_one_clear_message(dsn: str) -> None:
    with closing(Ledger.open(dsn)) as ledger, pytest.raises(LedgerUnavailable, match="GLAMFLOW_LEDGER") as caught:
        ledger.migrate()
    assert "hush" not in str(caught.value)


def test_naive_times_are_refused(ledger: Ledger) -> None:
    with pytest.raises(sa.exc.StatementError, match="naive time"):
        ledger.observations("m", since=dt.datetime(2026, 1, 1))
