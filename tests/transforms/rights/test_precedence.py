"""Which statement counts where several stand on one medium, and what reviewed rules may do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Protocol

import msgspec
import pytest

from glamflow.transforms.outcome import Reason
from glamflow.transforms.policy import ReviewedRule, RightsPolicy
from glamflow.transforms.record import DateSpan, MediaRef, Record, RightsLevel, RightsStatement, Speaker
from glamflow.transforms.rights.decide import decide
from glamflow.transforms.rights.decision import RightsDecision, Verdict

ON = dt.date(2026, 11, 22)
BY, ZERO = "http://creativecommons.org/licenses/by/4.0/", "http://creativecommons.org/publicdomain/zero/1.0/"
INC, CNE = "http://rightsstatements.org/vocab/InC/1.0/", "http://rightsstatements.org/vocab/CNE/1.0/"
OLD_PAINTING = "painting; d=1868; made=1850; SE"
OLD_BRONZE = "bronze; d=1868; made=1850; SE"
OWN_PHOTO = "staff photo; named; made=2015; declared"


class Built(Protocol):
    def build(self) -> tuple[Record, MediaRef, RightsPolicy]: ...


Builder = Callable[[str, str], Built]


def judged(facts: Builder, line: str, statements: str, *rules: ReviewedRule, embedded: tuple[str, ...] = ()) -> RightsDecision:
    record, medium, policy = facts(line, statements).build()
    policy = msgspec.structs.replace(policy, rules=(*policy.rules, *rules))
    return decide(record, medium, policy, on=ON, embedded=embedded)


def outcome(decision: RightsDecision) -> tuple[str, str]:
    return decision.verdict.value, decision.reason.value


def rule(**more: object) -> ReviewedRule:
    facts = {"id": "r", "when": {"country": "SE"}, "approved_by": "A. Registrar", "date": ON, "link": "https://wiki.example/x"}
    return msgspec.convert(msgspec.to_builtins({**facts, **more}), ReviewedRule)


@pytest.mark.parametrize(
    ("line", "statements", "expected"),
    [
        (OLD_PAINTING, f"{BY}@m + {INC}", ("reject", "RIGHTS_NOT_FREE")),
        (OLD_PAINTING, f'{BY}@m + "All rights reserved"', ("hold", "RIGHTS_CONTRADICT")),
        (OLD_PAINTING, '"All rights reserved"', ("reject", "RIGHTS_NOT_FREE")),
        (OLD_PAINTING, 'PDM + "© Museum X"', ("hold", "RIGHTS_CONTRADICT")),
        (OLD_PAINTING, f'{BY}@m + "© Museum X"@m', ("publish", "PD_BOTH_HALVES")),
        (OLD_PAINTING, f'{BY}@m + "© Museum X"', ("hold", "RIGHTS_CONTRADICT")),
        (OLD_PAINTING, f'{BY}@m + "Ask at the desk"@m', ("publish", "PD_BOTH_HALVES")),
        (OLD_PAINTING, f'{BY} + "Ask at the desk"@m', ("hold", "RIGHTS_TEXT_UNKNOWN")),
        (OLD_PAINTING, f"{BY}@m + PDM", ("publish", "PD_BOTH_HALVES")),
        (OLD_PAINTING, f"{BY}@m + {ZERO}", ("publish", "PD_BOTH_HALVES")),
        (OLD_PAINTING, f"{BY}@m + {ZERO}@m", ("hold", "RIGHTS_CONTRADICT")),
        (OLD_PAINTING, f'{BY}@m + "CC BY"@m', ("publish", "PD_BOTH_HALVES")),
        (OLD_PAINTING, f"{BY}@m + {CNE}", ("publish", "PD_BOTH_HALVES")),
        (OLD_PAINTING, f"{BY}@m + {CNE}@m", ("hold", "RIGHTS_CONTRADICT")),
        (OLD_PAINTING, f"{BY}@m + https://creativecommons.org/licenses/nc-by/4.0/", ("hold", "RIGHTS_URI_UNKNOWN")),
        (OLD_PAINTING, '"Courtesy of the family"', ("hold", "COURTESY_OF")),
        (OLD_PAINTING, '"D.Lgs. 42/2004" + PDM', ("hold", "OTHER_LEGAL_RESTRICTIONS")),
        (OLD_PAINTING, '"Photo: Anna Example"', ("hold", "RIGHTS_ABSENT")),
        (OLD_PAINTING, "http://creativecommons.org/licenses/sa/1.0/", ("hold", "LICENCE_NEEDS_REVIEW")),
        (OLD_BRONZE, f"{BY}", ("hold", "REPRODUCTION_NOT_LICENSED")),
        (OLD_BRONZE, "met:true", ("publish", "PD_AND_PHOTO_LICENSED")),
        (OLD_BRONZE, "NKC", ("hold", "REPRODUCTION_NOT_LICENSED")),
        (OWN_PHOTO, f'{BY}@m + "To the extent that we hold rights"@m', ("hold", "UNDERLYING_WORK_IN_COPYRIGHT")),
        ("drawing; unknown; made=1985; SE; declared", f"{BY}@m", ("hold", "UNDERLYING_WORK_IN_COPYRIGHT")),
        ("painting; d=1868; b=1800; made=1850; SE", "PDM", ("publish", "PD_BOTH_HALVES")),
        ("painting; d=1868; b=1840; made=1850; SE", "PDM", ("hold", "PD_FACTS_MISSING")),
        ("painting; d=1868; d=1980; made=1850; SE", "PDM", ("reject", "IN_COPYRIGHT")),
        ("book; d=1930; made=1925; pub:US", "PDM", ("publish", "PD_BOTH_HALVES")),
        ("book; d=1990; made=1950; pub:US", "PDM", ("hold", "PD_FACTS_MISSING")),
        ("painting; d=1954; made=1910; RU", "PDM", ("hold", "PD_FACTS_MISSING")),
        ("letter; d=1950; made=1915; DE; unpublished", "PDM", ("hold", "PD_FACTS_MISSING")),
        ("painting; d=1970; made=1905; CN", "PDM", ("reject", "IN_COPYRIGHT")),
    ],
)  # fmt: skip
def test_statements_are_weighed_in_the_order_of_the_law(
    facts: Builder, line: str, statements: str, expected: tuple[str, str]
) -> None:
    assert outcome(judged(facts, line, statements)) == expected


def test_the_records_own_licence_says_nothing_of_its_media(facts: Builder) -> None:
    record, medium, policy = facts(OLD_PAINTING, "").build()
    record = msgspec.structs.replace(record, rights=(RightsStatement(value=ZERO, level=RightsLevel.METADATA),))
    assert outcome(decide(record, medium, policy, on=ON)) == ("hold", "RIGHTS_ABSENT")


def test_a_denial_of_the_metadata_denies_nothing(facts: Builder) -> None:
    record, medium, policy = facts(OLD_PAINTING, "PDM").build()
    denial = RightsStatement(value=INC, level=RightsLevel.METADATA)
    record = msgspec.structs.replace(record, rights=(*record.rights, denial))
    assert decide(record, medium, policy, on=ON).verdict is Verdict.PUBLISH


def test_a_licence_from_an_aggregator_alone_licenses_no_photograph(facts: Builder) -> None:
    record, medium, policy = facts(OLD_BRONZE, "").build()
    told = RightsStatement(value=BY, level=RightsLevel.MEDIUM, speaker=Speaker.AGGREGATOR)
    medium = msgspec.structs.replace(medium, rights=(told,))
    nobody = msgspec.structs.replace(record, institution="")
    assert outcome(decide(nobody, medium, policy, on=ON)) == ("hold", "LICENSOR_UNKNOWN")
    assert decide(record, medium, policy, on=ON).verdict is Verdict.PUBLISH


def test_the_credit_of_the_partner_cannot_leave_its_parameter(facts: Builder) -> None:
    record, medium, policy = facts(OWN_PHOTO, f"{BY}@m").build()
    policy = msgspec.structs.replace(policy, attribution="X}}{{PD-self|[[Category:Y]]")
    decision = decide(record, medium, policy, on=ON)
    assert decision.template.count("{{") == 1
    assert decision.statements[-1] == {"property": "P8264", "value": "X}}{{PD-self|[[Category:Y]]"}


def test_a_us_book_is_free_by_its_publication_alone(facts: Builder) -> None:
    decision = judged(facts, "book; d=1990; made=1925; pub:US", "PDM")
    assert decision.template == "{{PD-scan|PD-US-expired}}"
    assert [s["qualifiers"] for s in decision.statements] == [{"P1001": "Q30", "P459": "Q47246828"}]


@pytest.mark.parametrize("statement", [INC, "http://creativecommons.org/licenses/by-nc/4.0/", "http://creativecommons.org/licenses/by-nd/4.0/"])
def test_no_rule_allows_what_is_denied(facts: Builder, statement: str) -> None:
    allow = rule(verdict="publish", template="PD-anything", licensor="partner")
    assert outcome(judged(facts, OLD_PAINTING, statement, allow)) == ("reject", "RIGHTS_NOT_FREE")


def test_no_rule_overrides_a_cultural_hold(facts: Builder) -> None:
    allow = rule(verdict="publish")
    decision = judged(facts, "drawing; unknown; made=1850; SE; sensitivity=TK Attribution", "PDM", allow)
    assert outcome(decision) == ("hold", "CULTURAL_PERMISSION")


def test_a_text_that_only_hedges_is_no_licence(facts: Builder) -> None:
    decision = judged(facts, OLD_PAINTING, '"To the extent that the museum holds a copyright"')
    assert outcome(decision) == ("hold", "RIGHTS_TEXT_UNKNOWN")


def test_a_rule_that_holds_stops_what_would_publish(facts: Builder) -> None:
    decision = judged(facts, OLD_PAINTING, "PDM", rule(verdict="hold"))
    assert (*outcome(decision), decision.rule_id) == ("hold", "RULE_HOLD", "r")


@pytest.mark.parametrize("broken", [{"link": ""}, {"approved_by": ""}, {"when": {}}, {"when": {"country": "NO"}}, {"when": {"colour": "red"}}])
def test_a_rule_without_name_link_or_matching_condition_is_no_rule(facts: Builder, broken: dict[str, object]) -> None:
    decision = judged(facts, "drawing; unknown; made=1880; SE", "PDM", rule(verdict="publish", **broken))
    assert outcome(decision) == ("hold", "PD_ASSUMED_NEEDS_RULE")


@pytest.mark.parametrize("template", ["PD-because", "{{PD-self}}", "Attribution", "PermissionTicket|1", "PD-old-70", "x}}{{y", "[[File:A]]"])
def test_a_rule_cannot_put_a_forbidden_template_on_a_page(facts: Builder, template: str) -> None:
    line = "photo; unknown; made=1950; SE; published"
    assert outcome(judged(facts, line, "PDM", rule(verdict="publish", template=template))) == ("hold", "SIMPLE_PHOTO_NEEDS_RULE")


@pytest.mark.parametrize(
    ("line", "statements", "template", "us_template", "expected"),
    [
        ("painting; d=1940; made=1932; JP", "PDM", "", "", "{{PD-Art|PD-old-auto|deathyear=1940}}{{PD-1996|country=JP}}"),
        ("photo; unknown; made=1890; SE", "PDM", "", "", "{{PD-two|PD-old-assumed|PD-US-unpublished}}"),
        ("photo", "NKC", "PD-anon-expired", "", "{{PD-anon-expired}}{{NKC|Q4115189}}"),
        ("pamphlet; made=1940; pub:US", "http://rightsstatements.org/vocab/NoC-US/1.0/", "PD-US-not renewed", "", "{{PD-US-not renewed}}"),
        ("painting; d=1970; made=1905; CN", "PDM", "PD-China", "PD-US-expired", "{{PD-China}}{{PD-US-expired}}"),
    ],
)
def test_a_rule_releases_what_is_left_to_people(
    facts: Builder, line: str, statements: str, template: str, us_template: str, expected: str
) -> None:
    country = {"kind": "flat"} if "photo" not in line else {"kind": "is_the_work"}
    release = rule(when=country, verdict="publish", template=template, us_template=us_template)
    decision = judged(facts, line, statements, release)
    assert (decision.verdict, decision.reason, decision.template) == (Verdict.PUBLISH, Reason.RULE, expected)
    assert decision.rule_id == "r"


@pytest.mark.parametrize(
    ("notice", "publishes"),
    [(BY, True), ("© 2015 Museum X", True), ("", True), ("© Somebody Else", False), (INC, False), ("http://creativecommons.org/licenses/by-nc/4.0/", False)],
)
def test_a_notice_inside_the_file_is_settled_or_holds(facts: Builder, notice: str, publishes: bool) -> None:
    decision = judged(facts, OWN_PHOTO, f"{BY}@m", embedded=(notice,))
    assert outcome(decision) == (("publish", "LICENSED") if publishes else ("hold", "EMBEDDED_NOTICE"))


def test_an_explanation_names_the_year_that_decides(facts: Builder) -> None:
    decision = judged(facts, OLD_PAINTING, "PDM")
    assert decision.explanation == "It can be published: Maker 0 died in 1868, so the work is free in its country and in the United States."


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("Ölgemälde", "flat"), ("oljemålning", "flat"), ("olieverfschilderij", "flat"), ("öljyvärimaalaus", "flat"), ("Radierung", "flat"),
        ("eau-forte", "flat"), ("kopparstick", "flat"), ("obraz olejny", "flat"), ("landkaart", "flat"), ("carta manuscrita", "flat"),
        ("fotografi", "is_the_work"), ("gelatin silver print", "is_the_work"), ("glasnegativ", "is_the_work"), ("carte postale", "is_the_work"),
        ("zdjęcie", "is_the_work"), ("valokuva", "is_the_work"), ("Tonaufnahme", "is_the_work"),
        ("rzeźba", "solid"), ("skulptur", "solid"), ("veistos", "solid"), ("Glasgemälde", "solid"), ("vase", "solid"), ("3D print", "solid"),
        ("letter opener", "unknown"), ("map case", "unknown"), ("engraving plate", "unknown"), ("photograph of a sculpture", "unknown"),
        ("picture frame", "solid"), ("thing", "unknown"), ("", "unknown"),
    ],
)  # fmt: skip
def test_the_kind_is_read_from_the_object_type_in_any_language(facts: Builder, label: str, kind: str) -> None:
    assert judged(facts, f"{label}; d=1700; made=1690", "PDM").kind.value == kind


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("vase; role=front", "solid"), ("; role=front", "unknown"), ("; role=page", "flat"), ("painting; role=view", "solid"),
        ("letter; role=view", "flat"), ("painting; role=installation", "solid"), ("; material=oil on canvas", "flat"), ("; material=marble", "solid"),
    ],
)  # fmt: skip
def test_the_role_of_a_medium_and_the_material_are_evidence(facts: Builder, line: str, kind: str) -> None:
    head, _, rest = line.partition("; ")
    assert judged(facts, f"{head}; d=1700; made=1690; {rest}", "PDM").kind.value == kind


def test_a_claim_of_us_government_work_alone_waits(facts: Builder) -> None:
    assert outcome(judged(facts, "photo; named; made=2019; US", "flickr:8")) == ("hold", "LICENCE_NEEDS_REVIEW")


@pytest.mark.parametrize("words", ["copied 1950 after an original of 1850", "1850 (published 1950)", "dated 1850, printed 1960", "reproduction of 1950"])
@pytest.mark.parametrize("line", ["painting; d=1868; SE", "painting; d=1868; made=1850; SE", "painting; unknown; made=1700; SE"])
def test_an_unread_date_that_names_a_later_year_holds(facts: Builder, line: str, words: str) -> None:
    record, medium, policy = facts(line, "PDM").build()
    doubtful = msgspec.structs.replace(record, dates=(*record.dates, DateSpan(as_stated=words)))
    assert decide(record, medium, policy, on=ON).verdict is Verdict.PUBLISH
    assert outcome(decide(doubtful, medium, policy, on=ON)) == ("hold", "PD_FACTS_MISSING")


def test_an_unread_date_within_the_maker_s_life_does_not_hold(facts: Builder) -> None:
    record, medium, policy = facts("painting; d=1868; SE", "PDM").build()
    stated = msgspec.structs.replace(record, dates=(DateSpan(as_stated="signed in 1850, perhaps"),))
    assert decide(stated, medium, policy, on=ON).verdict is Verdict.PUBLISH
