"""`Record`: what a partner says about one object, in one form for all formats.

Rules
- Every value keeps what the partner wrote (`as_stated`) wherever we interpret it.
- Nothing is guessed: a value that cannot be read stays verbatim, with a finding (`outcome.py`).
- Models are frozen, keyword-only, tuples instead of lists; defaults are omitted when encoded, so that a new
  field leaves all digests of old records unchanged (`digest.py`).
- Years are historical: -44 is 44 BCE and there is no year 0.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NewType

import msgspec

RecordKey = NewType("RecordKey", str)
"""The partner's own identifier of a record, unique within the partner (OAI identifier, API id)."""
MediaId = NewType("MediaId", str)
"""Stable identifier of one medium within its record; never its position in a list."""


class Model(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Base of all models. Subclasses repeat `frozen=True, kw_only=True`: type checkers do not inherit them.

    `gc=False`: a frozen value is built from older ones and never points back at itself, so the cycle collector need not look at it.
    """


class Text(Model, frozen=True, kw_only=True):
    """A string with its language (BCP 47, lower case), None where the partner does not say."""

    value: str
    language: str | None = None


class CalendarDate(Model, frozen=True, kw_only=True):
    """A day, month or year of the proleptic Gregorian calendar as stated; year -44 is 44 BCE, year 0 does not exist."""

    year: int
    month: int | None = None
    day: int | None = None


class DatePrecision(StrEnum):
    """How exactly a `DateSpan` is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    DECADE = "decade"
    CENTURY = "century"
    MILLENNIUM = "millennium"
    RANGE = "range"


class DateKind(StrEnum):
    """What happened on the date."""

    MADE = "made"
    PUBLISHED = "published"
    PRINTED = "printed"  # a later print of an earlier negative or plate
    COLLECTED = "collected"  # specimens, finds
    OTHER = "other"


class DateSpan(Model, frozen=True, kw_only=True):
    """An interval [earliest, latest]; an open end is None; both None means that `as_stated` could not be read."""

    earliest: CalendarDate | None = None
    latest: CalendarDate | None = None
    precision: DatePrecision = DatePrecision.YEAR
    circa: bool = False
    kind: DateKind = DateKind.MADE
    as_stated: str = ""


class IdentifierKind(StrEnum):
    """What an identifier identifies, or who gave it."""

    INVENTORY = "inventory"  # accession / inventory number of the object, shown to people
    RECORD = "record"
    URI = "uri"
    SYMBOL = "symbol"  # document symbol of an agency
    OTHER = "other"


class Identifier(Model, frozen=True, kw_only=True):
    """`value` exactly as supplied (the registrar must recognise it)."""

    value: str
    kind: IdentifierKind = IdentifierKind.OTHER
    scheme: str = ""


class Role(StrEnum):
    """What an agent did. Roles from CREATOR to CONTRIBUTOR count for copyright, the later ones do not."""

    CREATOR = "creator"
    PHOTOGRAPHER = "photographer"
    AUTHOR = "author"
    ENGRAVER = "engraver"
    PRINTMAKER = "printmaker"
    ILLUSTRATOR = "illustrator"
    TRANSLATOR = "translator"
    EDITOR = "editor"
    COMPOSER = "composer"
    LYRICIST = "lyricist"
    CARTOGRAPHER = "cartographer"
    DESIGNER = "designer"
    MANUFACTURER = "manufacturer"
    CONTRIBUTOR = "contributor"
    PUBLISHER = "publisher"
    PRINTER = "printer"
    OWNER = "owner"
    DONOR = "donor"
    COMMISSIONER = "commissioner"
    DEPICTED = "depicted"
    COLLECTOR = "collector"
    SENDER = "sender"
    RECIPIENT = "recipient"
    INFORMANT = "informant"


AUTHOR_ROLES: frozenset[Role] = frozenset(list(Role)[: list(Role).index(Role.CONTRIBUTOR) + 1])
"""Roles whose holders count as authors for copyright (`rights.md` 5.3)."""


class Attribution(StrEnum):
    """How sure it is that the named agent did it, or how far from that person's own hand."""

    BY = "by"
    ATTRIBUTED_TO = "attributed to"
    WORKSHOP_OF = "workshop of"
    CIRCLE_OF = "circle of"
    FOLLOWER_OF = "follower of"
    SCHOOL_OF = "school of"
    MANNER_OF = "manner of"
    AFTER = "after"


class AgentKind(StrEnum):
    """What kind of agent a name stands for."""

    PERSON = "person"
    CORPORATE = "corporate"
    ANONYMOUS = "anonymous"  # the record says that the maker is unknown
    UNKNOWN = "unknown"  # a name of which we cannot tell


class Agent(Model, frozen=True, kw_only=True):
    """A person or body with its role. `name` is in natural order ("Anna Example"); `as_stated` keeps the original."""

    name: str
    role: Role = Role.CREATOR
    attribution: Attribution = Attribution.BY
    kind: AgentKind = AgentKind.UNKNOWN
    language: str | None = None
    birth: int | None = None
    death: int | None = None
    active: DateSpan | None = None
    identifiers: tuple[Identifier, ...] = ()
    wikidata: str | None = None  # Q-id, from the record itself or a reviewed vocabulary
    facts_from: str = ""  # where birth / death come from if not from the record: "vocabulary:creators", "ULAN:…"
    as_stated: str = ""


class PlaceKind(StrEnum):
    """What the place has to do with the object."""

    MADE = "made"
    PUBLISHED = "published"
    FOUND = "found"
    DEPICTED = "depicted"
    OTHER = "other"


class Place(Model, frozen=True, kw_only=True):
    """`country` is ISO 3166-1 alpha-2, only if the record names a state; coordinates are WGS 84 degrees."""

    names: tuple[Text, ...] = ()
    kind: PlaceKind = PlaceKind.OTHER
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    identifiers: tuple[Identifier, ...] = ()


class Term(Model, frozen=True, kw_only=True):
    """A subject, object type, material or technique: labels in the partner's languages, and its URI if given."""

    labels: tuple[Text, ...] = ()
    uri: str | None = None
    wikidata: str | None = None  # from a reviewed vocabulary


class Dimension(Model, frozen=True, kw_only=True):
    """`value` in `unit` ("cm", "mm", "g", …); `kind` is height, width, depth, diameter, length, weight or other."""

    kind: str = "other"
    value: float | None = None
    unit: str = ""
    as_stated: str = ""


class RightsLevel(StrEnum):
    """What a rights statement speaks of; MEDIUM beats OBJECT beats COLLECTION, METADATA says nothing of media."""

    MEDIUM = "medium"
    OBJECT = "object"
    COLLECTION = "collection"
    METADATA = "metadata"


class Speaker(StrEnum):
    """Who makes a rights statement."""

    HOLDER = "holder"  # the institution that holds the object
    AGGREGATOR = "aggregator"
    UNKNOWN = "unknown"


class RightsStatement(Model, frozen=True, kw_only=True):
    """A rights value as stated: URI, code or text. `vocabulary` names closed codes ("dimu", "soch", "flickr", "met", …)."""

    value: str
    level: RightsLevel = RightsLevel.OBJECT
    speaker: Speaker = Speaker.HOLDER
    vocabulary: str = ""
    language: str | None = None


class MediaRole(StrEnum):
    """What a medium shows of its object."""

    FRONT = "front"
    BACK = "back"
    DETAIL = "detail"
    PAGE = "page"
    COVER = "cover"
    VIEW = "view"  # another view of a solid object, or of an unknown side
    FRAME = "frame"  # the frame is visible
    INSTALLATION = "installation"
    CONSERVATION = "conservation"
    TARGET = "target"  # colour target, ruler alone
    DOCUMENT = "document"
    UNKNOWN = "unknown"


class MediaRef(Model, frozen=True, kw_only=True):
    """One medium of a record as the partner lists it; nothing here is verified (see media/inspect.py for what is)."""

    id: MediaId
    url: str
    role: MediaRole = MediaRole.UNKNOWN
    position: int | None = None
    page: str = ""
    labels: tuple[Text, ...] = ()
    mime: str = ""
    width: int | None = None
    height: int | None = None
    size: int | None = None  # bytes, as stated
    sha1: str = ""  # as stated, lower-case hexadecimal
    iiif_service: str = ""
    photographer: str = ""
    rights: tuple[RightsStatement, ...] = ()


class Record(Model, frozen=True, kw_only=True):
    """One object (or document) of a partner with all its media. `extra` is never published."""

    partner: str
    key: RecordKey
    titles: tuple[Text, ...] = ()
    descriptions: tuple[Text, ...] = ()
    object_types: tuple[Term, ...] = ()
    agents: tuple[Agent, ...] = ()
    dates: tuple[DateSpan, ...] = ()
    places: tuple[Place, ...] = ()
    subjects: tuple[Term, ...] = ()
    materials: tuple[Term, ...] = ()
    techniques: tuple[Term, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    inscriptions: tuple[Text, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    institution: str = ""
    department: str = ""
    collection: str = ""
    credit_line: str = ""  # acquisition credit ("Gift of …"), not the attribution of the photograph
    provenance: tuple[Text, ...] = ()  # stays inside unless the partner file opens it
    content_languages: tuple[str, ...] = ()
    series: str = ""
    series_number: str = ""
    document_symbol: str = ""
    version_group: str = ""
    third_party: str = ""  # none | marked | unknown | "" (not stated): foreign material inside a document
    rights: tuple[RightsStatement, ...] = ()
    media: tuple[MediaRef, ...] = ()
    source_url: str = ""
    sets: tuple[str, ...] = ()
    not_before: str = ""  # ISO date of an embargo
    sensitivity: tuple[str, ...] = ()  # labels such as "TK Attribution", "human remains"
    published: bool | None = None  # the record says that the work was (not) published; None = not said
    extra: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)

    @property
    def inventory_number(self) -> str:
        """The first inventory number exactly as supplied, "" if there is none."""
        for identifier in self.identifiers:
            if identifier.kind is IdentifierKind.INVENTORY:
                return identifier.value
        return ""

    @property
    def authors(self) -> tuple[Agent, ...]:
        """Agents whose role counts for copyright."""
        return tuple(a for a in self.agents if a.role in AUTHOR_ROLES)
