"""A download killed in the middle goes on where it stopped; what nobody goes on with is swept by age.

300 MB where `GLAMFLOW_BIG` is set, 12 MB otherwise.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from glamflow.media.fetch import Fetched, fetch
from glamflow.media.partial import open_partial, sweep_partials
from glamflow.net import Session

MEGABYTES = [12, *([300] if os.environ.get("GLAMFLOW_BIG") else [])]
ETAG = {"ETag": '"v1"', "Accept-Ranges": "bytes"}
FETCH = """
import sys
from pathlib import Path
from glamflow.media.fetch import fetch
from glamflow.net import Session
from glamflow.store.filesystem import FolderStore
url, store, parts, host = sys.argv[1:]
fetch(url, FolderStore(Path(store)), partner="museum", session=Session(contact="a@b.example"), allow_hosts=[host], partials=Path(parts))
"""


def wait_for_bytes(folder: Path, size: int, patience: float = 60.0) -> Path:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        for part in folder.glob("*.part"):
            if part.stat().st_size >= size:
                return part
        time.sleep(0.02)
    raise AssertionError("the download did not get so far")


@pytest.mark.parametrize("megabytes", MEGABYTES)
def test_a_download_killed_in_the_middle_goes_on_and_arrives_whole(
    loopback: Any, reply: Any, store: Any, session: Session, tmp_path: Path, megabytes: int
) -> None:
    data = b"".join(hashlib.sha256(str(number).encode()).digest() * 32768 for number in range(megabytes))
    half, url, partials = len(data) * 2 // 3, f"{loopback.url}/scan.tif", tmp_path / "partials"
    # A server that falls silent after two thirds: the process is killed while it waits for the rest.
    loopback.answer(lambda request: reply(data[:half], headers={**ETAG, "Content-Length": str(len(data))}))
    with subprocess.Popen([sys.executable, "-c", FETCH, url, str(store.root), str(partials), loopback.host]) as process:
        part = wait_for_bytes(partials, half - (1 << 20))
        os.kill(process.pid, signal.SIGKILL)
        process.wait(timeout=20)
    there = part.stat().st_size
    assert list(store.list("museum/")) == []

    def rest(request: Any) -> Any:
        start = int(request.headers["range"].removeprefix("bytes=").rstrip("-"))
        return reply(data[start:], 206, {**ETAG, "Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"})

    loopback.answer(rest)
    loopback.requests.clear()
    got = fetch(url, store, partner="museum", session=session, allow_hosts=[loopback.host], partials=partials)
    assert isinstance(got, Fetched)
    assert (got.resumed, got.size, got.sha256) == (True, len(data), hashlib.sha256(data).hexdigest())
    assert [request.headers["range"] for request in loopback.requests] == [f"bytes={there}-"]
    with store.open(got.key) as source:
        assert hashlib.file_digest(source, "sha256").hexdigest() == got.sha256
    assert list(partials.iterdir()) == []


def test_downloads_that_nobody_goes_on_with_are_swept_and_those_under_way_are_not(tmp_path: Path) -> None:
    now = dt.datetime.now(dt.UTC)
    with open_partial(tmp_path, "https://a.example/left") as left:
        left.write(b"half")
    with open_partial(tmp_path, "https://a.example/busy") as busy:
        busy.write(b"half")
        assert sweep_partials(tmp_path, before=now - dt.timedelta(hours=1)) == 0
        assert sweep_partials(tmp_path, before=now + dt.timedelta(hours=1)) == 1
        assert len(list(tmp_path.glob("*.part"))) == 1
    assert sweep_partials(tmp_path, before=now + dt.timedelta(hours=1)) == 1
    assert list(tmp_path.iterdir()) == []
