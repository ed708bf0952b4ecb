"""A file of records as a source: CSV, TSV, NDJSON, a JSON list, or XML with a repeated element; also gzipped.

Rules
- One window, no bounds: a dump is always whole. Pages are slices of `page_size` records; `resume` is the position, valid
  only for the same bytes (their digest stands in it), so a changed file starts again.
- A row that cannot be read is quarantined; the rest goes on. A payload is canonical JSON, or canonical XML.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import msgspec
from lxml import etree

from glamflow.harvest.encoding import decode_text
from glamflow.harvest.http import Answer, FeedReader
from glamflow.harvest.json_path import as_flag, as_text, look, read_json
from glamflow.harvest.protocol import Page, Quarantined, RawRecord, SourceFacts, Window
from glamflow.harvest.records import canonical, payload_digest
from glamflow.harvest.spec import DumpSpec, SourceSpec
from glamflow.harvest.xml import local_name, text_of
from glamflow.transforms.digest import canonical_payload, digest_bytes
from glamflow.transforms.errors import SourceRefused

Row = dict[str, Any] | RawRecord | Quarantined
_KINDS = {".csv": "csv", ".tsv": "tsv", ".ndjson": "ndjson", ".jsonl": "ndjson", ".json": "json", ".xml": "xml"}


class State(msgspec.Struct, kw_only=True):
    """The next record, and the digest of the file that it was counted in."""

    at: int
    of: str


class DumpHarvester:
    """Implements `Harvester`."""

    def __init__(self, spec: SourceSpec, *, url: str, reader: FeedReader) -> None:
        self.spec = spec
        self.url = url
        self.dump = spec.dump or DumpSpec()
        self._reader = reader

    def probe(self) -> SourceFacts:
        self._kind()
        self._reader.read(self.url)
        return SourceFacts(name=urlsplit(self.url).path.rpartition("/")[2])

    def windows(self, since: dt.datetime | None, until: dt.datetime | None) -> list[Window]:
        return [Window(id="..")]

    def pages(self, window: Window, *, resume: str = "", first_number: int = 1) -> Iterator[Page]:
        answer = self._reader.read(self.url)
        digest = digest_bytes(answer.content)
        state = msgspec.json.decode(resume, type=State) if resume else State(at=0, of=digest)
        start = state.at if state.of == digest else 0
        rows = itertools.islice(self._rows(answer), start, None)
        number, batch = first_number, list(itertools.islice(rows, self.spec.page_size))
        while True:
            following = list(itertools.islice(rows, self.spec.page_size))
            start += len(batch)
            resume = msgspec.json.encode(State(at=start, of=digest)).decode() if following else ""
            yield self._page(answer, number, batch, resume, whole=number == first_number)
            if not following:
                return
            number, batch = number + 1, following

    def _page(self, answer: Answer, number: int, rows: list[Row], resume: str, *, whole: bool) -> Page:
        """The file itself is the raw of the first page only."""
        read = [self._read(row) if isinstance(row, dict) else row for row in rows]
        return Page(
            number=number,
            raw=answer.content if whole else b"",
            request=answer.request,
            records=tuple(one for one in read if isinstance(one, RawRecord)),
            quarantined=tuple(one for one in read if isinstance(one, Quarantined)),
            resume=resume,
        )

    def _read(self, row: dict[str, Any] | etree._Element) -> RawRecord | Quarantined:
        dump = self.dump
        if isinstance(row, dict):
            payload = canonical_payload(msgspec.json.encode(row))
            key, modified = as_text(look(row, dump.id)), as_text(look(row, dump.modified)) if dump.modified else ""
            deleted = bool(dump.deleted) and as_flag(look(row, dump.deleted))
        else:
            payload = canonical(row)
            key, modified = _inside(row, dump.id), _inside(row, dump.modified)
            deleted = bool(dump.deleted) and as_flag(_inside(row, dump.deleted))
        if not key:
            return Quarantined(key="", reason=f"there is no identifier at “{dump.id}”", payload=payload)
        kept = b"" if deleted else payload
        digest = payload_digest(kept) if kept else ""
        return RawRecord(key=key, payload=kept, digest=digest, datestamp=modified, deleted=deleted)

    def _rows(self, answer: Answer) -> Iterator[Row]:
        match self._kind():
            case "csv" | "tsv" as kind:
                text = answer.content.decode(self.dump.encoding, "replace")
                yield from _table(text, "\t" if kind == "tsv" else ",")
            case "ndjson":
                yield from _lines(answer.content)
            case "json":
                yield from self._list(answer)
            case _:
                yield from self._elements(answer)

    def _list(self, answer: Answer) -> Iterator[Row]:
        try:
            found = look(read_json(answer.content), self.dump.records)
        except ValueError as error:
            raise SourceRefused(f"{self.url} is no JSON file ({error}).") from error
        if not isinstance(found, list):
            raise SourceRefused(f"{self.url} holds no list at “{self.dump.records}” (source.dump.records).")
        for item in found:
            yield item if isinstance(item, dict) else _odd(msgspec.json.encode(item), "it is no JSON object")

    def _elements(self, answer: Answer) -> Iterator[Row]:
        """Elements of the declared local name, one at a time; what was read is freed."""
        if "<!DOCTYPE" in decode_text(answer.content[:8192])[0].upper():
            raise SourceRefused(f"{self.url} has a document type declaration, which we do not read.")
        events = etree.iterparse(
            io.BytesIO(answer.content), events=("end",), resolve_entities=False, no_network=True, load_dtd=False
        )
        try:
            for _, element in events:
                if local_name(element) == self.dump.records:
                    yield self._read(element)  # now: what it held is freed below
                    element.clear()
        except etree.XMLSyntaxError as error:
            raise SourceRefused(f"{self.url} is not well-formed XML ({error}).") from error

    def _kind(self) -> str:
        name = urlsplit(self.url).path.lower().removesuffix(".gz")
        kind = self.dump.kind or _KINDS.get("." + name.rpartition(".")[2], "")
        if not kind:
            raise SourceRefused(f"The kind of {self.url} does not show in its name.", hint="Give source.dump.kind.")
        return kind


def _table(text: str, delimiter: str) -> Iterator[Row]:
    """Rows by their heading; a row of another length is quarantined."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    heading = next(reader, [])
    for row in reader:
        if len(row) == len(heading):
            yield dict(zip(heading, row, strict=True))
        elif row:
            yield _odd(delimiter.join(row).encode(), f"it has {len(row)} columns, the heading has {len(heading)}")


def _lines(data: bytes) -> Iterator[Row]:
    for line in io.BytesIO(data):
        if not line.strip():
            continue
        try:
            item = read_json(line)
        except ValueError as error:
            yield _odd(line, f"it is no JSON ({error})")
            continue
        yield item if isinstance(item, dict) else _odd(line, "it is no JSON object")


def _odd(payload: bytes, reason: str) -> Quarantined:
    return Quarantined(key="", reason=reason, payload=payload)


def _inside(element: etree._Element, name: str) -> str:
    """Text of the first element (or value of the attribute, with @) of that local name."""
    if name.startswith("@"):
        return str(element.get(name[1:]) or "").strip()
    return next((text_of(one) for one in element.iter() if local_name(one) == name), "") if name else ""
