"""The upload protocol: small files in one POST, larger ones in chunks through the stash (`commons.md` 1.1-1.2).

- A first chunk must not carry a filekey; the last chunk's answer holds a *new* one, and only that can be published.
- Title warnings come already at the first chunk and would cut the chunk session, hence `ignorewarnings` on chunks; the
  decision is made at the publish step, where the wiki checks again.
- What lies in the stash is told to `on_stash` after every chunk, so that another process can go on there.
- Asynchronous steps are polled until a deadline, never for ever; the poll is a question, no write.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from glamflow.wiki.answers import read_upload
from glamflow.wiki.chunks import ChunkSender
from glamflow.wiki.pace import ChunkSizes
from glamflow.wiki.protocol import OnStash, OnWrite, Result, Stashed, WriteOutcome
from glamflow.wiki.session import WikiSession

CHUNK_FROM = 4 * 1024 * 1024  # larger files go in chunks: what breaks off is sent again from there, not from the beginning


class Uploader:
    """Uploads over one session. `clock` and `sleep` are injected; sizes are settable for tests."""

    def __init__(
        self, session: WikiSession, *, clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep, chunk_from: int = CHUNK_FROM, sizes: ChunkSizes | None = None,
    ) -> None:  # fmt: skip
        self._session = session
        self._chunk_from = chunk_from
        self._chunks = ChunkSender(session, clock=clock, sleep=sleep, sizes=sizes or ChunkSizes())

    def upload(
        self, *, title: str, path: str, size: int, sha1: str, text: str, summary: str, on_write: OnWrite,
        ignore_warnings: bool = False, filekey: str = "", stashed: Stashed | None = None, on_stash: OnStash | None = None,
    ) -> WriteOutcome:  # fmt: skip
        """Publish the file under `title`. With `filekey` only the publish step is sent (bytes are in the stash)."""
        page: dict[str, Any] = {"action": "upload", "filename": title, "text": text, "comment": summary}
        if ignore_warnings:
            page["ignorewarnings"] = "1"
        if not filekey and size >= self._chunk_from:
            sent = self._chunks.send(
                title, path, size, sha1, stashed=stashed, on_write=on_write, on_stash=on_stash or _forget
            )
            if not sent.filekey or sent.result is not Result.APPLIED:
                return sent
            filekey = sent.filekey
        if filekey:
            return self._publish({**page, "filekey": filekey, "async": "1"}, filekey, on_write)
        return self._direct(page, path, size, sha1, on_write)

    def _direct(self, page: dict[str, Any], path: str, size: int, sha1: str, on_write: OnWrite) -> WriteOutcome:
        with open(path, "rb") as file:
            content = file.read()
        if len(content) != size or hashlib.sha1(content, usedforsecurity=False).hexdigest() != sha1:
            return WriteOutcome(
                result=Result.REFUSED, code="local-file-changed", info="the staged file is not what was planned"
            )
        part = {"file": ("file", content, "application/octet-stream")}
        answer, done = self._session.write("upload", page, on_write=on_write, files=part)
        outcome = read_upload(answer)
        done(outcome)
        return outcome

    def _publish(self, page: dict[str, Any], filekey: str, on_write: OnWrite) -> WriteOutcome:
        answer, done = self._session.write("publish", page, on_write=on_write)
        outcome = read_upload(answer)
        if outcome.code == "poll":
            outcome = self._chunks.poll(filekey, stage="publish")
        done(outcome)
        # A refusal and a warning name a new key beside the old one; where they name none the old one still holds the bytes.
        return outcome if outcome.filekey else replace(outcome, filekey=filekey)


def _forget(stashed: Stashed | None) -> None:
    """For callers that never go on in another process."""
