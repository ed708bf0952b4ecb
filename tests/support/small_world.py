"""Three files of the sample archive, ready to be published in this process: for stories that need neither feeds nor kills."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from crash_child import approve
from crash_world import PARTNER, RUN
from sample_world import World, world_environment

from glamflow.audit.journal import Edit, Journal
from glamflow.ledger.rows import Publication, StoredFile
from glamflow.partner import Partner
from glamflow.sandbox.wiki import SandboxWiki
from glamflow.steps import plan, publish, sync, verify
from glamflow.steps.deps import Deps
from glamflow.steps.outcome import StepReport
from glamflow.steps.written import WrittenPage, decode_written
from glamflow.wiki.commons import Commons
from glamflow.wiki.session import WikiSession
from glamflow.wiki.upload import Uploader

WIKI, BOT = "glamflow_wiki", "GlamflowBot"
WRITES = ("upload", "wbeditentity", "edit", "move")


class SmallWorld:
    """A ledger with a plan that waits for its answer, and the wiki it is for. Waiting takes no time; `waits` keeps the sum."""

    def __init__(self, folder: Path, wiki: SandboxWiki, environment: dict[str, str]) -> None:
        self.wiki, self.waits = wiki, list[float]()
        plain = World(folder, "", wiki, environment).deps()
        session = WikiSession(wiki.base_url, login=f"{BOT}@demo", password="correct horse", user_agent="tests (tests@example.org)", sleep=self.sleep)
        self.commons = Commons(session, Uploader(session, sleep=self.sleep))
        self.deps: Deps = replace(plain, commons=lambda _: self.commons)
        self.journal = Journal(self.deps.ledger.context)

    @property
    def config(self) -> Partner:
        return self.deps.partner_from_file(PARTNER)

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    def approve(self, run: str = RUN) -> list[str]:
        """Publishing lanes of the run's plan, after a yes; none where there is nothing to publish."""
        request = plan.approval_request(self.deps, plan.plan_publication(self.deps, PARTNER, run))
        return plan.record_approval(self.deps, approve(request)) if request["plan"] else []

    def publish(self, run: str = RUN) -> StepReport:
        """The whole plan: approved, carried out, verified, closed."""
        report = StepReport(step="publish")
        for lane in self.approve(run):
            report += publish.publish_lane(self.deps, lane, sleep=self.sleep)
            report += verify.verify_lane(self.deps, lane)
        publish.close_plan(self.deps, PARTNER, run)
        return report

    def observe(self, run: str) -> None:
        """Look at all pages again."""
        for lane in sync.plan_observation(self.deps, PARTNER, run):
            sync.observe_lane(self.deps, lane)
        sync.settle_unknown_edits(self.deps, PARTNER, run)

    @property
    def files(self) -> list[StoredFile]:
        return self.deps.ledger.plan_files(self.deps.ledger.plans(PARTNER)[-1].id)

    def pub(self, number: int = 0) -> Publication:
        found = self.deps.ledger.publication(self.files[number].id, WIKI)
        assert found is not None
        return found

    def written(self, number: int = 0) -> WrittenPage:
        return decode_written(self.deps.store.get(self.pub(number).object_key))

    def kinds(self) -> set[str]:
        """Kinds of what was observed."""
        return {seen.kind for seen in self.deps.ledger.observations(PARTNER)}

    def intents(self) -> list[Edit]:
        return [edit for edit in self.journal.edits(partner=PARTNER) if edit.kind == "intent"]

    def posts(self) -> list[dict[str, Any]]:
        """Requests at the wire that write."""
        return [row for row in self.wiki.log() if row["action"] in WRITES and '"checkstatus"' not in row["params"]]

    def fault(self, action: str, kind: str, **more: Any) -> None:
        with self.wiki.seeding() as seed:
            seed.fault(kind, action=action, **more)


@contextmanager
def small_world(snapshot: Path, folder: Path, set_environment: Callable[[str, str], None]) -> Iterator[SmallWorld]:
    """A copy of `snapshot` in `folder` with its wiki running."""
    with running_copy(snapshot, folder, set_environment) as (wiki, environment):
        world = SmallWorld(folder, wiki, environment)
        yield world
        world.deps.ledger.close()


@contextmanager
def running_copy(snapshot: Path, folder: Path, set_environment: Callable[[str, str], None]) -> Iterator[tuple[SandboxWiki, dict[str, str]]]:
    """The wiki of the copy, and the environment of a process that works on it."""
    shutil.copytree(snapshot / "home", folder / "home")
    shutil.copytree(snapshot / "wiki", folder / "wiki")
    with SandboxWiki(folder / "wiki", base_data=False) as wiki:
        environment = world_environment(folder, sources="http://127.0.0.1:9", wiki=wiki.base_url) | {"AIRFLOW_CTX_TASK_ID": "task"}
        for name, value in environment.items():
            set_environment(name, value)
        yield wiki, environment
    shutil.rmtree(folder)
