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

from collections.abc import Callable, Iterable

from glamflow.transforms.fields.dates import is_read, parse_date, states_a_date
from glamflow.transforms.fields.identifiers import read_identifiers
from glamflow.transforms.fields.languages import parse_language
from glamflow.transforms.formats import xml
from glamflow.transforms.formats.dc import read_agents
from glamflow.transforms.formats.draft import Draft
from glamflow.transforms.formats.edm_context import Context, is_address
from glamflow.transforms.formats.edm_media import read_media
from glamflow.transforms.formats.parts import Part, plan, read_parts
from glamflow.transforms.outcome import Reason, Severity
from glamflow.transforms.record import DateKind, IdentifierKind, PlaceKind, RightsLevel, Role, Speaker, Term

NAMES = frozenset({"RDF"})
NAMESPACES = frozenset({xml.RDF_NS})

_EDM = "http://www.europeana.eu/schemas/edm/"
_OBJECT = plan(
    bare="identifier europeanaProxy",
    lines="""subject type hasType medium format creator contributor publisher spatial coverage rights language isPartOf created date
        issued extent available""",
    blocks="title alternative description tableOfContents abstract provenance",
    passed="proxyFor proxyIn currentLocation",
    namespaces=("http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/", _EDM, "http://www.openarchives.org/ore/terms/"),
)
_AGGREGATION = plan(
    lines="dataProvider isShownAt landingPage isShownBy hasView rights",
    passed="aggregatedCHO object provider intermediateProvider",
    namespaces=(_EDM,),
)


def read_edm(root: xml.Element, draft: Draft) -> None:
    """Fill the draft from an `rdf:RDF` element."""
    context = Context(root)
    resources = context.resources
    objects: list[Part] = []
    for thing in resources.get("ProvidedCHO", ()):
        if about := xml.attribute(thing, "about"):
            draft.identifier(about, default=IdentifierKind.URI if about.startswith("http") else IdentifierKind.RECORD)
        if len(thing):  # with proxies, the object itself says nothing
            _read_object(thing, objects, draft, context)
    for proxy in resources.get("Proxy", ()):
        _read_object(proxy, objects, draft, context)
    _read_dates(objects, draft, context)
    numbers = [number for thing in objects for number in thing.texts("identifier")]
    draft.identifiers.extend(i for i in read_identifiers(dict.fromkeys(numbers)) if i not in draft.identifiers)
    aggregations = [read_parts(element, _AGGREGATION) for element in resources.get("Aggregation", ())]
    speaker = _read_aggregations(aggregations, resources.get("EuropeanaAggregation", ()), draft, context)
    read_media(root, aggregations, draft, context, speaker)


def _read_object(thing: xml.Element, objects: list[Part], draft: Draft, context: Context) -> None:
    """Read what a provider says of the object; what the aggregator adds in a proxy of its own is left out."""
    stated: list[tuple[str, Part]] = []
    whole = read_parts(thing, _OBJECT, stated)
    if whole.first("europeanaProxy").lower() in ("true", "1") and xml.local_name(thing) == "Proxy":
        return
    objects.append(whole)
    for name, part in stated:
        if read := _READERS.get(name):
            read(part, draft, context)


Reader = Callable[[Part, Draft, Context], None]


def _text_reader(target: str) -> Reader:
    def read(part: Part, draft: Draft, _: Context) -> None:
        draft.text(getattr(draft, target), part.text, part.language)

    return read


def _term_reader(target: str) -> Reader:
    def read(part: Part, draft: Draft, context: Context) -> None:
        values: list[Term] = getattr(draft, target)
        if part.attributes.get("resource"):
            draft.term(values, *context.labels(part))
        elif is_address(part.text):
            draft.word(values, "", uri=part.text)
        else:
            draft.word(values, part.text, part.language)

    return read


def _read_rights(part: Part, draft: Draft, context: Context) -> None:
    draft.statement(context.rights(part), language=part.language)


def _read_extent(part: Part, draft: Draft, _: Context) -> None:
    draft.measures(part.text)


def _read_collection(part: Part, draft: Draft, _: Context) -> None:
    draft.put("collection", part.text)


