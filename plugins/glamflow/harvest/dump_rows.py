"""Streams of rows, objects and elements out of one file of a dump: memory for one record at a time."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator
from typing import IO, Any

import ijson
import msgspec
from lxml import etree

from glamflow.harvest.encoding import decode_text
from glamflow.harvest.json_path import read_json
from glamflow.harvest.protocol import Quarantined
from glamflow.harvest.xml import local_name
from glamflow.transforms.errors import SourceRefused

LONGEST = 64 * 1024**2
csv.field_size_limit(LONGEST)
Row = dict[str, Any] | Quarantined


def table(stream: IO[bytes], *, delimiter: str, encoding: str) -> Iterator[Row]:
    """Rows by their heading; a row of another length is quarantined."""
    text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
    try:
        reader = csv.reader(text, delimiter=delimiter)
        heading = next(reader, [])
        for row in reader:
            if len(row) == len(heading):
                yield dict(zip(heading, row, strict=True))
            elif row:
                yield odd(delimiter.join(row).encode(), f"it has {len(row)} columns, the heading has {len(heading)}")
    finally:
        text.detach()  # whoever opened the stream closes it


def lines(stream: IO[bytes]) -> Iterator[Row]:
    """One JSON object a line."""
    while line := stream.readline(LONGEST):
        if not line.strip():
            continue
        try:
            item = read_json(line)
        except ValueError as error:
            yield odd(line, f"it is no JSON ({error})")
            continue
        yield item if isinstance(item, dict) else odd(line, "it is no JSON object")


def objects(stream: IO[bytes], *, path: str, url: str) -> Iterator[Row]:
    """Items of the list at a dotted path of one JSON document."""
    found = False
    try:
        for item in ijson.items(stream, f"{path}.item" if path else "item", use_float=True):
            found = True
            yield item if isinstance(item, dict) else odd(msgspec.json.encode(item), "it is no JSON object")
    except ijson.JSONError as error:
        raise SourceRefused(f"{url} is no JSON file ({error}).") from error
    if not found:
        raise SourceRefused(f"{url} holds no list at “{path}” (source.dump.records).")


def elements(stream: IO[bytes], *, name: str, url: str) -> Iterator[etree._Element]:
    """Elements of a local name; what was given is freed when the next one is asked for."""
    head = stream.read(8192)
    if "<!DOCTYPE" in decode_text(head)[0].upper():
        raise SourceRefused(f"{url} has a document type declaration, which we do not read.")
    rest = _Chained(head, stream)
    events = etree.iterparse(rest, events=("end",), resolve_entities=False, no_network=True, load_dtd=False)
    try:
        for _, element in events:
            if local_name(element) == name:
                yield element
                _free(element)
    except etree.XMLSyntaxError as error:
        raise SourceRefused(f"{url} is not well-formed XML ({error}).") from error


def _free(element: etree._Element) -> None:
    """The element and everything before it beside it: an emptied shell of each record would still add up."""
    parent = element.getparent()
    element.clear()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


class _Chained(io.RawIOBase):
    """Bytes already read, then the stream."""

    def __init__(self, head: bytes, stream: IO[bytes]) -> None:
        self._parts = itertools.chain([head], iter(lambda: stream.read(1 << 16), b""))

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return next(self._parts, b"")


def odd(payload: bytes, reason: str) -> Quarantined:
    """A part that is no record."""
    return Quarantined(key="", reason=reason, payload=payload)
