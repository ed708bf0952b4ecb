"""What a page is made from, and what comes out: the inputs and the draft, as values."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from glamflow.transforms.commons.choice import choose_template
from glamflow.transforms.outcome import Finding
from glamflow.transforms.policy import CommonsPolicy, RightsPolicy, Vocabulary, WikidataPolicy
from glamflow.transforms.record import MediaId, MediaRef, MediaRole, Model, Record
from glamflow.transforms.rights.decision import Kind, RightsDecision


class Sibling(Model, frozen=True, kw_only=True):
    """Another file of the same record (or another language version of the same document)."""

    media_id: MediaId
    title: str
    role: MediaRole = MediaRole.UNKNOWN
    language: str = ""


class MediaFacts(Model, frozen=True, kw_only=True):
    """What the staged bytes are, as inspected; `url` is where they were fetched."""

    mime: str = ""
    width: int | None = None
    height: int | None = None
    sha1: str = ""
    url: str = ""


class PageContext(Model, frozen=True, kw_only=True):
    """Everything that the fields and statements of one page may look at."""

    record: Record
    medium: MediaRef
    decision: RightsDecision
    commons: CommonsPolicy
    rights: RightsPolicy
    wikidata: WikidataPolicy
    vocabulary: Vocabulary
    partner_name: str
    title: str
    retrieved: dt.date
    siblings: tuple[Sibling, ...] = ()
    facts: MediaFacts = MediaFacts()
    item: str = ""  # Wikidata item of the object, found by its own identifiers (`wikidata/match.py`)

    @property
    def template(self) -> str:
        return choose_template(self.record, self.medium, self.decision, self.commons)

    @property
    def shows_object(self) -> bool:
        """The file is a photograph of a thing: the thing's maker and date are not those of the file."""
        return self.decision.kind in (Kind.SOLID, Kind.UNKNOWN)

    @property
    def is_front_view(self) -> bool:
        return self.medium.role is MediaRole.FRONT or len(self.record.media) == 1

    @property
    def is_faithful_copy(self) -> bool:
        """The front of a flat work, alone in the picture: the file stands for the work."""
        return self.decision.kind is Kind.FLAT and self.is_front_view

    @property
    def descriptive_text_is_cc0(self) -> bool:
        return self.rights.metadata == "cc0"


class PageDraft(Model, frozen=True, kw_only=True):
    """A file page as we would write it. `statements` are complete claims without ids (`wikibase.statement.with_id`)."""

    title: str
    wikitext: str
    captions: dict[str, str] = msgspec.field(default_factory=dict)
    statements: tuple[dict[str, Any], ...] = ()
    categories: tuple[str, ...] = ()
    visible_category: bool = False
    findings: tuple[Finding, ...] = ()
    template: str = ""
    parameters: dict[str, str] = msgspec.field(default_factory=dict)
