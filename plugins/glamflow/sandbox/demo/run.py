"""`DemoRun`: the whole pipeline from nothing to verified files, as a context manager. Used by `glamflow demo` and by tests.

    with DemoRun(state=…, partners=("example-museum",)) as demo:
        demo.start()                  # sandbox, Airflow; returns when all are healthy
        outcome = demo.carry_out()    # ingest → publish → sync of every partner, approvals answered
        demo.table.kill("scheduler")  # tests: a crash; demo.restart("scheduler") brings it back

Leaving it ends every program that it started.
"""

from __future__ import annotations

import contextlib
import fcntl
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Literal, Self

from glamflow.audit.verify import AuditReport, verify
from glamflow.ledger.ledger import Ledger
from glamflow.ledger.reads import Reads
from glamflow.orchestration.pools import POOLS
from glamflow.partner import Partner, load_partner
from glamflow.sandbox.demo import environment as env
from glamflow.sandbox.demo.course import Course, Kind
from glamflow.sandbox.demo.memory import used_megabytes
from glamflow.sandbox.demo.outcome import Difference, differences, expected_fates, found_fates
from glamflow.sandbox.demo.processes import ProcessTable
from glamflow.sandbox.demo.progress import ledger_file, open_ledger, our_pages, progress_of
from glamflow.sandbox.demo.rest import AirflowApi
from glamflow.sandbox.demo.show import Row, Screen
from glamflow.sandbox.demo.stack import start_airflow, start_component, wait_until
from glamflow.sandbox.demo.summary import funnel_sentence, links, report_links, writes_sentence
from glamflow.sandbox.demo.world import World
from glamflow.store.factory import open_store
from glamflow.transforms.errors import ConfigInvalid, Permanent

POLL = 1.0
MEASURE_EVERY = 3.0
CHECKOUT = Path(__file__).resolve().parents[4]


