"""What people changed and the source changed, too: for a person, never overwritten. The same two values are told once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from glamflow.ledger.rows import Publication
from glamflow.partner import Partner
from glamflow.steps.deps import Deps
from glamflow.transforms.outcome import Reason
from glamflow.wiki.protocol import FilePage

KIND = str(Reason.CONFLICT_WITH_COMMUNITY)


def note_conflicts(deps: Deps, config: Partner, pub: Publication, page: FilePage, conflicts: Mapping[str, Any]) -> None:
    """`conflicts`: what → (theirs, ours)."""
    told: dict[str, Any] = {}
    for seen in reversed(deps.ledger.observations(config.slug, kind=KIND, file_id=pub.file_id)):
        told |= seen.detail or {}
    if new := {what: list(pair) for what, pair in conflicts.items() if told.get(what) != list(pair)}:
        deps.ledger.observe(
            partner=config.slug, kind=KIND, file_id=pub.file_id, wiki=config.publish.wiki, title=page.title, revision=page.revision,
            who=page.last_editor, reason=KIND, detail=new, again=True,
        )  # fmt: skip
