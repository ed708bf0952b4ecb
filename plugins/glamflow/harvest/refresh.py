"""When to harvest again what was harvested already: sources forget to move datestamps and to tell of deletions.

| `source.refresh` | a run harvests besides what is new |
|---|---|
| absent | everything, if the last time is 30 days ago (90 where the source keeps its deletions for ever) |
| a duration (P30D) | everything, if the last time is so long ago |
| decay | old windows, each after a gap of half its age, at least a week, at most half a year |
| never | nothing |

A harvest of everything is also what tells vanished records: see `steps/absence.py`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Protocol

from glamflow.harvest.protocol import Window
from glamflow.harvest.spec import SourceSpec

_UNIT_DAYS = {"D": 1, "W": 7, "M": 30, "Y": 365}
_SHORTEST, _LONGEST = dt.timedelta(days=7), dt.timedelta(days=182)
MAX_WINDOWS = 20  # old windows that one run takes along, oldest harvest first


class Harvested(Protocol):
    """A window and when it was last completed."""

    @property
    def id(self) -> str: ...
    @property
    def set_spec(self) -> str: ...
    @property
    def since(self) -> dt.datetime | None: ...
    @property
    def until(self) -> dt.datetime | None: ...
    @property
    def finished_at(self) -> dt.datetime | None: ...


def whole_again(spec: SourceSpec, known: Iterable[Harvested], *, now: dt.datetime) -> bool:
    """Whether it is time to harvest everything."""
    if spec.refresh in ("decay", "never"):
        return False
    gap = _length(spec.refresh or ("P90D" if spec.deleted == "persistent" else "P30D"))
    beginnings = [one.finished_at for one in known if one.since is None and one.finished_at is not None]
    return bool(beginnings) and now - max(beginnings) >= gap


def old_windows(spec: SourceSpec, known: Iterable[Harvested], *, now: dt.datetime) -> list[Window]:
    """Windows whose turn it is by decay. One without an end is never old: the incremental harvest is at it."""
    if spec.refresh != "decay":
        return []
    due = [
        (one.finished_at, one)
        for one in known
        if one.until is not None and one.finished_at is not None and now - one.finished_at >= _gap(now - one.until)
    ]
    due.sort(key=lambda pair: (pair[0], pair[1].id))
    return [Window(id=one.id, set=one.set_spec, since=one.since, until=one.until) for _, one in due[:MAX_WINDOWS]]


def covers_all(windows: Iterable[Harvested], sets: Iterable[str]) -> bool:
    """Whether these windows leave no gap in any of `sets`."""
    found = list(windows)
    return all(_unbroken([one for one in found if one.set_spec == name]) for name in sets)


def _unbroken(windows: list[Harvested]) -> bool:
    reached: dt.datetime | None = None
    bounded = sorted(windows, key=lambda one: one.since or dt.datetime.min.replace(tzinfo=dt.UTC))
    if not bounded or bounded[0].since is not None:
        return False
    for one in bounded:
        if one.since is not None and (reached is None or one.since > reached):
            return False
        if one.until is None:
            return True
        reached = one.until if reached is None else max(reached, one.until)
    return False


def _gap(age: dt.timedelta) -> dt.timedelta:
    return min(max(age / 2, _SHORTEST), _LONGEST)


def _length(text: str) -> dt.timedelta:
    match = re.fullmatch(r"P(\d+)([DWMY])", text)
    return dt.timedelta(days=int(match[1]) * _UNIT_DAYS[match[2]]) if match else _LONGEST
