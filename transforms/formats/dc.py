"""Dublin Core, simple and qualified (oai_dc, qdc, dcterms) → draft.

Rules
- Properties are read by local name: dc, dcterms and mixed or missing namespaces alike.
- `created` is the date of making and beats `date`; `issued` is publication; `available` in ISO form is an embargo date.
- Addresses in identifier, relation, source and hasFormat that name a media file are media; the first other address in an
  identifier is the record page.
- `provenance` stays inside; `rights`, `license` and `accessRights` are kept verbatim, on the level of the object.
- The inventory number is taken only in closed forms (`fields/identifiers.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from glamflow.transforms.fields.dates import is_read, states_a_date
from glamflow.transforms.fields.identifiers import first_url, identifier_kind, is_media_url, read_identifiers
from glamflow.transforms.fields.languages import parse_language
from glamflow.transforms.fields.media import iiif_service, media_id
from glamflow.transforms.fields.roles import parse_role
from glamflow.transforms.formats import xml
from glamflow.transforms.formats.draft import Draft
from glamflow.transforms.outcome import Reason, Severity
from glamflow.transforms.record import AUTHOR_ROLES, DateKind, IdentifierKind, MediaRef, PlaceKind, Role

NAMES = frozenset({"dc", "qualifieddc", "qdc", "dcterms", "simpledc"})
NAMESPACES = frozenset(
    {
        "http://www.openarchives.org/OAI/2.0/oai_dc/",
        "http://worldcat.org/xmlschemas/qdc-1.0/",
        "http://purl.org/dc/terms/",
        "http://purl.org/dc/elements/1.1/",
        "http://dublincore.org/documents/dcmes-xml/",
    }
)

_MIME = re.compile(r"(?:image|audio|video|application|text|model)/[\w.+-]{2,60}")
_SERIES = re.compile(r"(?P<series>[^;]{3,300}?)\s;\s(?:(?:no|nr|vol|v)\.?\s?)?(?P<number>\d[\w./-]{0,20})", re.IGNORECASE)
_LANGUAGES = re.compile(r"[;,|]")
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_ROLE_TAIL = re.compile(r"^(?P<name>.{2,200}?)\s*[\[(](?P<role>[^()\[\]\d]{3,40})[\])]$")
_MEASURED = re.compile(r"\d\s?(?:cm|mm|m|in|in\.|inches|kg|g)\b|\d\s?[x×]\s?\d", re.IGNORECASE)

Stated = tuple[str, str, xml.Element | None]
"""The text of a property, its language, and the element if it has attributes or children that may say more."""
Properties = dict[str, list[Stated]]
Reader = Callable[[str, str, xml.Element | None, Draft], None]


def read_dc(root: xml.Element, draft: Draft) -> None:
    """Fill the draft from the element that holds the properties."""
    properties = _properties(root)
    for name, values in properties.items():
        reader = _READERS.get(name)
        if reader:
            for text, language, element in values:
                reader(text, language, element, draft)
        elif name not in _ELSEWHERE:
            for text, _, _ in values:
                draft.keep(f"dc.{name}", text)
    _read_dates(properties, draft)
    _read_addresses(properties, draft)
    if draft.media:
        draft.media[:] = _with_format(draft, properties)


def _properties(root: xml.Element) -> Properties:
    """What stands in the child elements, by local name; most have nothing but text.

    Usual texts are read here as `xml.text_of` would: the loop runs for every value of every record, and a call costs as much.
    """
    properties: Properties = {}
    for element in xml.elements_of(root):
        name = _NAMES.get(element.tag) or _local_name(element)
        if not name:
            continue
        text, leaf = element.text or "", len(element) == 0
        if name in _BLOCKS:
            text = text.strip() if leaf else xml.block_of(element)
        elif leaf and "  " not in text and text.isprintable():
            text = text.strip(" ")
        else:
            text = xml.text_of(element)
        stated = (text, "", None) if leaf and not element.keys() else (text, xml.language_of(element), element)
        if name in properties:
            properties[name].append(stated)
        else:
            properties[name] = [stated]
    return properties


def _local_name(element: xml.Element) -> str:
    tag = element.tag
    return tag[tag.rfind("}") + 1 :] if isinstance(tag, str) else ""  # the reference of an entity has no name


def _attribute(element: xml.Element | None, name: str) -> str:
    return "" if element is None else xml.attribute(element, name)


def _read_title(text: str, language: str, _: xml.Element | None, draft: Draft) -> None:
    draft.text(draft.titles, text, language)


def _read_description(text: str, language: str, _: xml.Element | None, draft: Draft) -> None:
    draft.text(draft.descriptions, text, language)


def _read_provenance(text: str, language: str, _: xml.Element | None, draft: Draft) -> None:
    draft.text(draft.provenance, text, language)


def _agent_reader(default: Role) -> Reader:
    def read(text: str, language: str, element: xml.Element | None, draft: Draft) -> None:
        if element is not None and len(element):  # UNTL and LRMI put the name into a child element
            text = xml.first_text(element, "name") or xml.first_text(element, "person/name") or text
        read_agents(text, language, default, draft)

    return read


def read_agents(text: str, language: str, default: Role, draft: Draft) -> None:
    """Add whom a value names. Catalogues export several names divided by semicolons; no name has one in itself, but the code of a
    letter has ("M&uuml;ller"), and what stands beside an address is one holder's."""
    several = ";" in text and "&" not in text and "://" not in text
    for part in text.split(";") if several else (text,):
        name, role = split_role(part.strip() if several else part, default)
        draft.agent(name, role=role, language=language)


