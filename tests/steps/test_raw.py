"""What harvest keeps: pages byte for byte as they came, and batches that map reads back."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from glamflow.harvest.protocol import Page, RawRecord
from glamflow.steps.raw import RawPages, read_raw, write_raw
from glamflow.store import layout
from glamflow.store.filesystem import FolderStore
from glamflow.store.ndjson import write_ndjson

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
    write_raw(store, "museum/batch/b/records", RECORDS)
    assert tuple(read_raw(store, "museum/batch/b/records")) == RECORDS
    assert "Båt" in gzip.decompress(store.get("museum/batch/b/records")).decode()


def test_a_batch_of_before_in_which_every_payload_was_base64_is_read(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    write_ndjson(store, "museum/batch/b/records", RECORDS)
    assert tuple(read_raw(store, "museum/batch/b/records")) == RECORDS
