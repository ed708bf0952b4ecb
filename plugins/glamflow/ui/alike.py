"""What a held file is laid beside: the other file, or the page on the wiki, that may show the same picture."""

from __future__ import annotations

from collections.abc import Iterator

from glamflow.ledger.ledger import Ledger
from glamflow.ledger.rows import Observation, StoredFile
from glamflow.ledger.states import FileState
from glamflow.ui.pages import Beside, record_path
from glamflow.ui.wikis import wiki_page

ON_THE_WIKI, AMONG_OURS = "ALREADY_THERE", "NEAR_DUPLICATE"
"""Kinds of observations (`steps/earlier.py`, `steps/near.py`, which load more than a page needs)."""


def others_of(ledger: Ledger, file: StoredFile) -> Iterator[Beside]:
    """Nothing for a file that waits for nobody."""
    if file.state is not FileState.HELD:
        return
    for kind in (ON_THE_WIKI, AMONG_OURS):
        for seen in ledger.observations(file.partner, kind=kind, file_id=file.id, unsettled=True):
            other = _of_the_wiki(file, seen) if kind == ON_THE_WIKI else _of_ours(ledger, seen)
            if other:
                yield other


def _of_the_wiki(file: StoredFile, seen: Observation) -> Beside:
    picture = str((seen.detail or {}).get("picture", ""))
    return Beside(title=seen.title, page=wiki_page(seen.wiki, seen.title), slug=file.partner, sha256=picture, outside=True)


def _of_ours(ledger: Ledger, seen: Observation) -> Beside | None:
    found = ledger.files([int((seen.detail or {}).get("other", 0))])
    if not found:
        return None
    other = found[0]
    return Beside(title=other.title or other.record_key, page=record_path(other.partner, other.record_key), slug=other.partner, sha256=other.sha256)
