"""`CommonsClient` over one session: look-ups, uploads, page text and structured data of files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from glamflow.wiki.answers import read_edit, read_move
from glamflow.wiki.entities import read_entities, write_entity
from glamflow.wiki.pages import BATCH, bare_title, continued, read_history, read_pages, read_texts
from glamflow.wiki.protocol import (
    Account,
    Entity,
    FilePage,
    LogLine,
    Neighbours,
    OnStash,
    OnWrite,
    PageHead,
    Revision,
    Signals,
    Stashed,
    Version,
    WriteOutcome,
)
from glamflow.wiki.session import WikiSession
from glamflow.wiki.signals import Ear, read_signals
from glamflow.wiki.thumbnails import read_thumbnails
from glamflow.wiki.upload import Uploader
from glamflow.wiki.versions import read_deletion, read_versions


class Commons:
    """A file repository. Nothing is written without an `on_write` of the caller."""

    def __init__(self, session: WikiSession, uploader: Uploader | None = None) -> None:
        self._session = session
        self._uploader = uploader or Uploader(session)
        self._ear: Ear | None = None

    def account(self) -> Account:
        answer = self._session.read(
            {"action": "query", "meta": "userinfo", "uiprop": "groups|rights|ratelimits|hasmsg"}
        )
        user = answer["query"]["userinfo"]
        return Account(
            name=str(user.get("name", "")), groups=tuple(user.get("groups", ())), rights=tuple(user.get("rights", ())),
            has_messages=user.get("messages") not in (None, False), rate_limits=dict(user.get("ratelimits") or {}),
        )  # fmt: skip

    def renew(self) -> None:
        self._session.renew()

    def signals(self, stop_page: str) -> Signals:
        return read_signals(self._session, stop_page, self._session.account)

    def overhear(self, stop_page: str, note: Callable[[Signals], None]) -> None:
        self._ear = Ear(stop_page, note)

    def neighbours(self, *, sha1: str, link: str = "", phrase: str = "", category: str = "") -> Neighbours:
        # Several lists in one query: one request a file, whatever is asked.
        params = {
            "action": "query", "list": "allimages|filearchive", "aisha1": sha1, "fasha1": sha1, "ailimit": "50", "falimit": "50",
        }  # fmt: skip
        if link:
            protocol, _, rest = link.partition("://")
            params["list"] += "|exturlusage"
            params |= {"euquery": rest, "euprotocol": protocol, "eunamespace": "6", "eulimit": "50"}
        if phrase:
            within = f' incategory:"{_quoted(category)}"' if category else ""
            params["list"] += "|search"
            params |= {
                "srsearch": f'insource:"{_quoted(phrase)}"{within}',
                "srnamespace": "6",
                "srlimit": "50",
                "srprop": "",
            }
        query = self._session.read(params).get("query", {})
        return Neighbours(
            live=_titles(query.get("allimages", [])), deleted=_titles(query.get("filearchive", [])),
            linked=_titles(query.get("exturlusage", [])), mentioned=_titles(query.get("search", [])),
        )  # fmt: skip

    def pages(self, titles: Sequence[str]) -> dict[str, FilePage]:
        asked = {f"File:{title}": title for title in titles}
        return {asked[key]: page for key, page in read_pages(self._session, "titles", list(asked), ear=self._ear)}

    def pages_by_id(self, page_ids: Sequence[int]) -> dict[int, FilePage]:
        return {int(key): page for key, page in read_pages(self._session, "pageids", [str(id) for id in page_ids])}

    def heads(self, page_ids: Sequence[int]) -> dict[int, PageHead]:
        found = dict.fromkeys(page_ids, PageHead())
        for start in range(0, len(page_ids), BATCH):
            batch = "|".join(str(id) for id in page_ids[start : start + BATCH])
            query = self._session.read({"action": "query", "pageids": batch, "prop": "info"}).get("query", {})
            for page in query.get("pages", []):
                if page.get("missing") in (None, False) and page.get("lastrevid"):
                    found[int(page["pageid"])] = PageHead(title=bare_title(page), revision=int(page["lastrevid"]))
        return found

    def existing(self, titles: Sequence[str]) -> set[str]:
        found: set[str] = set()
        for start in range(0, len(titles), BATCH):
            batch = list(titles[start : start + BATCH])
            query = self._session.read({"action": "query", "titles": "|".join(batch), "prop": "info"}).get("query", {})
            names = {entry["from"]: entry["to"] for entry in query.get("normalized", [])}
            good = {
                page["title"] for page in query.get("pages", [])
                if page.get("missing") in (None, False) and page.get("redirect") in (None, False)
            }  # fmt: skip
            found |= {title for title in batch if names.get(title, title) in good}
        return found

    def thumbnails(self, titles: Sequence[str], *, width: int) -> dict[str, str]:
        return read_thumbnails(self._session, titles, width=width)

    def texts(self, titles: Sequence[str]) -> dict[str, str]:
        return read_texts(self._session, list(dict.fromkeys(titles)))

    def by_statement(self, property_id: str, value: str) -> tuple[str, ...]:
        return self._search(f'haswbstatement:"{property_id}={_quoted(value)}"')

    def upload(
        self, *, title: str, path: str, size: int, sha1: str, text: str, summary: str, on_write: OnWrite,
        ignore_warnings: bool = False, filekey: str = "", stashed: Stashed | None = None, on_stash: OnStash | None = None,
    ) -> WriteOutcome:  # fmt: skip
        return self._uploader.upload(
            title=title, path=path, size=size, sha1=sha1, text=text, summary=summary, on_write=on_write,
            ignore_warnings=ignore_warnings, filekey=filekey, stashed=stashed, on_stash=on_stash,
        )  # fmt: skip

    def edit_text(
        self, *, title: str, text: str, summary: str, base_revision: int | None, on_write: OnWrite, page_id: int | None = None
    ) -> WriteOutcome:
        page: dict[str, Any] = {"pageid": page_id} if page_id else {"title": f"File:{title}"}
        page |= {"action": "edit", "text": text, "summary": summary, "bot": "1", "nocreate": "1", "baserevid": base_revision}
        answer, done = self._session.write("text", page, on_write=on_write)
        outcome = read_edit(answer)
        done(outcome)
        return outcome

    def move(self, *, title: str, to: str, reason: str, on_write: OnWrite) -> WriteOutcome:
        params = {"action": "move", "from": f"File:{title}", "to": f"File:{to}", "reason": reason, "movetalk": "1"}
        answer, done = self._session.write("move", params, on_write=on_write)
        outcome = read_move(answer)
        done(outcome)
        return outcome

    def entities(self, ids: Sequence[str]) -> dict[str, Entity]:
        return read_entities(self._session, ids)

    def edit_entity(
        self, *, id: str, data: dict[str, Any], summary: str, base_revision: int | None, on_write: OnWrite
    ) -> WriteOutcome:
        return write_entity(
            self._session, id=id, data=data, summary=summary, base_revision=base_revision, on_write=on_write
        )

    def history(self, title: str = "", *, page_id: int | None = None, limit: int = 50) -> tuple[Revision, ...]:
        return read_history(self._session, {"pageids": page_id} if page_id else {"titles": f"File:{title}"}, limit=limit)

    def versions(self, page_id: int, *, since: int) -> tuple[Version, ...]:
        return read_versions(self._session, page_id, since=since)

    def deletion(self, title: str) -> LogLine | None:
        return read_deletion(self._session, f"File:{title}")

    def _search(self, query: str) -> tuple[str, ...]:
        params = {
            "action": "query",
            "list": "search",
            "srsearch": query,
            "srnamespace": "6",
            "srlimit": "50",
            "srprop": "",
        }
        found: list[str] = []
        for answer in continued(self._session, params):
            found.extend(_titles(answer.get("query", {}).get("search", [])))
        return tuple(found)


def _titles(entries: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(bare_title(entry) for entry in entries))


def _quoted(value: str) -> str:
    # A quotation mark would end the phrase of the search syntax.
    return value.replace('"', " ")
