"""The agency's JSON API: `GET /agency/api/v1/publications` pages over charts and documents, `…/publications/{id}` one.

Rules
- `page` from 1, `per_page` 1-100 (10); `collection` and `modified_since` (ISO 8601, inclusive) narrow the list.
- Sorted by id, so that pages do not shift; deleted items stay in the list with `deleted: true`.
- Wrong parameters answer 400 with `{"error": …}`, an unknown id 404.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

PAGE_SIZE, LARGEST = 10, 100
_KNOWN = {"page", "per_page", "collection", "modified_since"}


class ApiFault(Exception):
    """A question that the API refuses, with the HTTP status of the answer."""

    def __init__(self, status: int, text: str) -> None:
        self.status = status
        super().__init__(text)


def list_publications(items: Sequence[dict[str, Any]], query: Mapping[str, str], *, base: str) -> dict[str, Any]:
    """One page of the list; `base` is the address of the list without query."""
    if unknown := set(query) - _KNOWN:
        raise ApiFault(400, f"Unknown parameter: {', '.join(sorted(unknown))}")
    page, size = _number(query, "page", 1, 10_000), _number(query, "per_page", PAGE_SIZE, LARGEST)
    chosen = sorted(_chosen(items, query), key=lambda item: str(item["id"]))
    start = (page - 1) * size
    later = start + size < len(chosen)
    return {
        "meta": {"total": len(chosen), "page": page, "per_page": size, "pages": -(-len(chosen) // size)},
        "links": {
            "self": f"{base}?page={page}&per_page={size}",
            "next": f"{base}?page={page + 1}&per_page={size}" if later else None,
        },
        "data": chosen[start : start + size],
    }


def one_publication(items: Sequence[dict[str, Any]], id: str) -> dict[str, Any]:
    """One item by its id."""
    for item in items:
        if item["id"] == id:
            return item
    raise ApiFault(404, f"No publication {id}")


def _chosen(items: Sequence[dict[str, Any]], query: Mapping[str, str]) -> list[dict[str, Any]]:
    since = _moment(query["modified_since"]) if "modified_since" in query else None
    wanted = query.get("collection")
    return [
        item for item in items
        if (since is None or _moment(str(item["modified"])) >= since) and (not wanted or item.get("collection") == wanted)
    ]  # fmt: skip


def _number(query: Mapping[str, str], name: str, default: int, largest: int) -> int:
    try:
        value = int(query.get(name, default))
    except ValueError as error:
        raise ApiFault(400, f"{name} is no number") from error
    if not 1 <= value <= largest:
        raise ApiFault(400, f"{name} must be 1 to {largest}")
    return value


def _moment(value: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(value)
    except ValueError as error:
        raise ApiFault(400, f"{value!r} is no date") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
