"""How much memory the demo's programs use together: proportional set size, so that shared pages count once. Linux only."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

_PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


def used_megabytes(pids: Iterable[int]) -> int:
    """0 where the system does not tell."""
    return sum(_kilobytes(pid) for pid in pids) // 1024


def _kilobytes(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    found = _PSS.search(text)
    return int(found[1]) if found else 0
