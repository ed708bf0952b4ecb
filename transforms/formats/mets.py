"""METS → draft: the described whole with its files in reading order (http://www.loc.gov/METS/).

Rules
- The description is the `dmdSec` of the topmost division (else the first one) and is read by its own crosswalk: MODS, Dublin Core, LIDO, EAD.
- Of the file groups the largest is taken (`data/mets.json`: MASTER before MAX before DEFAULT …); thumbnails, full texts and
  downloads never count.
- The physical structure gives order and page labels; files that it does not name come last.
- `dv:license` is a statement about the object; files with relative addresses cannot be fetched and are told.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from glamflow.transforms.fields.media import iiif_service, media_id, media_role
from glamflow.transforms.formats import dc, ead, lido, mods, xml
from glamflow.transforms.formats.draft import Draft
from glamflow.transforms.outcome import Reason
from glamflow.transforms.record import IdentifierKind, MediaRef, MediaRole

NAMES = frozenset({"mets"})
NAMESPACES = frozenset({"http://www.loc.gov/METS/"})

_READERS = {"mods": mods.read_mods, "lido": lido.read_lido, "dc": dc.read_dc, "qualifieddc": dc.read_dc, "simpledc": dc.read_dc,
            "c": ead.read_ead, "archdesc": ead.read_ead}  # fmt: skip
_GENERIC = frozenset({"dspace item", "dspace collection", "dspace community", "item", "object", "document", "untitled"})
_MIMES = ("image/", "audio/", "video/", "application/pdf")


@cache
def _groups() -> tuple[tuple[str, ...], frozenset[str]]:
    data = json.loads((files("glamflow.transforms.formats") / "data" / "mets.json").read_text("utf-8"))
    return tuple(data["preferred"]), frozenset(data["never"])


def read_mets(root: xml.Element, draft: Draft) -> None:
    """Fill the draft from a `mets` element."""
    top = _top_division(root)
    wanted = xml.attribute(top, "DMDID").split() if top is not None else []
    sections = [e for e in xml.children(root, "dmdSec") if xml.attribute(e, "ID") in wanted] or list(xml.children(root, "dmdSec"))[:1]
    for section in sections:
        _read_section(section, draft)
    if not draft.titles and top is not None:
        draft.text(draft.titles, _telling(xml.attribute(top, "LABEL")))
    if not draft.titles:
        draft.text(draft.titles, _telling(xml.attribute(root, "LABEL")) or _logical_label(root))
    draft.identifier(xml.attribute(root, "OBJID"), default=IdentifierKind.RECORD)
    _read_administration(root, draft)
    _read_files(root, draft)


def _telling(label: str) -> str:
    """A label that names this object, not what kind of thing a repository stores."""
    return "" if label.strip().lower() in _GENERIC else label


def _logical_label(root: xml.Element) -> str:
    """What the logical structure calls the whole, where nothing describes it."""
    whole = (xml.child(m, "div") for m in xml.children(root, "structMap") if xml.attribute(m, "TYPE").upper() == "LOGICAL")
    return next((label for division in whole if division is not None and (label := xml.attribute(division, "LABEL"))), "")


def _top_division(root: xml.Element) -> xml.Element | None:
    maps = list(xml.children(root, "structMap"))
    maps.sort(key=lambda m: xml.attribute(m, "TYPE").upper() != "LOGICAL")
    for struct in maps:
        for division in struct.iter("{*}div"):
            if xml.attribute(division, "DMDID"):
                return division
    return None


def _read_section(section: xml.Element, draft: Draft) -> None:
    for data in xml.walk(section, "mdWrap/xmlData"):
        for element in data.iterchildren("*"):
            reader = _READERS.get(xml.local_name(element))
            if reader is not None:
                reader(element, draft)
        if data.find("{*}title") is not None:  # Dublin Core without a wrapper
            dc.read_dc(data, draft)
        if data.find("{*}titleInfo") is not None:  # MODS without a wrapper, as DSpace writes it
            mods.read_mods(data, draft)


def _read_administration(root: xml.Element, draft: Draft) -> None:
    for rights in root.iter("{*}rightsMD"):
        for element in rights.iter("{*}license", "{*}RightsDeclaration"):
            draft.statement(xml.text_of(element))
        draft.put("institution", next((xml.text_of(e) for e in rights.iter("{*}owner")), ""))
    for name in ("presentation", "reference"):
        for element in root.iter(f"{{*}}{name}"):
            draft.put("source_url", xml.text_of(element))


def _read_files(root: xml.Element, draft: Draft) -> None:
    group = _best_group(root)
    if group is None:
        return
    pages = _pages(root)
    listed = [(file, xml.attribute(file, "ID")) for file in xml.children(group, "file")]
    listed.sort(key=lambda pair: pages[pair[1]][0] if pair[1] in pages else len(pages) + 1)
    relative = ""
    for file, identifier in listed:
        location = xml.child(file, "FLocat")
        url = xml.attribute(location, "href") if location is not None else ""
        if not url.startswith(("http://", "https://")):
            relative = relative or url
            continue
        order, label, kind = pages.get(identifier, (None, "", ""))
        mime = xml.attribute(file, "MIMETYPE").lower()
        size = xml.attribute(file, "SIZE")
        role = media_role(kind.replace("_", " "), label)
        draft.medium(
            MediaRef(
                id=media_id(identifier, url), url=url, position=order, page=label.strip(), mime=mime if "/" in mime else "",
                role=MediaRole.PAGE if role is MediaRole.UNKNOWN and kind == "page" else role, iiif_service=iiif_service(url),
                size=int(size) if size.isascii() and size.isdigit() and len(size) < 15 else None,
            )
        )  # fmt: skip
    if relative:
        draft.find(Reason.VALUE_NOT_READ, "media", relative, detail="files with relative addresses cannot be fetched")


def _best_group(root: xml.Element) -> xml.Element | None:
    preferred, never = _groups()
    candidates = []
    for order, group in enumerate(root.iter("{*}fileGrp")):
        use = xml.attribute(group, "USE").upper()
        mimes = [xml.attribute(f, "MIMETYPE").lower() for f in xml.children(group, "file")]
        if use in never or not any(mime.startswith(_MIMES) for mime in mimes):
            continue
        candidates.append((preferred.index(use) if use in preferred else len(preferred), order, group))
    return min(candidates, key=lambda item: item[:2])[2] if candidates else None


def _pages(root: xml.Element) -> dict[str, tuple[int, str, str]]:
    """File id → (order, page label, type) by the physical structure."""
    found: dict[str, tuple[int, str, str]] = {}
    order = 0
    for struct in xml.children(root, "structMap"):
        if xml.attribute(struct, "TYPE").upper() == "LOGICAL":
            continue
        for division in struct.iter("{*}div"):
            pointers = list(xml.children(division, "fptr"))
            if not pointers or xml.attribute(division, "TYPE").lower() == "physsequence":
                continue
            order += 1
            for pointer in pointers:
                found.setdefault(
                    xml.attribute(pointer, "FILEID"), (order, xml.attribute(division, "ORDERLABEL"), xml.attribute(division, "TYPE").lower())
                )
    return found
