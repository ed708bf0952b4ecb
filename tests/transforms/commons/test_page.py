"""What leaves the house and what stays; categories, captions, templates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import msgspec
import mwparserfromhell
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glamflow.transforms.commons.context import PageDraft
from glamflow.transforms.commons.fields import FIELDS
from glamflow.transforms.commons.page import build_page
from glamflow.transforms.commons.templates import (
    information_templates,
    known_parameters,
    parameters_of_information,
    templates_beyond_table,
    templates_used,
    unknown_parameters,
)
from glamflow.transforms.policy import CommonsPolicy, RightsPolicy, Vocabulary, VocabularyEntry, WikidataPolicy
from glamflow.transforms.record import (
    Agent,
    Attribution,
    DateSpan,
    Dimension,
    Identifier,
    IdentifierKind,
    MediaId,
    MediaRef,
    MediaRole,
    Place,
    PlaceKind,
    Record,
    RecordKey,
    Role,
    Term,
    Text,
)
from glamflow.transforms.rights.decision import Kind, Layer, RightsDecision, Verdict

Load = Callable[[str], tuple[Any, Any]]
PageOf = Callable[[Any, Any], PageDraft]
FLAT = "flat-work-with-licensed-photo"
SOLID = "solid-object-with-two-licences"
replace = msgspec.structs.replace


def test_every_field_of_the_template_table_exists_and_every_parameter_is_known() -> None:
    for name in information_templates():
        rows = parameters_of_information(name)
        assert {field for _, field in rows if field} <= set(FIELDS)
        assert known_parameters(name) == frozenset(parameter for parameter, _ in rows)


@pytest.mark.parametrize("template", ["Information", "Artwork", "Photograph", "Art Photo", "Book", "Map"])
@pytest.mark.parametrize("case_name", [FLAT, SOLID, "french-chart-of-six", "book-page-with-hostile-text"])
def test_every_template_takes_every_record(template: str, case_name: str, load: Load, page_of: PageOf) -> None:
    record, case = load(case_name)
    page = page_of(record, replace(case, commons=replace(case.commons, template=template)))
    assert page.template == template
    assert unknown_parameters(page.wikitext) == ()
    for licence in (case.decision.template, case.decision.object_template, case.decision.photo_template):
        assert licence in page.wikitext


def test_two_licences_in_artwork_are_told_apart(load: Load, page_of: PageOf) -> None:
    record, case = load(SOLID)
    page = page_of(record, replace(case, commons=replace(case.commons, template="Artwork")))
    assert "Object: {{PD-old-auto-expired|deathyear=1917}}\n\nPhotograph: {{Cc-by-sa-4.0|" in page.wikitext


def test_provenance_donors_and_extra_stay_inside(load: Load, page_of: PageOf) -> None:
    record, case = load(FLAT)
    secret = ("Storgatan 1", "Hemlig Person", "intern anteckning")
    record = replace(
        record,
        agents=(
            *record.agents,
            *(Agent(name="Hemlig Person", role=r) for r in (Role.DONOR, Role.INFORMANT, Role.OWNER)),
        ),
        extra={"note": ("intern anteckning",)},
    )
    page = page_of(record, case)
    whole = page.wikitext + str(page.statements) + str(page.captions)
    assert not [word for word in secret if word in whole]
    opened = page_of(record, replace(case, commons=replace(case.commons, publish_provenance=True)))
    assert "|object history = {{sv|1=Köpt av N. N., Storgatan 1}}" in opened.wikitext


@pytest.mark.parametrize(("metadata", "captions", "description"), [("cc0", True, True), ("cc-by", False, True), ("facts-only", False, False)])  # fmt: skip
def test_the_metadata_licence_decides_on_text(
    metadata: str, captions: bool, description: bool, load: Load, page_of: PageOf
) -> None:
    record, case = load(FLAT)
    page = page_of(record, replace(case, rights=replace(case.rights, metadata=metadata)))
    assert bool(page.captions) is captions
    assert ("Tre fiskare" in page.wikitext) is description
    titles = [claim for claim in page.statements if claim["mainsnak"]["property"] == "P1476"]
    assert bool(titles) is captions
    assert ("Text: Example Museum" in page.wikitext) is (metadata == "cc-by")


def test_captions_exist_only_in_languages_that_the_partner_said(load: Load, page_of: PageOf) -> None:
    record, case = load(FLAT)
    titles = (Text(value="Utan språk"), Text(value="Okänt", language="qqx"), Text(value="Norsk " * 60, language="no"))
    page = page_of(replace(record, titles=titles), case)
    assert list(page.captions) == ["nb"]
    assert len(page.captions["nb"]) <= 250
    assert page.captions["nb"].endswith("Norsk…")
    assert "{{lang|1=qqx" not in page.wikitext


def test_a_word_of_template_language_goes_through_lang(load: Load, page_of: PageOf) -> None:
    record, case = load(FLAT)
    page = page_of(replace(record, titles=(Text(value="Kirkja", language="is"),)), case)
    assert "|title = {{lang|1=is|2=Kirkja}}" in page.wikitext


def test_tracking_categories_are_no_content(load: Load, page_of: PageOf) -> None:
    record, case = load(FLAT)
    page = page_of(record, replace(case, vocabulary=Vocabulary()))
    assert not page.visible_category
    assert page.categories == (
        "Media contributed by Example Museum",
        "Media contributed by Example Museum: without content categories",
    )


def test_works_after_a_person_are_not_in_that_persons_category(load: Load, page_of: PageOf) -> None:
    record, case = load(FLAT)
    (agent,) = record.agents
    page = page_of(replace(record, agents=(replace(agent, attribution=Attribution.AFTER),), subjects=()), case)
    assert "Paintings by Anna Exempel" not in page.categories


def test_a_category_name_that_cannot_be_one_is_left_out(load: Load, page_of: PageOf) -> None:
    record, case = load(FLAT)
    entries = {"fiske": VocabularyEntry(category="A]]{{delete}}"), "båt": VocabularyEntry(category="Category:boats")}
    page = page_of(record, replace(case, vocabulary=Vocabulary(subjects=entries)))
    assert page.categories[0] == "Boats"
    assert "delete" not in page.wikitext


def test_only_the_front_of_a_flat_work_stands_for_its_item(load: Load, page_of: PageOf) -> None:
    def properties(page: PageDraft) -> set[str]:
        values = (claim["mainsnak"] for claim in page.statements)
        return {s["property"] for s in values if s.get("datavalue", {}).get("value") == _item(15397819)}

    record, case = load(FLAT)
    assert properties(page_of(record, case)) == {"P6243", "P180", "P921"}
    (medium,) = record.media
    two = replace(record, media=(replace(medium, role=MediaRole.BACK), replace(medium, id="other")))
    assert properties(page_of(two, case)) == set()
    solid = replace(case, decision=replace(case.decision, kind=Kind.SOLID))
    assert properties(page_of(record, solid)) == {"P180"}
    assert properties(page_of(record, replace(case, item=""))) == set()


def _item(number: int) -> dict[str, Any]:
    return {"entity-type": "item", "numeric-id": number, "id": f"Q{number}"}


def test_a_photograph_of_a_thing_does_not_take_the_things_date(load: Load, page_of: PageOf) -> None:
    page = page_of(*load(SOLID))
    assert "P571" not in {claim["mainsnak"]["property"] for claim in page.statements}
    assert "|date = {{other date|circa|1900}}" in page.wikitext


def test_a_text_too_long_for_a_statement_is_left_out_with_a_finding(load: Load, page_of: PageOf) -> None:
    record, case = load(FLAT)
    page = page_of(replace(record, titles=(Text(value="x" * 1501, language="sv"),)), case)
    assert "P1476" not in {claim["mainsnak"]["property"] for claim in page.statements}
    assert [finding.field for finding in page.findings] == ["P1476"]


def test_attribution_is_not_the_acquisition_credit(load: Load, page_of: PageOf) -> None:
    page = page_of(*load(FLAT))
    assert page.parameters["credit line"] == "Gåva 1901 av konstnärens familj"
    assert "attribution=Example Museum}}" in page.wikitext


def test_the_partners_source_template_is_filled_with_the_escaped_number(load: Load, page_of: PageOf) -> None:
    record, case = load("book-page-with-hostile-text")
    page = page_of(record, replace(case, commons=replace(case.commons, source_template="EM-link|{identifier}")))
    assert "{{EM-link|B 80&#39;&#39;01}}" in page.wikitext
    assert "EM-link" in templates_beyond_table(page.wikitext)


def test_unknown_and_doubled_parameters_are_found() -> None:
    text = "{{Artwork|artist={{Creator:X|workshop of}}|titel=y|date=1|date=2}}{{PD-Art|PD-old|year=1}}{{int:x}}"
    assert unknown_parameters(text) == (("Artwork", "titel"), ("Artwork", "date"), ("PD-Art", "year"))
    assert [used.name for used in templates_used(text)] == ["Artwork", "Creator:X", "PD-Art"]


def test_licences_of_every_version_and_port_are_known() -> None:
    for name in ("Cc-by-4.0", "Cc-by-sa-2.5-se", "Cc-by-3.0-igo", "cc-zero", "PD-USGov-NASA"):
        assert known_parameters(name) is not None
    assert known_parameters("Cc-by-nc-4.0") is None


hostile = st.lists(
    st.sampled_from(["{{delete}}", "}}", "|title=x", "[[Category:Y]]", "~~~~", "\n* a", "\n|date=1", "<ref>", "__NOTOC__", "é ", "=", "'''", "{{{1}}}"]),
    min_size=1,
    max_size=6,
).map("".join)  # fmt: skip


@given(text=hostile, template=st.sampled_from(["Information", "Artwork", "Photograph", "Art Photo", "Book", "Map"]))
def test_no_record_can_change_the_tree_of_its_page(text: str, template: str) -> None:
    record, arguments = _hostile_record(text, template)
    page = build_page(record, record.media[0], **arguments)
    parsed = mwparserfromhell.parse(page.wikitext)
    allowed = {"Institution", "Language", "Lang", "Other date", "Information field", "Sv", "PD-Art", template}
    assert {used.name[:1].upper() + used.name[1:] for used in templates_used(page.wikitext)} <= allowed
    (main,) = (node for node in parsed.filter_templates(recursive=False) if str(node.name).strip() == template)
    assert [str(p.name).strip() for p in main.params] == list(page.parameters)
    assert not parsed.filter_wikilinks() or all(
        str(w.title).startswith("Category:Media") for w in parsed.filter_wikilinks()
    )
    assert {str(tag.tag) for tag in parsed.filter_tags()} <= {"br"}


def _hostile_record(text: str, template: str) -> tuple[Record, dict[str, Any]]:
    """`text` in every field that a page may show."""
    words = (Text(value=text, language="sv"), Text(value=text))
    term = (Term(labels=words),)
    record = Record(
        partner="p",
        key=RecordKey(text),
        titles=words,
        descriptions=words,
        object_types=term,
        agents=tuple(Agent(name=text, role=role) for role in Role),
        dates=(DateSpan(as_stated=text),),
        places=tuple(Place(names=words, kind=kind) for kind in PlaceKind),
        subjects=term,
        materials=term,
        techniques=term,
        dimensions=(Dimension(as_stated=text), Dimension(kind=text, value=1.5, unit=text)),
        inscriptions=words,
        identifiers=(Identifier(value=text, kind=IdentifierKind.INVENTORY),),
        institution=text,
        department=text,
        credit_line=text,
        provenance=words,
        content_languages=("sv", text),
        series=text,
        series_number=text,
        source_url="https://museum.example/" + text,
        media=(MediaRef(id=MediaId(text), url="https://museum.example/x", photographer=text, labels=words, page=text),),
    )
    return record, {
        "decision": RightsDecision(
            verdict=Verdict.PUBLISH, kind=Kind.FLAT, work=Layer(), template="{{PD-Art|PD-old-100-expired}}"
        ),
        "commons": msgspec.structs.replace(CommonsPolicy(publish_provenance=True), template=template),
        "rights": RightsPolicy(metadata="cc0"),
        "wikidata": WikidataPolicy(institution="Q4115189"),
        "vocabulary": Vocabulary(),
        "partner_name": text,
        "title": "T.jpg",
        "retrieved": dt.date(2026, 11, 1),
    }


def test_texts_without_language_do_not_run_together(load: Load, page_of: PageOf) -> None:
    record, case = load(FLAT)
    titles = (Text(value="En"), Text(value="Två"), Text(value="Tre", language="sv"), Text(value="Four", language="en"))
    page = page_of(replace(record, titles=titles), case)
    assert page.parameters["title"] == "En<br />Två<br />{{sv|1=Tre}}{{en|1=Four}}"


def test_an_address_is_shown_as_the_source_and_not_as_an_accession_number(load: Load, page_of: PageOf) -> None:
    record, case = load(FLAT)
    linked = replace(record, identifiers=(Identifier(value="http://data.example/1", kind=IdentifierKind.URI),))
    page = page_of(linked, case)
    assert "accession number" not in page.parameters
    assert "P217" not in {claim["mainsnak"]["property"] for claim in page.statements}
