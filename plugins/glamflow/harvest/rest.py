"""A JSON API as a source: five declared paginations (`paging.py`), records and identifiers at declared paths.

Rules
- A payload is the record as canonical JSON (sorted keys), so that equal content has an equal digest.
- Complete or loudly not: fewer records than `total` states, a page that comes twice, or endless paging make the window
  faulty (`WindowFaulty`); small drifts of `total` while reading are only a warning.
- Addresses that the API gives (next links) are followed on its own host, or on public hosts without the secret.
- Without `since_param` a source has one window without bounds.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import random
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import msgspec
from lxml import etree

from glamflow.harvest.extras import complete
from glamflow.harvest.http import Answer, FeedReader
from glamflow.harvest.id_list import IdListWalk
from glamflow.harvest.json_path import MISSING, as_flag, as_text, as_texts, look, read_json
from glamflow.harvest.paging import Step, first_step, next_step, parameters, rest_of, total_of
from glamflow.harvest.protocol import Page, Quarantined, RawRecord, SourceFacts, Window
from glamflow.harvest.records import canonical, payload_digest
from glamflow.harvest.spec import SourceSpec
from glamflow.harvest.windows import cut
from glamflow.harvest.xml import local_name, parse, value_of
from glamflow.transforms.digest import canonical_payload, digest_bytes
from glamflow.transforms.errors import AddressRefused, SourceRefused, SourceUnavailable, WindowFaulty

_MAX_PAGES = 200_000
_MAX_EMPTY = 10
_RING = 8
_DRIFT = 0.02


class State(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Where a list stands after a page."""

    step: Step
    seen: int = 0
    empty: int = 0
    total: int | None = None
    ring: list[str] = msgspec.field(default_factory=list)


