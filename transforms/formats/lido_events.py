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
from glamflow.transforms.formats.lido_words import concept_words, event_kind
from glamflow.transforms.outcome import Reason
from glamflow.transforms.record import AgentKind, DateKind, Identifier, IdentifierKind, PlaceKind, Role

_DATE_KINDS = {"made": DateKind.MADE, "published": DateKind.PUBLISHED, "collected": DateKind.COLLECTED, "found": DateKind.COLLECTED}
_PLACE_KINDS = {"made": PlaceKind.MADE, "published": PlaceKind.PUBLISHED, "collected": PlaceKind.FOUND, "found": PlaceKind.FOUND}
_ROLES = {"made": Role.CREATOR, "published": Role.PUBLISHER, "collected": Role.COLLECTOR, "found": Role.COLLECTOR}
_ACTOR_KINDS = {"person": AgentKind.PERSON, "corporation": AgentKind.CORPORATE, "group of persons": AgentKind.CORPORATE,
                "individual": AgentKind.PERSON, "family": AgentKind.CORPORATE, "institution": AgentKind.CORPORATE}  # fmt: skip
_YEAR = re.compile(r"-?\d{4}")
_WIKIDATA = re.compile(r"(?:wikidata\.org/(?:wiki|entity)/|^)(Q[1-9]\d*)$")


_EVENT = xml.steps("eventType", "eventActor", "eventDate", "eventPlace", "eventMaterialsTech")
_DATE = xml.steps("displayDate", "date/earliestDate", "date/latestDate")
_HOLDER = xml.steps("actorInRole", "displayActorInRole")
_IN_ROLE = xml.steps("roleActor", "actor", "attributionQualifierActor")
_ACTOR = xml.steps("nameActorSet/appellationValue", "vitalDatesActor/earliestDate", "vitalDatesActor/latestDate", "actorID")
_PLACE = xml.steps("place/namePlaceSet/appellationValue", "displayPlace", "place/placeID")
_MATERIALS = xml.steps("materialsTech/termMaterialsTech", "displayMaterialsTech")


def read_event(event_set: xml.Element, draft: Draft, language: str) -> None:
    """Read one `eventSet`."""
    for event in xml.children(event_set, "event"):
        parts = xml.gather(event, _EVENT)
        types = [t for e in parts.get("eventType", ()) for t in concept_words(e)]
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


def _keep_inside(event_set: xml.Element, event: xml.Element, draft: Draft, types: list[str]) -> None:
    name = types[-1].lower() if types else "event"
    shown = xml.first_text(event_set, "displayEvent")
    note = shown or "; ".join(
        text
        for path in ("eventActor/displayActorInRole", "eventActor/actorInRole/actor/nameActorSet/appellationValue",
                     "eventDate/displayDate", "eventPlace/displayPlace", "eventDescriptionSet/descriptiveNoteValue")
        for text in xml.texts(event, path)
    )  # fmt: skip
    draft.keep(f"lido.event.{name}", note, internal=True)


def _read_date(element: xml.Element, draft: Draft, kind: DateKind) -> None:
    parts = xml.gather(element, _DATE)
    display, earliest, latest = (xml.first_of(parts.get(path, ())) for path in ("displayDate", "date/earliestDate", "date/latestDate"))
    if earliest or latest:
        draft.span(span_between(earliest, latest, display, kind=kind))
    elif display:
        draft.date(display, kind=kind)


def _read_actors(holders: Iterable[xml.Element], draft: Draft, kind: str, language: str) -> None:
    default = _ROLES.get(kind)
    for holder in holders:
        found, parts = False, xml.gather(holder, _HOLDER)
        for in_role in parts.get("actorInRole", ()):
            said = xml.gather(in_role, _IN_ROLE)
            words = [t for role in said.get("roleActor", ()) for t in concept_words(role)]
            role = next((r for word in words if (r := parse_role(word))), None if _tells(words) else default)
            for actor in said.get("actor", ()):
                if role is not None:
                    found = _read_actor(actor, said, draft, role, language) or found
                elif _tells(words):
                    found = True
                    _keep_actor(actor, words, draft)
        display = xml.first_of(parts.get("displayActorInRole", ()))
        if display and not found and default is not None:
            _read_display(display, draft, default, language)


def _tells(words: list[str]) -> bool:
    """Whether a role is stated at all; addresses of concepts alone tell us nothing that we could misread."""
    return any(not word.startswith(("http://", "https://")) for word in words)


