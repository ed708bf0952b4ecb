"""What a list request asks for, and whether a record lies inside it.

Bounds of the protocol are inclusive on both sides and share one granularity; windows are half-open: `until` is the last
second or day before the window's end.
"""

from __future__ import annotations

import datetime as dt

from glamflow.harvest.envelope import parse_datestamp
from glamflow.harvest.protocol import RawRecord, Window
from glamflow.harvest.spec import SourceSpec


def list_arguments(
    spec: SourceSpec, window: Window, *, token: str = "", by_day: bool = False, single: bool = False
) -> dict[str, str]:
    """Arguments of ListRecords, or ListIdentifiers if records are read singly. A token stands alone with the verb."""
    arguments = {"verb": "ListIdentifiers" if single else "ListRecords"}
    if token:
        arguments["resumptionToken"] = token
        if spec.oai.resend_prefix:
            arguments["metadataPrefix"] = spec.format
        return arguments
    arguments["metadataPrefix"] = spec.format
    if window.since is not None:
        arguments["from"] = _stamp(window.since, by_day=by_day)
    if window.until is not None:
        step = dt.timedelta(microseconds=1) if by_day else dt.timedelta(seconds=1)
        arguments["until"] = _stamp(window.until - step, by_day=by_day)
    if window.set:
        arguments["set"] = window.set
    return arguments


def _stamp(moment: dt.datetime, *, by_day: bool) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%d" if by_day else "%Y-%m-%dT%H:%M:%SZ")


class Scope:
    """The set (or a set below it) and dates of a window; days count whole. What a record does not state is inside."""

    def __init__(self, window: Window, *, by_day: bool) -> None:
        self._set = window.set
        self._low = window.since
        self._high = window.until
        if by_day and window.since is not None:
            self._low = window.since.replace(hour=0, minute=0, second=0, microsecond=0)
        if by_day and window.until is not None:
            last = window.until - dt.timedelta(microseconds=1)
            self._high = last.replace(hour=0, minute=0, second=0, microsecond=0) + dt.timedelta(days=1)

    def holds(self, record: RawRecord) -> bool:
        if (
            self._set
            and record.sets
            and not any(one == self._set or one.startswith(self._set + ":") for one in record.sets)
        ):
            return False
        if self._low is None and self._high is None:
            return True
        moment = parse_datestamp(record.datestamp)
        if moment is None:
            return True
        return not ((self._low and moment < self._low) or (self._high and moment >= self._high))
