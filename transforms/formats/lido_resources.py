"""LIDO resources → media with roles and rights, and the reading of LIDO's rights elements.

Rules
- Of several representations of one resource the master counts; thumbnails never do.
- A URI among `conceptID` and `term` of a rights type is kept verbatim; so is every text that is not only the holder's name.
- A credit line with "©" is a statement about the medium; one with "Photo:" names the photographer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from glamflow.transforms.fields.media import iiif_service, media_id, role_and_page
from glamflow.transforms.fields.roles import parse_role
from glamflow.transforms.formats.draft import Draft
from glamflow.transforms.formats.lido_words import first_table, shape
from glamflow.transforms.formats.parts import NO_TEXT, Part, first_text
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


_REPRESENTATIONS = ("thumbnails", "masters")
_Size = tuple[int | None, int | None, int | None]
"""Width, height and bytes as stated."""


def read_rights(element: Part, level: RightsLevel, draft: Draft) -> list[RightsStatement]:
    """The statements of `rightsWorkSet`, `rightsResource` or `recordRights`."""
    found: dict[tuple[str, str], RightsStatement] = {}  # each statement once
    for kind in element.parts.get("rightsType", ()):
        for path in ("conceptID", "term"):
            for value in kind.parts.get(path, ()):
                said = value.text, value.language
                if value.text and said not in found and value.attributes.get("type") != "omistus":
                    tag = draft.tag(value.language) if value.language else None
                    found[said] = RightsStatement(value=value.text, level=level, language=tag)
        for concept in kind.parts.get("Concept", ()):  # LIDO 1.1
            if uri := concept.attributes.get("about"):
                found.setdefault((uri, ""), RightsStatement(value=uri, level=level))
    if level is not RightsLevel.METADATA:
        for line in element.bare.get("creditLine", ()):
            if _is_claim(line):
                found.setdefault((line, ""), RightsStatement(value=line, level=level))
    return list(found.values())


def _is_claim(line: str) -> bool:
    lower = line.lower()
    likely = "cc" in lower or "(c)" in lower or "copyright" in lower or "commons" in lower or "domain" in lower
    return (likely or not line.isascii()) and bool(_CLAIM.search(line))


def read_resource(resource: Part, draft: Draft, language: str) -> None:
    """Add the medium of a `resourceSet`, if it has one."""
    link, (width, height, size) = _best_representation(resource.parts.get("resourceRepresentation", ()))
    if link is None:
        links = [link for file in resource.parts.get("resourceRepresentation", ()) for link in file.parts.get("linkResource", ())]
        if links:
            draft.find(Reason.NO_MEDIA, "media", first_text(links), detail="only a thumbnail is given", severity=Severity.INFO)
        return
    url = link.text
    rights: list[RightsStatement] = []
    for part in resource.parts.get("rightsResource", ()):
        rights += read_rights(part, RightsLevel.MEDIUM, draft)
    texts: list[str] = []
    labels: list[Text] = []
    for path in ("resourcePerspective/term", "resourceDescription"):
        for said in resource.parts.get(path, ()):
            if said.text:
                texts.append(said.text)
                labels.append(Text(value=said.text, language=draft.tag(said.language or language)))
    role, page = role_and_page(texts, resource.bare.get("resourceType/term", ()))
    draft.medium(
        MediaRef(
            id=media_id(_own_id(resource), url),
            url=url,
            role=role,
            position=_position(resource),
            page=page,
            labels=tuple(labels),
            mime=_mime(link.attributes.get("formatResource", "")),
            width=width,
            height=height,
            size=size,
            iiif_service=iiif_service(url),
            photographer=_photographer(resource),
            rights=tuple(rights),
        )
    )


def _best_representation(representations: Iterable[Part]) -> tuple[Part | None, _Size]:
    """The file to fetch and its size: a master, else one that is no thumbnail; the largest stated width decides among equals."""
    best: tuple[Part | None, _Size] = None, (None, None, None)
    best_rank = (False, -1)
    for representation in representations:
        kind = representation.attributes.get("type", "")
        table = first_table(_REPRESENTATIONS, kind)
        if table == "thumbnails":
            continue
        for link in representation.parts.get("linkResource", ()):
            if link.text[:4].lower() == "http":
                size = _size(representation.parts.get("resourceMeasurementsSet", ()))
                rank = (table == "masters", size[0] or 0)
                if rank > best_rank:
                    best, best_rank = (link, size), rank
                break
    return best


def _size(sets: Iterable[Part]) -> _Size:
    width = height = size = None
    for item in sets:
        stated = item.bare
        kind, unit = stated.get("measurementType", NO_TEXT)[0].lower(), stated.get("measurementUnit", NO_TEXT)[0].lower()
        value = stated.get("measurementValue", NO_TEXT)[0]
        number = int(value) if value.isascii() and value.isdigit() and len(value) < 13 else None
        if kind in _WIDTHS and unit.startswith(("px", "pixel")):
            width = number
        elif kind in _HEIGHTS and unit.startswith(("px", "pixel")):
            height = number
        elif unit in ("byte", "bytes", "b"):
            size = number
    return width, height, size


def _own_id(resource: Part) -> str:
    for number in resource.bare.get("resourceID", ()):
        if not number.startswith("http"):
            return number
    return ""


def _position(resource: Part) -> int | None:
    value = resource.attributes.get("sortorder", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 7 else None


def _mime(value: str) -> str:
    return value.lower() if "/" in value else ""


def _photographer(resource: Part) -> str:
    for source in resource.parts.get("resourceSource", ()):
        if parse_role(source.attributes.get("type", "")) is Role.PHOTOGRAPHER:
            return source.first("legalBodyName/appellationValue")
    for rights in resource.parts.get("rightsResource", ()):
        for line in rights.bare.get("creditLine", ()):
            if match := _PHOTOGRAPHER.search(line):
                return match["name"].strip()
    return ""
