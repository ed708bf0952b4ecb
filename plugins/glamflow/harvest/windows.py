"""Harvest windows: slices of [since, until) whose borders lie on a fixed grid, so that every run cuts alike.

Rules
- Lengths are one ISO 8601 unit: P1D, P30D and P2W count from 1970-01-01 (weeks from the Monday 1970-01-05), P1M and
  P1Y follow the calendar.
- `since` moves down to the grid (a little too much is harmless, too little is not); only the last window may end off it.
- The first window has no lower bound if `since` is None: the earliest datestamp that a server states is often wrong.
"""

from __future__ import annotations

import datetime as dt
import re

from glamflow.harvest.protocol import Window
from glamflow.transforms.errors import ConfigInvalid

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MONDAY = dt.datetime(1970, 1, 5, tzinfo=dt.UTC)


def cut(
    since: dt.datetime | None,
    until: dt.datetime | None,
    *,
    length: str,
    set: str = "",
    earliest: dt.datetime | None = None,
    now: dt.datetime | None = None,
) -> list[Window]:
    """Windows over [since, until). Without `length`, or with nothing to begin or end with, one window covers all."""
    if since is not None and until is not None and since >= until:
        return []
    begin, end = since or earliest, until or now
    if not length or begin is None or end is None:
        return [_window(set, since, until)]
    if begin >= end:
        return [] if since is not None else [_window(set, None, until)]
    borders = [floor(begin, length)]
    while (following := _next(borders[-1], length)) < end:
        borders.append(following)
    bounds: list[tuple[dt.datetime | None, dt.datetime | None]] = []
    for number, border in enumerate(borders):
        last = number == len(borders) - 1
        bounds.append((None if since is None and number == 0 else border, until if last else borders[number + 1]))
    return [_window(set, low, high) for low, high in bounds]


def floor(moment: dt.datetime, length: str) -> dt.datetime:
    """The last border of the grid that is not after `moment`."""
    count, unit = _read(length)
    if unit in "DW":
        start, step = (_EPOCH, count) if unit == "D" else (_MONDAY, 7 * count)
        return start + dt.timedelta(days=(moment - start).days // step * step)
    step = count * (12 if unit == "Y" else 1)
    months = (moment.year * 12 + moment.month - 1) // step * step
    return dt.datetime(max(months // 12, 1), months % 12 + 1, 1, tzinfo=dt.UTC)


def halves(
    window: Window, *, smallest: dt.timedelta, low: dt.datetime | None = None, high: dt.datetime | None = None
) -> tuple[Window, Window] | None:
    """The window in two, cut at a whole multiple of `smallest`; None if it cannot be cut. An open end stays open:
    `low` and `high` only say where the middle of such a window lies."""
    begin, end = window.since or low, window.until or high
    if begin is None or end is None or (end - begin) // smallest < 2:
        return None
    begin = _EPOCH + (begin - _EPOCH) // smallest * smallest
    middle = begin + (end - begin) // smallest // 2 * smallest
    return _window(window.set, window.since, middle), _window(window.set, middle, window.until)


def _next(border: dt.datetime, length: str) -> dt.datetime:
    count, unit = _read(length)
    if unit in "DW":
        return border + dt.timedelta(days=count * (7 if unit == "W" else 1))
    months = border.year * 12 + border.month - 1 + count * (12 if unit == "Y" else 1)
    return dt.datetime(months // 12, months % 12 + 1, 1, tzinfo=dt.UTC)


def _read(length: str) -> tuple[int, str]:
    match = re.fullmatch(r"P(\d+)([DWMY])", length)
    if match is None or int(match[1]) == 0:
        raise ConfigInvalid(
            "partner file",
            f"“{length}” is no window length",
            key="source.window",
            fix="Write for example P1D, P30D or P1M.",
        )
    return int(match[1]), match[2]


def _window(set: str, since: dt.datetime | None, until: dt.datetime | None) -> Window:
    """Its id says everything about it, so equal windows have equal ids in every run."""
    low, high = (moment.strftime("%Y%m%dT%H%M%SZ") if moment else "" for moment in (since, until))
    return Window(id=f"{set}@{low}..{high}" if set else f"{low}..{high}", set=set, since=since, until=until)
