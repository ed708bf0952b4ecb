"""Decisions told to people: one English sentence, and the list of what was used."""

from __future__ import annotations

from glamflow.transforms.rights.case import Case
from glamflow.transforms.rights.countries import is_listed
from glamflow.transforms.rights.decision import Verdict
from glamflow.transforms.rights.verdicts import Judgement

_LEADS = {
    Verdict.PUBLISH: "It can be published: ",
    Verdict.HOLD: "It waits for a person: ",
    Verdict.REJECT: "It cannot be published now: ",
}


def explain(judged: Judgement) -> str:
    """One sentence for a registrar, with the facts and years that decided."""
    why = judged.why or judged.reason.value.lower().replace("_", " ")
    return f"{_LEADS[judged.verdict]}{why}."


def evidence(case: Case) -> tuple[str, ...]:
    """Statements with their level and words, then the facts with their origin."""
    said = tuple(f"statement at {r.level} level ({r.stance}): {r.raw}" for r in case.said.readings)
    lives = tuple(
        f"author: {a.name or 'unknown'}, born {a.birth or '?'}, died {a.death or '?'} ({a.origin or 'record'})"
        for a in case.work.authors
    )
    dates = tuple(f"date: {s.as_stated or s.kind}" for s in case.record.dates)
    return (*dict.fromkeys(said), *lives, *dates, _country(case.work.country))


def _country(code: str) -> str:
    if not code:
        return "country: not stated"
    return f"country: {code}" if is_listed(code) else f"country: {code} (not in the table of terms, judged as unknown)"
