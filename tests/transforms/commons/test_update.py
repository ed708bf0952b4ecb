"""An update of a published page changes what is ours and nothing else, and is planned only once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from glamflow.transforms.commons.context import PageDraft
from glamflow.transforms.commons.page_text import page_state
from glamflow.transforms.commons.update import Update, plan_update
from glamflow.transforms.merge import PageState
from glamflow.transforms.record import CalendarDate, DateSpan, Text
from glamflow.transforms.wikibase.statement import with_id

Load = Callable[[str], tuple[Any, Any]]
PageOf = Callable[[Any, Any], PageDraft]
FLAT = "flat-work-with-licensed-photo"
replace = msgspec.structs.replace


def published(draft: PageDraft) -> PageState:
    """The page as it stands on the wiki after we published it as M7."""
    statements = tuple(with_id("M7", claim) for claim in draft.statements)
    return PageState(params=draft.parameters, captions=draft.captions, statements=statements)


def wanted(draft: PageDraft) -> PageState:
    return PageState(params=draft.parameters, captions=draft.captions, statements=draft.statements)


def update(before: PageDraft, after: PageDraft, *, text: str = "", theirs: PageState | None = None) -> Update:
    base = published(before)
    return plan_update("M7", text or before.wikitext, base=base, theirs=theirs or base, ours=wanted(after))


def test_an_unchanged_record_changes_nothing(load: Load, page_of: PageOf) -> None:
    page = page_of(*load(FLAT))
    assert update(page, page) == Update()


def test_a_later_snapshot_alone_changes_nothing(load: Load, page_of: PageOf) -> None:
    page = page_of(*load(FLAT))
    later = msgspec.json.decode(msgspec.json.encode(page).replace(b"+2026-11-01", b"+2026-12-24"), type=PageDraft)
    assert later != page
    assert not update(page, later).changes_entity


def test_a_new_date_moves_the_parameter_and_the_statement(load: Load, page_of: PageOf) -> None:
    record, case = load(FLAT)
    year = CalendarDate(year=1869)
    before = page_of(record, case)
    after = page_of(replace(record, dates=(DateSpan(earliest=year, latest=year),)), case)
    planned = update(before, after)
    assert planned.params == {"date": "1869"}
    assert planned.text == before.wikitext.replace("|date = 1868", "|date = 1869")
    assert [claim["mainsnak"]["property"] for claim in planned.add] == ["P571"]
    assert planned.retract == tuple(
        c["id"] for c in published(before).statements if c["mainsnak"]["property"] == "P571"
    )
    assert set(planned.entity_data) == {"claims"}
    assert planned.entity_data["claims"][-1] == {"id": planned.retract[0], "remove": ""}


def test_what_a_person_wrote_on_the_page_stays(load: Load, page_of: PageOf) -> None:
    record, case = load(FLAT)
    before = page_of(record, case)
    after = page_of(replace(record, titles=(Text(value="Fiskarena", language="sv"),)), case)
    text = before.wikitext.replace("Fiskare vid stranden", "Fiskare i Skagen") + "\n[[Category:Skagen]]"
    theirs = page_state(text, captions=before.captions | {"sv": "Bättre"}, statements={})
    planned = update(before, after, text=text, theirs=replace(theirs, statements=published(before).statements))
    assert planned.text == text.replace("{{en|1=Fishermen at the shore}}", ""), "only the translation that the museum took back goes"
    assert planned.captions == {"en": ""}
    assert {conflict.what for conflict in planned.conflicts} >= {"parameter title (sv)", "caption sv"}
    assert planned.said == {"title": "{{sv|1=Fiskare vid stranden}}"}


def test_ids_of_new_statements_are_the_same_when_planned_again(load: Load, page_of: PageOf) -> None:
    page = page_of(*load(FLAT))
    first = plan_update("M7", page.wikitext, base=None, theirs=PageState(params=page.parameters), ours=wanted(page))
    again = plan_update("M7", page.wikitext, base=None, theirs=PageState(params=page.parameters), ours=wanted(page))
    assert first.entity_data == again.entity_data
    assert len({claim["id"] for claim in first.add}) == len(page.statements)
