"""MODS 3 → draft (http://www.loc.gov/mods/v3).

Rules
- The first `titleInfo` without a type is the title; related items give series or collection, never titles or makers of the object.
- `location/url` with access "raw object" (or usage/note of a master) is a medium, "object in context" the page, "preview" nothing.
- `accessCondition` is kept verbatim with its link; conditions of restriction ("restriction on access") stay inside.
- `dateCreated` beats `dateIssued`; both ends of a range come from `point`. When and by whom the digital copy was made stays inside; the
  dates of a related original are those of the work.
- The institution is the first holder named in words: codes of registers ("DE-14", "nn") stand for their label, if they have one. A note of
  ownership names it where no location does (Digital Commonwealth); anything longer than a name is provenance and stays inside.
- Regnal numbers in `termsOfAddress` ("John Paul", "II") belong to the name, titles ("Pope") do not.
"""

from __future__ import annotations

import re

import msgspec

from glamflow.transforms.fields.dates import is_read, parse_date, span_between
from glamflow.transforms.fields.identifiers import is_media_url
from glamflow.transforms.fields.languages import parse_language
from glamflow.transforms.fields.lifedates import read_life_dates
from glamflow.transforms.fields.media import iiif_service, media_id, role_and_page
from glamflow.transforms.fields.roles import parse_role
from glamflow.transforms.formats import xml
from glamflow.transforms.formats.draft import Draft
from glamflow.transforms.outcome import Reason
from glamflow.transforms.record import AgentKind, DateKind, IdentifierKind, MediaRef, PlaceKind, Role

NAMES = frozenset({"mods"})
NAMESPACES = frozenset({"http://www.loc.gov/mods/v3"})

_KINDS = {"personal": AgentKind.PERSON, "corporate": AgentKind.CORPORATE, "family": AgentKind.CORPORATE}
_HANDLES = frozenset({"hdl", "handle"})
_REGNAL = re.compile(r"[IVX]{1,6}\.?")
_HOLDER_CODE = re.compile(r"[A-Z]{2,3}-[\w:/-]+")
"""An ISIL, such as "DE-14"."""
_CODE_LISTS = ("marcorg", "oclcorg", "isil")
_PROSE = re.compile(r"[.:;] \w|[\"“”]")
_DATES = (("dateCreated", DateKind.MADE), ("dateIssued", DateKind.PUBLISHED), ("dateCaptured", DateKind.OTHER))


def read_mods(root: xml.Element, draft: Draft) -> None:
    """Fill the draft from a `mods` element."""
    titles = list(xml.children(root, "titleInfo"))
    titles.sort(key=lambda title: bool(xml.attribute(title, "type")))  # one without a type is the title proper
    for element in titles:
        _read_title(element, draft)
    for name in xml.children(root, "name"):
        _read_name(name, draft)
    for origin in xml.children(root, "originInfo"):
        _read_origin(origin, draft)
    for element in (*xml.children(root, "abstract"), *xml.children(root, "tableOfContents")):
        draft.text(draft.descriptions, xml.block_of(element), xml.language_of(element))
    for note in xml.children(root, "note"):
        _read_note(note, draft)
    for kind in ("genre", "typeOfResource"):
        for element in xml.children(root, kind):
            draft.term(
                draft.object_types,
                [(xml.text_of(element), xml.language_of(element))],
                xml.attribute(element, "valueURI"),
            )
    for subject in xml.children(root, "subject"):
        _read_subject(subject, draft)
    for form in xml.walk(root, "physicalDescription/form"):
        if "/" not in xml.text_of(form):
            draft.word(draft.materials, xml.text_of(form), xml.language_of(form))
    for extent in xml.texts(root, "physicalDescription/extent"):
        draft.measures(extent)
    for term in xml.texts(root, "language/languageTerm"):
        if (code := parse_language(term)) is not None:
            draft.content_languages.append(code)
    _read_identifiers(root, draft)
    _read_locations(root, draft)
    _read_conditions(root, draft)
    for related in xml.children(root, "relatedItem"):
        _read_related(related, draft)