def _keep_actor(actor: xml.Element, words: list[str], draft: Draft) -> None:
    """An actor whose role we do not know is no creator: kept inside, and told."""
    name = xml.first_text(actor, "nameActorSet/appellationValue")
    role = next(word for word in words if not word.startswith("http"))
    draft.keep(f"lido.actor.{role}", name)
    draft.find(Reason.VALUE_NOT_READ, "agents", f"{name} ({role})", detail="the role is not known")


def _read_actor(actor: xml.Element, in_role: xml.Found, draft: Draft, role: Role, language: str) -> bool:
    parts = xml.gather(actor, _ACTOR)
    names = [
        (xml.attribute(value, "pref").lower(), text)
        for value in parts.get("nameActorSet/appellationValue", ())
        if (text := xml.text_of(value))
    ]
    if not names:
        return False
    name = next((text for pref, text in names if "altern" not in pref), names[0][1])
    kind = _ACTOR_KINDS.get(xml.attribute(actor, "type").lower(), AgentKind.UNKNOWN)
    agent = draft.agent(name, role=role, kind=kind, language=language)
    if agent is None:
        return False
    birth, death = (_year(xml.first_of(parts.get(f"vitalDatesActor/{end}Date", ()))) for end in ("earliest", "latest"))
    qualifiers = xml.texts_of(in_role.get("attributionQualifierActor", ()))
    attribution = next((a for q in qualifiers if (a := attribution_of(q)) is not None), agent.attribution)
    uris = [t for t in xml.texts_of(parts.get("actorID", ())) if t.startswith("http") or _WIKIDATA.search(t)]
    wikidata = next((m.group(1) for uri in uris if (m := _WIKIDATA.search(uri))), None)
    draft.replace_agent(
        msgspec.structs.replace(
            agent,
            birth=birth or agent.birth,
            death=death or agent.death,
            attribution=attribution,
            wikidata=wikidata,
            identifiers=tuple(Identifier(value=uri, kind=IdentifierKind.URI) for uri in uris),
        )
    )
    return True


def _read_display(display: str, draft: Draft, role: Role, language: str) -> None:
    head, colon, tail = display.partition(":")
    named = parse_role(head) if colon else None
    draft.agent(tail if named else display, role=named or role, language=language)


def _read_place(element: xml.Element, draft: Draft, kind: PlaceKind, language: str) -> None:
    parts = xml.gather(element, _PLACE)
    names = [(t, language) for t in xml.texts_of(parts.get("place/namePlaceSet/appellationValue", ()))]
    display = xml.first_of(parts.get("displayPlace", ()))
    uri = next((t for t in xml.texts_of(parts.get("place/placeID", ())) if t.startswith("http")), "")
    before = len(draft.places)
    draft.place(names or ([(display, language)] if display else []), kind=kind, uri=uri if names or display else "")
    if len(draft.places) == before:
        return
    place = draft.places[-1]
    larger = [t for wrap in element.iter("{*}partOfPlace") for t in xml.texts(wrap, "namePlaceSet/appellationValue")]
    country = place.country or next((c for t in larger if (c := parse_country(t))), None)
    point = next((xml.text_of(e) for e in element.iter("{*}pos", "{*}coordinates")), "")
    coordinates = parse_point(point) if point else None
    if point and coordinates is None:
        draft.find(Reason.COORDINATES_INVALID, "places", point)
    draft.places[-1] = msgspec.structs.replace(
        place,
        country=country,
        latitude=coordinates[0] if coordinates else None,
        longitude=coordinates[1] if coordinates else None,
    )


def _read_materials(element: xml.Element, draft: Draft, language: str) -> None:
    found = False
    parts = xml.gather(element, _MATERIALS)
    for term in parts.get("materialsTech/termMaterialsTech", ()):
        said = xml.grouped(term)
        target = draft.techniques if _is_technique(xml.attribute(term, "type")) else draft.materials
        labels = [
            (text, xml.language_of(label) or language)
            for label in said.get("term", ())
            if xml.attribute(label, "addedSearchTerm") != "yes" and (text := xml.text_of(label))
        ]
        uri = next((t for t in xml.texts_of(said.get("conceptID", ())) if t.startswith("http")), "")
        draft.term(target, labels, uri)
        found = found or bool(labels)
    if not found:
        for display in parts.get("displayMaterialsTech", ()):
            target = draft.techniques if _is_technique(xml.attribute(display, "label")) else draft.materials
            draft.term(target, [(xml.text_of(display), xml.language_of(display) or language)])


def _is_technique(word: str) -> bool:
    return any(part in word.lower() for part in ("techni", "tekni", "técnic", "tecnic", "lido00131"))


def _year(value: str) -> int | None:
    match = _YEAR.match(value.strip())
    return int(match.group()) or None if match else None
