"""What the core writes, the sandbox wiki takes: templates exist, and every statement of the golden pages passes its validation."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest

from glamflow.sandbox.wiki.database import Database
from glamflow.sandbox.wiki.datavalues import check_snak
from glamflow.sandbox.wiki.render.wikitext import Page, render
from glamflow.sandbox.wiki.seed import seeding
from glamflow.sandbox.wiki.state import State
from glamflow.transforms.commons.languages import language_templates
from glamflow.transforms.commons.statements.document import language_items
from glamflow.transforms.commons.templates import information_templates
from glamflow.transforms.wikibase.ids import LABELS, Q

BASE = json.loads((files("glamflow.sandbox.wiki") / "data" / "base.json").read_text("utf-8"))
GOLDEN = Path(__file__).parents[2] / "transforms" / "commons" / "golden"

NAMES = sorted(path.name for path in GOLDEN.iterdir())


def test_the_sandbox_has_every_property_item_and_template_that_pages_name() -> None:
    pages = {title.lower() for title in BASE["pages"]}
    assert set(LABELS) <= set(BASE["properties"])
    assert set(language_items().values()) <= set(BASE["items"])
    assert {value for name, value in vars(Q).items() if name.isupper()} <= set(BASE["items"])
    inner = ("Other date", "Complex date", "Information field", "Language", "Lang", "Unknown", "Creator", "Institution")
    wanted = [*information_templates(), *language_templates(), *inner]
    assert [name for name in wanted if f"template:{name.lower()}" not in pages] == []


def test_labels_of_properties_are_the_same_in_both() -> None:
    assert {id: BASE["properties"][id][1]["en"] for id in LABELS} == LABELS


@pytest.fixture(scope="module")
def wiki(tmp_path_factory: pytest.TempPathFactory) -> Database:
    database = Database(tmp_path_factory.mktemp("wiki"))
    with seeding(database) as seed:
        seed.base()
        seed.page("Institution:Example Museum", "x")
        seed.page("Creator:Anna Exempel", "x")
        seed.page("Template:Example Museum cooperation project", "x")
    return database


@pytest.mark.parametrize("name", NAMES)
def test_a_golden_page_shows_nothing_red_but_pages_still_to_come(name: str, wiki: Database) -> None:
    text = (GOLDEN / name / "page.wikitext").read_text("utf-8")
    with wiki.read() as sql:
        page = Page(state=State(sql=sql, db=wiki, base="http://127.0.0.1"))
        shown = render(page, text)
    red = [problem for problem in page.problems if not problem.startswith(("File:", "Category:", "Item:"))]
    assert red == []
    assert "unknown" not in str(shown).lower() or "{{unknown|" in text


@pytest.mark.parametrize("name", NAMES)
def test_every_statement_of_a_golden_page_is_taken(name: str) -> None:
    for claim in json.loads((GOLDEN / name / "sdc.json").read_text("utf-8"))["statements"]:
        snaks = [claim["mainsnak"], *(s for group in claim.get("qualifiers", {}).values() for s in group)]
        snaks += [s for reference in claim["references"] for group in reference["snaks"].values() for s in group]
        for snak in snaks:
            kept = check_snak(
                snak, datatype_of=lambda id: BASE["properties"].get(id, [None])[0], exists=lambda id: True
            )
            assert kept.get("datavalue") == snak.get("datavalue")
