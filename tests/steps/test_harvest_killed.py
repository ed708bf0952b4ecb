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


def _killer(feed: Feed, pid: int, kills: list[int]) -> Any:
    def before() -> None:
        if kills and len(feed.lists) >= kills[0]:
            kills.pop(0)
            os.kill(pid, signal.SIGKILL)

    return before
