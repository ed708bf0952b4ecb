"""Other content under the address of a published picture: neither a better copy nor a mistake that we could know of.

The published page stays; the new content is planned as a file of its own, and both pages name each other among their other versions
(the published one only where that parameter is as we left it). From then on changes at the source are told to the new one: they may
not be true of what was published before. A person approves it like any new file. What is merely cut, turned,
smaller or much alike is no other content: that waits for a person (`newer.py`).
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from glamflow.ledger.branches import latest_of
from glamflow.ledger.rows import Claim, StagedMedia, StoredFile
from glamflow.media.compare import Likeness
from glamflow.steps.deps import Deps
from glamflow.steps.near import likeness
from glamflow.steps.newer import settle_changed, thumbnail_of
from glamflow.steps.written import WrittenPage
from glamflow.transforms.commons.context import PageDraft


def branch_off(deps: Deps, claim: Claim, plan: str, files: Iterable[StoredFile], copies: dict[int, StagedMedia]) -> list[StoredFile]:
    """New files of the plan for copies that show something else; they are no copies any more."""
    branched = []
    for file in files:
        copy = copies.get(file.id)
        if copy is not None and _shows_another(deps, file, copy):
            branched.append(deps.ledger.branch_file(claim, file.id, copy, plan_id=plan))
            settle_changed(deps, file.partner, file.id, who="plan")
            del copies[file.id]
    return branched


def replaced(deps: Deps, file: StoredFile) -> bool:
    """Whether the source shows something else in place of this file by now: its record does not speak of this picture any more."""
    return latest_of(file, deps.ledger.files_of_record(file.partner, file.record_key)).id != file.id


def links_only(draft: PageDraft, written: WrittenPage) -> PageDraft:
    """The page as we wrote it, but for the other versions that it names."""
    named = {name: value for name, value in draft.parameters.items() if name.replace("_", " ").lower() == "other versions"}
    return msgspec.structs.replace(draft, parameters=written.params | named, captions=written.captions, statements=written.statements)


def _shows_another(deps: Deps, file: StoredFile, copy: StagedMedia) -> bool:
    pictures = [kind.startswith("image/") for kind in (file.mime, copy.mime)]
    ours, theirs = (thumbnail_of(deps, file.partner, sha256) for sha256 in (file.sha256, copy.sha256))
    if not all(pictures) or not ours or not theirs or (copy.pages or 1) != 1:
        return False
    return likeness(theirs, ours) is Likeness.OTHER
