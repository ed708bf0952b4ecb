"""APIs that list identifiers and give each record by an address of its own (The Met and its like).

A page is up to `page_size` records; its raw bytes are the list (first page of each list only) and the records, one answer
after the other. A record that the source lists and then refuses is quarantined with its words.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urljoin

import msgspec

from glamflow.harvest.http import Answer
from glamflow.harvest.json_path import as_text, look
from glamflow.harvest.paging import Step, first_step, next_step
from glamflow.harvest.protocol import Page, Quarantined, RawRecord, Window
from glamflow.transforms.errors import AddressRefused, ConfigInvalid, SourceRefused, WindowFaulty

if TYPE_CHECKING:
    from glamflow.harvest.rest import RestHarvester

_MAX_LISTS = 100_000
_MAX_REFUSALS_IN_A_ROW = 20


class State(msgspec.Struct, kw_only=True, omit_defaults=True):
    """`after` is the last identifier that was read of the list at `step`, at position `done` - 1."""

    step: Step
    done: int = 0
    after: str = ""
    seen: int = 0


class IdListWalk:
    """Pages of one window."""

    def __init__(self, source: RestHarvester, window: Window) -> None:
        self.source = source
        self.window = window
        self._refusals = 0

    def pages(self, resume: str, number: int) -> Iterator[Page]:
        state = State(step=first_step(self.source.spec))
        if resume:
            state = msgspec.json.decode(resume, type=State)
        for _ in range(_MAX_LISTS):
            answer, body = self.source.ask(state.step, window=self.window)
            keys = self._keys(answer, body)
            following = next_step(
                self.source.spec, state.step, body=body, answer=answer, received=len(keys), seen=state.seen + len(keys)
            )
            if following == state.step:
                raise WindowFaulty(self.window.id, "the list of identifiers runs in a circle")
            number = yield from self._list(state, answer, keys, following, number)
            if following is None:
                return
            state = State(step=following, seen=state.seen + len(keys))
        raise WindowFaulty(self.window.id, f"it does not end after {_MAX_LISTS} lists")

    def _list(
        self, state: State, answer: Answer, keys: list[str], following: Step | None, number: int
    ) -> Generator[Page, None, int]:
        """The pages of one list; gives the next page number."""
        start = self._start(state, keys)
        size = self.source.spec.page_size
        for low in range(start, max(len(keys), start + 1), size):
            high = low + size
            raw, records, quarantined = self._read(keys[low:high])
            if high < len(keys):
                after: State | None = State(step=state.step, done=high, after=keys[high - 1], seen=state.seen)
            else:
                after = State(step=following, seen=state.seen + len(keys)) if following else None
            yield Page(
                number=number,
                raw=b"\n".join([answer.content, *raw] if low == start else raw),
                request=answer.request,
                records=tuple(records),
                quarantined=tuple(quarantined),
                resume=msgspec.json.encode(after).decode() if after else "",
                complete_list_size=len(keys) if following is None and not state.seen else None,
            )
            number += 1
        return number

    def _start(self, state: State, keys: list[str]) -> int:
        """Where to go on: behind the last identifier if the list still has it, else where it stood, one page back."""
        if not state.done:
            return 0
        if state.after in keys:
            return keys.index(state.after) + 1
        return max(0, min(state.done, len(keys)) - self.source.spec.page_size)

    def _keys(self, answer: Answer, body: Any) -> list[str]:
        keys = [as_text(item) or as_text(look(item, self.source.rest.id)) for item in self.source.items(answer, body)]
        return list(dict.fromkeys(key for key in keys if key))

    def _read(self, keys: list[str]) -> tuple[list[bytes], list[RawRecord], list[Quarantined]]:
        raw: list[bytes] = []
        records: list[RawRecord] = []
        quarantined: list[Quarantined] = []
        for key in keys:
            try:
                answer, item = self.source.fetch(self._address(key), {})
                record = self.source.read_item(item, key) if isinstance(item, dict) else None
            except AddressRefused:
                raise
            except SourceRefused as refusal:
                self._refusals += 1
                if self._refusals >= _MAX_REFUSALS_IN_A_ROW:
                    raise
                quarantined.append(Quarantined(key=key, reason=refusal.what, payload=b""))
                continue
            self._refusals = 0
            raw.append(answer.content)
            if record is not None:
                records.append(record)
            else:
                quarantined.append(Quarantined(key=key, reason="it is no JSON object", payload=answer.content))
        return raw, records, quarantined

    def _address(self, key: str) -> str:
        path = self.source.rest.object_path
        if "{id}" not in path:
            raise ConfigInvalid(
                "partner file",
                "an id list needs the address of one record",
                key="source.rest.object_path",
                fix="Write for example /v1/objects/{id}.",
            )
        if path == "{id}":
            return urljoin(self.source.url, key)
        return urljoin(self.source.url, path.replace("{id}", quote(key, safe="")))