def split_role(value: str, default: Role) -> tuple[str, Role]:
    """The name of "Anna Lind (photographer)" and its role; the default where no known role stands in brackets."""
    if value.endswith((")", "]")) and (match := _ROLE_TAIL.match(value)):
        role = parse_role(match["role"])
        if role and (role in AUTHOR_ROLES or default is not Role.CREATOR):
            return match["name"], role
    return value, default


def _term_reader(target: str) -> Reader:
    def read(text: str, language: str, element: xml.Element | None, draft: Draft) -> None:
        uri = "" if element is None else xml.attribute(element, "resource")
        if text.startswith(("http://", "https://")) and " " not in text:
            text, uri = "", text
        draft.word(getattr(draft, target), text, language, uri)

    return read


def _read_type(text: str, language: str, _: xml.Element | None, draft: Draft) -> None:
    draft.word(draft.object_types, text, language)


def _read_language(text: str, _: str, __: xml.Element | None, draft: Draft) -> None:
    for part in (text,) if text.isalpha() else _LANGUAGES.split(text):
        code = parse_language(part)
        if code:
            draft.content_languages.append(code)
        elif part.strip():
            draft.find(Reason.LANGUAGE_UNKNOWN, "content_languages", part.strip(), severity=Severity.INFO)


def _read_place(text: str, language: str, element: xml.Element | None, draft: Draft) -> None:
    if states_a_date(text):
        draft.keep("dc.temporal", text)
    else:
        draft.place([(text, language)] if text else [], kind=PlaceKind.OTHER, uri=_attribute(element, "resource"))


def _read_extent(text: str, _: str, __: xml.Element | None, draft: Draft) -> None:
    draft.measures(text)


def _read_format(text: str, language: str, _: xml.Element | None, draft: Draft) -> None:
    if "/" in text and _MIME.fullmatch(text.lower()):
        return
    if _MEASURED.search(text) and len(text) < 120:
        draft.measures(text)
    elif len(text) < 200:
        draft.word(draft.materials, text, language)
    else:
        draft.keep("dc.format", text)


def _read_rights(text: str, language: str, element: xml.Element | None, draft: Draft) -> None:
    for value in dict.fromkeys((_attribute(element, "resource"), text)):
        draft.statement(value, language=language)


def _read_available(text: str, _: str, __: xml.Element | None, draft: Draft) -> None:
    match = _ISO_DAY.match(text)
    if match:
        draft.put("not_before", match.group())


def _single_reader(field: str) -> Reader:
    def read(text: str, _: str, __: xml.Element | None, draft: Draft) -> None:
        draft.put(field, text)

    return read


def _read_whole(text: str, _: str, __: xml.Element | None, draft: Draft) -> None:
    """What the work is part of: "Technical report series ; 12" is how cataloguers write a series (ISBD, area 6), all else a collection."""
    if match := _SERIES.fullmatch(text):
        draft.put("series", match["series"])
        draft.put("series_number", match["number"])
    else:
        draft.put("collection", text)


def _read_citation(text: str, _: str, __: xml.Element | None, draft: Draft) -> None:
    draft.keep("dc.bibliographicCitation", text)


def _read_dates(properties: Properties, draft: Draft) -> None:
    """`created` tells best; without a readable one `date` does. Repositories add the moments of deposit: these stay inside."""
    stamps = {text for name in _STAMPS for text, _, _ in properties.get(name, ())} if "created" in properties else set()
    for text, _, _ in properties.get("created", ()):
        if text in stamps and _MOMENT.fullmatch(text):
            draft.keep("dc.created", text)
        else:
            draft.date(text)
    if "date" in properties and not (draft.dates and any(is_read(span) for span in draft.dates)):
        stated = [
            text
            for text, _, element in properties["date"]
            if text and _attribute(element, "qualifier").lower() not in _DATES_OF_FILES
        ]
        moments = [text for text in stated if _MOMENT.fullmatch(text)]
        plain = [text for text in stated if text not in moments]
        for text in plain or moments:
            draft.date(text)
        for text in moments if plain else ():
            draft.keep("dc.date", text)
    for name in ("issued", "dateIssued"):
        for text, _, _ in properties.get(name, ()):
            draft.date(text, kind=DateKind.PUBLISHED)


