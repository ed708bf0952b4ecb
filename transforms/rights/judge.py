"""One judgement of one case in one year, in the order of precedence (law: section 6 of the README)."""

from __future__ import annotations

from glamflow.transforms.outcome import Reason
from glamflow.transforms.rights.case import Case
from glamflow.transforms.rights.countries import simple_photo_years
from glamflow.transforms.rights.decision import Kind, LayerStatus, Verdict
from glamflow.transforms.rights.public_domain import State, source_half, us_half
from glamflow.transforms.rights.publish import publish_agency, publish_licensed, publish_public_domain, publish_specimen
from glamflow.transforms.rights.said import Barrier
from glamflow.transforms.rights.stances import Stance
from glamflow.transforms.rights.verdicts import Halves, Judgement, hold, reject

_RECENT = 70  # years within which a person's work cannot be free
_NOC_US_ENDS = 1989
_SURE = (State.IN_COPYRIGHT, State.NOT_SHOWN)
_SOURCE_REASONS = {
    State.ASSUMED: Reason.PD_ASSUMED_NEEDS_RULE,
    State.ANONYMOUS: Reason.ANONYMOUS_NEEDS_RULE,
    State.MISSING: Reason.PD_FACTS_MISSING,
}


def halves_of(case: Case, year: int) -> Halves:
    """Both halves of the work's proof in that year."""
    return Halves(source=source_half(case.work, year), us=us_half(case.work, year))


def judge(case: Case, year: int) -> Judgement:
    """The judgement without reviewed rules and without the holds beside copyright."""
    if case.said.barrier:
        return _barred(case.said.barrier)
    if case.agency and case.kind is not Kind.SOLID:
        return publish_agency(case)
    halves = halves_of(case, year)
    if case.said.silent and case.policy.absent == "hold":
        return _absent(case, halves, year)
    if case.said.undetermined:
        return _undetermined(case, halves)
    if case.work.authorship.contradiction and not case.specimen:
        return hold(Reason.FACTS_CONTRADICT, case.work.authorship.contradiction)
    if _late_noc_us(case):
        return hold(
            Reason.FACTS_CONTRADICT, f"“no copyright in the United States” does not fit a work of {case.work.made}"
        )
    return _by_layers(case, halves, year)


def _barred(barrier: Barrier) -> Judgement:
    make = reject if barrier.verdict is Verdict.REJECT else hold
    return make(barrier.reason, f"the statement reads “{_shortened(barrier.text)}”")


def _shortened(text: str, *, limit: int = 160) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[:limit]}…"


def _absent(case: Case, halves: Halves, year: int) -> Judgement:
    """No statement at all: only what the dates bar is rejected."""
    first = case.work.dating.earliest if case.work.dating.earliest is not None else case.work.dating.latest
    recent = (
        first is not None and year - first <= _RECENT and case.work.authorship.persons and case.work.country != "US"
    )
    runs = (
        halves.source.state is State.IN_COPYRIGHT and case.work.authorship.persons and bool(case.work.authors[0].name)
    )
    if (recent or runs) and not case.specimen:
        return reject(Reason.IN_COPYRIGHT, halves.source.why, work=LayerStatus.IN_COPYRIGHT)
    return hold(Reason.RIGHTS_ABSENT, "the record says nothing about rights")


def _undetermined(case: Case, halves: Halves) -> Judgement:
    why = "the partner could not determine the copyright status"
    if case.kind is Kind.FLAT and halves.free and not case.work.authorship.contradiction:
        return hold(Reason.RIGHTS_UNDETERMINED, f"{why}, although {halves.source.why}", work=LayerStatus.PD)
    return reject(Reason.RIGHTS_UNDETERMINED, why)


def _late_noc_us(case: Case) -> bool:
    made = case.work.dating.latest
    return Stance.NOC_US in case.said.claims and made is not None and made > _NOC_US_ENDS


