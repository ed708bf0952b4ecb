"""The object store as a bucket of S3 or of a server that speaks its protocol. The only module that imports boto3.

- A put is one request up to 64 MiB, else a multipart upload (`multipart.py`): S3 shows an object whole or not at all either way.
- SHA-256 travels along as checksum (the server refuses damaged bytes) and stays as metadata for `head`.
- Retries inside boto3 are few; what lasts longer becomes `StoreUnavailable` and Airflow tries again later.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, NoReturn, cast

import boto3
import msgspec
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from glamflow.store.keys import checked_key, checked_prefix
from glamflow.store.multipart import Source, abort_begun, put_in_parts
from glamflow.store.protocol import Stat
from glamflow.transforms.errors import BadCredentials, ConfigInvalid, SourceRefused, SourceUnavailable, StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

MULTIPART_FROM = 64 * 1024 * 1024
_MISSING = ("404", "NoSuchKey", "NotFound")
_LOGIN = ("403", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken")


class BucketOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Where the bucket is and how it wants to be spoken to. Without keys boto3 looks in its usual places (instance role)."""

    bucket: str
    prefix: str = ""
    endpoint: str = ""  # "" = AWS
    region: str = ""
    addressing: Literal["auto", "path", "virtual"] = "auto"
    sse: Literal["", "AES256", "aws:kms"] = ""
    kms_key: str = ""
    access_key: str = ""
    secret_key: str = ""

    def __repr__(self) -> str:
        return f"BucketOptions(s3://{self.bucket}/{self.prefix}, endpoint={self.endpoint!r})"


class BucketStore:
    """`ObjectStore` over one bucket and prefix."""

    def __init__(self, options: BucketOptions, *, multipart_from: int = MULTIPART_FROM) -> None:
        self.options = options
        self._prefix = f"{options.prefix.strip('/')}/" if options.prefix.strip("/") else ""
        self._multipart_from = multipart_from
        self._made: tuple[int, S3Client] | None = None

    @property
    def _client(self) -> S3Client:
        # Clients must not be shared over a fork: two processes would read each other's answers.
        if self._made is None or self._made[0] != os.getpid():
            self._made = (os.getpid(), _make_client(self.options))
        return self._made[1]

    def put(self, key: str, data: bytes | BinaryIO, *, content_type: str = "application/octet-stream") -> Stat:
        """Write the object whole; a stream that is no file is spooled first, since its checksum goes with the request."""
        if isinstance(data, bytes) and len(data) < self._multipart_from:
            return self._put_whole(key, data, content_type)
        with _as_file(data) as source:
            if source.size < self._multipart_from:
                return self._put_whole(key, os.pread(source.descriptor, source.size, source.start), content_type)
            self._put_in_parts(key, source, content_type)
        return Stat(source.size, source.sha256)

    def _put_whole(self, key: str, data: bytes, content_type: str) -> Stat:
        digest = hashlib.sha256(data)
        with self._errors(key):
            self._client.put_object(
                Bucket=self.options.bucket, Key=self._name(key), Body=data, ChecksumSHA256=base64.b64encode(digest.digest()).decode(),
                **self._extra(content_type, digest.hexdigest()),
            )  # fmt: skip
        return Stat(len(data), digest.hexdigest())

    def _put_in_parts(self, key: str, source: Source, content_type: str) -> None:
        name, extra = self._name(key), self._extra(content_type, source.sha256)
        try:
            with self._errors(key):
                put_in_parts(self._client, self.options.bucket, name, source, part_size=self._multipart_from // 4, extra=extra)
        except _UploadGone:
            # Another worker completed (or a sweep ended) the upload that we had continued.
            if self.head(key) != Stat(source.size, source.sha256):
                with self._errors(key):
                    put_in_parts(self._client, self.options.bucket, name, source, part_size=self._multipart_from // 4, extra=extra)

    def get(self, key: str) -> bytes:
        """All bytes; `KeyError` if there is no such object."""
        with self._errors(key):
            return self._client.get_object(Bucket=self.options.bucket, Key=self._name(key))["Body"].read()

    @contextmanager
    def open(self, key: str) -> Iterator[BinaryIO]:
        """The bytes as a stream."""
        with self._errors(key):
            body = self._client.get_object(Bucket=self.options.bucket, Key=self._name(key))["Body"]
            with closing(body):
                yield cast(BinaryIO, body)

    def head(self, key: str) -> Stat | None:
        """Size and the SHA-256 that was stored with the object."""
        try:
            with self._errors(key):
                answer = self._client.head_object(Bucket=self.options.bucket, Key=self._name(key))
        except KeyError:
            return None
        return Stat(answer["ContentLength"], answer.get("Metadata", {}).get("sha256", ""))

    def list(self, prefix: str) -> Iterator[str]:
        """Keys that begin with `prefix`, in order."""
        with self._errors(prefix):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self.options.bucket, Prefix=self._prefix + checked_prefix(prefix)
            )
            for page in pages:
                for found in page.get("Contents", []):
                    if not found["Key"].endswith("/"):  # folder markers of other tools
                        yield found["Key"].removeprefix(self._prefix)

    def delete(self, key: str) -> None:
        """Remove the object; nothing happens if there is none."""
        with self._errors(key):
            self._client.delete_object(Bucket=self.options.bucket, Key=self._name(key))

    def sweep(self, *, before: dt.datetime) -> int:
        """Uploads that were begun before that moment and never completed are given up with all their parts."""
        with self._errors("sweep"):
            return abort_begun(self._client, self.options.bucket, self._prefix, before=before)

    @contextmanager
    def local_path(self, key: str) -> Iterator[str]:
        """A copy of the object in a temporary file that is removed at the end."""
        with tempfile.NamedTemporaryFile(prefix="glamflow-") as copy:
            with self._errors(key):
                self._client.download_fileobj(self.options.bucket, self._name(key), copy)
            copy.flush()
            yield copy.name

    def _name(self, key: str) -> str:
        return self._prefix + checked_key(key)

    def _extra(self, content_type: str, sha256: str) -> dict[str, Any]:
        extra: dict[str, Any] = {"ContentType": content_type, "Metadata": {"sha256": sha256}}
        if self.options.sse:
            extra["ServerSideEncryption"] = self.options.sse
        if self.options.kms_key:
            extra["SSEKMSKeyId"] = self.options.kms_key
        return extra

    @contextmanager
    def _errors(self, key: str) -> Iterator[None]:
        try:
            yield
        except ClientError as error:
            _explain(self.options, key, error)
        except NoCredentialsError as error:
            raise BadCredentials(_server(self.options), "(no key)", "no access key was found") from error
        except BotoCoreError as error:
            raise StoreUnavailable(
                f"The store {_server(self.options)} does not answer: {error}.", hint="GLAMFLOW_STORE names it; is it up?"
            ) from error


class BucketFiles:
    """Objects of somebody else's bucket, read only: a dump may have any name."""

    def __init__(self, options: BucketOptions) -> None:
        self._bucket = BucketStore(options)

    def list(self, prefix: str) -> Iterator[tuple[str, str]]:
        """(key, version) of every object below `prefix`, in order; the version changes with the bytes."""
        with self._errors(prefix):
            pages = self._bucket._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket.options.bucket, Prefix=prefix)
            for found in (one for page in pages for one in page.get("Contents", [])):
                if not found["Key"].endswith("/"):
                    yield found["Key"], f"{found['ETag']} {found['Size']}"

    def version(self, key: str) -> str:
        """Of one object."""
        with self._errors(key):
            found = self._bucket._client.head_object(Bucket=self._bucket.options.bucket, Key=key)
            return f"{found['ETag']} {found['ContentLength']}"

    def chunks(self, key: str) -> Iterator[bytes]:
        """The bytes of one object, as they come."""
        client, bucket = self._bucket._client, self._bucket.options.bucket
        with self._errors(key), closing(client.get_object(Bucket=bucket, Key=key)["Body"]) as body:
            yield from body.iter_chunks(1 << 20)

    @contextmanager
    def _errors(self, key: str) -> Iterator[None]:
        # What is wrong with it is told as of a source: our own store has nothing to do with it.
        shown = f"s3://{self._bucket.options.bucket}/{key}"
        try:
            with self._bucket._errors(key):
                yield
        except KeyError as error:
            raise SourceRefused(f"There is no object {shown}.", hint="Check source.url; a folder ends with “/”.") from error
        except ConfigInvalid as error:
            raise SourceRefused(f"There is no bucket “{self._bucket.options.bucket}”.", hint="Check source.url and its endpoint.") from error
        except StoreUnavailable as error:
            raise SourceUnavailable(shown, "the bucket does not answer") from error


