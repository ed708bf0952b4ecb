"""`Ledger`: the one door to the ledger's database. Its parts are named after what they keep.

    ledger = Ledger.open("sqlite:////var/lib/glamflow/ledger.db", actor="cli:anna")
    ledger.migrate()
    claim = ledger.claims.claim("window", window_subject(...), worker)     # None: somebody else has it
    ledger.harvest.commit(claim, ...)                                      # StaleEpoch once it was taken over

Objects first, then one ledger transaction: nothing here talks to a network or a store.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from glamflow.audit.events import Origin
from glamflow.ledger.batches import Batches
from glamflow.ledger.claims import Claims
from glamflow.ledger.context import Context
from glamflow.ledger.database import Clock, Database
from glamflow.ledger.harvest import Harvest
from glamflow.ledger.observations import Observations
from glamflow.ledger.runs import Runs
from glamflow.ledger.schema import migrate
from glamflow.ledger.windows import Windows


class Ledger:
    """Cheap to make, safe to keep across a fork, safe to pickle; holds no connection between calls on SQLite."""

    def __init__(self, database: Database, *, actor: str, code_version: str) -> None:
        self.database = database
        self.context = Context(database=database, origin=Origin(actor=actor, code_version=code_version))
        self.claims = Claims(self.context)
        self.runs = Runs(self.context)
        self.windows = Windows(self.context)
        self.harvest = Harvest(self.context)
        self.batches = Batches(self.context)
        self.observations = Observations(self.context)

    @classmethod
    def open(cls, dsn: str, *, actor: str = "glamflow", code_version: str = "", clock: Clock | None = None) -> Ledger:
        """The ledger at an SQLAlchemy address. `actor` stands in every event; `clock` overrules the database's clock (tests)."""
        return cls(Database(dsn, clock=clock), actor=actor, code_version=code_version or _installed_version())

    def migrate(self) -> Ledger:
        """Bring the database to the newest schema; safe when several processes start at once. Returns itself."""
        migrate(self.database)
        return self

    def close(self) -> None:
        """Give connections back to the system."""
        self.database.close()


def _installed_version() -> str:
    try:
        return version("glamflow")
    except PackageNotFoundError:
        return "unknown"
