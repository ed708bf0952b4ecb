"""What people made of one page since we last looked, revision by revision: who, when, which value, before and after.

A revision of our own account is no news, but what it said is known: so a value put back to what stood before ours is told as reverted.
Where the wiki hides what a revision said, the next visible one shows the change, and nobody is named for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from glamflow.ledger.rows import Publication
from glamflow.steps.written import WrittenPage
from glamflow.transforms.commons.observed import Change, State, caption_changes
from glamflow.transforms.commons.observed_data import statement_changes
from glamflow.transforms.commons.observed_text import text_changes
from glamflow.transforms.record import Model
from glamflow.wiki.protocol import CommonsClient, Entity, FilePage, Version

SILENT = frozenset({"MOVED"})  # told with the new title
LONGEST = 1000  # characters of a value in an observation; the page itself stays one click away


class Noted(Model, frozen=True, kw_only=True):
    """One observation to be: a kind of change in one revision."""

    kind: str
    revision: int | None
    who: str = ""
    detail: dict[str, Any] = msgspec.field(default_factory=dict)


def last_known(pub: Publication) -> int:
    """The newest revision of the page that was looked at or written by us."""
    return max(pub.revision or 0, pub.entity_revision or 0)


def edits_since(commons: CommonsClient, pub: Publication, account: str) -> Iterator[Noted]:
    """Kinds of change, one for each revision of others since `last_known`; moved titles included."""
    known = last_known(pub)
    versions = commons.versions(pub.page_id or 0, since=known)
    seen: list[State] = []
    hidden = False  # since the last state that is known whole
    for version in versions:
        state = _state(version, seen[-1] if seen else State(), account)
        partly = version.text is None or version.labels is None
        if version.id > known and version.user != account and seen:
            yield from _noted(version, list(changes(seen[-1], state, seen)), nobody=hidden)
            if state == msgspec.structs.replace(seen[-1], by_us=state.by_us) and not partly:
                yield from _moved(version)
        hidden = partly
        seen.append(state)


def difference(pub: Publication, written: WrittenPage, page: FilePage, entity: Entity | None) -> Iterator[Noted]:
    """The same from two states alone: where no history was asked for."""
    base = State(text=written.text, captions=written.captions, statements=written.statements, by_us=True)
    if entity is None or entity.missing:
        now = msgspec.structs.replace(base, text=page.text, by_us=False)
    else:
        claims = tuple(claim for group in entity.statements.values() for claim in group)
        now = State(text=page.text, captions=dict(entity.labels), statements=claims)
    version = Version(id=page.revision or 0, user=page.last_editor)
    yield from _noted(version, list(changes(base, now, [base])), nobody=False)


def changes(before: State, after: State, earlier: Sequence[State]) -> Iterator[Change]:
    """All that differs between two states of a page; `earlier` ends with `before`."""
    if before.text != after.text:
        yield from text_changes(before, after, earlier)
    if before.captions != after.captions:
        yield from caption_changes(before, after, earlier)
    if before.statements != after.statements:
        yield from statement_changes(before, after, earlier)


def _state(version: Version, last: State, account: str) -> State:
    """What is hidden is taken to be as before."""
    return State(
        text=last.text if version.text is None else version.text,
        captions=last.captions if version.labels is None else version.labels,
        statements=last.statements if version.statements is None else version.statements,
        by_us=version.user == account,
    )


def _noted(version: Version, found: list[Change], *, nobody: bool) -> Iterator[Noted]:
    for kind in dict.fromkeys(change.kind for change in found):
        told = [_told(change) for change in found if change.kind is kind]
        detail = {"changes": told, "when": version.timestamp, "comment": version.comment[:200]}
        yield Noted(kind=str(kind), revision=version.id, who="" if nobody else version.user, detail=detail)


def _told(change: Change) -> dict[str, str]:
    facts = {"field": change.field, "language": change.language, "before": change.before[:LONGEST], "after": change.after[:LONGEST]}
    return {name: value for name, value in facts.items() if value}


def _moved(version: Version) -> Iterator[Noted]:
    """A revision that changes nothing may be that of a move, which names both titles in its comment."""
    yield Noted(kind="MOVED", revision=version.id, who=version.user, detail={"comment": version.comment, "when": version.timestamp})
