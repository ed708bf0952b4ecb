"""Record checks: pure predicates over a mapped record, and the verdict on each of its media.

Rules
- A check tells a `Finding`; a hold on the record is the first of `HOLDS` that applies and holds all its files.
- The verdict on a file is the least of all: record hold, role, number of media, rights.
- What the rights reject stays rejected whatever else is found: its reason tells more.
- Provenance (a donor's address) stays inside by itself and holds nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import msgspec

from glamflow.transforms.media_choice import left_inside, pages_to_decide, views_inside
from glamflow.transforms.outcome import Finding, Reason, Severity
from glamflow.transforms.paged_work import label_of, paged_work
from glamflow.transforms.personal_data import find_personal_data
from glamflow.transforms.policy import MappingPolicy, MediaPolicy, RightsPolicy
from glamflow.transforms.record import IdentifierKind, MediaRef, MediaRole, Model, Record
from glamflow.transforms.rights.decide import decide
from glamflow.transforms.rights.decision import RightsDecision, Verdict
from glamflow.transforms.rights.holds import embargo_until
from glamflow.transforms.rights.kinds import decide_kind
from glamflow.transforms.rights.sensitive import cultural_sign, living_person_sign


class Question(Model, frozen=True, kw_only=True):
    """What the predicates are given."""

    record: Record
    rights: RightsPolicy
    media: MediaPolicy
    mapping: MappingPolicy
    on: dt.date
    inside: dict[str, str] = msgspec.field(default_factory=dict)  # media that the partner's choice leaves inside, and why
    open_pages: str = ""  # why a person must decide on the pages


class FileVerdict(Model, frozen=True, kw_only=True):
    """The verdict on one medium. `not_before` is the day on which an embargo ends; `detail` is for people."""

    media_id: str
    verdict: Verdict
    reason: Reason
    decision: RightsDecision | None = None
    not_before: str = ""
    detail: str = ""


class RecordChecks(Model, frozen=True, kw_only=True):
    """What the checks found. `hold` holds the whole record."""

    findings: tuple[Finding, ...] = ()
    hold: Reason | None = None
    files: tuple[FileVerdict, ...] = ()


Check = Callable[[Question], Finding | None]


def check_record(
    record: Record, *, rights: RightsPolicy, media: MediaPolicy, mapping: MappingPolicy, on: dt.date
) -> RecordChecks:
    """All findings, the hold on the record if there is one, and a verdict per medium."""
    question = Question(
        record=record, rights=rights, media=media, mapping=mapping, on=on, inside=left_inside(record.media, media),
        open_pages=pages_to_decide(record.media, media),
    )  # fmt: skip
    findings = tuple(finding for check in CHECKS if (finding := check(question)))
    hold = next((f for f in findings if f.severity is Severity.ERROR), None)
    files = tuple(_file(question, medium, hold) for medium in record.media)
    return RecordChecks(findings=findings, hold=hold.reason if hold else None, files=files)


def _file(question: Question, medium: MediaRef, hold: Finding | None) -> FileVerdict:
    decision = decide(question.record, medium, question.rights, on=question.on)
    embargo = decision.reconsider_on if decision.reason is Reason.EMBARGO else ""
    if decision.verdict is Verdict.REJECT:
        return FileVerdict(
            media_id=medium.id,
            verdict=Verdict.REJECT,
            reason=decision.reason,
            decision=decision,
            detail=decision.explanation,
        )
    barred = (
        hold or _role_inside(question, medium) or _pages_open(question, medium) or _pages_unfit(question, medium, decision) or _too_many(question)
    )
    if barred:
        until = embargo_until(question.record.not_before, question.on) if barred.reason is Reason.EMBARGO else ""
        return FileVerdict(
            media_id=medium.id,
            verdict=Verdict.HOLD,
            reason=barred.reason,
            decision=decision,
            not_before=until if until[:1].isdigit() else "",
            detail=barred.detail,
        )
    return FileVerdict(
        media_id=medium.id,
        verdict=decision.verdict,
        reason=decision.reason,
        decision=decision,
        not_before=embargo,
        detail=decision.explanation,
    )


def _role_inside(question: Question, medium: MediaRef) -> Finding | None:
    policy = question.media
    if medium.role not in policy.publish_roles or views_inside(medium, policy):
        return _error(Reason.MEDIA_ROLE_INSIDE, "media", medium.id, f"pictures of this kind ({medium.role}) stay inside")
    why = question.inside.get(str(medium.id))
    return _error(Reason.MEDIA_ROLE_INSIDE, "media", medium.id, why) if why else None


def _pages_open(question: Question, medium: MediaRef) -> Finding | None:
    """A page of a work that a person must decide on."""
    if medium.role is not MediaRole.PAGE or not question.open_pages:
        return None
    return _error(Reason.MEDIA_TOO_MANY, "media", medium.id, question.open_pages)


def _pages_unfit(question: Question, medium: MediaRef, decision: RightsDecision) -> Finding | None:
    """The medium carries a work made of all pages, and one of them is missing, or may not go as this one may."""
    work = paged_work(question.record.media, question.media)
    if work is None or medium is not work.carrier:
        return None
    if work.problem:
        return _error(Reason.PAGES_UNFIT, "media", medium.id, work.problem)
    for number, page in enumerate(work.pages, 1):
        other = decide(question.record, page, question.rights, on=question.on)
        if (other.verdict, other.template, other.photo_template) != (decision.verdict, decision.template, decision.photo_template):
            return _error(Reason.PAGES_UNFIT, "media", medium.id, f"{label_of(page, number)}: {other.explanation or other.reason}")
    return None


def _too_many(question: Question) -> Finding | None:
    shown = [m for m in question.record.media if not _role_inside(question, m)]
    limit = question.media.max_per_record
    return (
        _error(Reason.MEDIA_TOO_MANY, "media", str(len(shown)), f"{len(shown)} media, {limit} allowed")
        if len(shown) > limit
        else None
    )


def _error(reason: Reason, field: str, value: str, detail: str) -> Finding:
    return Finding(reason=reason, severity=Severity.ERROR, field=field, value=value[:200], detail=detail)


def _warning(reason: Reason, field: str, detail: str) -> Finding:
    return Finding(reason=reason, severity=Severity.WARNING, field=field, detail=detail)


def title_present(question: Question) -> Finding | None:
    """Without a title the description or the type stands in; without all three nobody could name the file."""
    record = question.record
    if any(t.value.strip() for t in record.titles):
        return None
    if any(t.value.strip() for t in record.descriptions):
        return _warning(Reason.TITLE_FALLBACK, "titles", "the first sentence of the description stands in")
    if any(label.value.strip() for term in record.object_types for label in term.labels):
        return _warning(Reason.TITLE_FALLBACK, "titles", "the object type stands in")
    return _error(Reason.TITLE_MISSING, "titles", "", "neither title nor description nor object type")


def media_present(question: Question) -> Finding | None:
    """A record without media has nothing to publish."""
    return None if question.record.media else _error(Reason.NO_MEDIA, "media", "", "the record names no media")


def identifier_present(question: Question) -> Finding | None:
    """An inventory number, or another identifier that a registrar knows."""
    kinds = (
        IdentifierKind.INVENTORY,
        IdentifierKind.SYMBOL,
        IdentifierKind.RECORD,
        IdentifierKind.URI,
        IdentifierKind.OTHER,
    )
    if any(i.value.strip() for i in question.record.identifiers if i.kind in kinds):
        return None
    return _warning(Reason.IDENTIFIER_MISSING, "identifiers", "no inventory number; the record's key stands in")


def source_url_present(question: Question) -> Finding | None:
    """The page that a reader can follow to check the record."""
    return (
        None
        if question.record.source_url
        else _warning(Reason.SOURCE_URL_MISSING, "source_url", "no page of the record")
    )


def culturally_open(question: Question) -> Finding | None:
    """Remains of people, sacred and burial objects, labels of communities, the partner's own words."""
    kind = decide_kind(question.record, None, question.rights)
    sign = cultural_sign(question.record, kind, question.mapping.sensitive_terms)
    return (
        _error(Reason.CULTURAL_PERMISSION, "sensitivity", sign, f"“{sign}” asks for cultural permission")
        if sign
        else None
    )


