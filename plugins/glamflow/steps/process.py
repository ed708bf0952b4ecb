"""Which process a worker is, so that its successor can tell whether it is dead: `<machine>:<pid>`.

The machine is its boot and its space of process numbers, not its name: containers share names, and numbers start again with
every boot. Where the system does not tell these, nothing is said of any other process, and its lease has to end.
"""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path


def this_process() -> str:
    """This process, as part of a worker's name."""
    return f"{_machine()}:{os.getpid()}"


def is_dead(worker: str) -> bool:
    """Whether `worker` was a process of this machine that is no more. A number in use again counts as alive."""
    machine, _, pid = worker.rpartition("#")[2].partition(":")
    if not pid.isdecimal() or machine != _machine() or machine == _UNKNOWN:
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return _is_zombie(pid)


_UNKNOWN = "unknown"


@cache
def _machine() -> str:
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
        space = os.readlink("/proc/self/ns/pid")
    except OSError:
        return _UNKNOWN
    return hashlib.sha256(f"{boot} {space}".encode()).hexdigest()[:12]


def _is_zombie(pid: str) -> bool:
    """Killed, and nobody has asked how it ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0] == "Z"
    except (OSError, IndexError):
        return False
