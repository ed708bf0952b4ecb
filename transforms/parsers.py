"""The named parsers of the declared field map: what `parse:` may say in a partner file.

Each reads one selected value (a string, number, or JSON object) into a field of the draft. The list is closed: a partner file chooses,
it never computes. Adding one: a function `(draft, target, value, language)` and a line in `PARSERS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from msgspec.structs import replace

from glamflow.transforms.fields.dates import parse_date, span_between
from glamflow.transforms.fields.identifiers import first_url
from glamflow.transforms.fields.languages import parse_language
from glamflow.transforms.fields.media import iiif_service, media_id, media_role, page_label
from glamflow.transforms.fields.places import parse_coordinates, parse_country, parse_point
from glamflow.transforms.fields.text import split_list
from glamflow.transforms.formats.draft import Draft
from glamflow.transforms.outcome import Reason, Severity
from glamflow.transforms.parse_agents import agent_reader
from glamflow.transforms.plain_values import first_text, flatten, text_value
from glamflow.transforms.record import (
    DateKind,
    Identifier,
    IdentifierKind,
    MediaRef,
    MediaRole,
    Place,
    PlaceKind,
    RightsLevel,
    RightsStatement,
    Role,
    Speaker,
    Text,
)

Read = Callable[[Draft, str, Any, str], None]


class Parser(NamedTuple):
    """A named parser, the fields it may fill, and what it reads."""

    read: Read
    targets: frozenset[str]
    reads: str


_TIMED = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")
_TEXTS = frozenset({"titles", "descriptions", "inscriptions", "provenance"})
_TERMS = frozenset({"subjects", "object_types", "materials", "techniques"})
SINGLE = frozenset(
    {"institution", "department", "collection", "credit_line", "series", "series_number", "document_symbol", "version_group",
     "third_party", "source_url", "not_before"}
)  # fmt: skip
_NO_LANGUAGE = frozenset({"def", "none", "@none"})
"""Keys of language maps (Europeana, IIIF, JSON-LD) under which a text stands that is of no stated language."""
_STARTS = ("start", "begin", "earliest", "startYear", "fromYear", "from")
_ENDS = ("end", "latest", "endYear", "toYear", "to")
_RIGHTS_KEYS = ("uri", "url", "link", "value", "code", "access", "id", "name")
_IMAGE_INFO = "/info.json"
_URL_KEYS = ("url", "href", "src", "link", "download_url", "downloadUrl", "file", "@id", "uri", "content")


def tagged_texts(value: Any, language: str) -> Iterator[tuple[str, str]]:
    """(text, language) pairs of a string, a list, {"en": …} or {"value": …, "language": …}."""
    for item in flatten(value):
        if (
            isinstance(item, dict)
            and item
            and all(isinstance(k, str) and (k in _NO_LANGUAGE or parse_language(k)) for k in item)
        ):
            for code, inner in item.items():
                for text in flatten(inner):
                    yield text_value(text), "" if code in _NO_LANGUAGE else code
        elif isinstance(item, dict):
            code = item.get("language") or item.get("lang") or item.get("@language") or language
            yield text_value(item), code if isinstance(code, str) else language
        else:
            yield text_value(item), language


def _read_text(draft: Draft, target: str, value: Any, language: str) -> None:
    for text, code in tagged_texts(value, language):
        if target in SINGLE:
            draft.put(target, text)
        elif target in _TERMS:
            draft.term(getattr(draft, target), [(text, code)])
        elif target == "sensitivity":
            draft.sensitivity.append(text)
        elif target in (
            "content_languages",
            "identifiers",
            "rights",
            "agents",
            "dates",
            "places",
            "dimensions",
            "media",
        ):
            _DEFAULTS[target](draft, target, text, code)
        elif target in _TEXTS:
            draft.text(getattr(draft, target), text, code)
        else:
            draft.keep(target, text)


def _read_term(draft: Draft, target: str, value: Any, language: str) -> None:
    for item in flatten(value):
        labels = [pair for pair in tagged_texts(item, language) if pair[0]]
        uri = item.get("uri") or item.get("@id") or item.get("id") if isinstance(item, dict) else ""
        draft.term(getattr(draft, target), labels, uri if isinstance(uri, str) and uri.startswith("http") else "")


def _splitter(separator: str) -> Read:
    def read(draft: Draft, target: str, value: Any, language: str) -> None:
        for text, code in tagged_texts(value, language):
            for part in split_list(text, separator):
                _read_text(draft, target, part, code)

    return read


def _date_reader(kind: DateKind) -> Read:
    def read(draft: Draft, target: str, value: Any, language: str) -> None:
        for item in flatten(value):
            if isinstance(item, dict):
                first, last = (_day(first_text(item, keys)) for keys in (_STARTS, _ENDS))
                if first or last:
                    draft.span(span_between(_padded(first), _padded(last), text_value(item), kind=kind))
                    continue
            draft.date(text_value(item), kind=kind)

    return read


def _day(value: str) -> str:
    """A time stamp without its time of day."""
    return value[:10] if _TIMED.match(value) else value


def _padded(year: str) -> str:
    return year.zfill(4) if year.isdigit() and len(year) == 3 else year


def _identifier_reader(kind: IdentifierKind) -> Read:
    def read(draft: Draft, target: str, value: Any, language: str) -> None:
        for item in flatten(value):
            if not isinstance(item, bool) and (text := text_value(item)):
                known = (
                    IdentifierKind.URI
                    if kind is IdentifierKind.INVENTORY and text.startswith(("http://", "https://"))
                    else kind
                )
                draft.identifiers.append(Identifier(value=text, kind=known))

    return read


def _rights_reader(level: RightsLevel, vocabulary: str = "") -> Read:
    def read(draft: Draft, target: str, value: Any, language: str) -> None:
        for item in flatten(value):
            text = (first_text(item, ("uri", "url", "link", "@id", "value", "id", "label", "title", "name")) if isinstance(item, dict)
                    else text_value(item))  # fmt: skip
            draft.statement(text, level=level, vocabulary=vocabulary, language=language)

    return read


def _read_place(draft: Draft, target: str, value: Any, language: str) -> None:
    for item in flatten(value):
        before = len(draft.places)
        draft.place([pair for pair in tagged_texts(item, language) if pair[0]])
        if isinstance(item, dict) and len(draft.places) > before:
            latitude, longitude = (
                first_text(item, ("latitude", "lat")),
                first_text(item, ("longitude", "lon", "lng", "long")),
            )
            if latitude or longitude:
                _locate(draft, f"{latitude}, {longitude}", parse_coordinates(latitude, longitude))


def _read_country(draft: Draft, target: str, value: Any, language: str) -> None:
    for text, code in tagged_texts(value, language):
        if text:
            draft.places.append(Place(names=(Text(value=text, language=draft.tag(code)),), country=parse_country(text)))


def _read_coordinates(draft: Draft, target: str, value: Any, language: str) -> None:
    items = list(flatten(value))
    text = ", ".join(text_value(item) for item in items[:2])
    draft.places.append(Place(kind=PlaceKind.OTHER))
    _locate(draft, text, parse_point(text))
    if draft.places[-1] == Place():
        draft.places.pop()


def _locate(draft: Draft, stated: str, point: tuple[float, float] | None) -> None:
    if point is None:
        draft.find(Reason.COORDINATES_INVALID, "places", stated)
    else:
        draft.places[-1] = replace(draft.places[-1], latitude=point[0], longitude=point[1])


def _read_language(draft: Draft, target: str, value: Any, language: str) -> None:
    for item in flatten(value):
        text = text_value(item)
        if code := parse_language(text):
            draft.content_languages.append(code)
        elif text:
            draft.find(Reason.LANGUAGE_UNKNOWN, "content_languages", text, severity=Severity.INFO)


def _read_dimensions(draft: Draft, target: str, value: Any, language: str) -> None:
    for item in flatten(value):
        draft.measures(text_value(item))


def _read_url(draft: Draft, target: str, value: Any, language: str) -> None:
    for item in flatten(value):
        url = first_url(text_value(item) or (first_text(item, _URL_KEYS) if isinstance(item, dict) else ""))
        if url and target in SINGLE:
            draft.put(target, url)
        elif url and target == "media":
            url = _picture(url)
            draft.medium(MediaRef(id=media_id("", url), url=url, iiif_service=iiif_service(url)))
        elif url:
            draft.identifiers.append(Identifier(value=url, kind=IdentifierKind.URI))


def _read_embargo(draft: Draft, target: str, value: Any, language: str) -> None:
    for item in flatten(value):
        span = parse_date(text_value(item))
        day = span.earliest
        if day is None:
            draft.find(Reason.DATE_NOT_READ, "not_before", text_value(item))
        else:
            draft.put("not_before", f"{day.year:04}-{day.month or 1:02}-{day.day or 1:02}")


def _read_published(draft: Draft, target: str, value: Any, language: str) -> None:
    for item in flatten(value):
        word = text_value(item).strip().lower()
        draft.published = (
            True
            if word in ("true", "yes", "1", "published")
            else False
            if word in ("false", "no", "0", "unpublished")
            else None
        )


def _picture(url: str) -> str:
    """The whole picture where the address is that of a IIIF image service's description."""
    return f"{url.removesuffix(_IMAGE_INFO)}/full/max/0/default.jpg" if url.endswith(_IMAGE_INFO) else url


