"""EAD, K-samsök and IIIF."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from glamflow.transforms.formats.split import split_payload
from glamflow.transforms.outcome import Mapped, Reason
from glamflow.transforms.record import MediaRole, Record, RightsLevel, Role

RecordOf = Callable[..., Record]

EAD = """<ead xmlns="urn:isbn:1-931666-22-9" xmlns:xlink="http://www.w3.org/1999/xlink"><eadheader/><archdesc level="fonds">
<did><unittitle>Familien Dahls arkiv</unittitle><repository><corpname>Havn byarkiv</corpname></repository>
 <origination><persname>Dahl, Anna</persname></origination></did>
<userestrict><p>Fri bruk</p></userestrict><dsc><c01 level="series"><did><unittitle>Brev</unittitle></did>
<c02 level="item" id="c-1"><did><unittitle>Brev fra Bergen</unittitle><unitid>HA 7/1</unitid><unitdate normal="1890/1892">ca. 1890-1892</unitdate>
 <origination><persname role="fotograf">Lund, Per (1850-1920)</persname></origination>
 <dao xlink:href="https://x.example/media/HA-7-1.jpg" xlink:title="Side 1"/></did>
 <scopecontent><p>Om sjøen.</p></scopecontent><custodhist><p>Gave 1930</p></custodhist><processinfo><p>ordnet av NN</p></processinfo>
 <accessrestrict><p>ingen</p></accessrestrict><controlaccess><subject>sjø</subject><geogname>Bergen</geogname></controlaccess></c02>
<c02 level="item" id="c-2"><did><unitid>HA 7/2</unitid><dao xlink:href="https://x.example/media/HA-7-2.jpg"/></did></c02>
<c02 level="item"><did><unittitle>Uten bilde</unittitle></did></c02></c01></dsc></archdesc></ead>"""

EAD3 = """<c02 level="file"><did><unittitle lang="fin">Kirje</unittitle><unitid label="Inventaarionumero">S 1</unitid>
<unitdatestructured><daterange><fromdate standarddate="1881">1881</fromdate><todate standarddate="1883">1883</todate></daterange></unitdatestructured>
<daoset><dao identifier="11" href="https://x.example/s_0001.tif" linktitle="Sivu 1"/><dao identifier="12" href="https://x.example/s_0002.tif" linktitle="Sivu 2"/></daoset></did>
<relations><relation arcrole="Kirjoittaja"><relationentry>Sund, Eva</relationentry></relation>
<relation arcrole="lahjoittaja"><relationentry>Inge, Olli</relationentry></relation></relations></c02>"""

SOCH = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://kulturarvsdata.se/ksamsok#">
<rdf:Description rdf:about="http://kulturarvsdata.se/lm/object/1"><rdf:type rdf:resource="http://kulturarvsdata.se/ksamsok#Entity"/>
 <itemTitle>Ringspänne</itemTitle><itemLicenseUrl rdf:resource="http://creativecommons.org/publicdomain/zero/1.0/"/><url>https://lumen.example/1</url></rdf:Description>
<rdf:Description rdf:about="http://kulturarvsdata.se/lm/object/1"><itemNumber rdf:nodeID="n"/><context rdf:nodeID="c"/><context rdf:nodeID="u"/><image rdf:nodeID="i"/></rdf:Description>
<rdf:Description rdf:nodeID="n"><number>LMA 812:5</number></rdf:Description>
<rdf:Description rdf:nodeID="c"><contextType rdf:resource="http://kulturarvsdata.se/resurser/ContextType#produce"/><name>Nils Smed</name><fromTime>1250</fromTime><toTime>1350</toTime>
 <parishName>Sigtuna</parishName></rdf:Description>
<rdf:Description rdf:nodeID="u"><contextType rdf:resource="http://kulturarvsdata.se/resurser/ContextType#use"/><name>Gustav</name></rdf:Description>
<rdf:Description rdf:nodeID="i"><thumbnailSource>https://x.example/t.jpg</thumbnailSource><lowresSource>https://x.example/low/LMA-812.jpg</lowresSource>
 <highresSource>https://x.example/high/LMA-812.jpg</highresSource><byline>Nils Ohlin</byline><mediaMotiveWord>baksida</mediaMotiveWord>
 <mediaLicense rdf:resource="http://kulturarvsdata.se/resurser/license#by"/><mediaLicenseUrl rdf:resource="http://creativecommons.org/licenses/by/2.5/se/"/></rdf:Description></rdf:RDF>"""

