"""The demo leaves no process behind, however it ends. Real processes, short-lived."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from glamflow.sandbox.demo.processes import ProcessTable, end_sessions, session_members

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]

# Like an Airflow task: a child in a process group of its own, deaf to TERM.
STUBBORN = [
    sys.executable, "-c",
    "import os, signal, time\n"
    "if os.fork() == 0:\n"
    "    os.setpgid(0, 0)\n"
    "    signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "time.sleep(60)\n",
]  # fmt: skip

# A demo that dies at once, without a word to anybody.
DYING = """
import os, signal, sys
from pathlib import Path
from glamflow.sandbox.demo.processes import ProcessTable
table = ProcessTable(Path(sys.argv[1])).__enter__()
table.start("sleeper", [sys.executable, "-c", "import time; time.sleep(60)"], os.environ)
print(table.running["sleeper"].pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def _wait(condition: object, *, seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if callable(condition) and condition():
            return True
        time.sleep(0.05)
    return False


def test_leaving_the_table_ends_every_program(tmp_path: Path) -> None:
    with ProcessTable(tmp_path) as table:
        table.start("one", SLEEPER, os.environ)
        table.start("two", SLEEPER, os.environ)
        sessions = [child.pid for child in table.running.values()]
        assert sorted(table.pids()) == sorted(sessions)
    assert session_members(sessions) == []


def test_a_descendant_in_another_group_that_ignores_term_ends_too(tmp_path: Path) -> None:
    with ProcessTable(tmp_path) as table:
        table.start("stubborn", STUBBORN, os.environ)
        session = table.running["stubborn"].pid
        assert _wait(lambda: len(session_members([session])) == 2)
        time.sleep(0.2)  # the child has to have set its signal handler
        assert len(end_sessions([session], grace=0.3)) == 1
        assert session_members([session]) == []


def test_an_interrupt_ends_every_program(tmp_path: Path) -> None:
    table = ProcessTable(tmp_path)
    with contextlib.suppress(KeyboardInterrupt), table:
        table.start("one", SLEEPER, os.environ)
        session = table.running["one"].pid
        raise KeyboardInterrupt
    assert session_members([session]) == []


def test_killing_the_demo_itself_ends_its_programs(tmp_path: Path) -> None:
    demo = subprocess.run([sys.executable, "-c", DYING, str(tmp_path)], capture_output=True, text=True, check=False, timeout=30)
    assert demo.returncode == -signal.SIGKILL
    session = int(demo.stdout)
    assert _wait(lambda: session_members([session]) == [])


def test_a_program_that_ends_by_itself_is_named_with_its_last_words(tmp_path: Path) -> None:
    with ProcessTable(tmp_path) as table:
        table.start("weak", [sys.executable, "-c", "print('no disk'); raise SystemExit(3)"], os.environ)
        assert _wait(lambda: table.dead() == ["weak"])
        assert table.log_tail("weak") == "no disk"


def test_a_crash_can_be_played_and_the_others_live_on(tmp_path: Path) -> None:
    with ProcessTable(tmp_path) as table:
        table.start("one", SLEEPER, os.environ)
        table.start("two", SLEEPER, os.environ)
        table.kill("one")
        assert list(table.running) == ["two"]
        assert table.dead() == []


def test_orphans_of_a_crashed_program_live_on_and_end_with_the_table(tmp_path: Path) -> None:
    with ProcessTable(tmp_path) as table:
        table.start("stubborn", STUBBORN, os.environ)
        session = table.running["stubborn"].pid
        assert _wait(lambda: len(session_members([session])) == 2)
        orphans = table.crash("stubborn")
        assert len(orphans) == 1
        assert table.pids() == orphans
        end_sessions([session], grace=0)
    assert session_members([session]) == []


def test_processes_of_others_are_never_touched(tmp_path: Path) -> None:
    stranger = subprocess.Popen(SLEEPER, start_new_session=True)
    try:
        with ProcessTable(tmp_path) as table:
            table.start("one", SLEEPER, os.environ)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()