def _media_reader(vocabulary: str = "") -> Read:
    def read(draft: Draft, target: str, value: Any, language: str) -> None:
        for item in flatten(value):
            if isinstance(item, str):
                _read_url(draft, "media", item, language)
            elif isinstance(item, dict):
                _read_medium(draft, item, language, vocabulary)

    return read


def _medium_rights(item: dict[str, Any], vocabulary: str) -> tuple[RightsStatement, ...]:
    """What the object of one medium says of its own rights, and of no other medium's."""
    found = [
        RightsStatement(value=text, level=RightsLevel.MEDIUM, speaker=Speaker.HOLDER, vocabulary=vocabulary)
        for key in ("rights", "license", "licence", "licenses", "rights_uri", "license_url", "usage")
        for inner in flatten(item.get(key))
        if (text := first_text(inner, _RIGHTS_KEYS) if isinstance(inner, dict) else text_value(inner))
    ]
    return tuple(dict.fromkeys(found))


def _read_medium(draft: Draft, item: dict[str, Any], language: str, vocabulary: str) -> None:
    url = _picture(first_url(first_text(item, _URL_KEYS)))
    if not url:
        draft.find(Reason.VALUE_NOT_READ, "media", str(sorted(item))[:200], detail="a medium without an address")
        return
    labels = [
        pair
        for key in ("label", "title", "caption", "name", "description")
        for pair in tagged_texts(item.get(key), language)
    ]
    stated = first_text(item, ("role", "view"))
    words = [text for text, _ in labels]
    code = parse_language(first_text(item, ("language", "lang")))
    draft.medium(
        MediaRef(
            id=media_id(first_text(item, ("id", "uuid", "identifier", "idsId")), url),
            url=url,
            role=MediaRole(stated) if stated in set(MediaRole) else media_role(stated, *words),
            position=_integer(first_text(item, ("position", "order", "sequence", "sort_order"))),
            page=first_text(item, ("page", "page_label")) or page_label(*words),
            labels=tuple(dict.fromkeys(Text(value=t, language=draft.tag(c) if c else code) for t, c in labels if t)),
            mime=next(
                (
                    m
                    for k in ("mime", "mime_type", "mimetype", "format", "type")
                    if "/" in (m := first_text(item, (k,)))
                ),
                "",
            ),
            width=_integer(first_text(item, ("width",))),
            height=_integer(first_text(item, ("height",))),
            size=_integer(first_text(item, ("size", "bytes", "filesize", "file_size"))),
            sha1=sha1 if re.fullmatch(r"[0-9a-f]{40}", sha1 := first_text(item, ("sha1", "checksum")).lower()) else "",
            iiif_service=first_text(item, ("iiif_service", "iiif")) or iiif_service(url),
            photographer=first_text(item, ("photographer", "photo_by")),
            rights=_medium_rights(item, vocabulary),
        )
    )


