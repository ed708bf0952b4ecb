"""The contract of every object store (`store/protocol.py`)."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import msgspec
import pytest

from glamflow.store.keys import KeyRefused
from glamflow.store.ndjson import ObjectDamaged, read_ndjson, write_ndjson
from glamflow.store.protocol import ObjectStore

KEY = "museum/batch/b1/records.ndjson.gz"


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    number: int
    text: str = ""


def test_bytes_come_back_as_they_were_put(store: ObjectStore) -> None:
    stat = store.put(KEY, b"abc\x00\xff")
    assert stat == (5, hashlib.sha256(b"abc\x00\xff").hexdigest())
    assert store.get(KEY) == b"abc\x00\xff"


def test_an_empty_object_is_an_object(store: ObjectStore) -> None:
    store.put(KEY, b"")
    assert store.get(KEY) == b""
    head = store.head(KEY)
    assert head is not None
    assert head.size == 0


def test_the_same_key_may_be_put_again(store: ObjectStore) -> None:
    store.put(KEY, b"first")
    store.put(KEY, b"second")
    assert store.get(KEY) == b"second"


def test_a_large_stream_arrives_whole_with_its_checksum(store: ObjectStore) -> None:
    piece = bytes(range(256)) * 4096
    data = piece * 13
    stat = store.put(KEY, io.BytesIO(data))
    assert stat == (len(data), hashlib.sha256(data).hexdigest())
    with store.open(KEY) as source:
        assert hashlib.sha256(source.read()).hexdigest() == stat.sha256
    head = store.head(KEY)
    assert head is not None
    assert head.size == len(data)
    assert head.sha256 in ("", stat.sha256)


def test_a_stream_can_be_read_in_pieces(store: ObjectStore) -> None:
    store.put(KEY, b"0123456789")
    with store.open(KEY) as source:
        assert [source.read(4), source.read(4), source.read(4), source.read(4)] == [b"0123", b"4567", b"89", b""]


def test_a_missing_key_is_a_key_error_everywhere(store: ObjectStore) -> None:
    assert store.head("museum/none") is None
    with pytest.raises(KeyError):
        store.get("museum/none")
    with pytest.raises(KeyError), store.open("museum/none"):
        pass
    with pytest.raises(KeyError), store.local_path("museum/none"):
        pass


def test_deleting_twice_is_no_error(store: ObjectStore) -> None:
    store.put(KEY, b"x")
    store.delete(KEY)
    store.delete(KEY)
    assert store.head(KEY) is None


def test_listing_gives_the_keys_below_a_prefix_in_order(store: ObjectStore) -> None:
    for key in ("m/b/2", "m/b/10", "m/b/1/x", "m/bc", "n/b"):
        store.put(key, b"x")
    assert list(store.list("m/b/")) == ["m/b/1/x", "m/b/10", "m/b/2"]
    assert list(store.list("m/b")) == ["m/b/1/x", "m/b/10", "m/b/2", "m/bc"]
    assert list(store.list("")) == ["m/b/1/x", "m/b/10", "m/b/2", "m/bc", "n/b"]
    assert list(store.list("none/")) == []


def test_a_local_path_holds_the_bytes(store: ObjectStore) -> None:
    store.put(KEY, b"picture")
    with store.local_path(KEY) as path:
        assert Path(path).read_bytes() == b"picture"


@pytest.mark.parametrize("key", ["", "/etc/passwd", "../up", "a/../../up", "a//b", "a/./b", "a/b/", "a b", "ä", "a\\b", "a\n", "x" * 901])
def test_keys_that_could_lead_elsewhere_are_refused(store: ObjectStore, key: str) -> None:
    with pytest.raises(KeyRefused):
        store.put(key, b"x")
    with pytest.raises(KeyRefused):
        store.get(key)


def test_values_stream_through_ndjson_and_come_back_equal(store: ObjectStore) -> None:
    lines = [Line(number=n, text="ü" * (n % 7)) for n in range(2500)]
    write_ndjson(store, KEY, iter(lines))
    assert list(read_ndjson(store, KEY, Line)) == lines


def test_the_same_values_make_the_same_bytes(store: ObjectStore) -> None:
    lines = [Line(number=1, text="a"), Line(number=2)]
    first = write_ndjson(store, "m/a", lines)
    second = write_ndjson(store, "m/b", lines)
    assert first == second
    assert store.get("m/a") == store.get("m/b")


def test_a_damaged_ndjson_object_is_named(store: ObjectStore) -> None:
    write_ndjson(store, KEY, [Line(number=n, text=str(n) * 50) for n in range(300)])
    store.put(KEY, store.get(KEY)[:-40])
    with pytest.raises(ObjectDamaged, match=KEY):
        list(read_ndjson(store, KEY, Line))


def test_a_line_of_another_kind_is_named_with_its_number(store: ObjectStore) -> None:
    write_ndjson(store, KEY, [{"number": 1}, {"number": "two"}])
    with pytest.raises(ObjectDamaged, match="line 2"):
        list(read_ndjson(store, KEY, Line))
