"""IIIF collections and manifests as a source: each manifest is a record, found by walking collections (versions 2 and 3).

Rules
- `source.url` is a manifest, a collection, or a collection of collections; pages of a version 2 collection are followed.
- A collection is read once, however often it is named; nesting and numbers are bounded, beyond them the window is faulty.
- A manifest that is named and then refused is quarantined with the server's words.
- Addresses come out of the feed: they are fetched on public hosts and on the operator's own, nowhere else.

https://iiif.io/api/presentation/3.0/#51-collection
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from glamflow.harvest.http import Answer, FeedReader
from glamflow.harvest.json_path import read_json
from glamflow.harvest.protocol import Page, Quarantined, RawRecord, SourceFacts, Window
from glamflow.harvest.spec import SourceSpec
from glamflow.transforms.digest import canonical_payload, digest_bytes
from glamflow.transforms.errors import SourceRefused, SourceUnavailable, WindowFaulty

_MAX_COLLECTIONS = 20_000


class State(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Collections still to read (the first one is current), the next manifest of it, and marks of those that were read."""

    collections: list[str]
    at: int = 0
    read: list[str] = msgspec.field(default_factory=list)


class IiifHarvester:
    """Implements `Harvester`."""

    def __init__(self, spec: SourceSpec, *, url: str, reader: FeedReader) -> None:
        self.spec = spec
        self.url = url
        self._reader = reader

    def probe(self) -> SourceFacts:
        _, body = self._fetch(self.url)
        label = body.get("label")
        return SourceFacts(name=label if isinstance(label, str) else urlsplit(self.url).hostname or "")

    def windows(self, since: dt.datetime | None, until: dt.datetime | None) -> list[Window]:
        return [Window(id="..")]

    def pages(self, window: Window, *, resume: str = "", first_number: int = 1) -> Iterator[Page]:
        state = msgspec.json.decode(resume, type=State) if resume else State(collections=[self.url])
        number = first_number
        while state.collections:
            if len(state.read) > _MAX_COLLECTIONS:
                raise WindowFaulty(window.id, f"it names more than {_MAX_COLLECTIONS} collections")
            answer, body = self._fetch(state.collections[0])
            manifests, inner = ([state.collections[0]], []) if _is_manifest(body) else _members(body)
            known = {state.collections[0]: (answer, body)} if _is_manifest(body) else {}
            size = max(1, min(self.spec.page_size, 50))
            for low in range(state.at, max(len(manifests), state.at + 1), size):
                high = low + size
                state.at = high
                if high >= len(manifests):
                    self._next(state, inner)
                yield self._page(answer, manifests[low:high], known, number, state)
                number += 1

    def _next(self, state: State, inner: list[str]) -> None:
        """On to the next collection that was not read yet."""
        state.read.append(_mark(state.collections.pop(0)))
        waiting = {*state.read, *map(_mark, state.collections)}
        for address in inner:
            if _mark(address) not in waiting:
                waiting.add(_mark(address))
                state.collections.append(address)
        state.at = 0

    def _page(
        self, listing: Answer, addresses: list[str], known: Mapping[str, tuple[Answer, Any]], number: int, state: State
    ) -> Page:
        raw = [listing.content]
        records: list[RawRecord] = []
        quarantined: list[Quarantined] = []
        for address in addresses:
            try:
                answer, body = known.get(address) or self._fetch(address)
            except SourceRefused as refusal:
                quarantined.append(Quarantined(key=address, reason=refusal.what, payload=b""))
                continue
            raw.append(answer.content)
            if not _is_manifest(body):
                quarantined.append(Quarantined(key=address, reason="it is no IIIF manifest", payload=answer.content))
                continue
            payload = canonical_payload(msgspec.json.encode(body))
            key = str(body.get("id") or body.get("@id") or address)
            records.append(RawRecord(key=key, payload=payload, digest=digest_bytes(payload)))
        return Page(
            number=number,
            raw=b"\n".join(raw),
            request=listing.request,
            records=tuple(records),
            quarantined=tuple(quarantined),
            resume=msgspec.json.encode(state).decode() if state.collections else "",
        )

    def _fetch(self, address: str) -> tuple[Answer, dict[str, Any]]:
        answer = self._reader.read(address, secret=urlsplit(address).netloc == urlsplit(self.url).netloc)
        try:
            body = read_json(answer.content)
        except ValueError as error:
            raise SourceUnavailable(answer.request["url"], f"it answers with something instead of JSON ({error})") from error
        if not isinstance(body, dict):
            raise SourceRefused(f"{address} is no IIIF resource.")
        return answer, body


def _is_manifest(body: Mapping[str, Any]) -> bool:
    return _type(body) == "Manifest" or "sequences" in body


def _members(body: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """(addresses of manifests, addresses of collections and further pages)."""
    manifests: list[str] = []
    collections: list[str] = []
    for field in ("items", "members", "manifests", "collections"):
        listed = body.get(field)
        for one in listed if isinstance(listed, list) else ():
            address = one if isinstance(one, str) else (one.get("id") or one.get("@id")) if isinstance(one, dict) else ""
            if not isinstance(address, str) or not address:
                continue
            kind = _type(one) if isinstance(one, dict) else ""
            is_collection = kind == "Collection" or (not kind and field == "collections")
            (collections if is_collection else manifests).append(address)
    for field in ("first", "next"):
        page = body.get(field)
        address = page if isinstance(page, str) else page.get("id") or page.get("@id") if isinstance(page, dict) else ""
        if isinstance(address, str) and address:
            collections.append(address)
    return list(dict.fromkeys(manifests)), list(dict.fromkeys(collections))


def _type(body: Mapping[str, Any]) -> str:
    return str(body.get("type") or body.get("@type") or "").rpartition(":")[2]


def _mark(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()[:12]
