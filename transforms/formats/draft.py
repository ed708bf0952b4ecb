"""`Draft`: what a crosswalk finds, collected until a `Record` is made of it.

Crosswalks say *where* a value stands; the draft reads it with the field parsers and notes a finding where that fails. It lives for
one record and is thrown away.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from glamflow.transforms.fields.dates import is_read, parse_date
from glamflow.transforms.fields.dimensions import parse_dimensions
from glamflow.transforms.fields.identifiers import identifier_kind
from glamflow.transforms.fields.languages import parse_language
from glamflow.transforms.fields.media import distinct_id
from glamflow.transforms.fields.names import parse_agent
from glamflow.transforms.fields.places import parse_country
from glamflow.transforms.outcome import Finding, Reason, Severity, SourceInfo
from glamflow.transforms.record import (
    Agent,
    AgentKind,
    DateKind,
    DateSpan,
    Dimension,
    Identifier,
    IdentifierKind,
    MediaRef,
    Place,
    PlaceKind,
    Record,
    RecordKey,
    RightsLevel,
    RightsStatement,
    Role,
    Speaker,
    Term,
    Text,
)

MAX_VALUES = 2_000
"""Values per field; what goes beyond is left out with a finding."""
_KEPT_IN_FINDING = 200


class Draft:
    """The values of one record, in the order in which they were found."""

    def __init__(self, source: SourceInfo, *, language: str = "") -> None:
        self.source = source
        self.language = parse_language(language) if language else None
        self._tags: dict[str, str | None] = {"": self.language}
        self.titles: list[Text] = []
        self.descriptions: list[Text] = []
        self.object_types: list[Term] = []
        self.agents: list[Agent] = []
        self.dates: list[DateSpan] = []
        self.places: list[Place] = []
        self.subjects: list[Term] = []
        self.materials: list[Term] = []
        self.techniques: list[Term] = []
        self.dimensions: list[Dimension] = []
        self.inscriptions: list[Text] = []
        self.identifiers: list[Identifier] = []
        self.provenance: list[Text] = []
        self.content_languages: list[str] = []
        self.rights: list[RightsStatement] = []
        self.media: list[MediaRef] = []
        self.sensitivity: list[str] = []
        self.extra: dict[str, list[str]] = {}
        self.single: dict[str, str] = {}
        self.published: bool | None = None
        self.findings: list[Finding] = []

    def find(
        self, reason: Reason, field: str, value: str = "", *, detail: str = "", severity: Severity = Severity.WARNING
    ) -> None:
        """Note something worth telling."""
        self.findings.append(
            Finding(reason=reason, severity=severity, field=field, value=value[:_KEPT_IN_FINDING], detail=detail)
        )

    def tag(self, code: str) -> str | None:
        """The language of a value: its own, else that of the partner file. A code is read once, and told if it is unknown."""
        if code in self._tags:
            return self._tags[code]
        language = self._tags[code] = parse_language(code)
        if language is None and code.lower() not in ("zxx", "und", "mul", "mis"):
            self.find(Reason.LANGUAGE_UNKNOWN, "language", code, severity=Severity.INFO)
        return language

    def text(self, target: list[Text], value: str, language: str = "") -> None:
        """Add a text to one of the lists of texts."""
        if value and not value.isspace():
            target.append(Text(value=value, language=self.tag(language) if language else self.language))

    def term(self, target: list[Term], labels: Iterable[tuple[str, str]], uri: str = "") -> None:
        """Add a term with (label, language) pairs and its address."""
        tags = self._tags
        texts = [
            Text(value=value, language=tags[code] if code in tags else self.tag(code))
            for value, code in labels
            if value and not value.isspace()
        ]
        if texts or uri:
            target.append(Term(labels=tuple(texts if len(texts) < 2 else dict.fromkeys(texts)), uri=uri or None))

    def word(self, target: list[Term], value: str, language: str = "", uri: str = "") -> None:
        """Add a term with one label at most: what most terms are."""
        if value and not value.isspace():
            label = Text(value=value, language=self.tag(language) if language else self.language)
            target.append(Term(labels=(label,), uri=uri or None))
        elif uri:
            target.append(Term(uri=uri))

    def agent(
        self, value: str, *, role: Role = Role.CREATOR, kind: AgentKind = AgentKind.UNKNOWN, language: str = ""
    ) -> Agent | None:
        """Read a name and add the agent; the agent is handed back so that the caller can say more of it (`replace_agent`)."""
        agent = parse_agent(value, role=role, kind=kind, language=self.tag(language) if language else None)
        if agent is None:
            if value.strip():
                self.find(Reason.VALUE_NOT_READ, "agents", value, detail="names nobody", severity=Severity.INFO)
            return None
        self.agents.append(agent)
        return agent

    def replace_agent(self, agent: Agent) -> None:
        """Put a fuller version in the place of the agent added last."""
        self.agents[-1] = agent

    def date(self, value: str, *, kind: DateKind = DateKind.MADE) -> None:
        """Read a date in words; several ones divided by semicolons are read apart if the whole is not a date."""
        if not value.strip():
            return
        span = parse_date(value, kind=kind)
        if ";" in value and not is_read(span):
            parts = [part.strip() for part in value.split(";") if part.strip()]
            if 1 < len(parts) <= 10:
                for part in parts:
                    self.span(parse_date(part, kind=kind))
                return
        self.span(span)

    def span(self, span: DateSpan) -> None:
        """Add a span; one that could not be read is told."""
        self.dates.append(span)
        if not is_read(span):
            self.find(Reason.DATE_NOT_READ, "dates", span.as_stated)

    def place(self, names: Iterable[tuple[str, str]], *, kind: PlaceKind = PlaceKind.OTHER, uri: str = "") -> None:
        """Add a place with (name, language) pairs; a country code follows only from the name of a state."""
        stated = [Text(value=value, language=self.tag(code)) for value, code in names if value and not value.isspace()]
        texts = tuple(stated if len(stated) < 2 else dict.fromkeys(stated))
        if texts or uri:
            country = None
            for text in texts:
                country = country or parse_country(text.value)
            identifiers = (Identifier(value=uri, kind=IdentifierKind.URI),) if uri else ()
            self.places.append(Place(names=texts, kind=kind, country=country, identifiers=identifiers))

    def identifier(self, value: str, *types: str, default: IdentifierKind = IdentifierKind.OTHER) -> None:
        """Add an identifier whose kind its type words may tell."""
        if value.strip():
            kind = identifier_kind(*types) or default
            self.identifiers.append(Identifier(value=value, kind=kind, scheme=next(filter(None, types), "")))
            if kind is IdentifierKind.SYMBOL:
                self.put("document_symbol", value)

    def measures(self, value: str) -> None:
        """Read measures in words."""
        self.dimensions.extend(parse_dimensions(value))

    def statement(
        self, value: str, *, level: RightsLevel = RightsLevel.OBJECT, speaker: Speaker = Speaker.HOLDER,
        vocabulary: str = "", language: str = "",
    ) -> None:  # fmt: skip
        """Add a rights statement of the record, verbatim."""
        if value.strip():
            self.rights.append(
                RightsStatement(value=value.strip(), level=level, speaker=speaker, vocabulary=vocabulary,
                                language=self.tag(language) if language else None)
            )  # fmt: skip

    def medium(self, medium: MediaRef) -> None:
        """Add a medium; the same address twice is one medium, the same id twice gets a distinct one."""
        for known in self.media:
            if known.url == medium.url:
                return
        if medium.id in [known.id for known in self.media]:
            medium = msgspec.structs.replace(medium, id=distinct_id(medium.id, medium.url))
        self.media.append(medium)

    def keep(self, key: str, value: str, *, internal: bool = False) -> None:
        """Keep a value inside, never to be published; `internal` notes are told."""
        if value.strip():
            self.extra.setdefault(key, []).append(value)
            if internal:
                self.find(Reason.INTERNAL_NOTE_KEPT_INSIDE, key, detail="kept inside, never published", severity=Severity.INFO)

    def put(self, field: str, value: str) -> None:
        """Set a single-valued field if it is still empty."""
        if not self.single.get(field) and (stated := value.strip()):
            self.single[field] = stated

    def record(self) -> Record:
        """The record as found, before the declared field map and cleaning."""
        fields: dict[str, Any] = {}
        for name in _LISTS:
            values: list[object] = getattr(self, name)
            if values:
                fields[name] = tuple(values if len(values) <= MAX_VALUES else self._bounded(name, values))
        if self.single:
            fields |= self.single
        return Record(
            partner=self.source.partner,
            key=RecordKey(self.source.key),
            sets=self.source.sets,
            extra={key: tuple(values) for key, values in self.extra.items()},
            published=self.published,
            **fields,
        )

    def _bounded(self, name: str, values: list[object]) -> list[object]:
        self.find(Reason.VALUE_NOT_READ, name, detail=f"{len(values)} values; only the first {MAX_VALUES} are kept")
        return values[:MAX_VALUES]


_LISTS = (
    "titles", "descriptions", "object_types", "agents", "dates", "places", "subjects", "materials", "techniques", "dimensions",
    "inscriptions", "identifiers", "provenance", "content_languages", "rights", "media", "sensitivity",
)  # fmt: skip
