"""Web resources of an EDM document → media in order, each with its own rights."""

from __future__ import annotations

from glamflow.transforms.fields.media import iiif_service, media_id, role_and_page
from glamflow.transforms.formats import xml
from glamflow.transforms.formats.draft import Draft
from glamflow.transforms.formats.edm_context import Context
from glamflow.transforms.formats.parts import Part, plan, read_parts
from glamflow.transforms.record import MediaRef, RightsLevel, RightsStatement, Speaker, Text

_RESOURCE = plan(
    bare="hasMimeType width height fileByteSize",
    lines="title description type rights has_service creator isNextInSequence",
    passed="orientation hasColorSpace componentColor format created extent isReferencedBy",
    namespaces=(
        "http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/", "http://www.europeana.eu/schemas/edm/",
        "http://www.ebu.ch/metadata/ontologies/ebucore/ebucore#", "http://rdfs.org/sioc/services#",
    ),
)  # fmt: skip


def read_media(root: xml.Element, aggregations: list[Part], draft: Draft, context: Context, speaker: Speaker) -> None:
    """Add what the aggregation shows: `isShownBy` first, then views, in the order of `isNextInSequence` where it is stated."""
    shown = [
        address
        for name in ("isShownBy", "hasView")
        for aggregation in aggregations
        for part in aggregation.get(name)
        if (address := part.attributes.get("resource") or _nested(part.element) or part.text)
    ]
    addresses = [a for a in dict.fromkeys(shown) if a.lower().startswith(("http://", "https://"))]
    described = {about: e for e in root.iter("{*}WebResource") if (about := xml.attribute(e, "about"))}
    resources = {a: read_parts(described[a], _RESOURCE) for a in addresses if a in described}
    ordered = _in_sequence(addresses, resources)
    for position, address in enumerate(ordered, start=1):
        draft.medium(_medium(address, resources.get(address), draft, context, speaker, position if len(ordered) > 1 else None))


def _nested(element: xml.Element) -> str:
    inner = xml.child(element, "WebResource")
    return xml.attribute(inner, "about") if inner is not None else ""


def _in_sequence(addresses: list[str], resources: dict[str, Part]) -> list[str]:
    """Addresses with every resource behind the one it says it follows; unchanged where the chain does not hold."""
    follows = {
        address: before
        for address, resource in resources.items()
        for part in resource.get("isNextInSequence")
        if (before := part.attributes.get("resource", "")) in addresses and before != address
    }
    if not follows:
        return addresses
    after = {before: address for address, before in follows.items()}
    ordered: list[str] = []
    for start in (a for a in addresses if a not in follows):
        step: str | None = start
        while step is not None and step not in ordered:
            ordered.append(step)
            step = after.get(step)
    return ordered + [a for a in addresses if a not in ordered]


def _medium(
    address: str, resource: Part | None, draft: Draft, context: Context, speaker: Speaker, position: int | None
) -> MediaRef:
    if resource is None:
        return MediaRef(id=media_id("", address), url=address, position=position, iiif_service=iiif_service(address))
    titles, descriptions, types = resource.get("title"), resource.get("description"), resource.get("type")
    role, page = role_and_page([part.text for part in (*descriptions, *titles, *types)])
    rights = [
        RightsStatement(value=value, level=RightsLevel.MEDIUM, speaker=speaker,
                        language=draft.tag(part.language) if part.language else None)
        for part in resource.get("rights")
        if (value := context.rights(part))
    ]  # fmt: skip
    service = next((part.attributes.get("resource") for part in resource.get("has_service")), "")
    return MediaRef(
        id=media_id("", address),
        url=address,
        role=role,
        position=position,
        page=page,
        labels=tuple([Text(value=p.text, language=draft.tag(p.language)) for p in (*titles, *descriptions) if p.text]),
        mime=resource.first("hasMimeType").lower(),
        width=_number(resource.first("width")),
        height=_number(resource.first("height")),
        size=_number(resource.first("fileByteSize")),
        iiif_service=service or iiif_service(address),
        photographer=next((name for part in resource.get("creator") for name in context.names(part)), ""),
        rights=tuple(rights if len(rights) < 2 else dict.fromkeys(rights)),
    )


def _number(value: str) -> int | None:
    return int(value) if value.isdigit() and value.isascii() and len(value) <= 12 else None
