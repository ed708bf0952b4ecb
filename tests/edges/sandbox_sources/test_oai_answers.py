"""The OAI-PMH servers of the sample, asked as a harvester asks (http://www.openarchives.org/OAI/openarchivesprotocol.html)."""

from __future__ import annotations

import httpx
import pytest
from lxml import etree

OAI = {"o": "http://www.openarchives.org/OAI/2.0/"}


def ask(sources: httpx.Client, path: str = "/lumen/oai", **arguments: str) -> etree._Element:
    # httpx would drop nothing here, but `from` is a keyword of Python: tests write `from_`.
    response = sources.get(path, params={key.rstrip("_"): value for key, value in arguments.items()})
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/xml")
    return etree.fromstring(response.content)


def texts(root: etree._Element, path: str) -> list[str]:
    found = root.xpath(path, namespaces=OAI)
    assert isinstance(found, list)
    return [str(text) for text in found]


def error_of(root: etree._Element) -> str:
    return "".join(texts(root, "o:error/@code"))


def identifiers(root: etree._Element) -> list[str]:
    return texts(root, "//o:header/o:identifier/text()")


def all_pages(sources: httpx.Client, path: str, verb: str, **arguments: str) -> list[etree._Element]:
    pages = [ask(sources, path, verb=verb, **arguments)]
    while token := "".join(texts(pages[-1], "//o:resumptionToken/text()")):
        pages.append(ask(sources, path, verb=verb, resumptionToken=token))
    return pages


def test_identify_names_granularity_and_deletions_of_each_server(sources: httpx.Client) -> None:
    museum, archive = ask(sources, verb="Identify"), ask(sources, "/havn/oai", verb="Identify")
    assert museum.findtext(".//o:granularity", namespaces=OAI) == "YYYY-MM-DDThh:mm:ssZ"
    assert museum.findtext(".//o:deletedRecord", namespaces=OAI) == "persistent"
    assert archive.findtext(".//o:granularity", namespaces=OAI) == "YYYY-MM-DD"
    assert archive.findtext(".//o:deletedRecord", namespaces=OAI) == "transient"


def test_pages_lead_through_the_whole_list_once(sources: httpx.Client) -> None:
    pages = all_pages(sources, "/lumen/oai", "ListRecords", metadataPrefix="lido")
    found = [identifier for page in pages for identifier in identifiers(page)]
    assert len(found) == len(set(found)) == 74
    assert {len(identifiers(page)) for page in pages[:-1]} == {10}
    cursors = [page.xpath("string(//o:resumptionToken/@cursor)", namespaces=OAI) for page in pages]
    assert cursors == [str(number * 10) for number in range(len(pages))]
    assert {page.xpath("string(//o:resumptionToken/@completeListSize)", namespaces=OAI) for page in pages} == {"74"}


def test_a_token_may_be_asked_again_and_needs_percent_encoding(sources: httpx.Client) -> None:
    first = ask(sources, verb="ListIdentifiers", metadataPrefix="oai_dc")
    token = first.findtext(".//o:resumptionToken", namespaces=OAI) or ""
    once, twice = (ask(sources, verb="ListIdentifiers", resumptionToken=token) for _ in range(2))
    assert identifiers(once) == identifiers(twice) != []
    assert not token.isalnum()


def test_post_answers_as_get_does(sources: httpx.Client) -> None:
    posted = sources.post("/lumen/oai", data={"verb": "ListRecords", "metadataPrefix": "lido", "set": "sculpture"})
    assert identifiers(etree.fromstring(posted.content)) == ["oai:lumen.example:LM-4001", "oai:lumen.example:LM-4002"]


def test_a_set_gives_its_subsets(sources: httpx.Client) -> None:
    found = ask(sources, verb="ListIdentifiers", metadataPrefix="lido", set="photographs")
    assert {"photographs", "photographs:staff", "photographs:press"} <= set(texts(found, "//o:header/o:setSpec/text()"))


def test_from_and_until_are_inclusive_at_both_granularities(sources: httpx.Client) -> None:
    exact = ask(
        sources,
        verb="ListIdentifiers",
        metadataPrefix="lido",
        from_="2026-03-02T09:12:00Z",
        until="2026-03-02T09:12:00Z",
    )
    assert identifiers(exact) == ["oai:lumen.example:LM-1001"]
    day = ask(sources, verb="ListIdentifiers", metadataPrefix="lido", from_="2026-03-02", until="2026-03-02")
    assert len(identifiers(day)) == 6
    archive = ask(
        sources, "/havn/oai", verb="ListIdentifiers", metadataPrefix="edm", from_="2026-02-05", until="2026-02-05"
    )
    assert identifiers(archive) == ["oai:havn.example:HB-040"]


