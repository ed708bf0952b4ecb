"""EAD 2002 and EAD3 → draft: one record per component that has digital objects, else the whole described unit.

Rules
- Title, date, reference code, extent come from the component's own `did`; a component without a title takes its parent's, with a
  finding. Creators of the whole fonds are not makers of a letter in it: origination is not inherited, repository and collection are.
- A normalised date (`normal`, `standarddate`) beats its words, which still say "circa". "Bulk" dates, and dates of what was done with
  the unit later (`datechar`: digitization, accumulation, …), are not its date.
- `userestrict` of the component speaks of the object, that of a parent of the collection; `accessrestrict` stays inside.
- `custodhist`, `acqinfo` are provenance; `processinfo`, `appraisal` are internal.
- A digital object is a medium if its address or type says so, else the page of the record.
"""

from __future__ import annotations

import re

import msgspec
from lxml import etree

from glamflow.transforms.fields.dates import is_read, parse_date, span_between
from glamflow.transforms.fields.identifiers import is_media_url
from glamflow.transforms.fields.languages import parse_language
from glamflow.transforms.fields.media import iiif_service, media_id, role_and_page
from glamflow.transforms.fields.roles import parse_role
from glamflow.transforms.formats import xml
from glamflow.transforms.formats.draft import Draft
from glamflow.transforms.outcome import Reason, Severity
from glamflow.transforms.record import AgentKind, DateKind, IdentifierKind, MediaRef, PlaceKind, RightsLevel, Role, Text

NAMESPACES = frozenset(
    {"urn:isbn:1-931666-22-9", "http://ead3.archivists.org/schema/", "http://ead3.archivists.org/schema/undeprecated/"}
)
_COMPONENTS = ("c", *(f"c{n:02}" for n in range(1, 13)))
_DECADE = re.compile(r"\b(\d{3})u(?=/|$)")
NAMES = frozenset({"ead", "archdesc", *_COMPONENTS})

_KINDS = {
    "persname": AgentKind.PERSON,
    "corpname": AgentKind.CORPORATE,
    "famname": AgentKind.CORPORATE,
    "name": AgentKind.UNKNOWN,
}
_CREATION = frozenset({"", "creation", "created", "production", "record-keeping", "inclusive", "single", "bulk"})
_PUBLICATION = frozenset({"publication", "published", "issued", "broadcast"})
_VAGUE = frozenset({"approximate", "circa", "ca.", "ca", "estimated", "uncertain", "inferred"})
_IMAGE_WORDS = ("image", "audio", "video", "pdf")


def find_ead(root: xml.Element) -> list[xml.Element]:
    """Components with digital objects; without any the outermost described unit."""
    tags = [f"{{*}}{name}" for name in _COMPONENTS]
    found = [element for element in root.iter(*tags) if _digital_objects(element)]
    if found:
        return found
    units = list(root.iter("{*}archdesc", *tags))
    units = units or [parent for did in root.iter("{*}did") if (parent := did.getparent()) is not None]
    return units[:1]


def cut_ead(component: xml.Element) -> bytes:
    """A component as a document of its own, with what it inherits: the `did` and use restrictions of everything above it."""
    inner = etree.fromstring(etree.tostring(component, with_tail=False))
    for below in list(inner.iterchildren(*(f"{{*}}{name}" for name in _COMPONENTS))):
        inner.remove(below)
    for ancestor in component.iterancestors():
        shell = etree.Element(ancestor.tag, nsmap={k: v for k, v in ancestor.nsmap.items() if k})
        shell.attrib.update(ancestor.attrib)
        for name in ("did", "userestrict"):
            shell.extend(etree.fromstring(etree.tostring(e, with_tail=False)) for e in xml.children(ancestor, name))
        for link in list(shell.iter("{*}dao", "{*}daogrp", "{*}daoset")):
            parent = link.getparent()
            if parent is not None:
                parent.remove(link)
        shell.append(inner)
        inner = shell
    return etree.tostring(inner, encoding="utf-8")