def _by_layers(case: Case, halves: Halves, year: int) -> Judgement:
    solid = case.kind in (Kind.SOLID, Kind.UNKNOWN)
    sound = "sound" in case.work.groups
    free = (halves.free and not sound) or case.specimen
    if not free and case.work_licensed:
        return publish_licensed(case) if not solid or case.photo_licensed else _no_photo(case)
    if not free and Stance.US_GOVERNMENT in case.said.claims:
        return hold(
            Reason.LICENCE_NEEDS_REVIEW, "nothing but the statement says that an agency of the United States made it"
        )
    barred = None if free else _in_copyright(case, halves, year)
    if sound and not case.said.licence and not (barred and barred.reason is Reason.IN_COPYRIGHT):
        return hold(Reason.PD_FACTS_MISSING, "performers and producers of a sound recording have rights of their own")
    if barred:
        return barred
    if solid and not case.photo_licensed:
        return _no_photo(case)
    if not free:
        return _not_shown(case, halves, year)
    if case.specimen and solid:
        return publish_specimen(case)
    return publish_public_domain(case, halves)


def _no_photo(case: Case) -> Judgement:
    if case.said.licence and not case.licensor_known:
        return hold(Reason.LICENSOR_UNKNOWN, "nobody who may license the photograph stands behind the licence")
    if case.kind is Kind.UNKNOWN:
        return hold(
            Reason.KIND_UNKNOWN,
            "the record does not say what kind of object this is, so the photograph needs a licence too",
        )
    return hold(Reason.REPRODUCTION_NOT_LICENSED, "a photograph of a solid object needs a free licence of its own")


def _in_copyright(case: Case, halves: Halves, year: int) -> Judgement | None:
    """Step 5: the facts themselves bar it."""
    source, us = halves.source, halves.us
    if case.said.licence:
        sure = source.state in _SURE or (source.free and us.state in _SURE)
        if sure and not (case.work.country == "US" and source.state is State.MISSING):
            why = source.why if source.state in _SURE else us.why
            return hold(
                Reason.UNDERLYING_WORK_IN_COPYRIGHT,
                f"{why}, so the holder of the object may not be able to license the work",
                work=LayerStatus.IN_COPYRIGHT,
            )
        return None
    if (source.state in _SURE or us.state in _SURE) and _simple_photo(case, year):
        return _needs_photo_rule(case, halves)
    if source.state is State.IN_COPYRIGHT:
        return reject(Reason.IN_COPYRIGHT, source.why, work=LayerStatus.IN_COPYRIGHT)
    if case.said.claims & {Stance.NKC, Stance.FLICKR_COMMONS}:
        return None
    if source.state is State.NOT_SHOWN:
        return reject(Reason.PD_NOT_SHOWN, source.why)
    if source.free and us.state in _SURE and Stance.NOC_US not in case.said.claims:
        return reject(Reason.PD_US_NOT_FREE, us.why)
    return None


def _not_shown(case: Case, halves: Halves, year: int) -> Judgement:
    """Step 7: not shown free; the source half is named before the US half."""
    source, us = halves.source, halves.us
    why = us.why if source.free else source.why
    if case.said.licence and case.kind in (Kind.IS_THE_WORK, Kind.UNKNOWN) and source.state is not State.FREE:
        return hold(
            Reason.LICENSOR_NOT_DECLARED, f"{why}, and no agreement shows that the partner may license the work"
        )
    if case.said.claims & {Stance.NKC, Stance.FLICKR_COMMONS}:
        return hold(Reason.NKC_NEEDS_RULE, f"“no known copyright” is no reason by itself, and {why}")
    if Stance.NOC_US in case.said.claims and (source.free or case.work.country == "US"):
        return hold(
            Reason.NOC_US_NEEDS_RULE, f"“no copyright in the United States” is not confirmed by the dates: {why}"
        )
    if not source.free:
        return hold(_SOURCE_REASONS.get(source.state, Reason.PD_FACTS_MISSING), why)
    return hold(Reason.PD_1996_NEEDS_RULE if us.state is State.NEEDS_1996 else Reason.PD_FACTS_MISSING, why)


def _simple_photo(case: Case, year: int) -> bool:
    """Old enough in a country where simple photographs have a short term: people may release it."""
    years = simple_photo_years(case.work.country)
    made = case.work.dating.latest
    photo = case.kind is Kind.IS_THE_WORK and "photo" in case.work.groups
    return photo and years is not None and made is not None and year - made > years


def _needs_photo_rule(case: Case, halves: Halves) -> Judgement:
    if case.said.claims & {Stance.NKC, Stance.FLICKR_COMMONS}:
        return hold(Reason.NKC_NEEDS_RULE, f"“no known copyright” is no reason by itself, and {halves.source.why}")
    return hold(
        Reason.SIMPLE_PHOTO_NEEDS_RULE,
        f"{halves.source.why}, and only people can say whether it is a simple photograph",
    )
