"""LIDO: an invented painting with everything that a museum puts into such a record."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from glamflow.transforms.outcome import Mapped, Reason, Rejected
from glamflow.transforms.record import (
    Attribution,
    DateKind,
    MediaRole,
    PlaceKind,
    Record,
    RightsLevel,
    RightsStatement,
    Role,
)

RecordOf = Callable[..., Record]
OutcomeOf = Callable[..., Mapped | Rejected]

LIDO = """<lido:lido xmlns:lido="http://www.lido-schema.org" xmlns:gml="http://www.opengis.net/gml">
<lido:lidoRecID lido:type="local">LM-1</lido:lidoRecID>
<lido:descriptiveMetadata xml:lang="sv">
 <lido:objectClassificationWrap><lido:objectWorkTypeWrap><lido:objectWorkType>
  <lido:conceptID lido:type="URI">http://vocab.getty.edu/aat/300033618</lido:conceptID><lido:term>oljemålning</lido:term>
  <lido:term lido:addedSearchTerm="yes">bildkonst</lido:term></lido:objectWorkType></lido:objectWorkTypeWrap></lido:objectClassificationWrap>
 <lido:objectIdentificationWrap>
  <lido:titleWrap><lido:titleSet><lido:appellationValue lido:pref="alternate">Sjön</lido:appellationValue>
   <lido:appellationValue lido:pref="preferred">Vintermorgon</lido:appellationValue>
   <lido:appellationValue xml:lang="en">Winter Morning</lido:appellationValue></lido:titleSet></lido:titleWrap>
  <lido:inscriptionsWrap><lido:inscriptions><lido:inscriptionTranscription>A. L. 1879</lido:inscriptionTranscription></lido:inscriptions></lido:inscriptionsWrap>
  <lido:repositoryWrap><lido:repositorySet lido:type="current"><lido:repositoryName><lido:legalBodyName>
   <lido:appellationValue>Lumen museum</lido:appellationValue></lido:legalBodyName></lido:repositoryName>
   <lido:workID lido:type="inventory number">LM 1879/14</lido:workID></lido:repositorySet></lido:repositoryWrap>
  <lido:objectDescriptionWrap>
   <lido:objectDescriptionSet><lido:descriptiveNoteValue>Vy över &lt;b&gt;sjön&lt;/b&gt;.</lido:descriptiveNoteValue></lido:objectDescriptionSet>
   <lido:objectDescriptionSet lido:type="proveniens"><lido:descriptiveNoteValue>Gåva av Berta Q.</lido:descriptiveNoteValue></lido:objectDescriptionSet>
   <lido:objectDescriptionSet lido:type="intern anmärkning"><lido:descriptiveNoteValue>Försäkring 1 Mkr</lido:descriptiveNoteValue></lido:objectDescriptionSet>
  </lido:objectDescriptionWrap>
  <lido:objectMeasurementsWrap><lido:objectMeasurementsSet><lido:displayObjectMeasurements>54 x 72 cm</lido:displayObjectMeasurements>
   </lido:objectMeasurementsSet></lido:objectMeasurementsWrap>
 </lido:objectIdentificationWrap>
 <lido:eventWrap>
  <lido:eventSet><lido:event><lido:eventType><lido:conceptID>http://terminology.lido-schema.org/lido00007</lido:conceptID></lido:eventType>
   <lido:eventActor><lido:actorInRole><lido:actor lido:type="person">
     <lido:actorID lido:type="URI">http://www.wikidata.org/entity/Q5598</lido:actorID>
     <lido:nameActorSet><lido:appellationValue>Lindehed, Axel</lido:appellationValue></lido:nameActorSet>
     <lido:vitalDatesActor><lido:earliestDate>1839</lido:earliestDate><lido:latestDate>1887-05-17</lido:latestDate></lido:vitalDatesActor></lido:actor>
    <lido:roleActor><lido:term>målare</lido:term></lido:roleActor>
    <lido:attributionQualifierActor>workshop of</lido:attributionQualifierActor></lido:actorInRole></lido:eventActor>
   <lido:eventActor><lido:actorInRole><lido:actor><lido:nameActorSet><lido:appellationValue>Ramverket AB</lido:appellationValue></lido:nameActorSet></lido:actor>
    <lido:roleActor><lido:term>förgyllare</lido:term></lido:roleActor></lido:actorInRole></lido:eventActor>
   <lido:eventDate><lido:displayDate>omkring 1880</lido:displayDate><lido:date><lido:earliestDate>1875</lido:earliestDate>
    <lido:latestDate>1885</lido:latestDate></lido:date></lido:eventDate>
   <lido:eventPlace><lido:place><lido:namePlaceSet><lido:appellationValue>Stockholm</lido:appellationValue></lido:namePlaceSet>
    <lido:gml><gml:Point><gml:pos>59.3 18.1</gml:pos></gml:Point></lido:gml>
    <lido:partOfPlace><lido:namePlaceSet><lido:appellationValue>Sverige</lido:appellationValue></lido:namePlaceSet></lido:partOfPlace></lido:place></lido:eventPlace>
   <lido:eventMaterialsTech><lido:displayMaterialsTech>olja på duk</lido:displayMaterialsTech></lido:eventMaterialsTech></lido:event></lido:eventSet>
  <lido:eventSet><lido:event><lido:eventType><lido:term>förvärv</lido:term></lido:eventType><lido:eventActor>
   <lido:displayActorInRole>Berta Qvarnlund, Storgatan 14</lido:displayActorInRole></lido:eventActor></lido:event></lido:eventSet>
 </lido:eventWrap>
 <lido:objectRelationWrap><lido:subjectWrap><lido:subjectSet><lido:subject><lido:subjectConcept><lido:term>vinter</lido:term></lido:subjectConcept>
  <lido:subjectPlace><lido:displayPlace>Mälaren</lido:displayPlace></lido:subjectPlace></lido:subject></lido:subjectSet></lido:subjectWrap></lido:objectRelationWrap>
