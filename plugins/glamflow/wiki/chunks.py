"""Bringing a large file into the wiki's stash, chunk by chunk, over a line that may break at any moment.

- A wrong offset is answered with the right one: go on from there. A lost answer is settled by sending the chunk again: the
  wiki says what it expects. `stashfailed` without an offset is another matter: the assembled bytes are refused.
- When the answer to the last chunk is lost the new filekey is found by `checkstatus`, or by SHA-1 among the stashed files.
- A stash that is gone is begun anew, a few times; a line too slow for the life of a stash is refused with the estimate.
- The size of the next chunk follows the speed of the line (`pace.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from msgspec.structs import replace

from glamflow.wiki.answers import SESSION, STASH_LOST, Answer, read_failure, read_upload
from glamflow.wiki.pace import ChunkSizes, Pace, too_slow
from glamflow.wiki.protocol import Done, OnStash, OnWrite, Result, Stashed, WriteOutcome
from glamflow.wiki.session import WikiSession

CHUNK_TRIES = 6  # for one offset
FRESH_STARTS = 2  # after a lost stash
STEPS_BACK = 10  # a wiki that moves the offset back for ever is left
ASYNC_DEADLINE = 900.0  # seconds until an asynchronous step counts as unknown
POLL_SECONDS = 2.0
MOST_STASHED = 20  # how many stashed files are looked at for our bytes


@dataclass(kw_only=True)
class _Progress:
    """Where one file stands. `tries` counts for one offset, `gained` bytes since `began`."""

    began: float
    filekey: str = ""
    offset: int = 0
    number: int = 0
    tries: int = 0
    fresh_starts: int = 0
    steps_back: int = 0
    gained: int = 0


class ChunkSender:
    """Sends chunks over one session."""

    def __init__(
        self, session: WikiSession, *, clock: Callable[[], float], sleep: Callable[[float], None], sizes: ChunkSizes
    ) -> None:
        self._session, self._clock, self._sleep = session, clock, sleep
        self._pace = Pace(sizes=sizes)

    def send(
        self,
        title: str,
        path: str,
        size: int,
        sha1: str,
        *,
        stashed: Stashed | None,
        on_write: OnWrite,
        on_stash: OnStash,
    ) -> WriteOutcome:
        """APPLIED with the filekey to publish once all bytes lie in the stash, checked by the wiki."""
        if stashed and stashed.offset >= size:
            return WriteOutcome(result=Result.APPLIED, filekey=stashed.filekey)
        at = _Progress(began=self._clock())
        if stashed:
            at.filekey, at.offset = stashed.filekey, stashed.offset
        with open(path, "rb") as file:
            while at.steps_back < STEPS_BACK:
                outcome = self._one(file, at, title, size, sha1, on_write, on_stash)
                if outcome is not None:
                    return outcome
        return WriteOutcome(
            result=Result.UNKNOWN,
            code="chunks-without-end",
            info=f"the wiki moved the offset back {at.steps_back} times",
        )

    def _one(
        self, file: BinaryIO, at: _Progress, title: str, size: int, sha1: str, on_write: OnWrite, on_stash: OnStash
    ) -> WriteOutcome | None:
        """Send the next chunk; the end of the story, or None to go on."""
        file.seek(at.offset)
        chunk = file.read(self._pace.length(size))
        at.number += 1
        last = at.offset + len(chunk) >= size
        leave = [0.0, 0.0]  # asked for, given: a login before it is no wait for our turn

        def with_leave(step: str) -> Done:
            leave[0] = self._clock()
            done = on_write(step)
            leave[1] = self._clock()
            return done

        answer, done = self._session.write(
            f"chunk {at.number}", _chunk_page(title, size, at, last=last), on_write=with_leave,
            files={"chunk": ("chunk", chunk, "application/octet-stream")},
        )  # fmt: skip
        ended = self._clock()
        outcome = read_chunk(answer, last=last)
        if outcome.code == "poll":
            outcome = self.poll(outcome.filekey or at.filekey, stage="assembling")
        done(outcome)
        expected = expected_offset(answer)
        if outcome.result is Result.APPLIED and last:
            on_stash(Stashed(filekey=outcome.filekey, offset=size))
            return outcome
        if outcome.result is Result.APPLIED or (expected is not None and expected != at.offset):
            self._pace.went(len(chunk), seconds=ended - leave[1], waited=leave[1] - leave[0])
            self._move_on(at, outcome.filekey, at.offset + len(chunk) if expected is None else expected)
            on_stash(Stashed(filekey=at.filekey, offset=at.offset) if at.offset else None)
            return self._too_slow(at, size)
        return self._failed(at, outcome, sha1, size, last=last, on_stash=on_stash)

    def _move_on(self, at: _Progress, filekey: str, offset: int) -> None:
        at.steps_back += offset <= at.offset
        at.gained += max(0, offset - at.offset)
        at.filekey, at.offset, at.tries = (filekey or at.filekey) if offset else "", offset, 0

    def _too_slow(self, at: _Progress, size: int) -> WriteOutcome | None:
        why = too_slow(size, left=size - at.offset, sent=at.gained, seconds=self._clock() - at.began)
        return WriteOutcome(result=Result.REFUSED, code="line-too-slow", info=why) if why else None

    def _failed(
        self, at: _Progress, outcome: WriteOutcome, sha1: str, size: int, *, last: bool, on_stash: OnStash
    ) -> WriteOutcome | None:
        at.tries += 1
        lost = outcome.code in STASH_LOST
        if outcome.result is Result.UNKNOWN:
            self._pace.broke()
        if last and (lost or outcome.result is Result.UNKNOWN):
            found = self._find_stashed(at.filekey, sha1)
            if found:
                on_stash(Stashed(filekey=found.filekey, offset=size))
                return found
        if lost and at.fresh_starts < FRESH_STARTS:
            at.filekey, at.offset, at.tries = "", 0, 0
            at.fresh_starts += 1
            on_stash(None)
            return None
        definite = outcome.result is Result.REFUSED or outcome.code in SESSION
        if definite or at.tries >= CHUNK_TRIES:
            return outcome
        self._sleep(outcome.retry_after or 2.0**at.tries)
        return None

    def _find_stashed(self, filekey: str, sha1: str) -> WriteOutcome | None:
        """The filekey of the assembled file after a lost answer, by `checkstatus`, then by its SHA-1 in the own stash."""
        if filekey:
            outcome = self.poll(filekey, stage="assembling")
            if outcome.result is Result.APPLIED and outcome.filekey:
                return outcome
        listed = self._session.read(
            {"action": "query", "list": "mystashedfiles", "msfprop": "size|type", "msflimit": "50"}
        )
        keys = [
            str(entry["filekey"])
            for entry in listed.get("query", {}).get("mystashedfiles", [])
            if entry.get("status") == "finished"
        ]
        for key in keys[-MOST_STASHED:]:
            info = self._session.read(
                {"action": "query", "prop": "stashimageinfo", "siifilekey": key, "siiprop": "sha1"}
            )
            if any(entry.get("sha1") == sha1 for entry in info.get("query", {}).get("stashimageinfo", [])):
                return WriteOutcome(result=Result.APPLIED, filekey=key)
        return None

    def poll(self, filekey: str, *, stage: str) -> WriteOutcome:
        """Ask how an asynchronous step ended, until the deadline."""
        deadline = self._clock() + ASYNC_DEADLINE
        while self._clock() < deadline:
            answer = self._session.status({"action": "upload", "checkstatus": "1", "filekey": filekey})
            outcome = read_upload(answer)
            upload = (answer.data or {}).get("upload")
            # A success of the assembling stage while publishing only repeats what we know.
            reached = str(upload.get("stage", stage)) == stage if isinstance(upload, dict) else True
            if outcome.code in STASH_LOST:
                return replace(outcome, result=Result.UNKNOWN)
            if outcome.code not in ("poll", "continue") and (
                reached or outcome.title or outcome.result is not Result.APPLIED
            ):
                return outcome
            self._sleep(POLL_SECONDS)
        return WriteOutcome(
            result=Result.UNKNOWN, code="async-deadline", info=f"still {stage} after {ASYNC_DEADLINE:.0f} s"
        )


def _chunk_page(title: str, size: int, at: _Progress, *, last: bool) -> dict[str, object]:
    page: dict[str, object] = {
        "action": "upload", "stash": "1", "filename": title, "filesize": size, "offset": at.offset, "ignorewarnings": "1",
    }  # fmt: skip
    return page | ({"filekey": at.filekey} if at.filekey else {}) | ({"async": "1"} if last else {})


def read_chunk(answer: Answer, *, last: bool) -> WriteOutcome:
    """APPLIED where the wiki has the chunk."""
    failure = read_failure(answer)
    if failure:
        # `stashfailed` with an offset is a question of where we are; without one the assembled bytes are refused.
        return replace(failure, result=Result.UNKNOWN) if expected_offset(answer) is not None else failure
    outcome = read_upload(answer)
    if outcome.code == "continue" and outcome.filekey:
        return replace(outcome, result=Result.APPLIED, code="")
    return (
        outcome
        if last or outcome.result is not Result.APPLIED
        else replace(outcome, result=Result.UNKNOWN, code="unreadable")
    )


def expected_offset(answer: Answer) -> int | None:
    upload = (answer.data or {}).get("upload")
    value = (
        upload.get("offset")
        if isinstance(upload, dict) and upload.get("result") == "Continue"
        else answer.error.get("offset")
    )
    return int(value) if isinstance(value, int | str) and str(value).isdigit() else None
