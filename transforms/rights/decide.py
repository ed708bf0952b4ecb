"""`decide`: one medium of one record → one decision. Pure: facts, policy and a day enter, one decision leaves.

The law stands in README.md. Zero wrong publish: a hold costs a question, a wrong file costs the bot its flag.
"""

from __future__ import annotations

import datetime as dt

from glamflow.transforms.outcome import Reason
from glamflow.transforms.policy import RightsPolicy
from glamflow.transforms.record import MediaRef, Record
from glamflow.transforms.rights.case import Case, gather_case
from glamflow.transforms.rights.decision import Half, Layer, LayerStatus, RightsDecision, Verdict
from glamflow.transforms.rights.explain import evidence, explain
from glamflow.transforms.rights.holds import hold_beside
from glamflow.transforms.rights.judge import halves_of, judge
from glamflow.transforms.rights.release import apply_rules
from glamflow.transforms.rights.tables import table_version
from glamflow.transforms.rights.verdicts import Halves, Judgement

_HORIZON = 150  # years; what turns later is not scheduled
_TURNS = (51, 56, 71, 75, 81, 96, 100, 101, 121, 191, 201, 221, 216, 220)
_PEOPLE_ONLY = frozenset(
    {Reason.CULTURAL_PERMISSION, Reason.PERSONALITY, Reason.PERSONAL_DATA, Reason.TRADEMARK_EMBLEM, Reason.FOP,
     Reason.THIRD_PARTY_IN_PDF, Reason.DO_NOT_UPLOAD, Reason.EMBEDDED_NOTICE, Reason.RULE_HOLD}
)  # fmt: skip


def decide(
    record: Record,
    medium: MediaRef | None,
    policy: RightsPolicy,
    *,
    on: dt.date,
    embedded: tuple[str, ...] = (),
    removed: str = "",
) -> RightsDecision:
    """The decision on `medium` (None: a record without media) on that day.

    `embedded` are notices found inside the file; `removed` says when and why the file was removed from the wiki before.
    """
    case = gather_case(record, medium, policy, embedded)
    judged = _judge(case, on, removed)
    halves = halves_of(case, on.year)
    return RightsDecision(
        verdict=judged.verdict,
        kind=case.kind,
        work=_work_layer(case, judged, halves),
        reproduction=_photo_layer(case, judged),
        template=judged.section.whole if judged.section else "",
        object_template=judged.section.object if judged.section else "",
        photo_template=judged.section.photo if judged.section else "",
        statements=judged.statements if judged.verdict is Verdict.PUBLISH else (),
        reason=judged.reason,
        rule_id=judged.rule_id,
        reconsider_on=judged.not_before or _reconsider(case, judged, on),
        evidence=evidence(case),
        explanation=explain(judged),
        table_version=table_version(),
    )


def _judge(case: Case, on: dt.date, removed: str) -> Judgement:
    judged = apply_rules(case, judge(case, on.year), on.year)
    if judged.verdict is not Verdict.PUBLISH:
        return judged
    if removed:
        return Judgement(
            verdict=Verdict.HOLD, reason=Reason.DO_NOT_UPLOAD, why=f"it was removed from the wiki before: {removed}"
        )
    return hold_beside(case, judged, on) or judged


def _reconsider(case: Case, judged: Judgement, on: dt.date) -> str:
    """The first 1 January on which the verdict changes by time alone, found by judging again in the years that can turn it."""
    if judged.verdict is Verdict.PUBLISH or judged.reason in _PEOPLE_ONLY or case.said.barrier:
        return ""
    for year in _turning_years(case, on.year):
        later = apply_rules(case, judge(case, year), year)
        if later.verdict is not judged.verdict:
            return dt.date(year, 1, 1).isoformat()
    return ""


def _turning_years(case: Case, year: int) -> tuple[int, ...]:
    work = case.work
    starts = {work.made, work.dating.latest, work.dating.earliest, work.dating.published}
    starts |= (
        {a.death for a in work.authors}
        | {a.last_possible_death for a in work.authors}
        | {a.active for a in work.authors}
    )
    found = {halves.free_from for halves in (halves_of(case, year).source, halves_of(case, year).us)}
    found |= {start + turn for start in starts if start is not None for turn in _TURNS}
    found.add(2040)  # unpublished British texts
    return tuple(sorted(y for y in found if y is not None and year < y <= year + _HORIZON))


def _work_layer(case: Case, judged: Judgement, halves: Halves) -> Layer:
    return Layer(
        status=judged.work,
        licence=case.said.licence.uri if case.said.licence and judged.work is LayerStatus.LICENSED else "",
        licensor=case.credit if judged.work is LayerStatus.LICENSED else "",
        source_half=_half(halves.source.free, halves.source.core, halves.source.free_from),
        us_half=_half(halves.us.free, "unpublished" if halves.us.unpublished else "published", halves.us.free_from),
        death_year=max(case.work.authorship.deaths, default=None),
        basis=halves.source.why,
    )


def _half(free: bool, rule: str, free_from: int | None) -> Half:
    return Half(free=True if free else None, rule=rule, free_from=free_from)


def _photo_layer(case: Case, judged: Judgement) -> Layer | None:
    if judged.photo is None:
        return None
    licence = case.said.licence
    return Layer(status=judged.photo, licence=licence.uri if licence else "", licensor=case.credit)
