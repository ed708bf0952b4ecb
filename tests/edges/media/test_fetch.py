"""Fetching: whole or not at all, going on where it stopped, and only from where we go."""

from __future__ import annotations

import base64
import gzip
import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from glamflow.media.fetch import Fetched, MediaFault, fetch
from glamflow.net import Session
from glamflow.transforms.outcome import Reason

DATA = bytes(range(256)) * 4000
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def get(loopback: Any, store: Any, session: Session, tmp_path: Path) -> Callable[..., Fetched | MediaFault]:
    def run(path: str = "/scan 1.tif", **changes: Any) -> Fetched | MediaFault:
        options: dict[str, Any] = {"allow_hosts": [loopback.host], "partials": tmp_path / "partials"} | changes
        return fetch(loopback.url + path, store, partner="museum", session=session, **options)

    return run


def ranged(reply: Any, data: bytes = DATA, *, cuts: list[int], etag: Any = lambda: '"v1"', honour: bool = True) -> Any:
    """A server that hangs up after each of `cuts` bytes, then serves the rest; ranges by If-Range."""

    def answer(request: Any) -> Any:
        start = 0
        if honour and "range" in request.headers and request.headers.get("if-range") == etag():
            start = int(request.headers["range"].removeprefix("bytes=").rstrip("-"))
        headers = {"ETag": etag(), "Accept-Ranges": "bytes"}
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        cut = cuts.pop(0) if cuts else None
        return reply(data[start:], 206 if start else 200, headers, cut=cut)

    return answer


def left(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "partials").iterdir())


def test_a_file_lands_in_the_store_under_its_digest(
    loopback: Any, reply: Any, store: Any, get: Any, tmp_path: Path
) -> None:
    loopback.answer(lambda request: reply(DATA, headers={"Content-Type": "image/tiff", "ETag": '"1"'}))
    got = get()
    assert isinstance(got, Fetched)
    assert (got.key, got.sha256, got.size) == (f"museum/media/{SHA256}", SHA256, len(DATA))
    assert (got.sha1, got.name) == (hashlib.sha1(DATA).hexdigest(), "scan 1.tif")
    assert store.get(got.key) == DATA
    assert left(tmp_path) == []


def test_a_broken_connection_goes_on_where_it_stopped(loopback: Any, reply: Any, store: Any, get: Any) -> None:
    loopback.answer(ranged(reply, cuts=[300_000, 300_000]))
    got = get()
    assert isinstance(got, Fetched)
    assert (got.sha256, got.resumed) == (SHA256, True)
    starts = [request.headers.get("range", "") for request in loopback.requests]
    assert starts[0] == ""
    assert all(start.startswith("bytes=") for start in starts[1:])


def test_every_piece_that_comes_is_told(loopback: Any, reply: Any, get: Any) -> None:
    beats: list[int] = []
    loopback.answer(lambda request: reply(DATA))
    assert isinstance(get(beat=lambda: beats.append(1)), Fetched)
    assert beats


def test_a_later_task_goes_on_with_what_an_earlier_one_left(loopback: Any, reply: Any, get: Any) -> None:
    loopback.answer(ranged(reply, cuts=[400_000]))
    first = get(max_wait=0)
    assert isinstance(first, MediaFault)
    assert (first.reason, first.transient) == (Reason.MEDIA_UNREACHABLE, True)
    second = get()
    assert isinstance(second, Fetched)
    assert second.sha256 == SHA256
    assert loopback.requests[-1].headers["range"] == "bytes=400000-"


def test_a_file_that_changed_meanwhile_is_fetched_anew(loopback: Any, reply: Any, get: Any) -> None:
    versions = ['"v1"']
    loopback.answer(ranged(reply, cuts=[400_000], etag=lambda: versions[0]))
    get(max_wait=0)
    versions[0] = '"v2"'
    loopback.answer(ranged(reply, DATA[::-1], cuts=[], etag=lambda: versions[0]))
    got = get()
    assert isinstance(got, Fetched)
    assert (got.sha256, got.resumed) == (hashlib.sha256(DATA[::-1]).hexdigest(), False)


