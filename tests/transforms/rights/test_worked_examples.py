"""The 111 worked examples of the law, each a row of `worked_examples.tsv` (written by us from the rules)."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest

from glamflow.transforms.outcome import Reason
from glamflow.transforms.policy import RightsPolicy
from glamflow.transforms.record import MediaRef, Record
from glamflow.transforms.rights.decide import decide
from glamflow.transforms.rights.decision import RightsDecision, Verdict
from glamflow.transforms.rights.narrowed import keep_published

RUN_DATE = dt.date(2026, 11, 22)
PAIRS = {
    "100": ("Q60332278", "Q29940705"),
    "80": ("Q61830521", "Q29940641"),
    "70": ("Q59542795", "Q29870196"),
    "us": ("Q30", "Q47246828"),
    "gov": ("Q30", "Q60671452"),
}
Row = dict[str, str]


class Built(Protocol):
    """What the fixture `facts` makes of one line."""

    removed: str
    published_before: bool

    def build(self) -> tuple[Record, MediaRef, RightsPolicy]: ...


Builder = Callable[[str, str], Built]


def _read(name: str) -> list[Row]:
    with (Path(__file__).parent / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


ROWS = _read("worked_examples.tsv")
by_row = pytest.mark.parametrize("row", ROWS, ids=[f"{r['row']}: {r['facts']}" for r in ROWS])


def decide_row(row: Row, facts: Builder, *, on: dt.date = RUN_DATE) -> RightsDecision:
    built = facts(row["facts"], row["statements"])
    record, medium, policy = built.build()
    now = decide(record, medium, policy, on=on, removed=built.removed)
    if not built.published_before:
        return now
    record, medium, policy = facts(row["facts"], "BY4@m").build()
    return keep_published(decide(record, medium, policy, on=on), now)


def test_the_table_is_whole() -> None:
    assert [row["row"] for row in ROWS] == [str(n) for n in range(1, 112)]


@by_row
def test_a_worked_example_ends_where_the_law_says(row: Row, facts: Builder) -> None:
    decision = decide_row(row, facts)
    reason = f"RULE:{decision.rule_id}" if decision.reason is Reason.RULE else decision.reason.value
    assert (decision.verdict.value, decision.kind.value, reason) == (row["verdict"], row["kind"], row["reason"])


@by_row
def test_a_worked_example_carries_its_template(row: Row, facts: Builder) -> None:
    decision = decide_row(row, facts)
    expected = row["template"]
    if expected.startswith("object "):
        assert f"object {decision.object_template} photo {decision.photo_template}" == expected
        assert decision.template == f"Object: {decision.object_template}\nPhotograph: {decision.photo_template}"
    else:
        assert decision.template == expected


@by_row
def test_a_worked_example_is_reconsidered_on_its_day(row: Row, facts: Builder) -> None:
    day = row["reconsider"]
    assert decide_row(row, facts).reconsider_on == (f"{day}-01-01" if len(day) == 4 else day)


@by_row
def test_a_worked_example_carries_its_statements(row: Row, facts: Builder) -> None:
    statements = decide_row(row, facts).statements
    found = [(s["property"], s["value"], tuple(s.get("qualifiers", {}).values())) for s in statements if s["property"] != "P8264"]
    assert found == expected_statements(row["sdc"])


def expected_statements(shorthand: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """PD100 = both pairs, a trailing s = the source pair only, +P6426 NoC-US, +P6426n NKC."""
    outcome, _, more = shorthand.partition("+")
    extra: list[tuple[str, str, tuple[str, ...]]] = []
    if more:
        extra = [("P6426", "Q47530955" if more.endswith("n") else "Q47530911", ())]
    if outcome in ("", "none"):
        return extra
    if outcome == "USGOV":
        return [("P6216", "Q19652", PAIRS["gov"])]
    if outcome == "CC0":
        return [("P6216", "Q88088423", ()), ("P275", "Q6938433", ())]
    if outcome.startswith("CC:"):
        return [("P6216", "Q50423863", ()), ("P275", outcome[3:], ())]
    years = outcome.removeprefix("PD").rstrip("s")
    pairs = [PAIRS[years]] if outcome.endswith("s") else [PAIRS[years], PAIRS["us"]]
    return [*(("P6216", "Q19652", pair) for pair in pairs), *extra]


@by_row
def test_nothing_but_a_publication_carries_templates_or_statements(row: Row, facts: Builder) -> None:
    decision = decide_row(row, facts)
    if decision.verdict is not Verdict.PUBLISH:
        assert (decision.template, decision.object_template, decision.photo_template, decision.statements) == ("", "", "", ())


@pytest.mark.parametrize(
    ("number", "verdict", "reason"),
    [
        ("7", Verdict.PUBLISH, Reason.PD_BOTH_HALVES),
        ("18", Verdict.PUBLISH, Reason.PD_BOTH_HALVES),
        ("26", Verdict.PUBLISH, Reason.PD_BOTH_HALVES),
        ("31", Verdict.HOLD, Reason.PD_ASSUMED_NEEDS_RULE),
    ],
)
def test_public_domain_day_turns_the_row(number: str, verdict: Verdict, reason: Reason, facts: Builder) -> None:
    row = ROWS[int(number) - 1]
    eve = decide_row(row, facts, on=dt.date(2026, 12, 31))
    day = decide_row(row, facts, on=dt.date(2027, 1, 1))
    assert eve.verdict is not verdict
    assert (day.verdict, day.reason) == (verdict, reason)


@by_row
def test_the_verdict_changes_on_the_day_it_is_to_be_reconsidered_and_not_before(row: Row, facts: Builder) -> None:
    decision = decide_row(row, facts)
    if decision.reconsider_on and decision.reason is not Reason.PERSONALITY:
        day = dt.date.fromisoformat(decision.reconsider_on)
        eve = decide_row(row, facts, on=day - dt.timedelta(days=1))
        assert eve.verdict is decision.verdict
        assert decide_row(row, facts, on=day).verdict is not decision.verdict


def test_a_licence_narrowed_at_the_source_leaves_the_published_file_alone(facts: Builder) -> None:
    decision = decide_row(ROWS[110], facts)
    assert Reason.RIGHTS_NARROWED_AT_SOURCE in decision.other_reasons


def test_no_row_that_must_not_publish_publishes(facts: Builder) -> None:
    wrong = [r["row"] for r in ROWS if r["verdict"] != "publish" and decide_row(r, facts).verdict is Verdict.PUBLISH]
    assert wrong == []
