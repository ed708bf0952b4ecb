"""MODS, MARCXML and METS: an invented letter and an invented map."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from glamflow.transforms.formats.marcxml import fixed_dates
from glamflow.transforms.formats.split import split_payload
from glamflow.transforms.outcome import Mapped, Reason
from glamflow.transforms.record import DateKind, MediaRole, Record, RightsLevel, Role

RecordOf = Callable[..., Record]

MODS = """<mods xmlns="http://www.loc.gov/mods/v3" xmlns:xlink="http://www.w3.org/1999/xlink">
<titleInfo type="alternative"><title>Brevet</title></titleInfo>
<titleInfo lang="eng"><nonSort>The</nonSort><title>letter</title><subTitle>from home</subTitle></titleInfo>
<name type="personal"><namePart type="family">Dahl</namePart><namePart type="given">Anna</namePart><namePart type="date">1850-1920</namePart>
 <role><roleTerm authority="marcrelator" type="code">aut</roleTerm></role></name>
<name><namePart>Lund, Per</namePart><role><roleTerm>notary</roleTerm></role></name>
<originInfo><dateCreated point="start">1890</dateCreated><dateCreated point="end">1895</dateCreated><dateIssued>1910</dateIssued>
 <publisher>Havn forlag</publisher><place><placeTerm type="text">Bergen</placeTerm></place></originInfo>
<subject><topic valueURI="http://vocab.example/1">sea</topic><geographic>Bergen</geographic></subject>
<note type="ownership">Havn byarkiv</note><note type="acquisition">Gave fra P. Lund</note><note type="internal">kassert</note><abstract>About the sea.</abstract>
<physicalDescription><form>paper</form><extent>20 x 30 cm</extent></physicalDescription><language><languageTerm type="code">nor</languageTerm></language>
<identifier type="inventory number">HA 7</identifier><identifier type="isbn">9783161484100</identifier>
<location><physicalLocation type="repository">Havn</physicalLocation><url access="preview">https://x.example/t.jpg</url>
 <url access="raw object">https://x.example/full/HA-7.jpg</url><url access="object in context">https://x.example/7</url></location>
<accessCondition type="use and reproduction" xlink:href="https://creativecommons.org/publicdomain/mark/1.0/">Public Domain</accessCondition>
<accessCondition type="restriction on access">Open</accessCondition>
<relatedItem type="host"><titleInfo><title>Album</title></titleInfo><name><namePart>Not, Me</namePart></name></relatedItem></mods>"""

MARC = """<record xmlns="http://www.loc.gov/MARC21/slim"><leader>00000nem a2200000</leader><controlfield tag="001">99</controlfield>
<controlfield tag="008">110831s1702    no a          0   0 nor  </controlfield>
<datafield tag="100" ind1="1" ind2=" "><subfield code="a">Lund, Per,</subfield><subfield code="d">1650-1710.</subfield><subfield code="e">cartographer</subfield></datafield>
<datafield tag="245" ind1="1" ind2="0"><subfield code="a">Kart over Bergen /</subfield><subfield code="c">Per Lund</subfield></datafield>
<datafield tag="264" ind1=" " ind2="1"><subfield code="a">Bergen :</subfield><subfield code="b">Havn forlag,</subfield><subfield code="c">[1702]</subfield></datafield>
<datafield tag="300" ind1=" " ind2=" "><subfield code="c">40 x 60 cm</subfield></datafield>
<datafield tag="540" ind1=" " ind2=" "><subfield code="a">Public domain</subfield><subfield code="u">https://creativecommons.org/publicdomain/mark/1.0/</subfield></datafield>
<datafield tag="561" ind1=" " ind2=" "><subfield code="a">Fra P. Lunds dødsbo</subfield></datafield>
<datafield tag="583" ind1=" " ind2=" "><subfield code="a">conserved 1999</subfield></datafield>
<datafield tag="650" ind1=" " ind2="7"><subfield code="a">byer</subfield><subfield code="0">http://vocab.example/2</subfield></datafield>
<datafield tag="852" ind1=" " ind2=" "><subfield code="a">NO-1</subfield><subfield code="j">K 12/3</subfield></datafield>
<datafield tag="856" ind1="4" ind2="0"><subfield code="u">https://x.example/kart-12.tif</subfield><subfield code="q">image/tiff</subfield></datafield>
<datafield tag="856" ind1="4" ind2="0"><subfield code="u">https://x.example/kart/12</subfield></datafield></record>"""

