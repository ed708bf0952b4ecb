"""What harvest keeps: pages byte for byte as they came, and batches that map reads back."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from glamflow.harvest.protocol import Page, RawRecord
from glamflow.steps.raw import RawPages, read_raw, write_raw
from glamflow.store import layout
from glamflow.store.filesystem import FolderStore
from glamflow.store.ndjson import ObjectDamaged, write_ndjson

BATCH = "museum/batch/b/records"
RECORDS = (
    RawRecord(key="a", payload='<dc:title xmlns:dc="urn:dc">Båt "1"\n</dc:title>'.encode(), digest="d1", datestamp="2026-01-01", sets=("x", "y")),
    RawRecord(key="b", payload=b"\xff\xfe no text", digest="d2"),
    RawRecord(key="c", deleted=True),
)


def test_a_page_is_the_range_of_the_object_that_its_facts_name(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    pages = RawPages(store, "museum", "run", "window")
    raw = [b"<first>\xe5</first>", b"", b"<third/>" * 1000]
    for number, data in enumerate(raw, 7):
        pages.add(Page(number=number, raw=data, request={"url": f"http://m.example/{number}"}, records=()))
    assert list(store.list("museum/")) == []
    pages.write()
    pages.write()  # nothing more to write: nothing is overwritten
    packed = store.get(layout.raw_pages("museum", "run", "window", 7))
    facts = json.loads(store.get(layout.raw_pages_facts("museum", "run", "window", 7)))
    assert gzip.decompress(packed) == b"".join(raw)
    assert [gzip.decompress(packed[one["offset"] : one["offset"] + one["length"]]) for one in facts] == raw
    assert [(one["page"], one["request"]["url"]) for one in facts] == [(n, f"http://m.example/{n}") for n in (7, 8, 9)]


def test_a_batch_comes_back_as_it_was_given_text_or_not(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    write_raw(store, BATCH, RECORDS)
    assert tuple(read_raw(store, BATCH)) == RECORDS
    written = gzip.decompress(store.get(BATCH))
    assert all(record.payload in written for record in RECORDS), "a payload is found in it as it is"


def test_batches_of_before_in_which_payloads_were_part_of_their_lines_are_read(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    in_base64 = [msgspec.to_builtins(record) for record in RECORDS]
    as_text = [msgspec.to_builtins(msgspec.structs.replace(RECORDS[0], payload=b"")) | {"text": RECORDS[0].payload.decode()}, *in_base64[1:]]
    for lines in (in_base64, as_text):
        write_ndjson(store, BATCH, lines)
        assert tuple(read_raw(store, BATCH)) == RECORDS


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(lambda data: gzip.compress(gzip.decompress(data)[:-5]), id="cut off"),
        pytest.param(lambda data: data[:-9], id="packed bytes cut off"),
        pytest.param(lambda data: gzip.compress(gzip.decompress(data).replace(b'"size":', b'"size":1', 1)), id="wrong size"),
        pytest.param(lambda data: gzip.compress(b"{" + gzip.decompress(data)), id="no JSON"),
    ],
)
def test_a_damaged_batch_is_an_error_and_not_half_a_batch(tmp_path: Path, broken: Callable[[bytes], bytes]) -> None:
    store = FolderStore(tmp_path)
    write_raw(store, BATCH, RECORDS[:2])
    store.put(BATCH, broken(store.get(BATCH)))
    with pytest.raises(ObjectDamaged, match=r"museum/batch/b/records.* is damaged"):
        list(read_raw(store, BATCH))
