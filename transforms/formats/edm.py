"""Europeana Data Model, external and internal (ORE aggregation, proxies, web resources) → draft.

Rules
- Properties of the object are read from `edm:ProvidedCHO` and the providers' `ore:Proxy`; the Europeana proxy (enrichments by the
  aggregator) is left out. References are resolved to the agents, places, concepts and time spans of the same document.
- `edm:isShownBy` and `edm:hasView` are media, `edm:object` is a preview and is not; `edm:rights` and `dc:rights` of a web resource
  speak of the medium. `edm:rights` of the aggregation is on the level of the object (a medium's own statement beats it), but by the
  definition of EDM it speaks of the digital representation: with a data provider named, the holder speaks and the vocabulary is "edm".
- A `cc:License` node stands for the statement it inherits from.
"""

from __future__ import annotations

from glamflow.transforms.fields.dates import is_read, parse_date, states_a_date
from glamflow.transforms.fields.identifiers import read_identifiers
from glamflow.transforms.fields.languages import parse_language
from glamflow.transforms.formats import xml
from glamflow.transforms.formats.dc import read_agents
from glamflow.transforms.formats.draft import Draft
from glamflow.transforms.formats.edm_context import Context
from glamflow.transforms.formats.edm_media import read_media
from glamflow.transforms.outcome import Reason, Severity
from glamflow.transforms.record import DateKind, IdentifierKind, PlaceKind, RightsLevel, Role, Speaker

NAMES = frozenset({"RDF"})
NAMESPACES = frozenset({xml.RDF_NS})

_TEXTS = {"title": "titles", "alternative": "titles", "description": "descriptions", "tableOfContents": "descriptions",
          "abstract": "descriptions", "provenance": "provenance"}  # fmt: skip
_TERMS = {"subject": "subjects", "type": "object_types", "hasType": "object_types", "medium": "materials"}
_AGENTS = {"creator": Role.CREATOR, "contributor": Role.CONTRIBUTOR, "publisher": Role.PUBLISHER}

_UNREAD = frozenset({"identifier", "date", "created", "issued", "europeanaProxy", "proxyFor", "proxyIn"})
"""Properties that are read elsewhere or say nothing of the object."""
_DATES = xml.steps("created", "date", "issued")


def read_edm(root: xml.Element, draft: Draft) -> None:
    """Fill the draft from an `rdf:RDF` element."""
    context = Context(root)
    objects = [*xml.children(root, "ProvidedCHO"), *(p for p in xml.children(root, "Proxy") if not _is_europeanas(p))]
    for thing in objects:
        about = xml.attribute(thing, "about")
        if xml.local_name(thing) == "ProvidedCHO" and about:
            draft.identifier(about, default=IdentifierKind.URI if about.startswith("http") else IdentifierKind.RECORD)
        for element in thing:
            _read_property(element, draft, context)
    _read_dates(objects, draft, context)
    numbers = [t for o in objects for t in xml.texts(o, "identifier")]
    draft.identifiers.extend(i for i in read_identifiers(dict.fromkeys(numbers)) if i not in draft.identifiers)
    speaker = _read_aggregations(root, draft, context)
    read_media(root, draft, context, speaker)


def _is_europeanas(proxy: xml.Element) -> bool:
    return xml.first_text(proxy, "europeanaProxy").lower() in ("true", "1")


def _read_property(element: xml.Element, draft: Draft, context: Context) -> None:
    name = xml.local_name(element)
    if name in _UNREAD:
        return
    if name in _TEXTS:
        draft.text(getattr(draft, _TEXTS[name]), xml.block_of(element), xml.language_of(element))
    elif name in _TERMS:
        labels, uri = context.labels(element)
        draft.term(getattr(draft, _TERMS[name]), labels, uri)
    elif name in _AGENTS:
        _read_agent(element, draft, context, _AGENTS[name])
    elif name in ("spatial", "coverage"):
        _read_place(element, draft, context)
    elif name == "rights":
        draft.statement(context.rights(element), language=xml.language_of(element))
    elif name == "language":
        _read_language(element, draft)
    elif name == "extent":
        draft.measures(xml.text_of(element))
    elif name == "format":
        labels, uri = context.labels(element)
        draft.term(draft.materials, labels, uri)
    elif name == "isPartOf":
        draft.put("collection", xml.text_of(element))
    elif name == "available":
        _read_available(element, draft)


