"""A first look at a file of records: of what kind it is, in what format, and what its records hold.

XML of a known format is told by the name and namespace of its record's element, wherever it stands; otherwise the element
that repeats directly below the root is the record.
"""

from __future__ import annotations

import itertools
from collections import Counter
from typing import NamedTuple

from lxml import etree

from glamflow.harvest import dump_rows
from glamflow.harvest.dump import kind_of
from glamflow.harvest.dump_file import Bucket, Member, local_dump, members
from glamflow.harvest.http import FeedReader
from glamflow.harvest.xml import local_name, value_of
from glamflow.net.session import Session
from glamflow.transforms.errors import SourceRefused

_LOOKED_AT = 50


class Columns(NamedTuple):
    """`records` and `id` are what `source.dump` has to say; `format` is the crosswalk that reads the records, "" if unknown."""

    kind: str
    columns: tuple[str, ...]
    records: str = ""
    format: str = ""
    id: str = ""


class _Known(NamedTuple):
    format: str
    ids: tuple[str, ...]  # where an identifier may stand, the best first


_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}RDF"
_CHO = "{http://www.europeana.eu/schemas/edm/}ProvidedCHO"
_ENTITY = "{http://kulturarvsdata.se/ksamsok#}Entity"
_FORMATS = {
    "{http://www.loc.gov/MARC21/slim}record": _Known("marcxml", ("controlfield",)),
    "{http://www.openarchives.org/OAI/2.0/oai_dc/}dc": _Known("oai_dc", ("identifier",)),
    # These names are nobody else's, and come in several namespaces or in none.
    "lido": _Known("lido", ("lidoRecID",)),
    "mods": _Known("mods", ("recordIdentifier", "@ID", "identifier")),
    "mets": _Known("mets", ("@OBJID", "@ID")),
    "ead": _Known("ead", ("eadid", "recordid")),
    _RDF: _Known("edm", ("ProvidedCHO@about",)),
}


def look_at(url: str, session: Session, *, bucket: Bucket | None = None) -> Columns:
    """Reads the first file inside that is of a known kind."""
    with local_dump(url, FeedReader(session), bucket=bucket) as dump:
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
    names: Counter[str] = Counter()
    inner: dict[str, list[str]] = {}
    depth, outermost = 0, ""  # METS may hold MODS, and that is no record of its own
    events = etree.iterparse(member.stream, events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False)
    try:
        for event, element in events:
            depth += 1 if event == "start" else -1
            name = local_name(element) if local_name(element) in _FORMATS else str(element.tag)
            if event == "start" and not outermost and name in _FORMATS:
                outermost = name
            if event == "end" and name == outermost:
                if known := _known(element, _FORMATS[name], url):
                    return known
                outermost = ""
                for one in element if depth == 0 else ():  # RDF of another model: a list like any other
                    names[local_name(one)] += 1
                    inner.setdefault(local_name(one), [local_name(part) for part in one.iter() if part is not one])
            if event == "end" and depth == 1 and not outermost:
                names[local_name(element)] += 1
                inner.setdefault(local_name(element), [local_name(one) for one in element.iter() if one is not element])
                element.clear()
                if sum(names.values()) >= _LOOKED_AT:
                    break
    except etree.XMLSyntaxError as error:
        raise SourceRefused(f"{url} is not well-formed XML ({error}).") from error
    if not names:
        raise SourceRefused(f"{url} holds no records that repeat.")
    record = names.most_common(1)[0][0]
    return Columns("xml", tuple(dict.fromkeys(name for name in inner[record] if name)), record)


def _known(element: etree._Element, known: _Known, url: str) -> Columns | None:
    """The record's format, unless it only looks like one."""
    if element.tag == _RDF:
        entities = element.findall(_ENTITY)
        if len(entities) == 1:
            return Columns("xml", _names(element), "RDF", "soch", "Entity@about")
        objects = len(element.findall(_CHO))
        if objects > 1:
            raise SourceRefused(
                f"{url} holds {objects} objects in one rdf:RDF.", hint="Ask for a file in which each object stands in an rdf:RDF of its own."
            )
        if not objects:
            return None  # RDF of another model
    id = next((one for one in known.ids if value_of(element, one)), known.ids[0])
    return Columns("xml", _names(element), local_name(element), known.format, id)


def _names(element: etree._Element) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for one in element.iter() if one is not element and (name := local_name(one))))