def read_ead(unit: xml.Element, draft: Draft) -> None:
    """Fill the draft from a component or `archdesc`."""
    did = xml.child(unit, "did")
    if did is not None:
        _read_did(did, draft)
    for ancestor in unit.iterancestors():
        _inherit(ancestor, draft)
    for name in ("scopecontent", "abstract", "odd"):
        for block in xml.children(unit, name):
            for paragraph in xml.children(block, "p"):
                draft.text(
                    draft.descriptions, xml.block_of(paragraph), xml.language_of(paragraph) or xml.language_of(block)
                )
    for name in ("custodhist", "acqinfo"):
        for paragraph in xml.walk(unit, f"{name}/p"):
            draft.text(draft.provenance, xml.block_of(paragraph), xml.language_of(paragraph))
    for name in ("processinfo", "appraisal"):
        for paragraph in xml.walk(unit, f"{name}/p"):
            draft.keep(f"ead.{name}", xml.block_of(paragraph), internal=True)
    for paragraph in xml.walk(unit, "accessrestrict/p"):
        draft.keep("ead.accessrestrict", xml.text_of(paragraph))
    _read_rights(unit, draft, RightsLevel.OBJECT)
    for access in xml.children(unit, "controlaccess"):
        _read_access(access, draft)
    for relation in xml.walk(unit, "relations/relation"):
        _read_relation(relation, draft)
    for element in _digital_objects(unit):
        _read_object(element, draft)


def _digital_objects(unit: xml.Element) -> list[xml.Element]:
    paths = ("dao", "did/dao", "daogrp/daoloc", "did/daogrp/daoloc", "did/daoset/dao", "daoset/dao", "daogrp/dao")
    return [e for path in paths for e in xml.walk(unit, path) if xml.attribute(e, "href")]


def _part_text(element: xml.Element) -> str:
    """EAD3 divides names into parts; typed parts after the first are variants, dates and the like."""
    parts = list(xml.children(element, "part"))
    if len(parts) > 1 and any(xml.attribute(part, "localtype") for part in parts):
        parts = parts[:1]
    return " ".join(text for part in parts if (text := xml.text_of(part))) or xml.text_of(element)


def _read_did(did: xml.Element, draft: Draft) -> None:
    for title in xml.children(did, "unittitle"):
        draft.text(draft.titles, xml.text_of(title), xml.language_of(title))
    _read_dates([*xml.children(did, "unitdate"), *xml.walk(did, "unittitle/unitdate")], draft)
    for structured in xml.children(did, "unitdatestructured"):
        _read_structured(structured, draft)
    numbers = [e for e in xml.children(did, "unitid") if xml.text_of(e)]
    for number in numbers:
        types = [t for t in (xml.attribute(number, "type"), xml.attribute(number, "label")) if t]
        default = IdentifierKind.INVENTORY if len(numbers) == 1 and not types else IdentifierKind.OTHER
        draft.identifier(xml.text_of(number), *types, default=default)
    for origin in xml.children(did, "origination"):
        for name, kind in _KINDS.items():
            for element in xml.children(origin, name):
                word = (
                    xml.attribute(element, "role")
                    or xml.attribute(element, "relator")
                    or xml.attribute(origin, "label")
                )
                draft.agent(_part_text(element), role=parse_role(word) or Role.CREATOR, kind=kind)
    for name in ("physdesc/extent", "physdesc/dimensions", "physdescstructured/dimensions"):
        for text in xml.texts(did, name):
            draft.measures(text)
    for text in xml.texts(did, "physdesc/genreform"):
        draft.word(draft.object_types, text)
    for language in did.iter("{*}language"):
        code = parse_language(xml.attribute(language, "langcode") or xml.text_of(language))
        if code:
            draft.content_languages.append(code)
    for abstract in xml.children(did, "abstract"):
        draft.text(draft.descriptions, xml.block_of(abstract), xml.language_of(abstract))
    _put_repository(did, draft)


def _read_dates(dates: list[xml.Element], draft: Draft) -> None:
    """The dates of the unit: that of most of it ("bulk") only where nothing tells all of it, and none of what was done with it later."""
    told = [
        d
        for d in dates
        if xml.attribute(d, "type").lower() != "bulk" and xml.attribute(d, "datechar").lower() in _CREATION
    ]
    for date in dates:
        character = xml.attribute(date, "datechar").lower()
        if character in _PUBLICATION:
            _read_date(date, draft, DateKind.PUBLISHED)
        elif character not in _CREATION:
            draft.keep(f"ead.date.{character}", xml.text_of(date))
        elif date in told or not told:
            _read_date(date, draft, DateKind.MADE)
        else:
            draft.keep("ead.date.bulk", xml.text_of(date))


def _read_date(date: xml.Element, draft: Draft, kind: DateKind) -> None:
    words, normal = xml.text_of(date), _DECADE.sub(r"\1X", xml.attribute(date, "normal").replace("-uu", ""))
    if normal and is_read(parse_date(normal)):
        first, _, last = normal.partition("/")
        span = span_between(first, last or first, words, kind=kind)
        vague = xml.attribute(date, "certainty").lower() in _VAGUE or parse_date(words).circa
        draft.span(msgspec.structs.replace(span, circa=True) if vague else span)
    else:
        draft.date(words or normal, kind=kind)


