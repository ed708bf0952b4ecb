"""Makers: every degree of certainty is said as it is, in the page and in statements."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from glamflow.transforms.commons.context import PageContext
from glamflow.transforms.commons.creators import creator, creators
from glamflow.transforms.commons.statements.creator import DEGREES, creator_statements
from glamflow.transforms.commons.templates import unknown_parameters
from glamflow.transforms.policy import CommonsPolicy, RightsPolicy, Vocabulary, VocabularyEntry, WikidataPolicy
from glamflow.transforms.record import Agent, AgentKind, Attribution, MediaId, MediaRef, Record, RecordKey, Role
from glamflow.transforms.rights.decision import Kind, Layer, RightsDecision, Verdict

VOCABULARY = Vocabulary(creators={"Peter Exempel": VocabularyEntry(wikidata="Q11", creator="Peter Exempel")})


def stated(*agents: Agent, kind: Kind = Kind.FLAT, photographer: str = "") -> list[str]:
    medium = MediaRef(id=MediaId("m"), url="https://m.example/m.jpg", photographer=photographer)
    page = PageContext(
        record=Record(partner="p", key=RecordKey("k"), agents=agents, media=(medium,)),
        medium=medium,
        decision=RightsDecision(verdict=Verdict.PUBLISH, kind=kind, work=Layer()),
        commons=CommonsPolicy(),
        rights=RightsPolicy(metadata="cc0"),
        wikidata=WikidataPolicy(),
        vocabulary=VOCABULARY,
        partner_name="Museum",
        title="T.jpg",
        retrieved=dt.date(2026, 11, 1),
    )
    return [_shown(claim) for claim in creator_statements(page)]


def _shown(claim: dict[str, Any]) -> str:
    def of(snak: dict[str, Any]) -> str:
        value = snak.get("datavalue", {}).get("value", "?")
        return str(value["id"] if isinstance(value, dict) else value)

    qualifiers = [f"{name}={of(s)}" for name, snaks in claim.get("qualifiers", {}).items() for s in snaks]
    return " ".join([of(claim["mainsnak"]), *qualifiers])


@pytest.mark.parametrize("attribution", [a for a in Attribution if a is not Attribution.BY])
def test_a_degree_is_the_option_of_the_creator_page(attribution: Attribution) -> None:
    text = creator(Agent(name="Peter Exempel", attribution=attribution), VOCABULARY)
    assert text == f"{{{{Creator:Peter Exempel|{attribution.value}}}}}"
    assert unknown_parameters(text) == ()


def test_an_item_without_creator_page_gives_the_item_form() -> None:
    agent = Agent(name="X", wikidata="Q7", attribution=Attribution.WORKSHOP_OF)
    assert creator(agent, Vocabulary()) == "{{Creator|Wikidata=Q7|Option=workshop of}}"


def test_a_bare_name_keeps_degree_and_life_dates_apart() -> None:
    assert creator(Agent(name="Eva Ek", birth=1820, death=1887), Vocabulary()) == "Eva Ek (1820–1887)"
    assert creator(Agent(name="Eva Ek", attribution=Attribution.CIRCLE_OF), Vocabulary()) == "circle of Eva Ek"


def test_unknown_is_said_only_where_the_record_says_it() -> None:
    assert creators([Agent(name="", kind=AgentKind.ANONYMOUS)], Vocabulary()) == "{{unknown|1=author}}"
    assert creators([], Vocabulary()) == ""
    assert stated() == []


def test_a_name_cannot_break_out_of_its_field() -> None:
    text = creator(Agent(name="}}{{delete}} [[File:X]]"), Vocabulary())
    assert "{{" not in text
    assert "[[" not in text


def test_known_named_and_unknown_makers() -> None:
    assert stated(Agent(name="Peter Exempel")) == ["Q11"]
    assert stated(Agent(name="Eva Ek")) == ["? P2093=Eva Ek"]
    assert stated(Agent(name="", kind=AgentKind.ANONYMOUS)) == ["? P3831=Q4233718"]


def test_an_attributed_work_is_never_plain_authorship() -> None:
    assert stated(Agent(name="Peter Exempel", attribution=Attribution.ATTRIBUTED_TO)) == ["Q11 P5102=Q230768"]
    assert stated(Agent(name="Eva Ek", attribution=Attribution.ATTRIBUTED_TO)) == ["? P2093=Eva Ek P5102=Q230768"]


@pytest.mark.parametrize(("attribution", "property"), list(DEGREES.items()))
def test_each_degree_has_its_property_on_an_anonymous_maker(attribution: Attribution, property: str) -> None:
    assert stated(Agent(name="Peter Exempel", attribution=attribution)) == [f"? P3831=Q4233718 {property}=Q11"]


def test_a_degree_without_item_keeps_the_words() -> None:
    made = stated(Agent(name="Eva Ek", attribution=Attribution.SCHOOL_OF))
    assert made == ["? P3831=Q4233718 P1932=school of Eva Ek"]


def test_after_a_painter_stands_on_the_engravers_statement() -> None:
    engraver = Agent(name="Jan Graveur", role=Role.ENGRAVER)
    model = Agent(name="Peter Exempel", attribution=Attribution.AFTER)
    assert stated(engraver, model) == ["? P2093=Jan Graveur P1877=Q11"]


def test_a_photograph_of_a_thing_is_not_made_by_the_things_maker() -> None:
    assert stated(Agent(name="Peter Exempel"), kind=Kind.SOLID) == []
    assert stated(Agent(name="Peter Exempel"), kind=Kind.SOLID, photographer="Petra Foto") == ["? P2093=Petra Foto"]


def test_donors_publishers_and_sitters_are_no_creators() -> None:
    others = [Agent(name="N", role=role) for role in (Role.DONOR, Role.PUBLISHER, Role.DEPICTED, Role.OWNER)]
    assert stated(*others) == []