METS = (
    """<mets:mets xmlns:mets="http://www.loc.gov/METS/" xmlns:xlink="http://www.w3.org/1999/xlink" OBJID="m-7">
<mets:dmdSec ID="D1"><mets:mdWrap MDTYPE="MODS"><mets:xmlData>"""
    + MODS.replace('<url access="raw object">https://x.example/full/HA-7.jpg</url>', "")
    + """</mets:xmlData></mets:mdWrap></mets:dmdSec>
<mets:amdSec><mets:rightsMD><mets:mdWrap><mets:xmlData><dv:rights xmlns:dv="http://dfg-viewer.de/"><dv:owner>Havn</dv:owner>
 <dv:license>https://creativecommons.org/licenses/by/4.0/</dv:license></dv:rights></mets:xmlData></mets:mdWrap></mets:rightsMD></mets:amdSec>
<mets:fileSec><mets:fileGrp USE="THUMBS"><mets:file ID="T1" MIMETYPE="image/jpeg"><mets:FLocat xlink:href="https://x.example/t1.jpg"/></mets:file></mets:fileGrp>
 <mets:fileGrp USE="MAX"><mets:file ID="F2" MIMETYPE="image/jpeg" SIZE="12"><mets:FLocat xlink:href="https://x.example/p2.jpg"/></mets:file>
 <mets:file ID="F1" MIMETYPE="image/jpeg"><mets:FLocat xlink:href="https://x.example/p1.jpg"/></mets:file>
 <mets:file ID="F3" MIMETYPE="image/jpeg"><mets:FLocat xlink:href="local/p3.jpg"/></mets:file></mets:fileGrp></mets:fileSec>
<mets:structMap TYPE="LOGICAL"><mets:div DMDID="D1" TYPE="letter"/></mets:structMap>
<mets:structMap TYPE="PHYSICAL"><mets:div TYPE="physSequence"><mets:div TYPE="cover_front" ORDER="1"><mets:fptr FILEID="F1"/><mets:fptr FILEID="T1"/></mets:div>
 <mets:div TYPE="page" ORDER="2" ORDERLABEL="1r"><mets:fptr FILEID="F2"/></mets:div></mets:div></mets:structMap></mets:mets>"""
)


def test_mods_gives_title_proper_makers_and_dates(record_of: RecordOf) -> None:
    record = record_of(MODS, "mods")
    assert [t.value for t in record.titles] == ["The letter : from home", "Brevet"]
    anna, publisher = record.agents
    assert (anna.name, anna.role, anna.birth, anna.death) == ("Anna Dahl", Role.AUTHOR, 1850, 1920)
    assert publisher.role is Role.PUBLISHER
    assert [(d.kind, d.earliest and d.earliest.year) for d in record.dates] == [
        (DateKind.MADE, 1890),
        (DateKind.PUBLISHED, 1910),
    ]


def test_mods_keeps_notes_of_ownership_and_unknown_roles_inside(record_of: RecordOf) -> None:
    record = record_of(MODS, "mods")
    assert [t.value for t in record.provenance] == ["Gave fra P. Lund"]
    assert (record.extra["mods.note.internal"], record.extra["mods.name.notary"]) == (("kassert",), ("Lund, Per",))
    assert [t.value for t in record.descriptions] == ["About the sea."]


