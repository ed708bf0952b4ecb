"""The sample collection and the mapper agree: what the facts say comes out of the payloads again, field by field."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lxml import etree

from glamflow.partner import load_partner
from glamflow.sandbox.collection.facts import PHASES, Work, load_collection, load_works
from glamflow.sandbox.payloads.agency import render_agency
from glamflow.sandbox.payloads.edm import render_edm
from glamflow.sandbox.payloads.lido import render_lido
from glamflow.transforms.mapping import map_record
from glamflow.transforms.outcome import Mapped, Reason, SourceInfo
from glamflow.transforms.record import AUTHOR_ROLES, RightsLevel

PARTNERS = Path(__file__).parents[2] / "dags" / "partners"
MEDIA = "http://127.0.0.1:1/media"
CASES = [
    pytest.param(slug, phase, work, id=f"{work.id}-{phase}")
    for slug in ("lumen-museum", "havn-archive", "water-agency")
    for phase in PHASES
    for work in load_works(slug, phase=phase)
    if not work.deleted
]


def mapped(slug: str, work: Work) -> Mapped:
    partner = load_partner(PARTNERS / f"{slug}.yaml")
    page = load_collection(slug).record_page
    if slug == "water-agency":
        payload = json.dumps(render_agency(work, media_base=MEDIA, record_page=page, modified="2026-01-01")).encode()
    else:
        render = render_lido if slug == "lumen-museum" else render_edm
        payload = etree.tostring(render(work, media_base=MEDIA, record_page=page))
    source = SourceInfo(partner=slug, key=work.id, format=partner.mapping.crosswalk)
    outcome = map_record(payload, source, partner.mapping, vocabulary=partner.vocabulary)
    assert isinstance(outcome, Mapped), outcome
    return outcome


@pytest.mark.parametrize(("slug", "phase", "work"), CASES)
def test_the_record_says_what_the_facts_say(slug: str, phase: int, work: Work) -> None:
    record = mapped(slug, work).record
    if "<" not in "".join(work.titles.values()):
        assert {t.language: t.value for t in record.titles} == work.titles
    assert record.inventory_number == work.number
    assert record.source_url == load_collection(slug).record_page.format(id=work.id)
    assert record.not_before == work.available
    makers = [a for a in record.agents if a.role in AUTHOR_ROLES]
    assert [(a.name, a.birth, a.death) for a in makers] == [(m.name, m.birth, m.death) for m in work.makers]
    assert ["" if a.attribution == "by" else a.attribution for a in makers] == [m.how for m in work.makers]
    if work.date is not None:
        span = record.dates[0]
        assert span.earliest or span.latest
        if work.date.start is not None and span.earliest and span.latest:
            assert (span.earliest.year, span.latest.year) == (work.date.start, work.date.end)


@pytest.mark.parametrize(("slug", "phase", "work"), CASES)
def test_media_and_their_rights_are_those_of_the_facts(slug: str, phase: int, work: Work) -> None:
    record = mapped(slug, work).record
    assert [m.url for m in record.media] == [f"{MEDIA}/{m.file}" for m in work.media]
    stated = [s.value for s in record.rights if s.level is not RightsLevel.METADATA]
    assert [[s.value for s in m.rights] or stated for m in record.media] == [list(m.rights or work.rights) for m in work.media]


def test_a_later_scan_of_a_medium_keeps_its_id() -> None:
    first, second = (
        next(mapped("lumen-museum", w).record.media[0] for w in load_works("lumen-museum", phase=phase) if w.id == "LM-1013")
        for phase in PHASES
    )
    assert first.id == second.id
    assert first.url != second.url


def test_no_word_that_must_not_leave_stands_in_a_published_field() -> None:
    for slug in ("lumen-museum", "havn-archive", "water-agency"):
        for work in load_works(slug):
            if work.deleted:
                continue
            outcome = mapped(slug, work)
            record = outcome.record
            shown = repr((record.titles, record.descriptions, record.agents, record.credit_line, record.inscriptions, record.media))
            assert not [word for word in ("alert(", "örsäkringsvärde", "Qvarnlund", "Storgatan 14", "disputed") if word in shown]
            if work.internal and slug == "lumen-museum":
                assert Reason.INTERNAL_NOTE_KEPT_INSIDE in {f.reason for f in outcome.findings}
