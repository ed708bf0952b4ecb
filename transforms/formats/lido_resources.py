"""LIDO resources → media with roles and rights, and the reading of LIDO's rights elements.

Rules
- Of several representations of one resource the master counts; thumbnails never do.
- A URI among `conceptID` and `term` of a rights type is kept verbatim; so is every text that is not only the holder's name.
- A credit line with "©" is a statement about the medium; one with "Photo:" names the photographer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from glamflow.transforms.fields.media import iiif_service, media_id, media_role, page_label
from glamflow.transforms.fields.roles import parse_role
from glamflow.transforms.formats import xml
from glamflow.transforms.formats.draft import Draft
from glamflow.transforms.formats.lido_words import is_word
from glamflow.transforms.outcome import Reason, Severity
from glamflow.transforms.record import MediaRef, RightsLevel, RightsStatement, Role, Text

_CLAIM = re.compile(r"©|\(c\)|copyright|\bcc[ -](?:by|0)|creativecommons|public domain", re.IGNORECASE)
_PHOTOGRAPHER = re.compile(r"(?:photo(?:graph(?:er|ie|y)?)?|foto(?:graf)?|fotó?grafo|kuva|valokuva|kuvaaja|photographe)\s*:\s*(?P<name>[^,;©/]{2,80})", re.I)
_WIDTHS = frozenset({"width", "bredd", "breite", "largeur", "leveys", "breedte"})
_HEIGHTS = frozenset({"height", "höjd", "höhe", "hauteur", "korkeus", "hoogte"})


_RIGHTS = xml.steps("rightsType", "creditLine")
_RESOURCE = xml.steps(
    "resourceID", "resourceRepresentation", "resourceType/term", "resourcePerspective/term", "resourceDescription",
    "resourceSource", "rightsResource", "rightsResource/creditLine",
)  # fmt: skip
_REPRESENTATION = xml.steps("linkResource", "resourceMeasurementsSet")
_MEASURE = xml.steps("measurementType", "measurementUnit", "measurementValue")


class _Representation(NamedTuple):
    """One file of a resource: its address and what is said of its size."""

    link: xml.Element
    width: int | None
    height: int | None
    size: int | None


def read_rights(element: xml.Element, level: RightsLevel, draft: Draft, language: str) -> list[RightsStatement]:
    """The statements of `rightsWorkSet`, `rightsResource` or `recordRights`."""
    found: list[tuple[str, str]] = []
    parts = xml.gather(element, _RIGHTS)
    for kind in parts.get("rightsType", ()):
        said = xml.grouped(kind)
        for value in (*said.get("conceptID", ()), *said.get("term", ())):
            text = xml.text_of(value)
            if text and xml.attribute(value, "type") != "omistus":
                found.append((text, xml.language_of(value)))
        for concept in said.get("Concept", ()):  # LIDO 1.1
            found += [(uri, "") for uri in (xml.attribute(concept, "about"),) if uri]
    if level is not RightsLevel.METADATA:
        found.extend((t, "") for t in xml.texts_of(parts.get("creditLine", ())) if _CLAIM.search(t))
    return [
        RightsStatement(value=value, level=level, language=draft.tag(code) if code else None)
        for value, code in dict.fromkeys(found)
    ]


def read_resource(resource: xml.Element, draft: Draft, language: str) -> None:
    """Add the medium of a `resourceSet`, if it has one."""
    parts = xml.gather(resource, _RESOURCE)
    best = _best_representation(parts.get("resourceRepresentation", ()))
    if best is None:
        if any(True for _ in xml.walk(resource, "resourceRepresentation/linkResource")):
            draft.find(Reason.NO_MEDIA, "media", xml.first_text(resource, "resourceRepresentation/linkResource"),
                       detail="only a thumbnail is given", severity=Severity.INFO)  # fmt: skip
        return
    url = xml.text_of(best.link)
    perspectives, descriptions = (
        [(xml.text_of(e), xml.language_of(e) or language) for e in parts.get(path, ())]
        for path in ("resourcePerspective/term", "resourceDescription")
    )
    words = [text for text, _ in (*perspectives, *descriptions)]
    rights = [s for e in parts.get("rightsResource", ()) for s in read_rights(e, RightsLevel.MEDIUM, draft, language)]
    own_id = next((t for t in xml.texts_of(parts.get("resourceID", ())) if not t.startswith("http")), "")
    draft.medium(
        MediaRef(
            id=media_id(own_id, url),
            url=url,
            role=media_role(*words, *xml.texts_of(parts.get("resourceType/term", ()))),
            position=_position(resource),
            page=page_label(*words),
            labels=tuple(Text(value=t, language=draft.tag(code)) for t, code in (*perspectives, *descriptions) if t),
            mime=_mime(xml.attribute(best.link, "formatResource")),
            width=best.width,
            height=best.height,
            size=best.size,
            iiif_service=iiif_service(url),
            photographer=_photographer(parts),
            rights=tuple(rights),
        )
    )


def _best_representation(representations: Iterable[xml.Element]) -> _Representation | None:
    """The representation to fetch: a master, else one that is no thumbnail; the largest stated width decides among equals."""
    ranked: list[tuple[int, int, int, _Representation]] = []
    for order, representation in enumerate(representations):
        kind = xml.attribute(representation, "type")
        if is_word("thumbnails", kind):
            continue
        parts = xml.gather(representation, _REPRESENTATION)
        link = next((e for e in parts.get("linkResource", ()) if xml.text_of(e).lower().startswith("http")), None)
        if link is None:
            continue
        found = _Representation(link, *_measures(parts.get("resourceMeasurementsSet", ())))
        ranked.append((0 if is_word("masters", kind) else 1, -(found.width or 0), order, found))
    return min(ranked, key=lambda item: item[:3])[3] if ranked else None


def _measures(sets: Iterable[xml.Element]) -> tuple[int | None, int | None, int | None]:
    width = height = size = None
    for item in sets:
        said = xml.gather(item, _MEASURE)
        kind, unit, value = (xml.first_of(said.get(name, ())) for name in _MEASURE)
        kind, unit = kind.lower(), unit.lower()
        number = int(value) if value.isascii() and value.isdigit() and len(value) < 13 else None
        if kind in _WIDTHS and unit.startswith(("px", "pixel")):
            width = number
        elif kind in _HEIGHTS and unit.startswith(("px", "pixel")):
            height = number
        elif unit in ("byte", "bytes", "b"):
            size = number
    return width, height, size


def _position(resource: xml.Element) -> int | None:
    value = xml.attribute(resource, "sortorder")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 7 else None


def _mime(value: str) -> str:
    return value.lower() if "/" in value else ""


def _photographer(parts: xml.Found) -> str:
    for source in parts.get("resourceSource", ()):
        if parse_role(xml.attribute(source, "type")) is Role.PHOTOGRAPHER:
            return xml.first_text(source, "legalBodyName/appellationValue")
    for text in xml.texts_of(parts.get("rightsResource/creditLine", ())):
        if match := _PHOTOGRAPHER.search(text):
            return match["name"].strip()
    return ""