def _integer(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 15 else None


_DEFAULTS: dict[str, Read] = {
    "content_languages": _read_language,
    "identifiers": _identifier_reader(IdentifierKind.OTHER),
    "rights": _rights_reader(RightsLevel.OBJECT),
    "agents": agent_reader(Role.CREATOR),
    "dates": _date_reader(DateKind.MADE),
    "places": _read_place,
    "dimensions": _read_dimensions,
    "media": _media_reader(),
}
_AGENTS, _DATES, _PLACES = frozenset({"agents"}), frozenset({"dates"}), frozenset({"places"})
_RIGHTS, _IDS, _MEDIA = frozenset({"rights"}), frozenset({"identifiers"}), frozenset({"media"})
_ANY = frozenset({*_TEXTS, *_TERMS, *SINGLE, *_DEFAULTS, "sensitivity"})

PARSERS: dict[str, Parser] = {
    "text": Parser(_read_text, _ANY, "the text as it stands; in dates, agents, rights … what their own parser reads"),
    "split_semicolon": Parser(_splitter(";"), _ANY, "a list divided by semicolons"),
    "split_comma": Parser(_splitter(","), _ANY, "a list divided by commas"),
    "split_pipe": Parser(_splitter("|"), _ANY, "a list divided by upright strokes"),
    "term": Parser(_read_term, _TERMS, "a label, or an object with labels and an address"),
    "date": Parser(_date_reader(DateKind.MADE), _DATES, "when the work was made"),
    "date_published": Parser(_date_reader(DateKind.PUBLISHED), _DATES, "when it was published"),
    "date_collected": Parser(_date_reader(DateKind.COLLECTED), _DATES, "when it was collected or found"),
    **{role.value: Parser(agent_reader(role), _AGENTS, f"a name; its role is {role.value}") for role in Role},
    "agent": Parser(agent_reader(Role.CREATOR), _AGENTS, "a name, or an object with name, role, birth, death"),
    "place": Parser(_read_place, _PLACES, "a name, or an object with name, latitude, longitude"),
    "country": Parser(_read_country, _PLACES, "the name or code of a state"),
    "coordinates": Parser(_read_coordinates, _PLACES, "latitude, longitude"),
    "language": Parser(_read_language, frozenset({"content_languages"}), "a language code or name"),
    "dimensions": Parser(_read_dimensions, frozenset({"dimensions"}), "measures in words"),
    "inventory_number": Parser(_identifier_reader(IdentifierKind.INVENTORY), _IDS, "the number shown to people"),
    "identifier": Parser(_identifier_reader(IdentifierKind.OTHER), _IDS, "another identifier"),
    "symbol": Parser(_identifier_reader(IdentifierKind.SYMBOL), _IDS, "a document symbol"),
    "rights": Parser(_rights_reader(RightsLevel.OBJECT), _RIGHTS, "a statement about the object and its media"),
    "rights_medium": Parser(_rights_reader(RightsLevel.MEDIUM), _RIGHTS, "a statement about the media"),
    "rights_metadata": Parser(_rights_reader(RightsLevel.METADATA), _RIGHTS, "a statement about the metadata only"),
    "rights_dimu": Parser(_rights_reader(RightsLevel.MEDIUM, "dimu"), _RIGHTS, "a code of DigitaltMuseum"),
    "rights_soch": Parser(_rights_reader(RightsLevel.MEDIUM, "soch"), _RIGHTS, "a code of K-samsök"),
    "rights_flickr": Parser(_rights_reader(RightsLevel.MEDIUM, "flickr"), _RIGHTS, "a licence number of Flickr"),
    "rights_met": Parser(_rights_reader(RightsLevel.OBJECT, "met"), _RIGHTS, "isPublicDomain of the Met"),
    "url": Parser(_read_url, frozenset({"source_url", "media", "identifiers"}), "the first web address in the value"),
    "embargo": Parser(_read_embargo, frozenset({"not_before"}), "the day before which nothing may be published"),
    "published": Parser(_read_published, frozenset({"published"}), "whether the work was published (true or false)"),
    "media_dimu": Parser(_media_reader("dimu"), _MEDIA, "as media, the rights being codes of DigitaltMuseum"),
    "media_smithsonian": Parser(
        _media_reader("smithsonian"), _MEDIA, "as media, the usage being that of the Smithsonian"
    ),
    "media_wellcome": Parser(
        _media_reader("wellcome"), _MEDIA, "as media, the licence being that of Wellcome Collection"
    ),
    "media": Parser(
        _media_reader(), _MEDIA, "an address, or an object with url, id, mime, label, role, rights, language, page"
    ),
}