@pytest.mark.parametrize(
    ("inside", "institution"),
    [
        ("<location><physicalLocation type='repository'>Lund Library</physicalLocation></location>", "Lund Library"),
        ("<location><physicalLocation valueURI='https://x.example/DE-14'>DE-14</physicalLocation></location>", ""),
        (
            "<location><physicalLocation authority='marcorg' displayLabel='City Library'>nn</physicalLocation></location>",
            "City Library",
        ),
        ("<location><physicalLocation type='division'>Maps</physicalLocation></location>", ""),
        ("<note type='ownership'>State Library</note>", "State Library"),
        ("<note type='ownership'>On f. 1: “this book is mine”. Not that of the printer.</note>", ""),
        (
            "<note type='ownership'>A. Lind</note><location><physicalLocation>City Library</physicalLocation></location>",
            "City Library",
        ),
    ],
)
def test_mods_names_the_holder_in_words_never_by_a_code_or_a_story(
    inside: str, institution: str, record_of: RecordOf
) -> None:
    payload = f"<mods xmlns='http://www.loc.gov/mods/v3'><titleInfo><title>T</title></titleInfo>{inside}</mods>"
    assert record_of(payload.encode(), "mods").institution == institution


def test_mods_links_numbers_and_rights(record_of: RecordOf) -> None:
    record = record_of(MODS, "mods")
    assert ([m.url for m in record.media], record.source_url) == (
        ["https://x.example/full/HA-7.jpg"],
        "https://x.example/7",
    )
    assert (record.inventory_number, record.collection, record.content_languages) == ("HA 7", "Album", ("no",))
    assert [s.value for s in record.rights] == ["https://creativecommons.org/publicdomain/mark/1.0/", "Public Domain"]


def test_a_handle_leads_to_the_page_where_mods_names_no_location(record_of: RecordOf) -> None:
    handle = '<identifier type="hdl">https://hdl.example/20/7</identifier><identifier type="isbn">'
    numbered = MODS.replace('<identifier type="isbn">', handle)
    assert record_of(numbered, "mods").source_url == "https://x.example/7"
    away = numbered.replace('<url access="object in context">https://x.example/7</url>', "")
    assert record_of(away, "mods").source_url == "https://hdl.example/20/7"


def test_marc_gives_title_maker_date_and_shelf_mark(record_of: RecordOf) -> None:
    record = record_of(MARC, "marcxml")
    assert record.titles[0].value == "Kart over Bergen"
    assert [(a.name, a.role, a.birth, a.death) for a in record.authors] == [("Per Lund", Role.CARTOGRAPHER, 1650, 1710)]
    assert [d.as_stated for d in record.dates] == ["[1702]"]
    assert (record.inventory_number, record.institution) == ("K 12/3", "NO-1")


def test_marc_links_rights_and_inner_notes(record_of: RecordOf) -> None:
    record = record_of(MARC, "marcxml")
    assert ([m.url for m in record.media], record.source_url) == (
        ["https://x.example/kart-12.tif"],
        "https://x.example/kart/12",
    )
    assert record.rights[0].value == "https://creativecommons.org/publicdomain/mark/1.0/"
    assert ([t.value for t in record.provenance], record.extra["marc.583"]) == (
        ["Fra P. Lunds dødsbo"],
        ("conserved 1999",),
    )


@pytest.mark.parametrize(
    ("code", "expected"),
    [("s1702    ", (1702, 1702)), ("s18uu    ", (1800, 1899)), ("m19001910", (1900, 1910)), ("c19129999", (1912, None)), ("nuuuuuuuu", None), ("|||||||||", None)],
)  # fmt: skip
def test_fixed_marc_dates_are_read_only_where_they_are_certain(
    code: str, expected: tuple[int, int | None] | None
) -> None:
    span = fixed_dates("110831" + code + "no ")
    assert (span and (span.earliest and span.earliest.year, span.latest and span.latest.year)) == expected


