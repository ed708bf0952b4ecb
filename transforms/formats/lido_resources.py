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
from glamflow.transforms.formats.draft import Draft
from glamflow.transforms.formats.lido_words import is_word, shape
from glamflow.transforms.formats.parts import Part, first_text
from glamflow.transforms.outcome import Reason, Severity
from glamflow.transforms.record import MediaRef, RightsLevel, RightsStatement, Role, Text

_CLAIM = re.compile(r"©|\(c\)|copyright|\bcc[ -](?:by|0)|creativecommons|public domain", re.IGNORECASE)
_PHOTOGRAPHER = re.compile(r"(?:photo(?:graph(?:er|ie|y)?)?|foto(?:graf)?|fotó?grafo|kuva|valokuva|kuvaaja|photographe)\s*:\s*(?P<name>[^,;©/]{2,80})", re.I)
_WIDTHS = frozenset({"width", "bredd", "breite", "largeur", "leveys", "breedte"})
_HEIGHTS = frozenset({"height", "höjd", "höhe", "hauteur", "korkeus", "hoogte"})

_RIGHTS_TYPE = shape(lines="term conceptID", typed={"Concept": shape()})
RIGHTS = shape(bare="creditLine", parts={"rightsType": _RIGHTS_TYPE})
_MEASURE = shape(bare="measurementType measurementUnit measurementValue")
RESOURCE = shape(
    bare="resourceID resourceType/term",
    lines="resourcePerspective/term resourceDescription",
    typed={
        "resourceRepresentation": shape(lines="linkResource", parts={"resourceMeasurementsSet": _MEASURE}),
        "resourceSource": shape(bare="legalBodyName/appellationValue"),
    },
    parts={"rightsResource": RIGHTS},
)


class _Representation(NamedTuple):
    """One file of a resource: its address and what is said of its size."""

    link: Part
    width: int | None
    height: int | None
    size: int | None


def read_rights(element: Part, level: RightsLevel, draft: Draft) -> list[RightsStatement]:
    """The statements of `rightsWorkSet`, `rightsResource` or `recordRights`."""
    found: list[tuple[str, str]] = []
    for kind in element.get("rightsType"):
        for value in (*kind.get("conceptID"), *kind.get("term")):
            if value.text and value.attributes.get("type") != "omistus":
                found.append((value.text, value.language))
        for concept in kind.get("Concept"):  # LIDO 1.1
            found += [(uri, "") for uri in (concept.attributes.get("about"),) if uri]
    if level is not RightsLevel.METADATA:
        found += [(line, "") for line in element.texts("creditLine") if _CLAIM.search(line)]
    return [
        RightsStatement(value=value, level=level, language=draft.tag(code) if code else None)
        for value, code in dict.fromkeys(found)
    ]


def read_resource(resource: Part, draft: Draft, language: str) -> None:
    """Add the medium of a `resourceSet`, if it has one."""
    best = _best_representation(resource.get("resourceRepresentation"))
    if best is None:
        links = [link for file in resource.get("resourceRepresentation") for link in file.get("linkResource")]
        if links:
            draft.find(Reason.NO_MEDIA, "media", first_text(links), detail="only a thumbnail is given", severity=Severity.INFO)
        return
    url = best.link.text
    said = [*resource.get("resourcePerspective/term"), *resource.get("resourceDescription")]
    words = [part.text for part in said]
    rights = [s for part in resource.get("rightsResource") for s in read_rights(part, RightsLevel.MEDIUM, draft)]
    own_id = next((t for t in resource.texts("resourceID") if not t.startswith("http")), "")
    draft.medium(
        MediaRef(
            id=media_id(own_id, url),
            url=url,
            role=media_role(*words, *resource.texts("resourceType/term")),
            position=_position(resource),
            page=page_label(*words),
            labels=tuple([Text(value=p.text, language=draft.tag(p.language or language)) for p in said if p.text]),
            mime=_mime(best.link.attributes.get("formatResource", "")),
            width=best.width,
            height=best.height,
            size=best.size,
            iiif_service=iiif_service(url),
            photographer=_photographer(resource),
            rights=tuple(rights),
        )
    )


def _best_representation(representations: Iterable[Part]) -> _Representation | None:
    """The representation to fetch: a master, else one that is no thumbnail; the largest stated width decides among equals."""
    ranked: list[tuple[int, int, int, _Representation]] = []
    for order, representation in enumerate(representations):
        kind = representation.attributes.get("type", "")
        if is_word("thumbnails", kind):
            continue
        link = next((link for link in representation.get("linkResource") if link.text.lower().startswith("http")), None)
        if link is None:
            continue
        found = _Representation(link, *_measures(representation.get("resourceMeasurementsSet")))
        ranked.append((0 if is_word("masters", kind) else 1, -(found.width or 0), order, found))
    return min(ranked, key=lambda item: item[:3])[3] if ranked else None


def _measures(sets: Iterable[Part]) -> tuple[int | None, int | None, int | None]:
    width = height = size = None
    for item in sets:
        kind, unit = item.first("measurementType").lower(), item.first("measurementUnit").lower()
        value = item.first("measurementValue")
        number = int(value) if value.isascii() and value.isdigit() and len(value) < 13 else None
        if kind in _WIDTHS and unit.startswith(("px", "pixel")):
            width = number
        elif kind in _HEIGHTS and unit.startswith(("px", "pixel")):
            height = number
        elif unit in ("byte", "bytes", "b"):
            size = number
    return width, height, size


def _position(resource: Part) -> int | None:
    value = resource.attributes.get("sortorder", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 7 else None


def _mime(value: str) -> str:
    return value.lower() if "/" in value else ""


def _photographer(resource: Part) -> str:
    for source in resource.get("resourceSource"):
        if parse_role(source.attributes.get("type", "")) is Role.PHOTOGRAPHER:
            return source.first("legalBodyName/appellationValue")
    for rights in resource.get("rightsResource"):
        for line in rights.texts("creditLine"):
            if match := _PHOTOGRAPHER.search(line):
                return match["name"].strip()
    return ""
