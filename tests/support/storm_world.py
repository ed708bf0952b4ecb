"""A plan of small and chunked files in a wiki that misbehaves, on a clock of its own: minutes of lag take no time.

Ledger, client and waiting share the clock. `run` does what the scheduler does: a task and its repeats, then the end of the plan.
`troubles` says what is wrong afterwards, whatever the storm was: files lost or doubled, requests too many or too fast, a journal
that does not say what happened at the wire.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from crash_world import PARTNER, RUN
from small_world import WRITES, SmallWorld

from glamflow.audit.verify import verify as verify_audit
from glamflow.ledger.states import FileState
from glamflow.sandbox.wiki import SandboxWiki
from glamflow.steps import publish, verify
from glamflow.steps.outcome import StepReport
from glamflow.store.ndjson import read_lines
from glamflow.transforms.actions import Create, decode_action
from glamflow.transforms.errors import Permanent, Transient
from glamflow.wiki.commons import Commons
from glamflow.wiki.pace import ChunkSizes
from glamflow.wiki.upload import Uploader

RATE = 12  # writes a minute
RETRIES = 3  # of our DAGs' tasks
CHUNK_FROM, CHUNK = 116_300, 50_000
DELAYS = (30.0, 60.0, 120.0)
Hook = Callable[[dict[str, Any]], None]


class Clock:
    """Time that passes only when somebody waits; what is due by then happens on the way."""

    def __init__(self) -> None:
        self.began = self.now = dt.datetime(2026, 11, 25, 9, 0, tzinfo=dt.UTC)
        self._due: list[tuple[dt.datetime, Callable[[], None]]] = []

    def sleep(self, seconds: float) -> None:
        self.now += dt.timedelta(seconds=seconds)
        due = [act for at, act in self._due if at <= self.now]
        self._due = [(at, act) for at, act in self._due if at > self.now]
        for act in due:
            act()

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        self._due.append((self.now + dt.timedelta(seconds=seconds), act))

    def seconds(self) -> float:
        return (self.now - self.began).total_seconds()


class StormWorld(SmallWorld):
    """See above. `before_write` is called before every request that writes: another bot may be faster."""

    def __init__(self, folder: Path, wiki: SandboxWiki, environment: dict[str, str]) -> None:
        self.clock = Clock()
        super().__init__(folder, wiki, environment)
        session: Any = self.commons._session
        sizes = ChunkSizes(smallest=CHUNK, largest=CHUNK)
        self.commons = Commons(session, Uploader(session, clock=self.clock.seconds, sleep=self.sleep, chunk_from=CHUNK_FROM, sizes=sizes))
        self.deps = replace(self.deps, now=lambda: self.clock.now)
        self.deps.ledger.database._clock = lambda: self.clock.now
        self.sent: list[float] = []
        self.before_write: Hook = lambda _: None
        self.errors: list[Transient] = []
        self._watch(session)

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self.clock.sleep(seconds)

    def _watch(self, session: Any) -> None:
        send = session._send

        def watched(params: Any, *, files: Any = None) -> Any:
            if params.get("action") in WRITES and "checkstatus" not in params:
                self.sent.append(self.clock.seconds())
                self.before_write(params)
            return send(params, files=files)

        session._send = watched

    def storm(self, action: str, kind: str, *, minutes: float, **more: Any) -> None:
        """Every request of `action` fails so for some minutes of the clock."""
        self.fault(action, kind, count=-1, **more)
        self.clock.after(60 * minutes, self.calm)

    def calm(self) -> None:
        with self.wiki.seeding() as seed:
            seed.state.sql.execute("UPDATE fault SET remaining = 0")

    def run(self, run: str = RUN) -> StepReport:
        """A task of the scheduler with its repeats for each lane, then the end of the plan."""
        report = StepReport(step="publish")
        for lane in self.approve(run):
            report += self._lane(lane)
        publish.close_plan(self.deps, PARTNER, run)
        return report

    def _lane(self, lane: str) -> StepReport:
        report = StepReport(step="publish")
        for number in range(1 + RETRIES):
            try:
                report += publish.publish_lane(self.deps, lane, sleep=self.sleep)
                break
            except Transient as error:
                self.errors.append(error)
                self.sleep(DELAYS[min(number, 2)] if error.retry_after is None else error.retry_after)
        report += verify.verify_lane(self.deps, lane)
        return report

    def needed(self) -> int:
        """Writes that the plan costs where nothing goes wrong."""
        key = self.deps.ledger.plans(PARTNER)[-1].object_key
        actions = [decode_action(line) for line in read_lines(self.deps.store, key)]
        sizes = [action.size for action in actions if isinstance(action, Create)]
        return sum(2 if size < CHUNK_FROM else 2 + -(-size // CHUNK) for size in sizes)

    def forced(self) -> int:
        """Writes at the wire that the wiki did not take, or whose answer got lost."""
        return sum(bool(row["fault"]) or (not row["applied"] and row["outcome"] not in ("Continue", "Poll")) for row in self.posts())

    def troubles(self, *, held: dict[str, int] | None = None, extra: int = 0) -> list[str]:
        """[] if nothing was lost or doubled, and no request too many was sent. `held`: reasons with their number of files."""
        found = []
        states = Counter(file.reason if file.state is FileState.HELD else str(file.state) for file in self.files)
        wanted = Counter(held or {})
        wanted["verified"] = len(self.files) - wanted.total()
        if +Counter({str(key): number for key, number in states.items()}) != +wanted:
            found.append(f"files: {dict(states)}, wanted {dict(wanted)}")
        posts, intents = len(self.posts()), len(self.intents())
        if posts != intents or posts != len(self.sent):
            found.append(f"{posts} posts at the wire, {intents} rows in the journal, {len(self.sent)} sent")
        if posts > self.needed() + self.forced() + extra:
            found.append(f"{posts} posts, {self.needed()} needed, {self.forced()} forced")
        if crowded := [at for number, at in enumerate(self.sent[RATE:]) if at - self.sent[number] < 60.0]:
            found.append(f"more than {RATE} writes in 60 s at {crowded}")
        if open_edits := self.journal.unsettled(PARTNER):
            found.append(f"unsettled: {[(edit.step, edit.target) for edit in open_edits]}")
        audit = verify_audit(self.deps.ledger.context, self.deps.store, PARTNER)
        found += [] if audit.ok else [f"chain: {audit.first_broken}"]
        found += self._doubled()
        return found + [f"error on the way: {error}" for error in self.errors if found]

    def _doubled(self) -> list[str]:
        found = []
        with self.wiki.db.read() as sql:
            for file in self.files:
                versions = sql.execute("SELECT count(*) FROM file_version WHERE sha1 = ?", (file.sha1,)).fetchone()[0]
                public = file.state in (FileState.PUBLISHED, FileState.VERIFIED)
                if versions > 1 or (public and versions != 1):
                    found.append(f"{file.record_key}: {versions} versions of its bytes")
        for pub in self.deps.ledger.publications([file.id for file in self.files], self.config.publish.wiki).values():
            if pub.page_id:
                claims = [claim for group in self.commons.entities([pub.entity])[pub.entity].statements.values() for claim in group]
                said = Counter(json.dumps([claim["mainsnak"], claim.get("qualifiers")], sort_keys=True) for claim in claims)
                if repeated := [snak for snak, number in said.items() if number > 1]:
                    found.append(f"{pub.title}: statements twice: {repeated}")
        return found


def permanent(world: StormWorld) -> Permanent:
    """The error that ends the lane for good."""
    for lane in world.approve():
        try:
            publish.publish_lane(world.deps, lane, sleep=world.sleep)
        except Permanent as error:
            return error
    raise AssertionError("the lane went on")
