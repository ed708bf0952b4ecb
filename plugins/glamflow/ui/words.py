"""States in people's words, the order in which things move, and sentences with numbers. Every state has words: a test holds it."""

from __future__ import annotations

import datetime as dt

from glamflow.ledger.reads import Funnel
from glamflow.ledger.states import FileState, PlanState, RecordState

_R, _F, _P = RecordState, FileState, PlanState

RECORD_WORDS: dict[str, str] = {
    _R.HARVESTED: "offered, not read yet", _R.MAPPED: "read, not checked yet", _R.CHECKED: "read and checked",
    _R.REJECTED: "could not be read", _R.HELD: "waiting for somebody", _R.WITHDRAWN: "removed at the source",
}  # fmt: skip
FILE_WORDS: dict[str, str] = {
    _F.VERIFIED: "on the wiki, verified", _F.PUBLISHED: "on the wiki, not looked at again yet", _F.PLANNED: "in a plan",
    _F.STAGED: "fetched", _F.LISTED: "allowed, not fetched yet", _F.HELD: "waiting for somebody", _F.REJECTED: "cannot go (yet)",
    _F.WITHDRAWN: "removed at the source", _F.SUPERSEDED: "replaced by another file",
}  # fmt: skip
"""In the order of a bar: what is done, what moves, what waits, what does not go."""
PLAN_WORDS: dict[str, str] = {
    _P.SELECTING: "is being put together", _P.PLANNED: "waits for a decision", _P.APPROVED: "was approved",
    _P.PUBLISHING: "is being published", _P.CLOSED: "is done", _P.REJECTED: "was rejected", _P.EXPIRED: "expired unanswered",
    _P.DROPPED: "was dropped",
}  # fmt: skip
CHOICE_WORDS = {"publish_all": "publish all", "publish_sample": "publish a sample", "hold_until": "hold", "reject": "reject", "undo": "undo it"}

_GONE = (_F.WITHDRAWN, _F.SUPERSEDED)


def standing(funnel: Funnel) -> str:
    """Where a partner's files stand, in one sentence."""
    if not funnel.offered:
        return "No run yet."
    if not funnel.files_total:
        return f"{many(funnel.offered, 'record')} offered; no files known yet."
    files = funnel.files
    gone = sum(files[state] for state in _GONE)
    said = [f"of {many(funnel.files_total, 'file')}, {funnel.published} {be(funnel.published)} on the wiki"]
    moving = files[_F.LISTED] + files[_F.STAGED] + files[_F.PLANNED]
    said += [f"{moving} on the way"] if moving else []
    said += [f"{files[_F.HELD]} {'waits' if files[_F.HELD] == 1 else 'wait'} for somebody", f"{files[_F.REJECTED]} cannot go (yet)"]
    said += [f"{gone} gone at the source"] if gone else []
    text = ", ".join(said) + "."
    return text[0].upper() + text[1:]


def many(number: int, noun: str) -> str:
    """1 file, 1 204 files."""
    return f"{thin(number)} {noun if number == 1 else noun + 's'}"


def be(number: int) -> str:
    return "is" if number == 1 else "are"


def thin(number: int) -> str:
    """Thousands apart by a thin space."""
    return f"{number:,}".replace(",", "\u202f")


def moment(value: dt.datetime) -> str:
    """22 November 2026, 14:05 UTC."""
    return f"{day(value)}, {value:%H:%M} UTC"


def day(value: dt.date) -> str:
    """22 November 2026."""
    return f"{value.day} {value:%B %Y}"