SERVICE3 = {"id": "https://x.example/iiif/p1", "type": "ImageService3", "profile": "level2"}
IIIF3: dict[str, Any] = {
    "@context": "http://iiif.io/api/presentation/3/context.json", "id": "https://x.example/m", "type": "Manifest",
    "label": {"en": ["Album"], "nb": ["Album"]}, "rights": "https://creativecommons.org/licenses/by/4.0/",
    "requiredStatement": {"label": {"en": ["Attribution"]}, "value": {"en": ["Havn byarkiv"]}},
    "metadata": [{"label": {"en": ["Artist"]}, "value": {"none": ["Lund, Per (1850-1920)"]}}, {"label": {"en": ["Shelfmark"]}, "value": {"none": ["HA 9"]}},
                 {"label": {"en": ["Mood"]}, "value": {"none": ["sad"]}}, {"label": {"en": ["Date"]}, "value": {"none": ["1890-1892"]}}],
    "homepage": [{"id": "https://x.example/9", "type": "Text", "format": "text/html"}], "provider": [{"id": "p", "label": {"nb": ["Havn byarkiv"]}}],
    "items": [{"id": "https://x.example/c1", "type": "Canvas", "label": {"none": ["12r"]}, "rights": "http://rightsstatements.org/vocab/InC/1.0/", "items": [
        {"type": "AnnotationPage", "items": [{"type": "Annotation", "motivation": "painting", "body": {
            "id": "https://x.example/iiif/p1/full/500,/0/default.jpg", "type": "Image", "format": "image/jpeg", "width": 4000, "height": 3000, "service": [SERVICE3]}}]}]}],
}  # fmt: skip
IIIF2 = {
    "@context": "http://iiif.io/api/presentation/2/context.json", "@id": "https://x.example/m2", "@type": "sc:Manifest", "label": "Kart",
    "license": "https://creativecommons.org/publicdomain/mark/1.0/", "attribution": "Havn", "metadata": [{"label": "Date", "value": "1702"}],
    "sequences": [{"canvases": [{"@id": "https://x.example/c1", "label": "front", "images": [{"resource": {"@id": "https://x.example/iiif2/k/full/full/0/default.jpg",
        "service": {"@context": "http://iiif.io/api/image/2/context.json", "@id": "https://x.example/iiif2/k", "profile": "http://iiif.io/api/image/2/level2.json"}}}]}]}],
}  # fmt: skip


@pytest.fixture
def components(record_of: RecordOf) -> list[Record]:
    return [record_of(payload, "ead") for _, payload in split_payload(EAD.encode(), "ead")]


def test_each_ead_component_with_media_is_a_record_with_what_it_inherits(components: list[Record]) -> None:
    first, second = components
    assert (first.titles[0].value, first.inventory_number, first.institution) == ("Brev fra Bergen", "HA 7/1", "Havn byarkiv")
    assert (first.collection, first.series) == ("Familien Dahls arkiv", "Brev")
    assert (second.inventory_number, [m.id for m in second.media]) == ("HA 7/2", ["HA-7-2.jpg"])


def test_the_creator_of_the_fonds_did_not_make_its_parts(components: list[Record]) -> None:
    assert [(a.name, a.role, a.death) for a in components[0].agents] == [("Per Lund", Role.PHOTOGRAPHER, 1920)]
    assert components[1].agents == ()


def test_a_component_without_title_takes_its_parents_and_says_so(outcome_of: Callable[..., Mapped]) -> None:
    _, (key, payload) = split_payload(EAD.encode(), "ead")
    outcome = outcome_of(payload, "ead")
    assert (key, outcome.record.titles[0].value) == ("c-2", "Brev")
    assert Reason.TITLE_FALLBACK in {f.reason for f in outcome.findings}


def test_use_restrictions_of_a_parent_speak_of_the_collection(components: list[Record]) -> None:
    assert [(s.value, s.level) for s in components[0].rights] == [("Fri bruk", RightsLevel.COLLECTION)]


def test_ead_dates_provenance_and_inner_notes(components: list[Record]) -> None:
    first = components[0]
    (date,) = first.dates
    assert (date.earliest and date.earliest.year, date.latest and date.latest.year, date.circa) == (1890, 1892, True)
    assert [t.value for t in first.provenance] == ["Gave 1930"]
    assert (first.extra["ead.processinfo"], [t.value for t in first.descriptions]) == (("ordnet av NN",), ["Om sjøen."])


def test_ead3_sets_of_files_are_media_with_pages(record_of: RecordOf) -> None:
    record = record_of(EAD3, "ead")
    assert [(m.id, m.page, m.role) for m in record.media] == [("11", "1", MediaRole.PAGE), ("12", "2", MediaRole.PAGE)]
    assert [(a.name, a.role) for a in record.agents] == [("Eva Sund", Role.AUTHOR)]
    assert (record.inventory_number, record.extra["ead.relation.lahjoittaja"]) == ("S 1", ("Inge, Olli",))
    assert record.dates[0].earliest is not None


