"""Addresses of small pictures of files, as the wiki itself makes and serves them: 50 files a request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from glamflow.wiki.pages import BATCH, bare_title
from glamflow.wiki.session import WikiSession


def read_thumbnails(session: WikiSession, titles: Sequence[str], *, width: int) -> dict[str, str]:
    """Title → address of a picture about `width` pixels wide; files that have none are left out."""
    found: dict[str, str] = {}
    for start in range(0, len(titles), BATCH):
        asked = {f"File:{title}": title for title in titles[start : start + BATCH]}
        params = {
            "action": "query", "titles": "|".join(asked), "prop": "imageinfo", "iiprop": "url", "iiurlwidth": str(width), "redirects": "1",
        }  # fmt: skip
        query = session.read(params).get("query", {})
        there = {bare_title(page): page for page in query.get("pages", [])}
        names = {entry["from"]: entry["to"] for kind in ("normalized", "redirects") for entry in query.get(kind, [])}
        for key, title in asked.items():
            named = names.get(names.get(key, key), names.get(key, key))
            version: dict[str, Any] = next(iter(there.get(named.partition(":")[2], {}).get("imageinfo", [])), {})
            if url := str(version.get("thumburl") or ""):
                found[title] = url
    return found
