"""A file of records as a source: CSV, TSV, NDJSON, a JSON list, XML with a repeated element; packed, in archives, in folders.

Rules
- One window, no bounds: a dump is always whole. Pages are slices of `page_size` records; `resume` is the position, valid
  only for the same bytes (their digest stands in it), so a changed file starts again.
- Streamed: neither the file nor an archive is ever whole in memory. A page's raw bytes are the records as they stood, one
  after the other; the digest of the file is among the facts of the request.
- A row that cannot be read is quarantined; the rest goes on. A payload is canonical JSON, or canonical XML.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from lxml import etree

from glamflow.harvest import dump_rows
from glamflow.harvest.dump_file import MAX_PACKED, Bucket, LocalDump, Member, local_dump, members
from glamflow.harvest.http import FeedReader
from glamflow.harvest.json_path import as_flag, as_text, look
from glamflow.harvest.protocol import Page, Quarantined, RawRecord, SourceFacts, Window
from glamflow.harvest.records import canonical, payload_digest
from glamflow.harvest.spec import DumpSpec, SourceSpec
from glamflow.harvest.xml import value_of
from glamflow.transforms.digest import canonical_payload
from glamflow.transforms.errors import SourceRefused

Record = RawRecord | Quarantined
KINDS = {".csv": "csv", ".tsv": "tsv", ".tab": "tsv", ".ndjson": "ndjson", ".jsonl": "ndjson", ".json": "json", ".xml": "xml", ".rdf": "xml"}


class State(msgspec.Struct, kw_only=True):
    """The next record, and the digest of the file that it was counted in."""

    at: int
    of: str


class DumpHarvester:
    """Implements `Harvester`. `cache` keeps a dump from the web for the next run, which asks whether it changed."""

    def __init__(self, spec: SourceSpec, *, url: str, reader: FeedReader, cache: Path | None = None, bucket: Bucket | None = None) -> None:
        self.spec = spec
        self.url = url
        self.dump = spec.dump or DumpSpec()
        self._reader = reader
        self._cache = cache
        self._bucket = bucket

    def probe(self) -> SourceFacts:
        for page in itertools.islice(self.pages(Window(id="..")), 1):
            return SourceFacts(name=urlsplit(page.request["url"]).path.rpartition("/")[2])
        return SourceFacts()

    def windows(self, since: dt.datetime | None, until: dt.datetime | None) -> list[Window]:
        return [Window(id="..")]

    def pages(self, window: Window, *, resume: str = "", first_number: int = 1) -> Iterator[Page]:
        with local_dump(self.url, self._reader, cache=self._cache, max_bytes=self._limit(), bucket=self._bucket) as dump:
            state = msgspec.json.decode(resume, type=State) if resume else State(at=0, of=dump.digest)
            start = state.at if state.of == dump.digest else 0
            records = itertools.islice(self._records(dump), start, None)
            number, batch = first_number, list(itertools.islice(records, self.spec.page_size))
            while True:
                following = list(itertools.islice(records, self.spec.page_size))
                start += len(batch)
                resume = msgspec.json.encode(State(at=start, of=dump.digest)).decode() if following else ""
                yield self._page(dump, number, batch, resume)
                if not following:
                    return
                number, batch = number + 1, following

    def _limit(self) -> int:
        """What the partner file allows; a dump may be far larger than the answer of a feed if it says nothing."""
        return MAX_PACKED if self.spec.max_bytes == SourceSpec(type="dump").max_bytes else self.spec.max_bytes

    def _page(self, dump: LocalDump, number: int, records: list[Record], resume: str) -> Page:
        return Page(
            number=number,
            raw=b"\n".join(one.payload for one in records),
            request=dump.request | {"digest": dump.digest},
            records=tuple(one for one in records if isinstance(one, RawRecord)),
            quarantined=tuple(one for one in records if isinstance(one, Quarantined)),
            resume=resume,
        )

    def _records(self, dump: LocalDump) -> Iterator[Record]:
        read = 0
        for member in members(dump, self.url, pattern=self.dump.member):
            kind = self.dump.kind or kind_of(member.name)
            if kind:
                read += 1
                yield from self._member(member, kind)
        if not read:
            raise SourceRefused(f"The kind of {self.url} does not show in its name.", hint="Give source.dump.kind.")

    def _member(self, member: Member, kind: str) -> Iterator[Record]:
        dump, stream = self.dump, member.stream
        match kind:
            case "xml":
                for element in dump_rows.elements(stream, name=dump.records, url=self.url):
                    yield self._read_element(element)  # now: what it held is freed for the next one
                return
            case "csv" | "tsv":
                rows = dump_rows.table(stream, delimiter=dump.delimiter or ("\t" if kind == "tsv" else ","), encoding=dump.encoding)
            case "ndjson":
                rows = dump_rows.lines(stream)
            case _:
                rows = dump_rows.objects(stream, path=dump.records, url=self.url)
        for row in rows:
            yield self._read_row(row) if isinstance(row, dict) else row

    def _read_row(self, row: dict[str, Any]) -> Record:
        dump = self.dump
        modified = as_text(look(row, dump.modified)) if dump.modified else ""
        deleted = bool(dump.deleted) and as_flag(look(row, dump.deleted))
        return self._made(canonical_payload(msgspec.json.encode(row)), as_text(look(row, dump.id)), modified, deleted)

    def _read_element(self, element: etree._Element) -> Record:
        dump = self.dump
        deleted = bool(dump.deleted) and as_flag(value_of(element, dump.deleted))
        return self._made(canonical(element), value_of(element, dump.id), value_of(element, dump.modified), deleted)

    def _made(self, payload: bytes, key: str, modified: str, deleted: bool) -> Record:
        if not key:
            return Quarantined(key="", reason=f"there is no identifier at “{self.dump.id}”", payload=payload)
        kept = b"" if deleted else payload
        return RawRecord(key=key, payload=kept, digest=payload_digest(kept) if kept else "", datestamp=modified, deleted=deleted)


def kind_of(name: str) -> str:
    """The kind that a file's name tells, "" for none."""
    return KINDS.get("." + name.lower().rpartition(".")[2], "")
