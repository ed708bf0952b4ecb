"""The laws of the three-way merge, and the cases behind them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glamflow.transforms.merge import (
    FROZEN,
    AddClaim,
    AmendOurs,
    Conflict,
    Create,
    Keep,
    PageState,
    RetractOurs,
    SetCaption,
    SetParam,
    apply,
    changes,
    three_way,
)
from glamflow.transforms.wikibase import values
from glamflow.transforms.wikibase.ids import P
from glamflow.transforms.wikibase.references import record_references
from glamflow.transforms.wikibase.statement import identity, statement, with_id

URL = "https://museum.example/object/1"


def ours(property: str, value: str, *qualifiers: str, retrieved: int = 1) -> dict[str, Any]:
    """A statement of ours, with an id as it stands on the wiki."""
    made = statement(
        property,
        values.string(value),
        qualifiers=[(P.STATED_AS, values.string(q)) for q in qualifiers],
        references=record_references(URL, dt.date(2026, 11, retrieved)),
    )
    return with_id("M1", made)


def people(property: str, value: str, *qualifiers: str, rank: str = "normal") -> dict[str, Any]:
    made = statement(property, values.string(value), qualifiers=[(P.STATED_AS, values.string(q)) for q in qualifiers])
    return made | {"id": f"M1$people-{property}-{value}-{qualifiers}", "rank": rank}


def page(*statements: dict[str, Any], captions: dict[str, str] | None = None, **params: str) -> PageState:
    return PageState(statements=statements, captions=captions or {}, params=params)


PROPERTIES = (P.INCEPTION, P.CREATOR, P.DEPICTS, P.COPYRIGHT_STATUS, P.COPYRIGHT_LICENSE, P.SOURCE_OF_FILE)
our_claims = st.builds(
    lambda p, v, q, day: ours(p, v, *q, retrieved=day),
    st.sampled_from(PROPERTIES),
    st.sampled_from("abc"),
    st.lists(st.sampled_from("xy"), max_size=2),
    st.integers(1, 3),
)
any_claims = our_claims | st.builds(
    lambda p, v, q, rank: people(p, v, *q, rank=rank),
    st.sampled_from(PROPERTIES),
    st.sampled_from("abc"),
    st.lists(st.sampled_from("xy"), max_size=2),
    st.sampled_from(["normal", "preferred"]),
)
texts = st.dictionaries(st.sampled_from(["title", "date", "notes"]), st.sampled_from(["1", "2", "3"]))
captions = st.dictionaries(st.sampled_from(["sv", "en"]), st.sampled_from(["1", "2", "3"]))


def _once(claims: list[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    return tuple({identity(claim): claim for claim in claims}.values())


our_states = st.builds(
    PageState, params=texts, captions=captions, statements=st.lists(our_claims, max_size=5).map(_once)
)
# no entity holds two statements of one id
their_states = st.builds(
    PageState, params=texts, captions=captions,
    statements=st.lists(any_claims, max_size=6, unique_by=lambda claim: str(claim["id"])).map(tuple),
)  # fmt: skip
bases = st.none() | our_states


@given(bases, their_states)
def test_there_is_nothing_to_do_when_theirs_equals_ours(base: PageState | None, theirs: PageState) -> None:
    assert changes(three_way(base, theirs, theirs)) == ()


@given(bases, st.none() | their_states, our_states)
def test_merging_twice_is_merging_once(base: PageState | None, theirs: PageState | None, wanted: PageState) -> None:
    actions = three_way(base, theirs, wanted)
    if theirs is None and base is not None:
        assert actions == (Conflict(what="page", theirs="deleted", ours="published"),)
        return
    merged = apply(theirs, actions)
    assert changes(three_way(base, merged, wanted)) == ()


@given(bases, their_states, our_states)
def test_what_people_did_always_survives(base: PageState | None, theirs: PageState, wanted: PageState) -> None:
    before = base or PageState()
    merged = apply(theirs, three_way(base, theirs, wanted))
    for name, value in theirs.params.items():
        if value != before.params.get(name, ""):
            assert merged.params[name] == value
    for language, value in theirs.captions.items():
        if value != before.captions.get(language):
            assert merged.captions[language] == value
    for claim in theirs.statements:
        if not claim.get("references"):  # only ours carry one here
            assert claim in merged.statements
    for name in before.params:
        if name not in theirs.params:
            assert name not in merged.params
    there = {identity(claim) for claim in theirs.statements}
    for claim in before.statements:
        if identity(claim) not in there:
            assert identity(claim) not in {identity(s) for s in merged.statements}


@given(our_states, their_states, our_states)
def test_licence_and_status_never_change_after_the_first_write(
    base: PageState, theirs: PageState, wanted: PageState
) -> None:
    if not base.statements:
        return
    merged = apply(theirs, three_way(base, theirs, wanted))

    def frozen(state: PageState) -> list[dict[str, Any]]:
        return [claim for claim in state.statements if claim["mainsnak"]["property"] in FROZEN]

    assert frozen(merged) == frozen(theirs)


@given(bases, their_states, our_states)
def test_the_order_of_statements_does_not_matter(base: PageState | None, theirs: PageState, wanted: PageState) -> None:
    turned = PageState(params=theirs.params, captions=theirs.captions, statements=theirs.statements[::-1])
    turned_ours = PageState(params=wanted.params, captions=wanted.captions, statements=wanted.statements[::-1])

    def told(actions: tuple[Any, ...]) -> list[str]:
        return sorted(map(repr, changes(actions)))

    distinct = len({identity(s) for s in theirs.statements}) == len(theirs.statements)
    if distinct:
        assert told(three_way(base, theirs, wanted)) == told(three_way(base, turned, turned_ours))


def test_a_missing_page_is_created_and_a_deleted_one_is_not() -> None:
    wanted = page(ours(P.INCEPTION, "1868"), title="A")
    assert three_way(None, None, wanted) == (Create(state=wanted),)
    assert changes(three_way(wanted, None, wanted)) == ()


def test_parameters_move_only_where_they_are_as_we_left_them() -> None:
    base, wanted = page(title="A", date="1", notes="n"), page(title="B", date="2")
    theirs = page(title="A", date="um 1", notes="n", permission="x")
    assert three_way(base, theirs, wanted) == (
        SetParam(name="title", value="B"),
        Conflict(what="parameter date", theirs="um 1", ours="2"),
        SetParam(name="notes", value=""),
    )


def test_a_page_of_others_is_only_filled_where_it_is_empty() -> None:
    actions = three_way(
        None,
        page(title="Theirs", captions={"sv": "Deras"}),
        page(title="Ours", date="1", captions={"sv": "Vår", "en": "Ours"}),
    )
    assert changes(actions) == (SetParam(name="date", value="1"), SetCaption(language="en", value="Ours"))


def test_a_caption_that_somebody_wrote_or_removed_stays_so() -> None:
    base, wanted = page(captions={"sv": "A", "en": "A"}), page(captions={"sv": "B", "en": "B"})
    actions = three_way(base, page(captions={"sv": "Bättre"}), wanted)
    assert actions == (
        Conflict(what="caption sv", theirs="Bättre", ours="B"),
        Keep(what="caption en", why="edited by somebody"),
    )


def test_our_own_statement_is_amended_under_its_id_when_only_we_touched_it() -> None:
    old, new = ours(P.SOURCE_OF_FILE, "a", "x"), ours(P.SOURCE_OF_FILE, "a", "y")
    assert three_way(page(old), page(old), page(new)) == (AmendOurs(statement=new | {"id": old["id"]}),)


def test_a_changed_value_of_ours_is_retracted_and_the_new_one_added() -> None:
    old, new = ours(P.INCEPTION, "1868"), ours(P.INCEPTION, "1869")
    assert three_way(page(old), page(old), page(new)) == (RetractOurs(statement=old), AddClaim(statement=new))


@pytest.mark.parametrize(
    "touched",
    [
        ours(P.INCEPTION, "1868", "um 1868"),
        ours(P.INCEPTION, "1868") | {"rank": "preferred"},
        ours(P.INCEPTION, "1868") | {"references": [{"snaks": {}}]},
    ],
)
def test_a_statement_of_ours_that_somebody_touched_is_theirs(touched: dict[str, Any]) -> None:
    old, new = ours(P.INCEPTION, "1868"), ours(P.INCEPTION, "1869")
    assert changes(three_way(page(old), page(touched), page(new))) == ()
    assert changes(three_way(page(old), page(touched), page())) == ()


def test_something_of_ours_that_somebody_removed_is_not_sent_again() -> None:
    old = ours(P.DEPICTS, "a")
    assert three_way(page(old), page(), page(old)) == (Keep(what="P180", why="removed or changed by somebody"),)


def test_another_date_of_somebody_else_is_reported_and_another_depicted_thing_is_no_matter() -> None:
    actions = three_way(None, page(people(P.INCEPTION, "1900")), page(ours(P.INCEPTION, "1868")))
    assert [type(action) for action in actions] == [Conflict]
    added = three_way(None, page(people(P.DEPICTS, "b")), page(ours(P.DEPICTS, "a")))
    assert added == (AddClaim(statement=ours(P.DEPICTS, "a")),)


def test_the_same_thing_said_by_somebody_is_enough() -> None:
    assert three_way(None, page(people(P.INCEPTION, "1868")), page(ours(P.INCEPTION, "1868"))) == ()


def test_a_second_maker_of_ours_is_added_beside_the_first() -> None:
    first, second = ours(P.CREATOR, "a"), ours(P.CREATOR, "b")
    assert three_way(page(first), page(first), page(first, second)) == (AddClaim(statement=second),)


def test_a_later_retrieval_date_alone_is_no_change() -> None:
    old, later = ours(P.INCEPTION, "1868", retrieved=1), ours(P.INCEPTION, "1868", retrieved=9)
    assert three_way(page(old), page(old), page(later)) == ()


def test_a_licence_that_changed_at_source_is_a_report_and_no_edit() -> None:
    old, new = ours(P.COPYRIGHT_LICENSE, "by"), ours(P.COPYRIGHT_LICENSE, "by-nc")
    actions = three_way(page(old), page(old), page(new))
    assert actions
    assert changes(actions) == ()


def test_both_halves_of_a_first_copyright_status_are_written() -> None:
    halves = (ours(P.COPYRIGHT_STATUS, "pd"), ours(P.COPYRIGHT_STATUS, "pd2"))
    assert len(changes(three_way(None, page(), page(*halves)))) == 2
    assert len(changes(three_way(page(title="A"), page(title="A"), page(*halves, title="A")))) == 2


@pytest.mark.parametrize("property", sorted(FROZEN))
def test_other_qualifiers_of_a_licence_are_a_report_and_no_edit(property: str) -> None:
    old, new = ours(property, "by"), ours(property, "by", "x")
    actions = three_way(page(old), page(old), page(new))
    assert actions == (Conflict(what=property, theirs="as published", ours="other qualifiers"),)
