"""Constants, vocabulary, partner functions and the mapping digest."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace

from glamflow.transforms import partners
from glamflow.transforms.mapping import RawRecord, map_record, mapping, mapping_digest
from glamflow.transforms.outcome import Mapped, Reason, Rejected, SourceInfo
from glamflow.transforms.policy import FieldSelector, MappingPolicy, Vocabulary, VocabularyEntry
from glamflow.transforms.record import Record, Text

ROW = json.dumps({"title": "Kart", "creator": "Lund, Per", "subject": "sjø", "place": "Bergen", "type": "kart"}).encode()
ROWS = MappingPolicy(crosswalk="rows", language="nb")


def run(policy: MappingPolicy = ROWS, vocabulary: Vocabulary | None = None, partner: str = "example-museum") -> Mapped | Rejected:
    return map_record(ROW, SourceInfo(partner=partner, key="k", format="rows"), policy, vocabulary=vocabulary or Vocabulary())


def test_texts_without_a_language_take_that_of_the_partner_file() -> None:
    outcome = run()
    assert isinstance(outcome, Mapped)
    assert outcome.record.titles == (Text(value="Kart", language="nb"),)


def test_constants_fill_fields_of_every_record() -> None:
    outcome = run(MappingPolicy(crosswalk="rows", constants={"institution": "Havn", "colour": "blue"}))
    assert isinstance(outcome, Mapped)
    assert (outcome.record.institution, outcome.record.extra) == ("Havn", {"constant.colour": ("blue",)})


def test_the_vocabulary_adds_items_and_says_where_life_dates_come_from() -> None:
    outcome = run(
        vocabulary=Vocabulary(
            creators={"Lund, Per": VocabularyEntry(wikidata="Q1", birth=1850, death=1920)},
            subjects={"sjø": VocabularyEntry(wikidata="Q2")},
            types={"kart": VocabularyEntry(wikidata="Q3")},
            places={"Bergen": VocabularyEntry(wikidata="Q4")},
        )
    )
    assert isinstance(outcome, Mapped)
    (per,) = outcome.record.agents
    assert (per.wikidata, per.birth, per.death, per.facts_from) == ("Q1", 1850, 1920, "vocabulary:creators")
    assert (outcome.record.subjects[0].wikidata, outcome.record.object_types[0].wikidata) == ("Q2", "Q3")
    assert outcome.record.places[0].identifiers[0].value.endswith("/Q4")


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partners, "_registered", {})

    @mapping("judge-museum")
    def judge(record: Record, raw: RawRecord) -> Record | Rejected:
        assert isinstance(raw.content, dict)
        if raw.source.key == "bad":
            return Rejected(key=record.key, reason=Reason.PARTNER_FUNCTION, detail="not for us")
        return replace(record, titles=(Text(value="<b>Ny</b> tittel"),))


def test_a_partner_function_changes_the_record_before_it_is_cleaned(judged: None) -> None:
    outcome = run(partner="judge-museum")
    assert isinstance(outcome, Mapped)
    assert outcome.record.titles == (Text(value="Ny tittel"),)


def test_a_partner_function_may_refuse_a_record(judged: None) -> None:
    outcome = map_record(ROW, SourceInfo(partner="judge-museum", key="bad", format="rows"), ROWS)
    assert isinstance(outcome, Rejected)
    assert outcome.reason is Reason.PARTNER_FUNCTION


def test_other_partners_have_no_function(judged: None) -> None:
    assert isinstance(run(partner="no-such-partner"), Mapped)


def test_the_digest_changes_with_whatever_may_change_the_result() -> None:
    digests = {
        mapping_digest(ROWS),
        mapping_digest(MappingPolicy(crosswalk="lido")),
        mapping_digest(replace(ROWS, fields={"titles": FieldSelector(path="t")})),
        mapping_digest(ROWS, vocabulary=Vocabulary(subjects={"a": VocabularyEntry(wikidata="Q1")})),
    }
    assert len(digests) == 4
    assert mapping_digest(ROWS) in digests


def test_mapping_the_same_payload_twice_gives_the_same_record() -> None:
    assert run() == run()
