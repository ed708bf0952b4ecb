"""The faults of real OAI-PMH servers, one case each, with the behaviour that is required. Broken pages and records (cases 18-27).

Facts: the numbered table of the project's notes on OAI-PMH in the wild; payloads are our own.
"""

from __future__ import annotations

from typing import Any

import pytest
from oai_faults import ALL, once, token

from glamflow.transforms.errors import SourceRefused

# 18-27: broken pages and records


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("bell\x07here", "bellhere"),
        ("sub&#x1a;stitute", "substitute"),
        ("half&#55349;pair", "halfpair"),
        ("Salt & pepper", "Salt & pepper"),
        ("Caf&eacute;&nbsp;noir", "Café\u00a0noir"),
        ("<?xml version='1.0'?>Twice", "Twice"),
        ("\ufffe\uffffnon", "non"),
    ],
)
def test_18_19_21_23_what_has_one_meaning_is_mended_and_counted(
    repository: Any, source: Any, harvest: Any, text: str, title: str
) -> None:
    repository.after = lambda request, body: body.replace("Object &amp; thing 2<", f"{text}<")
    result = harvest(source())
    assert result.numbers == ALL
    assert title.replace("&", "&amp;").encode() in result.records["oai:museum.example:2"].payload
    assert any("mended" in warning for warning in result.warnings)


def test_19_what_cannot_be_mended_is_quarantined_alone_with_its_bytes(
    repository: Any, source: Any, harvest: Any
) -> None:
    repository.after = lambda request, body: body.replace("Object &amp; thing 2</dc:title>", "5 < 6 and </dc:titel>")
    result = harvest(source())
    assert result.numbers == [n for n in ALL if n != 2]
    lost = result.quarantined["oai:museum.example:2"]
    assert "not well-formed" in lost.reason
    assert b"5 < 6 and" in lost.payload
    assert b"5 < 6 and" in result.pages[0].raw


def test_20_a_wrongly_declared_encoding_is_read_as_what_it_is(repository: Any, source: Any, harvest: Any) -> None:
    repository.after = lambda request, body: repository.reply(
        body.replace("Object &amp; thing 2", "Gärten in Köln “um” 1900").encode("cp1252")
    )
    result = harvest(source())
    assert "Gärten in Köln “um” 1900".encode() in result.records["oai:museum.example:2"].payload
    assert any("cp1252" in warning for warning in result.warnings)


def test_20_utf_16_is_read(repository: Any, source: Any, harvest: Any) -> None:
    repository.after = lambda request, body: repository.reply(body.replace("UTF-8", "UTF-16").encode("utf-16"))
    assert harvest(source()).numbers == ALL


def test_22_a_page_cut_short_under_a_stated_length_is_asked_again(repository: Any, source: Any, harvest: Any) -> None:
    whole = repository.body({"verb": "ListRecords", "resumptionToken": ",,|4"})
    repository.before = once(token, repository.reply(whole, cut=len(whole) // 2))
    assert harvest(source()).numbers == ALL


def test_22_a_page_that_ends_in_the_middle_without_any_sign_is_asked_again(
    repository: Any, source: Any, harvest: Any
) -> None:
    whole = repository.body({"verb": "ListRecords", "resumptionToken": ",,|4"})
    repository.before = once(token, repository.reply(whole[: len(whole) // 2]))
    assert harvest(source()).numbers == ALL


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">',
    ],
)
def test_23_document_types_are_refused(repository: Any, source: Any, harvest: Any, prolog: str) -> None:
    repository.after = lambda request, body: body.replace("?>\n", f"?>\n{prolog}\n", 1).replace(
        "Object &amp; thing 2", "&b;"
    )
    with pytest.raises(SourceRefused, match="document type"):
        harvest(source())


def test_24_a_broken_record_never_takes_its_neighbours_along(repository: Any, source: Any, harvest: Any) -> None:
    repository.after = lambda request, body: body.replace(
        "thing 1</dc:title></oai_dc:dc></metadata>", "thing 1</dc:title>"
    )
    result = harvest(source())
    assert result.numbers == [n for n in ALL if n != 1]
    assert set(result.quarantined) == {"oai:museum.example:1"}


def test_24_a_record_that_begins_in_an_unusual_way_is_not_lost_in_a_broken_page(
    repository: Any, source: Any, harvest: Any
) -> None:
    odd = "<record><metadata><a/></metadata></record>"
    repository.after = lambda request, body: (
        body.replace("<ListRecords><record>", f"<ListRecords>{odd}<record><!-- first -->", 1).replace(
            "thing 1", "thing & 1"
        )
        if not token(request)
        else body
    )
    result = harvest(source())
    assert result.numbers == ALL
    assert [one.reason for one in result.quarantined.values()] == ["the record has no header"]


@pytest.mark.parametrize(
    "root",
    [
        "OAI-PMH",
        'OAI-PMH xmlns="http://www.openarchives.org/OAI/1.1/"',
        'OAI-PMH xmlns="https://www.openarchives.org/OAI/2.0/"',
    ],
)
def test_25_the_envelope_is_known_by_its_names_whatever_its_namespace(
    repository: Any, source: Any, harvest: Any, root: str
) -> None:
    repository.after = lambda request, body: body.replace(
        'OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"', root, 1
    )
    assert harvest(source()).numbers == ALL


def test_25_prefixes_declared_around_the_record_are_carried_with_it(
    repository: Any, source: Any, harvest: Any, item: Any
) -> None:
    plain = harvest(source()).records["oai:museum.example:2"]
    outside = 'xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    repository.after = lambda request, body: (
        body.replace(outside, "").replace("<OAI-PMH ", f"<OAI-PMH {outside} ", 1).replace("thing 3", "thing & 3")
    )
    result = harvest(source())
    assert result.records["oai:museum.example:2"].digest == plain.digest
    assert result.numbers == ALL


def test_25_a_well_known_prefix_that_nobody_declared_is_declared(repository: Any, source: Any, harvest: Any) -> None:
    repository.after = lambda request, body: body.replace(' xmlns:dc="http://purl.org/dc/elements/1.1/"', "")
    result = harvest(source())
    assert result.numbers == ALL
    assert b'xmlns:dc="http://purl.org/dc/elements/1.1/"' in result.records["oai:museum.example:2"].payload


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("<record><metadata><a/></metadata></record>", "no header"),
        (
            "<record><header><datestamp>2026-03-03</datestamp></header><metadata><a/></metadata></record>",
            "no identifier",
        ),
        ("<record><header><identifier>x:1</identifier></header></record>", "no metadata"),
        ("<record><header><identifier>x:1</identifier></header><metadata><a/><b/></metadata></record>", "2 elements"),
    ],
)
def test_26_a_record_without_its_parts_is_quarantined(
    repository: Any, source: Any, harvest: Any, record: str, reason: str
) -> None:
    repository.after = lambda request, body: (
        body.replace("<ListRecords>", f"<ListRecords>{record}", 1) if not token(request) else body
    )
    result = harvest(source())
    assert result.numbers == ALL
    assert [reason in one.reason for one in result.quarantined.values()] == [True]


def test_27_deleted_is_read_in_any_case_and_wins_over_metadata(repository: Any, source: Any, harvest: Any) -> None:
    repository.after = lambda request, body: body.replace(
        "<header><identifier>oai:museum.example:2<", '<header status="Deleted"><identifier>oai:museum.example:2<'
    )
    record = harvest(source()).records["oai:museum.example:2"]
    assert (record.deleted, record.payload, record.digest) == (True, b"", "")
