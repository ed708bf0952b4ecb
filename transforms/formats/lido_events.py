"""LIDO events → dates, makers, places, materials.

Rules
- Production, creation and design say when, where and by whom the object was made; publication, collecting and finding have kinds
  of their own; acquisition, ownership, exhibitions and restoration stay inside.
- An event of unknown type gives no makers and no dates of making: its actors count only if their role is known.
- An actor without a role in a making event is a creator.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from glamflow.transforms.fields.dates import span_between
from glamflow.transforms.fields.names import attribution_of
from glamflow.transforms.fields.places import parse_country, parse_point
from glamflow.transforms.fields.roles import parse_role
from glamflow.transforms.formats import xml
from glamflow.transforms.formats.draft import Draft
from glamflow.transforms.formats.lido_words import WORDS, event_kind, first_address, labels_of, shape, words_of
from glamflow.transforms.formats.parts import NO_TEXT, Part, first_text
from glamflow.transforms.outcome import Reason
from glamflow.transforms.record import (
    AgentKind,
    Attribution,
    DateKind,
    Identifier,
    IdentifierKind,
    Place,
    PlaceKind,
    Role,
)

_DATE_KINDS = {"made": DateKind.MADE, "published": DateKind.PUBLISHED, "collected": DateKind.COLLECTED, "found": DateKind.COLLECTED}
_PLACE_KINDS = {"made": PlaceKind.MADE, "published": PlaceKind.PUBLISHED, "collected": PlaceKind.FOUND, "found": PlaceKind.FOUND}
_ROLES = {"made": Role.CREATOR, "published": Role.PUBLISHER, "collected": Role.COLLECTOR, "found": Role.COLLECTOR}
_ACTOR_KINDS = {"person": AgentKind.PERSON, "corporation": AgentKind.CORPORATE, "group of persons": AgentKind.CORPORATE,
                "individual": AgentKind.PERSON, "family": AgentKind.CORPORATE, "institution": AgentKind.CORPORATE}  # fmt: skip
_TECHNIQUE = re.compile("techni|tekni|técnic|tecnic|lido00131")
_YEAR = re.compile(r"-?\d{4}")
_WIKIDATA = re.compile(r"(?:wikidata\.org/(?:wiki|entity)/|^)(Q[1-9]\d*)$")

_ACTOR = shape(
    lines="nameActorSet/appellationValue", bare="vitalDatesActor/earliestDate vitalDatesActor/latestDate actorID"
)
_IN_ROLE = shape(parts={"roleActor": WORDS}, typed={"actor": _ACTOR}, bare="attributionQualifierActor")
_MATERIAL = shape(lines="term", bare="conceptID")
_EVENT = shape(
    parts={
        "eventType": WORDS,
        "eventActor": shape(parts={"actorInRole": _IN_ROLE}, bare="displayActorInRole"),
        "eventDate": shape(bare="displayDate date/earliestDate date/latestDate"),
        "eventPlace": shape(bare="displayPlace place/namePlaceSet/appellationValue place/placeID", passed="place/gml place/partOfPlace"),
        "eventMaterialsTech": shape(typed={"materialsTech/termMaterialsTech": _MATERIAL}, lines="displayMaterialsTech"),
    }
)
EVENT_SET = shape(parts={"event": _EVENT}, bare="displayEvent")


def read_event(event_set: Part, draft: Draft, language: str) -> None:
    """Read one `eventSet`."""
    for event in event_set.parts.get("event", ()):
        parts = event.parts
        types = words_of(parts.get("eventType", ()))
        kind = event_kind(types)
        if kind == "inside":
            _keep_inside(event_set, event, draft, types)
            continue
        _read_actors(parts.get("eventActor", ()), draft, kind, language)
        if kind:
            for date in parts.get("eventDate", ()):
                _read_date(date, draft, _DATE_KINDS[kind])
        for place in parts.get("eventPlace", ()):
            _read_place(place, draft, _PLACE_KINDS.get(kind, PlaceKind.OTHER), language)
        for material in parts.get("eventMaterialsTech", ()):
            _read_materials(material, draft, language)


def _keep_inside(event_set: Part, event: Part, draft: Draft, types: list[str]) -> None:
    name = types[-1].lower() if types else "event"
    shown = event_set.first("displayEvent")
    note = shown or "; ".join(
        text
        for path in ("eventActor/displayActorInRole", "eventActor/actorInRole/actor/nameActorSet/appellationValue",
                     "eventDate/displayDate", "eventPlace/displayPlace", "eventDescriptionSet/descriptiveNoteValue")
        for text in xml.texts(event.element, path)
    )  # fmt: skip
    draft.keep(f"lido.event.{name}", note, internal=True)


def _read_date(date: Part, draft: Draft, kind: DateKind) -> None:
    display = date.bare.get("displayDate", NO_TEXT)[0]
    earliest, latest = date.bare.get("date/earliestDate", NO_TEXT)[0], date.bare.get("date/latestDate", NO_TEXT)[0]
    if earliest or latest:
        draft.span(span_between(earliest, latest, display, kind=kind))
    elif display:
        draft.date(display, kind=kind)


def _read_actors(holders: Iterable[Part], draft: Draft, kind: str, language: str) -> None:
    default = _ROLES.get(kind)
    for holder in holders:
        found = False
        for in_role in holder.parts.get("actorInRole", ()):
            words = words_of(in_role.parts.get("roleActor", ()))
            role = _role(words)
            unknown = role is None and _tells(words)
            for actor in in_role.parts.get("actor", ()):
                if unknown:
                    found = True
                    _keep_actor(actor, words, draft)
                elif as_stated := role or default:
                    found = _read_actor(actor, in_role, draft, as_stated, language) or found
        display = "" if found else holder.first("displayActorInRole")
        if display and default is not None:
            _read_display(display, draft, default, language)


def _role(words: list[str]) -> Role | None:
    """The role that the first known word names."""
    for word in words:
        if role := parse_role(word):
            return role
    return None


def _tells(words: list[str]) -> bool:
    """Whether a role is stated at all; addresses of concepts alone tell us nothing that we could misread."""
    return any(not word.startswith(("http://", "https://")) for word in words)


def _keep_actor(actor: Part, words: list[str], draft: Draft) -> None:
    """An actor whose role we do not know is no creator: kept inside, and told."""
    name = first_text(actor.parts.get("nameActorSet/appellationValue", ()))
    role = next(word for word in words if not word.startswith("http"))
    draft.keep(f"lido.actor.{role}", name)
    draft.find(Reason.VALUE_NOT_READ, "agents", f"{name} ({role})", detail="the role is not known")


def _read_actor(actor: Part, in_role: Part, draft: Draft, role: Role, language: str) -> bool:
    name = _preferred(actor.parts.get("nameActorSet/appellationValue", ()))
    if not name:
        return False
    kind = _ACTOR_KINDS.get(actor.attributes.get("type", "").lower(), AgentKind.UNKNOWN)
    agent = draft.agent(name, role=role, kind=kind, language=language)
    if agent is None:
        return False
    stated: Attribution | None = None
    for qualifier in in_role.bare.get("attributionQualifierActor", ()):
        stated = stated or attribution_of(qualifier)
    identifiers: list[Identifier] = []
    wikidata = None
    for number in actor.bare.get("actorID", ()):
        match = _WIKIDATA.search(number)
        if match or number.startswith("http"):
            identifiers.append(Identifier(value=number, kind=IdentifierKind.URI))
            wikidata = wikidata or (match[1] if match else None)
    draft.replace_agent(
        msgspec.structs.replace(
            agent,
            birth=_year(actor.bare.get("vitalDatesActor/earliestDate", NO_TEXT)[0]) or agent.birth,
            death=_year(actor.bare.get("vitalDatesActor/latestDate", NO_TEXT)[0]) or agent.death,
            attribution=stated or agent.attribution,
            wikidata=wikidata,
            identifiers=tuple(identifiers),
        )
    )
    return True


def _preferred(names: Iterable[Part]) -> str:
    """The first name that is no alternative one, else the first."""
    first = ""
    for name in names:
        if name.text and "altern" not in name.attributes.get("pref", "").lower():
            return name.text
        first = first or name.text
    return first


def _read_display(display: str, draft: Draft, role: Role, language: str) -> None:
    head, colon, tail = display.partition(":")
    named = parse_role(head) if colon else None
    draft.agent(tail if named else display, role=named or role, language=language)


def _read_place(stated: Part, draft: Draft, kind: PlaceKind, language: str) -> None:
    names = stated.bare.get("place/namePlaceSet/appellationValue", ())
    shown = names or stated.bare.get("displayPlace", ())[:1]
    if not shown:
        return
    before = len(draft.places)
    draft.place([(name, language) for name in shown], kind=kind, uri=first_address(stated.bare.get("place/placeID", ())))
    if len(draft.places) > before:
        draft.places[-1] = _located(draft.places[-1], stated.element, draft)


def _located(place: Place, stated: xml.Element, draft: Draft) -> Place:
    """The place with its coordinates, and with the country that a larger place tells."""
    country, point = place.country, None
    for element in stated.iter("{*}partOfPlace", "{*}pos", "{*}coordinates"):
        if not str(element.tag).endswith("partOfPlace"):
            point = xml.text_of(element) if point is None else point
        elif country is None:
            larger = xml.texts(element, "namePlaceSet/appellationValue")
            country = next((c for t in larger if (c := parse_country(t))), None)
    coordinates = parse_point(point) if point else None
    if point and coordinates is None:
        draft.find(Reason.COORDINATES_INVALID, "places", point)
    if country is place.country and coordinates is None:
        return place
    latitude, longitude = coordinates or (None, None)
    return msgspec.structs.replace(place, country=country, latitude=latitude, longitude=longitude)


def _read_materials(stated: Part, draft: Draft, language: str) -> None:
    found = False
    for material in stated.parts.get("materialsTech/termMaterialsTech", ()):
        target = draft.techniques if _is_technique(material.attributes.get("type", "")) else draft.materials
        terms, uri = material.parts.get("term", ()), first_address(material.bare.get("conceptID", ()))
        if len(terms) == 1 and not terms[0].attributes:
            draft.word(target, terms[0].text, terms[0].language or language, uri)
            found = found or terms[0].text != ""
        else:
            labels = labels_of(terms, language)
            draft.term(target, labels, uri)
            found = found or bool(labels)
    if not found:
        for display in stated.parts.get("displayMaterialsTech", ()):
            target = draft.techniques if _is_technique(display.attributes.get("label", "")) else draft.materials
            draft.word(target, display.text, display.language or language)


def _is_technique(word: str) -> bool:
    return _TECHNIQUE.search(word.lower()) is not None


def _year(value: str) -> int | None:
    if len(value) == 4 and value.isdecimal():
        return int(value) or None
    match = _YEAR.match(value)
    return int(match.group()) or None if match else None
