"""A licence narrowed at the source after publication (law: section 11 of the README): CC licences cannot be revoked."""

from __future__ import annotations

import msgspec

from glamflow.transforms.outcome import Reason
from glamflow.transforms.rights.decision import RightsDecision, Verdict


def keep_published(published: RightsDecision, now: RightsDecision) -> RightsDecision:
    """The decision that stands for a published file: the old one, with a mark where the source says less than before.

    Template and statements stay as they are; new files from the record follow `now`.
    """
    if published.verdict is not Verdict.PUBLISH or now.verdict is Verdict.PUBLISH:
        return now
    told = (
        f"{published.explanation} The source has since changed its statement ({now.reason}); the file stays as it is."
    )
    return msgspec.structs.replace(
        published, other_reasons=(Reason.RIGHTS_NARROWED_AT_SOURCE, now.reason), explanation=told
    )