_STAMPS = ("dateAccepted", "available", "dateSubmitted", "modified")
"""Repositories repeat the moment of deposit as `created`: a moment that stands here, too, made no work."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?")
_DATES_OF_FILES = frozenset(
    {"digitized", "digitised", "modified", "submitted", "available", "accessioned", "created_digital"}
)


def _read_addresses(properties: Properties, draft: Draft) -> None:
    stated = []
    for text, _, element in properties.get("identifier", ()):
        kind = "" if element is None else xml.attribute(element, "qualifier") or xml.attribute(element, "type")
        if kind and identifier_kind(kind) is not None:
            draft.identifier(text, kind)
            if identifier_kind(kind) is IdentifierKind.URI and text.startswith("http") and not is_media_url(text):
                draft.put("source_url", first_url(text))
        elif text and "thumbnail" not in kind.lower():
            stated.append(text)
    urls = [first_url(value) for value in stated]
    media = {url for url in urls if url and is_media_url(url)}
    for identifier in read_identifiers(dict.fromkeys(stated)):
        value = identifier.value
        if identifier.kind is IdentifierKind.URI and (value in media or (value not in urls and is_media_url(value))):
            continue
        draft.identifiers.append(identifier)
    for value, url in zip(stated, urls, strict=True):
        if url in media:
            add_medium(draft, url)
        elif url and value.startswith("http"):
            draft.put("source_url", url)
    for name in ("isShownAt", "isReferencedBy"):
        for text, _, _ in properties.get(name, ()):
            draft.put("source_url", first_url(text))
    for name in ("relation", "source", "hasFormat", "hasVersion", "isShownBy", "hasView"):
        for text, _, element in properties.get(name, ()):
            value = text or _attribute(element, "resource")
            url = first_url(value)
            if url and is_media_url(url):
                add_medium(draft, url)
            elif value and name in ("relation", "source"):
                draft.keep(f"dc.{name}", value)


def add_medium(draft: Draft, url: str) -> None:
    """A medium of which only the address is known."""
    draft.medium(MediaRef(id=media_id("", url), url=url, iiif_service=iiif_service(url)))


def _with_format(draft: Draft, properties: Properties) -> list[MediaRef]:
    """A single MIME type and a single medium belong together."""
    if len(draft.media) != 1:
        return draft.media
    types = {t for text, _, _ in properties.get("format", ()) if "/" in text and _MIME.fullmatch(t := text.lower())}
    if len(types) == 1:
        only = draft.media[0]
        guessed = _EXTENSIONS.get(only.url.rsplit(".", 1)[-1].lower())
        mime = next(iter(types))
        if guessed is None or guessed == mime:
            return [MediaRef(id=only.id, url=only.url, mime=mime, iiif_service=only.iiif_service)]
    return draft.media


_EXTENSIONS = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "tif": "image/tiff", "tiff": "image/tiff", "png": "image/png",
               "pdf": "application/pdf", "mp4": "video/mp4", "mp3": "audio/mpeg"}  # fmt: skip
_READERS: dict[str, Reader] = {
    "title": _read_title,
    "alternative": _read_title,
    "description": _read_description,
    "abstract": _read_description,
    "tableOfContents": _read_description,
    "creator": _agent_reader(Role.CREATOR),
    "author": _agent_reader(Role.AUTHOR),
    "contributor": _agent_reader(Role.CONTRIBUTOR),
    "publisher": _agent_reader(Role.PUBLISHER),
    "subject": _term_reader("subjects"),
    "type": _read_type,
    "hasType": _read_type,
    "medium": _term_reader("materials"),
    "format": _read_format,
    "extent": _read_extent,
    "language": _read_language,
    "spatial": _read_place,
    "coverage": _read_place,
    "rights": _read_rights,
    "license": _read_rights,
    "licence": _read_rights,
    "accessRights": _read_rights,
    "available": _read_available,
    "provenance": _read_provenance,
    "dataProvider": _single_reader("institution"),
    "isPartOf": _read_whole,
    "bibliographicCitation": _read_citation,
}
_BLOCKS = frozenset({"description", "abstract", "tableOfContents", "provenance"})
"""Properties whose lines are kept apart."""
_ELSEWHERE = frozenset(
    {"identifier", "relation", "source", "hasFormat", "hasVersion", "isShownBy", "isShownAt", "hasView", "isReferencedBy", "date",
     "created", "issued", "dateIssued"}
)  # fmt: skip
_NAMES: dict[str, str] = {
    f"{{{namespace}}}{name}": name
    for namespace in ("http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/")
    for name in (*_READERS, *_ELSEWHERE)
}
"""The usual names, known as a whole: all others are cut to their local part first."""
