"""What all statements on a medium say together: one licence, the claims, or the reason why nothing can be made of them
(law: section 6 of the README, steps 1 to 4).

Denials count at every level above metadata; otherwise the medium's statements beat the object's, and those the collection's.
"""

from __future__ import annotations

import msgspec

from glamflow.transforms.outcome import Reason
from glamflow.transforms.policy import RightsPolicy
from glamflow.transforms.record import MediaRef, Model, Record, RightsLevel
from glamflow.transforms.rights.decision import Verdict
from glamflow.transforms.rights.stances import Stance
from glamflow.transforms.rights.statements import Reading, read_statement

_ORDER = (RightsLevel.MEDIUM, RightsLevel.OBJECT, RightsLevel.COLLECTION)
_CLAIMS = (Stance.PD, Stance.NKC, Stance.NOC_US, Stance.FLICKR_COMMONS, Stance.US_GOVERNMENT)
_KNOWN = (Stance.LICENCE, Stance.NO_VERSION, Stance.UNDETERMINED, Stance.REVIEW, *_CLAIMS)
_HOLDS = {
    Stance.CULTURAL: Reason.CULTURAL_PERMISSION,
    Stance.COURTESY: Reason.COURTESY_OF,
    Stance.OTHER_LAW: Reason.OTHER_LEGAL_RESTRICTIONS,
    Stance.LOOKALIKE: Reason.RIGHTS_URI_UNKNOWN,
    Stance.CONTRACT: Reason.RIGHTS_TEXT_UNKNOWN,
}
_UNKNOWN = {
    Stance.UNKNOWN_URI: Reason.RIGHTS_URI_UNKNOWN,
    Stance.UNKNOWN_TEXT: Reason.RIGHTS_TEXT_UNKNOWN,
    Stance.DOUBT: Reason.RIGHTS_TEXT_UNKNOWN,
}


class Barrier(Model, frozen=True, kw_only=True):
    """The statements alone decide: verdict, reason and the words to show."""

    verdict: Verdict
    reason: Reason
    text: str = ""


class Said(Model, frozen=True, kw_only=True):
    """The sum of the statements. With a `barrier` nothing else counts."""

    readings: tuple[Reading, ...] = ()
    licence: Reading | None = None
    claims: frozenset[Stance] = frozenset()
    undetermined: bool = False
    barrier: Barrier | None = None

    @property
    def silent(self) -> bool:
        """No statement says anything about copyright."""
        return self.licence is None and not self.claims and not self.undetermined and self.barrier is None

    @property
    def hedged(self) -> bool:
        """ "To the extent that we hold rights": such a licence speaks of the reproduction only."""
        return any(r.stance is Stance.HEDGE for r in self.readings)

    @property
    def flickr(self) -> bool:
        """The medium comes from a Flickr account."""
        return any(r.flickr for r in self.readings)


def gather_statements(record: Record, medium: MediaRef | None, policy: RightsPolicy) -> Said:
    """All statements that apply to the medium, read and weighed."""
    own = tuple(msgspec.structs.replace(s, level=_as_medium(s.level)) for s in medium.rights) if medium else ()
    statements = (*own, *record.rights)
    readings = tuple(r for s in statements for r in read_statement(s, policy))
    barrier = _denial(readings) or _hold(readings) or _contradiction(readings) or _unknown(readings)
    if barrier:
        return Said(readings=readings, barrier=barrier)
    return Said(
        readings=readings,
        licence=_licence(readings),
        claims=frozenset(r.stance for r in readings if r.stance in _CLAIMS),
        undetermined=_undetermined(readings),
    )


def _as_medium(level: RightsLevel) -> RightsLevel:
    return level if level is RightsLevel.METADATA else RightsLevel.MEDIUM


def _denial(readings: tuple[Reading, ...]) -> Barrier | None:
    denied = next((r for r in readings if r.stance is Stance.DENIED), None)
    if denied:
        return Barrier(verdict=Verdict.REJECT, reason=Reason.RIGHTS_NOT_FREE, text=denied.raw)
    free = any(r.stance in (Stance.LICENCE, Stance.NO_VERSION, Stance.PD) for r in readings)
    phrase = next((r for r in readings if r.stance is Stance.DENIAL_PHRASE), None)
    if phrase:
        return _refused(phrase, free)
    notice = next((r for r in readings if r.stance is Stance.NOTICE and not _licence_beside(readings, r.level)), None)
    return _refused(notice, free) if notice else None


def _refused(reading: Reading, free: bool) -> Barrier:
    if free:
        return Barrier(verdict=Verdict.HOLD, reason=Reason.RIGHTS_CONTRADICT, text=reading.raw)
    return Barrier(verdict=Verdict.REJECT, reason=Reason.RIGHTS_NOT_FREE, text=reading.raw)


def _licence_beside(readings: tuple[Reading, ...], level: RightsLevel) -> bool:
    """ "© X" is an attribution where a free licence stands at the same level; beside a mere claim it contradicts."""
    return any(r.level is level and r.stance in (Stance.LICENCE, Stance.NO_VERSION) for r in readings)


def _hold(readings: tuple[Reading, ...]) -> Barrier | None:
    for stance, reason in _HOLDS.items():
        found = next((r for r in readings if r.stance is stance), None)
        if found:
            return Barrier(verdict=Verdict.HOLD, reason=reason, text=found.raw)
    return None


def _contradiction(readings: tuple[Reading, ...]) -> Barrier | None:
    top = _top(readings, (Stance.LICENCE, Stance.NO_VERSION, Stance.UNDETERMINED, Stance.REVIEW))
    licences = {r.uri for r in top if r.stance is Stance.LICENCE}
    if len(licences) > 1 or (licences and any(r.stance is Stance.UNDETERMINED for r in top)):
        return Barrier(
            verdict=Verdict.HOLD, reason=Reason.RIGHTS_CONTRADICT, text=" / ".join(dict.fromkeys(r.raw for r in top))
        )
    for reading in top:
        if reading.stance is Stance.NO_VERSION and not any(uri.startswith(reading.uri) for uri in licences):
            return Barrier(verdict=Verdict.HOLD, reason=Reason.CC_NO_VERSION, text=reading.raw)
        if reading.stance is Stance.REVIEW and not licences:
            return Barrier(verdict=Verdict.HOLD, reason=Reason.LICENCE_NEEDS_REVIEW, text=reading.raw)
    return None


def _unknown(readings: tuple[Reading, ...]) -> Barrier | None:
    """What we cannot read holds, unless something known stands at the same or at a nearer level."""
    for reading in readings:
        reason = _UNKNOWN.get(reading.stance)
        known = any(r.stance in _KNOWN and _ORDER.index(r.level) <= _ORDER.index(reading.level) for r in readings)
        if reason and not known:
            return Barrier(verdict=Verdict.HOLD, reason=reason, text=reading.raw)
    return None


def _top(readings: tuple[Reading, ...], stances: tuple[Stance, ...]) -> tuple[Reading, ...]:
    for level in _ORDER:
        found = tuple(r for r in readings if r.level is level and r.stance in stances)
        if found:
            return found
    return ()


def _licence(readings: tuple[Reading, ...]) -> Reading | None:
    return next((r for r in _top(readings, (Stance.LICENCE, Stance.UNDETERMINED)) if r.stance is Stance.LICENCE), None)


def _undetermined(readings: tuple[Reading, ...]) -> bool:
    top = _top(readings, (Stance.LICENCE, Stance.UNDETERMINED, *_CLAIMS))
    return any(r.stance is Stance.UNDETERMINED for r in top)
