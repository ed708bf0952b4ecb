"""What reviewed rules do to a judgement (law: section 2 "Reviewed rules" and section 5 of the README).

- A rule that holds or rejects always applies; it can only narrow.
- A rule that publishes releases the holds that are for people, each under its own conditions; the US half must stand too.
- What is denied (NC, ND, InC), contradicted or held for culture never comes here.
"""

from __future__ import annotations

import msgspec

from glamflow.transforms.outcome import Reason
from glamflow.transforms.policy import ReviewedRule
from glamflow.transforms.rights.case import Case
from glamflow.transforms.rights.countries import (
    home_free_on_uraa_date,
    legal_term,
    simple_photo_home_free_before,
    simple_photo_years,
)
from glamflow.transforms.rights.decision import Kind, LayerStatus, Verdict
from glamflow.transforms.rights.judge import halves_of
from glamflow.transforms.rights.public_domain import State
from glamflow.transforms.rights.publish import claims, notes
from glamflow.transforms.rights.rules import rule_template
from glamflow.transforms.rights.templates import Section, public_domain_tag, restored_tag
from glamflow.transforms.rights.verdicts import Halves, Judgement, reject

_PHOTO_TEMPLATES = (
    "PD-Sweden-photo",
    "PD-Finland50",
    "PD-Denmark50",
    "PD-Norway50",
    "PD-Italy",
    "PD-Iceland50",
    "PD-Austria",
)
_OPEN = frozenset(
    {
        Reason.RIGHTS_ABSENT,
        Reason.PD_FACTS_MISSING,
        Reason.LICENCE_NEEDS_REVIEW,
        Reason.NKC_NEEDS_RULE,
        Reason.NOC_US_NEEDS_RULE,
    }
)
"""Holds that a rule releases by naming the template: people have looked at the whole set."""


def apply_rules(case: Case, judged: Judgement, year: int) -> Judgement:
    """The judgement after the partner's reviewed rules."""
    if judged.reason is Reason.RIGHTS_NOT_FREE:
        return judged
    narrowing = next((r for r in case.rules if r.verdict in ("hold", "reject")), None)
    if narrowing and judged.verdict is not Verdict.REJECT:
        verdict = Verdict.HOLD if narrowing.verdict == "hold" else Verdict.REJECT
        why = f"rule “{narrowing.id}” of {narrowing.date.isoformat()} says so"
        return Judgement(verdict=verdict, reason=Reason.RULE_HOLD, why=why, rule_id=narrowing.id)
    if judged.verdict is Verdict.PUBLISH:
        rule = case.declared if judged.reason is Reason.LICENSED else None
        return msgspec.structs.replace(judged, rule_id=rule.id) if rule else judged
    for rule in case.rules:
        released = _release(case, judged, rule, year) if rule.verdict == "publish" else None
        if released:
            return released
    return judged


def _release(case: Case, judged: Judgement, rule: ReviewedRule, year: int) -> Judgement | None:
    if case.kind in (Kind.SOLID, Kind.UNKNOWN):
        return None  # the photograph of a solid object needs a licence, not a rule
    halves = halves_of(case, year)
    template = rule_template(rule.template)
    name = template.partition("|")[0]
    if judged.reason is Reason.SIMPLE_PHOTO_NEEDS_RULE or (
        name in _PHOTO_TEMPLATES and judged.reason is Reason.PD_ASSUMED_NEEDS_RULE
    ):
        return _simple_photo(case, rule, template, halves, year)
    match judged.reason:
        case Reason.PD_ASSUMED_NEEDS_RULE if not template or name.startswith("PD-old-assumed"):
            return _by_us_half(case, rule, "PD-old-assumed-expired", halves)
        case Reason.ANONYMOUS_NEEDS_RULE:
            return _by_us_half(case, rule, template or "PD-anon-expired", halves)
        case Reason.PD_1996_NEEDS_RULE:
            return _restored(case, rule, halves)
        case Reason.IN_COPYRIGHT if template and not name.startswith("PD-old-assumed"):
            return _short_term(case, rule, template, halves, year)
        case reason if reason in _OPEN and template and not name.startswith("PD-old-assumed"):
            return _named(case, rule, template, halves)
        case _:
            return None


def _by_us_half(case: Case, rule: ReviewedRule, core: str, halves: Halves) -> Judgement | None:
    """The source half is people's judgement; the US half must be free by its own facts."""
    if not halves.us.free:
        return None
    return _published(case, rule, public_domain_tag(case.kind, case.work, halves.source, halves.us, core=core))


def _restored(case: Case, rule: ReviewedRule, halves: Halves) -> Judgement | None:
    """Published too late for the United States, but free at home on the URAA date and shown so by people."""
    deaths = case.work.authorship.deaths
    if (
        halves.us.state is not State.NEEDS_1996
        or not deaths
        or not all(home_free_on_uraa_date(case.work.country, d) for d in deaths)
    ):
        return None
    return _published(case, rule, restored_tag(case.kind, case.work, halves.source))


def _simple_photo(case: Case, rule: ReviewedRule, template: str, halves: Halves, year: int) -> Judgement | None:
    made, years = case.work.dating.latest, simple_photo_years(case.work.country)
    if case.kind is not Kind.IS_THE_WORK or not template or made is None or years is None or year - made <= years:
        return None
    free_before = simple_photo_home_free_before(case.work.country)
    if halves.us.free:
        us = "{{PD-US-unpublished}}" if halves.us.unpublished else "{{PD-US-expired}}"
    elif case.work.use == "published" and free_before is not None and made < free_before:
        us = f"{{{{PD-1996|country={case.work.country}}}}}"
    else:
        return reject(Reason.PD_US_NOT_FREE, f"{halves.us.why}, which is not yet free in the United States")
    return _published(case, rule, f"{{{{{template}}}}}{us}")


def _short_term(case: Case, rule: ReviewedRule, template: str, halves: Halves, year: int) -> Judgement | None:
    """A country whose law has less than 70 years: people name both templates, the dates must bear them out."""
    deaths, term = case.work.authorship.deaths, legal_term(case.work.country)
    us = rule_template(rule.us_template)
    if not deaths or not us or year - max(deaths) <= term:
        return None
    if not halves.us.free and not all(home_free_on_uraa_date(case.work.country, d) for d in deaths):
        return None
    return _published(case, rule, f"{{{{{template}}}}}{{{{{us}}}}}")


def _named(case: Case, rule: ReviewedRule, template: str, halves: Halves) -> Judgement | None:
    if halves.source.state is State.IN_COPYRIGHT and case.work.authorship.persons and case.work.authors[0].name:
        return None
    if template.startswith("PD-UN-doc") and not case.record.document_symbol:
        return None
    us = rule_template(rule.us_template)
    return _published(case, rule, f"{{{{{template}}}}}" + (f"{{{{{us}}}}}" if us else ""))


def _published(case: Case, rule: ReviewedRule, wikitext: str) -> Judgement:
    return Judgement(
        verdict=Verdict.PUBLISH,
        reason=Reason.RULE,
        why=f"rule “{rule.id}”, approved by {rule.approved_by} on {rule.date.isoformat()}, releases it",
        section=Section(whole=wikitext + notes(case)),
        statements=claims(case),
        work=LayerStatus.PD,
        rule_id=rule.id,
    )