def _read_available(part: Part, draft: Draft, _: Context) -> None:
    span = parse_date(part.text)
    if span.earliest and span.earliest.day:
        draft.put("not_before", f"{span.earliest.year:04}-{span.earliest.month:02}-{span.earliest.day:02}")


def _read_language(part: Part, draft: Draft, _: Context) -> None:
    code = parse_language(part.text)
    if code:
        draft.content_languages.append(code)
    elif part.text:
        draft.find(Reason.LANGUAGE_UNKNOWN, "content_languages", part.text, severity=Severity.INFO)


def _agent_reader(default: Role) -> Reader:
    def read(part: Part, draft: Draft, context: Context) -> None:
        resource = part.attributes.get("resource")
        if not resource:
            read_agents(part.text, part.language, default, draft)
            return
        agent = context.agent(resource, default, draft)
        if agent is not None and not context.joined(agent, resource, draft):
            draft.agents.append(agent)

    return read


def _read_place(part: Part, draft: Draft, context: Context) -> None:
    if part.text and states_a_date(part.text):
        draft.keep("edm.temporal", part.text)
        return
    labels, uri = context.labels(part)
    before = len(draft.places)
    draft.place(labels, kind=PlaceKind.OTHER, uri=uri)
    if len(draft.places) > before:
        draft.places[-1] = context.located(draft.places[-1], part.attributes.get("resource", ""), draft)


_READERS: dict[str, Reader] = {
    **{name: _text_reader("titles") for name in ("title", "alternative")},
    **{name: _text_reader("descriptions") for name in ("description", "tableOfContents", "abstract")},
    "provenance": _text_reader("provenance"),
    "subject": _term_reader("subjects"),
    **{name: _term_reader("object_types") for name in ("type", "hasType")},
    **{name: _term_reader("materials") for name in ("medium", "format")},
    "creator": _agent_reader(Role.CREATOR),
    "contributor": _agent_reader(Role.CONTRIBUTOR),
    "publisher": _agent_reader(Role.PUBLISHER),
    **dict.fromkeys(("spatial", "coverage"), _read_place),
    "rights": _read_rights,
    "language": _read_language,
    "extent": _read_extent,
    "isPartOf": _read_collection,
    "available": _read_available,
}
"""Who reads which property; identifiers and dates are read when all properties are known."""


def _read_dates(objects: list[Part], draft: Draft, context: Context) -> None:
    """`created` tells best; without a readable one `date` does."""
    for name, kind in (("created", DateKind.MADE), ("date", DateKind.MADE), ("issued", DateKind.PUBLISHED)):
        if name == "date" and any(is_read(span) for span in draft.dates):
            continue
        for thing in objects:
            for part in thing.get(name):
                _read_date(part, draft, context, kind)


def _read_date(part: Part, draft: Draft, context: Context, kind: DateKind) -> None:
    if part.text and len(part.element) == 0:
        draft.date(part.text, kind=kind)
        return
    span = context.time_span(part, kind)
    if span is not None:
        draft.span(span)


def _read_aggregations(
    aggregations: list[Part], europeanas: Iterable[xml.Element], draft: Draft, context: Context
) -> Speaker:
    """Provider, page and rights of the aggregation; says who speaks."""
    speaker = Speaker.AGGREGATOR
    for aggregation in aggregations:
        provider = next((label for part in aggregation.get("dataProvider") for label in context.names(part)), "")
        if provider:
            draft.put("institution", provider)
            speaker = Speaker.HOLDER
        for part in (*aggregation.get("isShownAt"), *aggregation.get("landingPage")):
            draft.put("source_url", part.attributes.get("resource") or part.text)
        for part in aggregation.get("rights"):
            draft.statement(context.rights(part), level=RightsLevel.OBJECT, speaker=speaker,
                            vocabulary="edm" if speaker is Speaker.HOLDER else "", language=part.language)  # fmt: skip
    for element in europeanas:
        aggregation = read_parts(element, _AGGREGATION)
        for part in aggregation.get("landingPage"):
            draft.put("source_url", part.attributes.get("resource", ""))
        if not any(a.get("rights") for a in aggregations):
            for part in aggregation.get("rights"):
                draft.statement(context.rights(part), speaker=Speaker.AGGREGATOR)
    return speaker
