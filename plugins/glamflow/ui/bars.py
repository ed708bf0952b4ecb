"""What bars and figures on our pages are made of: a count, what it counts, and the list behind it."""

from __future__ import annotations

from urllib.parse import urlencode

import msgspec

from glamflow.ledger.reads import Funnel
from glamflow.ledger.states import FileState, RecordState
from glamflow.ui.words import FILE_WORDS, RECORD_WORDS

_DONE = (FileState.PUBLISHED, FileState.VERIFIED)
_FETCHED = (FileState.STAGED, FileState.PLANNED, *_DONE)
_READ = tuple(state for state in RecordState if state not in (RecordState.HARVESTED, RecordState.WITHDRAWN))
_TONES = {
    FileState.VERIFIED: "done", FileState.PUBLISHED: "done", FileState.HELD: "needs", FileState.REJECTED: "past",
    FileState.WITHDRAWN: "past", FileState.SUPERSEDED: "past",
}  # fmt: skip


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """`share` is the true width in per cent; `query` leads to the list of what was counted."""

    count: int
    words: str
    share: float
    query: str
    tone: str = "moving"


def query(what: str, states: tuple[str, ...] = (), *, reason: str = "") -> str:
    """The query of a list page."""
    return urlencode({"what": what, "state": ",".join(states)} | ({"reason": reason} if reason else {}))


def flow(funnel: Funnel) -> tuple[Bar, ...]:
    """The way of records and files; each step is a part of the one before it, records and files apart."""
    records, files = funnel.offered or 1, funnel.files_total or 1
    steps = (
        ("records offered", funnel.offered, records, query("records")), ("records read", funnel.mapped, records, query("records", _READ)),
        ("files of them", funnel.files_total, files, query("files")),
        ("files allowed", funnel.passed, files, query("files", (FileState.LISTED, *_FETCHED))),
        ("files fetched", funnel.staged, files, query("files", _FETCHED)),
        ("on the wiki", funnel.published, files, query("files", _DONE)),
        ("verified", funnel.verified, files, query("files", (FileState.VERIFIED,))),
    )  # fmt: skip
    return tuple(Bar(count=count, words=words, share=100 * count / whole, query=link) for words, count, whole, link in steps)


def parts_of_files(funnel: Funnel) -> tuple[Bar, ...]:
    """All files by state; the counts add up to `files_total`."""
    return tuple(
        Bar(
            count=funnel.files[state], words=words, share=100 * funnel.files[state] / funnel.files_total,
            query=query("files", (state,)), tone=_TONES.get(FileState(state), "moving"),
        )
        for state, words in FILE_WORDS.items() if funnel.files[state]
    )  # fmt: skip


def parts_of_records(funnel: Funnel) -> tuple[Bar, ...]:
    """All records by state; the counts add up to `offered`."""
    return tuple(
        Bar(count=funnel.records[state], words=words, share=100 * funnel.records[state] / funnel.offered, query=query("records", (state,)))
        for state, words in RECORD_WORDS.items() if funnel.records[state]
    )  # fmt: skip