def _read_title(element: xml.Element, draft: Draft) -> None:
    parts = [xml.first_text(element, name) for name in ("nonSort", "title")]
    title = " ".join(part for part in parts if part)
    subtitle, part = xml.first_text(element, "subTitle"), xml.first_text(element, "partNumber")
    title = f"{title} : {subtitle}" if subtitle and title else title
    title = f"{title}, {part}" if part and title else title
    draft.text(draft.titles, title, xml.language_of(element))


def _read_name(element: xml.Element, draft: Draft) -> None:
    parts: dict[str, list[str]] = {}
    for part in xml.children(element, "namePart"):
        if text := xml.text_of(part):
            parts.setdefault(xml.attribute(part, "type"), []).append(text)
    regnal = [word for word in parts.get("termsOfAddress", ()) if _REGNAL.fullmatch(word)]
    natural = " ".join((*parts.get("given", ()), *parts.get("family", ()), *regnal))
    name = natural or " ".join(parts.get("", ())) or xml.first_text(element, "displayForm")
    words = xml.texts(element, "role/roleTerm")
    role = next((r for word in words if (r := parse_role(word))), None if words else Role.CREATOR)
    if role is None:
        draft.keep(f"mods.name.{words[0]}", name)
        draft.find(Reason.VALUE_NOT_READ, "agents", f"{name} ({words[0]})", detail="the role is not known")
        return
    agent = draft.agent(name, role=role, kind=_KINDS.get(xml.attribute(element, "type"), AgentKind.UNKNOWN))
    life = next((found for text in parts.get("date", ()) if (found := read_life_dates(text))), None)
    if agent is not None and life is not None:
        draft.replace_agent(msgspec.structs.replace(agent, birth=life.birth, death=life.death, active=life.active))


def _read_origin(element: xml.Element, draft: Draft) -> None:
    if xml.attribute(element, "eventType").lower() in ("digitisation", "digitization"):
        for text in (
            *xml.texts(element, "dateIssued"),
            *xml.texts(element, "dateCreated"),
            *xml.texts(element, "publisher"),
        ):
            draft.keep("mods.digitised", text)
        return
    for name, kind in _DATES:
        points = {xml.attribute(e, "point"): xml.text_of(e) for e in xml.children(element, name)}
        plain = [xml.text_of(e) for e in xml.children(element, name) if not xml.attribute(e, "point")]
        if plain:
            for text in plain:
                draft.date(text, kind=kind)
        elif points.get("start") or points.get("end"):
            draft.span(span_between(points.get("start", ""), points.get("end", ""), kind=kind))
    for publisher in xml.texts(element, "publisher"):
        draft.agent(publisher, role=Role.PUBLISHER)
    for place in xml.walk(element, "place/placeTerm"):
        if xml.attribute(place, "type") != "code":
            draft.place(
                [(xml.text_of(place), xml.language_of(place))],
                kind=PlaceKind.PUBLISHED,
                uri=xml.attribute(place, "valueURI"),
            )


def _read_note(note: xml.Element, draft: Draft) -> None:
    kind = xml.attribute(note, "type").lower()
    text = xml.block_of(note)
    if kind in ("ownership", "acquisition", "provenance", "custodial history"):
        if kind != "ownership" or not _names_a_holder(text):
            draft.text(draft.provenance, text, xml.language_of(note))
    elif kind in ("", "content", "description", "abstract"):
        draft.text(draft.descriptions, text, xml.language_of(note))
    else:
        draft.keep(f"mods.note.{kind}", text)


def _read_subject(subject: xml.Element, draft: Draft) -> None:
    uri = xml.attribute(subject, "valueURI")
    for topic in (
        *xml.children(subject, "topic"),
        *xml.walk(subject, "titleInfo/title"),
        *xml.children(subject, "genre"),
    ):
        draft.term(
            draft.subjects, [(xml.text_of(topic), xml.language_of(topic))], xml.attribute(topic, "valueURI") or uri
        )
    for place in xml.children(subject, "geographic"):
        draft.place(
            [(xml.text_of(place), xml.language_of(place))],
            kind=PlaceKind.DEPICTED,
            uri=xml.attribute(place, "valueURI"),
        )
    for name in xml.children(subject, "name"):
        draft.word(draft.subjects, " ".join(xml.texts(name, "namePart")), uri=xml.attribute(name, "valueURI"))
    for period in xml.texts(subject, "temporal"):
        draft.keep("mods.temporal", period)


