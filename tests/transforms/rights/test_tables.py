"""Two tables judged as wholes: every variant of a statement on two objects, and whole records; the figures are printed.

A variant alone never publishes what it denies or leaves open; what it allows is published. The variants are the texts of `texts.tsv` and
every form of address of the licences and denials of `forms.json`.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, Protocol

import pytest

from glamflow.transforms.outcome import Reason
from glamflow.transforms.policy import RightsPolicy
from glamflow.transforms.record import MediaId, MediaRef, Record, RightsLevel, RightsStatement
from glamflow.transforms.rights.decide import decide
from glamflow.transforms.rights.decision import RightsDecision, Verdict
from glamflow.transforms.rights.narrowed import keep_published

HERE = Path(__file__).parent
ON = dt.date(2026, 11, 22)
PAINTING = "oil painting; d=1868; made=1850; US"
"""Free by its own facts: a statement must not deny it."""
VASE = "vase; unknown; made=1750; DE"
"""Free as well, but its photograph must be licensed."""
REFUSED = frozenset({"denied", "denial_phrase", "notice"})
CLAIMS = frozenset({"pd", "nkc"})
HOLDS = {
    "no_version": Reason.CC_NO_VERSION,
    "courtesy": Reason.COURTESY_OF,
    "cultural": Reason.CULTURAL_PERMISSION,
    "other_law": Reason.OTHER_LEGAL_RESTRICTIONS,
    "review": Reason.LICENCE_NEEDS_REVIEW,
    "unknown_text": Reason.RIGHTS_TEXT_UNKNOWN,
}


class Built(Protocol):
    """What the fixture `facts` makes of one line."""

    removed: str
    published_before: bool

    def build(self) -> tuple[Record, MediaRef, RightsPolicy]: ...


Builder = Callable[[str, str], Built]


class Variant(NamedTuple):
    """A statement and what it means: names of stances, or "licence …"."""

    text: str
    means: frozenset[str]

    @property
    def refused(self) -> bool:
        # "© X" beside a free licence is an attribution
        licence = any(m.startswith("licence") or m == "no_version" for m in self.means)
        return bool(self.means & (REFUSED - {"notice"} if licence else REFUSED))

    @property
    def licensed(self) -> bool:
        return any(m.startswith("licence") for m in self.means) and not self.refused and not self.means & set(HOLDS)


def rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def variants() -> list[Variant]:
    table = json.loads((HERE / "forms.json").read_text("utf-8"))
    texts = [Variant(row["text"], frozenset(row["means"].split(","))) for row in rows("texts.tsv")]
    for form in table["forms"]:
        for means, names in (("licence", table["licences"]), ("denied", table["denials"])):
            texts += [
                Variant(form.replace("<l>", name).replace("<L>", name.upper()), frozenset({means})) for name in names
            ]
    return list(dict.fromkeys(texts))


def decision_on(facts: Builder, line: str, text: str) -> RightsDecision:
    record, _, policy = facts(line, "").build()
    said = RightsStatement(value=text, level=RightsLevel.MEDIUM)
    medium = MediaRef(id=MediaId("m1"), url="https://media.example/1.jpg", rights=(said,))
    return decide(record, medium, policy, on=ON)


def share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def test_no_variant_publishes_what_it_denies_and_the_free_ones_are_published(facts: Builder) -> None:
    table = variants()
    assert len(table) >= 400
    wrongly: list[str] = []
    counts: Counter[str] = Counter()
    for variant in table:
        painting, vase = (decision_on(facts, line, variant.text) for line in (PAINTING, VASE))
        for decision, free in ((painting, variant.licensed or variant.means <= CLAIMS), (vase, variant.licensed)):
            published = decision.verdict is Verdict.PUBLISH
            counts["publishable"] += free
            counts["published"] += free and published
            if published and (variant.refused or (not free and decision is vase)):
                wrongly.append(f"{variant.text} ({', '.join(sorted(variant.means))})")
        expected = _reason(variant)
        if expected is not None:
            counts["reasons"] += 1
            counts["right reasons"] += painting.reason is expected
    print(f"\n{len(table)} variants on two objects: wrongly published {len(wrongly)}, publishable {counts['publishable']}, of these published "
          f"{counts['published']}, reasons of holds and rejections right {counts['right reasons']} of {counts['reasons']}")  # fmt: skip
    assert wrongly == []
    assert share(counts["published"], counts["publishable"]) >= 0.95
    assert share(counts["right reasons"], counts["reasons"]) >= 0.9


def _reason(variant: Variant) -> Reason | None:
    """The reason of a hold or rejection that the words alone settle."""
    if variant.refused:
        contradicts = (
            any(m.startswith("licence") or m in ("pd", "no_version") for m in variant.means)
            and "denied" not in variant.means
        )
        return Reason.RIGHTS_CONTRADICT if contradicts else Reason.RIGHTS_NOT_FREE
    if len(variant.means) == 1:
        return HOLDS.get(next(iter(variant.means)))
    return None


def test_whole_records_end_where_the_law_says(facts: Builder) -> None:
    table = [*rows("worked_examples.tsv"), *rows("more_records.tsv")]
    assert len(table) >= 120
    wrongly: list[str] = []
    counts: Counter[str] = Counter()
    for row in table:
        decision = _decide(row, facts)
        free, published = row["verdict"] == "publish", decision.verdict is Verdict.PUBLISH
        reason = f"RULE:{decision.rule_id}" if decision.reason is Reason.RULE else decision.reason.value
        counts["publishable"] += free
        counts["published"] += free and published
        counts["others"] += not free
        counts["right reasons"] += not free and (decision.verdict.value, reason) == (row["verdict"], row["reason"])
        if published and not free:
            wrongly.append(f"{row['row']}: {row['facts']}")
    print(f"\n{len(table)} whole records: wrongly published {len(wrongly)}, publishable {counts['publishable']}, of these published "
          f"{counts['published']}, holds and rejections with the right reason {counts['right reasons']} of {counts['others']}")  # fmt: skip
    assert wrongly == []
    assert share(counts["published"], counts["publishable"]) >= 0.95
    assert share(counts["right reasons"], counts["others"]) >= 0.9


@pytest.mark.parametrize("row", rows("more_records.tsv"), ids=lambda row: f"{row['row']}: {row['facts']}")
def test_another_record_ends_where_the_law_says(row: dict[str, str], facts: Builder) -> None:
    decision = _decide(row, facts)
    assert (decision.verdict.value, decision.kind.value, decision.reason.value) == (
        row["verdict"],
        row["kind"],
        row["reason"],
    )


def _decide(row: dict[str, str], facts: Builder) -> RightsDecision:
    built = facts(row["facts"], row["statements"])
    record, medium, policy = built.build()
    now = decide(record, medium, policy, on=ON, removed=built.removed)
    if not built.published_before:
        return now
    record, medium, policy = facts(row["facts"], "BY4@m").build()
    return keep_published(decide(record, medium, policy, on=ON), now)


def test_who_died_in_1956_is_free_from_the_first_day_of_2027(facts: Builder) -> None:
    record, medium, policy = facts("painting; d=1956; made=1910; FR", "PDM").build()
    before, after = (decide(record, medium, policy, on=day) for day in (dt.date(2026, 12, 31), dt.date(2027, 1, 1)))
    assert (before.verdict, after.verdict) == (Verdict.REJECT, Verdict.PUBLISH)
    assert before.reconsider_on == "2027-01-01"
