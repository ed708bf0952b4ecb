"""States of records, files, plans and edits, and the transitions that are allowed.

    record:  harvested → mapped → checked            exits: rejected, held, withdrawn
    file:    listed → staged → planned → published → verified      exits: rejected, held, withdrawn, superseded
    plan:    selecting → planned → approved → publishing → closed  exits: rejected, expired, dropped

Every exit carries a `Reason`. `held` may be released (back to an earlier state) by a decision or a new harvest.
"""

from __future__ import annotations

from enum import StrEnum


class RecordState(StrEnum):
    HARVESTED = "harvested"
    MAPPED = "mapped"
    CHECKED = "checked"
    REJECTED = "rejected"
    HELD = "held"
    WITHDRAWN = "withdrawn"


class FileState(StrEnum):
    LISTED = "listed"  # passed rights and record checks; may be staged once its run's gate is open
    STAGED = "staged"
    PLANNED = "planned"
    PUBLISHED = "published"
    VERIFIED = "verified"
    REJECTED = "rejected"
    HELD = "held"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


class PlanState(StrEnum):
    SELECTING = "selecting"
    PLANNED = "planned"
    APPROVED = "approved"
    PUBLISHING = "publishing"
    CLOSED = "closed"
    REJECTED = "rejected"
    EXPIRED = "expired"
    DROPPED = "dropped"


class EditOutcome(StrEnum):
    """Outcome row of the edit journal; an intent without one is `unknown` until settled."""

    APPLIED = "applied"
    REFUSED = "refused"
    UNKNOWN = "unknown"


_R, _F, _P = RecordState, FileState, PlanState

RECORD_TRANSITIONS: dict[RecordState, frozenset[RecordState]] = {
    # A changed record starts again at HARVESTED from any state; WITHDRAWN may come back if the source revives it.
    _R.HARVESTED: frozenset(_R),
    _R.MAPPED: frozenset({_R.HARVESTED, _R.MAPPED, _R.CHECKED, _R.REJECTED, _R.HELD}),
    _R.CHECKED: frozenset({_R.MAPPED, _R.CHECKED, _R.HELD, _R.REJECTED}),
    _R.REJECTED: frozenset({_R.HARVESTED, _R.MAPPED, _R.CHECKED, _R.REJECTED, _R.HELD}),
    _R.HELD: frozenset({_R.HARVESTED, _R.MAPPED, _R.CHECKED, _R.HELD, _R.REJECTED}),
    _R.WITHDRAWN: frozenset(_R),
}
"""target → states it may be reached from."""

FILE_TRANSITIONS: dict[FileState, frozenset[FileState]] = {
    _F.LISTED: frozenset({_F.LISTED, _F.STAGED, _F.PLANNED, _F.HELD, _F.REJECTED, _F.WITHDRAWN}),
    _F.STAGED: frozenset({_F.LISTED, _F.STAGED, _F.PLANNED}),
    _F.PLANNED: frozenset({_F.STAGED, _F.PLANNED}),
    # An update of a verified file is published and then verified again. What was held, rejected or withdrawn while its upload
    # was under way is public all the same (`Publications.publish_done` alone takes that way).
    _F.PUBLISHED: frozenset({_F.PLANNED, _F.PUBLISHED, _F.VERIFIED, _F.HELD, _F.REJECTED, _F.WITHDRAWN}),
    # From HELD where its page stands and what stopped it is over (a deletion tag was taken away).
    _F.VERIFIED: frozenset({_F.PUBLISHED, _F.VERIFIED, _F.HELD}),
    # From WITHDRAWN where the source shows the medium again, and the checks say so of it now.
    _F.REJECTED: frozenset({_F.LISTED, _F.STAGED, _F.PLANNED, _F.HELD, _F.REJECTED, _F.WITHDRAWN}),
    _F.HELD: frozenset({_F.LISTED, _F.STAGED, _F.PLANNED, _F.PUBLISHED, _F.VERIFIED, _F.REJECTED, _F.HELD, _F.WITHDRAWN}),
    _F.WITHDRAWN: frozenset({_F.LISTED, _F.STAGED, _F.PLANNED, _F.REJECTED, _F.HELD, _F.WITHDRAWN}),
    _F.SUPERSEDED: frozenset({_F.VERIFIED, _F.HELD, _F.LISTED, _F.STAGED}),
}

PLAN_TRANSITIONS: dict[PlanState, frozenset[PlanState]] = {
    _P.SELECTING: frozenset({_P.SELECTING}),
    _P.PLANNED: frozenset({_P.SELECTING, _P.PLANNED}),
    _P.APPROVED: frozenset({_P.PLANNED, _P.APPROVED}),
    _P.PUBLISHING: frozenset({_P.APPROVED, _P.PUBLISHING}),
    _P.CLOSED: frozenset({_P.SELECTING, _P.PLANNED, _P.APPROVED, _P.PUBLISHING, _P.CLOSED}),
    _P.REJECTED: frozenset({_P.PLANNED, _P.REJECTED}),
    _P.EXPIRED: frozenset({_P.PLANNED, _P.EXPIRED}),
    _P.DROPPED: frozenset({_P.SELECTING, _P.PLANNED, _P.APPROVED, _P.DROPPED}),
}

OPEN_PLAN_STATES = (PlanState.SELECTING, PlanState.PLANNED, PlanState.APPROVED, PlanState.PUBLISHING)
