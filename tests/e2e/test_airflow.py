"""One partner through the real Airflow; while it publishes, first its task and then the scheduler are killed; then once more in
the same state.

Publishing is slowed down to a write every 2.5 seconds, so that both kills surely fall into it. The orphans of the killed
scheduler go on working: their writes must be refused by their epoch as soon as a new try has taken the work over.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from wiki_reader import SeenFile, read_files

from glamflow.audit.verify import AuditReport
from glamflow.sandbox.demo.environment import BOT, wiki_url
from glamflow.sandbox.demo.outcome import Difference, expected_fates
from glamflow.sandbox.demo.ports import is_listening
from glamflow.sandbox.demo.run import CHECKOUT, DemoRun

PARTNER = "water-agency"
PUBLISHING = "lane.publish_lane"
SHORT_DETECTION = {
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "15",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "3",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "8",
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "5",
    "AIRFLOW__CORE__DEFAULT_TASK_RETRY_DELAY": "2",
}
"""Airflow notices a dead scheduler or task after minutes by default."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("airflow")


@pytest.fixture(scope="module")
def slow_partners(folder: Path) -> Path:
    partners = folder / "partners"
    shutil.copytree(CHECKOUT / "dags" / "partners", partners)
    file = partners / f"{PARTNER}.yaml"
    text = file.read_text(encoding="utf-8")
    slowed = re.sub(r"edits_per_minute: \d+", "edits_per_minute: 24", text)
    assert slowed != text
    file.write_text(slowed, encoding="utf-8")
    return partners


def published(demo: DemoRun) -> int:
    ledger = demo.ledger()
    return ledger.reads.funnel(PARTNER).published if ledger else 0


def poll_until(demo: DemoRun, condition: object, *, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        more = demo.poll()
        if callable(condition) and condition():
            return
        assert more, "the runs ended before it came to that"
        time.sleep(0.3)
    raise AssertionError(f"not within {seconds:.0f} s")


def publishing_process(demo: DemoRun) -> int | None:
    """The process of the task that writes: Airflow puts the task instance's id into its title."""
    ids = [task["id"] for task in demo.courses[0].tasks if task["task_id"] == PUBLISHING and task["state"] == "running"]
    for pid in demo.table.pids() if ids else ():
        try:
            title = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if f"airflow worker -- {ids[0]}" in title:
            return pid
    return None


def kill_publishing_task(demo: DemoRun) -> None:
    """KILL it in the middle of its files, and wait until another try has written on."""
    poll_until(demo, lambda: published(demo) >= 1, seconds=420)
    pid = publishing_process(demo)
    assert pid is not None, "no process of the publishing task"
    os.kill(pid, signal.SIGKILL)
    so_far = published(demo)
    poll_until(demo, lambda: published(demo) > so_far, seconds=120)


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What was seen of both runs, gathered while everything was up."""

    phases: list[str]
    tries: int
    unexpected: list[Difference]
    pages: list[SeenFile]
    writes: dict[str, int]
    chains: list[AuditReport]
    logs: str
    elsewhere: list[str]
    peak_memory: int
    second_run_fine: bool
    second_run_writes: dict[str, int]
    survivors: list[int]
    open_ports: list[int]


@pytest.fixture(scope="module")
def evidence(folder: Path, slow_partners: Path) -> Evidence:
    """A run whose task and then scheduler are killed while it publishes, brought to its end; then a second run in the same state."""
    state = folder / "state"
    with DemoRun(state=state, partners=(PARTNER,), partner_folder=slow_partners, extra=SHORT_DETECTION) as demo:
        demo.start()
        demo.begin("ingest", "publish")
        kill_publishing_task(demo)
        assert demo.table.crash("scheduler"), "the publishing task is still at work as an orphan"
        time.sleep(2)
        demo.restart("scheduler")
        tries = 0
        while demo.poll():
            tries = max([tries, *(task["try_number"] for task in demo.courses[0].tasks if task["task_id"] == PUBLISHING)])
            time.sleep(0.5)
        demo.compare(act=1)
        pages = [page for page in read_files(wiki_url(demo.ports)).values() if page.uploader == BOT]
        first = (demo.world.writes(), demo.audit(), listening_elsewhere(demo.table.pids()), demo.peak_memory)
    logs = "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in state.rglob("*.log"))
    with DemoRun(state=state, partners=(PARTNER,), partner_folder=slow_partners, extra=SHORT_DETECTION) as again:
        again.start()
        fine = again.act("ingest", "publish", "sync")
        writes, pids, ports = again.world.writes(), again.table.pids(), again.ports
    return Evidence(
        phases=[course.phase for course in demo.courses], tries=tries, unexpected=demo.unexpected, pages=pages, writes=first[0], chains=first[1],
        logs=logs, elsewhere=first[2], peak_memory=first[3], second_run_fine=fine, second_run_writes=writes,
        survivors=[pid for pid in pids if still_runs(pid)],
        open_ports=[port for port in (ports.airflow, ports.wiki, ports.sources) if is_listening(port)],
    )  # fmt: skip


def test_a_killed_task_and_a_killed_scheduler_change_nothing_in_the_end(evidence: Evidence) -> None:
    assert evidence.phases == ["done"]
    assert evidence.tries >= 3, "one try for each kill, and the one that came to the end"
    assert evidence.unexpected == []
    fates = expected_fates([PARTNER], act=1)
    assert len(evidence.pages) == sum(fate.state == "verified" for key, fate in fates.items() if key[2])
    assert len({page.sha1 for page in evidence.pages}) == len(evidence.pages), "no bytes twice"
    assert all(report.ok for report in evidence.chains)


def test_nothing_was_sent_twice(evidence: Evidence) -> None:
    number = len(evidence.pages)
    assert (evidence.writes["upload"], evidence.writes["wbeditentity"]) == (number, number)
    for page in evidence.pages:
        assert page.versions == 1
        said = [str(claim["mainsnak"]) + str(claim.get("qualifiers")) for claims in page.statements.values() for claim in claims]
        assert len(said) == len(set(said)), f"no statement twice on {page.title}"


def test_the_orphans_late_write_was_refused_by_its_epoch(evidence: Evidence) -> None:
    assert re.search(r"claim on publish .* was taken over .* its write is refused", evidence.logs)


def test_every_socket_listened_on_loopback_and_memory_stayed_below_4_gb(evidence: Evidence) -> None:
    assert evidence.elsewhere == []
    assert 0 < evidence.peak_memory < 4096


def test_a_second_run_wrote_nothing_and_left_nothing_behind(evidence: Evidence) -> None:
    assert evidence.second_run_fine
    assert evidence.second_run_writes["total"] == evidence.writes["total"]
    assert evidence.survivors == []
    assert evidence.open_ports == []


def still_runs(pid: int) -> bool:
    """Whether it does anything: one whose end was only not collected yet by the system's first process has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False


def listening_elsewhere(pids: list[int]) -> list[str]:
    """Local addresses other than loopback on which these processes listen (from /proc)."""
    inodes = set()
    for pid in pids:
        for link in Path(f"/proc/{pid}/fd").glob("*"):
            try:
                name = str(link.readlink())
            except OSError:
                continue
            if name.startswith("socket:["):
                inodes.add(name[8:-1])
    found = []
    for table, loopback in (("/proc/net/tcp", "0100007F"), ("/proc/net/tcp6", "00000000000000000000000001000000")):
        for line in Path(table).read_text().splitlines()[1:]:
            fields = line.split()
            address, state, inode = fields[1], fields[3], fields[9]
            if state == "0A" and inode in inodes and address.rpartition(":")[0] != loopback:
                found.append(address)
    return found
