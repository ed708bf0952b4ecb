"""Requests at the wire, counted by what they are for."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

WRITES = ("upload", "wbeditentity", "edit", "move")


def kinds(rows: Iterable[dict[str, Any]]) -> Counter[str]:
    """Rows of the sandbox's request log by purpose."""
    return Counter(_kind(row["action"], json.loads(row["params"])) for row in rows)


def writes(counted: Counter[str]) -> int:
    return sum(number for kind, number in counted.items() if kind.startswith("write"))


def _kind(action: str, params: dict[str, str]) -> str:
    if action in WRITES:
        return "poll" if "checkstatus" in params else f"write: {action}"
    if action == "login" or params.get("meta", "").startswith("tokens"):
        return "login"
    if action != "query":
        return f"read: {action}"
    return "read: " + (params.get("list") or params.get("meta") or f"pages ({params.get('prop', '')[:24]})")