@pytest.mark.parametrize("headers", [{}, {"ETag": 'W/"weak"'}])
def test_without_a_strong_validator_nothing_is_continued(
    loopback: Any, reply: Any, get: Any, headers: dict[str, str]
) -> None:
    cuts: list[int | None] = [400_000, None]
    loopback.answer(lambda request: reply(DATA, headers=headers, cut=cuts.pop(0)))
    assert isinstance(get(), Fetched)
    assert all("range" not in request.headers for request in loopback.requests)


def test_a_server_that_ignores_ranges_is_read_from_the_start(loopback: Any, reply: Any, get: Any) -> None:
    loopback.answer(ranged(reply, cuts=[400_000], honour=False))
    got = get()
    assert isinstance(got, Fetched)
    assert got.sha256 == SHA256


def test_a_server_that_sends_another_part_is_not_believed(loopback: Any, reply: Any, get: Any) -> None:
    def answer(request: Any) -> Any:
        if "range" in request.headers:
            return reply(DATA[5:], 206, {"ETag": '"v"', "Content-Range": f"bytes 5-{len(DATA) - 1}/{len(DATA)}"})
        return reply(DATA, headers={"ETag": '"v"'}, cut=400_000 if len(loopback.requests) == 1 else None)

    loopback.answer(answer)
    got = get()
    assert isinstance(got, Fetched)
    assert got.sha256 == SHA256


def test_a_range_beyond_the_end_starts_again(loopback: Any, reply: Any, get: Any) -> None:
    loopback.answer(ranged(reply, cuts=[400_000]))
    get(max_wait=0)
    short = DATA[:1000]
    loopback.answer(
        lambda request: (
            reply("", 416, {"Content-Range": "bytes */1000"}) if "range" in request.headers else reply(short)
        )
    )
    got = get()
    assert isinstance(got, Fetched)
    assert got.size == 1000


def test_an_interrupted_process_leaves_bytes_that_the_next_one_uses(
    loopback: Any, reply: Any, store: Any, get: Any, tmp_path: Path
) -> None:
    stalled = reply(DATA[:600_000], headers={"ETag": '"v1"', "Content-Length": str(len(DATA))})
    loopback.answer(lambda request: stalled)
    code = (
        "import sys; from pathlib import Path; from glamflow.net import Session; from glamflow.media.fetch import fetch; "
        "from glamflow.store.filesystem import FolderStore; url, store, parts, host = sys.argv[1:]; "
        "fetch(url, FolderStore(Path(store)), partner='museum', session=Session(contact='a@b.example'), "
        "allow_hosts=[host], partials=Path(parts))"
    )
    arguments = [f"{loopback.url}/scan 1.tif", str(tmp_path / "store"), str(tmp_path / "partials"), loopback.host]
    process = subprocess.Popen([sys.executable, "-c", code, *arguments])
    part = None
    for _ in range(400):
        part = next(iter((tmp_path / "partials").glob("*.part")), None) if (tmp_path / "partials").exists() else None
        if part is not None and part.stat().st_size >= 500_000:
            break
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert part is not None
    assert part.stat().st_size >= 500_000
    loopback.answer(ranged(reply, cuts=[]))
    loopback.requests.clear()
    got = get()
    assert isinstance(got, Fetched)
    assert (got.sha256, got.resumed) == (SHA256, True)
    assert loopback.requests[0].headers["range"].startswith("bytes=")
    assert left(tmp_path) == []


