"""K-samsök / SOCH RDF → draft (http://kulturarvsdata.se/ksamsok#), protocol versions 0.99 to 1.3, typed nodes or descriptions.

Rules
- Media are `ksam:image` nodes and `pres:image`: the high resolution, else the low one; thumbnails never. The licence of an image
  (`mediaLicense`, `mediaLicenseUrl`) is that of the medium; `itemLicense` is the record's and says nothing of media.
- A context of making (`ContextType#create`, `#produce`, …) gives makers and dates; contexts of use, ownership and the like stay inside.
- The number whose type speaks of an inventory (or the only number) is the inventory number.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from glamflow.transforms.fields.dates import span_between
from glamflow.transforms.fields.dimensions import measure
from glamflow.transforms.fields.identifiers import identifier_kind
from glamflow.transforms.fields.media import iiif_service, media_id, role_and_page
from glamflow.transforms.fields.places import parse_coordinates
from glamflow.transforms.fields.roles import parse_role
from glamflow.transforms.formats import xml
from glamflow.transforms.formats.draft import Draft
from glamflow.transforms.outcome import Reason
from glamflow.transforms.record import (
    DateKind,
    IdentifierKind,
    MediaRef,
    PlaceKind,
    RightsLevel,
    RightsStatement,
    Role,
    Speaker,
    Text,
)

NAMES = frozenset({"RDF"})
NAMESPACES = frozenset({xml.RDF_NS})

_MAKING = frozenset({"create", "produce", "photograph", "paint", "draw", "write", "construct", "design", "print", "build", "compose"})
_FINDING = frozenset({"find", "excavate", "collect"})


class _Graph:
    """Nodes by `rdf:nodeID` or `rdf:about`, so that properties can be followed.

    What a feed says of one node in several descriptions is brought together in the first one.
    """

    def __init__(self, root: xml.Element) -> None:
        self.nodes: dict[str, xml.Element] = {}
        for node in list(root.iterchildren("*")):
            name = xml.attribute(node, "nodeID") or xml.attribute(node, "about")
            first = self.nodes.setdefault(name, node) if name else node
            if first is not node:
                first.extend(list(node))

    def follow(self, node: xml.Element, name: str) -> Iterator[xml.Element]:
        """The nodes that a property refers to or contains."""
        for element in xml.children(node, name):
            reference = xml.attribute(element, "nodeID") or xml.attribute(element, "resource")
            if reference in self.nodes:
                yield self.nodes[reference]
            yield from element.iterchildren("*")


def find_soch(root: xml.Element) -> list[xml.Element]:
    """RDF graphs that describe an entity; vocabularies and administrative answers do not."""
    return [graph for graph in xml.find_records(root, NAMES) if any(_is_entity(node) for node in graph.iterchildren("*"))]


def read_soch(root: xml.Element, draft: Draft) -> None:
    """Fill the draft from an `rdf:RDF` element with one entity."""
    graph = _Graph(root)
    entity = next((node for node in root.iterchildren("*") if _is_entity(node)), None)
    if entity is None:
        return
    address = xml.attribute(entity, "about")
    if address:
        draft.identifier(address, default=IdentifierKind.URI)
    _read_words(entity, graph, draft)
    _read_numbers(entity, graph, draft)
    for context in graph.follow(entity, "context"):
        _read_context(context, draft)
    for name in ("itemLicenseUrl", "itemLicense"):
        for element in xml.children(entity, name):
            draft.statement(_value(element), level=RightsLevel.METADATA)
    for element in xml.children(entity, "copyright"):
        draft.statement(xml.text_of(element), level=RightsLevel.OBJECT)
    draft.put("source_url", next((_value(e) for e in xml.children(entity, "url")), ""))
    draft.put("source_url", address if address.startswith("http") else "")
    draft.put("collection", xml.first_text(entity, "collection"))
    _read_media(entity, root, graph, draft)
    organization = next((xml.text_of(e) for e in root.iter("{http://kulturarvsdata.se/presentation#}organization")), "")
    draft.put("institution", organization or xml.first_text(entity, "serviceOrganization"))


def _is_entity(node: xml.Element) -> bool:
    if xml.local_name(node) == "Entity":
        return True
    return any(xml.attribute(e, "resource").endswith("#Entity") for e in xml.children(node, "type"))


def _value(element: xml.Element) -> str:
    return xml.attribute(element, "resource") or xml.text_of(element)


def _read_words(entity: xml.Element, graph: _Graph, draft: Draft) -> None:
    for name in ("itemTitle", "itemLabel"):
        for element in xml.children(entity, name):
            if name == "itemTitle" or not draft.titles:
                draft.text(draft.titles, xml.text_of(element), xml.language_of(element) or "sv")
    for node in graph.follow(entity, "itemName"):
        draft.term(draft.object_types, [(text, "sv") for text in xml.texts(node, "name")])
    for name, target in (("itemClassName", draft.object_types), ("itemKeyWord", draft.subjects), ("itemMotiveWord", draft.subjects),
                         ("itemTechnique", draft.techniques)):  # fmt: skip
        for element in xml.children(entity, name):
            draft.word(target, xml.text_of(element), xml.language_of(element) or "sv")
    for node in graph.follow(entity, "itemDescription"):
        for element in xml.children(node, "desc"):
            draft.text(draft.descriptions, xml.block_of(element), xml.language_of(element) or "sv")
    for node in graph.follow(entity, "itemMaterial"):
        draft.term(draft.materials, [(text, "sv") for text in xml.texts(node, "material")])
    for node in graph.follow(entity, "itemMeasurement"):
        for value in xml.texts(node, "value"):
            draft.dimensions.append(measure(xml.first_text(node, "type") or xml.first_text(node, "qualifier"), value, xml.first_text(node, "unit")))
    for node in graph.follow(entity, "itemSpecification"):
        for text in xml.texts(node, "spec"):
            draft.keep("soch.specification", text)
    for node in graph.follow(entity, "itemInscription"):
        for element in xml.children(node, "text"):
            draft.text(draft.inscriptions, xml.block_of(element), xml.language_of(element) or "sv")


def _read_numbers(entity: xml.Element, graph: _Graph, draft: Draft) -> None:
    numbers = [
        (text, xml.first_text(node, "type"))
        for node in graph.follow(entity, "itemNumber")
        for text in xml.texts(node, "number")
    ]
    for text, kind in numbers:
        only = len(numbers) == 1 and identifier_kind(kind) is None
        draft.identifier(text, kind, default=IdentifierKind.INVENTORY if only else IdentifierKind.OTHER)


def _read_context(context: xml.Element, draft: Draft) -> None:
    kinds = {_value(e).rpartition("#")[2].lower() for name in ("contextType", "contextSuperType") for e in xml.children(context, name)}
    made, found = bool(kinds & _MAKING), bool(kinds & _FINDING)
    name = xml.first_text(context, "fullName") or xml.first_text(context, "name")
    if not made and not found:
        draft.keep(f"soch.context.{min(kinds, default='')}", " ".join(v for v in (name, xml.first_text(context, "fromTime")) if v))
        return
    title = xml.first_text(context, "title") or xml.first_text(context, "nameLabel")
    if name and made:
        draft.agent(name, role=parse_role(title) or (Role.PHOTOGRAPHER if "photograph" in kinds else Role.CREATOR), language="sv")
    start, end = xml.first_text(context, "fromTime"), xml.first_text(context, "toTime")
    if start or end:
        draft.span(span_between(start, end, kind=DateKind.MADE if made else DateKind.COLLECTED))
    _read_place(context, draft, PlaceKind.MADE if made else PlaceKind.FOUND)


def _read_place(context: xml.Element, draft: Draft, kind: PlaceKind) -> None:
    names = [t for n in ("placeName", "parishName", "municipalityName", "provinceName", "countyName", "countryName") for t in xml.texts(context, n)]
    if names:
        draft.place([(", ".join(dict.fromkeys(names)), "sv")], kind=kind)
    point = next((xml.text_of(e) for e in context.iter("{*}coordinates", "{*}pos")), "")
    longitude, comma, latitude = point.partition(",")  # GML 2: x,y
    if comma and " " not in point and draft.places:
        found = parse_coordinates(latitude, longitude)
        if found is None:
            draft.find(Reason.COORDINATES_INVALID, "places", point)
        else:
            draft.places[-1] = msgspec.structs.replace(draft.places[-1], latitude=found[0], longitude=found[1])


def _read_media(entity: xml.Element, root: xml.Element, graph: _Graph, draft: Draft) -> None:
    for node in graph.follow(entity, "image"):
        urls = {name: next((_value(e) for e in xml.children(node, name)), "") for name in ("highresSource", "lowresSource")}
        _add(draft, node, urls["highresSource"] or urls["lowresSource"], xml.first_text(node, "mediaMotiveWord"), xml.first_text(node, "mediaType"))
    if draft.media:
        return
    for node in root.iter("{http://kulturarvsdata.se/presentation#}image"):
        sources = {xml.attribute(e, "type"): xml.text_of(e) for e in xml.children(node, "src")}
        _add(draft, node, sources.get("highres") or sources.get("lowres") or "", xml.first_text(node, "motive"), "")


def _add(draft: Draft, node: xml.Element, url: str, label: str, mime: str) -> None:
    if not url.startswith(("http://", "https://")):
        return
    rights = [
        RightsStatement(value=value, level=RightsLevel.MEDIUM, speaker=Speaker.HOLDER, vocabulary="soch" if name == "mediaLicense" else "")
        for name in ("mediaLicenseUrl", "mediaLicense", "copyright")
        for e in xml.children(node, name)
        if (value := _value(e))
    ]
    role, page = role_and_page((label,))
    draft.medium(
        MediaRef(
            id=media_id("", url), url=url, role=role, page=page, mime=mime if "/" in mime else "",
            labels=(Text(value=label, language="sv"),) if label else (), iiif_service=iiif_service(url),
            photographer=xml.first_text(node, "byline"), rights=tuple(rights),
        )
    )  # fmt: skip
