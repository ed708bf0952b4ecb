"""The harvest step under kill -9: the same records as an undisturbed run, finished windows never fetched again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from feed_partner import environment, ingest, inside, records
from oai_feed import Feed

WORKER = """
from glamflow.steps.deps import build_deps
from glamflow.steps import harvest
deps = build_deps()
for windows in harvest.plan_windows(deps, "feed-museum", "run-1", {"until": "2027-07-13"}):
    harvest.harvest_windows(deps, windows)
"""


def test_a_harvest_of_a_hundred_pages_killed_at_any_moment_goes_on_in_its_window(tmp_path: Path) -> None:
    with Feed(records=500, page=5) as feed:
        variables = environment(tmp_path, feed.url, window="P100D")
        kills = [13, 44, 71]
        code = -signal.SIGKILL
        while code == -signal.SIGKILL:
            process = subprocess.Popen([sys.executable, "-c", WORKER], env=os.environ | variables)
            feed.before = _killer(feed, process.pid, kills)
            code = process.wait(timeout=60)
        assert (code, kills) == (0, [])
        asked = list(feed.lists)
        with inside(variables) as deps:
            killed = records(deps)
    with Feed(records=500, page=5) as feed:
        (tmp_path / "other").mkdir()
        with inside(environment(tmp_path / "other", feed.url, window="P100D")) as deps:
            ingest(deps, "run-1", until="2027-07-13")
            assert killed == records(deps)
        undisturbed = list(feed.lists)
    assert len(killed) == 500
    # Repeated pages lie in the windows that were under way when the process died, none of them before its last commit.
    again = [page for page, number in Counter(asked).items() if number > 1]
    assert len(asked) <= len(undisturbed) + 3 * 20
    assert len({page.rpartition(",")[0] for page in again}) <= 3
    assert max(Counter(asked).values()) == 2


def test_a_run_of_the_command_that_was_killed_is_gone_on_with_at_once(tmp_path: Path) -> None:
    with Feed(records=500, page=10) as feed:
        variables = {name: value for name, value in environment(tmp_path, feed.url).items() if not name.startswith("AIRFLOW_")}
        command = [sys.executable, "-c", "from glamflow.cli import main; main()", "run", "feed-museum", "--only", "ingest"]
        kills = [25, 47]
        told, code = "", -signal.SIGKILL
        while code == -signal.SIGKILL:
            with subprocess.Popen(command, env=os.environ | variables, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
                feed.before = _killer(feed, process.pid, kills)
                told = process.communicate(timeout=60)[1]  # far shorter than the lease of the dead one
                code = process.returncode
        asked = list(feed.lists)
    assert (code, kills) == (0, [])
    assert "Going on with ingest/" in told
    assert len(asked) <= 50 + 2 * 20
    assert asked.count(asked[0]) == 1  # the first pages were committed before the first kill
    with inside(variables) as deps:
        states = records(deps)
        assert len(states) == 500
        assert "harvested" not in states.values()


def _killer(feed: Feed, pid: int, kills: list[int]) -> Any:
    def before() -> None:
        if kills and len(feed.lists) >= kills[0]:
            kills.pop(0)
            os.kill(pid, signal.SIGKILL)

    return before
