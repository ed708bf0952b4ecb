"""Wikidata for the report: which items the published front pictures belong to, and where a picture could be proposed.

Nothing is written here: `transforms.wikidata.propose` decides what could be said, people or an approved task do it.
One look-up per front picture, at most `MAX_ASKED` a report; a wiki that does not answer makes the section say so.
"""

from __future__ import annotations

import datetime as dt

from glamflow.partner import Partner
from glamflow.reports.figures import ItemLine, Items
from glamflow.reports.works import FileLine, Work
from glamflow.steps.deps import Deps
from glamflow.transforms.errors import GlamflowError
from glamflow.transforms.record import MediaRef, Record
from glamflow.transforms.wikidata.match import match_keys
from glamflow.transforms.wikidata.propose import ItemFacts, MatchOutcome, propose

MAX_ASKED, MAX_LINES = 500, 40


class ItemSearch:
    """Asks about one published file after the other; `figures` says what came of it."""

    def __init__(self, deps: Deps, config: Partner, *, base: str, today: dt.date) -> None:
        self._config, self._base, self._today = config, base, today  # base: address before an item's id
        self._client = deps.wikidata(config) if config.items.items == "match_only" and config.items.institution else None
        self._unreachable = False
        self._counts = {"asked": 0, "left": 0, "found": 0, "with_image": 0}
        self._proposals: list[ItemLine] = []
        self._questions: list[ItemLine] = []

    def look(self, work: Work, record: Record, medium: MediaRef, file: FileLine) -> None:
        """Look up the object of a page that stands."""
        keys = match_keys(record, self._config.items)
        if self._client is None or self._unreachable or not keys.inventory:
            return
        if self._counts["asked"] >= MAX_ASKED:
            self._counts["left"] += 1
            return
        self._counts["asked"] += 1
        try:
            ids = sorted({id for key in keys.inventory for id in self._client.by_inventory_number(key.number, key.collection)})
            entities = self._client.entities(ids) if ids else {}
        except GlamflowError:
            self._unreachable = True  # told by the section itself; a report must not wait for Wikidata
            return
        facts = [ItemFacts(id=entity.id, statements=entity.statements) for entity in entities.values() if not entity.missing]
        self._note(work, record, medium, file, facts)

    def _note(self, work: Work, record: Record, medium: MediaRef, file: FileLine, facts: list[ItemFacts]) -> None:
        proposal = propose(
            record, medium, facts, policy=self._config.items, file_title=file.page_title, retrieved=self._today
        )
        ids = (proposal.item,) if proposal.item else proposal.candidates
        urls = tuple(f"{self._base}{id}" for id in ids)
        line = ItemLine(name=work.name, title=work.title, page_title=file.page_title, items=ids, urls=urls)
        if proposal.outcome is MatchOutcome.ONE:
            self._counts["found"] += 1
            self._counts["with_image"] += facts[0].has_image
            if proposal.statements and len(self._proposals) < MAX_LINES:
                self._proposals.append(line)
        elif proposal.outcome is MatchOutcome.SEVERAL and len(self._questions) < MAX_LINES:
            self._questions.append(line)

    def figures(self) -> Items:
        """What was found."""
        if self._client is None:
            return Items(status="off")
        return Items(
            status="unreachable" if self._unreachable else "done", proposals=tuple(self._proposals), questions=tuple(self._questions),
            **self._counts,
        )  # fmt: skip
