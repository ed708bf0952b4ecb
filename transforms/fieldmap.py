"""The declared field map of a partner file: field of the record ← selector + named parser, nothing else.

Rules
- The selector is an XPath with the fixed prefixes of `PREFIXES` for XML, a dotted path for JSON and rows ("files.0.url",
  "name[label=Artist].content": `selectors.py`).
- What the map selects *replaces* what the crosswalk found for that field; a selector that finds nothing leaves the field empty.
- `inventory_number` and the roles ("photographer") are fields too: they replace only their kind within identifiers and agents.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from lxml import etree

from glamflow.transforms.formats.draft import Draft
from glamflow.transforms.formats.xml import RDF_NS, XML_NS, Element, text_of
from glamflow.transforms.outcome import Reason
from glamflow.transforms.parsers import PARSERS, SINGLE
from glamflow.transforms.policy import FieldSelector, MappingPolicy
from glamflow.transforms.record import IdentifierKind, Role
from glamflow.transforms.selectors import mistake_in_path, select

PREFIXES = {
    "lido": "http://www.lido-schema.org",
    "gml": "http://www.opengis.net/gml",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "oai_dc": "http://www.openarchives.org/OAI/2.0/oai_dc/",
    "oai": "http://www.openarchives.org/OAI/2.0/",
    "edm": "http://www.europeana.eu/schemas/edm/",
    "ore": "http://www.openarchives.org/ore/terms/",
    "rdf": RDF_NS,
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "mods": "http://www.loc.gov/mods/v3",
    "marc": "http://www.loc.gov/MARC21/slim",
    "mets": "http://www.loc.gov/METS/",
    "xlink": "http://www.w3.org/1999/xlink",
    "ead": "urn:isbn:1-931666-22-9",
    "ead3": "http://ead3.archivists.org/schema/",
    "soch": "http://kulturarvsdata.se/ksamsok#",
    "pres": "http://kulturarvsdata.se/presentation#",
    "xml": XML_NS,
}
LISTS = frozenset(
    {"titles", "descriptions", "object_types", "agents", "dates", "places", "subjects", "materials", "techniques", "dimensions",
     "inscriptions", "identifiers", "provenance", "content_languages", "rights", "media", "sensitivity"}
)  # fmt: skip
_ROLE_FIELDS = {role.value: role for role in Role}
FIELDS = frozenset({*LISTS, *SINGLE, "published", "inventory_number", *_ROLE_FIELDS})
"""Every name that may stand under `mapping.fields`."""


class Problem(NamedTuple):
    """One mistake of a field map: where it stands below `mapping.fields`, what is wrong, how to mend it."""

    where: tuple[str, ...]
    what: str
    fix: str

    def __str__(self) -> str:
        return f"{'.'.join(('mapping', 'fields', *self.where))}: {self.what}; {self.fix}"


def problems(policy: MappingPolicy) -> list[Problem]:
    """What is wrong with a field map, for the person who wrote it."""
    found = []
    for field, selector in policy.fields.items():
        if field not in FIELDS and not field.startswith("extra."):
            found.append(
                Problem((field,), "there is no such field", f"known are {', '.join(sorted(FIELDS))} and extra.<name>")
            )
        if selector.parse not in PARSERS:
            known = ", ".join(sorted(PARSERS))
            found.append(Problem((field, "parse"), f"there is no parser “{selector.parse}”", f"known are {known}"))
        dotted = policy.crosswalk in ("rows", "iiif")
        mistake = mistake_in_path(selector.path) if dotted else _mistake_in(selector.path)
        if mistake:
            fix = (
                "see transforms/selectors.py for dotted paths"
                if dotted
                else f"known prefixes are {', '.join(PREFIXES)}"
            )
            found.append(
                Problem(
                    (field, "path"), f"“{selector.path}” is no {'dotted path' if dotted else 'XPath'} ({mistake})", fix
                )
            )
    return found


def _mistake_in(path: str) -> str:
    """What is wrong with an XPath: it is compiled, and tried, since unknown prefixes and functions show only then."""
    try:
        etree.XPath(path, namespaces=PREFIXES)(etree.Element("record"))
    except etree.XPathError as error:
        return str(error)
    return ""


def apply_field_map(source: Element | Mapping[str, Any], draft: Draft, policy: MappingPolicy) -> None:
    """Replace, field by field, what the crosswalk found."""
    if not policy.fields:
        return
    for field, selector in sorted(policy.fields.items(), key=_narrows):
        parser = PARSERS.get(selector.parse)
        if parser is None:
            draft.find(
                Reason.VALUE_NOT_READ, field, detail=f"the partner file names an unknown parser “{selector.parse}”"
            )
            continue
        values = list(_select(source, selector, draft, field))
        target = _clear(draft, field)
        read = PARSERS[field].read if field in _ROLE_FIELDS and selector.parse == "text" else parser.read
        for value, language in values:
            if field == "inventory_number":
                PARSERS["inventory_number"].read(draft, target, value, "")
            else:
                read(draft, target, value, selector.language or language)


def _narrows(row: tuple[str, FieldSelector]) -> bool:
    """Rows for one kind within a list come after the row of the whole list, which would empty it again."""
    return row[0] == "inventory_number" or row[0] in _ROLE_FIELDS


def _clear(draft: Draft, field: str) -> str:
    """Empty a field of the draft and say which list it lives in."""
    if field == "inventory_number":
        draft.identifiers[:] = [i for i in draft.identifiers if i.kind is not IdentifierKind.INVENTORY]
        return "identifiers"
    if field in _ROLE_FIELDS:
        draft.agents[:] = [a for a in draft.agents if a.role is not _ROLE_FIELDS[field]]
        return "agents"
    if field in LISTS:
        getattr(draft, field).clear()
        draft.findings[:] = [f for f in draft.findings if f.field != field]
    elif field in SINGLE:
        draft.single.pop(field, None)
    return field


def _select(
    source: Element | Mapping[str, Any], selector: FieldSelector, draft: Draft, field: str
) -> Iterator[tuple[Any, str]]:
    if isinstance(source, etree._Element):
        yield from _select_xml(source, selector, draft, field)
        return
    for value in select(source, selector.path):
        if value is not None and value != "":
            yield value, ""


def _select_xml(source: Element, selector: FieldSelector, draft: Draft, field: str) -> Iterator[tuple[Any, str]]:
    try:
        found = source.xpath(selector.path, namespaces=PREFIXES)
    except etree.XPathError as error:
        draft.find(Reason.VALUE_NOT_READ, field, selector.path, detail=f"the selector is no XPath: {error}")
        return
    for value in found if isinstance(found, list) else [found]:
        if isinstance(value, etree._Element):
            if text := text_of(value):
                yield text, value.get(f"{{{XML_NS}}}lang") or ""
        elif isinstance(value, str) and value.strip():
            yield str(value).strip(), ""
        elif isinstance(value, float):
            yield (int(value) if value == int(value) else value), ""
