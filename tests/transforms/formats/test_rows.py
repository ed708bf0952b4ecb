"""JSON and rows through the declared field map, as an agency with documents in several languages declares it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from glamflow.transforms.fieldmap import problems
from glamflow.transforms.outcome import Mapped, Reason, Rejected
from glamflow.transforms.policy import FieldSelector, MappingPolicy
from glamflow.transforms.record import DateKind, MediaRole, Record, RightsLevel, Role

RecordOf = Callable[..., Record]
OutcomeOf = Callable[..., Mapped | Rejected]

ROW: dict[str, Any] = {
    "id": 17, "symbol": "IWA/2026/5", "title": {"en": "Water stress", "fr": "Stress hydrique", "ar": "الإجهاد المائي"},
    "author": "International Water Agency", "when": "2026", "series": "Fact sheets", "no": 5, "third_party": "marked", "group": "stress-2026",
    "languages": ["en", "fr", "العربية"], "embargo": "2027-03-01", "labels": ["TK Attribution"], "photo": "Lind, Anna (1821-1887)",
    "rights": "https://creativecommons.org/licenses/by/3.0/igo/", "page": "https://iwa.example/post/17",
    "where": {"name": "Genève", "lat": 46.2, "lon": 6.1}, "topics": "water; drought",
    "files": [{"id": "f-en", "url": "https://iwa.example/m/17-en.png", "mime": "image/png", "language": "en", "label": {"en": "English version"},
               "rights": {"uri": "https://creativecommons.org/licenses/by/3.0/igo/"}, "sha1": "A" * 40},
              {"url": "https://iwa.example/m/17-back.png", "label": "Back", "license": "CC BY 4.0"}],
}  # fmt: skip
FIELDS = {
    "titles": {"path": "title"}, "agents": {"path": "author", "parse": "author"}, "dates": {"path": "when", "parse": "date_published"},
    "document_symbol": {"path": "symbol"}, "series": {"path": "series"}, "series_number": {"path": "no"}, "third_party": {"path": "third_party"},
    "version_group": {"path": "group"}, "content_languages": {"path": "languages", "parse": "language"},
    "not_before": {"path": "embargo", "parse": "embargo"}, "sensitivity": {"path": "labels"}, "photographer": {"path": "photo"},
    "rights": {"path": "rights", "parse": "rights"}, "source_url": {"path": "page", "parse": "url"}, "places": {"path": "where", "parse": "place"},
    "subjects": {"path": "topics", "parse": "split_semicolon", "language": "en"}, "media": {"path": "files", "parse": "media"},
    "inventory_number": {"path": "symbol"}, "extra.agency.id": {"path": "id"},
}  # fmt: skip


@pytest.fixture
def record(record_of: RecordOf) -> Record:
    return record_of(json.dumps(ROW), "rows", fields=FIELDS)


def test_texts_per_language_keep_their_languages(record: Record) -> None:
    assert {t.language: t.value for t in record.titles}["ar"] == "الإجهاد المائي"


def test_documents_have_symbol_series_group_and_languages_of_their_own(record: Record) -> None:
    assert (record.document_symbol, record.series, record.series_number, record.version_group) == ("IWA/2026/5", "Fact sheets", "5", "stress-2026")
    assert (record.third_party, record.content_languages, record.sensitivity) == ("marked", ("en", "fr", "ar"), ("TK Attribution",))
    assert record.not_before == "2027-03-01"


def test_roles_and_kinds_follow_the_named_parser(record: Record) -> None:
    assert [(a.name, a.role) for a in record.agents] == [("International Water Agency", Role.AUTHOR), ("Anna Lind", Role.PHOTOGRAPHER)]
    assert record.dates[0].kind is DateKind.PUBLISHED
    assert [t.labels[0].value for t in record.subjects] == ["water", "drought"]
    assert (record.places[0].latitude, record.places[0].names[0].value) == (46.2, "Genève")


def test_media_objects_give_id_role_language_rights_and_checksum(record: Record) -> None:
    first, second = record.media
    assert (first.id, first.mime, first.sha1, first.labels[0].language) == ("f-en", "image/png", "a" * 40, "en")
    assert (first.rights[0].level, first.rights[0].value) == (RightsLevel.MEDIUM, "https://creativecommons.org/licenses/by/3.0/igo/")
    assert (second.id, second.role, second.rights[0].value) == ("17-back.png", MediaRole.BACK, "CC BY 4.0")


def test_unmapped_values_go_to_extra_only_when_asked(record: Record) -> None:
    assert record.extra["extra.agency.id"] == ("17",)
    assert record.inventory_number == "IWA/2026/5"


def test_a_field_map_replaces_what_the_crosswalk_found(record_of: RecordOf) -> None:
    dc = '<dc xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Old</dc:title><dc:source>New; Newer</dc:source></dc>'
    found = record_of(dc, "oai_dc", fields={"titles": {"path": "dc:source", "parse": "split_semicolon", "language": "nl"}})
    assert [(t.value, t.language) for t in found.titles] == [("New", "nl"), ("Newer", "nl")]


def test_a_selector_that_finds_nothing_leaves_the_field_empty(record_of: RecordOf) -> None:
    assert record_of(json.dumps(ROW), "rows", fields={**FIELDS, "titles": {"path": "nothing.here"}}).titles == ()


def test_plain_columns_map_without_a_field_map(record_of: RecordOf) -> None:
    found = record_of('{"title": "Kart", "creator": "Lund, Per", "date": "1702", "inventory_number": "K 1", "image": "https://x.example/kart.jpg"}', "rows")
    assert (found.titles[0].value, found.agents[0].name, found.inventory_number, found.media[0].id) == ("Kart", "Per Lund", "K 1", "kart.jpg")


def test_mistakes_in_a_field_map_are_told_in_sentences() -> None:
    policy = MappingPolicy(
        crosswalk="lido",
        fields={"title": FieldSelector(path="x"), "dates": FieldSelector(path="a[", parse="datum"), "rights": FieldSelector(path="lido:x")},
    )
    found = problems(policy)
    assert len(found) == 3
    assert "no such field" in str(found[0])
    assert "no parser “datum”" in str(found[1])
    assert "no XPath" in str(found[2])


@pytest.mark.parametrize("payload", ["", "[]", "3", "{", '{"a":' * 2000 + "1" + "}" * 2000, '{"a":' * 80 + "1" + "}" * 80, b"\xff\xfe"])
def test_what_is_no_object_is_rejected(payload: str | bytes, outcome_of: OutcomeOf) -> None:
    outcome = outcome_of(payload, "rows")
    assert isinstance(outcome, Rejected)
    assert outcome.reason is Reason.PAYLOAD_INVALID
