"""The upload protocol: small files in one POST, larger ones in chunks through the stash (`commons.md` 1.1-1.2).

- A first chunk must not carry a filekey; the last chunk's answer holds a *new* one, and only that can be published.
- Title warnings come already at the first chunk and would cut the chunk session, hence `ignorewarnings` on chunks; the
  decision is made at the publish step, where the wiki checks again.
- A wrong offset is answered with the right one: go on from there. A lost answer to a chunk is settled by sending the
  chunk again: the wiki says what it expects.
- Asynchronous steps are polled until a deadline, never for ever; the poll is a read.
- When the answer to the last chunk is lost the new filekey is found by `checkstatus` or in the list of stashed files.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from glamflow.wiki.answers import Answer, read_failure, read_upload
from glamflow.wiki.protocol import OnWrite, Result, WriteOutcome
from glamflow.wiki.session import WikiSession

CHUNK_FROM = 16 * 1024 * 1024  # larger files go in chunks
FIRST_CHUNK, SMALLEST_CHUNK, LARGEST_CHUNK = 4 * 1024 * 1024, 1024 * 1024, 20 * 1024 * 1024
CHUNK_SECONDS = 20.0  # what one chunk should take on this line
CHUNK_TRIES = 6  # for one offset
ASYNC_DEADLINE = 900.0  # seconds until an asynchronous step counts as unknown
POLL_SECONDS = 2.0


class Uploader:
    """Uploads over one session. `clock` and `sleep` are injected; `chunk_from` is settable for tests."""

    def __init__(
        self, session: WikiSession, *, clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep, chunk_from: int = CHUNK_FROM, first_chunk: int = FIRST_CHUNK,
    ) -> None:  # fmt: skip
        self._session, self._clock, self._sleep = session, clock, sleep
        self._chunk_from, self._first_chunk = chunk_from, first_chunk

    def upload(
        self, *, title: str, path: str, size: int, sha1: str, text: str, summary: str, on_write: OnWrite,
        ignore_warnings: bool = False, filekey: str = "",
    ) -> WriteOutcome:  # fmt: skip
        """Publish the file under `title`. With `filekey` only the publish step is sent (bytes are in the stash)."""
        page: dict[str, Any] = {"action": "upload", "filename": title, "text": text, "comment": summary}
        if ignore_warnings:
            page["ignorewarnings"] = "1"
        if not filekey and size >= self._chunk_from:
            stashed = self._send_chunks(title, path, size, sha1, on_write)
            if not stashed.filekey or stashed.result is not Result.APPLIED:
                return stashed
            filekey = stashed.filekey
        if filekey:
            return self._publish({**page, "filekey": filekey, "async": "1"}, filekey, on_write)
        with open(path, "rb") as file:
            content = file.read()
        if len(content) != size or hashlib.sha1(content, usedforsecurity=False).hexdigest() != sha1:
            return WriteOutcome(result=Result.REFUSED, code="local-file-changed", info="the staged file is not what was planned")
        done = on_write("upload")
        answer = self._session.write(page, files={"file": ("file", content, "application/octet-stream")})
        return _close(done, read_upload(answer))

    def _publish(self, page: dict[str, Any], filekey: str, on_write: OnWrite) -> WriteOutcome:
        done = on_write("publish")
        outcome = read_upload(self._session.write(page))
        if outcome.code == "poll":
            outcome = self._poll(filekey, stage="publish")
        return _close(done, outcome)

    def _send_chunks(self, title: str, path: str, size: int, sha1: str, on_write: OnWrite) -> WriteOutcome:
        offset, filekey, length, number, tries = 0, "", self._first_chunk, 0, 0
        with open(path, "rb") as file:
            while True:
                file.seek(offset)
                chunk = file.read(length)
                number += 1
                done, started = on_write(f"chunk {number}"), self._clock()
                answer = self._send_chunk(title, size, offset, filekey, chunk)
                outcome = _read_chunk(answer, last=offset + len(chunk) >= size)
                if outcome.code == "poll":
                    outcome = self._poll(outcome.filekey or filekey, stage="assembling")
                _close(done, outcome)
                if outcome.result is Result.APPLIED:
                    return outcome
                expected = _expected_offset(answer)
                if outcome.code == "continue" or (expected is not None and expected != offset):
                    length = _next_length(length, self._clock() - started)
                    filekey = outcome.filekey or filekey
                    offset = expected if expected is not None else offset + len(chunk)
                    tries = 0
                    continue
                tries += 1
                if offset + len(chunk) >= size and (found := self._find_stashed(filekey, sha1)):
                    return found
                if outcome.result not in (Result.UNKNOWN, Result.RETRY) or tries >= CHUNK_TRIES:
                    return outcome
                self._sleep(outcome.retry_after or 2.0**tries)

    def _send_chunk(self, title: str, size: int, offset: int, filekey: str, chunk: bytes) -> Answer:
        page = {"action": "upload", "stash": "1", "filename": title, "filesize": size, "offset": offset, "ignorewarnings": "1"}
        page |= {"filekey": filekey} if filekey else {}
        page |= {"async": "1"} if offset + len(chunk) >= size else {}
        return self._session.write(page, files={"chunk": ("chunk", chunk, "application/octet-stream")})

    def _find_stashed(self, filekey: str, sha1: str) -> WriteOutcome | None:
        """The filekey of the assembled file after a lost answer, by `checkstatus`, then by its SHA-1 in the own stash."""
        if filekey:
            outcome = read_upload(self._session.write({"action": "upload", "checkstatus": "1", "filekey": filekey}))
            if outcome.result is Result.APPLIED and outcome.filekey:
                return outcome
        listed = self._session.read({"action": "query", "list": "mystashedfiles", "msfprop": "size|type"})
        keys = [str(entry["filekey"]) for entry in listed.get("query", {}).get("mystashedfiles", []) if entry.get("status") == "finished"]
        for key in keys[-20:]:
            info = self._session.read({"action": "query", "prop": "stashimageinfo", "siifilekey": key, "siiprop": "sha1"})
            if any(entry.get("sha1") == sha1 for entry in info.get("query", {}).get("stashimageinfo", [])):
                return WriteOutcome(result=Result.APPLIED, filekey=key)
        return None

    def _poll(self, filekey: str, *, stage: str) -> WriteOutcome:
        deadline = self._clock() + ASYNC_DEADLINE
        while self._clock() < deadline:
            self._sleep(POLL_SECONDS)
            answer = self._session.write({"action": "upload", "checkstatus": "1", "filekey": filekey})
            outcome = read_upload(answer)
            # A success of the assembling stage while publishing only repeats what we know.
            done = str((answer.data or {}).get("upload", {}).get("stage", stage)) == stage or bool(outcome.title)
            if outcome.code not in ("poll", "continue") and (done or outcome.result is not Result.APPLIED):
                return outcome
        return WriteOutcome(result=Result.UNKNOWN, code="async-deadline", info=f"still {stage} after {ASYNC_DEADLINE:.0f} s")


def _read_chunk(answer: Answer, *, last: bool) -> WriteOutcome:
    failure = read_failure(answer)
    if failure:
        # `stashfailed` with an offset is a question of where we are; without one the assembled bytes are refused.
        return replace(failure, result=Result.UNKNOWN) if _expected_offset(answer) is not None else failure
    outcome = read_upload(answer)
    if outcome.result is Result.APPLIED and not last:
        return replace(outcome, result=Result.UNKNOWN, code="continue")
    return outcome


def _expected_offset(answer: Answer) -> int | None:
    upload = (answer.data or {}).get("upload")
    value = upload.get("offset") if isinstance(upload, dict) and upload.get("result") == "Continue" else answer.error.get("offset")
    return int(value) if isinstance(value, int | str) and str(value).isdigit() else None


def _next_length(length: int, seconds: float) -> int:
    factor = min(2.0, max(0.5, CHUNK_SECONDS / max(seconds, 0.1)))
    return int(min(LARGEST_CHUNK, max(SMALLEST_CHUNK, length * factor)))


def _close(done: Callable[[WriteOutcome], None], outcome: WriteOutcome) -> WriteOutcome:
    done(outcome)
    return outcome