def test_soch_follows_nodes_and_keeps_the_licence_of_the_image(record_of: RecordOf) -> None:
    record = record_of(SOCH, "soch")
    (medium,) = record.media
    assert (medium.url, medium.photographer, medium.role) == ("https://x.example/high/LMA-812.jpg", "Nils Ohlin", MediaRole.BACK)
    assert [(s.value, s.vocabulary, s.level) for s in medium.rights] == [
        ("http://creativecommons.org/licenses/by/2.5/se/", "", RightsLevel.MEDIUM),
        ("http://kulturarvsdata.se/resurser/license#by", "soch", RightsLevel.MEDIUM),
    ]
    assert [s.level for s in record.rights] == [RightsLevel.METADATA]


def test_soch_contexts_of_making_give_maker_and_date_and_use_stays_inside(record_of: RecordOf) -> None:
    record = record_of(SOCH, "soch")
    assert [a.name for a in record.agents] == ["Nils Smed"]
    assert (record.dates[0].earliest and record.dates[0].earliest.year, record.inventory_number) == (1250, "LMA 812:5")
    assert record.extra["soch.context.use"] == ("Gustav",)


def test_iiif_3_gives_full_size_images_with_rights_of_the_canvas(record_of: RecordOf) -> None:
    record = record_of(json.dumps(IIIF3), "iiif")
    (medium,) = record.media
    assert (medium.id, medium.url, medium.page) == ("p1", "https://x.example/iiif/p1/full/max/0/default.jpg", "12r")
    assert (medium.iiif_service, medium.width, medium.rights[0].value) == ("https://x.example/iiif/p1", 4000, "http://rightsstatements.org/vocab/InC/1.0/")
    assert [s.value for s in record.rights] == ["https://creativecommons.org/licenses/by/4.0/", "Havn byarkiv"]


def test_iiif_metadata_is_read_by_known_labels_and_the_rest_stays_inside(record_of: RecordOf) -> None:
    record = record_of(json.dumps(IIIF3), "iiif")
    assert [(a.name, a.death) for a in record.agents] == [("Per Lund", 1920)]
    assert (record.inventory_number, record.source_url, record.institution) == ("HA 9", "https://x.example/9", "Havn byarkiv")
    assert record.extra == {"iiif.mood": ("sad",)}


def test_iiif_2_uses_the_older_words(record_of: RecordOf) -> None:
    record = record_of(json.dumps(IIIF2), "iiif")
    assert (record.media[0].url, record.media[0].role) == ("https://x.example/iiif2/k/full/full/0/default.jpg", MediaRole.FRONT)
    assert (record.titles[0].value, record.dates[0].as_stated) == ("Kart", "1702")


DATED = """<c02 xmlns="urn:isbn:1-931666-22-9" level="item"><did><unittitle>Brev</unittitle>%s</did></c02>"""


@pytest.mark.parametrize(
    ("dates", "found"),
    [
        ('<unitdate type="bulk" normal="1890/1892"/><unitdate type="inclusive" normal="1880/1920"/>', [(1880, 1920, "made", False)]),
        ('<unitdate type="bulk" normal="1890/1892">1890-1892</unitdate>', [(1890, 1892, "made", False)]),
        ('<unitdate normal="1902/1902">c.1902</unitdate>', [(1902, 1902, "made", True)]),
        ('<unitdate normal="1902/1902" certainty="approximate">1902</unitdate>', [(1902, 1902, "made", True)]),
        ('<unitdate datechar="digitization" normal="2015">2015</unitdate><unitdate>1902</unitdate>', [(1902, 1902, "made", False)]),
        ('<unitdate datechar="publication" normal="1903">1903</unitdate>', [(1903, 1903, "published", False)]),
    ],
)  # fmt: skip
def test_the_date_of_a_unit_is_all_of_it_as_vague_as_said_and_of_its_making(
    record_of: RecordOf, dates: str, found: list[tuple[Any, ...]]
) -> None:
    spans = record_of(DATED % dates, "ead").dates
    assert [(s.earliest and s.earliest.year, s.latest and s.latest.year, s.kind.value, s.circa) for s in spans] == found


def test_rights_among_the_pairs_of_a_manifest_are_statements_beside_its_licence(record_of: RecordOf) -> None:
    pair = {"label": {"en": ["Access Rights"]}, "value": {"en": ["<span>© Eva Dal. All rights reserved</span>"]}}
    record = record_of(json.dumps({**IIIF3, "metadata": [pair]}), "iiif")
    assert next(s.value for s in record.rights if s.level is RightsLevel.OBJECT) == "© Eva Dal. All rights reserved"
    assert "https://creativecommons.org/licenses/by/4.0/" in [s.value for s in record.rights]


@pytest.mark.parametrize("value", [7, 1.5, True, [3], None, {"format": 4}, [["x"]], "x"])
@pytest.mark.parametrize("key", ["homepage", "rendering", "provider", "metadata", "items", "rights", "requiredStatement", "label"])
def test_odd_values_in_a_manifest_are_no_crash(record_of: RecordOf, key: str, value: Any) -> None:
    assert record_of(json.dumps({**IIIF3, key: value}), "iiif").inventory_number in ("", "HA 9")
