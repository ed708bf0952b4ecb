"""An OAI-PMH 2.0 repository as a source.

Rules (each from a fault seen at real servers; the cases stand in tests/edges/harvest/test_oai_faults.py)
- Completeness is proved by the end of the list, nothing else: an empty or missing resumption token, or `noRecordsMatch`
  on the first page. Whatever else stops a list makes its window faulty, loudly (`WindowFaulty`).
- A token goes out as it came in, alone with the verb. The most recent one may be used twice, so one repeat is legal;
  after `badResumptionToken` the window starts again from its beginning (pages repeat, records are known by key).
- Equal pages in circles, endless empty pages and endless lists are stopped.
- The first harvest sends no `from`; bounds are inclusive in the protocol, half-open here.
- A page that stays unreadable halves its window until the bad stretch is a day (an hour where seconds are
  offered) long; that one is read record by record.
- Where a format fails for single records, the window is read by ListIdentifiers and GetRecord.
"""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Iterator, Mapping

from glamflow.harvest.envelope import Envelope, is_envelope, parse_datestamp, read_envelope
from glamflow.harvest.http import Answer, FeedReader, join
from glamflow.harvest.oai_walk import Walk
from glamflow.harvest.protocol import Page, SourceFacts, Window
from glamflow.harvest.spec import SourceSpec
from glamflow.harvest.windows import cut
from glamflow.harvest.xml import child, children, local_name, text_of
from glamflow.transforms.errors import SourceUnavailable

_LONGEST_ADDRESS = 4000
_MAX_LIST_PAGES = 1000


class OaiPmhHarvester:
    """Implements `Harvester`. One instance asks `Identify` at most once."""

    def __init__(self, spec: SourceSpec, *, url: str, reader: FeedReader) -> None:
        self.spec = spec
        self.url = url
        self._reader = reader
        self._identity: SourceFacts | None = None

    def probe(self) -> SourceFacts:
        """Identify, ListMetadataFormats and ListSets."""
        facts = self.identify()
        formats = self.ask({"verb": "ListMetadataFormats"})
        names = [text_of(child(one, "metadataPrefix")) for one in children(formats.body)]
        return SourceFacts(
            name=facts.name,
            earliest=facts.earliest,
            granularity=facts.granularity,
            deleted=facts.deleted,
            server_time=facts.server_time,
            formats=tuple(name for name in names if name),
            sets=tuple(self._sets()),
        )

    def windows(self, since: dt.datetime | None, until: dt.datetime | None) -> list[Window]:
        facts = self.identify()
        if facts.granularity == "day":
            since, until = _day(since), _day_after(until)
        sets = self.spec.sets or ("",)
        return [
            window
            for name in sets
            for window in cut(
                since, until, length=self.spec.window, set=name, earliest=facts.earliest, now=facts.server_time
            )
        ]

    def pages(self, window: Window, *, resume: str = "", first_number: int = 1) -> Iterator[Page]:
        return Walk(self, window, max_empty=self.spec.oai.max_empty_pages).pages(resume, first_number)

    def scattered(self, count: int, dice: random.Random) -> Iterator[Page]:
        """First pages of lists that begin at `count` moments between the first datestamp and now."""
        facts = self.identify()
        end = facts.server_time or dt.datetime.now(dt.UTC)
        span = end - (facts.earliest or end)
        moments = sorted(end - span * dice.random() for _ in range(count))
        for number, moment in enumerate(moments, 1):
            since = _day(moment) if facts.granularity == "day" else moment.replace(microsecond=0)
            window = Window(id=f"{number}", set=dice.choice(self.spec.sets or ("",)), since=since)
            yield from itertools.islice(self.pages(window), 1)

    def record(self, identifier: str) -> tuple[bytes, Envelope]:
        """GetRecord: the answer as received, and as read."""
        answer, envelope = self.fetch(
            {"verb": "GetRecord", "identifier": identifier, "metadataPrefix": self.spec.format}
        )
        return answer.content, envelope

    def identify(self) -> SourceFacts:
        """What the server says of itself. `responseDate` is its clock: the next `from` is counted on it."""
        if self._identity is None:
            answer = self.ask({"verb": "Identify"})
            if answer.verb != "Identify":
                raise SourceUnavailable(self.url, "its answer to Identify holds no Identify element")
            granularity = text_of(child(answer.body, "granularity")).lower()
            deleted = text_of(child(answer.body, "deletedRecord")).lower()
            self._identity = SourceFacts(
                name=text_of(child(answer.body, "repositoryName")),
                earliest=parse_datestamp(text_of(child(answer.body, "earliestDatestamp"))),
                granularity="second" if "hh" in granularity else "day",
                deleted=deleted if deleted in ("transient", "persistent") else "no",
                server_time=answer.response_date,
            )
        return self._identity

    def refresh(self) -> None:
        """Ask Identify anew: raises if the server is down as a whole."""
        self._identity = None
        self.identify()

    def has_set(self, name: str) -> bool:
        """Whether ListSets still names it; True if the server has no list."""
        known = {spec for spec, _ in self._sets()}
        return not known or name in known

    def _sets(self) -> list[tuple[str, str]]:
        found: dict[str, str] = {}
        params = {"verb": "ListSets"}
        for _ in range(_MAX_LIST_PAGES):
            answer = self.ask(params)
            if answer.errors:
                break
            before = len(found)
            for one in children(answer.body):
                if local_name(one) == "set":
                    found[text_of(child(one, "setSpec"))] = text_of(child(one, "setName"))
            if not answer.token or len(found) == before:
                break
            params = {"verb": "ListSets", "resumptionToken": answer.token}
        return [(spec, name) for spec, name in found.items() if spec]

    def ask(self, params: Mapping[str, str]) -> Envelope:
        return self.fetch(params)[1]

    def fetch(self, params: Mapping[str, str]) -> tuple[Answer, Envelope]:
        """One request. An answer that is none, or an error code that the protocol does not know, is tried once more."""
        for attempt in (1, 2):
            post = self.spec.oai.post or len(join(self.url, params)) > _LONGEST_ADDRESS
            answer = self._reader.read(self.url, params, post=post, check=lambda one: is_envelope(one.content))
            try:
                envelope = read_envelope(
                    answer.content,
                    url=answer.request["url"],
                    content_type=answer.headers.get("content-type", ""),
                    headers_only=params["verb"] == "ListIdentifiers",
                )
            except SourceUnavailable:
                if attempt == 2:
                    raise
                continue
            unknown = envelope.codes - _CODES
            if not unknown or envelope.codes & _CODES:
                return answer, envelope
        code = ", ".join(sorted(unknown))
        raise SourceUnavailable(answer.request["url"], f"it reports an error that the protocol does not know ({code})")


_CODES = frozenset(
    {
        "badArgument", "badResumptionToken", "badVerb", "cannotDisseminateFormat", "idDoesNotExist", "noRecordsMatch",
        "noMetadataFormats", "noSetHierarchy",
    }
)  # fmt: skip


def _day(moment: dt.datetime | None) -> dt.datetime | None:
    """Midnight before: servers that know only days cannot be asked for less."""
    return None if moment is None else moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _day_after(moment: dt.datetime | None) -> dt.datetime | None:
    """Midnight after, or at `moment`: with both ends moved outwards a day that has begun is asked for whole."""
    midnight = _day(moment)
    return midnight if midnight is None or midnight == moment else midnight + dt.timedelta(days=1)
