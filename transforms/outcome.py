"""What becomes of a record: `Mapped` or `Rejected`, with `Finding`s; and `Reason`, the one list of reason codes.

A bad record is a value with a reason, never a crash. Each reason has sentences for people in `catalogue/<language>.json`
(what, why, what you can do); a test holds the two together.
"""

from __future__ import annotations

from enum import StrEnum

from glamflow.transforms.record import Model, Record


class Severity(StrEnum):
    """How much a finding matters."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"  # the record is held or rejected for it


class Reason(StrEnum):
    """Why something was published, held or rejected. Codes are for operators and the last column of the CSV only."""

    # rights: publish
    PD_BOTH_HALVES = "PD_BOTH_HALVES"
    PD_AND_PHOTO_LICENSED = "PD_AND_PHOTO_LICENSED"
    LICENSED = "LICENSED"
    NOT_A_WORK_PHOTO_LICENSED = "NOT_A_WORK_PHOTO_LICENSED"
    RULE = "RULE"  # a reviewed rule, named in RightsDecision.rule_id
    # rights: reject
    RIGHTS_NOT_FREE = "RIGHTS_NOT_FREE"
    IN_COPYRIGHT = "IN_COPYRIGHT"
    PD_NOT_SHOWN = "PD_NOT_SHOWN"
    PD_US_NOT_FREE = "PD_US_NOT_FREE"
    RIGHTS_UNDETERMINED = "RIGHTS_UNDETERMINED"  # hold when the work is flat and PD by its own facts
    # rights: hold
    RIGHTS_ABSENT = "RIGHTS_ABSENT"
    RIGHTS_TEXT_UNKNOWN = "RIGHTS_TEXT_UNKNOWN"
    RIGHTS_URI_UNKNOWN = "RIGHTS_URI_UNKNOWN"
    RIGHTS_CONTRADICT = "RIGHTS_CONTRADICT"
    FACTS_CONTRADICT = "FACTS_CONTRADICT"
    CC_NO_VERSION = "CC_NO_VERSION"
    LICENCE_NEEDS_REVIEW = "LICENCE_NEEDS_REVIEW"
    LICENSOR_NOT_DECLARED = "LICENSOR_NOT_DECLARED"
    LICENSOR_UNKNOWN = "LICENSOR_UNKNOWN"
    UNDERLYING_WORK_IN_COPYRIGHT = "UNDERLYING_WORK_IN_COPYRIGHT"
    REPRODUCTION_NOT_LICENSED = "REPRODUCTION_NOT_LICENSED"
    KIND_UNKNOWN = "KIND_UNKNOWN"
    PD_FACTS_MISSING = "PD_FACTS_MISSING"
    PD_ASSUMED_NEEDS_RULE = "PD_ASSUMED_NEEDS_RULE"
    ANONYMOUS_NEEDS_RULE = "ANONYMOUS_NEEDS_RULE"
    PD_1996_NEEDS_RULE = "PD_1996_NEEDS_RULE"
    SIMPLE_PHOTO_NEEDS_RULE = "SIMPLE_PHOTO_NEEDS_RULE"
    NKC_NEEDS_RULE = "NKC_NEEDS_RULE"
    NOC_US_NEEDS_RULE = "NOC_US_NEEDS_RULE"
    OTHER_LEGAL_RESTRICTIONS = "OTHER_LEGAL_RESTRICTIONS"
    COURTESY_OF = "COURTESY_OF"
    RULE_HOLD = "RULE_HOLD"  # a reviewed rule holds or rejects
    # holds beside copyright
    CULTURAL_PERMISSION = "CULTURAL_PERMISSION"
    PERSONALITY = "PERSONALITY"
    PERSONAL_DATA = "PERSONAL_DATA"
    THIRD_PARTY_IN_PDF = "THIRD_PARTY_IN_PDF"
    FOP = "FOP"
    TRADEMARK_EMBLEM = "TRADEMARK_EMBLEM"
    EMBARGO = "EMBARGO"
    DO_NOT_UPLOAD = "DO_NOT_UPLOAD"
    WATERMARK = "WATERMARK"
    EMBEDDED_NOTICE = "EMBEDDED_NOTICE"
    # reading the record
    PAYLOAD_INVALID = "PAYLOAD_INVALID"
    FORMAT_UNKNOWN = "FORMAT_UNKNOWN"
    NAMESPACE_WRONG = "NAMESPACE_WRONG"
    TITLE_MISSING = "TITLE_MISSING"
    TITLE_FALLBACK = "TITLE_FALLBACK"
    IDENTIFIER_MISSING = "IDENTIFIER_MISSING"
    SOURCE_URL_MISSING = "SOURCE_URL_MISSING"
    DATE_NOT_READ = "DATE_NOT_READ"
    LANGUAGE_UNKNOWN = "LANGUAGE_UNKNOWN"
    COORDINATES_INVALID = "COORDINATES_INVALID"
    VALUE_NOT_READ = "VALUE_NOT_READ"
    TEXT_CLEANED = "TEXT_CLEANED"
    MARKUP_REMOVED = "MARKUP_REMOVED"
    INTERNAL_NOTE_KEPT_INSIDE = "INTERNAL_NOTE_KEPT_INSIDE"
    # media
    NO_MEDIA = "NO_MEDIA"
    MEDIA_UNREACHABLE = "MEDIA_UNREACHABLE"
    MEDIA_CORRUPT = "MEDIA_CORRUPT"
    MEDIA_NOT_AN_IMAGE = "MEDIA_NOT_AN_IMAGE"
    MEDIA_TOO_LARGE = "MEDIA_TOO_LARGE"
    MEDIA_EMPTY = "MEDIA_EMPTY"
    MEDIA_ADDRESS_REFUSED = "MEDIA_ADDRESS_REFUSED"
    MEDIA_ROLE_INSIDE = "MEDIA_ROLE_INSIDE"  # backs, targets, conservation shots stay inside by default
    MEDIA_TOO_MANY = "MEDIA_TOO_MANY"
    PAGES_UNFIT = "PAGES_UNFIT"  # the pages of a work cannot become the one PDF that the partner file asks for
    MEDIA_CHANGED = "MEDIA_CHANGED"
    TYPE_NOT_ACCEPTED = "TYPE_NOT_ACCEPTED"
    TYPE_MISMATCH = "TYPE_MISMATCH"
    TOO_LARGE_TO_CHECK = "TOO_LARGE_TO_CHECK"
    NEEDS_TRANSCODE = "NEEDS_TRANSCODE"
    ACTIVE_CONTENT = "ACTIVE_CONTENT"
    DUPLICATE_IN_PARTNER = "DUPLICATE_IN_PARTNER"
    SUPERSEDED = "SUPERSEDED"
    # the wiki's side
    DUPLICATE_ON_COMMONS = "DUPLICATE_ON_COMMONS"
    POSSIBLE_DUPLICATE = "POSSIBLE_DUPLICATE"
    DELETED_ON_COMMONS = "DELETED_ON_COMMONS"
    TITLE_TAKEN = "TITLE_TAKEN"
    TITLE_REFUSED = "TITLE_REFUSED"
    CONFLICT_WITH_COMMUNITY = "CONFLICT_WITH_COMMUNITY"
    TAGGED_FOR_DELETION = "TAGGED_FOR_DELETION"
    REFUSED_BY_WIKI = "REFUSED_BY_WIKI"
    NOT_AS_PUBLISHED = "NOT_AS_PUBLISHED"
    PREFLIGHT_RED_LINK = "PREFLIGHT_RED_LINK"
    # the source's side, people
    REMOVED_AT_SOURCE = "REMOVED_AT_SOURCE"
    RIGHTS_NARROWED_AT_SOURCE = "RIGHTS_NARROWED_AT_SOURCE"
    REJECTED_BY_PERSON = "REJECTED_BY_PERSON"
    QUALITY_GATE = "QUALITY_GATE"
    PARTNER_FUNCTION = "PARTNER_FUNCTION"


class Finding(Model, frozen=True, kw_only=True):
    """Something worth telling about a record: `field` and `value` are the partner's, `detail` says what was seen."""

    reason: Reason
    severity: Severity = Severity.WARNING
    field: str = ""
    value: str = ""
    detail: str = ""


class Mapped(Model, frozen=True, kw_only=True, tag="mapped"):
    """A record that could be read."""

    record: Record
    findings: tuple[Finding, ...] = ()


class Rejected(Model, frozen=True, kw_only=True, tag="rejected"):
    """A payload that could not be read, or that a partner function refused."""

    key: str
    reason: Reason
    detail: str = ""
    findings: tuple[Finding, ...] = ()


class SourceInfo(Model, frozen=True, kw_only=True):
    """Where a payload came from; what mapping may know besides the bytes."""

    partner: str
    key: str
    format: str
    sets: tuple[str, ...] = ()
    datestamp: str = ""
    source_url: str = ""  # of the harvest, not of the record page
