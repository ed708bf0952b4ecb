"""A world that is ready to publish, kept as a snapshot, and workers that are killed in copies of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sample_world import ServedSources, World, fill_wiki, world_environment
from wiki_reader import read_files

from glamflow.audit.journal import Journal
from glamflow.audit.verify import verify
from glamflow.sandbox.wiki import SandboxWiki
from glamflow.steps import check, harvest, plan, stage
from glamflow.steps import map as mapping
from glamflow.steps.deps import Deps
from glamflow.steps.stage import plan_id

PARTNER, RUN = "havn-archive", "publish/1"
WRITES = ("upload", "wbeditentity", "edit", "move")


class Workers:
    """The process that forks the workers (`crash_child.py`)."""

    def __init__(self) -> None:
        command = [sys.executable, "-W", "ignore", str(Path(__file__).with_name("crash_child.py"))]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, environment: dict[str, str], *, trace: Path, kill: str = "", nth: int = 1, **more: Any) -> dict[str, Any]:
        """Fork a worker and wait for its end."""
        order = {"environment": environment, "partner": PARTNER, "run": RUN, "kill": kill, "nth": nth, "trace": str(trace), **more}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=20)
        self._process.stdout.close()


def ingest_without_suite(deps: Deps, partner: str, run_id: str, params: dict[str, Any] | None = None) -> None:
    """Harvest, map, check; the gate is opened by hand, since nothing here is about it."""
    for windows in harvest.plan_windows(deps, partner, run_id, params):
        harvest.harvest_windows(deps, windows)
    for lane in harvest.plan_lanes(deps, partner, run_id):
        mapping.map_lane(deps, lane)
        check.check_lane(deps, lane)
    deps.ledger.set_gate(run_id, True)


def prepare(folder: Path, *, files: int, planned: bool, **environment_too: str) -> None:
    """Fill `folder`: a harvested partner, a wiki, and with `planned` a plan of `files` files that waits for its answer."""
    with ServedSources(folder / "sources") as sources, SandboxWiki(folder / "wiki") as wiki:
        fill_wiki(wiki)
        environment = world_environment(folder, sources=sources.url, wiki=wiki.base_url) | environment_too
        os.environ.update(environment)
        deps = World(folder, sources.url, wiki, environment).deps()
        ingest_without_suite(deps, PARTNER, "ingest/1")
        for lane in stage.select_files(deps, PARTNER, RUN, {"max_files": files}):
            stage.stage_lane(deps, lane)
        if planned:
            plan.plan_publication(deps, PARTNER, RUN)
        deps.ledger.close()


class CrashWorld:
    """A copy of the snapshot with its wiki running."""

    def __init__(self, folder: Path, wiki: SandboxWiki, workers: Workers, **order: Any) -> None:
        self.folder, self.wiki, self._workers, self._order = folder, wiki, workers, {"partner": PARTNER, **order}
        self.partner = str(self._order["partner"])
        self.environment = world_environment(folder, sources="http://127.0.0.1:9", wiki=wiki.base_url) | {"AIRFLOW_CTX_TASK_ID": "publish_lane"}
        if (folder / "partners").is_dir():
            self.environment["GLAMFLOW_PARTNERS"] = str(folder / "partners")
        self.trace = folder / "trace"

    def work(self, *, kill: str = "", nth: int = 1, **more: Any) -> dict[str, Any]:
        """One worker; killed after the `nth` time that `kill` was passed ("*": any boundary counts)."""
        ended = self._workers.run(self.environment, trace=self.trace, kill=kill, nth=nth, **{**self._order, **more})
        if ended["exit"] == 1:
            raise AssertionError(self.trace.with_suffix(".error").read_text())
        return ended

    def passed(self) -> list[str]:
        """All boundaries passed so far."""
        return self.trace.read_text().splitlines() if self.trace.exists() else []

    def deps(self) -> Deps:
        os.environ.update(self.environment)
        return World(self.folder, "", self.wiki, self.environment).deps()

    def posts(self) -> list[dict[str, Any]]:
        """Requests at the wire that write."""
        return [row for row in self.wiki.log() if row["action"] in WRITES and '"checkstatus"' not in row["params"]]


@contextmanager
def copied(snapshot: Path, folder: Path, workers: Workers, **order: Any) -> Iterator[CrashWorld]:
    """The snapshot in `folder`, its wiki on a free port. `order` goes to every worker: partner, sizes of chunks."""
    for part in ("home", "wiki", "partners"):
        if (snapshot / part).is_dir():
            shutil.copytree(snapshot / part, folder / part)
    with SandboxWiki(folder / "wiki", base_data=False) as wiki:
        yield CrashWorld(folder, wiki, workers, **order)
    shutil.rmtree(folder)


def faults_of(world: CrashWorld) -> list[str]:
    """What is not as it must be after everything was run to its end; [] if all is well."""
    deps, problems = world.deps(), []
    journal = Journal(deps.ledger.context)
    rows = deps.ledger.plan_actions(plan_id(world.partner, RUN))
    if not rows or any(row.state != "done" for row in rows):
        problems.append(f"actions: {[(row.seq, row.kind, row.state, row.detail) for row in rows if row.state != 'done']}")
    if open_edits := journal.unsettled(world.partner):
        problems.append(f"unsettled: {[(edit.step, edit.target) for edit in open_edits]}")
    intents = [edit for edit in journal.edits(partner=world.partner) if edit.kind == "intent"]
    if len(world.posts()) > len(intents):
        problems.append(f"{len(world.posts())} posts, {len(intents)} intents")
    report = verify(deps.ledger.context, deps.store, world.partner)
    if not report.ok:
        problems.append(f"chain: {report.first_broken}")
    problems += _wiki_faults(world, sorted({row.file_id for row in rows}), deps)
    deps.ledger.close()
    return problems


def _wiki_faults(world: CrashWorld, file_ids: list[int], deps: Deps) -> list[str]:
    problems = []
    known = deps.ledger.publications(file_ids, "glamflow_wiki")
    with world.wiki.db.read() as sql:
        for file_id in file_ids:
            pub = known[file_id]
            versions = sql.execute("SELECT page_id FROM file_version WHERE sha1 = ?", (pub.sha1,)).fetchall()
            if [row["page_id"] for row in versions] != [pub.page_id]:
                problems.append(f"{pub.title}: {len(versions)} versions of its bytes")
            if deps.ledger.file(file_id).state != "verified":
                problems.append(f"{pub.title}: {deps.ledger.file(file_id).state} {deps.ledger.file(file_id).detail}")
    kinds = {row.file_id: row.kind for row in deps.ledger.plan_actions(plan_id(world.partner, RUN))}
    entities = deps.commons(deps.partner_from_file(world.partner)).entities([pub.entity for pub in known.values()])
    for file_id, pub in known.items():
        claims = [claim for group in entities[pub.entity].statements.values() for claim in group]
        said = {json.dumps([claim["mainsnak"], claim.get("qualifiers")], sort_keys=True) for claim in claims}
        if (not claims and kinds[file_id] != "link") or len(said) != len(claims):
            problems.append(f"{pub.title}: {len(claims)} statements, {len(said)} of them different")
    with deps.ledger.context.database.read() as connection:
        for table in ("in_flight", "stash"):
            rows = connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
            if rows:
                problems.append(f"{rows} rows left in {table}")
    return problems


def pages_of(world: CrashWorld) -> dict[str, Any]:
    """What stands on the wiki under each file title, without the ids and revisions that depend on who came first."""
    found = {}
    for title, seen in read_files(world.wiki.base_url).items():
        claims = sorted(_plain(claim) for group in seen.statements.values() for claim in group)
        found[title] = {"sha1": seen.sha1, "versions": seen.versions, "text": seen.text, "captions": seen.captions, "statements": claims}
    return found


def _plain(claim: dict[str, Any]) -> str:
    return json.dumps({key: value for key, value in claim.items() if key != "id"}, sort_keys=True)
