"""`Ledger`: the one door to the ledger's database. What each operation promises stands where it is written (see the imports).

    ledger = Ledger.open("sqlite:////var/lib/glamflow/ledger.db", actor="cli:anna")
    ledger.migrate()
    claim = ledger.claim("window", window_subject(...), worker)     # None: somebody else has it
    ledger.commit_harvest(claim, ...)                                      # StaleEpoch once it was taken over

Objects first, then one ledger transaction: nothing here talks to a network or a store.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version

from glamflow.audit.events import Origin
from glamflow.ledger.absence import Absence
from glamflow.ledger.batches import Batches
from glamflow.ledger.branches import Branches
from glamflow.ledger.claims import Claims
from glamflow.ledger.context import Context
from glamflow.ledger.database import Clock, Database
from glamflow.ledger.files import Files
from glamflow.ledger.guards import Guards
from glamflow.ledger.harvest import Harvest
from glamflow.ledger.hashes import Hashes
from glamflow.ledger.history import Histories
from glamflow.ledger.observations import Observations
from glamflow.ledger.plans import Plans
from glamflow.ledger.publications import Publications
from glamflow.ledger.reads import Reads
from glamflow.ledger.runs import Runs
from glamflow.ledger.schema import migrate
from glamflow.ledger.terms import Terms
from glamflow.ledger.watches import Watches
from glamflow.ledger.windows import Windows


class Ledger:
    """Cheap to make, safe to keep across a fork, safe to pickle; holds no connection between calls on SQLite."""

    def __init__(self, database: Database, *, actor: str, code_version: str) -> None:
        self.database = database
        self.context = Context(database=database, origin=Origin(actor=actor, code_version=code_version))
        self._add_claims(Claims(self.context))
        self._add_ingest(Runs(self.context), Windows(self.context), Harvest(self.context), Batches(self.context))
        self._add_publish(Files(self.context), Plans(self.context), Publications(self.context))
        self._add_guards(Guards(self.context), Watches(self.context))
        self.reads = Reads(self.context)
        self.why = Histories(self.context).why
        self._add_findings(Observations(self.context), Hashes(self.context), Terms(self.context))

    def _add_claims(self, claims: Claims) -> None:
        self.claim = claims.claim
        self.renew = claims.renew
        self.holder = claims.holder
        self.release = claims.release
        self.require_claim = claims.require

    def _add_ingest(self, runs: Runs, windows: Windows, harvest: Harvest, batches: Batches) -> None:
        absence = Absence(self.context)
        self.save_partner_version = runs.save_partner_version
        self.partner_text = runs.partner_text
        self.latest_partner_version = runs.latest_partner_version
        self.start_run = runs.start_run
        self.finish_run = runs.finish_run
        self.run = runs.run
        self.stopped_run = runs.stopped_run
        self.set_gate = runs.set_gate
        self.add_windows = windows.add
        self.windows = windows.of_run
        self.window_state = windows.state
        self.restart_window = windows.restart
        self.finish_window = windows.finish
        self.cursor = windows.cursor
        self.harvested_at = windows.harvested_at
        self.quarantine = windows.quarantine
        self.current_digests = harvest.current_digests
        self.commit_harvest = harvest.commit
        self.note_missing = absence.note_missing
        self.count_unseen = absence.count_unseen
        self.batches = batches.of_run
        self.batches_of_partner = batches.of_partner
        self.batches_left_behind = batches.left_behind
        self.batch = batches.batch
        self.current_keys = batches.current_keys
        self.record_states = batches.record_states
        self.commit_mapped = batches.commit_mapped
        self.commit_checked = batches.commit_checked

    def _add_publish(self, files: Files, plans: Plans, publications: Publications) -> None:
        self.file = files.file
        self.files = files.files
        self.files_of_record = files.files_of_record
        self.branch_file = Branches(self.context).branch_file
        self.select_files = files.select_files
        self.select_updates = files.select_updates
        self.due_for_reconsideration = files.due_for_reconsideration
        self.stage = files.stage
        self.hold_files = files.hold_files
        self.reject_files = files.reject_files
        self.advance = files.advance
        self.media_needed = files.media_needed
        self.fetched_sizes = files.fetched_sizes
        self.acknowledge_source = files.acknowledge_source
        self.decide_files = files.decide_files
        self.create_plan = plans.create_plan
        self.plan = plans.plan
        self.plans = plans.plans
        self.plan_files = plans.plan_files
        self.set_actions = plans.set_actions
        self.plan_actions = plans.plan_actions
        self.settle_action = plans.settle_action
        self.approve = plans.approve
        self.approvals = plans.approvals
        self.begin_publishing = plans.begin_publishing
        self.close_plan = plans.close_plan
        self.publication = publications.publication
        self.publications = publications.publications
        self.publications_to_check = publications.publications_to_check
        self.publication_ranges = publications.publication_ranges
        self.publications_unseen = publications.publications_unseen
        self.looked_at = publications.looked_at
        self.pages_of_file = publications.pages_of_file
        self.standing_pages = publications.standing_pages
        self.published_at = publications.published_at
        self.titles_taken = publications.titles_taken
        self.count_published = publications.count_published
        self.choose_title = publications.choose_title
        self.reserve = publications.reserve
        self.unreserve = publications.unreserve
        self.note_stash = publications.note_stash
        self.stash = publications.stash
        self.publish_done = publications.publish_done
        self.verify_done = publications.verify_done
        self.mark_publication = publications.mark_publication

    def _add_guards(self, guards: Guards, watches: Watches) -> None:
        self.watch_row = watches.watch_row
        self.note_watch = watches.note_watch
        self.acknowledge_talk = watches.acknowledge_talk
        self.set_brake = guards.set_brake
        self.brakes = guards.brakes
        self.require_writes = guards.require_writes
        self.write_slot = guards.write_slot
        self.forbid = guards.forbid
        self.release_ban = guards.release_ban
        self.bans = guards.bans
        self.set_level = guards.set_level
        self.levels = guards.levels

    def _add_findings(self, observations: Observations, hashes: Hashes, terms: Terms) -> None:
        self.observe = observations.add
        self.settle_observation = observations.settle
        self.observations = observations.of_partner
        self.near_hashes = hashes.near_hashes
        self.hashes = hashes.hashes
        self.count_terms = terms.count_terms
        self.decide_term = terms.decide_term
        self.terms = terms.terms

    @classmethod
    def open(cls, dsn: str, *, actor: str = "glamflow", code_version: str = "", clock: Clock | None = None) -> Ledger:
        """The ledger at an SQLAlchemy address. `actor` stands in every event; `clock` overrules the database's clock (tests)."""
        return cls(Database(dsn, clock=clock), actor=actor, code_version=code_version or _installed_version())

    def migrate(self) -> Ledger:
        """Bring the database to the newest schema; safe when several processes start at once. Returns itself."""
        migrate(self.database)
        return self

    @contextmanager
    def kept_open(self) -> Iterator[None]:
        """For long loops of short transactions: what is kept and what not stands in `Database.kept`."""
        with self.database.kept():
            yield

    def close(self) -> None:
        """Give connections back to the system."""
        self.database.close()


def _installed_version() -> str:
    try:
        return version("glamflow")
    except PackageNotFoundError:
        return "unknown"
