"""What a real S3 server answers to the wrong question becomes a message that says what to mend."""

from __future__ import annotations

import msgspec
import pytest

from glamflow.store.s3 import BucketOptions, BucketStore
from glamflow.transforms.errors import BadCredentials, ConfigInvalid


@pytest.fixture
def options(s3_server: str) -> BucketOptions:
    return BucketOptions(bucket="contract", prefix="p", endpoint=s3_server, addressing="path", access_key="AK", secret_key="SK")


def test_an_unknown_access_key_is_bad_credentials(options: BucketOptions) -> None:
    with pytest.raises(BadCredentials, match="NOBODY"):
        BucketStore(msgspec.structs.replace(options, access_key="NOBODY")).put("m/a", b"x")


def test_a_wrong_secret_is_bad_credentials_and_is_not_shown(options: BucketOptions) -> None:
    with pytest.raises(BadCredentials) as caught:
        BucketStore(msgspec.structs.replace(options, secret_key="wrong-secret")).get("m/a")
    assert "wrong-secret" not in str(caught.value)


def test_a_missing_bucket_is_a_wrong_setting(options: BucketOptions) -> None:
    with pytest.raises(ConfigInvalid, match="bucket “nowhere” does not exist"):
        BucketStore(msgspec.structs.replace(options, bucket="nowhere")).get("m/a")


def test_stores_with_different_prefixes_do_not_see_each_other(options: BucketOptions) -> None:
    BucketStore(options).put("m/a", b"x")
    other = BucketStore(msgspec.structs.replace(options, prefix="q"))
    assert other.head("m/a") is None
    assert list(other.list("")) == []
