"""Series and publishers are stated only where people matched them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from glamflow.transforms.commons.context import PageDraft
from glamflow.transforms.policy import Vocabulary, VocabularyEntry
from glamflow.transforms.record import Agent, AgentKind, Role

Load = Callable[[str], tuple[Any, Any]]
PageOf = Callable[[Any, Any], PageDraft]
MATCHED = Vocabulary(series={"Climate Charts": VocabularyEntry(wikidata="Q4115189")})


def claims(page: PageDraft, property: str) -> list[dict[str, Any]]:
    return [claim for claim in page.statements if claim["mainsnak"]["property"] == property]


def test_a_matched_series_is_stated_with_its_number(load: Load, page_of: PageOf) -> None:
    record, case = load("french-chart-of-six")
    record = replace(record, series="Climate Charts", series_number="7")
    page = page_of(record, replace(case, vocabulary=MATCHED))
    (claim,) = claims(page, "P179")
    assert claim["mainsnak"]["datavalue"]["value"]["id"] == "Q4115189"
    assert claim["qualifiers"]["P1545"][0]["datavalue"]["value"] == "7"
    assert "Climate Charts 7" in page.wikitext


def test_a_series_that_nobody_matched_stands_in_the_page_only(load: Load, page_of: PageOf) -> None:
    record, case = load("french-chart-of-six")
    page = page_of(replace(record, series="Climate Charts", series_number=""), case)
    assert claims(page, "P179") == []
    assert "Climate Charts" in page.wikitext


def test_a_publisher_with_an_item_is_stated_and_one_without_is_not(load: Load, page_of: PageOf) -> None:
    record, case = load("french-chart-of-six")
    agency = Agent(name="Example Agency", role=Role.PUBLISHER, kind=AgentKind.CORPORATE, wikidata="Q13406268")
    other = Agent(name="Another House", role=Role.PUBLISHER, kind=AgentKind.CORPORATE)
    page = page_of(replace(record, agents=(*record.agents, agency, other)), case)
    assert [claim["mainsnak"]["datavalue"]["value"]["id"] for claim in claims(page, "P123")] == ["Q13406268"]