def _read_available(element: xml.Element, draft: Draft) -> None:
    span = parse_date(xml.text_of(element))
    if span.earliest and span.earliest.day:
        draft.put("not_before", f"{span.earliest.year:04}-{span.earliest.month:02}-{span.earliest.day:02}")


def _read_language(element: xml.Element, draft: Draft) -> None:
    text = xml.text_of(element)
    code = parse_language(text)
    if code:
        draft.content_languages.append(code)
    elif text:
        draft.find(Reason.LANGUAGE_UNKNOWN, "content_languages", text, severity=Severity.INFO)


def _read_agent(element: xml.Element, draft: Draft, context: Context, default: Role) -> None:
    resource = xml.attribute(element, "resource")
    if not resource:
        read_agents(xml.text_of(element), xml.language_of(element), default, draft)
        return
    agent = context.agent(resource, default, draft)
    if agent is not None and not context.joined(agent, resource, draft):
        draft.agents.append(agent)


def _read_place(element: xml.Element, draft: Draft, context: Context) -> None:
    text = xml.text_of(element)
    if text and states_a_date(text):
        draft.keep("edm.temporal", text)
        return
    labels, uri = context.labels(element)
    before = len(draft.places)
    draft.place(labels, kind=PlaceKind.OTHER, uri=uri)
    if len(draft.places) > before:
        draft.places[-1] = context.located(draft.places[-1], xml.attribute(element, "resource"), draft)


def _read_dates(objects: list[xml.Element], draft: Draft, context: Context) -> None:
    """`created` tells best; without a readable one `date` does."""
    found = [xml.gather(thing, _DATES) for thing in objects]
    for name, kind in (("created", DateKind.MADE), ("date", DateKind.MADE), ("issued", DateKind.PUBLISHED)):
        if name == "date" and any(is_read(span) for span in draft.dates):
            continue
        for parts in found:
            for element in parts.get(name, ()):
                _read_date(element, draft, context, kind)


def _read_date(element: xml.Element, draft: Draft, context: Context, kind: DateKind) -> None:
    text = xml.text_of(element)
    if text and len(element) == 0:
        draft.date(text, kind=kind)
        return
    span = context.time_span(element, kind)
    if span is not None:
        draft.span(span)


def _read_aggregations(root: xml.Element, draft: Draft, context: Context) -> Speaker:
    """Provider, page and rights of the aggregation; says who speaks."""
    speaker = Speaker.AGGREGATOR
    aggregations = list(xml.children(root, "Aggregation"))
    for aggregation in aggregations:
        parts = xml.grouped(aggregation)
        provider = next((label for e in parts.get("dataProvider", ()) for label in context.names(e)), "")
        if provider:
            draft.put("institution", provider)
            speaker = Speaker.HOLDER
        for name in ("isShownAt", "landingPage"):
            for element in parts.get(name, ()):
                draft.put("source_url", xml.attribute(element, "resource") or xml.text_of(element))
        for element in parts.get("rights", ()):
            draft.statement(context.rights(element), level=RightsLevel.OBJECT, speaker=speaker,
                            vocabulary="edm" if speaker is Speaker.HOLDER else "", language=xml.language_of(element))  # fmt: skip
    for aggregation in xml.children(root, "EuropeanaAggregation"):
        for element in xml.children(aggregation, "landingPage"):
            draft.put("source_url", xml.attribute(element, "resource"))
        if not any(True for a in aggregations for _ in xml.children(a, "rights")):
            for element in xml.children(aggregation, "rights"):
                draft.statement(context.rights(element), speaker=Speaker.AGGREGATOR)
    return speaker
