"""An independent reader of a wiki through the Action API: no code of ours, nothing but HTTP. What it sees is what is there."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any, NamedTuple


class SeenFile(NamedTuple):
    """One file page with everything on it."""

    title: str
    page_id: int
    sha1: str
    versions: int
    uploader: str
    text: str
    captions: dict[str, str]
    statements: dict[str, list[dict[str, Any]]]


def read_files(base: str) -> dict[str, SeenFile]:
    """All files of the wiki by title."""
    found = {}
    for page in _pages(base):
        entity = _get(base, action="wbgetentities", ids=f"M{page['pageid']}")["entities"][f"M{page['pageid']}"]
        newest = page["imageinfo"][0]
        title = page["title"].removeprefix("File:")
        found[title] = SeenFile(
            title, page["pageid"], newest["sha1"], len(page["imageinfo"]), page["imageinfo"][-1]["user"],
            page["revisions"][0]["slots"]["main"]["content"],
            {code: entry["value"] for code, entry in (entity.get("labels") or {}).items()}, dict(entity.get("statements") or {}),
        )  # fmt: skip
    return found


def _pages(base: str) -> Iterator[dict[str, Any]]:
    titles: list[str] = []
    more: dict[str, str] = {}
    while True:
        answer = _get(base, action="query", list="allimages", ailimit="50", **more)
        titles += ["File:" + image["name"].replace("_", " ") for image in answer["query"]["allimages"]]
        more = answer.get("continue", {})
        if not more:
            break
    for title in titles:
        answer = _get(
            base, action="query", titles=title, prop="imageinfo|revisions", iiprop="sha1|user", iilimit="50", rvprop="content", rvslots="main"
        )
        yield answer["query"]["pages"][0]


def _get(base: str, **params: str) -> dict[str, Any]:
    query = urllib.parse.urlencode({**params, "format": "json", "formatversion": "2"})
    with urllib.request.urlopen(f"{base}/w/api.php?{query}") as answer:
        return dict(json.load(answer))