def persons_protected(question: Question) -> Finding | None:
    """Identifiable living persons are likely."""
    kind = decide_kind(question.record, None, question.rights)
    sign = living_person_sign(question.record, kind, question.on)
    return _error(Reason.PERSONALITY, "titles", sign, f"“{sign}”, less than 110 years ago") if sign else None


def personal_data_absent(question: Question) -> Finding | None:
    """Only fields that are published are asked."""
    record = question.record
    labels = tuple(label.value for term in record.subjects for label in term.labels)
    captions = tuple(label.value for medium in record.media for label in medium.labels)
    texts = (
        *(t.value for t in (*record.titles, *record.descriptions, *record.inscriptions)),
        record.credit_line,
        *labels,
        *captions,
    )
    found = find_personal_data(texts)
    return _error(Reason.PERSONAL_DATA, "descriptions", "", f"{found} stands in a published field") if found else None


def embargo_over(question: Question) -> Finding | None:
    """The repository's own date of release."""
    until = embargo_until(question.record.not_before, question.on)
    return _error(Reason.EMBARGO, "not_before", question.record.not_before, f"not before {until}") if until else None


CHECKS: tuple[Check, ...] = (
    culturally_open,
    personal_data_absent,
    persons_protected,
    embargo_over,
    media_present,
    title_present,
    identifier_present,
    source_url_present,
)
"""All checks; of those that hold, the first is the one that is told."""
