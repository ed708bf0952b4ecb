"""The ledger's database."""

from __future__ import annotations

from glamflow.cli.output import say


def migrate() -> int:
    """Bring the ledger to the newest schema; doing it again changes nothing.

    Example: glamflow ledger migrate
    """
    from glamflow.ledger.ledger import Ledger
    from glamflow.settings import read_settings

    Ledger.open(read_settings().ledger).migrate().close()
    say("The ledger is up to date.")
    return 0
