"""A first look at a file of records: of what kind it is, and what its records hold."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import NamedTuple

from lxml import etree

from glamflow.harvest import dump_rows
from glamflow.harvest.dump import kind_of
from glamflow.harvest.dump_file import Member, local_dump, members
from glamflow.harvest.http import FeedReader
from glamflow.harvest.xml import local_name
from glamflow.net.session import Session
from glamflow.transforms.errors import SourceRefused

_LOOKED_AT = 50


class Columns(NamedTuple):
    """`records` is what `source.dump.records` has to say."""

    kind: str
    columns: tuple[str, ...]
    records: str = ""


def look_at(url: str, session: Session) -> Columns:
    """Reads the first file inside that is of a known kind."""
    with local_dump(url, FeedReader(session)) as dump:
        for member in members(dump, url):
            if kind := kind_of(member.name):
                return _look(member, kind, url)
    raise SourceRefused(f"The kind of {url} does not show in its name.", hint="It should end in .csv, .tsv, .ndjson, .json or .xml.")


def _look(member: Member, kind: str, url: str) -> Columns:
    if kind == "xml":
        return _xml(member, url)
    head = member.stream.read(1 << 16) if kind == "csv" else b""
    if kind == "csv":
        first = head.splitlines()[0].decode("utf-8-sig", "replace") if head else ""
        delimiter = max((",", ";", "\t", "|"), key=first.count)
        return Columns("csv" if delimiter != "\t" else "tsv", tuple(cell.strip('" ') for cell in first.split(delimiter)))
    if kind == "tsv":
        heading = member.stream.readline(1 << 16).decode("utf-8-sig", "replace").rstrip("\r\n")
        return Columns(kind, tuple(heading.split("\t")))
    rows = dump_rows.lines(member.stream) if kind == "ndjson" else dump_rows.objects(member.stream, path="", url=url)
    keys = [key for row in itertools.islice(rows, _LOOKED_AT) if isinstance(row, dict) for key in row]
    return Columns(kind, tuple(dict.fromkeys(keys)))


def _xml(member: Member, url: str) -> Columns:
    """The element that repeats directly below the root is the record."""
    names: Counter[str] = Counter()
    inner: dict[str, list[str]] = {}
    depth = 0
    events = etree.iterparse(member.stream, events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False)
    for event, element in events:
        depth += 1 if event == "start" else -1
        if event == "end" and depth == 1:
            names[local_name(element)] += 1
            inner.setdefault(local_name(element), [local_name(one) for one in element.iter() if one is not element])
            element.clear()
            if sum(names.values()) >= _LOOKED_AT:
                break
    if not names:
        raise SourceRefused(f"{url} holds no records that repeat.")
    record = names.most_common(1)[0][0]
    return Columns("xml", tuple(dict.fromkeys(name for name in inner[record] if name)), record)
