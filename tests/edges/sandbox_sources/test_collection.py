"""The sample collection agrees with itself: table, facts, pictures, partner files, the wiki's side."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from PIL import Image
from pypdf import PdfReader

from glamflow.ledger.branches import base_media_id
from glamflow.ledger.states import FileState, RecordState
from glamflow.partner import Partner, load_partner
from glamflow.sandbox import holdings
from glamflow.sandbox.collection.facts import PARTNERS, Medium, Work, load_works, medium_key, record_key
from glamflow.sandbox.collection.pictures.render import DRAWINGS, media_bytes, sound_bytes
from glamflow.sandbox.collection.wiki_seed import OurPage, first_calls, phase2_calls, post_form
from glamflow.sandbox.media_server import ORPHANS
from glamflow.settings import read_settings
from glamflow.transforms.outcome import Reason

COLLECTION = resources.files("glamflow.sandbox.collection")
SWITCHED = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)


def table(name: str) -> list[dict[str, str]]:
    text = COLLECTION.joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))


def media_of(partner: str, phase: int) -> dict[tuple[str, str], Medium]:
    return {
        (record_key(partner, work.id), medium_key(partner, medium)): medium
        for work in load_works(partner, phase)
        for medium in work.media
    }


def partner_file(slug: str) -> Partner:
    return load_partner(read_settings({"GLAMFLOW_CONTACT": "test@example.org"}).partners / f"{slug}.yaml")


def test_the_table_names_every_record_and_medium_of_the_first_phase_once() -> None:
    rows = [row for row in table("expected.tsv") if row["phase"] == "1"]
    named = [(row["partner"], row["record"], row["media"]) for row in rows]
    assert len(named) == len(set(named))
    there = {(p, record_key(p, work.id), "") for p in PARTNERS for work in load_works(p)}
    there |= {(p, *key) for p in PARTNERS for key in media_of(p, 1)}
    assert set(named) == there | {("lumen-museum", "", medium.id) for medium in ORPHANS}


def test_rows_of_the_second_phase_name_what_is_there_then_or_was_before() -> None:
    for row in table("expected.tsv"):
        if row["phase"] == "2" and row["media"]:
            key = (row["record"], base_media_id(row["media"]))
            assert key in media_of(row["partner"], 1) or key in media_of(row["partner"], 2), row


def test_every_row_has_a_state_and_a_reason_that_exist() -> None:
    for row in table("expected.tsv"):
        states = FileState if row["media"] else RecordState
        assert row["state"] in {*map(str, states), "absent"}, row
        if row["reason"] or row["state"] not in ("checked", "absent"):
            assert row["reason"] in set(map(str, Reason)), row
        assert None not in row.values()


def test_texts_that_must_not_leave_stand_in_the_records_they_are_said_to_stand_in() -> None:
    for row in table("must_not_leave.tsv"):
        work = next(w for w in load_works(row["partner"]) if record_key(row["partner"], w.id) == row["record"])
        assert row["text"] in " ".join(
            [*work.titles.values(), *work.descriptions.values(), work.provenance, work.internal]
        )


def test_the_collection_has_the_breadth_it_promises() -> None:
    works = [work for partner in PARTNERS for work in load_works(partner)]
    assert len(works) >= 90
    assert len({language for work in works for language in work.titles}) >= 6
    assert sum(work.titles.get("en") == "Spoon" for work in works) == 12
    assert max(len(title.encode()) for work in works for title in work.titles.values()) >= 300
    assert {"A 12/3", "A 12-3"} <= {work.number for work in works}


@pytest.mark.parametrize("kind", sorted({*DRAWINGS, "document"}))
def test_each_kind_of_picture_is_the_same_each_time_and_decodes(kind: str) -> None:
    medium = Medium(id=f"sample-{kind}", draw=kind, lines=("One", "Two"))
    data = sound_bytes(medium)
    assert data == sound_bytes(medium)
    if kind == "document":
        assert len(PdfReader(io.BytesIO(data)).pages) == 2
    else:
        with Image.open(io.BytesIO(data)) as image:
            image.load()
            assert min(image.size) >= 600


def test_the_pictures_of_the_collection_differ_but_for_those_that_repeat_on_purpose() -> None:
    drawn = {
        (medium.draw, medium.seed or medium.same_as or medium.id, medium.lines, medium.scale)
        for partner in PARTNERS for medium in media_of(partner, 1).values()
    }  # fmt: skip
    everything = [medium for partner in PARTNERS for medium in media_of(partner, 1).values()]
    assert len(drawn) == len(everything) - 1  # LM-1019-2
    for medium in everything:
        assert medium.draw in {*DRAWINGS, "document"}


def test_six_charts_show_the_same_figures_with_other_words() -> None:
    charts = [m for key, m in media_of("water-agency", 1).items() if key[0].startswith("IWA-C-001")]
    assert len({media_bytes(chart) for chart in charts}) == 6
    revised = media_of("water-agency", 2)["IWA-C-001-es", "IWA-C-001-es-1"]
    assert revised.file != "IWA-C-001-es-1.png"


@pytest.mark.parametrize("phase", [1, 2])
def test_every_payload_is_well_formed_and_names_its_media(phase: int) -> None:
    for build, slug, prefix in ((holdings.lumen, "lumen-museum", "lido"), (holdings.havn, "havn-archive", "edm")):
        repository = build("http://127.0.0.1:1", phase=phase, switched=SWITCHED)
        for work in load_works(slug, phase):
            if work.deleted:
                continue
            payload = etree.tostring(repository.formats[prefix].render(work.id))
            assert etree.fromstring(payload) is not None
            for medium in work.media:
                assert f"/{medium.file}".encode() in payload
    for item in holdings.agency("http://127.0.0.1:1", phase=phase, switched=SWITCHED):
        assert json.loads(json.dumps(item)) == item


@pytest.mark.parametrize("slug", PARTNERS)
def test_partner_files_are_valid_and_their_sets_exist(slug: str) -> None:
    partner = partner_file(slug)
    sets = {work.set for work in load_works(slug)}
    assert {str(rule.when["set"]) for rule in partner.rights.rules} <= sets
    assert set(partner.rights.kinds) <= sets


@pytest.mark.parametrize("slug", PARTNERS)
def test_vocabularies_agree_with_the_life_dates_of_the_records(slug: str) -> None:
    creators = partner_file(slug).vocabulary.creators
    for work in load_works(slug):
        for maker in work.makers:
            if maker.name in creators and maker.death:
                assert (creators[maker.name].birth, creators[maker.name].death) == (maker.birth, maker.death)


def seeded() -> dict[str, set[str]]:
    made: dict[str, set[str]] = {"page": set(), "item": set()}
    for name, arguments in first_calls():
        if name == "page":
            made["page"].add(arguments["title"])
        elif name == "item":
            made["item"].add(arguments["item_id"])
    return made


@pytest.mark.parametrize("slug", PARTNERS)
def test_whatever_a_partner_file_names_on_the_wiki_is_seeded_there(slug: str) -> None:
    partner, made = partner_file(slug), seeded()
    base: dict[str, Any] = json.loads(
        resources.files("glamflow.sandbox.wiki").joinpath("data", "base.json").read_text(encoding="utf-8")
    )
    items, pages = made["item"] | set(base["items"]), made["page"] | set(base["pages"])
    entries = [
        e
        for terms in (
            partner.vocabulary.creators,
            partner.vocabulary.subjects,
            partner.vocabulary.places,
            partner.vocabulary.types,
        )
        for e in terms.values()
    ]
    assert {entry.wikidata for entry in entries if entry.wikidata} | {partner.wikidata} <= items
    assert {f"Category:{entry.category}" for entry in entries if entry.category} <= pages
    assert {f"Creator:{entry.creator}" for entry in entries if entry.creator} <= pages
    assert f"Category:{partner.commons.category_contributed}" in pages
    if partner.commons.institution:
        assert f"Institution:{partner.commons.institution}" in pages


def test_the_community_has_our_bytes_a_crop_of_ours_and_a_file_that_was_deleted() -> None:
    files = {a["title"]: a for name, a in first_calls() if name == "file"}
    media = media_of("lumen-museum", 1)

    def ours(number: int) -> bytes:
        return media_bytes(media[f"oai:lumen.example:LM-{number}", f"LM-{number}-1"])

    assert files["File:Visby harbour by Hilda Sjögårde.jpg"]["content"] == ours(1021)
    assert files["File:Windmill unknown source.jpg"]["content"] == ours(1023)
    crop = files["File:Boy with a hat (cropped).jpg"]
    with Image.open(io.BytesIO(crop["content"])) as part, Image.open(io.BytesIO(ours(1022))) as whole:
        assert part.width < whole.width
    assert number_of("LM-1022") in crop["text"]
    assert ("delete", "File:Windmill unknown source.jpg") in [(n, a.get("title")) for n, a in first_calls()]


def number_of(id: str) -> str:
    work: Work = next(work for work in load_works("lumen-museum") if work.id == id)
    return work.number


def test_the_second_phase_of_the_wiki_speaks_of_our_own_pages() -> None:
    pages = {f"LM-{number}": OurPage(f"File:Ours {number}.jpg", number) for number in (1024, 1025, 1026)}
    calls = phase2_calls(pages)
    assert [name for name, _ in calls] == ["move", "entity", "tag_for_deletion"]
    assert calls[1][1]["entity_id"] == "M1025"
    assert json.loads(json.dumps(post_form(calls)))["calls"][0][0] == "move"


def test_the_readme_names_the_gold_records(tmp_path: Path) -> None:
    gold = [row["record"].rsplit(":", 1)[-1] for row in table("expected.tsv") if "GOLD" in row["note"]]
    assert len(gold) == 6
    readme = COLLECTION.joinpath("README.md").read_text(encoding="utf-8")
    assert all(record in readme for record in gold)
