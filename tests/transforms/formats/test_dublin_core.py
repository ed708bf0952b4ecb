"""oai_dc and qualified Dublin Core."""

from __future__ import annotations

from collections.abc import Callable

from glamflow.transforms.outcome import Mapped, Reason
from glamflow.transforms.record import AgentKind, DateKind, Record, RightsLevel, Role

RecordOf = Callable[..., Record]

DC = """<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title xml:lang="nb">Brev fra Anna</dc:title><dc:title xml:lang="eng">Letter from Anna</dc:title>
<dc:creator>Dahl, Anna (1850-1920)</dc:creator><dc:contributor>Lund, Per (photographer)</dc:contributor>
<dc:publisher>Havn byarkiv</dc:publisher><dc:date>1891</dc:date><dc:date>2019-03-01T10:11:12Z</dc:date>
<dc:identifier>HA 12/3</dc:identifier><dc:identifier>https://arkiv.havn.example/post/7</dc:identifier>
<dc:identifier>https://arkiv.havn.example/media/7.jpg</dc:identifier><dc:relation>https://arkiv.havn.example/media/8.jpg</dc:relation>
<dc:type>brev</dc:type><dc:language>nor</dc:language><dc:coverage>Bergen</dc:coverage><dc:coverage>1890-1900</dc:coverage>
<dc:format>21 x 14 cm</dc:format><dc:rights>http://creativecommons.org/publicdomain/mark/1.0/</dc:rights>
<dc:rights>Bruk fritt</dc:rights></oai_dc:dc>"""

QDC = """<oai_qdc:qualifieddc xmlns:oai_qdc="http://worldcat.org/xmlschemas/qdc-1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:dcterms="http://purl.org/dc/terms/"><dc:title>Kart</dc:title><dcterms:alternative>Gammelt kart</dcterms:alternative>
<dc:date>1999</dc:date><dcterms:created>1702</dcterms:created><dcterms:issued>1710</dcterms:issued>
<dcterms:available>2027-01-01</dcterms:available><dcterms:provenance>Fra dødsboet etter P. Lund</dcterms:provenance>
<dcterms:medium>papir</dcterms:medium><dcterms:extent>40 x 60 cm</dcterms:extent><dcterms:spatial>Norge</dcterms:spatial>
<dcterms:license>CC BY 4.0</dcterms:license><dcterms:isPartOf>Kartsamlingen</dcterms:isPartOf></oai_qdc:qualifieddc>"""


def test_a_plain_record_gives_titles_makers_dates_and_numbers(record_of: RecordOf) -> None:
    record = record_of(DC, "oai_dc")
    assert [(t.value, t.language) for t in record.titles] == [("Brev fra Anna", "nb"), ("Letter from Anna", "en")]
    anna, per, archive = record.agents
    assert (anna.name, anna.birth, anna.death, anna.kind) == ("Anna Dahl", 1850, 1920, AgentKind.PERSON)
    assert (per.name, per.role) == ("Per Lund", Role.PHOTOGRAPHER)
    assert archive.role is Role.PUBLISHER
    assert record.inventory_number == "HA 12/3"


def test_the_moment_of_deposit_is_no_date_of_the_work(record_of: RecordOf) -> None:
    record = record_of(DC, "oai_dc")
    assert [d.as_stated for d in record.dates] == ["1891"]
    assert record.extra["dc.date"] == ("2019-03-01T10:11:12Z",)


def test_addresses_of_files_are_media_and_the_other_one_is_the_page(record_of: RecordOf) -> None:
    record = record_of(DC, "oai_dc")
    assert [m.url for m in record.media] == [
        "https://arkiv.havn.example/media/7.jpg",
        "https://arkiv.havn.example/media/8.jpg",
    ]
    assert record.source_url == "https://arkiv.havn.example/post/7"


def test_a_period_in_coverage_is_no_place(record_of: RecordOf) -> None:
    assert [p.names[0].value for p in record_of(DC, "oai_dc").places] == ["Bergen"]


def test_rights_are_kept_verbatim_on_the_level_of_the_object(record_of: RecordOf) -> None:
    assert [(s.value, s.level) for s in record_of(DC, "oai_dc").rights] == [
        ("http://creativecommons.org/publicdomain/mark/1.0/", RightsLevel.OBJECT),
        ("Bruk fritt", RightsLevel.OBJECT),
    ]


def test_qualified_terms_say_more(record_of: RecordOf) -> None:
    record = record_of(QDC, "qdc")
    assert [(d.as_stated, d.kind) for d in record.dates] == [("1702", DateKind.MADE), ("1710", DateKind.PUBLISHED)]
    assert record.not_before == "2027-01-01"
    assert [t.value for t in record.provenance] == ["Fra dødsboet etter P. Lund"]
    assert (record.places[0].country, record.collection, record.materials[0].labels[0].value) == (
        "NO",
        "Kartsamlingen",
        "papir",
    )
    assert [(d.kind, d.value) for d in record.dimensions] == [("height", 40), ("width", 60)]
    assert record.rights[0].value == "CC BY 4.0"


def test_a_record_without_title_is_mapped_and_says_so(outcome_of: Callable[..., Mapped]) -> None:
    outcome = outcome_of(DC.replace("dc:title", "dc:relation"), "oai_dc")
    assert Reason.TITLE_MISSING in {f.reason for f in outcome.findings}


def test_properties_without_any_namespace_still_map(record_of: RecordOf) -> None:
    plain = "<record><title>Kart</title><creator>Lund, Per</creator><identifier>K 12</identifier></record>"
    record = record_of(plain, "oai_dc")
    assert (record.titles[0].value, record.agents[0].name, record.inventory_number) == ("Kart", "Per Lund", "K 12")


def test_several_names_in_one_value_are_several_people_each_with_a_life_and_a_role_of_its_own(
    record_of: RecordOf,
) -> None:
    names = "Dahl, Anna, 1850-1920; Lund, Per (photographer);M&amp;uuml;ller, Eva"
    payload = f"<dc><title>T</title><creator>{names.replace(';M&amp;', '</creator><creator>M&amp;')}</creator></dc>"
    anna, per, eva = record_of(payload, "oai_dc").agents
    assert (anna.name, anna.birth, anna.death) == ("Anna Dahl", 1850, 1920)
    assert (per.name, per.role, per.death) == ("Per Lund", Role.PHOTOGRAPHER, None)
    assert eva.name == "Eva Müller"


def test_a_moment_of_deposit_repeated_as_created_made_no_work(record_of: RecordOf) -> None:
    stamp = "2013-05-01T10:00:00Z"
    deposited = QDC.replace("<dcterms:created>1702", f"<dcterms:dateAccepted>{stamp}</dcterms:dateAccepted><dcterms:created>{stamp}")
    record = record_of(deposited, "oai_dc")
    assert [(d.earliest.year, d.kind) for d in record.dates if d.earliest] == [(1999, DateKind.MADE), (1710, DateKind.PUBLISHED)]
    assert record.extra["dc.created"] == (stamp,)


def test_a_numbered_whole_is_a_series(record_of: RecordOf) -> None:
    record = record_of(QDC.replace("Kartsamlingen", "Technical report series ; no. 12"), "oai_dc")
    assert (record.series, record.series_number, record.collection) == ("Technical report series", "12", "")