def test_mets_orders_the_largest_files_by_page(outcome_of: Callable[..., Mapped]) -> None:
    outcome = outcome_of(METS, "mets")
    first, second = outcome.record.media
    assert (first.id, first.url, first.role) == ("F1", "https://x.example/p1.jpg", MediaRole.COVER)
    assert (second.id, second.page, second.role, second.size) == ("F2", "1r", MediaRole.PAGE, 12)
    assert any(f.reason is Reason.VALUE_NOT_READ and f.value == "local/p3.jpg" for f in outcome.findings)


def test_mets_reads_its_inner_description_and_licence(record_of: RecordOf) -> None:
    record = record_of(METS, "mets")
    assert (record.titles[0].value, record.inventory_number) == ("The letter : from home", "HA 7")
    assert ("https://creativecommons.org/licenses/by/4.0/", RightsLevel.OBJECT) in [
        (s.value, s.level) for s in record.rights
    ]


def test_a_collection_of_marc_records_is_taken_apart(outcome_of: Callable[..., object], record_of: RecordOf) -> None:
    both = f'<collection xmlns="http://www.loc.gov/MARC21/slim">{MARC}{MARC.replace("Bergen", "Oslo")}</collection>'.encode()
    assert getattr(outcome_of(both, "marcxml"), "reason", None) is Reason.PAYLOAD_INVALID
    parts = [payload for _, payload in split_payload(both, "marcxml")]
    assert len(parts) == 2
    assert [record_of(p, "marcxml").titles[0].value for p in parts] == ["Kart over Bergen", "Kart over Oslo"]


STORED = """<mets:mets xmlns:mets="http://www.loc.gov/METS/" xmlns:mods="http://www.loc.gov/mods/v3" xmlns:xlink="http://www.w3.org/1999/xlink"
 OBJID="hdl:1/1" LABEL="DSpace Item"><mets:metsHdr CREATEDATE="2024-01-01T00:00:00Z"><mets:agent ROLE="CUSTODIAN"><mets:name>IWA Depot</mets:name></mets:agent></mets:metsHdr>
<mets:dmdSec ID="D"><mets:mdWrap MDTYPE="MODS"><mets:xmlData>%s</mets:xmlData></mets:mdWrap></mets:dmdSec>
<mets:fileSec><mets:fileGrp USE="ORIGINAL"><mets:file ID="b1" MIMETYPE="application/pdf"><mets:FLocat xlink:href="https://r.example/1/en.pdf"/></mets:file></mets:fileGrp>
<mets:fileGrp USE="THUMBNAIL"><mets:file ID="t" MIMETYPE="image/jpeg"><mets:FLocat xlink:href="https://r.example/t.jpg"/></mets:file></mets:fileGrp></mets:fileSec></mets:mets>"""
STORED_MODS = """<mods:name><mods:role><mods:roleTerm type="text">author</mods:roleTerm></mods:role><mods:namePart>International Water Agency</mods:namePart></mods:name>
<mods:extension><mods:dateAccessioned>2024-02-02T00:00:00Z</mods:dateAccessioned></mods:extension>
<mods:originInfo><mods:dateIssued>1998-05</mods:dateIssued></mods:originInfo><mods:identifier type="govdoc">IWA/1998/5</mods:identifier>
<mods:titleInfo><mods:title>Water stress</mods:title></mods:titleInfo>"""


def test_mods_without_a_wrapper_in_a_repository_package_is_read_and_the_package_names_nothing(record_of: RecordOf) -> None:
    record = record_of(STORED % STORED_MODS, "mets")
    assert [t.value for t in record.titles] == ["Water stress"]
    assert [(a.name, a.role) for a in record.agents] == [("International Water Agency", Role.AUTHOR)]
    assert [d.as_stated for d in record.dates] == ["1998-05"]
    assert (record.document_symbol, [m.url for m in record.media]) == ("IWA/1998/5", ["https://r.example/1/en.pdf"])
    assert record_of(STORED % "", "mets").titles == ()
