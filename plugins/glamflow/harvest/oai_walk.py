"""Following one window of an OAI-PMH list to an end that can be believed. The rules stand in `oai_pmh.py`.

State after each page is a small JSON object, the page's `resume`; from it the walk goes on in another process.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from glamflow.harvest.envelope import Envelope
from glamflow.harvest.http import Answer
from glamflow.harvest.oai_scope import Scope, list_arguments
from glamflow.harvest.oai_single import read_singly
from glamflow.harvest.protocol import Page, Quarantined, RawRecord, Window
from glamflow.harvest.windows import halves
from glamflow.transforms.errors import RateLimited, SourceRefused, SourceUnavailable, WindowFaulty

if TYPE_CHECKING:
    from glamflow.harvest.oai_pmh import OaiPmhHarvester

_RING = 8
_MAX_RESTARTS = 2
_MAX_PAGES = 200_000
_EXCEEDED, _SPARE = 20, 10_000  # times what was announced, and so many more
_SMALLEST = {"day": dt.timedelta(days=1), "second": dt.timedelta(seconds=1)}


class State(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Where a walk stands. `spans` are the stretches still to do, the first one is current."""

    spans: list[tuple[dt.datetime | None, dt.datetime | None]]
    token: str = ""
    seen: int = 0  # records of the current span, quarantined ones included
    size: int | None = None  # completeListSize of the current span
    announced: int | None = None  # the same as its first page said it
    inside: int = 0  # of the records seen, those that were asked for
    strayed: bool = False  # later pages held others as well
    empty: int = 0  # empty pages in a row
    restarts: int = 0
    ring: list[str] = msgspec.field(default_factory=list)
    by_day: bool = False  # the server refused seconds
    single: bool = False  # ListIdentifiers and GetRecord
    matched: bool | None = None  # the first page kept to what was asked for


