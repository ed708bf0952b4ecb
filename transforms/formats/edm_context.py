"""The contextual resources of an EDM document: agents, places, concepts, time spans, licences, found by their address."""

from __future__ import annotations

import re

import msgspec

from glamflow.transforms.fields.dates import is_read, parse_date, span_between
from glamflow.transforms.fields.names import parse_agent
from glamflow.transforms.fields.places import parse_coordinates, parse_country
from glamflow.transforms.formats import xml
from glamflow.transforms.formats.draft import Draft
from glamflow.transforms.outcome import Reason
from glamflow.transforms.record import Agent, DateKind, DateSpan, Identifier, IdentifierKind, Place, Role

_YEAR = re.compile(r"-?\d{4}(?:-\d\d(?:-\d\d)?)?")
_WIKIDATA = re.compile(r"wikidata\.org/(?:wiki|entity)/(Q[1-9]\d*)$")
_CONTEXTUAL = frozenset({"Agent", "Place", "Concept", "TimeSpan", "License", "Organization"})


class Context:
    """Resources of one document by `rdf:about`."""

    def __init__(self, root: xml.Element) -> None:
        self.by_address: dict[str, xml.Element] = {}
        for element in xml.elements_of(root):
            if xml.local_name(element) in _CONTEXTUAL and (address := xml.attribute(element, "about")):
                self.by_address.setdefault(address, element)

    def labels(self, element: xml.Element) -> tuple[list[tuple[str, str]], str]:
        """(label, language) pairs of a property and the address it refers to; an address alone has no label."""
        resource = xml.attribute(element, "resource")
        text = xml.text_of(element)
        if not resource:
            if text.startswith(("http://", "https://")) and " " not in text:
                return [], text
            return ([(text, xml.language_of(element))] if text else []), ""
        node = self.by_address.get(resource)
        found = self._preferred(node) if node is not None else []
        if text:
            found.insert(0, (text, xml.language_of(element)))
        return found, resource if resource.startswith(("http://", "https://")) else ""

    def names(self, element: xml.Element) -> list[str]:
        """The labels of a property without their languages."""
        return [label for label, _ in self.labels(element)[0]]

    def rights(self, element: xml.Element) -> str:
        """The statement of a rights property; a licence node stands for what it inherits from."""
        resource = xml.attribute(element, "resource")
        node = self.by_address.get(resource) if resource else None
        if node is not None:
            inherited = next((xml.attribute(e, "resource") for e in xml.children(node, "inheritFrom")), "")
            return inherited or resource
        return resource or xml.text_of(element)

    def agent(self, address: str, role: Role, draft: Draft) -> Agent | None:
        """The agent at an address, None if the document does not describe it."""
        node = self.by_address.get(address)
        labels = self._preferred(node) if node is not None else []
        if node is None or not labels:
            return None
        wanted = [draft.language, "en", None]
        tags = [draft.tag(language) for _, language in labels]
        name = labels[min(range(len(tags)), key=lambda i: wanted.index(tags[i]) if tags[i] in wanted else len(wanted))][0]
        agent = parse_agent(name, role=role)
        if agent is None:
            return None
        wikidata = _WIKIDATA.search(address)
        return msgspec.structs.replace(
            agent,
            birth=_year(xml.first_text(node, "dateOfBirth")) or agent.birth,
            death=_year(xml.first_text(node, "dateOfDeath")) or agent.death,
            wikidata=wikidata.group(1) if wikidata else None,
            identifiers=(Identifier(value=address, kind=IdentifierKind.URI),) if address.startswith("http") else (),
        )

    def joined(self, agent: Agent, address: str, draft: Draft) -> bool:
        """Whether the agent is one that a text named already; then its address and missing years are added to that one."""
        node = self.by_address.get(address)
        labels = [t for name in ("prefLabel", "altLabel", "name") for t in xml.texts(node, name)] if node is not None else []
        forms = {_tokens(label) for label in labels}
        for index, known in enumerate(draft.agents):
            years = (known.birth, known.death)
            same_life = None not in years and years == (agent.birth, agent.death)
            alike = _tokens(known.name) in forms or (same_life and len(_tokens(known.name) & _tokens(agent.name)) > 1)
            if known.role is agent.role and alike and known.name != agent.name:
                draft.agents[index] = msgspec.structs.replace(
                    known,
                    birth=known.birth or agent.birth,
                    death=known.death or agent.death,
                    wikidata=known.wikidata or agent.wikidata,
                    identifiers=(*known.identifiers, *agent.identifiers),
                )
                return True
        return False

    def located(self, place: Place, address: str, draft: Draft) -> Place:
        """The place with the coordinates of its resource."""
        node = self.by_address.get(address)
        if node is None:
            return place
        latitude, longitude = xml.first_text(node, "lat"), xml.first_text(node, "long")
        point = parse_coordinates(latitude, longitude) if latitude and longitude else None
        if (latitude or longitude) and point is None:
            draft.find(Reason.COORDINATES_INVALID, "places", f"{latitude}, {longitude}")
        country = place.country or next((c for t in xml.texts(node, "prefLabel") if (c := parse_country(t))), None)
        return msgspec.structs.replace(
            place, country=country, latitude=point[0] if point else None, longitude=point[1] if point else None
        )

    def time_span(self, element: xml.Element, kind: DateKind) -> DateSpan | None:
        """The span of a time span that a date refers to or contains; None if the document does not describe it."""
        node = self.by_address.get(xml.attribute(element, "resource"))
        if node is None:
            node = xml.child(element, "TimeSpan")
        if node is None:
            return None
        label = next((text for text, _ in self._preferred(node)), "")
        begin, end = xml.first_text(node, "begin"), xml.first_text(node, "end")
        if begin or end:
            return span_between(begin, end, label, kind=kind)
        span = parse_date(label, kind=kind) if label else None
        return span if span is not None and is_read(span) else None

    @staticmethod
    def _preferred(node: xml.Element) -> list[tuple[str, str]]:
        parts = xml.grouped(node)
        for name in ("prefLabel", "name", "label", "altLabel"):
            found = [(text, xml.language_of(e)) for e in parts.get(name, ()) if (text := xml.text_of(e))]
            if found:
                return found
        return []


def _year(value: str) -> int | None:
    match = _YEAR.fullmatch(value.strip())
    return int(match.group()[: 5 if value.strip().startswith("-") else 4]) or None if match else None


def _tokens(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", name.casefold()))
