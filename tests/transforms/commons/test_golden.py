"""Whole pages, reviewed by hand; `--update-golden` rewrites them and the diff is the review."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mwparserfromhell
import pytest

from glamflow.transforms.commons.context import PageDraft
from glamflow.transforms.commons.templates import templates_beyond_table, unknown_parameters

Load = Callable[[str], tuple[Any, Any]]
PageOf = Callable[[Any, Any], PageDraft]


@pytest.fixture
def page(golden: str, load: Load, page_of: PageOf) -> PageDraft:
    return page_of(*load(golden))


def test_the_page_is_the_reviewed_one(
    golden: str, page: PageDraft, folder_of: Callable[[str], Path], update_golden: bool
) -> None:
    outside = {"title": page.title, "captions": page.captions, "visible_category": page.visible_category}
    sdc = json.dumps(outside | {"statements": page.statements}, ensure_ascii=False, indent=1) + "\n"
    text = page.wikitext + "\n"
    wikitext_file, sdc_file = (folder_of(golden) / name for name in ("page.wikitext", "sdc.json"))
    if update_golden:
        wikitext_file.write_text(text, "utf-8")
        sdc_file.write_text(sdc, "utf-8")
    assert text == wikitext_file.read_text("utf-8")
    assert sdc == sdc_file.read_text("utf-8")


def test_no_parameter_is_unknown_and_only_the_partners_template_is_beyond_the_table(page: PageDraft) -> None:
    assert unknown_parameters(page.wikitext) == ()
    assert set(templates_beyond_table(page.wikitext)) <= {"Example Museum cooperation project"}


def test_the_licence_stands_in_the_text(golden: str, page: PageDraft, load: Load) -> None:
    decision = load(golden)[1].decision
    for licence in (decision.template, decision.object_template, decision.photo_template):
        assert licence in page.wikitext


def test_every_link_and_category_of_the_page_is_ours(page: PageDraft) -> None:
    parsed = mwparserfromhell.parse(page.wikitext)
    links = [str(link.title) for link in parsed.filter_wikilinks() if not str(link.title).startswith(":File:")]
    assert links == [f"Category:{name}" for name in page.categories]


def test_every_statement_names_the_record_page(golden: str, page: PageDraft, load: Load) -> None:
    url = load(golden)[0].source_url
    for claim in page.statements:
        (reference,) = claim["references"]
        assert reference["snaks"]["P854"][0]["datavalue"]["value"] == url
        assert list(reference["snaks"]) == ["P854", "P813"]