class Walk:
    """Pages of one window."""

    def __init__(self, source: OaiPmhHarvester, window: Window, *, max_empty: int) -> None:
        self.source = source
        self.window = window
        self.max_empty = max_empty
        self._repeated = False  # the current token was tried a second time
        self._notes: list[str] = []

    def pages(self, resume: str, number: int) -> Iterator[Page]:
        state = State(spans=[(self.window.since, self.window.until)])
        if resume:
            state = msgspec.json.decode(resume, type=State)
        for _ in range(_MAX_PAGES):
            page = self._step(state, number)
            if page is not None:
                number += 1
                yield page
            if not state.spans:
                return
        raise self._faulty(f"it does not end after {_MAX_PAGES} pages")

    def _step(self, state: State, number: int) -> Page | None:
        """One request; moves `state` on. None where nothing came that is worth a page."""
        span = self._span(state)
        arguments = list_arguments(
            self.source.spec, span, token=state.token, by_day=self._by_day(state), single=state.single
        )
        try:
            answer, envelope = self.source.fetch(arguments)
            if not envelope.errors and not envelope.verb:
                raise SourceUnavailable(answer.request["url"], "its answer holds neither a list nor an error")
        except SourceUnavailable as fault:
            self._get_round(state, span, fault)
            return None
        if envelope.errors:
            return self._error(state, span, answer, envelope, number)
        self._repeated = False
        return self._page(state, span, answer, envelope, number)

    def _page(self, state: State, span: Window, answer: Answer, envelope: Envelope, number: int) -> Page:
        raw, records, quarantined = answer.content, envelope.records, envelope.quarantined
        if state.single:
            raw, records, quarantined = read_singly(self.source, answer, envelope)
        self._count(state, envelope, keys=[record.key for record in envelope.records])
        records = self._kept(state, span, records)
        token = envelope.token or ""
        if token and token == state.token:
            self._note("the same resumption token came back with other records")
        state.token = token
        if not token:
            if state.strayed and state.announced is not None and state.inside < state.announced:
                # Not only more than was asked for, but also less: its tokens mean something else than its first page.
                what = f"behind its tokens are other records, {state.announced - state.inside} of those announced never came"
                self._get_round(state, span, SourceUnavailable(answer.request["url"], what), why=what)
            else:
                if state.size is not None and state.seen != state.size:
                    self._note(f"completeListSize says {state.size}, the list held {state.seen}")
                self._next_span(state)
        return self._made(state, answer, envelope, number, raw=raw, records=records, quarantined=quarantined)

    def _count(self, state: State, envelope: Envelope, *, keys: list[str]) -> None:
        """Guards against circles and endless emptiness; keeps the numbers."""
        got = len(keys) + len(envelope.quarantined)
        if envelope.cursor is not None and envelope.cursor != state.seen and state.restarts == 0:
            self._note(f"the cursor says {envelope.cursor}, {state.seen} records came before")
        if not state.token:
            state.announced = envelope.complete_list_size
        state.size = envelope.complete_list_size if envelope.complete_list_size is not None else state.size
        state.empty = 0 if got else state.empty + 1
        if envelope.token and state.empty > self.max_empty:
            raise self._faulty(f"{state.empty} empty pages in a row, each with a further token")
        self._require_end(state, got)
        if got and keys:
            mark = hashlib.sha256("\n".join(keys).encode("utf-8", "replace")).hexdigest()[:16]
            if mark in state.ring and envelope.token:
                raise self._faulty("the list runs in a circle: a page came again under another or the same token")
            state.ring = [*state.ring, mark][-_RING:]
        state.seen += got
        state.inside += len(envelope.quarantined)

    def _require_end(self, state: State, got: int) -> None:
        """A list that never ends and never repeats itself: known by what the partner file allows, else by the announced size.

        That size is a hint at most: some servers tell the length of the page, some stop counting at a round number.
        """
        most, size, seen = self.source.spec.max_records, state.size or 0, state.seen + got
        if most and seen > most:
            raise self._faulty(f"the list holds more than {most} records, the most that source.max_records allows")
        if not most and size > got and size % 1000 and seen > _EXCEEDED * size + _SPARE:
            raise self._faulty(f"the list goes on after {seen} records, its completeListSize says {size}; source.max_records allows more")

    def _kept(self, state: State, span: Window, records: tuple[RawRecord, ...]) -> tuple[RawRecord, ...]:
        """Some servers forget set and dates behind a token: if the first page kept to them, later ones must too."""
        scope = Scope(span, by_day=self._by_day(state))
        inside = tuple(record for record in records if scope.holds(record))
        state.inside += len(inside)
        if state.matched is None and records:
            state.matched = len(inside) == len(records)
            if not state.matched:
                self._note(f"{len(records) - len(inside)} records lie outside the set or dates asked for")
            return records
        if state.matched and len(inside) < len(records):
            state.strayed = True
            self._note(f"{len(records) - len(inside)} records outside the set or dates asked for were left out")
            return inside
        return records

    def _error(self, state: State, span: Window, answer: Answer, envelope: Envelope, number: int) -> Page | None:
        codes = envelope.codes
        if "noRecordsMatch" in codes:
            return self._nothing(state, span, answer, envelope, number)
        if "badResumptionToken" in codes and state.token:
            return self._lost_token(state, answer, envelope, number)
        if "badArgument" in codes and not state.token and not self._by_day(state) and (span.since or span.until):
            state.by_day = True
            self._note("the server refused seconds; asked by days")
            return None
        if "cannotDisseminateFormat" in codes and not state.single:
            if self.source.spec.format in self.source.probe().formats:
                self._read_singly(state, "the format fails for some records")
                return None
            raise self._refused(answer, envelope, "ListMetadataFormats names the formats there are (source.format).")
        if "noSetHierarchy" in codes:
            raise self._refused(answer, envelope, "This source has no sets: remove source.sets.")
        raise self._refused(answer, envelope)

    def _nothing(self, state: State, span: Window, answer: Answer, envelope: Envelope, number: int) -> Page:
        if not state.token:
            if span.set and not self.source.has_set(span.set):
                raise self._refused(answer, envelope, f"The set “{span.set}” is not offered any more; ask the partner.")
        elif state.size is not None and state.seen < state.size:
            raise self._faulty(f"noRecordsMatch after {state.seen} of {state.size} records")
        else:
            self._note("the list ended with noRecordsMatch instead of an empty token")
        self._next_span(state)
        return self._made(state, answer, envelope, number, raw=answer.content)

    def _lost_token(self, state: State, answer: Answer, envelope: Envelope, number: int) -> Page | None:
        if not self._repeated:
            self._repeated = True
            return None
        self._repeated = False
        if state.size is not None and state.seen >= state.size:
            self._note("badResumptionToken behind the last record that was announced; taken as the end")
            self._next_span(state)
            return self._made(state, answer, envelope, number, raw=answer.content)
        if state.restarts >= _MAX_RESTARTS:
            raise self._faulty(f"its resumption tokens expire before they are used ({state.restarts + 1} times)")
        self._note("the resumption token expired; the window starts again")
        restarts = state.restarts + 1
        self._begin(state)
        state.restarts = restarts
        return None

    def _get_round(self, state: State, span: Window, fault: SourceUnavailable, *, why: str = "") -> None:
        """A page that stays unreadable although the server lives: halve the window, at last read record by record."""
        why = why or f"a page could not be read ({fault.what})"
        if fault.retry_after is not None:
            raise fault  # it said when to come back: it is busy, not broken
        try:
            self.source.refresh()
        except (SourceUnavailable, RateLimited, SourceRefused):
            raise fault from None
        facts = self.source.identify()
        smallest = _SMALLEST["day" if self._by_day(state) else "second"]
        parts = halves(span, smallest=max(smallest, dt.timedelta(hours=1)), low=facts.earliest, high=facts.server_time)
        if parts is not None and not state.single:
            self._note(f"{why}; its window is halved")
            state.spans[:1] = [(part.since, part.until) for part in parts]
            self._begin(state)
        elif not state.single:
            self._read_singly(state, why)
        else:
            raise self._faulty(f"neither pages nor single identifiers can be listed ({fault.what})") from fault

    def _read_singly(self, state: State, why: str) -> None:
        self._note(f"{why}; records are asked for one by one")
        self._begin(state)
        state.single = True

    def _begin(self, state: State) -> None:
        """Back to the start of the current span."""
        state.token, state.seen, state.size, state.empty, state.ring = "", 0, None, 0, []
        state.announced, state.inside, state.strayed = None, 0, False
        state.matched = None
        self._repeated = False

    def _next_span(self, state: State) -> None:
        del state.spans[0]
        self._begin(state)
        state.restarts, state.single = 0, False

    def _made(
        self,
        state: State,
        answer: Answer,
        envelope: Envelope,
        number: int,
        *,
        raw: bytes,
        records: tuple[RawRecord, ...] = (),
        quarantined: tuple[Quarantined, ...] = (),
    ) -> Page:
        moment = envelope.response_date
        notes, self._notes = self._notes, []
        return Page(
            number=number,
            raw=raw,
            request=answer.request | ({"response_date": moment.isoformat()} if moment else {}),
            records=records,
            quarantined=quarantined,
            resume=msgspec.json.encode(state).decode() if state.spans else "",
            server_time=moment,
            complete_list_size=envelope.complete_list_size,
            warnings=(*envelope.warnings, *notes),
        )

    def _span(self, state: State) -> Window:
        since, until = state.spans[0]
        return Window(id=self.window.id, set=self.window.set, since=since, until=until)

    def _by_day(self, state: State) -> bool:
        return state.by_day or self.source.identify().granularity == "day"

    def _note(self, warning: str) -> None:
        if warning not in self._notes:
            self._notes.append(warning)

    def _faulty(self, problem: str) -> WindowFaulty:
        return WindowFaulty(self.window.id, problem)

    def _refused(self, answer: Answer, envelope: Envelope, hint: str = "") -> SourceRefused:
        """The server's own words, with the code."""
        said = "; ".join(f"{error.code}: {error.message}".rstrip(": ") for error in envelope.errors)
        return SourceRefused(f"{answer.request['url']} is refused by the source: {said}.", hint=hint)
