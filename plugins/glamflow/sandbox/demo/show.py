"""What the terminal shows while the demo runs: one live table, or plain lines where nobody watches.

The counts come from the ledger (`Progress`), the stage from Airflow. Lines are printed when something changed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from typing import Self

import msgspec
from rich.console import Console
from rich.live import Live
from rich.table import Table


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One partner, now."""

    partner: str
    stage: str
    harvested: int = 0
    ready: int = 0  # files that passed rights and checks
    published: int = 0
    verified: int = 0
    held: int = 0
    rejected: int = 0


PLAIN_EVERY = 5.0
_COLUMNS = ("harvested", "ready", "published", "verified", "held", "rejected")


class Screen:
    """`say` for facts, `show` for the table. A context manager."""

    def __init__(self, *, live: bool | None = None, out: Console | None = None) -> None:
        self.console = out or Console(highlight=False)
        self._live = sys.stdout.isatty() if live is None else live
        self._view: Live | None = None
        self._last: dict[str, tuple[Row, float]] = {}
        self._began = time.monotonic()

    def __enter__(self) -> Self:
        if self._live:
            self._view = Live(console=self.console, refresh_per_second=4, transient=False)
            self._view.start()
        return self

    def __exit__(self, *exc: object) -> None:
        if self._view is not None:
            self._view.stop()

    def say(self, text: str) -> None:
        # soft_wrap: links must stay whole, also in a narrow terminal or a pipe.
        self.console.print(f"{self._clock()} {text}", markup=False, soft_wrap=True)

    def show(self, rows: Sequence[Row]) -> None:
        if self._view is not None:
            self._view.update(_table(rows))
        else:
            self._print_news(rows)

    def _print_news(self, rows: Sequence[Row]) -> None:
        """A line for a partner in a new phase, and every few seconds where counts or task changed."""
        for row in rows:
            before, at = self._last.get(row.partner, (None, 0.0))
            new_phase = before is None or before.stage.partition(":")[0] != row.stage.partition(":")[0]
            if new_phase or (row != before and time.monotonic() - at > PLAIN_EVERY):
                counts = ", ".join(f"{getattr(row, name)} {name}" for name in _COLUMNS)
                self.say(f"{row.partner}: {row.stage} ({counts})")
                self._last[row.partner] = (row, time.monotonic())

    def _clock(self) -> str:
        seconds = int(time.monotonic() - self._began)
        return f"[{seconds // 60}:{seconds % 60:02d}]"


Say = Callable[[str], None]


def _table(rows: Sequence[Row]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("partner")
    table.add_column("now")
    for name in _COLUMNS:
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(row.partner, row.stage, *(str(getattr(row, name)) for name in _COLUMNS))
    return table
