"""Which plans wait for a person: trust is earned by clean plans and suspended by any anomaly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from crash_world import PARTNER, RUN
from small_world import WIKI, SmallWorld

from glamflow.ledger.rows import Plan
from glamflow.ledger.states import PlanState
from glamflow.steps import plan as planning
from glamflow.steps import trust


@pytest.fixture
def asked(small: SmallWorld) -> Plan:
    """The plan that waits, as one after the pilot, with three clean ones before it that showed the same kinds."""
    ref = planning.plan_publication(small.deps, PARTNER, RUN)
    waiting = small.deps.ledger.plan(ref["plan"])
    with small.deps.ledger.database.write() as connection:
        for number in range(3):
            id = f"{PARTNER}-earlier{number}"
            connection.exec_driver_sql(
                "INSERT INTO plan (id, partner, run_id, wiki, level, state, digest, object_key, counts, created_at, closed_at)"
                " VALUES (?, ?, ?, ?, 'trial', 'closed', 'd', ?, '{\"create\": 3, \"done\": 3}', ?, ?)",
                (id, PARTNER, f"publish/{number}", WIKI, waiting.object_key, *["2026-01-02 00:00:00"] * 2),
            )  # fmt: skip
            approve(connection, id, "publish_all")
    for number in range(3):
        small.deps.store.put(
            f"{PARTNER}/plan/{PARTNER}-earlier{number}/actions.ndjson.gz", small.deps.store.get(waiting.object_key)
        )
    return msgspec.structs.replace(waiting, level="trial")


def approve(connection: Any, plan: str, choice: str) -> None:
    connection.exec_driver_sql(
        "INSERT INTO approval (plan_id, plan_digest, who, at, choice) VALUES (?, 'd', 'person:anna', '2026-01-02 00:00:00', ?)",
        (plan, choice),
    )


def reviewing(small: SmallWorld, review: str) -> Any:
    return msgspec.structs.replace(small.config, publish=msgspec.structs.replace(small.config.publish, review=review))


def test_trust_that_was_earned_lets_a_plan_go_without_waiting(small: SmallWorld, asked: Plan) -> None:
    assert trust.why_not(small.deps, small.config, asked) == ""
    assert trust.policy_approval(small.deps, reviewing(small, "trusted"), asked) == "the last 3 plans were clean"
    assert trust.policy_approval(small.deps, reviewing(small, "every"), asked) == ""


def test_with_sample_one_plan_in_four_is_asked_all_the_same(small: SmallWorld, asked: Plan) -> None:
    config = reviewing(small, "sample")
    digests = [f"{number:08x}" for number in range(400)]
    waits = [
        not trust.policy_approval(small.deps, config, msgspec.structs.replace(asked, digest=digest))
        for digest in digests
    ]
    assert sum(waits) == 100


def sql(text: str) -> Callable[[SmallWorld], None]:
    def act(small: SmallWorld) -> None:
        with small.deps.ledger.database.write() as connection:
            connection.exec_driver_sql(text)

    return act


ANOMALIES: dict[str, tuple[Callable[[SmallWorld], Any], str]] = {
    "a rejection": (sql("UPDATE plan SET state = 'rejected' WHERE id LIKE '%earlier1'"), "was not clean"),
    "nobody answered": (sql("UPDATE plan SET state = 'expired' WHERE id LIKE '%earlier1'"), "was not clean"),
    "a failure": (sql("UPDATE plan SET counts = '{\"done\": 2, \"failed\": 1}' WHERE id LIKE '%earlier2'"), "was not clean"),
    "left over": (sql("UPDATE plan SET counts = '{\"done\": 2, \"planned\": 1}' WHERE id LIKE '%earlier2'"), "was not clean"),
    "held until": (sql("UPDATE plan SET hold_until = '2027-01-01' WHERE id LIKE '%earlier0'"), "was not clean"),
    "too few": (sql("DELETE FROM plan WHERE id LIKE '%earlier0'"), "only 2 plans"),
    "a brake": (lambda small: small.deps.ledger.set_brake("all", stopped=True, who="x", why="y"), "a brake is on"),
    "a message": (lambda small: small.deps.ledger.observe(partner=PARTNER, kind="TALK_MESSAGE"), "nobody has answered yet: TALK_MESSAGE"),
    "a revert": (lambda small: small.deps.ledger.observe(partner=PARTNER, kind="REVERTED"), "nobody has answered yet: REVERTED"),
}  # fmt: skip


@pytest.mark.parametrize("name", ANOMALIES)
def test_any_anomaly_suspends_it(small: SmallWorld, asked: Plan, name: str) -> None:
    act, why = ANOMALIES[name]
    act(small)
    assert why in trust.why_not(small.deps, small.config, asked)
    assert trust.policy_approval(small.deps, reviewing(small, "trusted"), asked) == ""


def test_what_people_improved_does_not_suspend_it(small: SmallWorld, asked: Plan) -> None:
    for kind in ("CATEGORISED", "TRANSLATED", "IMPROVED"):
        small.deps.ledger.observe(partner=PARTNER, kind=kind)
    assert trust.why_not(small.deps, small.config, asked) == ""


def test_a_pilot_a_held_file_and_a_new_kind_of_file_are_looked_at(small: SmallWorld, asked: Plan) -> None:
    pilot = msgspec.structs.replace(asked, level="pilot")
    assert trust.why_not(small.deps, small.config, pilot) == "a pilot is looked at"
    held = msgspec.structs.replace(asked, counts={"create": 3, "holds": {"TITLE_TAKEN": 1}})
    assert "held while it was made" in trust.why_not(small.deps, small.config, held)
    for number in range(3):
        small.deps.store.put(f"{PARTNER}/plan/{PARTNER}-earlier{number}/actions.ndjson.gz", b"")
    assert "did not show" in trust.why_not(small.deps, small.config, asked)
    assert asked.state is PlanState.PLANNED
    assert asked.created_at < dt.datetime.now(dt.UTC)
