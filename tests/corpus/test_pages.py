"""Every real record makes a page that holds together: a storable title, our template tree and no other, statements of known shape."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterator
from pathlib import Path

import mwparserfromhell
import pytest

from glamflow.transforms.commons.page import build_page
from glamflow.transforms.commons.templates import templates_beyond_table, templates_used, unknown_parameters
from glamflow.transforms.commons.title import MAX_BYTES, title_for
from glamflow.transforms.formats.crosswalks import CROSSWALKS
from glamflow.transforms.formats.split import split_payload
from glamflow.transforms.mapping import map_record
from glamflow.transforms.outcome import Mapped, SourceInfo
from glamflow.transforms.policy import CommonsPolicy, MappingPolicy, RightsPolicy, Vocabulary, WikidataPolicy
from glamflow.transforms.record import MediaId, MediaRef, Record
from glamflow.transforms.rights.decision import Kind, Layer, RightsDecision, Verdict

FOLDERS = ("lido", "oai_dc", "edm", "qdc", "mods", "marcxml", "iiif", "soch", "ead", "mets")
ILLEGAL = re.compile(r"[#<>\[\]|{}:/\\_\x00-\x1f\x7f]|''|~~~|  ")
NO_MEDIUM = MediaRef(id=MediaId("none"), url="https://museum.example/none.jpg")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    root = Path(os.environ["GLAMFLOW_CORPUS"])
    metafunc.parametrize("folder", [name for name in FOLDERS if name in CROSSWALKS and (root / name).is_dir()])


def _records(folder: str) -> Iterator[Record]:
    for path in sorted((Path(os.environ["GLAMFLOW_CORPUS"]) / folder).rglob("*")):
        if path.suffix in (".xml", ".rdf", ".json"):
            for key, payload in split_payload(path.read_bytes(), folder):
                source = SourceInfo(partner="corpus", key=key or path.name, format=folder)
                outcome = map_record(payload, source, MappingPolicy(crosswalk=folder))
                if isinstance(outcome, Mapped):
                    yield outcome.record


@pytest.mark.parametrize("kind", [Kind.FLAT, Kind.IS_THE_WORK, Kind.SOLID])
def test_every_real_record_makes_a_whole_page(folder: str, kind: Kind) -> None:
    solid = kind is Kind.SOLID
    decision = RightsDecision(
        verdict=Verdict.PUBLISH,
        kind=kind,
        work=Layer(),
        template="" if solid else "{{PD-Art|PD-old-100-expired}}",
        object_template="{{PD-old-70-expired}}" if solid else "",
        photo_template="{{Cc-zero}}" if solid else "",
    )
    commons = CommonsPolicy(short_name="Museum", category_contributed="Media contributed by Museum")
    built = 0
    for record in _records(folder):
        medium = record.media[0] if record.media else NO_MEDIUM
        title = title_for(record, medium, commons, "Museum", extension="jpg")
        assert len(title.encode()) <= MAX_BYTES
        assert not ILLEGAL.search(title), title
        page = build_page(
            record,
            medium,
            decision,
            commons=commons,
            rights=RightsPolicy(metadata="cc0"),
            wikidata=WikidataPolicy(institution="Q1"),
            vocabulary=Vocabulary(),
            partner_name="Museum",
            title=title,
            retrieved=dt.date(2026, 11, 1),
        )
        assert unknown_parameters(page.wikitext) == ()
        assert templates_beyond_table(page.wikitext) == ()
        outer = [name for name, _ in templates_used(page.wikitext) if name == page.template]
        assert len(outer) == 1
        links = [str(link.title) for link in mwparserfromhell.parse(page.wikitext).filter_wikilinks()]
        assert links == [f"Category:{name}" for name in page.categories]
        assert all(len(text) <= 250 for text in page.captions.values())
        built += 1
    assert built
