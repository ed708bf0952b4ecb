"""What one request works on: the open transaction, the folders, the clock and the address of the wiki."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from glamflow.sandbox.wiki.database import Database, timestamp


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One transaction on the wiki."""

    sql: sqlite3.Connection
    db: Database
    base: str
    clock: Callable[[], str] = timestamp

    def rows(self, query: str, *values: Any) -> list[sqlite3.Row]:
        return self.sql.execute(query, values).fetchall()

    def row(self, query: str, *values: Any) -> sqlite3.Row | None:
        found: sqlite3.Row | None = self.sql.execute(query, values).fetchone()
        return found

    def count(self, name: str, start: int) -> int:
        """Next number of a counter."""
        self.sql.execute("INSERT OR IGNORE INTO counter VALUES (?, ?)", (name, start))
        self.sql.execute("UPDATE counter SET value = value + 1 WHERE name = ?", (name,))
        found = self.row("SELECT value FROM counter WHERE name = ?", name)
        return int(found["value"]) if found else start

    def setting(self, name: str, default: str = "") -> str:
        found = self.row("SELECT value FROM setting WHERE name = ?", name)
        return str(found["value"]) if found else default

    def set_setting(self, name: str, value: str) -> None:
        self.sql.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, value))


def dump(value: Any) -> str:
    """JSON as it is stored."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