def _read_structured(structured: xml.Element, draft: Draft) -> None:
    for single in structured.iter("{*}datesingle"):
        draft.date(xml.attribute(single, "standarddate") or xml.text_of(single))
    for span in structured.iter("{*}daterange"):
        first, last = xml.child(span, "fromdate"), xml.child(span, "todate")
        ends = [(xml.attribute(e, "standarddate") or xml.text_of(e)) if e is not None else "" for e in (first, last)]
        draft.span(span_between(ends[0], ends[1]))


def _put_repository(did: xml.Element, draft: Draft) -> None:
    for repository in xml.children(did, "repository"):
        name = next((_part_text(e) for n in ("corpname", "name") for e in xml.children(repository, n)), "")
        draft.put("institution", name or xml.text_of(repository))


def _inherit(ancestor: xml.Element, draft: Draft) -> None:
    did = xml.child(ancestor, "did")
    if did is not None:
        title = xml.first_text(did, "unittitle")
        if title and not draft.titles:
            draft.text(draft.titles, title)
            draft.find(
                Reason.TITLE_FALLBACK,
                "titles",
                title,
                detail="the component has no title of its own",
                severity=Severity.WARNING,
            )
        _put_repository(did, draft)
        if xml.local_name(ancestor) == "archdesc":
            draft.put("collection", title)
        elif xml.attribute(ancestor, "level") in ("series", "subseries"):
            draft.put("series", title)
    _read_rights(ancestor, draft, RightsLevel.COLLECTION)


def _read_rights(unit: xml.Element, draft: Draft, level: RightsLevel) -> None:
    for restriction in xml.children(unit, "userestrict"):
        values = [
            u for e in restriction.iter("{*}ref", "{*}extref") if (u := xml.attribute(e, "href")).startswith("http")
        ]
        values += [text for paragraph in xml.children(restriction, "p") if (text := xml.text_of(paragraph))]
        for value in dict.fromkeys(values):
            draft.statement(value, level=level, language=xml.language_of(restriction))


def _read_access(access: xml.Element, draft: Draft) -> None:
    for element in access.iterchildren("*"):
        name, text = xml.local_name(element), _part_text(element)
        uri = xml.attribute(element, "identifier") if xml.attribute(element, "identifier").startswith("http") else ""
        if name in ("subject", "function", "occupation", "title"):
            draft.word(draft.subjects, text, xml.language_of(element), uri)
        elif name == "genreform":
            draft.word(draft.object_types, text, xml.language_of(element), uri)
        elif name == "geogname":
            draft.place([(text, xml.language_of(element))], kind=PlaceKind.DEPICTED, uri=uri)
        elif name in _KINDS:
            role = parse_role(xml.attribute(element, "relator") or xml.attribute(element, "role"))
            if role is None:
                draft.word(draft.subjects, text, xml.language_of(element), uri)
            else:
                draft.agent(text, role=role, kind=_KINDS[name])
        elif name == "controlaccess":
            _read_access(element, draft)


def _read_relation(relation: xml.Element, draft: Draft) -> None:
    word, name = xml.attribute(relation, "arcrole"), xml.first_text(relation, "relationentry")
    role = parse_role(word)
    if role in (None, Role.DONOR, Role.OWNER):
        draft.keep(f"ead.relation.{word}", name)
    elif role is not None:
        draft.agent(name, role=role)


def _read_object(element: xml.Element, draft: Draft) -> None:
    url = xml.attribute(element, "href")
    label = (
        xml.attribute(element, "linktitle")
        or xml.attribute(element, "title")
        or xml.attribute(element, "label")
        or xml.text_of(element)
    )
    kinds = " ".join(
        xml.attribute(element, name) for name in ("role", "linkrole", "daotype", "localtype", "label")
    ).lower()
    if not url.startswith(("http://", "https://")):
        draft.find(
            Reason.VALUE_NOT_READ, "media", url, detail="the digital object has no web address", severity=Severity.INFO
        )
    elif "thumb" in kinds:
        return
    elif is_media_url(url) or (any(word in kinds for word in _IMAGE_WORDS) and "service" not in kinds):
        role, page = role_and_page((label,))
        draft.medium(
            MediaRef(
                id=media_id(xml.attribute(element, "identifier"), url), url=url, role=role, page=page,
                labels=(Text(value=label, language=draft.language),) if label else (), iiif_service=iiif_service(url),
            )
        )  # fmt: skip
    else:
        draft.put("source_url", url)
