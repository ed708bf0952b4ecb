"""Observations as changes that a partner understands: who, when, before → after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

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
        "RENAMED", "EDITED", "CAPTIONED", "DESCRIBED", "REVERTED", "OVERWRITTEN", "TAGGED_FOR_DELETION", "DELETED",
        "CONFLICT_WITH_COMMUNITY",
    }
)  # fmt: skip
"""What people on the wiki did. Other observations (messages to the account, near duplicates) are for operators."""
MAX_CHANGES = 2000
Subjects = Mapping[str, Work]


def changes_of(deps: Deps, seen: Observation, subjects: Subjects, words: Words, *, base: str) -> Iterator[Change]:
    """One line per field that changed. `subjects`: the works by record key, for their inventory numbers."""
    written = _written(deps, seen)
    key = seen.record_key or (deps.ledger.file(seen.file_id).record_key if seen.file_id else "")
    work = subjects.get(key)
    title = seen.title or (written.title if written else "")
    if work and not title:
        title = next((file.page_title for file in work.files if file.file_id == seen.file_id), "")
    for field, before, after in _fields(seen.kind, seen.detail or {}, written, words):
        yield Change(
            kind=seen.kind, name=work.name if work else key, title=work.title if work else "", url=page_address(base, title),
            who=seen.who, at=seen.at, field=field, before=before, after=after,
        )  # fmt: skip


def _fields(kind: str, detail: Mapping[str, Any], written: WrittenPage | None, words: Words) -> Iterator[tuple[str, str, str]]:
    if kind == "RENAMED":
        yield "", str(detail.get("before", "")), str(detail.get("after", ""))
    elif kind == "CAPTIONED":
        for language, text in {**detail.get("added", {}), **detail.get("changed", {})}.items():
            before = written.captions.get(language, "") if written else ""
            yield words.say("caption_in", language=language), before, str(text)
    elif kind == "EDITED":
        added = ", ".join(map(str, detail.get("categories", ())))
        yield words["categories"] if added else "", "", added
    elif kind in ("DESCRIBED", "REVERTED"):
        named = dict.fromkeys(words.named("statements", str(id)) for id in detail.get("properties", ()))
        yield "", "", ", ".join(named)
    elif kind == "SOURCE_SHRANK":
        yield f"{detail.get('missing', '')} / {detail.get('of', '')}", "", ""
    else:
        yield "", "", ""


def _written(deps: Deps, seen: Observation) -> WrittenPage | None:
    """What we last wrote on the page, for the words before a change."""
    page = deps.ledger.publication(seen.file_id, seen.wiki) if seen.file_id and seen.wiki else None
    if page is None or not page.object_key:
        return None
    try:
        return decode_written(deps.store.get(page.object_key))
    except KeyError:
        return None
