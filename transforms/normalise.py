"""The last step of mapping: every text cleaned, every list without doubles, what is missing told.

Rules
- Text is cleaned by `fields/text.py`; identifiers and rights statements stay as supplied but for characters that cannot be seen.
- Equal values are kept once: the first one, so that order tells importance; agents are equal by name, role and attribution.
- A title of more than 10,000 characters is none: the record is rejected. Other overlong texts are left out with a finding.
- A record without title, page address or media is mapped, with a finding of severity ERROR for the title.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from msgspec.structs import replace

from glamflow.transforms.fields.text import (
    MAX_TEXT,
    MAX_TITLE,
    are_clean,
    clean_identifier,
    clean_line,
    clean_text,
    is_clean,
)
from glamflow.transforms.outcome import Finding, Mapped, Reason, Rejected, Severity
from glamflow.transforms.record import Agent, Identifier, MediaRef, Place, Record, RightsStatement, Term, Text

T = TypeVar("T")


class _Cleaner:
    """Cleans the texts of one record and remembers what it had to do.

    Most values of most records are clean: a whole field is looked at in one go first, and handed back as it is.
    """

    def __init__(self) -> None:
        self.seen: dict[tuple[Reason, str], str] = {}

    def line(self, value: str, field: str) -> str:
        if not value or is_clean(value):
            return value
        cleaned = clean_line(value)
        self._note(cleaned.reasons, field, value)
        return cleaned.value

    def texts(self, values: tuple[Text, ...], field: str, *, multiline: bool = False) -> tuple[Text, ...]:
        if are_clean([text.value for text in values]):
            return distinct(values)
        kept: list[Text] = []
        for text in values:
            if is_clean(text.value) and 0 < len(text.value) <= MAX_TEXT:
                kept.append(text)
                continue
            if len(text.value) > MAX_TEXT:
                self._note((Reason.VALUE_NOT_READ,), field, text.value)
                continue
            cleaned = clean_text(text.value) if multiline else clean_line(text.value)
            self._note(cleaned.reasons, field, text.value)
            if cleaned.value:
                kept.append(text if cleaned.value == text.value else Text(value=cleaned.value, language=text.language))
        return distinct(kept)

    def terms(self, values: tuple[Term, ...], field: str) -> tuple[Term, ...]:
        if are_clean([label.value for term in values for label in term.labels]) and _say_something_once(values):
            return distinct(values)
        kept = []
        for term in values:
            labels = self.texts(term.labels, field) if term.labels else ()
            if labels or term.uri:
                kept.append(term if labels == term.labels else replace(term, labels=labels))
        return distinct(kept)

    def _note(self, reasons: tuple[Reason, ...], field: str, value: str) -> None:
        for reason in reasons:
            self.seen.setdefault((reason, field), value[:200])

    def findings(self) -> list[Finding]:
        return [
            Finding(
                reason=reason,
                severity=Severity.WARNING if reason is Reason.VALUE_NOT_READ else Severity.INFO,
                field=field,
                value=value,
                detail=f"longer than {MAX_TEXT} characters" if reason is Reason.VALUE_NOT_READ else "",
            )
            for (reason, field), value in self.seen.items()
        ]


def normalise(record: Record, findings: Iterable[Finding]) -> Mapped | Rejected:
    """The record as it goes on, or the reason why it cannot."""
    for title in record.titles:
        if len(title.value) > MAX_TITLE:
            detail = f"a title of more than {MAX_TITLE} characters is no title"
            return Rejected(key=record.key, reason=Reason.PAYLOAD_INVALID, detail=detail)
    cleaner = _Cleaner()
    clean = _cleaned(record, cleaner)
    return Mapped(record=clean, findings=distinct((*findings, *cleaner.findings(), *_missing(clean))))


def _cleaned(record: Record, cleaner: _Cleaner) -> Record:
    """The record with what had to be changed; the record itself where nothing had."""
    changed: dict[str, Any] = {}
    for field, clean in _BLOCKS if _stands_clean(record) else _CLEANERS:
        stated = getattr(record, field)
        if stated:  # most fields of most records are empty
            value = clean(stated, cleaner)
            if value is not stated:
                changed[field] = value
    return replace(record, **changed) if changed else record


def _stands_clean(record: Record) -> bool:
    """Whether all but texts of several lines is clean and without doubles, as in most records: one look instead of one per field.

    Plain loops, as most of the lists have one or two values.
    """
    lines: list[str] = []
    add = lines.append
    for terms in (record.object_types, record.subjects, record.materials, record.techniques):
        for term in terms:
            labels = term.labels
            if not labels and not term.uri:
                return False
            if len(labels) > 1 and len(set(labels)) < len(labels):
                return False
            for label in labels:
                add(label.value)
    for title in record.titles:
        add(title.value)
    for agent in record.agents:
        add(agent.name)
    for identifier in record.identifiers:
        add(identifier.value)
    for statement in record.rights:
        add(statement.value)
    for place in record.places:
        for name in place.names:
            add(name.value)
    for medium in record.media:
        if " " in medium.url:
            return False
        add(medium.url)
        for label in medium.labels:
            add(label.value)
        for statement in medium.rights:
            add(statement.value)
        if medium.photographer:
            add(medium.photographer)
    single = (record.institution, record.department, record.collection, record.credit_line, record.series, record.source_url)
    lines += filter(None, single)
    lines += record.sensitivity
    return are_clean(lines) and " " not in record.source_url and not _has_doubles(record)


def _has_doubles(record: Record) -> bool:
    lists: list[Sequence[Any]] = [
        record.titles, record.object_types, record.subjects, record.materials, record.techniques, record.dates, record.places,
        record.dimensions, record.content_languages, record.rights, record.sensitivity, *record.extra.values(),
    ]  # fmt: skip
    for place in record.places:
        lists.append(place.names)
    for medium in record.media:
        lists += (medium.labels, medium.rights)
    if len(record.agents) > 1:
        lists.append([(agent.name.casefold(), agent.role, agent.attribution) for agent in record.agents])
    if len(record.identifiers) > 1:
        lists.append([(identifier.value, identifier.kind) for identifier in record.identifiers])
    return bool([values for values in lists if len(values) > 1 and len(set(values)) < len(values)])


def distinct(values: Iterable[T]) -> tuple[T, ...]:
    """The values without later doubles; a tuple that has none is handed back itself."""
    known = tuple(values)
    if len(known) < 2 or len(set(known)) == len(known):
        return known
    return tuple(dict.fromkeys(known))


def _say_something_once(terms: tuple[Term, ...]) -> bool:
    """Whether every term has a label or an address, and none the same label twice."""
    for term in terms:
        labels = term.labels
        if labels:
            if len(labels) > 1 and len(set(labels)) < len(labels):
                return False
        elif not term.uri:
            return False
    return True


def _agents(agents: tuple[Agent, ...], cleaner: _Cleaner) -> tuple[Agent, ...]:
    kept: dict[tuple[str, ...], Agent] = {}
    for agent in agents:
        name = cleaner.line(agent.name, "agents")
        if name:
            known = agent if name == agent.name else replace(agent, name=name)
            kept.setdefault((name.casefold(), agent.role, agent.attribution), known)
    return _as_stated(agents, kept.values())


def _as_stated(stated: tuple[T, ...], kept: Iterable[T]) -> tuple[T, ...]:
    """What was kept; the very tuple that was stated if it is the same, so that nobody has to build a record anew for it."""
    values = tuple(kept)
    return stated if values == stated else values


def _place(place: Place, cleaner: _Cleaner) -> Place:
    names = cleaner.texts(place.names, "places") if place.names else ()
    return place if names == place.names else replace(place, names=names)


def _places(places: tuple[Place, ...], cleaner: _Cleaner) -> tuple[Place, ...]:
    return _as_stated(places, distinct([_place(place, cleaner) for place in places]))


def _identifiers(identifiers: tuple[Identifier, ...], _: _Cleaner) -> tuple[Identifier, ...]:
    kept: dict[tuple[str, str], Identifier] = {}
    for identifier in identifiers:
        value = clean_identifier(identifier.value)
        if value and (value, identifier.kind) not in kept:
            kept[value, identifier.kind] = identifier if value == identifier.value else replace(identifier, value=value)
    return _as_stated(identifiers, kept.values())


def _statement(statement: RightsStatement) -> RightsStatement:
    value = clean_identifier(statement.value)[:10_000]
    return statement if value == statement.value else replace(statement, value=value)


def _statements(statements: tuple[RightsStatement, ...], _: _Cleaner) -> tuple[RightsStatement, ...]:
    return _as_stated(statements, distinct([_statement(statement) for statement in statements]))


def _medium(medium: MediaRef, cleaner: _Cleaner) -> MediaRef:
    url = _address(medium.url)
    labels = cleaner.texts(medium.labels, "media") if medium.labels else ()
    photographer = cleaner.line(medium.photographer, "media")
    rights = _statements(medium.rights, cleaner) if medium.rights else ()
    if (url, labels, photographer, rights) == (medium.url, medium.labels, medium.photographer, medium.rights):
        return medium
    return replace(medium, url=url, labels=labels, photographer=photographer, rights=rights)


def _media(media: tuple[MediaRef, ...], cleaner: _Cleaner) -> tuple[MediaRef, ...]:
    return _as_stated(media, [_medium(medium, cleaner) for medium in media])


def _address(url: str) -> str:
    if " " not in url and url.isprintable():
        return url
    return "".join(clean_identifier(url).split(" ")) if url.startswith(("http://", "https://")) else clean_identifier(url)


def _without_doubles(values: tuple[T, ...], _: _Cleaner) -> tuple[T, ...]:
    return distinct(values)


def _sensitivity(values: tuple[str, ...], cleaner: _Cleaner) -> tuple[str, ...]:
    return _as_stated(values, distinct([cleaner.line(value, "sensitivity") for value in values]))


def _extra(extra: dict[str, tuple[str, ...]], _: _Cleaner) -> dict[str, tuple[str, ...]]:
    kept = {key: distinct(values) for key, values in extra.items()}
    return extra if kept == extra else kept


def _texts(field: str, *, multiline: bool = False) -> Callable[[tuple[Text, ...], _Cleaner], tuple[Text, ...]]:
    return lambda values, cleaner: cleaner.texts(values, field, multiline=multiline)


def _terms(field: str) -> Callable[[tuple[Term, ...], _Cleaner], tuple[Term, ...]]:
    return lambda values, cleaner: cleaner.terms(values, field)


def _line(field: str) -> Callable[[str, _Cleaner], str]:
    return lambda value, cleaner: cleaner.line(value, field)


_BLOCKS: tuple[tuple[str, Callable[[Any, _Cleaner], Any]], ...] = (
    ("descriptions", _texts("descriptions", multiline=True)),
    ("inscriptions", _texts("inscriptions", multiline=True)),
    ("provenance", _texts("provenance", multiline=True)),
)
_CLEANERS: tuple[tuple[str, Callable[[Any, _Cleaner], Any]], ...] = (
    ("titles", _texts("titles")),
    *_BLOCKS,
    *((field, _terms(field)) for field in ("object_types", "subjects", "materials", "techniques")),
    ("agents", _agents),
    ("dates", _without_doubles),
    ("places", _places),
    ("dimensions", _without_doubles),
    ("identifiers", _identifiers),
    ("content_languages", _without_doubles),
    ("rights", _statements),
    ("media", _media),
    ("sensitivity", _sensitivity),
    *((field, _line(field)) for field in ("institution", "department", "collection", "credit_line", "series")),
    ("source_url", lambda value, _: _address(value)),
    ("extra", _extra),
)
"""How each field is cleaned. A field that is not changed comes back as the same object."""


def _missing(record: Record) -> list[Finding]:
    missing = []
    if not record.titles:
        missing.append(Finding(reason=Reason.TITLE_MISSING, severity=Severity.ERROR, field="titles"))
    if not record.inventory_number:
        missing.append(Finding(reason=Reason.IDENTIFIER_MISSING, severity=Severity.INFO, field="identifiers"))
    if not record.source_url:
        missing.append(Finding(reason=Reason.SOURCE_URL_MISSING, field="source_url"))
    if not record.media:
        missing.append(Finding(reason=Reason.NO_MEDIA, field="media"))
    return missing