def _read_identifiers(root: xml.Element, draft: Draft) -> None:
    for element in xml.children(root, "identifier"):
        draft.identifier(xml.text_of(element), xml.attribute(element, "type"))
    for shelf in (
        *xml.walk(root, "location/shelfLocator"),
        *xml.walk(root, "location/holdingSimple/copyInformation/shelfLocator"),
    ):
        draft.identifier(xml.text_of(shelf), default=IdentifierKind.INVENTORY)
    for number in xml.walk(root, "recordInfo/recordIdentifier"):
        draft.identifier(xml.text_of(number), default=IdentifierKind.RECORD)


def _read_locations(root: xml.Element, draft: Draft) -> None:
    for place in xml.walk(root, "location/physicalLocation"):
        if xml.attribute(place, "type") in ("", "repository"):
            draft.put("institution", _holder(place))
        elif xml.attribute(place, "type") == "division":
            draft.put("department", xml.text_of(place))
    for note in xml.children(root, "note"):
        if xml.attribute(note, "type").lower() == "ownership" and _names_a_holder(xml.text_of(note)):
            draft.put("institution", xml.text_of(note))
    for link in xml.walk(root, "location/url"):
        url, access = xml.text_of(link), xml.attribute(link, "access").lower()
        if not url.startswith(("http://", "https://")) or access == "preview":
            continue
        label = xml.attribute(link, "displayLabel")
        if access == "raw object" or xml.attribute(link, "note").lower() == "mediamaster" or is_media_url(url):
            role, page = role_and_page((label,))
            draft.medium(
                MediaRef(
                    id=media_id("", url),
                    url=url,
                    role=role,
                    page=page,
                    iiif_service=iiif_service(url),
                )
            )
        elif access == "object in context" or "primary" in xml.attribute(link, "usage"):
            draft.put("source_url", url)
    for number in xml.children(root, "identifier"):  # without a location a handle leads to the page
        address = xml.text_of(number)
        persistent = xml.attribute(number, "type").lower() in _HANDLES
        if persistent and address.startswith(("http://", "https://")) and " " not in address and not is_media_url(address):
            draft.put("source_url", address)


def _holder(place: xml.Element) -> str:
    text = xml.text_of(place)
    is_code = _HOLDER_CODE.fullmatch(text) or (xml.attribute(place, "authority") in _CODE_LISTS and " " not in text)
    return xml.attribute(place, "displayLabel") if is_code else text


def _names_a_holder(text: str) -> bool:
    return len(text) <= 100 and not _PROSE.search(text)


def _read_conditions(root: xml.Element, draft: Draft) -> None:
    for condition in xml.children(root, "accessCondition"):
        text, link = xml.text_of(condition), xml.attribute(condition, "href")
        if "restriction on access" in xml.attribute(condition, "type"):
            draft.keep("mods.access", f"{text} {link}".strip())
        else:
            for value in dict.fromkeys((link, text)):
                draft.statement(value, language=xml.language_of(condition))


def _read_related(related: xml.Element, draft: Draft) -> None:
    kind = xml.attribute(related, "type").lower()
    title = xml.first_text(related, "titleInfo/title")
    if kind == "series":
        draft.put("series", title)
    elif kind in ("host", "") and title:
        draft.put("collection", title)
    if kind == "original" and not any(is_read(span) for span in draft.dates if span.kind is DateKind.MADE):
        for name in ("dateCreated", "dateIssued"):
            dates = list(xml.walk(related, f"originInfo/{name}"))
            for date in (e for e in dates if not xml.attribute(e, "point")):
                draft.span(parse_date(xml.text_of(date)))
            points = {point: xml.text_of(e) for e in dates if (point := xml.attribute(e, "point"))}
            if points:
                draft.span(span_between(points.get("start", ""), points.get("end", "")))
