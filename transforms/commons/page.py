"""`build_page`: a record, one medium and its rights decision → the complete file page as a value.

Order of the page: description header, one information template, licence header with the licence, the partner's cooperation
template, categories. The licence stands in the text even though the statements say it too: a file without one is tagged within minutes.
"""

from __future__ import annotations

import datetime as dt

from glamflow.transforms.commons.captions import captions
from glamflow.transforms.commons.categories import categories
from glamflow.transforms.commons.context import MediaFacts, PageContext, PageDraft, Sibling
from glamflow.transforms.commons.fields import FIELDS
from glamflow.transforms.commons.sdc import build_statements
from glamflow.transforms.commons.templates import parameters_of_information
from glamflow.transforms.commons.wikitext import template
from glamflow.transforms.policy import CommonsPolicy, RightsPolicy, Vocabulary, WikidataPolicy
from glamflow.transforms.record import MediaRef, Record
from glamflow.transforms.rights.decision import RightsDecision


def build_page(
    record: Record,
    medium: MediaRef,
    decision: RightsDecision,
    *,
    commons: CommonsPolicy,
    rights: RightsPolicy,
    wikidata: WikidataPolicy,
    vocabulary: Vocabulary,
    partner_name: str,
    title: str,
    retrieved: dt.date,
    siblings: tuple[Sibling, ...] = (),
    media_facts: MediaFacts | None = None,
    item: str = "",
) -> PageDraft:
    """`item`: the object's Wikidata item, where exactly one was found by its own identifiers."""
    page = PageContext(
        record=record,
        medium=medium,
        decision=decision,
        commons=commons,
        rights=rights,
        wikidata=wikidata,
        vocabulary=vocabulary,
        partner_name=partner_name,
        title=title,
        retrieved=retrieved,
        siblings=siblings,
        facts=media_facts or MediaFacts(),
        item=item,
    )
    return draft(page)


def draft(page: PageContext) -> PageDraft:
    name = page.template
    parameters = information_parameters(page, name)
    sorted_into = categories(page)
    built = build_statements(page)
    return PageDraft(
        title=page.title,
        wikitext=render(page, name, parameters, sorted_into.all),
        captions=captions(page),
        statements=built.statements,
        categories=sorted_into.all,
        visible_category=bool(sorted_into.content),
        findings=built.findings,
        template=name,
        parameters=parameters,
    )


def information_parameters(page: PageContext, name: str) -> dict[str, str]:
    """Parameter → ready wikitext, in the template's order, without the empty ones."""
    filled = ((parameter, FIELDS[field](page)) for parameter, field in parameters_of_information(name) if field)
    return {parameter: value for parameter, value in filled if value}


def render(page: PageContext, name: str, parameters: dict[str, str], named: tuple[str, ...]) -> str:
    parts = ["== {{int:filedesc}} ==", template(name, parameters, block=True), ""]
    if name != "Art Photo":
        parts += ["== {{int:license-header}} ==", _licence(page), ""]
    if cooperation := page.commons.cooperation_template.strip().removeprefix("{{").removesuffix("}}"):
        parts += [f"{{{{{cooperation}}}}}", ""]
    parts += [f"[[Category:{category}]]" for category in named]
    return "\n".join(parts).rstrip()  # MediaWiki stores no trailing line end: the page must be equal byte for byte


def _licence(page: PageContext) -> str:
    decision = page.decision
    if decision.object_template and decision.photo_template:
        return f"Object: {decision.object_template}\n\nPhotograph: {decision.photo_template}"
    return decision.template
