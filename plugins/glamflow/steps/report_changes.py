"""Observations as changes that a partner understands and can take back: who, when, which value, before → after, and the edit itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from glamflow.ledger.rows import Observation
from glamflow.reports.figures import Change
from glamflow.reports.words import Words
from glamflow.reports.works import Work
from glamflow.steps.deps import Deps
from glamflow.steps.report_works import page_address
from glamflow.steps.written import WrittenPage, decode_written

AT_SOURCE = frozenset({"RIGHTS_NARROWED_AT_SOURCE", "REMOVED_AT_SOURCE", "MEDIA_CHANGED", "CHANGED_AT_SOURCE", "SOURCE_SHRANK"})
"""What the partner did itself after publication."""
BY_COMMUNITY = frozenset(
    {
        "RENAMED", "TRANSLATED", "IMPROVED", "CORRECTED", "CATEGORISED", "REVERTED", "RESTORED", "LICENCE_CHANGED", "BLANKED", "EDITED",
        "OVERWRITTEN", "TAGGED_FOR_DELETION", "DELETED", "UNDELETED", "CONFLICT_WITH_COMMUNITY", "CAPTIONED", "DESCRIBED",
    }
)  # fmt: skip
"""What people on the wiki did. Other observations (messages to the account, near duplicates) are for operators."""
MAX_CHANGES = 2000
Subjects = Mapping[str, Work]


class Value(NamedTuple):
    """One value of an observation: its field for machines, its language, before and after."""

    code: str = ""
    language: str = ""
    before: str = ""
    after: str = ""


def changes_of(deps: Deps, seen: Observation, subjects: Subjects, words: Words, *, base: str) -> Iterator[Change]:
    """One line per value that changed. `subjects`: the works by record key, for their inventory numbers."""
    written = _written(deps, seen)
    key = seen.record_key or (deps.ledger.file(seen.file_id).record_key if seen.file_id else "")
    work = subjects.get(key)
    title = seen.title or (written.title if written else "")
    if work and not title:
        title = next((file.page_title for file in work.files if file.file_id == seen.file_id), "")
    told, edit = dict(seen.detail or {}), seen.revision if seen.kind in BY_COMMUNITY else None
    for value in _values(seen.kind, told):
        yield Change(
            kind=seen.kind, name=work.name if work else key, title=work.title if work else "", url=page_address(base, title),
            who=seen.who, at=_when(told.get("when"), seen.at), field=_name(value, words), before=value.before, after=value.after,
            language=value.language, code=value.code, record=key, revision=edit, link=f"{base}/w/index.php?diff={edit}" if edit else "",
        )  # fmt: skip


def _values(kind: str, detail: Mapping[str, Any]) -> Iterator[Value]:
    if "changes" in detail:
        for change in detail["changes"]:
            yield Value(change.get("field", ""), change.get("language", ""), change.get("before", ""), change.get("after", ""))
    elif kind == "RENAMED":
        yield Value(before=str(detail.get("before", "")), after=str(detail.get("after", "")))
    elif kind == "CONFLICT_WITH_COMMUNITY":
        for what, (theirs, ours) in detail.items():
            field, _, language = what.removeprefix("parameter ").removesuffix(")").partition(" (")
            code, _, caption = field.partition(" ") if field.startswith("caption ") else (field, "", "")
            yield Value(code, language or caption, str(ours), str(theirs))
    elif kind == "CAPTIONED":  # as earlier versions noted it
        for language, text in {**detail.get("added", {}), **detail.get("changed", {})}.items():
            yield Value("caption", language, "", str(text))
    elif kind == "SOURCE_SHRANK":
        yield Value(before=f"{detail.get('missing', '')} / {detail.get('of', '')}")
    elif kind == "DELETED":
        yield Value(after=str(detail.get("comment", "")))
    elif kind == "TAGGED_FOR_DELETION":
        until = f" → {detail['deadline']}" if detail.get("deadline") else ""  # the day from which it may be deleted
        yield Value(after=", ".join(map(str, detail.get("templates", ()))) + until)
    else:
        yield Value()


def _name(value: Value, words: Words) -> str:
    """The field in the reader's language."""
    if value.code == "caption":
        return words.say("caption_in", language=value.language)
    plain, _, part = value.code.removesuffix(")").partition(" (")
    group = "statements" if plain[:1] == "P" and plain[1:].isdigit() else "parameters"
    named = words.named(group, plain) if plain else ""
    return words.say("in_language", field=named, language=value.language or part) if value.language or part else named


def _when(told: Any, noted: dt.datetime) -> dt.datetime:
    """The moment of the edit, as the wiki says; else the moment when we saw it."""
    try:
        return dt.datetime.fromisoformat(str(told)) if told else noted
    except ValueError:
        return noted


def _written(deps: Deps, seen: Observation) -> WrittenPage | None:
    """What we last wrote on the page, for its title."""
    page = deps.ledger.publication(seen.file_id, seen.wiki) if seen.file_id and seen.wiki else None
    if page is None or not page.object_key:
        return None
    try:
        return decode_written(deps.store.get(page.object_key))
    except KeyError:
        return None