def test_a_deleted_record_has_a_header_only(sources: httpx.Client) -> None:
    root = ask(sources, verb="GetRecord", identifier="oai:lumen.example:LM-1031", metadataPrefix="lido")
    assert root.xpath("string(//o:header/@status)", namespaces=OAI) == "deleted"
    assert root.find(".//o:metadata", OAI) is None


@pytest.mark.parametrize(
    ("path", "arguments", "code"),
    [
        ("/lumen/oai", {}, "badVerb"),
        ("/lumen/oai", {"verb": "Steal"}, "badVerb"),
        ("/lumen/oai", {"verb": "ListRecords"}, "badArgument"),
        ("/lumen/oai", {"verb": "Identify", "set": "prints"}, "badArgument"),
        (
            "/lumen/oai",
            {"verb": "ListRecords", "metadataPrefix": "lido", "from_": "2026-01-01", "until": "2026-01-02T00:00:00Z"},
            "badArgument",
        ),
        (
            "/lumen/oai",
            {"verb": "ListRecords", "metadataPrefix": "lido", "from_": "2026-01-02", "until": "2026-01-01"},
            "badArgument",
        ),
        ("/lumen/oai", {"verb": "ListRecords", "metadataPrefix": "lido", "from_": "2026-13-01"}, "badArgument"),
        ("/havn/oai", {"verb": "ListRecords", "metadataPrefix": "edm", "from_": "2026-01-01T00:00:00Z"}, "badArgument"),
        ("/lumen/oai", {"verb": "ListRecords", "metadataPrefix": "lido", "resumptionToken": "x"}, "badArgument"),
        ("/lumen/oai", {"verb": "ListRecords", "resumptionToken": "x"}, "badResumptionToken"),
        ("/lumen/oai", {"verb": "ListSets", "resumptionToken": "x"}, "badResumptionToken"),
        ("/lumen/oai", {"verb": "ListRecords", "metadataPrefix": "edm"}, "cannotDisseminateFormat"),
        ("/lumen/oai", {"verb": "GetRecord", "metadataPrefix": "lido", "identifier": "oai:x"}, "idDoesNotExist"),
        ("/lumen/oai", {"verb": "ListMetadataFormats", "identifier": "oai:x"}, "idDoesNotExist"),
        ("/lumen/oai", {"verb": "ListRecords", "metadataPrefix": "lido", "set": "stamps"}, "noRecordsMatch"),
        ("/lumen/oai", {"verb": "ListRecords", "metadataPrefix": "lido", "until": "1990-01-01"}, "noRecordsMatch"),
    ],
)
def test_a_wrong_question_gets_the_error_of_the_protocol(
    sources: httpx.Client, path: str, arguments: dict[str, str], code: str
) -> None:
    assert error_of(ask(sources, path, **arguments)) == code


def test_a_repeated_argument_is_refused(sources: httpx.Client) -> None:
    answer = sources.get("/lumen/oai?verb=ListRecords&metadataPrefix=lido&metadataPrefix=oai_dc")
    assert error_of(etree.fromstring(answer.content)) == "badArgument"


@pytest.mark.parametrize(
    ("path", "prefix", "root"),
    [
        ("/lumen/oai", "lido", "{http://www.lido-schema.org}lido"),
        ("/lumen/oai", "oai_dc", "{http://www.openarchives.org/OAI/2.0/oai_dc/}dc"),
        ("/havn/oai", "edm", "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}RDF"),
        ("/havn/oai", "oai_dc", "{http://www.openarchives.org/OAI/2.0/oai_dc/}dc"),
    ],
)
def test_every_record_is_offered_in_every_format(sources: httpx.Client, path: str, prefix: str, root: str) -> None:
    for page in all_pages(sources, path, "ListRecords", metadataPrefix=prefix):
        for record in page.iterfind(".//o:record", OAI):
            if record.xpath("o:header[@status='deleted']", namespaces=OAI):
                continue
            metadata = record.find("o:metadata", OAI)
            assert metadata is not None
            assert [child.tag for child in metadata] == [root]
