"""The store that `GLAMFLOW_STORE` names: `file:///folder` or `s3://bucket/prefix?endpoint=…`.

| parameter of `s3://` | meaning |
|---|---|
| `endpoint` | address of the server, if it is not AWS |
| `region` | region name (default us-east-1) |
| `addressing` | `path`, `virtual` or `auto` |
| `sse`, `kms_key` | server-side encryption: `AES256` or `aws:kms` with its key |

Keys never stand in the address: they come from `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, a profile, or the
machine's role, which boto3 finds by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from glamflow.store.protocol import ObjectStore
from glamflow.transforms.errors import ConfigInvalid

if TYPE_CHECKING:
    from glamflow.store.s3 import BucketFiles

_FIX = "For example file:///var/lib/glamflow/store or s3://bucket/prefix?endpoint=https://s3.example.org."
_PARAMETERS = ("endpoint", "region", "addressing", "sse", "kms_key")


def open_store(url: str) -> ObjectStore:
    """The store at `url`; `ConfigInvalid` says what is wrong with the address."""
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.netloc in ("", "localhost") and parts.path.startswith("/"):
        from glamflow.store.filesystem import FolderStore

        return FolderStore(unquote(parts.path))
    if parts.scheme == "s3" and parts.hostname:
        return _open_bucket(parts.netloc, parts.path, dict(parse_qsl(parts.query)))
    raise ConfigInvalid("environment", f"the store address {url!r} is not understood", key="GLAMFLOW_STORE", fix=_FIX)


def open_files(url: str, *, access_key: str = "", secret_key: str = "", endpoint: str = "", region: str = "") -> BucketFiles:
    """The bucket of a dump at `s3://bucket/key?endpoint=…`; what the address does not say is as given, or as boto3 finds it."""
    from glamflow.store.s3 import BucketFiles, BucketOptions

    parts = urlsplit(url)
    query = {"endpoint": endpoint, "region": region} | dict(parse_qsl(parts.query))
    if not parts.netloc or "@" in parts.netloc or not query.keys() <= {"endpoint", "region", "addressing"}:
        raise ConfigInvalid(
            "partner file", f"the address {url!r} is not understood", key="source.url",
            fix="Write s3://bucket/key, with ?endpoint=https://… where it is not AWS; keys belong into the connection.",
        )  # fmt: skip
    facts = {"bucket": parts.netloc, **query, "access_key": access_key, "secret_key": secret_key}
    try:
        return BucketFiles(msgspec.convert(facts, BucketOptions))
    except msgspec.ValidationError as error:
        raise ConfigInvalid("partner file", f"the address has a wrong value: {error}", key="source.url", fix=_FIX) from error


def _open_bucket(bucket: str, path: str, query: dict[str, str]) -> ObjectStore:
    from glamflow.store.s3 import BucketOptions, BucketStore

    if "@" in bucket:
        raise ConfigInvalid("environment", "keys do not belong into the store address", key="GLAMFLOW_STORE", fix="Use AWS_ACCESS_KEY_ID.")
    unknown = sorted(set(query) - set(_PARAMETERS))
    if unknown:
        raise ConfigInvalid(
            "environment", f"unknown parameter “{unknown[0]}” in the store address", key="GLAMFLOW_STORE", fix=f"Known: {', '.join(_PARAMETERS)}."
        )
    try:
        return BucketStore(msgspec.convert({"bucket": bucket, "prefix": unquote(path.strip("/")), **query}, BucketOptions))
    except msgspec.ValidationError as error:
        raise ConfigInvalid("environment", f"the store address has a wrong value: {error}", key="GLAMFLOW_STORE", fix=_FIX) from error
