"""A plan's actions survive the store, and its digest speaks of the set of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glamflow.transforms.actions import (
    WRITES,
    Create,
    Enrich,
    Hold,
    Link,
    NewVersion,
    PlanAction,
    Skip,
    UpdateStatements,
    UpdateText,
    decode_action,
    encode_action,
    kind_of,
    plan_digest,
)
from glamflow.transforms.outcome import Reason

CREATE = Create(file="f1", title="A.jpg", sha1="a" * 40, sha256="b" * 64, size=3, text="{{x}}", captions={"sv": "A"})
ACTIONS: tuple[PlanAction, ...] = (
    CREATE,
    Link(file="f2", page_id=7),
    Enrich(file="f3", page_id=7, statements=({"a": [1]},)),
    NewVersion(file="f4", page_id=7, sha1="a", sha256="b", size=1),
    UpdateText(file="f5", page_id=7, params={"title": "B"}, text="…"),
    UpdateStatements(file="f6", page_id=7, retract=("M7$x",)),
    Hold(file="f7", reason=Reason.TITLE_TAKEN),
    Skip(file="f8"),
)


@pytest.mark.parametrize("action", ACTIONS, ids=kind_of)
def test_an_action_comes_back_from_its_line_as_it_was(action: PlanAction) -> None:
    line = encode_action(action)
    assert b"\n" not in line
    assert decode_action(line) == action


def test_every_kind_has_its_name_and_holding_writes_nothing() -> None:
    assert [kind_of(a) for a in ACTIONS] == [
        "create", "link", "enrich", "new_version", "update_text", "update_statements", "hold", "skip",
    ]  # fmt: skip
    assert not [a for a in ACTIONS if isinstance(a, WRITES) and kind_of(a) in ("hold", "skip", "link")]


@given(st.permutations(ACTIONS))
def test_the_order_of_actions_does_not_change_the_plan(actions: list[PlanAction]) -> None:
    assert plan_digest(actions) == plan_digest(ACTIONS)


def test_one_other_letter_or_one_action_more_is_another_plan() -> None:
    digest = plan_digest(ACTIONS)
    assert plan_digest(ACTIONS[1:]) != digest
    assert plan_digest((*ACTIONS, CREATE)) != digest
    changed = Create(
        file="f1", title="A.jpg", sha1="a" * 40, sha256="b" * 64, size=3, text="{{y}}", captions={"sv": "A"}
    )
    assert plan_digest((changed, *ACTIONS[1:])) != digest
