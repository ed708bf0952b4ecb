"""`glamflow init`: a partner file that lints, from a feed, a preset or a file; what a person must decide is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from oai_feed import Feed

from glamflow.cli import main
from glamflow.harvest.factory import make_harvester
from glamflow.harvest.preset import preset_names
from glamflow.harvest.protocol import Window
from glamflow.net.session import Session
from glamflow.partner import load_partner

CONTACT = ["--contact", "tests@example.org"]


def test_a_feed_is_probed_and_written_down(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Feed(records=5, page=5) as feed:
        assert main(["init", "example-museum", "--oai", feed.url, "--out", str(tmp_path), *CONTACT]) == 0
    path = tmp_path / "example-museum.yaml"
    assert main(["lint", str(path)]) == 0
    partner = load_partner(path)
    assert (partner.name, partner.source.format, partner.mapping.crosswalk, partner.source.deleted) == ("Feed", "oai_dc", "oai_dc", "persistent")
    assert path.read_text().count("TO DECIDE") > 5
    assert json.loads(capsys.readouterr().out.splitlines()[0])["file"] == str(path)


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_gives_a_file_that_lints(tmp_path: Path, name: str) -> None:
    assert main(["init", "example-museum", "--api", name, "--out", str(tmp_path)]) == 0
    assert main(["lint", str(tmp_path / "example-museum.yaml")]) == 0


@pytest.mark.parametrize(
    ("name", "text", "kind", "key", "records"),
    [
        ("a.csv", "Titel,Inventarienummer\nBåt,1\n", "csv", "Inventarienummer", ""),
        ("a.ndjson", '{"title": "a", "uuid": "1"}\n{"id": "2", "title": "b"}\n', "ndjson", "id", ""),
        ("a.json", '[{"object_number": "1"}]', "json", "object_number", ""),
        ("a.xml", "<d><o><id>1</id><t>x</t></o><o><id>2</id></o></d>", "xml", "id", "o"),
    ],
)
def test_a_file_of_records_is_looked_at(tmp_path: Path, name: str, text: str, kind: str, key: str, records: str) -> None:
    (tmp_path / name).write_text(text)
    assert main(["init", "example-museum", "--file", str(tmp_path / name), "--out", str(tmp_path)]) == 0
    partner = load_partner(tmp_path / "example-museum.yaml")
    assert partner.source.dump is not None
    assert (partner.source.dump.kind, partner.source.dump.id, partner.source.dump.records) == (kind, key, records)


LIDO = '<l:lido xmlns:l="http://www.lido-schema.org"><l:lidoRecID>m/1</l:lidoRecID></l:lido>'
MARC = (
    '<record xmlns="http://www.loc.gov/MARC21/slim"><controlfield tag="001">b1</controlfield>'
    '<datafield tag="245" ind1=" " ind2=" "><subfield code="a">A</subfield></datafield></record>'
)
MODS = '<m:mods xmlns:m="http://www.loc.gov/mods/v3"><m:titleInfo><m:title>A</m:title></m:titleInfo><m:identifier>i1</m:identifier></m:mods>'
DC = (
    '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "<dc:identifier>d1</dc:identifier></oai_dc:dc>"
)
SOCH = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><k:Entity xmlns:k="http://kulturarvsdata.se/ksamsok#" rdf:about="urn:k:1"/>'
    "</rdf:RDF>"
)
EDM = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:edm="http://www.europeana.eu/schemas/edm/">'
    '<edm:ProvidedCHO rdf:about="urn:o:1"/></rdf:RDF>'
)


@pytest.mark.parametrize(
    ("text", "format", "records", "id", "key"),
    [
        (f'<l:lidoWrap xmlns:l="http://www.lido-schema.org">{LIDO}{LIDO.replace("m/1", "m/2")}</l:lidoWrap>', "lido", "lido", "lidoRecID", "m/1"),
        (LIDO, "lido", "lido", "lidoRecID", "m/1"),
        (f'<collection xmlns="http://www.loc.gov/MARC21/slim">{MARC}</collection>', "marcxml", "record", "controlfield", "b1"),
        (f'<m:modsCollection xmlns:m="http://www.loc.gov/mods/v3">{MODS}</m:modsCollection>', "mods", "mods", "identifier", "i1"),
        (f"<records><record><header/><metadata>{DC}</metadata></record></records>", "oai_dc", "dc", "identifier", "d1"),
        (f'<m:mets xmlns:m="http://www.loc.gov/METS/" OBJID="w1"><m:xmlData>{MODS}</m:xmlData></m:mets>', "mets", "mets", "@OBJID", "w1"),
        ('<ead xmlns="urn:e"><control><recordid>f1</recordid></control></ead>', "ead", "ead", "recordid", "f1"),
        (f"<dump>{SOCH}</dump>", "soch", "RDF", "Entity@about", "urn:k:1"),
        (f"<dump>{EDM}{EDM.replace('o:1', 'o:2')}</dump>", "edm", "RDF", "ProvidedCHO@about", "urn:o:1"),
    ],
    ids=["lido", "lido-single", "marcxml", "mods", "oai_dc", "mets", "ead", "soch", "edm"],
)
def test_an_xml_file_of_a_known_format_is_known_and_read(tmp_path: Path, text: str, format: str, records: str, id: str, key: str) -> None:
    (tmp_path / "a.xml").write_text(text)
    assert main(["init", "example-museum", "--file", str(tmp_path / "a.xml"), "--out", str(tmp_path)]) == 0
    partner = load_partner(tmp_path / "example-museum.yaml")
    assert partner.source.dump is not None
    assert (partner.mapping.crosswalk, partner.source.dump.records, partner.source.dump.id) == (format, records, id)
    with Session(contact="tests@example.org") as session:
        harvester = make_harvester(partner.source, session=session)
        assert next(iter(harvester.pages(Window(id="..")))).records[0].key == key


def test_rdf_of_another_model_is_a_list_of_its_elements(tmp_path: Path) -> None:
    concepts = "".join(f'<s:Concept xmlns:s="urn:s"><s:id>{n}</s:id></s:Concept>' for n in (1, 2))
    (tmp_path / "a.rdf").write_text(f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">{concepts}</rdf:RDF>')
    assert main(["init", "example-museum", "--file", str(tmp_path / "a.rdf"), "--out", str(tmp_path)]) == 0
    dump = load_partner(tmp_path / "example-museum.yaml").source.dump
    assert dump is not None
    assert (dump.records, dump.id) == ("Concept", "id")


def test_many_objects_in_one_rdf_are_refused_with_a_way_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.xml").write_text(EDM.replace("</rdf", '<edm:ProvidedCHO rdf:about="urn:o:2"/></rdf'))
    assert main(["init", "example-museum", "--file", str(tmp_path / "a.xml"), "--out", str(tmp_path)]) == 2
    assert "rdf:RDF of its own" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_told_with_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "example-museum", "--file", "/missing/a.csv", "--out", str(tmp_path)]) == 1
    told = capsys.readouterr().err
    assert "/missing/a.csv" in told
    assert "--file" in told


@pytest.mark.parametrize("address", ["nonsense", "ftp://museum.example/oai", "http://", "https://museum example/oai", "http://[/oai"])
def test_an_address_that_is_none_is_usage(tmp_path: Path, address: str) -> None:
    assert main(["init", "example-museum", "--oai", address, "--out", str(tmp_path), *CONTACT]) == 2
    assert main(["harvest", "--oai", address, "--out", str(tmp_path / "h"), *CONTACT]) == 2


def test_a_file_that_is_there_is_not_replaced_unasked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "example-museum.yaml"
    path.write_text("mine")
    assert main(["init", "example-museum", "--api", "met", "--out", str(tmp_path)]) == 2
    assert path.read_text() == "mine"
    assert main(["init", "example-museum", "--api", "met", "--out", str(tmp_path), "--force"]) == 0


@pytest.mark.parametrize("arguments", [["--api", "nobody"], [], ["--api", "met", "--oai", "http://x.example/oai"]])
def test_a_question_that_cannot_be_answered_is_usage(tmp_path: Path, arguments: list[str]) -> None:
    assert main(["init", "example-museum", "--out", str(tmp_path), *CONTACT, *arguments]) == 2


def test_what_a_feed_says_of_itself_cannot_leave_its_comment(tmp_path: Path) -> None:
    from glamflow.harvest.protocol import SourceFacts
    from glamflow.partner import parse_partner
    from glamflow.steps.onboard import compose, oai_body

    evil = 'x\npublish: {approvers: [thief]}\n"'
    facts = SourceFacts(name=evil, formats=("oai_dc", evil), sets=((evil, evil),))
    partner = parse_partner(compose("example-museum", oai_body("http://m.example/oai", facts), name=evil, contact="somebody"))
    assert partner.publish.approvers == ("operator",)


def test_a_file_goes_where_the_deployment_keeps_its_partner_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLAMFLOW_PARTNERS", str(tmp_path / "partners"))
    assert main(["init", "example-museum", "--api", "met"]) == 0
    assert (tmp_path / "partners" / "example-museum.yaml").exists()
