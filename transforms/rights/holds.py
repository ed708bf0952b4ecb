"""Holds beside copyright, asked of everything that would be published (law: section 11 of the README)."""

from __future__ import annotations

import datetime as dt
import re

from glamflow.transforms.outcome import Reason
from glamflow.transforms.rights.case import Case
from glamflow.transforms.rights.decision import Kind, LayerStatus
from glamflow.transforms.rights.sensitive import (
    cultural_sign,
    emblem_sign,
    foreign_material,
    has_panorama_freedom,
    living_person_sign,
    public_art_sign,
)
from glamflow.transforms.rights.statements import read_notice
from glamflow.transforms.rights.verdicts import Judgement, hold
from glamflow.transforms.rights.words import bare

_NOTICE_WORDS = re.compile(r"\b(copyright|c|by|all|photo|photograph|foto)\b|\d{4}")


def hold_beside(case: Case, judged: Judgement, on: dt.date) -> Judgement | None:
    """The first hold that applies, None if nothing but copyright has to be asked."""
    record = case.record
    sign = cultural_sign(record, case.kind)
    if sign:
        return hold(
            Reason.CULTURAL_PERMISSION,
            f"“{sign}” asks for the word of the community or of a named person",
            work=judged.work,
        )
    embargo = embargo_until(record.not_before, on)
    if embargo:
        return Judgement(
            verdict=hold(Reason.EMBARGO).verdict,
            reason=Reason.EMBARGO,
            why=f"the record may be shown from {embargo} only",
            work=judged.work,
            not_before=embargo if embargo != _UNREADABLE else "",
        )
    person = living_person_sign(record, case.kind, on)
    if person:
        return hold(Reason.PERSONALITY, f"“{person}” makes a living person in the picture likely", work=judged.work)
    if judged.work is LayerStatus.LICENSED and foreign_material(record, case.medium):
        return hold(
            Reason.THIRD_PARTY_IN_PDF,
            "the document may hold pictures of others and nothing says that it does not",
            work=judged.work,
        )
    emblem = emblem_sign(record, on)
    if emblem:
        return hold(Reason.TRADEMARK_EMBLEM, f"“{emblem}” may be protected by rules beside copyright", work=judged.work)
    return _public_art(case, judged) or _notice_inside(case, judged)


_UNREADABLE = "a day that cannot be read"


def embargo_until(not_before: str, on: dt.date) -> str:
    """The day on which an embargo ends, "" if there is none or it is over; an unreadable date never ends."""
    if not not_before.strip():
        return ""
    text = not_before.strip()
    padded = {4: f"{text}-01-01", 7: f"{text}-01"}.get(len(text), text[:10])
    try:
        day = dt.date.fromisoformat(padded)
    except ValueError:
        return _UNREADABLE
    return day.isoformat() if day > on else ""


def _public_art(case: Case, judged: Judgement) -> Judgement | None:
    if judged.work is not LayerStatus.LICENSED or case.kind is Kind.FLAT or "document" in case.work.groups:
        return None
    sign = public_art_sign(case.record)
    if not sign or has_panorama_freedom(case.work.country):
        return None
    return hold(Reason.FOP, f"“{sign}” may be a protected work in public space", work=judged.work)


def _notice_inside(case: Case, judged: Judgement) -> Judgement | None:
    for notice in case.embedded:
        if notice.strip() and not _is_settled(notice, case):
            return hold(Reason.EMBEDDED_NOTICE, f"the file itself says “{notice.strip()}”", work=judged.work)
    return None


def _is_settled(notice: str, case: Case) -> bool:
    """The notice says what we publish anyway, or only names the one whom the licence names."""
    agreed = case.licence.uri if case.licence else ""
    readings = read_notice(notice, case.policy)
    if readings and all(r.uri == agreed != "" for r in readings):
        return True
    name = " ".join(_NOTICE_WORDS.sub(" ", bare(notice)).split())
    return bool(agreed) and name != "" and name in {bare(case.policy.attribution), bare(case.record.institution)} - {""}
