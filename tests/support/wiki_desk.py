"""A sandbox wiki, our client on it, and a journal that notes every hook call as the real one does."""

from __future__ import annotations

import hashlib
import io
import random
import time
from pathlib import Path
from typing import Any

from PIL import Image

from glamflow.sandbox.wiki import SandboxWiki
from glamflow.wiki.commons import Commons
from glamflow.wiki.pace import ChunkSizes
from glamflow.wiki.protocol import Done, Stashed, WriteOutcome
from glamflow.wiki.session import WikiSession
from glamflow.wiki.upload import Uploader

BOT, PASSWORD = "PipelineBot@glamflow", "secret"
WRITES = frozenset({"upload", "edit", "wbeditentity"})


class Notebook:
    """What `on_write` was told: step and outcome of every write."""

    def __init__(self) -> None:
        self.rows: list[list[Any]] = []
        self.stash: list[Stashed | None] = []

    def on_write(self, step: str) -> Done:
        row: list[Any] = [step, None]
        self.rows.append(row)

        def done(outcome: WriteOutcome) -> None:
            row[1] = outcome

        return done

    @property
    def reached(self) -> Stashed:
        """What lies in the stash by the newest note."""
        assert self.stash[-1] is not None
        return self.stash[-1]

    @property
    def steps(self) -> list[str]:
        return [step for step, _ in self.rows]


class Clock:
    """Time that passes only when somebody waits."""

    def __init__(self) -> None:
        self.now, self.waits = 0.0, list[float]()

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


class RealClock(Clock):
    """Time as it passes outside: for wikis whose jobs take theirs."""

    def __call__(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        time.sleep(seconds)


class Desk:
    """One client at work on the sandbox wiki, or with `session` on another."""

    def __init__(self, wiki: SandboxWiki, folder: Path, *, login: str = BOT, password: str = PASSWORD, session: WikiSession | None = None) -> None:
        self.wiki, self.folder = wiki, folder
        self.book, self.clock = Notebook(), RealClock() if session else Clock()
        self.session = session or WikiSession(
            wiki.base_url,
            login=login,
            password=password,
            user_agent="glamflow-tests (tests@example.org)",
            sleep=self.clock.sleep,
        )
        self.commons = self.client()

    def client(self, *, chunk_from: int = 10**9, chunk: int = 4096) -> Commons:
        sizes = ChunkSizes(smallest=chunk, largest=chunk)
        self.commons = Commons(
            self.session,
            Uploader(self.session, clock=self.clock, sleep=self.clock.sleep, chunk_from=chunk_from, sizes=sizes),
        )
        return self.commons

    def upload(self, title: str, content: bytes, **more: Any) -> WriteOutcome:
        path = self.folder / "bytes"
        path.write_bytes(content)
        return self.commons.upload(
            title=title, path=str(path), size=len(content), sha1=sha1(content), text="A text.", summary="Test", **{"on_write": self.book.on_write, "on_stash": self.book.stash.append, **more},
        )  # fmt: skip

    def fault(self, action: str, kind: str, **more: Any) -> None:
        with self.wiki.seeding() as seed:
            seed.fault(kind, action=action, **more)

    def posts(self) -> list[dict[str, Any]]:
        """Requests at the wire that may change the wiki: no questions, no polls."""
        return [row for row in self.wiki.log() if row["action"] in WRITES and '"checkstatus"' not in row["params"]]


def sha1(content: bytes) -> str:
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()


def picture() -> bytes:
    """About 20 kB of a picture that no other call gives."""
    out = io.BytesIO()
    image = Image.effect_noise((160, 120), 60).convert("RGB")
    image.putpixel((0, 0), tuple(random.randbytes(3)))
    image.save(out, "JPEG", quality=92)
    return out.getvalue()
