"""Starts the demo's programs and leaves none behind.

- Every program is the leader of a session of its own. Airflow gives task processes their own process *group*, so a group
  is not enough; a session holds all descendants.
- `stop` sends TERM to everything in these sessions, then KILL to what is left after `GRACE` seconds.
- The watchdog (a process of its own) does the same when this process dies without stopping, even by KILL.
- Only sessions that were started here are ever touched.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Self

GRACE = 6.0  # the triggerer takes ten on its own; nothing here loses by a KILL


def session_members(sessions: Iterable[int]) -> list[int]:
    """Ids of the processes that live in these sessions now."""
    wanted = set(sessions)
    return [pid for pid in _all_pids() if _session_of(pid) in wanted]


def end_sessions(sessions: Iterable[int], *, grace: float = GRACE) -> list[int]:
    """TERM, wait, KILL; the ids that had to be killed."""
    wanted = set(sessions)
    for pid in session_members(wanted):
        _signal(pid, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while session_members(wanted) and time.monotonic() < deadline:
        _reap(wanted)
        time.sleep(0.1)
    killed = session_members(wanted)
    while left := session_members(wanted):
        for pid in left:
            _signal(pid, signal.SIGKILL)
        _reap(wanted)
        time.sleep(0.05)
    return killed


class ProcessTable:
    """The running programs by name. A context manager: leaving it stops everything."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self._sessions: list[int] = []  # every one that was ever started here: orphans may outlive their leader
        self._watchdog: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.logs.mkdir(parents=True, exist_ok=True)
        self._watchdog = subprocess.Popen(
            [sys.executable, "-m", "glamflow.sandbox.demo.watchdog"], stdin=subprocess.PIPE, start_new_session=True
        )
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def start(self, name: str, argv: Sequence[str], env: Mapping[str, str], *, cwd: Path | None = None) -> None:
        with (self.logs / f"{name}.log").open("ab") as log:
            child = subprocess.Popen(
                list(argv), env=dict(env), cwd=cwd, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                start_new_session=True,
            )  # fmt: skip
        self.running[name] = child
        self._sessions.append(child.pid)
        self._tell(f"{child.pid}\n")

    def dead(self) -> list[str]:
        """Names of programs that ended although nobody stopped them."""
        return [name for name, child in self.running.items() if child.poll() is not None]

    def log_tail(self, name: str, *, lines: int = 15) -> str:
        path = self.logs / f"{name}.log"
        text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    def kill(self, name: str) -> None:
        """KILL one program and all its descendants (for tests): a machine that went down."""
        child = self.running.pop(name)
        end_sessions([child.pid], grace=0)
        child.wait()

    def crash(self, name: str) -> list[int]:
        """KILL one program only (for tests); the orphans that it leaves at work."""
        child = self.running.pop(name)
        child.kill()
        child.wait()
        return session_members([child.pid])

    def pids(self) -> list[int]:
        return session_members(self._sessions)

    def stop(self) -> None:
        end_sessions(self._sessions)
        for child in self.running.values():
            child.wait()
        self.running.clear()
        if self._watchdog is not None:
            self._tell("bye\n")
            _close(self._watchdog.stdin)
            self._watchdog.wait(timeout=10)
            self._watchdog = None

    def _tell(self, line: str) -> None:
        if self._watchdog is not None and self._watchdog.stdin is not None:
            self._watchdog.stdin.write(line.encode())
            self._watchdog.stdin.flush()


def _close(stream: IO[bytes] | None) -> None:
    if stream is not None:
        stream.close()


def _all_pids() -> list[int]:
    if Path("/proc/self").exists():
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]
    listing = subprocess.run(["/bin/ps", "-axo", "pid="], capture_output=True, text=True, check=True)
    return [int(word) for word in listing.stdout.split()]


def _session_of(pid: int) -> int | None:
    try:
        return os.getsid(pid) if not _is_zombie(pid) else None
    except (ProcessLookupError, PermissionError):
        return None


def _is_zombie(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] == "Z"


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _reap(leaders: Iterable[int]) -> None:
    for pid in leaders:
        try:
            os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            continue
