"""EDM: external records and internal ones with proxies."""

from __future__ import annotations

from collections.abc import Callable

from glamflow.transforms.outcome import Mapped
from glamflow.transforms.record import DateKind, Record, RightsLevel, Speaker

RecordOf = Callable[..., Record]

HEAD = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:dcterms="http://purl.org/dc/terms/" xmlns:edm="http://www.europeana.eu/schemas/edm/" xmlns:ore="http://www.openarchives.org/ore/terms/"
 xmlns:skos="http://www.w3.org/2004/02/skos/core#" xmlns:rdaGr2="http://rdvocab.info/ElementsGr2/" xmlns:cc="http://creativecommons.org/ns#"
 xmlns:odrl="http://www.w3.org/ns/odrl/2/" xmlns:ebucore="http://www.ebu.ch/metadata/ontologies/ebucore/ebucore#"
 xmlns:wgs84="http://www.w3.org/2003/01/geo/wgs84_pos#">"""
EDM = HEAD + """
<edm:ProvidedCHO rdf:about="https://arkiv.havn.example/7">
 <dc:title xml:lang="nb">Album</dc:title><dc:creator rdf:resource="#anna"/><dc:creator>Dahl, Anna</dc:creator>
 <dcterms:created rdf:resource="#span"/><dcterms:issued>1910</dcterms:issued><dc:date>1999</dc:date>
 <dcterms:spatial rdf:resource="#bergen"/><dc:subject rdf:resource="http://vocab.example/1"/><dc:identifier>HA 12/3</dc:identifier>
 <dc:rights>© Havn byarkiv</dc:rights><dc:language>nor</dc:language><edm:type>IMAGE</edm:type></edm:ProvidedCHO>
<edm:Agent rdf:about="#anna"><skos:prefLabel xml:lang="nb">Anna Dahl</skos:prefLabel><rdaGr2:dateOfBirth>1850-02-01</rdaGr2:dateOfBirth>
 <rdaGr2:dateOfDeath>1920</rdaGr2:dateOfDeath></edm:Agent>
<edm:TimeSpan rdf:about="#span"><edm:begin>1890-01-01</edm:begin><edm:end>1895-12-31</edm:end></edm:TimeSpan>
<edm:Place rdf:about="#bergen"><skos:prefLabel>Bergen</skos:prefLabel><wgs84:lat>60.39</wgs84:lat><wgs84:long>5.32</wgs84:long></edm:Place>
<edm:WebResource rdf:about="https://arkiv.havn.example/m/HA-2.jpg"><edm:rights rdf:resource="#licence"/>
 <edm:isNextInSequence rdf:resource="https://arkiv.havn.example/m/HA-1.jpg"/><dc:description>Side 2</dc:description></edm:WebResource>
<edm:WebResource rdf:about="https://arkiv.havn.example/m/HA-1.jpg"><edm:rights rdf:resource="http://creativecommons.org/licenses/by/4.0/"/>
 <ebucore:hasMimeType>image/jpeg</ebucore:hasMimeType><ebucore:width>800</ebucore:width></edm:WebResource>
<cc:License rdf:about="#licence"><odrl:inheritFrom rdf:resource="http://rightsstatements.org/vocab/NoC-NC/1.0/"/></cc:License>
<ore:Aggregation rdf:about="#aggregation"><edm:dataProvider>Havn byarkiv</edm:dataProvider>
 <edm:isShownAt rdf:resource="https://arkiv.havn.example/post/7"/><edm:isShownBy rdf:resource="https://arkiv.havn.example/m/HA-2.jpg"/>
 <edm:hasView rdf:resource="https://arkiv.havn.example/m/HA-1.jpg"/><edm:object rdf:resource="https://arkiv.havn.example/t/1.jpg"/>
 <edm:rights rdf:resource="http://creativecommons.org/publicdomain/mark/1.0/"/></ore:Aggregation></rdf:RDF>"""


def test_references_are_resolved_and_the_same_maker_is_one(record_of: RecordOf) -> None:
    (maker,) = record_of(EDM, "edm").agents
    assert (maker.name, maker.birth, maker.death) == ("Anna Dahl", 1850, 1920)


def test_created_beats_date_and_a_time_span_is_read(record_of: RecordOf) -> None:
    made, issued = record_of(EDM, "edm").dates
    assert (made.earliest and made.earliest.year, made.latest and made.latest.year, made.kind) == (1890, 1895, DateKind.MADE)
    assert issued.kind is DateKind.PUBLISHED


def test_media_come_in_sequence_and_previews_do_not_count(record_of: RecordOf) -> None:
    first, second = record_of(EDM, "edm").media
    assert (first.id, first.position, first.mime, first.width) == ("HA-1.jpg", 1, "image/jpeg", 800)
    assert (second.id, second.position, second.page) == ("HA-2.jpg", 2, "2")


def test_rights_of_resources_aggregation_and_object_are_apart(record_of: RecordOf) -> None:
    record = record_of(EDM, "edm")
    assert [(s.value, s.level, s.speaker) for s in record.rights] == [
        ("© Havn byarkiv", RightsLevel.OBJECT, Speaker.HOLDER),
        ("http://creativecommons.org/publicdomain/mark/1.0/", RightsLevel.OBJECT, Speaker.HOLDER),
    ]
    assert record.media[1].rights[0].value == "http://rightsstatements.org/vocab/NoC-NC/1.0/"
    assert record.media[1].rights[0].level is RightsLevel.MEDIUM


def test_without_a_data_provider_the_aggregator_speaks(record_of: RecordOf) -> None:
    record = record_of(EDM.replace("<edm:dataProvider>Havn byarkiv</edm:dataProvider>", ""), "edm")
    assert {s.speaker for s in record.rights if s.value.startswith("http")} == {Speaker.AGGREGATOR}


def test_place_and_page_and_number(record_of: RecordOf) -> None:
    record = record_of(EDM, "edm")
    assert (record.places[0].latitude, record.source_url, record.inventory_number) == (60.39, "https://arkiv.havn.example/post/7", "HA 12/3")
    assert record.content_languages == ("no",)


def test_enrichments_of_the_europeana_proxy_are_left_out(outcome_of: Callable[..., Mapped]) -> None:
    internal = HEAD + """<ore:Proxy rdf:about="#p"><dc:title>Album</dc:title><edm:europeanaProxy>false</edm:europeanaProxy></ore:Proxy>
     <ore:Proxy rdf:about="#e"><dc:title>Guess</dc:title><dc:creator>Machine</dc:creator><edm:europeanaProxy>true</edm:europeanaProxy></ore:Proxy></rdf:RDF>"""
    record = outcome_of(internal, "edm").record
    assert [t.value for t in record.titles] == ["Album"]
    assert record.agents == ()
