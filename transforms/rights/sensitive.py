"""Signs in a record that ask for a person before anything is shown (law: section 11 of the README).

Strong signs (remains of people, labels of communities) count wherever they stand. Words such as "sacred" or "skull" count in
title, type and subject of anything that is not a flat picture: a painting of the Sacred Heart is an ordinary painting.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from glamflow.transforms.record import DateKind, MediaRef, MediaRole, Record, Role, Text
from glamflow.transforms.rights.dating import latest_year
from glamflow.transforms.rights.decision import Kind
from glamflow.transforms.rights.kinds import object_types
from glamflow.transforms.rights.tables import read_table
from glamflow.transforms.rights.words import find_phrase

_LIFETIME = 110
_OLD_EMBLEM = 120
_NOT_PICTURES = frozenset({"document", "print_text", "text", "sound", "currency", "specimen"})


class _Holds(msgspec.Struct):
    remains: tuple[str, ...]
    objects: tuple[str, ...]
    persons: dict[str, tuple[str, ...]]
    misread: frozenset[str]
    emblems: tuple[str, ...]
    public_art: tuple[str, ...]
    panorama_freedom: frozenset[str]


_TABLE = read_table("holds", _Holds)
_ANY_LANGUAGE = tuple(w for words in _TABLE.persons.values() for w in words if w not in _TABLE.misread)


def cultural_sign(record: Record, kind: Kind, terms: tuple[str, ...] = ()) -> str:
    """The word or label that asks for cultural permission, "" if there is none; `terms` are the partner's own."""
    if record.sensitivity:
        return record.sensitivity[0]
    everything = (*_names(record), *(t.value for t in record.descriptions))
    for text in everything:
        found = find_phrase(text, _TABLE.remains) or (find_phrase(text, terms) if terms else "")
        if found:
            return found
    if kind is Kind.FLAT:
        return ""
    return next((found for text in _names(record) if (found := find_phrase(text, _TABLE.objects))), "")


def living_person_sign(record: Record, kind: Kind, on: dt.date) -> str:
    """The word that makes an identifiable living person likely, "" if there is none or the picture is old enough."""
    groups = {t.group for t in object_types(record)}
    if kind is Kind.SOLID or (groups and groups <= _NOT_PICTURES):
        return ""
    made = _latest(record)
    if (made is None and kind is Kind.FLAT) or (made is not None and on.year - made >= _LIFETIME):
        return ""
    depicted = [a for a in record.agents if a.role is Role.DEPICTED]
    if depicted and all(a.death is not None for a in depicted):
        return ""
    word = next(
        (found for text in _texts(record) if (found := find_phrase(text.value, _person_words(text.language)))), ""
    )
    return word or (depicted[0].name if depicted and kind is not Kind.FLAT else "")


def emblem_sign(record: Record, on: dt.date) -> str:
    """The word for an emblem, trademark or money, "" for old ones: coins of 1632 are no business of a mint today."""
    made = _latest(record)
    if made is not None and on.year - made > _OLD_EMBLEM:
        return ""
    if any(t.group == "currency" for t in object_types(record)):
        return "currency"
    return next((found for text in _names(record) if (found := find_phrase(text, _TABLE.emblems))), "")


def public_art_sign(record: Record) -> str:
    """The word for art in public space."""
    return next((found for text in _names(record) if (found := find_phrase(text, _TABLE.public_art))), "")


def has_panorama_freedom(country: str) -> bool:
    """Countries whose freedom of panorama is beyond doubt; all others ask a person."""
    return country in _TABLE.panorama_freedom


def foreign_material(record: Record, medium: MediaRef | None) -> bool:
    """A document that may hold pictures of others: a PDF needs `third_party: none`, anything else must not say "marked"."""
    if record.third_party in ("marked", "unknown"):
        return True
    return record.third_party != "none" and medium is not None and _is_document(medium)


def _is_document(medium: MediaRef) -> bool:
    path = medium.url.lower().partition("?")[0].partition("#")[0]
    return "pdf" in medium.mime.lower() or path.endswith((".pdf", ".djvu")) or medium.role is MediaRole.DOCUMENT


def _names(record: Record) -> tuple[str, ...]:
    terms = (*record.object_types, *record.subjects)
    return (*(t.value for t in record.titles), *(label.value for term in terms for label in term.labels))


def _texts(record: Record) -> tuple[Text, ...]:
    terms = (*record.object_types, *record.subjects)
    labels = tuple(label for term in terms for label in term.labels)
    return (*record.titles, *record.descriptions, *labels, *(label for m in record.media for label in m.labels))


def _person_words(language: str | None) -> tuple[str, ...]:
    code = (language or "").partition("-")[0].lower()
    code = {"nb": "no", "nn": "no"}.get(code, code)
    return (*_TABLE.persons.get(code, _ANY_LANGUAGE), *_TABLE.persons["en"])


def _latest(record: Record) -> int | None:
    years = [latest_year(s) for s in record.dates if s.kind in (DateKind.MADE, DateKind.PUBLISHED)]
    known = [y for y in years if y is not None]
    return max(known) if known and len(known) == len(years) else None
