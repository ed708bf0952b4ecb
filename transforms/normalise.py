"""The last step of mapping: every text cleaned, every list without doubles, what is missing told.

Rules
- Text is cleaned by `fields/text.py`; identifiers and rights statements stay as supplied but for characters that cannot be seen.
- Equal values are kept once: the first one, so that order tells importance; agents are equal by name, role and attribution.
- A title of more than 10,000 characters is none: the record is rejected. Other overlong texts are left out with a finding.
- A record without title, page address or media is mapped, with a finding of severity ERROR for the title.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from msgspec.structs import replace

from glamflow.transforms.fields.text import MAX_TEXT, MAX_TITLE, clean_identifier, clean_line, clean_text, is_clean
from glamflow.transforms.outcome import Finding, Mapped, Reason, Rejected, Severity
from glamflow.transforms.record import Agent, Identifier, MediaRef, Place, Record, RightsStatement, Term, Text

T = TypeVar("T")


class _Cleaner:
    """Cleans the texts of one record and remembers what it had to do."""

    def __init__(self) -> None:
        self.seen: dict[tuple[Reason, str], str] = {}

    def line(self, value: str, field: str) -> str:
        if not value or is_clean(value):
            return value
        cleaned = clean_line(value)
        self._note(cleaned.reasons, field, value)
        return cleaned.value

    def texts(self, values: tuple[Text, ...], field: str, *, multiline: bool = False) -> tuple[Text, ...]:
        if not values:
            return values
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
        kept = []
        for term in values:
            labels = self.texts(term.labels, field)
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
    if any(len(title.value) > MAX_TITLE for title in record.titles):
        return Rejected(
            key=record.key, reason=Reason.PAYLOAD_INVALID, detail=f"a title of more than {MAX_TITLE} characters is no title"
        )
    cleaner = _Cleaner()
    clean = replace(
        record,
        titles=cleaner.texts(record.titles, "titles"),
        descriptions=cleaner.texts(record.descriptions, "descriptions", multiline=True),
        inscriptions=cleaner.texts(record.inscriptions, "inscriptions", multiline=True),
        provenance=cleaner.texts(record.provenance, "provenance", multiline=True),
        object_types=cleaner.terms(record.object_types, "object_types"),
        subjects=cleaner.terms(record.subjects, "subjects"),
        materials=cleaner.terms(record.materials, "materials"),
        techniques=cleaner.terms(record.techniques, "techniques"),
        agents=_agents(record.agents, cleaner),
        dates=distinct(record.dates),
        places=distinct(_place(p, cleaner) for p in record.places),
        dimensions=distinct(record.dimensions),
        identifiers=_identifiers(record.identifiers),
        content_languages=distinct(record.content_languages),
        rights=distinct(_statement(s) for s in record.rights),
        media=tuple(_medium(m, cleaner) for m in record.media),
        sensitivity=distinct(cleaner.line(s, "sensitivity") for s in record.sensitivity),
        institution=cleaner.line(record.institution, "institution"),
        department=cleaner.line(record.department, "department"),
        collection=cleaner.line(record.collection, "collection"),
        credit_line=cleaner.line(record.credit_line, "credit_line"),
        series=cleaner.line(record.series, "series"),
        source_url=_address(record.source_url),
        extra={key: distinct(values) for key, values in record.extra.items()},
    )
    return Mapped(record=clean, findings=distinct((*findings, *cleaner.findings(), *_missing(clean))))


def distinct(values: Iterable[T]) -> tuple[T, ...]:
    """The values without later doubles."""
    known = tuple(values)
    if len(known) < 2:
        return known
    kept: list[T] = []
    seen: set[T] = set()
    for value in known:
        if value not in seen:
            seen.add(value)
            kept.append(value)
    return tuple(kept)


def _agents(agents: tuple[Agent, ...], cleaner: _Cleaner) -> tuple[Agent, ...]:
    kept: dict[tuple[str, ...], Agent] = {}
    for agent in agents:
        name = cleaner.line(agent.name, "agents")
        if name:
            known = agent if name == agent.name else replace(agent, name=name)
            kept.setdefault((name.casefold(), agent.role, agent.attribution), known)
    return tuple(kept.values())


def _place(place: Place, cleaner: _Cleaner) -> Place:
    names = cleaner.texts(place.names, "places")
    return place if names == place.names else replace(place, names=names)


def _identifiers(identifiers: tuple[Identifier, ...]) -> tuple[Identifier, ...]:
    kept: dict[tuple[str, str], Identifier] = {}
    for identifier in identifiers:
        value = clean_identifier(identifier.value)
        if value and (value, identifier.kind) not in kept:
            kept[value, identifier.kind] = identifier if value == identifier.value else replace(identifier, value=value)
    return tuple(kept.values())


def _statement(statement: RightsStatement) -> RightsStatement:
    value = clean_identifier(statement.value)[:10_000]
    return statement if value == statement.value else replace(statement, value=value)


def _medium(medium: MediaRef, cleaner: _Cleaner) -> MediaRef:
    if not medium.labels and not medium.photographer and not medium.rights and medium.url == _address(medium.url):
        return medium
    return replace(
        medium,
        url=_address(medium.url),
        labels=cleaner.texts(medium.labels, "media"),
        photographer=cleaner.line(medium.photographer, "media"),
        rights=distinct(_statement(s) for s in medium.rights),
    )


def _address(url: str) -> str:
    if " " not in url and url.isprintable():
        return url
    return "".join(clean_identifier(url).split(" ")) if url.startswith(("http://", "https://")) else clean_identifier(url)


def _missing(record: Record) -> Iterable[Finding]:
    if not record.titles:
        yield Finding(reason=Reason.TITLE_MISSING, severity=Severity.ERROR, field="titles")
    if not record.inventory_number:
        yield Finding(reason=Reason.IDENTIFIER_MISSING, severity=Severity.INFO, field="identifiers")
    if not record.source_url:
        yield Finding(reason=Reason.SOURCE_URL_MISSING, field="source_url")
    if not record.media:
        yield Finding(reason=Reason.NO_MEDIA, field="media")
