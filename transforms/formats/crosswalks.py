"""Every format by the name that `mapping.crosswalk` uses, with what identifies it and who reads it.

Adding a format: a module with NAMES, NAMESPACES and a `read_…(content, draft)`, and an entry here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from glamflow.transforms.formats import dc, ead, edm, iiif, lido, marcxml, mets, mods, rows, soch, xml
from glamflow.transforms.formats.draft import Draft


class Crosswalk(NamedTuple):
    """How a format is recognised and read."""

    name: str
    read: Callable[[Any, Draft], None]
    names: frozenset[str] = frozenset()  # local names of the record's element
    namespaces: frozenset[str] = frozenset()
    json: bool = False
    find: Callable[[xml.Element], list[xml.Element]] | None = None  # finds the records where the name alone does not tell
    cut: Callable[[xml.Element], bytes] | None = None  # makes one of several records a payload of its own
    is_record: Callable[[Mapping[str, Any]], bool] | None = None  # whether a JSON object is of this format at all
    fallback: Callable[[xml.Element], list[xml.Element]] | None = None  # finds the record where no element has such a name


def _parent_of_title(root: xml.Element) -> list[xml.Element]:
    """The element that holds Dublin Core properties under a name of its own (`record`, `metadata`, `untl:metadata`)."""
    parents: list[xml.Element] = []
    for name in ("title", "identifier", "creator", "subject", "description"):
        for element in root.iter(f"{{*}}{name}"):
            parent = element.getparent()
            if parent is not None and parent not in parents and xml.local_name(parent) != "header":
                parents.append(parent)
        if parents:
            return _richest(parents)
    return parents


def _richest(parents: list[xml.Element]) -> list[xml.Element]:
    """The one that says at least twice as much as any other (a record beside a note on its collection), else all."""
    sizes = sorted(((len({xml.local_name(e) for e in parent.iterchildren("*")}), i) for i, parent in enumerate(parents)), reverse=True)
    clear = len(sizes) == 1 or sizes[0][0] >= 2 * sizes[1][0]
    return [parents[sizes[0][1]]] if clear else parents


CROSSWALKS: dict[str, Crosswalk] = {
    c.name: c
    for c in (
        Crosswalk("lido", lido.read_lido, lido.NAMES, lido.NAMESPACES),
        Crosswalk("oai_dc", dc.read_dc, dc.NAMES, dc.NAMESPACES, fallback=_parent_of_title),
        Crosswalk("qdc", dc.read_dc, dc.NAMES, dc.NAMESPACES, fallback=_parent_of_title),
        Crosswalk("edm", edm.read_edm, edm.NAMES, edm.NAMESPACES),
        Crosswalk("mods", mods.read_mods, mods.NAMES, mods.NAMESPACES),
        Crosswalk("marcxml", marcxml.read_marc, marcxml.NAMES, marcxml.NAMESPACES, find=marcxml.find_marc),
        Crosswalk("soch", soch.read_soch, soch.NAMES, soch.NAMESPACES, find=soch.find_soch),
        Crosswalk("ead", ead.read_ead, ead.NAMES, ead.NAMESPACES, find=ead.find_ead, cut=ead.cut_ead),
        Crosswalk("mets", mets.read_mets, mets.NAMES, mets.NAMESPACES),
        Crosswalk("iiif", iiif.read_iiif, json=True, is_record=iiif.is_iiif),
        Crosswalk("rows", rows.read_rows, json=True),
    )
}
