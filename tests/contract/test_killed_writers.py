"""A writer killed in the middle leaves nothing that a reader sees; the next one goes on, and no orphan stays."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import signal
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import boto3
import pytest

from glamflow.store.filesystem import FolderStore
from glamflow.store.protocol import Stat
from glamflow.store.s3 import BucketOptions, BucketStore

MEGABYTES = [48, *([300] if os.environ.get("GLAMFLOW_BIG") else [])]
MULTIPART_FROM = 24 * 1024 * 1024
PARTS_BEFORE_DEATH = 3
# Says "ready" after some parts were sent, and then sends nothing more until it is killed.
UPLOAD = f"""
import sys, threading, boto3
from glamflow.store.s3 import BucketOptions, BucketStore
endpoint, prefix, key, path = sys.argv[1:]
sent, forever = [], threading.Event()
def pause(**facts):
    sent.append(1)
    if len(sent) > {PARTS_BEFORE_DEATH + 1}:
        print("ready", flush=True)
        forever.wait()
boto3.setup_default_session()
boto3.DEFAULT_SESSION.events.register("before-call.s3.UploadPart", pause)
options = BucketOptions(bucket="contract", prefix=prefix, endpoint=endpoint, addressing="path", access_key="AK", secret_key="SK")
with open(path, "rb") as file:
    BucketStore(options, multipart_from={MULTIPART_FROM}).put(key, file)
"""
WRITE = """
import sys, time
from glamflow.store.filesystem import FolderStore
class Stalling:
    def __init__(self): self.left = 5
    def read(self, size=-1):
        if not self.left:
            print("ready", flush=True)
            time.sleep(600)
        self.left -= 1
        return bytes(1 << 20)
FolderStore(sys.argv[1]).put(sys.argv[2], Stalling())
"""


@pytest.fixture
def bucket(s3_server: str) -> BucketStore:
    options = BucketOptions(
        bucket="contract", prefix=uuid.uuid4().hex, endpoint=s3_server, addressing="path", access_key="AK", secret_key="SK"
    )
    return BucketStore(options, multipart_from=MULTIPART_FROM)


@pytest.fixture
def client(s3_server: str) -> Any:
    return boto3.client("s3", endpoint_url=s3_server, region_name="us-east-1", aws_access_key_id="AK", aws_secret_access_key="SK")


def scan(folder: Path, megabytes: int) -> tuple[Path, str]:
    """A file that is no repetition of one block, so that no part looks like another."""
    path, digest = folder / "scan.tif", hashlib.sha256()
    with path.open("wb") as file:
        for number in range(megabytes):
            piece = hashlib.sha256(str(number).encode()).digest() * 32768
            file.write(piece)
            digest.update(piece)
    return path, digest.hexdigest()


def kill_when_ready(*command: str) -> None:
    with subprocess.Popen([sys.executable, "-c", *command], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        os.kill(process.pid, signal.SIGKILL)
        process.wait(timeout=20)


def uploads(client: Any, store: BucketStore) -> list[Any]:
    found = client.list_multipart_uploads(Bucket="contract", Prefix=store.options.prefix)
    return list(found.get("Uploads", []))


def interrupted(bucket: BucketStore, client: Any, key: str, path: Path) -> int:
    """Kill an upload in its middle; how many parts it had sent."""
    kill_when_ready(UPLOAD, bucket.options.endpoint, bucket.options.prefix, key, str(path))
    (upload,) = uploads(client, bucket)
    return len(client.list_parts(Bucket="contract", Key=upload["Key"], UploadId=upload["UploadId"]).get("Parts", []))


def digest_of(source: Any) -> str:
    """SHA-256 of an open object, read in pieces."""
    return hashlib.file_digest(source, "sha256").hexdigest()


@pytest.mark.parametrize("megabytes", MEGABYTES)
def test_an_upload_killed_in_the_middle_is_continued_with_the_missing_parts_only(
    bucket: BucketStore, client: Any, tmp_path: Path, megabytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, sha256 = scan(tmp_path, megabytes)
    key = f"museum/media/{sha256}"
    before = interrupted(bucket, client, key, path)
    assert before >= PARTS_BEFORE_DEATH - 1
    assert bucket.head(key) is None, "nothing is seen of a half object"

    sent: list[int] = []
    session = boto3.Session()
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
    session.events.register("before-call.s3.UploadPart", lambda **facts: sent.append(1))
    with path.open("rb") as file:
        assert BucketStore(bucket.options, multipart_from=MULTIPART_FROM).put(key, file) == Stat(path.stat().st_size, sha256)
    assert len(sent) <= -(-megabytes // 6) - before, "only what had not arrived"
    with bucket.open(key) as source:
        assert digest_of(source) == sha256
    assert bucket.head(key) == Stat(path.stat().st_size, sha256)
    assert uploads(client, bucket) == []


def test_parts_of_other_bytes_are_not_taken_for_ours(bucket: BucketStore, client: Any, tmp_path: Path) -> None:
    path, sha256 = scan(tmp_path, 48)
    key = f"museum/media/{sha256}"
    name = f"{bucket.options.prefix}/{key}"
    other = client.create_multipart_upload(Bucket="contract", Key=name)["UploadId"]
    client.upload_part(Bucket="contract", Key=name, UploadId=other, PartNumber=1, Body=bytes(6 << 20))
    with path.open("rb") as file:
        bucket.put(key, file)
    with bucket.open(key) as source:
        assert digest_of(source) == sha256


def test_uploads_that_nobody_continues_are_given_up_after_their_time(bucket: BucketStore, client: Any, tmp_path: Path) -> None:
    path, sha256 = scan(tmp_path, 48)
    interrupted(bucket, client, f"museum/media/{sha256}", path)
    now = dt.datetime.now(dt.UTC)
    assert bucket.sweep(before=now - dt.timedelta(hours=1)) == 0
    assert bucket.sweep(before=now + dt.timedelta(hours=1)) == 1
    assert uploads(client, bucket) == []


def test_a_writer_killed_in_a_folder_leaves_a_piece_that_is_swept_by_age(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "store")
    store.put("museum/media/whole", b"x")
    kill_when_ready(WRITE, str(store.root), "museum/media/half")
    assert list(store.list("museum/")) == ["museum/media/whole"]
    assert len(list(store.root.rglob(".tmp-*"))) == 1
    now = dt.datetime.now(dt.UTC)
    assert store.sweep(before=now - dt.timedelta(hours=1)) == 0
    assert store.sweep(before=now + dt.timedelta(hours=1)) == 1
    assert list(store.root.rglob(".tmp-*")) == []
    assert list(store.list("museum/")) == ["museum/media/whole"]
