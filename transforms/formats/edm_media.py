"""Web resources of an EDM document → media in order, each with its own rights."""

from __future__ import annotations

import re

from glamflow.transforms.fields.media import iiif_service, media_id, media_role, page_label
from glamflow.transforms.formats import xml
from glamflow.transforms.formats.draft import Draft
from glamflow.transforms.formats.edm_context import Context
from glamflow.transforms.record import MediaRef, RightsLevel, RightsStatement, Speaker, Text

_NUMBER = re.compile(r"\d{1,12}")


def read_media(root: xml.Element, draft: Draft, context: Context, speaker: Speaker) -> None:
    """Add what the aggregation shows: `isShownBy` first, then views, in the order of `isNextInSequence` where it is stated."""
    resources = {xml.attribute(e, "about"): e for e in root.iter("{*}WebResource") if xml.attribute(e, "about")}
    shown = [
        address
        for name in ("isShownBy", "hasView")
        for aggregation in xml.children(root, "Aggregation")
        for e in xml.children(aggregation, name)
        if (address := xml.attribute(e, "resource") or _nested(e) or xml.text_of(e))
    ]
    ordered = _in_sequence([a for a in dict.fromkeys(shown) if a.lower().startswith(("http://", "https://"))], resources)
    for position, address in enumerate(ordered, start=1):
        draft.medium(_medium(address, resources.get(address), draft, context, speaker, position if len(ordered) > 1 else None))


def _nested(element: xml.Element) -> str:
    inner = xml.child(element, "WebResource")
    return xml.attribute(inner, "about") if inner is not None else ""


def _in_sequence(addresses: list[str], resources: dict[str, xml.Element]) -> list[str]:
    """Addresses with every resource behind the one it says it follows; unchanged where the chain does not hold."""
    follows = {
        address: before
        for address in addresses
        if address in resources
        for e in xml.children(resources[address], "isNextInSequence")
        if (before := xml.attribute(e, "resource")) in addresses and before != address
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
    address: str, node: xml.Element | None, draft: Draft, context: Context, speaker: Speaker, position: int | None
) -> MediaRef:
    if node is None:
        return MediaRef(id=media_id("", address), url=address, position=position, iiif_service=iiif_service(address))
    parts = xml.grouped(node)
    words = [xml.text_of(e) for name in ("description", "title", "type") for e in parts.get(name, ())]
    rights = [
        RightsStatement(value=value, level=RightsLevel.MEDIUM, speaker=speaker,
                        language=draft.tag(xml.language_of(e)) if xml.language_of(e) else None)
        for e in parts.get("rights", ())
        if (value := context.rights(e))
    ]  # fmt: skip
    service = next((xml.attribute(e, "resource") for e in parts.get("has_service", ())), "")
    return MediaRef(
        id=media_id("", address),
        url=address,
        role=media_role(*words),
        position=position,
        page=page_label(*words),
        labels=tuple(
            Text(value=text, language=draft.tag(xml.language_of(e)))
            for name in ("title", "description")
            for e in parts.get(name, ())
            if (text := xml.text_of(e))
        ),
        mime=xml.first_of(parts.get("hasMimeType", ())).lower(),
        width=_number(xml.first_of(parts.get("width", ()))),
        height=_number(xml.first_of(parts.get("height", ()))),
        size=_number(xml.first_of(parts.get("fileByteSize", ()))),
        iiif_service=service or iiif_service(address),
        photographer=next((name for e in parts.get("creator", ()) for name in context.names(e)), ""),
        rights=tuple(dict.fromkeys(rights)),
    )


def _number(value: str) -> int | None:
    return int(value) if _NUMBER.fullmatch(value) and value.isascii() else None
