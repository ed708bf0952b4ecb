"""Files of records: rows as they come, odd ones aside, positions that can be gone on from."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from glamflow.harvest.factory import make_harvester, source_url
from glamflow.harvest.spec import DumpSpec, SourceSpec
from glamflow.net import Session
from glamflow.transforms.errors import ConfigInvalid, SourceRefused

CSV = 'id,title,gone\n1,Ångermanland,\n2,"Two, with\nlines",yes\n3,only\n4,Four,no\n'.encode()
NDJSON = b'{"id": 1, "title": "a"}\n\nnot json\n{"id": 4, "title": "d", "gone": true}\n'
JSON = b'{"objects": [{"id": 1}, {"id": 4, "gone": "yes"}, 7]}'
XML = b"<dump><object><id>1</id><t>a</t></object><object><t>no id</t></object><object><id>4</id><gone>1</gone></object></dump>"


def pages(loopback: Any, session: Session, name: str, resume: str = "", **dump: Any) -> list[Any]:
    spec = SourceSpec(type="dump", url=f"{loopback.url}/{name}", page_size=2, dump=DumpSpec(deleted="gone", **dump))
    harvester = make_harvester(spec, session=session)
    return list(harvester.pages(harvester.windows(None, None)[0], resume=resume))


@pytest.mark.parametrize(
    ("name", "body", "dump", "odd"),
    [
        ("a.csv", CSV, {}, 1),
        ("a.tsv", CSV.replace(b",", b"\t").replace(b"Two\t", b"Two,"), {}, 1),
        ("a.csv.gz", gzip.compress(CSV), {}, 1),
        ("a.ndjson", NDJSON, {}, 1),
        ("a.json", JSON, {"records": "objects"}, 1),
        ("a.xml", XML, {"records": "object"}, 1),
    ],
)
def test_files_are_read_row_by_row(
    loopback: Any, reply: Any, session: Session, name: str, body: bytes, dump: dict[str, str], odd: int
) -> None:
    loopback.answer(lambda request: reply(body))
    read = pages(loopback, session, name, **dump)
    records = {record.key: record for page in read for record in page.records}
    assert {"1", "4"} <= records.keys()
    assert records["1"].digest
    assert not records["1"].deleted
    assert sum(len(page.quarantined) for page in read) == odd
    assert (read[0].raw, [page.raw for page in read[1:]]) == (
        body if not name.endswith(".gz") else CSV,
        [b""] * (len(read) - 1),
    )


def test_a_stopped_reading_goes_on_in_the_same_file_and_starts_again_in_another(
    loopback: Any, reply: Any, session: Session
) -> None:
    loopback.answer(lambda request: reply(CSV))
    first = pages(loopback, session, "a.csv")[0]
    rest = pages(loopback, session, "a.csv", resume=first.resume)
    assert [record.key for page in rest for record in page.records] == ["4"]
    loopback.answer(lambda request: reply(CSV + b"5,Five,\n"))
    assert len(pages(loopback, session, "a.csv", resume=first.resume)) == 3


@pytest.mark.parametrize(
    ("name", "body", "dump"),
    [
        ("a.json", b'{"rows": 1}', {"records": "rows"}),
        ("a.json", b"<html>", {}),
        ("a.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", {"records": "a"}),
        ("a.xml", b"<a><object><id>1</id>", {"records": "object"}),
        ("a.bin", b"", {}),
    ],
)
def test_files_that_are_something_else_are_refused(
    loopback: Any, reply: Any, session: Session, name: str, body: bytes, dump: dict[str, str]
) -> None:
    loopback.answer(lambda request: reply(body or b"x"))
    with pytest.raises(SourceRefused):
        pages(loopback, session, name, **dump)


def test_the_address_of_a_connection_is_joined_with_the_path() -> None:
    spec = SourceSpec(type="oai_pmh", connection="museum", path="/oai/request")
    assert source_url(spec, base_url="https://museum.example") == "https://museum.example/oai/request"
    with pytest.raises(ConfigInvalid, match="museum"):
        source_url(spec)