class RestHarvester:
    """Implements `Harvester`."""

    def __init__(self, spec: SourceSpec, *, url: str, reader: FeedReader) -> None:
        self.spec = spec
        self.url = url
        self.rest = rest_of(spec)
        self._reader = reader

    def probe(self) -> SourceFacts:
        """The first page, for its clock and to see that the paths of the partner file lead somewhere."""
        answer, body = self.ask(first_step(self.spec), window=None)
        self.items(answer, body)
        return SourceFacts(name=urlsplit(self.url).hostname or "", server_time=server_time(answer))

    def windows(self, since: dt.datetime | None, until: dt.datetime | None) -> list[Window]:
        return cut(since if self.rest.since_param else None, None, length="")

    def pages(self, window: Window, *, resume: str = "", first_number: int = 1) -> Iterator[Page]:
        if self.rest.pagination == "id_list":
            yield from IdListWalk(self, window).pages(resume, first_number)
            return
        state = State(step=first_step(self.spec))
        if resume:
            state = msgspec.json.decode(resume, type=State)
        for number in range(first_number, first_number + _MAX_PAGES):
            page, ended = self._page(state, window, number)
            yield page
            if ended:
                return
        raise WindowFaulty(window.id, f"it does not end after {_MAX_PAGES} pages")

    def scattered(self, count: int, dice: random.Random) -> Iterator[Page]:
        """Pages at `count` random places, where pages are numbered and their number is known; nothing otherwise."""
        if self.rest.pagination not in ("page_number", "offset"):
            return
        window = Window(id="..")
        first, body = self.ask(first_step(self.spec), window=None)
        total, size = total_of(self.spec, body), len(self.items(first, body))
        if not total or not size:
            return
        pages = -(-total // size)
        for number, place in enumerate(sorted(dice.sample(range(pages), min(count, pages))), 1):
            start = first_step(self.spec).position
            step = Step(position=start + place * (1 if self.rest.pagination == "page_number" else size))
            yield self._page(State(step=step, seen=place * size), window, number)[0]

    def _page(self, state: State, window: Window, number: int) -> tuple[Page, bool]:
        """One request; moves `state` on."""
        answer, body = self.ask(state.step, window=window)
        items = self.items(answer, body)
        records, quarantined = self.read_items(items)
        self._guard(state, window, items)
        state.total = total_of(self.spec, body) if total_of(self.spec, body) is not None else state.total
        following = next_step(self.spec, state.step, body=body, answer=answer, received=len(items), seen=state.seen)
        warnings = self._judge_end(state, window) if following is None else ()
        state.step = following or state.step
        page = Page(
            number=number,
            raw=answer.content,
            request=answer.request,
            records=records,
            quarantined=quarantined,
            resume="" if following is None else msgspec.json.encode(state).decode(),
            server_time=server_time(answer),
            complete_list_size=state.total,
            warnings=warnings,
        )
        return page, following is None

    def _guard(self, state: State, window: Window, items: list[Any]) -> None:
        """Circles, endless emptiness and lists longer than can be believed."""
        state.seen += len(items)
        if self.spec.max_records and state.seen > self.spec.max_records:
            raise WindowFaulty(window.id, f"the list holds more than {self.spec.max_records} records, the most that source.max_records allows")
        state.empty = 0 if items else state.empty + 1
        if state.empty > _MAX_EMPTY:
            raise WindowFaulty(window.id, f"{state.empty} empty pages in a row, each with a further page announced")
        if items:
            mark = hashlib.sha256(msgspec.json.encode(items, enc_hook=etree.tostring)).hexdigest()[:16]
            if mark in state.ring:
                raise WindowFaulty(window.id, "the list runs in a circle: a page came a second time")
            state.ring = [*state.ring, mark][-_RING:]

    def _judge_end(self, state: State, window: Window) -> tuple[str, ...]:
        if state.total is None or state.seen == state.total:
            return ()
        if state.seen < state.total * (1 - _DRIFT):
            raise WindowFaulty(window.id, f"the list ended after {state.seen} of {state.total} records")
        return (f"the source states {state.total} records, the list held {state.seen}",)

    def ask(self, step: Step, *, window: Window | None) -> tuple[Answer, Any]:
        """One page of the list."""
        if step.url:
            return self.fetch(step.url, {})
        params = parameters(self.spec, step)
        if window is not None and window.since is not None and self.rest.since_param:
            params[self.rest.since_param] = self._since(window.since)
        return self.fetch(self.url, params)

    def fetch(self, url: str, params: dict[str, str]) -> tuple[Answer, Any]:
        """One answer as JSON; anything else is tried once more, then the source is down."""
        secret = _origin(url) == _origin(self.url)
        for attempt in (1, 2):
            answer = self._reader.read(url, params, secret=secret)
            try:
                return answer, self._read(answer.content)
            except (ValueError, etree.XMLSyntaxError) as error:
                if attempt == 2:
                    kind = "an HTML page" if answer.content.lstrip()[:1] == b"<" and self.rest.answer == "json" else "something"
                    raise SourceUnavailable(
                        answer.request["url"], f"it answers with {kind} instead of {self.rest.answer.upper()} ({error})"
                    ) from error
        raise AssertionError("unreachable: the second attempt returns or raises")

    def _read(self, content: bytes) -> Any:
        """JSON as it is; of XML the elements and values that the partner file names, under those names."""
        if self.rest.answer == "json":
            return read_json(content)
        if b"<!DOCTYPE" in content[:4096].upper():
            raise SourceRefused(f"{self.url} answers with a document type declaration, which we do not read.")
        root = parse(content)
        values = {name: value_of(root, name) for name in (self.rest.total, self.rest.next) if name}
        return values | {self.rest.records: [one for one in root.iter() if local_name(one) == self.rest.records]}

    def items(self, answer: Answer, body: Any) -> list[Any]:
        """The list at `source.rest.records`."""
        found = look(body, self.rest.records)
        if isinstance(found, list):
            return found
        if found is None or total_of(self.spec, body) == 0:
            return []
        told = "no value" if found is MISSING else "no list"
        raise SourceRefused(
            f"{answer.request['url']} answers with {told} at “{self.rest.records}” (source.rest.records).",
            hint=f"It begins: {answer.content[:200].decode('utf-8', 'replace')}",
        )

    def read_items(self, items: list[Any]) -> tuple[tuple[RawRecord, ...], tuple[Quarantined, ...]]:
        records: list[RawRecord] = []
        quarantined: list[Quarantined] = []
        for item in items:
            found = self._read_element(item) if isinstance(item, etree._Element) else self._read_object(item)
            if isinstance(found, RawRecord):
                records.append(found)
            else:
                quarantined.append(found)
        return tuple(records), tuple(quarantined)

    def _read_object(self, item: Any) -> RawRecord | Quarantined:
        key = as_text(look(item, self.rest.id))
        if not isinstance(item, dict) or not key:
            problem = f"there is no identifier at “{self.rest.id}”" if isinstance(item, dict) else "it is no JSON object"
            return Quarantined(key=key, reason=problem, payload=msgspec.json.encode(item, order="sorted"))
        try:
            return self.read_item(item, key)
        except AddressRefused:
            raise
        except SourceRefused as refusal:
            return Quarantined(key=key, reason=refusal.what, payload=msgspec.json.encode(item, order="sorted"))

    def _read_element(self, element: etree._Element) -> RawRecord | Quarantined:
        payload, key = canonical(element), value_of(element, self.rest.id)
        if not key:
            return Quarantined(key="", reason=f"there is no identifier at “{self.rest.id}”", payload=payload)
        deleted = bool(self.rest.deleted) and as_flag(value_of(element, self.rest.deleted))
        kept = b"" if deleted else payload
        return RawRecord(
            key=key, payload=kept, digest=payload_digest(kept) if kept else "", datestamp=value_of(element, self.rest.modified), deleted=deleted
        )

    def read_item(self, item: dict[str, Any], key: str) -> RawRecord:
        rest = self.rest
        deleted = bool(rest.deleted) and as_flag(look(item, rest.deleted))
        whole = item if deleted else complete(item, rest, lambda address: self.fetch(urljoin(self.url, address), {})[1])
        payload = b"" if deleted else canonical_payload(msgspec.json.encode(whole))
        return RawRecord(
            key=key,
            payload=payload,
            digest=digest_bytes(payload) if payload else "",
            datestamp=as_text(look(item, rest.modified)) if rest.modified else "",
            sets=as_texts(look(item, rest.sets)) if rest.sets else (),
            deleted=deleted,
        )

    def _since(self, moment: dt.datetime) -> str:
        moment = moment.astimezone(dt.UTC)
        if self.rest.since_format == "epoch":
            return str(int(moment.timestamp()))
        return moment.strftime(self.rest.since_format or "%Y-%m-%dT%H:%M:%SZ")


def server_time(answer: Answer) -> dt.datetime | None:
    """The server's clock by its Date header."""
    try:
        moment = parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()
