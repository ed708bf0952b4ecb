"""What a medium shows: a flat work, a solid one, the work itself, or unknown (law: section 2 of the README).

Evidence is read in the order partner file, role of the medium, object type, materials, dimensions, MIME type; the first step
that answers wins, two answers at one step are `unknown`. "Front" is no evidence: a vase has a front as well.
"""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from glamflow.transforms.policy import RightsPolicy
from glamflow.transforms.record import MediaRef, MediaRole, Record, Term
from glamflow.transforms.rights.decision import Kind
from glamflow.transforms.rights.tables import read_table
from glamflow.transforms.rights.words import bare

_DEPTH_LIMIT = 3.0  # cm; thinner things are flat
_IN_CM = {"cm": 1.0, "mm": 0.1, "m": 100.0, "in": 2.54, "": 1.0}
_SOLID_ROLES = (MediaRole.FRAME, MediaRole.INSTALLATION)
_SHORTEST_COMPOUND = 5  # letters of a word that may be the end of a compound ("Ölgemälde", "oljemålning")


class ObjectType(msgspec.Struct, frozen=True):
    """A kind of object. `use`: was it published when made? `group` steers templates and holds."""

    id: str
    kind: Kind
    use: str  # published | unpublished | either
    words: str
    aat: tuple[str, ...] = ()
    group: str = ""  # text | print_text | photo | sound | film | document | currency | specimen


class _Types(msgspec.Struct):
    types: tuple[ObjectType, ...]
    materials: dict[str, tuple[str, ...]]


_TABLE = read_table("types", _Types)
_BY_AAT = {number: kind for kind in _TABLE.types for number in kind.aat}
_MATERIALS = {bare(word): Kind(kind) for kind, words in _TABLE.materials.items() for word in words}


def _index() -> dict[str, tuple[ObjectType, ...]]:
    index: dict[str, tuple[ObjectType, ...]] = {}
    for kind in _TABLE.types:
        for word in dict.fromkeys(bare(w) for w in kind.words.split("|")):
            index[word] = (*index.get(word, ()), kind)
    return index


_WORDS = _index()
_LONGEST = max(len(word.split()) for word in _WORDS)
_ENDINGS = sorted((w for w in _WORDS if " " not in w and len(w) >= _SHORTEST_COMPOUND), key=len, reverse=True)


def object_types(record: Record) -> tuple[ObjectType, ...]:
    """The object types that the record's terms name, each once."""
    found = [kind for term in record.object_types for kind in _of_term(term)]
    return tuple(dict.fromkeys(found))


def decide_kind(record: Record, medium: MediaRef | None, policy: RightsPolicy) -> Kind:
    """The kind by the first step of evidence that answers."""
    steps = (
        _by_set(record, policy),
        _by_role(record, medium),
        _by_type(record),
        _by_material(record),
        _by_dimensions(record),
        _by_mime(medium),
    )
    answer = next((step for step in steps if step), set())
    return next(iter(answer)) if len(answer) == 1 else Kind.UNKNOWN


def _by_set(record: Record, policy: RightsPolicy) -> set[Kind]:
    """The partner file's word; "photographs:staff" is inside "photographs"."""
    for depth in range(3):
        named = {s.rsplit(":", depth)[0] if depth else s for s in record.sets}
        found = {Kind(policy.kinds[s]) for s in named if s in policy.kinds}
        if found:
            return found
    return set()


def _by_role(record: Record, medium: MediaRef | None) -> set[Kind]:
    role = medium.role if medium else MediaRole.UNKNOWN
    if role in _SOLID_ROLES:
        return {Kind.SOLID}
    if role is MediaRole.VIEW:
        # feeds call every further page of a letter a view; of a painting it may show frame or wall
        types = object_types(record)
        text = bool(types) and all(
            t.group in ("text", "print_text", "photo", "document", "sound", "film") for t in types
        )
        return set() if text else {Kind.SOLID}
    page = role is MediaRole.PAGE and not _by_type(record) and not _by_mime(medium)
    return {Kind.FLAT} if page else set()


def _by_type(record: Record) -> set[Kind]:
    return {kind.kind for kind in object_types(record)}


def _of_term(term: Term) -> tuple[ObjectType, ...]:
    """The labels are often more exact than the number ("press photograph" under "photograph"); a number that disagrees counts too."""
    named = tuple(kind for label in term.labels for kind in types_of_label(label.value))
    uri = (term.uri or "").rstrip("/").lower()
    known = _BY_AAT.get(re.split("[/:]", uri)[-1]) if "aat" in uri else None
    return named if known is None or any(kind.kind is known.kind for kind in named) else (*named, known)


@lru_cache(maxsize=4096)
def types_of_label(label: str) -> tuple[ObjectType, ...]:
    """Types named in a label: longest phrases first, then compounds by their end. Each word is used once."""
    words = bare(label).split()[:40]
    found: list[ObjectType] = []
    at = 0
    while at < len(words):
        size = next(
            (n for n in range(min(_LONGEST, len(words) - at), 0, -1) if " ".join(words[at : at + n]) in _WORDS), 0
        )
        if size:
            found += _WORDS[" ".join(words[at : at + size])]
        else:
            ending = next((e for e in _ENDINGS if words[at].endswith(e)), "")
            found += _WORDS[ending] if ending else ()
        at += size or 1
    return tuple(dict.fromkeys(found))


def _by_material(record: Record) -> set[Kind]:
    labels = [bare(label.value) for term in (*record.techniques, *record.materials) for label in term.labels]
    whole = {_MATERIALS[label] for label in labels if label in _MATERIALS}
    if Kind.FLAT in whole and len(labels) > 1:
        whole.discard(Kind.SOLID)  # "oil on canvas" beside "wood" (of the panel or frame) is a painting
    return whole


def _by_dimensions(record: Record) -> set[Kind]:
    sizes = {d.kind: d.value * _IN_CM[d.unit] for d in record.dimensions if d.value is not None and d.unit in _IN_CM}
    if sizes.get("depth", 0) > _DEPTH_LIMIT or "diameter" in sizes:
        return {Kind.SOLID}
    return {Kind.FLAT} if set(sizes) == {"height", "width"} else set()


def _by_mime(medium: MediaRef | None) -> set[Kind]:
    mime = medium.mime.lower() if medium else ""
    return {Kind.IS_THE_WORK} if mime.startswith(("audio/", "video/")) else set()
