"""How one judgement is put together before it is told: a verdict with its reason, or what would be published."""

from __future__ import annotations

from glamflow.transforms.outcome import Reason
from glamflow.transforms.record import Model
from glamflow.transforms.rights.decision import LayerStatus, Verdict
from glamflow.transforms.rights.public_domain import HalfResult
from glamflow.transforms.rights.sdc import Statement
from glamflow.transforms.rights.templates import Section


class Judgement(Model, frozen=True, kw_only=True):
    """One judgement. `why` is the clause for people; `section` and `statements` only where it publishes."""

    verdict: Verdict
    reason: Reason
    why: str = ""
    section: Section | None = None
    statements: tuple[Statement, ...] = ()
    work: LayerStatus = LayerStatus.UNKNOWN
    photo: LayerStatus | None = None
    rule_id: str = ""
    not_before: str = ""


class Halves(Model, frozen=True, kw_only=True):
    """Both halves of the public-domain proof in one year."""

    source: HalfResult
    us: HalfResult

    @property
    def free(self) -> bool:
        """Free in both."""
        return self.source.free and self.us.free


def hold(reason: Reason, why: str = "", *, work: LayerStatus = LayerStatus.UNKNOWN) -> Judgement:
    """A judgement that a person could turn."""
    return Judgement(verdict=Verdict.HOLD, reason=reason, why=why, work=work)


def reject(reason: Reason, why: str = "", *, work: LayerStatus = LayerStatus.UNKNOWN) -> Judgement:
    """A judgement that only other facts, or time, could turn."""
    return Judgement(verdict=Verdict.REJECT, reason=reason, why=why, work=work)
