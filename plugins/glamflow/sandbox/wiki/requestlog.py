"""The sandbox's own request log: what was asked, by whom, and whether it changed the wiki.

`applied` counts changes, also those whose answer got lost. Tokens and passwords are not kept.
"""

from __future__ import annotations

from typing import Any

from glamflow.sandbox.wiki.api.context import Request
from glamflow.sandbox.wiki.state import State, dump

_SECRET = frozenset({"token", "lgpassword", "lgtoken", "password"})
_MAX_TEXT = 2000


def record(state: State, request: Request, *, outcome: str, fault: str = "") -> None:
    """Append one API request."""
    params = {name: value[:_MAX_TEXT] for name, value in request.params.items() if name not in _SECRET}
    subject = request.subject or request.text("title") or request.text("id") or request.text("titles")[:200]
    size = sum(part.size for part in request.files.values())
    state.sql.execute(
        "INSERT INTO request_log (timestamp, method, action, step, user, subject, outcome, applied, fault, bytes, params)"
        " VALUES (?,?,?,?,?,?,?,?,?,?,?)",
        (state.clock(), request.method, request.action, request.step, request.user.name, subject, outcome, request.applied, fault,
         size, dump(params)),
    )  # fmt: skip


def entries(state: State, *, applied_only: bool = False, after: int = 0, limit: int = 500) -> list[dict[str, Any]]:
    """Log rows in order, from the one after `after`."""
    return [
        {**dict(row), "applied": bool(row["applied"])}
        for row in state.rows(
            "SELECT * FROM request_log WHERE id > ? AND applied >= ? ORDER BY id LIMIT ?", after, int(applied_only), limit
        )
    ]


def write_counts(state: State, *, after: int = 0) -> dict[str, int]:
    """Applied writes by action, with their sum under `total`."""
    rows = state.rows("SELECT action, count(*) AS n FROM request_log WHERE applied = 1 AND id > ? GROUP BY action", after)
    counts = {row["action"]: int(row["n"]) for row in rows}
    return {**counts, "total": sum(counts.values())}


def last_id(state: State) -> int:
    """Where the log ends now; hand it to `after` later."""
    row = state.row("SELECT COALESCE(max(id), 0) AS n FROM request_log")
    return int(row["n"]) if row else 0
