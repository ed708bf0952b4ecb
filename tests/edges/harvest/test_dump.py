"""Files of records: rows as they come, odd ones aside, positions that can be gone on from."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import tarfile
import tracemalloc
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import zstandard

from glamflow.harvest.dump_file import LocalDump, members
from glamflow.harvest.factory import make_harvester, source_url
from glamflow.harvest.protocol import Window
from glamflow.harvest.spec import DumpSpec, SourceSpec
from glamflow.net import Session
from glamflow.transforms.errors import ConfigInvalid, SourceRefused, SourceUnavailable

CSV = 'id,title,gone\n1,Ångermanland,\n2,"Two, with\nlines",yes\n3,only\n4,Four,no\n'.encode()
NDJSON = b'{"id": 1, "title": "a"}\n\nnot json\n{"id": 4, "title": "d", "gone": true}\n'
JSON = b'{"objects": [{"id": 1}, {"id": 4, "gone": "yes"}, 7]}'
XML = b"<dump><object><id>1</id><t>a</t></object><object><t>no id</t></object><object><id>4</id><gone>1</gone></object></dump>"


def zipped(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


def tarred(files: dict[str, bytes | None]) -> bytes:
    """None is a symbolic link out of the archive."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            if data is None:
                entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
            entry.size = len(data or b"")
            archive.addfile(entry, io.BytesIO(data or b""))
    return target.getvalue()


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
        ("a.csv.zst", zstandard.compress(CSV), {}, 1),
        ("a.csv.bz2", bz2.compress(CSV), {}, 1),
        ("a.zip", zipped({"1.csv": CSV, "read me.txt": b"hello", "__MACOSX/1.csv": b"x"}), {}, 1),
        ("a.tar.gz", gzip.compress(tarred({"dump/a.ndjson": NDJSON, "dump/link": None})), {}, 1),
        ("a.tar", tarred({"dump/a.xml": XML}), {"records": "object"}, 1),
        ("a.tar.zst", zstandard.compress(tarred({"a.json": JSON, "b.json": JSON})), {"records": "objects", "member": "b.*"}, 1),
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
    assert all(record.payload in page.raw for page in read for record in page.records)
    assert all(page.request["sha256"] == hashlib.sha256(body).hexdigest() for page in read)


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


def test_a_folder_of_files_on_this_machine_is_read_in_the_order_of_names(tmp_path: Path, session: Session) -> None:
    (tmp_path / "b.csv").write_bytes(CSV)
    (tmp_path / "a.ndjson.gz").write_bytes(gzip.compress(NDJSON))
    (tmp_path / "notes.txt").write_text("nothing")
    harvester = make_harvester(SourceSpec(type="dump", url=tmp_path.as_uri(), dump=DumpSpec()), session=session)
    [page] = harvester.pages(harvester.windows(None, None)[0])
    assert [record.key for record in page.records] == ["1", "4", "1", "2", "4"]


def test_a_file_that_did_not_change_is_not_sent_again(loopback: Any, reply: Any, session: Session, tmp_path: Path) -> None:
    sent: list[int] = []

    def answer(request: Any) -> Any:
        same = request.headers.get("if-none-match") == '"v1"'
        sent.append(304 if same else 200)
        return reply(b"" if same else CSV, 304 if same else 200, {"ETag": '"v1"'})

    loopback.answer(answer)
    for _ in range(3):
        harvester = make_harvester(SourceSpec(type="dump", url=f"{loopback.url}/a.csv"), session=session, cache=tmp_path)
        [page] = harvester.pages(harvester.windows(None, None)[0])
        assert [record.key for record in page.records] == ["1", "2", "4"]
    assert sent == [200, 304, 304]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.csv.gz", gzip.compress(b"id,t\n" + b"1,x\n" * 400_000)),
        ("a.zip", zipped({f"{n}.csv": b"id,t\n" + b"1,x\n" * 100_000 for n in range(4)})),
        ("a.csv.zst", zstandard.compress(b"id,t\n" + b"1,x\n" * 400_000)),
    ],
)
def test_a_bomb_is_stopped_while_it_unpacks(tmp_path: Path, name: str, body: bytes) -> None:
    (tmp_path / name).write_bytes(body)
    dump = LocalDump(tmp_path / name, "", {})
    with pytest.raises(SourceRefused, match="unpacks"):
        read_whole(members(dump, f"file:///{name}", limit=1_000_000))


def read_whole(opened: Iterable[Any]) -> None:
    for member in opened:
        while member.stream.read(65536):
            pass


@pytest.mark.parametrize("name", ["a.csv.gz", "a.zip", "a.csv.zst", "a.tar.gz"])
def test_a_damaged_archive_is_told_as_such(loopback: Any, reply: Any, session: Session, name: str) -> None:
    bodies = {
        "a.csv.gz": gzip.compress(CSV * 50), "a.zip": zipped({"a.csv": CSV * 50}), "a.csv.zst": zstandard.compress(CSV * 50),
        "a.tar.gz": gzip.compress(tarred({"a.csv": CSV * 50})),
    }  # fmt: skip
    loopback.answer(lambda request: reply(bodies[name][:-20]))
    with pytest.raises(SourceUnavailable, match="damaged"):
        pages(loopback, session, name)


def test_a_file_that_breaks_off_is_tried_again(loopback: Any, reply: Any, session: Session) -> None:
    turns = iter([reply(CSV, cut=10), reply(CSV)])
    loopback.answer(lambda request: next(turns))
    assert len(pages(loopback, session, "a.csv")) == 2


def test_memory_stays_flat_whatever_the_size_of_the_file(tmp_path: Path, session: Session) -> None:
    def peak(records: int) -> int:
        path = tmp_path / f"{records}.xml"
        with path.open("wb") as file:
            file.write(b"<dump>")
            for number in range(records):
                file.write(b"<object><id>%d</id><text>%s</text></object>" % (number, b"abc " * 50))
            file.write(b"</dump>")
        spec = SourceSpec(type="dump", url=path.as_uri(), dump=DumpSpec(records="object"))
        tracemalloc.start()
        count = sum(len(page.records) for page in make_harvester(spec, session=session).pages(Window(id="..")))
        high = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert count == records
        return high

    assert peak(20_000) < 1.5 * peak(2_000)
