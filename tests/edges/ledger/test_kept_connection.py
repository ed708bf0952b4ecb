"""A connection that is kept over many transactions behaves as one that is opened for each."""

from __future__ import annotations

import os
import pickle
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from glamflow.ledger.ledger import Ledger
from glamflow.transforms.errors import StaleEpoch


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger.open(f"sqlite:///{tmp_path}/ledger.db", actor="test").migrate()


def opened(ledger: Ledger) -> list[object]:
    """Every connection that is opened from now on."""
    seen: list[object] = []
    sa.event.listen(ledger.database.engine, "connect", lambda connection, _: seen.append(connection))
    return seen


def test_many_transactions_share_one_connection_and_give_it_back(ledger: Ledger) -> None:
    seen = opened(ledger)
    with ledger.kept_open(), ledger.kept_open():
        for number in range(5):
            assert ledger.claim("work", str(number), "w") is not None
            assert ledger.holder("work", str(number)) == "w"
    assert len(seen) == 1
    ledger.holder("work", "1")
    assert len(seen) == 2


def test_a_read_after_a_write_does_not_keep_writers_out(ledger: Ledger, tmp_path: Path) -> None:
    other = Ledger.open(f"sqlite:///{tmp_path}/ledger.db", actor="other")
    with ledger.kept_open():
        assert ledger.claim("work", "a", "w") is not None
        with ledger.database.read() as connection:
            connection.execute(sa.text("SELECT 1"))
            assert other.claim("work", "b", "x") is not None


def test_a_transaction_inside_another_one_is_its_own(ledger: Ledger) -> None:
    with ledger.kept_open(), ledger.database.read() as outer:
        outer.execute(sa.text("SELECT 1")).scalar()
        claim = ledger.claim("work", "a", "w")
        assert claim is not None
        assert outer.execute(sa.text("SELECT count(*) FROM claim")).scalar() in (0, 1)
    ledger.renew(claim)


def test_a_fault_rolls_back_and_leaves_the_connection_usable(ledger: Ledger) -> None:
    with ledger.kept_open():
        old = ledger.claim("work", "a", "w")
        new = ledger.claim("work", "a", "w")
        assert old is not None
        assert new is not None
        with pytest.raises(StaleEpoch):
            ledger.renew(old)
        ledger.renew(new)


def test_other_threads_and_forked_children_open_their_own(ledger: Ledger) -> None:
    seen = opened(ledger)
    with ledger.kept_open():
        ledger.claim("work", "a", "w")
        thread = threading.Thread(target=lambda: ledger.claim("work", "b", "t"))
        thread.start()
        thread.join()
        assert len(seen) == 2
        child = os.fork()
        if child == 0:
            os._exit(0 if ledger.claim("work", "c", "child") is not None else 1)
        assert os.waitpid(child, 0)[1] == 0
        assert ledger.holder("work", "c") == "child"


def test_a_ledger_with_a_kept_connection_can_be_sent_to_another_process(ledger: Ledger) -> None:
    with ledger.kept_open():
        ledger.claim("work", "a", "w")
        assert pickle.loads(pickle.dumps(ledger.database)).is_sqlite
