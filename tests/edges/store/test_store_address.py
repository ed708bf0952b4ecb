"""`GLAMFLOW_STORE`: each address opens its store, each mistake is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from glamflow.store.factory import open_store
from glamflow.store.filesystem import FolderStore
from glamflow.store.s3 import BucketOptions, BucketStore
from glamflow.transforms.errors import ConfigInvalid, StoreUnavailable


def test_a_file_address_opens_a_folder(tmp_path: Path) -> None:
    store = open_store(f"file://{tmp_path}/a%20b")
    assert isinstance(store, FolderStore)
    assert store.root == tmp_path / "a b"


def test_an_s3_address_opens_a_bucket_with_its_options() -> None:
    store = open_store("s3://bucket/pre/fix?endpoint=http://127.0.0.1:9&addressing=path&sse=AES256&region=eu-north-1")
    assert isinstance(store, BucketStore)
    assert store.options == BucketOptions(
        bucket="bucket", prefix="pre/fix", endpoint="http://127.0.0.1:9", addressing="path", sse="AES256", region="eu-north-1"
    )


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("store", "not understood"),
        ("file://host/path", "not understood"),
        ("ftp://host/path", "not understood"),
        ("s3:///prefix", "not understood"),
        ("s3://key:secret@bucket/x", "keys do not belong"),
        ("s3://bucket/x?endpont=http://h", "unknown parameter “endpont”"),
        ("s3://bucket/x?addressing=sideways", "wrong value"),
    ],
)
def test_a_wrong_address_is_named_with_the_variable(address: str, problem: str) -> None:
    with pytest.raises(ConfigInvalid, match=problem) as caught:
        open_store(address)
    assert "GLAMFLOW_STORE" in str(caught.value)


def test_a_server_that_is_down_is_unavailable_not_a_traceback() -> None:
    options = BucketOptions(bucket="b", endpoint="http://127.0.0.1:9", access_key="a", secret_key="b")
    with pytest.raises(StoreUnavailable, match="s3://b at"):
        BucketStore(options).get("m/a")


def test_options_never_show_their_secret() -> None:
    assert "hush" not in repr(BucketOptions(bucket="b", access_key="a", secret_key="hush"))