</lido:descriptiveMetadata>
<lido:administrativeMetadata xml:lang="sv">
 <lido:rightsWorkWrap><lido:rightsWorkSet><lido:rightsType><lido:conceptID lido:type="URI">https://creativecommons.org/publicdomain/mark/1.0/</lido:conceptID></lido:rightsType>
  <lido:creditLine>Gåva 1934</lido:creditLine></lido:rightsWorkSet></lido:rightsWorkWrap>
 <lido:recordWrap><lido:recordID lido:type="local">LM-1</lido:recordID>
  <lido:recordRights><lido:rightsType><lido:conceptID>https://creativecommons.org/publicdomain/zero/1.0/</lido:conceptID></lido:rightsType></lido:recordRights>
  <lido:recordInfoSet><lido:recordInfoLink lido:formatResource="text/html">https://lumen.example/object/LM-1</lido:recordInfoLink></lido:recordInfoSet></lido:recordWrap>
 <lido:resourceWrap>
  <lido:resourceSet lido:sortorder="2"><lido:resourceID lido:type="local">LM-1-2</lido:resourceID>
   <lido:resourceRepresentation lido:type="image_thumb"><lido:linkResource>https://lumen.example/t/LM-1-2.jpg</lido:linkResource></lido:resourceRepresentation>
   <lido:resourceRepresentation lido:type="image_master"><lido:linkResource lido:formatResource="image/tiff">https://lumen.example/m/LM-1-2.tif</lido:linkResource>
    <lido:resourceMeasurementsSet><lido:measurementType>width</lido:measurementType><lido:measurementUnit>pixel</lido:measurementUnit><lido:measurementValue>4000</lido:measurementValue></lido:resourceMeasurementsSet></lido:resourceRepresentation>
   <lido:resourcePerspective><lido:term>baksida</lido:term></lido:resourcePerspective>
   <lido:rightsResource><lido:rightsType><lido:conceptID>https://creativecommons.org/licenses/by/4.0/</lido:conceptID></lido:rightsType>
    <lido:creditLine>Foto: Nils Ohlin © Lumen museum</lido:creditLine></lido:rightsResource></lido:resourceSet>
  <lido:resourceSet><lido:resourceRepresentation lido:type="image_thumb"><lido:linkResource>https://lumen.example/t/x.jpg</lido:linkResource></lido:resourceRepresentation></lido:resourceSet>
 </lido:resourceWrap></lido:administrativeMetadata></lido:lido>"""


def test_titles_come_preferred_first_each_with_its_language(record_of: RecordOf) -> None:
    record = record_of(LIDO, "lido")
    assert [(t.value, t.language) for t in record.titles] == [("Vintermorgon", "sv"), ("Winter Morning", "en"), ("Sjön", "sv")]


def test_object_type_keeps_its_address_and_drops_broader_search_terms(record_of: RecordOf) -> None:
    (kind,) = record_of(LIDO, "lido").object_types
    assert ([t.value for t in kind.labels], kind.uri) == (["oljemålning"], "http://vocab.getty.edu/aat/300033618")


def test_the_inventory_number_is_exactly_as_supplied(record_of: RecordOf) -> None:
    assert record_of(LIDO, "lido").inventory_number == "LM 1879/14"


def test_the_maker_has_natural_name_life_dates_attribution_and_item(record_of: RecordOf) -> None:
    (maker,) = record_of(LIDO, "lido").agents
    assert (maker.name, maker.role, maker.birth, maker.death) == ("Axel Lindehed", Role.CREATOR, 1839, 1887)
    assert (maker.attribution, maker.wikidata) == (Attribution.WORKSHOP_OF, "Q5598")


def test_an_actor_of_unknown_role_is_no_creator_but_kept_inside(outcome_of: OutcomeOf) -> None:
    outcome = outcome_of(LIDO, "lido")
    assert isinstance(outcome, Mapped)
    assert outcome.record.extra["lido.actor.förgyllare"] == ("Ramverket AB",)
    assert any(f.reason is Reason.VALUE_NOT_READ and "förgyllare" in f.value for f in outcome.findings)


def test_date_place_and_material_come_from_the_production_event(record_of: RecordOf) -> None:
    record = record_of(LIDO, "lido")
    (date,), (made, depicted) = record.dates, record.places
    assert (date.earliest and date.earliest.year, date.latest and date.latest.year, date.circa, date.kind) == (1875, 1885, True, DateKind.MADE)
    assert (made.kind, made.country, made.latitude, made.longitude) == (PlaceKind.MADE, "SE", 59.3, 18.1)
    assert depicted.kind is PlaceKind.DEPICTED
    assert record.materials[0].labels[0].value == "olja på duk"


def test_provenance_donors_and_internal_notes_stay_inside(outcome_of: OutcomeOf) -> None:
    outcome = outcome_of(LIDO, "lido")
    assert isinstance(outcome, Mapped)
    record = outcome.record
    assert [t.value for t in record.descriptions] == ["Vy över sjön."]
    assert [t.value for t in record.provenance] == ["Gåva av Berta Q."]
    assert record.extra["lido.note.intern anmärkning"] == ("Försäkring 1 Mkr",)
    assert any("Qvarnlund" in v for values in record.extra.values() for v in values)
    assert not any("Qvarnlund" in a.name for a in record.agents)
    assert sum(f.reason is Reason.INTERNAL_NOTE_KEPT_INSIDE for f in outcome.findings) == 2


def test_rights_are_kept_apart_by_what_they_speak_of(record_of: RecordOf) -> None:
    record = record_of(LIDO, "lido")
    assert [(s.level, s.value) for s in record.rights] == [
        (RightsLevel.OBJECT, "https://creativecommons.org/publicdomain/mark/1.0/"),
        (RightsLevel.METADATA, "https://creativecommons.org/publicdomain/zero/1.0/"),
    ]
    by, credit = record.media[0].rights
    assert by == RightsStatement(value="https://creativecommons.org/licenses/by/4.0/", level=RightsLevel.MEDIUM)
    assert credit.value == "Foto: Nils Ohlin © Lumen museum"


def test_the_master_is_taken_and_a_lone_thumbnail_is_not(outcome_of: OutcomeOf) -> None:
    outcome = outcome_of(LIDO, "lido")
    assert isinstance(outcome, Mapped)
    (medium,) = outcome.record.media
    assert (medium.id, medium.url, medium.role) == ("LM-1-2", "https://lumen.example/m/LM-1-2.tif", MediaRole.BACK)
    assert (medium.position, medium.width, medium.mime, medium.photographer) == (2, 4000, "image/tiff", "Nils Ohlin")
    assert any("thumbnail" in f.detail for f in outcome.findings)


def test_source_credit_and_institution(record_of: RecordOf) -> None:
    record = record_of(LIDO, "lido")
    assert (record.source_url, record.credit_line, record.institution) == ("https://lumen.example/object/LM-1", "Gåva 1934", "Lumen museum")


@pytest.mark.parametrize(
    "changed",
    [LIDO.replace("http://www.lido-schema.org", "http://www.lido-schema.org/wrong"),
     LIDO.replace("lido:", "").replace('xmlns:lido="http://www.lido-schema.org" ', ""),
     LIDO.replace('xmlns:lido="http://www.lido-schema.org"', "")],
    ids=["wrong namespace", "no namespace", "undeclared prefix"],
)  # fmt: skip
def test_a_wrong_or_missing_namespace_maps_the_same_with_a_finding(changed: str, outcome_of: OutcomeOf, record_of: RecordOf) -> None:
    outcome = outcome_of(changed, "lido")
    assert isinstance(outcome, Mapped)
    assert any(f.reason is Reason.NAMESPACE_WRONG for f in outcome.findings)
    assert outcome.record == record_of(LIDO, "lido")


def test_a_record_inside_its_wrapper_and_oai_envelope_is_found(record_of: RecordOf) -> None:
    wrapped = f'<record xmlns="http://www.openarchives.org/OAI/2.0/"><metadata><lidoWrap>{LIDO}</lidoWrap></metadata></record>'
    assert record_of(wrapped, "lido") == record_of(LIDO, "lido")


def test_a_broken_document_before_does_not_change_how_the_next_one_is_read(outcome_of: OutcomeOf) -> None:
    undeclared = LIDO.replace('xmlns:lido="http://www.lido-schema.org"', "")
    alone = outcome_of(undeclared, "lido")
    assert isinstance(outcome_of("<lido><unclosed", "lido"), Rejected)
    assert outcome_of(undeclared, "lido") == alone


def test_skos_concepts_of_lido_1_1_are_read_like_terms(record_of: RecordOf) -> None:
    skos = LIDO.replace(
        "<lido:conceptID>http://terminology.lido-schema.org/lido00007</lido:conceptID>",
        '<skos:Concept xmlns:skos="s" xmlns:rdf="r" rdf:about="http://terminology.lido-schema.org/lido00007"/>',
    ).replace(
        '<lido:conceptID lido:type="URI">http://vocab.getty.edu/aat/300033618</lido:conceptID><lido:term>oljemålning</lido:term>',
        '<skos:Concept xmlns:skos="s" xmlns:rdf="r" rdf:about="http://vocab.getty.edu/aat/300033618">'
        "<skos:prefLabel>oljemålning</skos:prefLabel></skos:Concept>",
    ).replace(
        "<lido:conceptID>https://creativecommons.org/licenses/by/4.0/</lido:conceptID>",
        '<skos:Concept xmlns:skos="s" xmlns:rdf="r" rdf:about="https://creativecommons.org/licenses/by/4.0/"/>',
    )
    assert record_of(skos, "lido") == record_of(LIDO, "lido")
