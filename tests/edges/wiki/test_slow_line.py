"""Large files over lines that are slow and break: few bytes twice, chunks that follow the speed, and an honest no."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from slow_line import SlowLine
from wiki_desk import BOT, PASSWORD, Clock, Desk, Notebook, sha1

from glamflow.sandbox.wiki import SandboxWiki
from glamflow.wiki.answers import Answer
from glamflow.wiki.chunks import ChunkSender
from glamflow.wiki.commons import Commons
from glamflow.wiki.pace import ChunkSizes, Pace, too_slow
from glamflow.wiki.protocol import Done, Result, WriteOutcome
from glamflow.wiki.session import WikiSession
from glamflow.wiki.upload import CHUNK_FROM, Uploader

MB = 1_000_000


def wave(seconds: int) -> bytes:
    """A sound of so many bytes as a WAV file: large, valid, and made in no time."""
    samples = random.Random(seconds).randbytes(seconds)
    head = b"RIFF" + (36 + seconds).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
    head += (1).to_bytes(2, "little") * 2 + (8000).to_bytes(4, "little") * 2 + (1).to_bytes(2, "little") + (8).to_bytes(2, "little")
    return head + b"data" + seconds.to_bytes(4, "little") + samples


@pytest.fixture
def line(wiki: SandboxWiki) -> Iterator[SlowLine]:
    with SlowLine(wiki.base_url, bits=8e6, cuts=[2_700_000, 5_900_000]) as line:
        yield line


def test_eight_megabytes_at_eight_megabits_cut_twice_send_less_than_three_per_cent_again(
    wiki: SandboxWiki, line: SlowLine, tmp_path: Path
) -> None:
    content = wave(8 * MB)
    (tmp_path / "large.wav").write_bytes(content)
    session = WikiSession(line.url, login=BOT, password=PASSWORD, user_agent="glamflow-tests (tests@example.org)", sleep=lambda _: None)
    book, began = Notebook(), time.monotonic()
    outcome = Commons(session, Uploader(session, sleep=lambda seconds: time.sleep(min(seconds, 0.2)))).upload(
        title="Large.wav", path=str(tmp_path / "large.wav"), size=len(content), sha1=sha1(content), text="A text.", summary="Test",
        on_write=book.on_write, on_stash=book.stash.append,
    )  # fmt: skip
    assert (outcome.result, line.broken) == (Result.APPLIED, 2)
    assert len(content) < line.sent < 1.03 * len(content), f"{line.sent / len(content) - 1:.1%} sent again, heads of requests included"
    assert time.monotonic() - began > 8.0, "the line was as slow as it should be"
    posts = [row for row in wiki.log() if row["action"] == "upload" and '"checkstatus"' not in row["params"]]
    assert len(posts) <= len(book.rows), "every request has its row; those that broke off never arrived"


def virtual(tmp_path: Path, *, size: int, bits: float) -> tuple[ChunkSender, Clock, list[int], str]:
    """A sender whose wiki takes every chunk, in the time that a line of `bits` a second needs; nothing is read from a disk."""
    clock, lengths = Clock(), list[int]()
    path = tmp_path / "sparse"
    with path.open("wb") as file:
        file.truncate(size)

    class Session:
        """A wiki that only counts."""

        received = 0

        def write(self, step: str, page: dict[str, Any], *, on_write: Any, files: Any) -> tuple[Answer, Done]:
            done = on_write(step)
            chunk = files["chunk"][1]
            lengths.append(len(chunk))
            clock.now += len(chunk) * 8 / bits
            self.received += len(chunk)
            over = self.received >= size
            answer = {"result": "Success"} if over else {"result": "Continue", "offset": self.received}
            return Answer(data={"upload": {**answer, "filekey": "key"}}, status=200), done

    session: Any = Session()
    return ChunkSender(session, clock=clock, sleep=clock.sleep, sizes=ChunkSizes()), clock, lengths, str(path)


def send(sender: ChunkSender, path: str, size: int, on_write: Any = None) -> WriteOutcome:
    book = Notebook()
    return sender.send("A.tif", path, size, "", stashed=None, on_write=on_write or book.on_write, on_stash=book.stash.append)


def test_two_hundred_megabytes_at_one_megabit_go_in_chunks_that_follow_the_speed(tmp_path: Path) -> None:
    size = 200 * MB
    sender, clock, lengths, path = virtual(tmp_path, size=size, bits=1e6)
    assert send(sender, path, size).result is Result.APPLIED
    assert clock.now == pytest.approx(1600, rel=0.01), "nothing is waited for but the line"
    assert max(lengths) <= 20 * 125_000 * 1.01, "no chunk takes longer than twenty seconds"
    assert max(lengths) <= size / 100 * 1.01, "a cut costs one per cent at most"
    assert sum(lengths) == size
    assert len(lengths) <= 110


@pytest.mark.parametrize(("bits", "least", "most"), [(64e3, 64 * 1024, 160_100), (1e6, 2.4 * MB, 2.5 * MB), (1e8, 19 * MB, 20 * 1024 * 1024)])
def test_chunks_are_small_on_slow_lines_and_large_on_quick_ones(bits: float, least: float, most: float) -> None:
    pace = Pace()
    for _ in range(6):
        length = pace.length(4_000 * MB)
        pace.went(length, seconds=length * 8 / bits, waited=0.0)
    assert least <= pace.length(4_000 * MB) <= most


def test_where_the_promised_rate_makes_us_wait_a_chunk_lasts_as_long_as_the_wait(tmp_path: Path) -> None:
    size = 40 * MB
    sender, clock, lengths, path = virtual(tmp_path, size=size, bits=16e6)
    book, next_turn = Notebook(), itertools.count(1)

    def in_turn(step: str) -> Done:
        clock.now = max(clock.now, 5.0 * next(next_turn))  # twelve writes a minute
        return book.on_write(step)

    assert send(sender, path, size, in_turn).result is Result.APPLIED
    assert len(lengths) <= 8, "a hundred turns for a hundredth each would take eight minutes"
    assert max(lengths) <= 1.1 * 5 * 2 * MB


def test_after_a_break_the_next_chunks_are_shorter_until_some_went_through() -> None:
    pace = Pace()
    whole = pace.length(100 * MB)
    pace.broke()
    pace.broke()
    assert pace.length(100 * MB) == whole // 4
    for _ in range(2):
        pace.went(whole // 4, seconds=1.0, waited=0.0)
    assert pace.length(100 * MB) == whole


def test_a_file_that_cannot_be_done_in_forty_hours_is_refused_with_size_speed_and_hours(tmp_path: Path) -> None:
    size = 4_000 * MB
    sender, clock, lengths, path = virtual(tmp_path, size=size, bits=200e3)
    outcome = send(sender, path, size)
    assert (outcome.result, outcome.code) == (Result.REFUSED, "line-too-slow")
    assert outcome.info.startswith("4,000.0 MB at 0.2 Mbit/s would take 44 hours")
    assert clock.now < 600, "said after minutes, not after forty hours"
    assert sum(lengths) < size / 100


def test_a_file_that_just_can_be_done_is_done(tmp_path: Path) -> None:
    size = 400 * MB
    sender, clock, _, path = virtual(tmp_path, size=size, bits=24e3)
    assert send(sender, path, size).result is Result.APPLIED
    assert 36 < clock.now / 3600 < 40
    assert too_slow(size, left=size, sent=1000, seconds=10.0) == "", "too early to say"


def test_a_file_below_the_limit_goes_in_one_request(desk: Desk) -> None:
    desk.commons = Commons(desk.session, Uploader(desk.session, sleep=desk.clock.sleep))
    assert desk.upload("Small.wav", wave(CHUNK_FROM - 100)).result is Result.APPLIED
    assert desk.book.steps == ["upload"]
