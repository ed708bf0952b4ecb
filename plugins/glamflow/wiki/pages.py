"""Reading pages: batches of 50, continuation followed, plain values out (`FilePage`, `Revision`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from glamflow.wiki.protocol import FilePage, Revision
from glamflow.wiki.session import WikiSession
from glamflow.wiki.signals import Ear

BATCH = 50
MAX_CONTINUATIONS = 200
BARE = (6, 10, 14)
"""Namespaces whose name is left out: File, Template, Category."""
_PROPS = {
    "action": "query", "prop": "info|revisions|imageinfo|categories|templates", "iiprop": "sha1|size|user|timestamp", "iilimit": "50",
    "rvprop": "ids|user|content", "rvslots": "main", "cllimit": "max", "tllimit": "max",
}  # fmt: skip


def read_pages(session: WikiSession, key: str, values: Sequence[str], *, ear: Ear | None = None) -> Iterator[tuple[str, FilePage]]:
    """(asked value, page) for each title or page id; a missing page has no `page_id`. `ear` listens in where one title is asked."""
    for start in range(0, len(values), BATCH):
        batch = list(values[start : start + BATCH])
        listens = ear if ear is not None and len(values) == 1 else None
        more, asked = (listens.params, [*batch, listens.stop_page]) if listens else ({}, batch)
        merged: dict[str, dict[str, Any]] = {}
        names: dict[str, str] = {}
        for answer in continued(session, {**_PROPS, **more, key: "|".join(asked)}):
            query = answer.get("query", {})
            if listens:
                listens.hear(query)
            names |= {entry["from"]: entry["to"] for entry in query.get("normalized", [])}
            for page in query.get("pages", []):
                _merge(merged.setdefault(str(page.get("title", page.get("pageid"))), {}), page)
        by_id = {str(page.get("pageid")): page for page in merged.values()}
        for value in batch:
            page = by_id.get(value, {}) if key == "pageids" else merged.get(names.get(value, value), {})
            yield value, _file_page(value, page)


def read_texts(session: WikiSession, titles: Sequence[str]) -> dict[str, str]:
    """Wikitext by the asked title; what does not exist is left out."""
    found: dict[str, str] = {}
    for start in range(0, len(titles), BATCH):
        batch = titles[start : start + BATCH]
        params = {"action": "query", "prop": "revisions", "rvprop": "content", "rvslots": "main", "titles": "|".join(batch)}
        query = session.read(params).get("query", {})
        names = {entry["from"]: entry["to"] for entry in query.get("normalized", [])}
        there = {str(page.get("title", "")): next(iter(page.get("revisions", [])), None) for page in query.get("pages", [])}
        for title in batch:
            if (revision := there.get(names.get(title, title))) is not None:
                found[title] = str(revision.get("slots", {}).get("main", {}).get("content", ""))
    return found


def continued(session: WikiSession, params: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every answer of a query that is continued; bounded, a wiki that continues for ever is cut."""
    more: dict[str, Any] = {}
    for _ in range(MAX_CONTINUATIONS):
        answer = session.read({**params, **more})
        yield answer
        more = answer.get("continue") or {}
        if not more:
            return


def read_history(session: WikiSession, page: dict[str, Any], *, limit: int) -> tuple[Revision, ...]:
    """The newest `limit` revisions of a page, newest first."""
    params = {
        **page, "action": "query", "prop": "revisions", "rvlimit": str(min(limit, 500)),
        "rvprop": "ids|user|comment|timestamp|sha1|tags",
    }  # fmt: skip
    pages = session.read(params).get("query", {}).get("pages", [])
    return tuple(
        Revision(
            id=r["revid"], parent=r.get("parentid", 0), user=str(r.get("user", "")), comment=str(r.get("comment", "")),
            timestamp=str(r.get("timestamp", "")), sha1=str(r.get("sha1", "")), tags=tuple(r.get("tags", ())),
        )
        for r in (pages[0].get("revisions", []) if pages else [])
    )  # fmt: skip


def bare_title(entry: dict[str, Any]) -> str:
    """The title without its namespace where that is File, Category or Template. Wikis call these in their own language
    ("Datei:", "Catégorie:"), so the number tells; asked for, all of them know the English name, too."""
    title = str(entry.get("title", ""))
    return title.partition(":")[2] if entry.get("ns") in BARE and ":" in title else title


def _merge(into: dict[str, Any], page: dict[str, Any]) -> None:
    for key, value in page.items():
        if isinstance(value, list) and isinstance(into.get(key), list):
            into[key] = into[key] + [item for item in value if item not in into[key]]
        else:
            into[key] = value


def _file_page(asked: str, page: dict[str, Any]) -> FilePage:
    title = bare_title(page) or asked.removeprefix("File:")
    if page.get("missing") not in (None, False) or not page.get("pageid"):
        return FilePage(title=title)
    revision: dict[str, Any] = next(iter(page.get("revisions", [])), {})
    versions = page.get("imageinfo", [])
    newest, oldest = (versions[0], versions[-1]) if versions else ({}, {})
    text = str(revision.get("slots", {}).get("main", {}).get("content", ""))
    return FilePage(
        title=title, page_id=page["pageid"], revision=revision.get("revid") or page.get("lastrevid"), text=text,
        sha1=str(newest.get("sha1", "")), size=newest.get("size"), width=newest.get("width"), height=newest.get("height"),
        first_uploader=str(oldest.get("user", "")), last_uploader=str(newest.get("user", "")), last_editor=str(revision.get("user", "")),
        redirect_to=_redirect_target(text) if page.get("redirect") not in (None, False) else "",
        categories=tuple(bare_title(c) for c in page.get("categories", [])),
        templates=tuple(bare_title(t) for t in page.get("templates", [])),
    )  # fmt: skip


def _redirect_target(text: str) -> str:
    inner = text.partition("[[")[2].partition("]]")[0]
    target = inner.partition("|")[0].strip().removeprefix(":")
    return target.partition(":")[2].strip() or target  # a file leads to a file, whatever the namespace is called there
