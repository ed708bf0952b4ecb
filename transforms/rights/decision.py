"""The shape of a rights decision; the law behind it stands in `rights/README.md`."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from glamflow.transforms.outcome import Reason
from glamflow.transforms.record import Model


class Verdict(StrEnum):
    """publish: shown free; hold: a person could show it; reject: the facts bar it."""

    PUBLISH = "publish"
    HOLD = "hold"
    REJECT = "reject"


class Kind(StrEnum):
    """What the medium shows: a flat work, a solid one, the work itself, or unknown (judged by the stricter rule)."""

    FLAT = "flat"
    SOLID = "solid"
    IS_THE_WORK = "is_the_work"
    UNKNOWN = "unknown"


class LayerStatus(StrEnum):
    """Copyright status of one layer."""

    PD = "pd"
    LICENSED = "licensed"
    NOT_A_WORK = "not_a_work"
    IN_COPYRIGHT = "in_copyright"
    UNKNOWN = "unknown"


class Half(Model, frozen=True, kw_only=True):
    """One half of a public-domain proof (source country, or United States)."""

    free: bool | None = None  # None = not known
    rule: str = ""
    free_from: int | None = None  # first year in which this half is free


class Layer(Model, frozen=True, kw_only=True):
    """The work, or its reproduction."""

    status: LayerStatus = LayerStatus.UNKNOWN
    licence: str = ""  # normalised URI
    licensor: str = ""
    source_half: Half | None = None
    us_half: Half | None = None
    death_year: int | None = None
    basis: str = ""


class RightsDecision(Model, frozen=True, kw_only=True):
    """The verdict on one medium, with everything that explains it. Same facts + date + tables = same decision."""

    verdict: Verdict
    kind: Kind
    work: Layer
    reproduction: Layer | None = None
    template: str = ""  # licence section in wikitext; "" unless publish
    object_template: str = ""  # solid works: licence of the object, for {{Art Photo}} ("artwork license")
    photo_template: str = ""  # solid works: licence of the photograph ("photo license")
    statements: tuple[dict[str, Any], ...] = ()  # P6216, P275, P6426, P8264 in the short form below; () unless publish
    reason: Reason = Reason.RIGHTS_ABSENT
    other_reasons: tuple[Reason, ...] = ()
    rule_id: str = ""
    reconsider_on: str = ""  # ISO date, mostly a 1 January
    evidence: tuple[str, ...] = ()  # statements and facts used, each with its origin
    explanation: str = ""  # one English sentence that a registrar understands
    table_version: str = ""


SHORT_STATEMENT: dict[str, Any] = {
    "property": "P6216",
    "value": "Q19652",
    "qualifiers": {"P1001": "Q60332278", "P459": "Q29940705"},
}
"""The short form of one statement. `value` is a Q-id, for P8264 the plain text of the credit; `qualifiers` may be absent.

One P6216 per pair of qualifiers: two pairs in one statement would be read as four. All P6216 of a file have the same value.
"""