@pytest.mark.parametrize(("body", "reason"), [(b"", Reason.MEDIA_EMPTY), (DATA, Reason.MEDIA_TOO_LARGE)])
def test_empty_and_oversized_files_are_faults(
    loopback: Any, reply: Any, store: Any, get: Any, body: bytes, reason: Reason, tmp_path: Path
) -> None:
    for chunked in (False, True):
        loopback.answer(lambda request, chunked=chunked: reply(body, chunked=chunked))
        fault = get(max_bytes=1000)
        assert isinstance(fault, MediaFault)
        assert (fault.reason, fault.transient) == (reason, False)
    assert list(store.list("museum/")) == []
    assert left(tmp_path) == []


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_definite_no_is_not_repeated(loopback: Any, reply: Any, get: Any, status: int) -> None:
    loopback.answer(lambda request: reply("no", status))
    fault = get()
    assert isinstance(fault, MediaFault)
    assert (fault.reason, fault.transient) == (Reason.MEDIA_UNREACHABLE, False)
    assert str(status) in fault.detail
    assert len(loopback.requests) == 1


def test_a_busy_server_is_asked_again_and_then_left_for_later(
    loopback: Any, reply: Any, get: Any, waits: list[float]
) -> None:
    loopback.answer(lambda request: reply("", 503, {"Retry-After": "3"}))
    fault = get(tries=3)
    assert isinstance(fault, MediaFault)
    assert (fault.transient, fault.retry_after) == (True, 3.0)
    assert waits == [3.0, 3.0]


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-MD5": base64.b64encode(b"0" * 16).decode()},
        {"Digest": "sha-256=" + base64.b64encode(b"0" * 32).decode()},
        {"Repr-Digest": "sha-256=:" + base64.b64encode(b"0" * 32).decode() + ":"},
    ],
)
def test_a_checksum_that_does_not_hold_is_a_corrupt_file(
    loopback: Any, reply: Any, get: Any, headers: dict[str, str]
) -> None:
    loopback.answer(lambda request: reply(DATA, headers=headers))
    fault = get()
    assert isinstance(fault, MediaFault)
    assert fault.reason is Reason.MEDIA_CORRUPT


def test_checksums_that_hold_are_fine(loopback: Any, reply: Any, get: Any) -> None:
    stated = base64.b64encode(hashlib.sha256(DATA).digest()).decode()
    loopback.answer(lambda request: reply(DATA, headers={"Digest": f"unixsum=1, sha-256={stated}"}))
    assert isinstance(get(expected_sha1=hashlib.sha1(DATA).hexdigest().upper()), Fetched)
    assert isinstance(get(expected_sha1="0" * 40), MediaFault)


def test_an_unasked_compression_is_undone(loopback: Any, reply: Any, get: Any) -> None:
    loopback.answer(lambda request: reply(gzip.compress(DATA), headers={"Content-Encoding": "gzip", "ETag": '"1"'}))
    got = get()
    assert isinstance(got, Fetched)
    assert got.sha256 == SHA256


def test_an_untrusted_private_host_is_refused_before_a_byte(loopback: Any, get: Any) -> None:
    fault = get(allow_hosts=[])
    assert isinstance(fault, MediaFault)
    assert fault.reason is Reason.MEDIA_ADDRESS_REFUSED
    assert loopback.requests == []


def test_a_redirect_into_the_private_net_is_refused(loopback: Any, make_loopback: Any, reply: Any, get: Any) -> None:
    inner = make_loopback()
    loopback.answer(lambda request: reply("", 302, {"Location": f"{inner.url}/x"}))
    fault = get()
    assert isinstance(fault, MediaFault)
    assert fault.reason is Reason.MEDIA_ADDRESS_REFUSED
    assert inner.requests == []


def test_the_name_of_the_server_is_taken(loopback: Any, reply: Any, get: Any) -> None:
    loopback.answer(
        lambda request: reply(b"x", headers={"Content-Disposition": "attachment; filename*=UTF-8''K%C3%A4fer.jpg"})
    )
    got = get("/download?id=7")
    assert isinstance(got, Fetched)
    assert got.name == "Käfer.jpg"
