"""The contextual resources of an EDM document: agents, places, concepts, time spans, licences, found by their address."""

from __future__ import annotations

import re

import msgspec

from glamflow.transforms.fields.dates import is_read, parse_date, span_between
from glamflow.transforms.fields.names import parse_agent
from glamflow.transforms.fields.places import parse_coordinates
from glamflow.transforms.formats import xml
from glamflow.transforms.formats.draft import Draft
from glamflow.transforms.formats.parts import Part
from glamflow.transforms.outcome import Reason
from glamflow.transforms.record import Agent, DateKind, DateSpan, Identifier, IdentifierKind, Place, Role

_YEAR = re.compile(r"-?\d{4}(?:-\d\d(?:-\d\d)?)?")
_WIKIDATA = re.compile(r"wikidata\.org/(?:wiki|entity)/(Q[1-9]\d*)$")
_LANG = f"{{{xml.XML_NS}}}lang"
_LABELS = ("prefLabel", "name", "label", "altLabel")
"""How the names of a resource are called; the first kind that it has is shown."""
_CONTEXTUAL = frozenset({"Agent", "Place", "Concept", "TimeSpan", "License", "Organization"})


class Context:
    """Resources of one document by kind, and the contextual ones by `rdf:about`.

    Most are referred to once, many never: each is read when it is asked for.
    """

    def __init__(self, root: xml.Element) -> None:
        self.resources: xml.Found = {}
        self._elements: dict[str, xml.Element] = {}
        self._nodes: dict[str, _Node] = {}
        for element in xml.elements_of(root):
            kind = xml.local_name(element)
            self.resources.setdefault(kind, []).append(element)
            if kind in _CONTEXTUAL and (address := xml.attribute(element, "about")):
                self._elements.setdefault(address, element)

    def _node(self, address: str) -> _Node | None:
        """The resource at an address, None if the document does not describe it."""
        node = self._nodes.get(address)
        if node is None and (element := self._elements.get(address)) is not None:
            node = self._nodes[address] = _Node(element)
        return node

    def labels(self, part: Part) -> tuple[list[tuple[str, str]], str]:
        """(label, language) pairs of a property and the address it refers to; an address alone has no label."""
        resource, text = part.attributes.get("resource"), part.text
        if not resource:
            if is_address(text):
                return [], text
            return ([(text, part.language)] if text else []), ""
        node = self._node(resource)
        found = node.labels() if node is not None else []
        if text:
            found = [(text, part.language), *found]
        return found, resource if resource.startswith(("http://", "https://")) else ""

    def names(self, part: Part) -> list[str]:
        """The labels of a property without their languages."""
        return [label for label, _ in self.labels(part)[0]]

    def rights(self, part: Part) -> str:
        """The statement of a rights property; a licence node stands for what it inherits from."""
        resource = part.attributes.get("resource", "")
        node = self._node(resource)
        if node is None:
            return resource or part.text
        return node.reference("inheritFrom") or resource

    def agent(self, address: str, role: Role, draft: Draft) -> Agent | None:
        """The agent at an address, None if the document does not describe it."""
        node = self._node(address)
        labels = node.labels() if node is not None else []
        if node is None or not labels:
            return None
        tags = [draft.tag(language) for _, language in labels]
        best = next((tag for tag in (draft.language, "en", None) if tag in tags), tags[0])
        agent = parse_agent(labels[tags.index(best)][0], role=role)
        if agent is None:
            return None
        wikidata = _WIKIDATA.search(address)
        return msgspec.structs.replace(
            agent,
            birth=_year(node.text("dateOfBirth")) or agent.birth,
            death=_year(node.text("dateOfDeath")) or agent.death,
            wikidata=wikidata.group(1) if wikidata else None,
            identifiers=(Identifier(value=address, kind=IdentifierKind.URI),) if address.startswith("http") else (),
        )

    def joined(self, agent: Agent, address: str, draft: Draft) -> bool:
        """Whether the agent is one that a text named already; then its address and missing years are added to that one."""
        others = [(i, a) for i, a in enumerate(draft.agents) if a.role is agent.role and a.name != agent.name]
        node = self._node(address) if others else None
        forms = {_tokens(form) for form in node.forms()} if node is not None else set()
        for index, known in others:
            years = (known.birth, known.death)
            same_life = None not in years and years == (agent.birth, agent.death)
            if _tokens(known.name) in forms or (same_life and len(_tokens(known.name) & _tokens(agent.name)) > 1):
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
        node = self._node(address)
        if node is None:
            return place
        latitude, longitude = node.text("lat"), node.text("long")
        point = parse_coordinates(latitude, longitude) if latitude and longitude else None
        if (latitude or longitude) and point is None:
            draft.find(Reason.COORDINATES_INVALID, "places", f"{latitude}, {longitude}")
        return msgspec.structs.replace(place, latitude=point[0], longitude=point[1]) if point else place

    def time_span(self, part: Part, kind: DateKind) -> DateSpan | None:
        """The span of a time span that a date refers to or contains; None if the document does not describe it."""
        node = self._node(part.attributes.get("resource", ""))
        if node is None:
            inner = xml.child(part.element, "TimeSpan")
            if inner is None:
                return None
            node = _Node(inner)
        label = next((text for text, _ in node.labels()), "")
        begin, end = node.text("begin"), node.text("end")
        if begin or end:
            return span_between(begin, end, label, kind=kind)
        span = parse_date(label, kind=kind) if label else None
        return span if span is not None and is_read(span) else None


class _Node:
    """A contextual resource. It is asked for a few names and has often forty others (`altLabel`), which a walk would look at, too."""

    def __init__(self, element: xml.Element) -> None:
        self._element = element
        self._labels: list[tuple[str, str]] | None = None

    def text(self, name: str) -> str:
        """The first text of a property."""
        return xml.first_of(xml.children(self._element, name))

    def reference(self, name: str) -> str:
        """The address that a property refers to first."""
        element = xml.child(self._element, name)
        return xml.attribute(element, "resource") if element is not None else ""

    def labels(self) -> list[tuple[str, str]]:
        """The preferred (label, language) pairs, else the other ones."""
        if self._labels is None:
            self._labels = next((found for name in _LABELS if (found := self._named(name))), [])
        return self._labels

    def _named(self, name: str) -> list[tuple[str, str]]:
        return [
            (text, element.get(_LANG) or xml.language_of(element))
            for element in xml.children(self._element, name)
            if (text := xml.text_of(element))
        ]

    def forms(self) -> list[str]:
        """Every form of a name."""
        return [form for name in ("prefLabel", "altLabel", "name") for form in xml.texts(self._element, name)]


def is_address(text: str) -> bool:
    """Whether a text is nothing but an address."""
    return text.startswith(("http://", "https://")) and " " not in text


def _year(value: str) -> int | None:
    match = _YEAR.fullmatch(value.strip()) if value else None
    return int(match.group()[: 5 if match.group().startswith("-") else 4]) or None if match else None


def _tokens(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", name.casefold()))
