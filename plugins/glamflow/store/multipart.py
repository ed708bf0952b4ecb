"""A large object in parts, going on where a killed process stopped.

- An upload under way is invisible; S3 shows the object when it is completed, whole.
- Only uploads of content-addressed keys (the SHA-256 stands in the key) are continued: there any two uploads of a key are
  of the same bytes. A part counts as sent when its checksum (SHA-256, else the MD5 that is its ETag) is that of our bytes.
- Two workers may continue the same upload: they send the same parts, and the slower one finds the object complete.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

SMALLEST_PART, MOST_PARTS = 5 << 20, 10_000
AT_ONCE = 2  # parts on the wire: memory stays at that many parts


class Source(NamedTuple):
    """Bytes of a regular file: `start` and `size` within the open descriptor, and their SHA-256."""

    descriptor: int
    start: int
    size: int
    sha256: str


def put_in_parts(client: S3Client, bucket: str, name: str, source: Source, *, part_size: int, extra: dict[str, Any]) -> None:
    """Send the parts that are missing and complete the upload."""
    part_size = max(part_size, SMALLEST_PART, -(-source.size // MOST_PARTS))
    upload = _under_way(client, bucket, name) if source.sha256 in name else ""
    known = _parts_of(client, bucket, name, upload) if upload else {}
    if not upload:
        upload = client.create_multipart_upload(Bucket=bucket, Key=name, ChecksumAlgorithm="SHA256", **extra)["UploadId"]

    def send(number: int) -> CompletedPartTypeDef:
        data = os.pread(source.descriptor, min(part_size, source.size - (number - 1) * part_size), source.start + (number - 1) * part_size)
        checksum = base64.b64encode(hashlib.sha256(data).digest()).decode()
        if number in known and _same(known[number], data, checksum):
            return {"PartNumber": number, "ETag": known[number].etag, "ChecksumSHA256": checksum}
        answer = client.upload_part(
            Bucket=bucket, Key=name, UploadId=upload, PartNumber=number, Body=data, ChecksumSHA256=checksum
        )
        return {"PartNumber": number, "ETag": answer["ETag"], "ChecksumSHA256": checksum}

    with ThreadPoolExecutor(AT_ONCE) as threads:
        parts = list(threads.map(send, range(1, -(-source.size // part_size) + 1)))
    client.complete_multipart_upload(Bucket=bucket, Key=name, UploadId=upload, MultipartUpload={"Parts": parts})


def abort_begun(client: S3Client, bucket: str, prefix: str, *, before: dt.datetime) -> int:
    """Uploads begun before that moment and never completed are given up; their parts go away."""
    aborted = 0
    for upload in list(_uploads(client, bucket, prefix)):
        if upload["Initiated"] < before:
            client.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
            aborted += 1
    return aborted


class _Part(NamedTuple):
    etag: str
    size: int
    sha256: str


def _under_way(client: S3Client, bucket: str, name: str) -> str:
    """The newest upload of exactly this key, "" if there is none."""
    found = [upload for upload in _uploads(client, bucket, name) if upload["Key"] == name]
    return max(found, key=lambda upload: upload["Initiated"])["UploadId"] if found else ""


def _uploads(client: S3Client, bucket: str, prefix: str) -> Iterator[Any]:
    for page in client.get_paginator("list_multipart_uploads").paginate(Bucket=bucket, Prefix=prefix):
        yield from page.get("Uploads", [])


def _parts_of(client: S3Client, bucket: str, name: str, upload: str) -> dict[int, _Part]:
    pages = client.get_paginator("list_parts").paginate(Bucket=bucket, Key=name, UploadId=upload)
    return {
        part["PartNumber"]: _Part(part["ETag"], part["Size"], part.get("ChecksumSHA256", ""))
        for page in pages for part in page.get("Parts", [])
    }  # fmt: skip


def _same(part: _Part, data: bytes, checksum: str) -> bool:
    if part.size != len(data):
        return False
    if part.sha256:
        return part.sha256 == checksum
    return part.etag.strip('"') == hashlib.md5(data, usedforsecurity=False).hexdigest()
