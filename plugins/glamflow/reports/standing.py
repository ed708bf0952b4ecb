"""Where a work stands, in the partner's words: six places, and every record and every file is in exactly one of them.

    offered = on Commons + waiting for you + waiting for us + not eligible yet + left out + removed at source

Rules
- A page that stands on the wiki counts as on Commons whatever else happened (under discussion, removed at source later).
- A record stands where the best of its files stands; one file on Commons is enough. The file column counts each file by itself.
- Who acts on a reason is said in the sentence catalogue; only what nobody can free now is "not eligible yet".
"""

from __future__ import annotations

from enum import StrEnum

from glamflow.transforms.outcome import Reason
from glamflow.transforms.sentences import explain


class Standing(StrEnum):
    """Best first: a record takes the first of these that one of its files has."""

    ON_COMMONS = "on_commons"
    WAITS_FOR_PARTNER = "waits_for_partner"
    WAITS_FOR_US = "waits_for_us"
    NOT_ELIGIBLE = "not_eligible"
    LEFT_OUT = "left_out"
    REMOVED = "removed"


NOT_ELIGIBLE = frozenset(
    {
        Reason.RIGHTS_NOT_FREE, Reason.IN_COPYRIGHT, Reason.PD_NOT_SHOWN, Reason.PD_US_NOT_FREE,
        Reason.UNDERLYING_WORK_IN_COPYRIGHT, Reason.EMBARGO,
    }
)  # fmt: skip
LEFT_OUT = frozenset(
    {
        Reason.MEDIA_ROLE_INSIDE, Reason.SUPERSEDED, Reason.RULE_HOLD, Reason.PARTNER_FUNCTION, Reason.REJECTED_BY_PERSON,
        Reason.DO_NOT_UPLOAD, Reason.DELETED_ON_COMMONS,
    }
)  # fmt: skip


def standing_of(state: str, reason: str, *, live: bool) -> Standing:
    """The place of a file, or of a record without files, by its state in the ledger."""
    if live:
        return Standing.ON_COMMONS
    if state == "withdrawn" or reason == Reason.REMOVED_AT_SOURCE:
        return Standing.REMOVED
    if state == "superseded" or reason in LEFT_OUT:
        return Standing.LEFT_OUT
    if state not in ("held", "rejected"):
        return Standing.WAITS_FOR_US
    if reason in NOT_ELIGIBLE:
        return Standing.NOT_ELIGIBLE
    return Standing.WAITS_FOR_PARTNER if explain(reason).who == "partner" else Standing.WAITS_FOR_US
