"""`glamflow stage SLUG`: one JSON line a file, nothing planned, nothing left open."""

from __future__ import annotations

import json
from typing import Any

import pytest
from crash_world import PARTNER

from glamflow.cli.stage import stage
from glamflow.ledger.states import OPEN_PLAN_STATES, PlanState


def test_the_next_files_are_staged_and_told_and_their_plan_is_closed_again(small: Any, capsys: pytest.CaptureFixture[str]) -> None:
    ledger = small.deps.ledger
    (open_plan,) = ledger.plans(PARTNER)
    ledger.close_plan(open_plan.id, PlanState.DROPPED)
    assert stage(PARTNER, limit=2) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["state"] for line in told] == ["staged", "staged"]
    assert all(len(line["sha1"]) == 40 and line["mime"] == "image/jpeg" for line in told)
    assert ledger.plans(PARTNER, states=OPEN_PLAN_STATES) == []
    assert stage(PARTNER, limit=2) == 0


def test_a_partner_without_listed_files_has_nothing_to_stage(small: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert small.deps.ledger.plans("water-agency") == []
    assert stage("water-agency") == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "nothing to stage" in captured.err