class DemoRun:
    """One demo in one state folder. A second one in the same folder at the same time is refused."""

    def __init__(
        self, *, state: Path, partners: Sequence[str] = (), approve: Literal["auto", "ask"] = "auto",
        screen: Screen | None = None, extra: dict[str, str] | None = None, partner_folder: Path | None = None,
    ) -> None:  # fmt: skip
        folder = partner_folder or CHECKOUT / "dags" / "partners"
        self.place = env.Place(state=state.absolute(), checkout=CHECKOUT, partners=folder)
        self.partners, self.unusable = _choose(folder, tuple(partners))
        self.approve = approve
        self.screen = screen or Screen(live=False)
        self.extra = extra or {}
        self.ports = env.choose_ports(self.place)
        self.table = ProcessTable(self.place.logs)
        self.world = World(self.place, self.ports, self.table)
        self.courses: list[Course] = []
        self.writes_before: dict[str, int] = {}
        self.peak_memory = 0  # megabytes, all programs together
        self._measured = 0.0
        self._ledger: Ledger | None = None
        self.unexpected: list[Difference] = []
        self._open = contextlib.ExitStack()

    def __enter__(self) -> Self:
        self.place.state.mkdir(parents=True, exist_ok=True)
        self._open.enter_context(self._lock())
        self.people = tuple(dict.fromkeys(who for p in self.partners.values() for who in p.publish.approvers))
        self.secrets = env.load_secrets(self.place, self.people)
        self.environment = env.environment(
            self.place, self.ports, self.secrets, connections=self.world.connections(self.partners.values(), self.secrets),
            extra=self.extra,
        )  # fmt: skip
        self._open.enter_context(self.table)
        return self

    def __exit__(self, *exc: object) -> None:
        self._open.close()

    def start(self) -> None:
        """Everything up and healthy, every partner's DAG known to Airflow and unpaused."""
        self.place.home.mkdir(parents=True, exist_ok=True)
        open_ledger(self.place).migrate()
        self.screen.say(f"state in {self.place.state}")
        for problem in self.unusable:
            self.screen.say(f"left out: {problem}")
        self.world.start(self.environment, self.secrets, say=self.screen.say)
        start_airflow(
            self.place, self.environment, self.table, ports=self.ports, secret=self.secrets, say=self.screen.say
        )
        self.world.wait()
        self.world.fill_wiki(say=self.screen.say)
        self.writes_before = self.world.writes()
        self._make_ready()

    def restart(self, name: str) -> None:
        """Starts a component of Airflow again after `table.kill`."""
        start_component(name, self.environment, self.table, self.ports)

    def api(self, person: str) -> AirflowApi:
        """A session of `person`, closed with the demo."""
        return self._open.enter_context(
            AirflowApi(env.airflow_url(self.ports), user=person, password=self.secrets.passwords[person])
        )

    def begin(self, *kinds: Kind) -> None:
        """Starts these DAGs, one after the other, for every partner at once."""
        if not self.courses:
            self.courses = self._make_courses()
        for course in self.courses:
            course.begin(*kinds)

    def _make_courses(self) -> list[Course]:
        admin = self.api(env.ADMIN)
        people = {person: self.api(person) for person in self.people}
        return [
            Course(slug=slug, admin=admin, operator=people[p.publish.approvers[0]], approve=self.approve, say=self.screen.say)
            for slug, p in self.partners.items()
        ]

    def poll(self) -> bool:
        """Moves every partner on; True while there is something to wait for."""
        if dead := self.table.dead():
            raise Permanent(f"{dead[0]} ended by itself. The end of its log:\n{self.table.log_tail(dead[0])}")
        for course in self.courses:
            course.step()
        self._measure()
        self.screen.show([self._row(course) for course in self.courses])
        return not all(course.ended for course in self.courses)

    def carry_out(self) -> bool:
        """Both acts: the first harvest, then what partners and community changed since. True when all came out as expected."""
        if self.world.phase() == 1:
            self.screen.say("first act: the collections as they are offered today")
            if not self._carry_out_act(1, "ingest", "publish"):
                return False
            self.world.go_on(our_pages(self._must_ledger()), say=self.screen.say)
        else:
            self.screen.say("this state has seen both acts: only what is new since then would be touched")
        return self._carry_out_act(2, "ingest", "publish", "sync")

    def _carry_out_act(self, number: int, *kinds: Kind) -> bool:
        fine = self.act(*kinds)
        self.compare(act=number)
        return fine and not self.unexpected

    def compare(self, *, act: int) -> None:
        """What did not come out as the sample's table says is said and kept in `unexpected`."""
        slugs = list(self.partners)
        expected = expected_fates(slugs, act=act)
        self.unexpected = list(differences(expected, found_fates(self._must_ledger(), slugs)))
        good = len(expected) - len(self.unexpected)
        self.screen.say(f"{good} of {len(expected)} rows of the expected table hold after act {act}")
        for row in self.unexpected:
            self.screen.say(f"  not as expected: {row}")

    def audit(self) -> list[AuditReport]:
        """Both chains of every partner, recomputed from ledger and store."""
        store = open_store(f"file://{self.place.home}/store")
        return [verify(self._must_ledger().context, store, slug) for slug in self.partners]

    def last_words(self) -> Iterator[str]:
        """One sentence a partner, what the wiki counted, memory, where to look."""
        reads = Reads(self._must_ledger().context)
        for slug, partner in self.partners.items():
            yield funnel_sentence(partner.name, reads.funnel(slug))
        yield writes_sentence(self.writes_before, self.world.writes())
        if self.peak_memory:
            yield f"Peak memory of all programs: {self.peak_memory} MB."
        logins = {person: self.secrets.passwords[person] for person in (env.ADMIN, *self.people)}
        yield from links(airflow=env.airflow_url(self.ports), wiki=env.wiki_url(self.ports), logins=logins)
        for slug in self.partners:
            yield from report_links(self.place.home / "reports" / slug)

    def _must_ledger(self) -> Ledger:
        ledger = self.ledger()
        if ledger is None:
            raise Permanent("There is no ledger yet.", hint="Call start() first.")
        return ledger

    def act(self, *kinds: Kind) -> bool:
        """These DAGs of every partner to their end; True when none failed."""
        self.begin(*kinds)
        while self.poll():
            time.sleep(POLL)
        return all(course.phase == "done" for course in self.courses)

    def _measure(self) -> None:
        if time.monotonic() - self._measured > MEASURE_EVERY:
            self._measured = time.monotonic()
            self.peak_memory = max(self.peak_memory, used_megabytes(self.table.pids()))

    def _row(self, course: Course) -> Row:
        return progress_of(self.ledger(), course.slug, stage=course.stage)

    def ledger(self) -> Ledger | None:
        """The demo's ledger, None before the first step has made it."""
        if self._ledger is None and ledger_file(self.place).exists():
            self._ledger = open_ledger(self.place)
        return self._ledger

    def _make_ready(self) -> None:
        with AirflowApi(env.airflow_url(self.ports), user=env.ADMIN, password=self.secrets.passwords[env.ADMIN]) as admin:
            for pool in POOLS:
                admin.create_pool(pool.name, pool.slots, pool.description)
            wanted = {f"{slug}__{kind}" for slug in self.partners for kind in ("ingest", "publish", "sync")}
            wait_until(lambda: wanted <= {d["dag_id"] for d in admin.rows("/api/v2/dags", "dags")}, self.table, what="the DAGs")
            for dag_id in sorted(wanted):
                admin.unpause(dag_id)

    @contextlib.contextmanager
    def _lock(self) -> Iterator[IO[str]]:
        with (self.place.state / "lock").open("w") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Permanent(
                    f"Another demo runs in {self.place.state}.", hint="Stop it, or give this one a folder of its own: --state DIR."
                ) from None
            yield held


def _choose(folder: Path, asked: tuple[str, ...]) -> tuple[dict[str, Partner], list[ConfigInvalid]]:
    """The asked partners (all, if none) and what is wrong with the rest; a broken file among the asked ones is an error."""
    files = {path.stem: path for path in sorted(folder.glob("*.yaml"))}
    if unknown := [slug for slug in asked if slug not in files]:
        raise ConfigInvalid("--partner", f"there is no partner “{unknown[0]}”", fix=f"There are: {', '.join(files) or 'none'}.")
    found: dict[str, Partner] = {}
    unusable: list[ConfigInvalid] = []
    for slug in asked or files:
        try:
            found[slug] = load_partner(files[slug])
        except ConfigInvalid as error:
            if asked:
                raise
            unusable.append(error)
    return found, unusable
