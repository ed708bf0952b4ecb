"""A harvest into a folder: no partner file, no ledger. Run again, it goes on where it was stopped.

    harvest.json        the question, the state of every window: replaced whole after each page
    records.ndjson      one record a line; grows page by page
    quarantine.ndjson   what could not be read: key, reason, and the file with its bytes
    raw/<window>/…      every answer as received, gzip, beside the facts of its request

Rules
- A page counts once `harvest.json` names it. Both NDJSON files are cut back to the lengths that stand there before a
  harvest goes on, so a kill at any moment costs at most the page that was under way.
- Records that a source gives twice (a window begun again) stand once in the finished file: the last one wins.
- One process per folder (a lock); another question in the same folder is refused.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import gzip
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from glamflow.harvest.protocol import Harvester, Page, Window
from glamflow.steps.folder_files import append, count_broken, count_keys, record_line, write_whole
from glamflow.store.layout import safe
from glamflow.transforms.errors import ConfigInvalid, SourceRefused, Transient

RECORDS, QUARANTINE, STATE = "records.ndjson", "quarantine.ndjson", "harvest.json"


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What the folder holds the answer to. Another question needs another folder."""

    url: str
    prefix: str
    sets: tuple[str, ...] = ()
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    window: str = ""


class WindowState(msgspec.Struct, kw_only=True, omit_defaults=True):
    """How far a window is. `problem` is why it ended without being complete."""

    window: Window
    resume: str = ""
    pages: int = 0
    complete: bool = False
    problem: str = ""


class FolderState(msgspec.Struct, kw_only=True):
    """`harvest.json`. Sizes are the lengths of the NDJSON files that count."""

    question: Question
    windows: list[WindowState]
    records_size: int = 0
    quarantine_size: int = 0
    bytes: int = 0
    warnings: list[str] = msgspec.field(default_factory=list)


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What a harvest came to. `records` and `deleted` count keys, each once; `why` is "" if and only if it is complete."""

    url: str
    out: str
    pages: int
    records: int
    deleted: int
    quarantined: int
    bytes: int
    complete: bool
    why: str
    temporary: bool
    warnings: tuple[str, ...] = ()


Tell = Callable[[FolderState, Page], None]


class FolderHarvest:
    """One folder under lock; `run` until the windows are through or the source gives up."""

    def __init__(self, folder: Path, question: Question) -> None:
        self.folder = folder
        self.question = question

    def run(self, harvester: Harvester, *, tell: Tell = lambda state, page: None) -> Summary:
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._locked():
            state = self._load()
            trouble: Transient | SourceRefused | None = None
            try:
                state = state or self._begin(harvester)
                for one in state.windows:
                    trouble = self._window(harvester, state, one, tell) or trouble
            except (Transient, SourceRefused) as error:
                trouble = error
            return self._summary(state, trouble)

    def _begin(self, harvester: Harvester) -> FolderState:
        windows = harvester.windows(self.question.since, self.question.until)
        state = FolderState(question=self.question, windows=[WindowState(window=one) for one in windows])
        self._save(state)
        return state

    def _window(self, harvester: Harvester, state: FolderState, one: WindowState, tell: Tell) -> Transient | None:
        """Whatever is left of a window. A faulty one is noted and tried again from its start by the next call."""
        if one.complete:
            return None
        one.problem = ""
        try:
            for page in harvester.pages(one.window, resume=one.resume, first_number=one.pages + 1):
                self._keep(state, one, page)
                tell(state, page)
            one.complete = True
        except Transient as error:
            one.problem = str(error)
            return error
        except SourceRefused as error:
            one.problem, one.resume = str(error), ""
        finally:
            self._save(state)
        return None

    def _keep(self, state: FolderState, one: WindowState, page: Page) -> None:
        """Everything of the page to disk, then the word that it counts."""
        where = self.folder / "raw" / safe(one.window.id)
        where.mkdir(parents=True, exist_ok=True)
        write_whole(where / f"{page.number:06d}.gz", gzip.compress(page.raw, 6, mtime=0))
        write_whole(where / f"{page.number:06d}.json", msgspec.json.encode(page.request))
        broken = []
        for number, part in enumerate(page.quarantined, 1):
            name = where / f"{page.number:06d}-quarantine-{number:04d}.bin"
            write_whole(name, part.payload)
            broken.append({"key": part.key, "reason": part.reason, "file": str(name.relative_to(self.folder))})
        state.records_size = append(self.folder / RECORDS, state.records_size, [record_line(record) for record in page.records])
        state.quarantine_size = append(self.folder / QUARANTINE, state.quarantine_size, [msgspec.json.encode(b) for b in broken])
        state.bytes += len(page.raw)
        state.warnings = list(dict.fromkeys([*state.warnings, *page.warnings]))[:100]
        one.pages, one.resume = page.number, page.resume
        one.complete = not page.resume
        self._save(state)

    def _summary(self, state: FolderState | None, trouble: Exception | None) -> Summary:
        state = state or FolderState(question=self.question, windows=[])
        records, deleted = self._settle(state)
        problems = [f"{one.window.id}: {one.problem}" for one in state.windows if one.problem]
        why = str(trouble) if trouble else "; ".join(problems)
        return Summary(
            url=self.question.url, out=str(self.folder), pages=sum(one.pages for one in state.windows), records=records,
            deleted=deleted, quarantined=count_broken(self.folder / QUARANTINE), bytes=state.bytes, complete=not why,
            why=why, temporary=isinstance(trouble, Transient), warnings=tuple(state.warnings),
        )  # fmt: skip

    def _settle(self, state: FolderState) -> tuple[int, int]:
        """(records, deleted ones), each key once. Lines are dropped only when nothing will be appended any more."""
        path, whole = self.folder / RECORDS, bool(state.windows) and all(one.complete for one in state.windows)
        if whole and path.exists():
            state.records_size = min(state.records_size, path.stat().st_size)  # it was cleared and the word of it was lost
        append(path, state.records_size, [])
        append(self.folder / QUARANTINE, state.quarantine_size, [])
        keys, deleted = count_keys(path, clear=whole)
        state.records_size = path.stat().st_size
        if state.windows:
            self._save(state)
        return keys - deleted, deleted

    def _load(self) -> FolderState | None:
        try:
            data = (self.folder / STATE).read_bytes()
        except FileNotFoundError:
            return None
        try:
            state = msgspec.json.decode(data, type=FolderState)
        except msgspec.MsgspecError as error:
            raise ConfigInvalid(str(self.folder / STATE), f"it cannot be read ({error})", fix="Choose another folder with --out.") from error
        if state.question != self.question:
            asked = msgspec.json.encode(state.question).decode()
            raise ConfigInvalid(
                str(self.folder), f"the folder holds the answer to another question ({asked})", fix="Ask the same again, or choose another folder."
            )
        return state

    def _save(self, state: FolderState) -> None:
        write_whole(self.folder / STATE, msgspec.json.encode(state), lasting=True)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.folder / ".lock").open("wb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise ConfigInvalid(
                    str(self.folder), "another process harvests into this folder", fix="Wait for it, or choose another folder."
                ) from error
            yield
