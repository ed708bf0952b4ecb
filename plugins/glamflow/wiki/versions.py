"""Reading what a page said, revision by revision, and who deleted it.

Hidden revisions come without user, comment or content (`userhidden`, `commenthidden`, `texthidden`): they are told as hidden, never
filled in. A slot that a wiki does not have is no data; content that cannot be read counts as hidden.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from glamflow.wiki.pages import continued
from glamflow.wiki.protocol import LogLine, Version
from glamflow.wiki.session import WikiSession

BATCH, MAX_REQUESTS = 50, 10


def read_versions(session: WikiSession, page_id: int, *, since: int) -> tuple[Version, ...]:
    """Oldest first; the newest 500 at most."""
    params = {
        "action": "query", "prop": "revisions", "pageids": str(page_id), "rvlimit": str(BATCH), "rvslots": "*",
        "rvprop": "ids|user|comment|timestamp|content",
    }  # fmt: skip
    found: dict[int, Version] = {}
    for number, answer in enumerate(continued(session, params), start=1):
        for page in answer.get("query", {}).get("pages", []):
            found |= {row["revid"]: _version(row) for row in page.get("revisions", []) if "revid" in row}
        if number >= MAX_REQUESTS or (found and min(found) <= since):
            break
    return tuple(found[id] for id in sorted(found))


def read_deletion(session: WikiSession, title: str) -> LogLine | None:
    """The newest line of the deletion log about a title."""
    params = {"action": "query", "list": "logevents", "letype": "delete", "letitle": title, "lelimit": "10", "leprop": "ids|type|user|comment|timestamp"}
    for row in session.read(params).get("query", {}).get("logevents", []):
        if row.get("action") == "delete":
            facts = {name: str(row.get(name, "")) for name in ("user", "comment", "timestamp")}
            return LogLine(id=int(row.get("logid", 0)), **facts)
    return None


def _version(row: Mapping[str, Any]) -> Version:
    slots = row.get("slots", {})
    data = _data(slots.get("mediainfo"), hidden=_content(slots.get("main", {})) is None)
    return Version(
        id=row["revid"], parent=row.get("parentid", 0), user=str(row.get("user", "")), comment=str(row.get("comment", "")),
        timestamp=str(row.get("timestamp", "")), text=_content(slots.get("main", {})),
        labels=None if data is None else _labels(data), statements=None if data is None else _statements(data),
    )  # fmt: skip


def _content(slot: Mapping[str, Any]) -> str | None:
    return None if slot.get("texthidden") not in (None, False) or "content" not in slot else str(slot["content"])


def _data(slot: Mapping[str, Any] | None, *, hidden: bool) -> dict[str, Any] | None:
    """The entity as JSON, {} where the page has no data yet."""
    if slot is None:
        return None if hidden else {}
    try:
        data = json.loads(_content(slot) or "")
    except ValueError:
        return None
    return data if isinstance(data, dict) else None


def _labels(data: Mapping[str, Any]) -> dict[str, str]:
    labels = data.get("labels")
    return {code: str(one.get("value", "")) for code, one in labels.items()} if isinstance(labels, dict) else {}


def _statements(data: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    groups = data.get("statements") or data.get("claims")
    return tuple(claim for group in groups.values() for claim in group) if isinstance(groups, dict) else ()
