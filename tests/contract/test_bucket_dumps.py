"""Dumps that lie in a bucket, read from a real S3 server."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from glamflow.harvest.factory import make_harvester
from glamflow.harvest.protocol import Harvester, RawRecord, Window
from glamflow.harvest.spec import DumpSpec, SourceSpec
from glamflow.net.session import Session
from glamflow.settings import ConnectionFacts
from glamflow.steps.sources import open_bucket
from glamflow.store.s3 import BucketFiles, BucketOptions, BucketStore
from glamflow.transforms.errors import BadCredentials, ConfigInvalid, SourceRefused, SourceUnavailable

ROWS = b'{"id": "1", "title": "A"}\n{"id": "2", "title": "B"}\n'


class Counted:
    """The bucket, and what was fetched from it."""

    def __init__(self, files: BucketFiles) -> None:
        self._files = files
        self.list, self.version = files.list, files.version
        self.fetched: list[str] = []

    def chunks(self, key: str) -> Iterator[bytes]:
        self.fetched.append(key)
        return self._files.chunks(key)


class Source:
    """A partner's bucket as a dump source."""

    def __init__(self, server: str, cache: Path) -> None:
        self.server, self.cache = server, cache
        self.keys = ("AK", "SK")
        self.mine = BucketStore(BucketOptions(bucket="contract", endpoint=server, addressing="path", access_key="AK", secret_key="SK"))
        self.buckets: list[Counted] = []

    def harvester(self, url: str, *, max_bytes: int = 1 << 20) -> Harvester:
        def opened(address: str) -> Counted:
            connection = ConnectionFacts(id="bucket", extra={"endpoint_url": self.server}, login=self.keys[0], password="SK")
            self.buckets.append(Counted(open_bucket(connection, address)))
            return self.buckets[-1]

        spec = SourceSpec(type="dump", url=url, format="rows", dump=DumpSpec(), max_bytes=max_bytes)
        with Session(contact="test@example.org") as session:
            return make_harvester(spec, session=session, cache=self.cache, bucket=opened)

    def records(self, url: str, *, max_bytes: int = 1 << 20) -> tuple[RawRecord, ...]:
        harvester = self.harvester(url, max_bytes=max_bytes)
        return tuple(record for page in harvester.pages(Window(id="..")) for record in page.records)


@pytest.fixture
def source(s3_server: str, tmp_path: Path) -> Source:
    return Source(s3_server, tmp_path / "dumps")


def test_one_object_is_read_and_fetched_again_only_when_it_changed(source: Source) -> None:
    source.mine.put("dumps/one.ndjson.gz", gzip.compress(ROWS))
    url = "s3://contract/dumps/one.ndjson.gz?addressing=path"
    assert [record.key for record in source.records(url)] == ["1", "2"]
    assert [record.key for record in source.records(url)] == ["1", "2"]
    assert [bucket.fetched for bucket in source.buckets] == [["dumps/one.ndjson.gz"], []]
    source.mine.put("dumps/one.ndjson.gz", gzip.compress(ROWS + b'{"id": "3"}\n'))
    assert [record.key for record in source.records(url)] == ["1", "2", "3"]


def test_a_folder_of_a_bucket_is_every_object_below_it_as_it_is_now(source: Source) -> None:
    source.mine.put("dumps/parts/a.ndjson", ROWS)
    source.mine.put("dumps/parts/deeper/b.csv", b"id,title\n7,G\n")
    url = "s3://contract/dumps/parts/?addressing=path"
    assert sorted(record.key for record in source.records(url)) == ["1", "2", "7"]
    source.mine.delete("dumps/parts/a.ndjson")
    source.mine.put("dumps/parts/c.csv", b"id,title\n8,H\n")
    assert sorted(record.key for record in source.records(url)) == ["7", "8"]
    assert source.buckets[-1].fetched == ["dumps/parts/c.csv"]


def test_an_object_beyond_the_limit_is_refused_and_leaves_nothing(source: Source) -> None:
    source.mine.put("dumps/big.ndjson", ROWS * 100)
    with pytest.raises(SourceRefused, match="more than the 2000 bytes"):
        source.records("s3://contract/dumps/big.ndjson?addressing=path", max_bytes=2000)
    assert not [path for path in source.cache.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("s3://contract/dumps/none.csv?addressing=path", "no object"),
        ("s3://contract/nothing-here/?addressing=path", "nothing below"),
        ("s3://nowhere/a.csv?addressing=path", "no "),
    ],
)
def test_what_is_not_there_is_said_in_the_words_of_a_source(source: Source, url: str, word: str) -> None:
    with pytest.raises(SourceRefused, match=word):
        source.records(url)


def test_wrong_keys_and_a_dead_server_are_told_apart(source: Source) -> None:
    source.keys = ("NOBODY", "SK")
    with pytest.raises(BadCredentials):
        source.records("s3://contract/dumps/x.csv?addressing=path")
    source.server = "http://127.0.0.1:9"
    with pytest.raises(SourceUnavailable):
        source.records("s3://contract/dumps/x.csv?addressing=path")


@pytest.mark.parametrize("url", ["s3://KEY:SECRET@bucket/a.csv", "s3:///a.csv", "s3://bucket/a.csv?acl=public"])
def test_an_address_that_is_not_understood_is_a_wrong_setting(source: Source, url: str) -> None:
    with pytest.raises(ConfigInvalid):
        source.harvester(url)