def _make_client(options: BucketOptions) -> S3Client:
    config = Config(
        s3={"addressing_style": options.addressing}, retries={"mode": "standard", "max_attempts": 3}, connect_timeout=10, read_timeout=60
    )
    return boto3.client(
        "s3", endpoint_url=options.endpoint or None, region_name=options.region or "us-east-1", config=config,
        aws_access_key_id=options.access_key or None, aws_secret_access_key=options.secret_key or None,
    )  # fmt: skip


class _UploadGone(Exception):
    """A multipart upload that the store does not know any more."""


@contextmanager
def _as_file(data: bytes | BinaryIO) -> Iterator[Source]:
    """The rest of `data` as a piece of a regular file: its own if it is one, else a copy."""
    try:
        descriptor = -1 if isinstance(data, bytes) else data.fileno()
    except (AttributeError, OSError):  # io.UnsupportedOperation is an OSError
        descriptor = -1
    if descriptor >= 0 and not isinstance(data, bytes) and data.seekable():
        start = data.tell()
        digest, size = _digest(data)
        yield Source(descriptor, start, size, digest)
        return
    with tempfile.TemporaryFile() as spool:
        digest, size = _digest(io.BytesIO(data) if isinstance(data, bytes) else data, spool)
        spool.flush()
        yield Source(spool.fileno(), 0, size, digest)


def _digest(data: BinaryIO, copy: Any = None) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while piece := data.read(1 << 20):
        if copy is not None:
            copy.write(piece)
        digest.update(piece)
        size += len(piece)
    return digest.hexdigest(), size


def _explain(options: BucketOptions, key: str, error: ClientError) -> NoReturn:
    code = str(error.response.get("Error", {}).get("Code", ""))
    if code == "NoSuchBucket":
        raise ConfigInvalid("environment", f"the bucket “{options.bucket}” does not exist", key="GLAMFLOW_STORE", fix="Make it, or mend the name.") from error
    if code == "NoSuchUpload":
        raise _UploadGone(key) from error
    if code in _MISSING:
        raise KeyError(key) from error
    if code in _LOGIN:
        raise BadCredentials(_server(options), options.access_key or "(default)", code) from error
    raise StoreUnavailable(
        f"The store {_server(options)} answered {code or 'an error'} for {key}: {error.response.get('Error', {}).get('Message', '')}",
        hint="The task is tried again; if it stays so, look at the store's own log.",
    ) from error


def _server(options: BucketOptions) -> str:
    return f"s3://{options.bucket}" + (f" at {options.endpoint}" if options.endpoint else "")
