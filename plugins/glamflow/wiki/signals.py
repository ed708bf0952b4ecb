"""What people tell an account while it writes: the stop page, the talk page, the mark “you have new messages”.

- One request asks for all of it (`read_signals`). No text travels: the stop page says “run” exactly where its SHA-1 is that of the
  word, and any other content, an empty page or one whose text is hidden means stop.
- Reads of single pages carry the stop page and the mark along (`Ear`): they cost nothing and are fresh.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from glamflow.wiki.protocol import Signals, Spoken
from glamflow.wiki.session import WikiSession

RUN = "run"
"""The one word on the stop page under which the account writes."""
_RUNNING = frozenset(
    hashlib.sha1(word.encode(), usedforsecurity=False).hexdigest() for word in (RUN, RUN.title(), RUN.upper())
)


def read_signals(session: WikiSession, stop_page: str, account: str) -> Signals:
    """Stop page and talk page as they stand now, and whether unread messages wait."""
    talk = f"User talk:{account}"
    params = {
        "action": "query", "titles": f"{stop_page}|{talk}", "prop": "info|revisions", "rvprop": "ids|user|timestamp|comment|sha1",
        "meta": "userinfo", "uiprop": "hasmsg",
    }  # fmt: skip
    query = session.read(params).get("query", {})
    pages = _by_asked(query)
    stop, newest = _spoken(pages.get(stop_page, {})), _spoken(pages.get(talk, {}))
    sha1 = str(_newest(pages.get(stop_page, {})).get("sha1", ""))
    return Signals(messages=_waiting(query), stop=stop, running=stop is None or sha1 in _RUNNING, talk=newest)


class Ear:
    """Adds the stop page and the mark to a read of few pages, and tells what they say."""

    def __init__(self, stop_page: str, note: Callable[[Signals], None]) -> None:
        self.stop_page, self._note = stop_page, note

    @property
    def params(self) -> dict[str, str]:
        """What a query asks besides its own."""
        return {"meta": "userinfo", "uiprop": "hasmsg"}

    def hear(self, query: Mapping[str, Any]) -> None:
        """From the answer to a query with `params` and the title of the stop page, with content."""
        page = _by_asked(query).get(self.stop_page)
        if page is None or "userinfo" not in query:  # a later part of an answer in parts
            return
        stop = _spoken(page)
        text = str(_newest(page).get("slots", {}).get("main", {}).get("content", ""))
        self._note(Signals(messages=_waiting(query), stop=stop, running=stop is None or text.strip().lower() == RUN))


def _by_asked(query: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Pages by the title that was asked for: a wiki may write it in another way ("Benutzer:…")."""
    pages = {str(page.get("title", "")): page for page in query.get("pages", [])}
    return pages | {
        str(entry["from"]): pages[entry["to"]] for entry in query.get("normalized", []) if entry.get("to") in pages
    }


def _newest(page: Mapping[str, Any]) -> dict[str, Any]:
    return next(iter(page.get("revisions", [])), {})


def _spoken(page: Mapping[str, Any]) -> Spoken | None:
    """The newest revision, None where the page does not exist."""
    if not page.get("pageid") or page.get("missing") not in (None, False):
        return None
    row = _newest(page)
    return Spoken(
        page=str(page.get("title", "")), revision=int(row.get("revid") or page.get("lastrevid") or 0), user=str(row.get("user", "")),
        at=str(row.get("timestamp", "")), comment=str(row.get("comment", "")),
    )  # fmt: skip


def _waiting(query: Mapping[str, Any]) -> bool:
    return query.get("userinfo", {}).get("messages") not in (None, False)
