"""What every source looks like to the harvest step: pages of raw records, each page resumable.

A `Harvester` never writes anything; it yields pages as received and says what the next request would be.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Protocol

import msgspec


class RawRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One record as the source gave it. `payload` is the metadata part only (XML or JSON bytes), b"" if deleted."""

    key: str
    payload: bytes = b""
    digest: str = ""  # SHA-256 of the payload's canonical form, in which indentation does not count
    datestamp: str = ""
    sets: tuple[str, ...] = ()
    deleted: bool = False


class Quarantined(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a page that could not be read, with its bytes; the rest of the page goes on."""

    key: str
    reason: str
    payload: bytes


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """A slice of a source: set and half-open interval [since, until) of datestamps; None = unbounded."""

    id: str
    set: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One response. `resume` is the opaque state from which `pages` can go on after this page, "" at the end."""

    number: int
    raw: bytes
    request: dict[str, str]  # method, url, parameters, status, time, response date: kept beside the raw page
    records: tuple[RawRecord, ...]
    quarantined: tuple[Quarantined, ...] = ()
    resume: str = ""
    server_time: dt.datetime | None = None  # the source's clock (OAI responseDate)
    complete_list_size: int | None = None
    warnings: tuple[str, ...] = ()  # what the source did that is odd but does not make the window faulty


class SourceFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the source says of itself (Identify, or the API's answer); `granularity` is "day" or "second"."""

    name: str = ""
    earliest: dt.datetime | None = None
    granularity: str = "second"
    deleted: str = "no"  # no | transient | persistent
    server_time: dt.datetime | None = None
    formats: tuple[str, ...] = ()
    sets: tuple[tuple[str, str], ...] = ()


class Harvester(Protocol):
    """A source of records. Faults: `SourceUnavailable`, `RateLimited` (try later), `SourceRefused` (the question is wrong)."""

    def probe(self) -> SourceFacts: ...

    def windows(self, since: dt.datetime | None, until: dt.datetime | None) -> list[Window]:
        """Windows that cover [since, until), aligned to an epoch so that a later run makes the same ids."""
        ...

    def pages(self, window: Window, *, resume: str = "", first_number: int = 1) -> Iterator[Page]: ...
