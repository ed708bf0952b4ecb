"""What the publishing steps need of a wiki. Implemented by `commons.py` / `wikidata.py` on pywikibot; every write is
one POST with all automatic repeats off: repeats are decided by the caller, after a look.

Titles are without "File:", with spaces. M-ids are "M" + page id. SHA-1 in lower-case hexadecimal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any, Protocol

import msgspec


class Frozen(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of the values below."""


class Account(Frozen, frozen=True, kw_only=True):
    """Who we are on this wiki (`meta=userinfo`)."""

    name: str
    groups: tuple[str, ...] = ()
    rights: tuple[str, ...] = ()
    has_messages: bool = False
    rate_limits: dict[str, Any] = msgspec.field(default_factory=dict)

    @property
    def is_bot(self) -> bool:
        return "bot" in self.groups or "bot" in self.rights


class Spoken(Frozen, frozen=True, kw_only=True):
    """The newest revision of a page on which people speak to us. `user` and `comment` "" where the wiki hides them."""

    page: str
    revision: int
    user: str = ""
    at: str = ""
    comment: str = ""


class Signals(Frozen, frozen=True, kw_only=True):
    """What people tell the account: unread messages, the stop page (None: there is none), the talk page (None: there is none,
    or it was not asked for). `running` is False where the stop page says anything but “run”."""

    messages: bool = False
    running: bool = True
    stop: Spoken | None = None
    talk: Spoken | None = None


class FilePage(Frozen, frozen=True, kw_only=True):
    """A file page as it is now. `page_id` is None when it does not exist (never 0)."""

    title: str
    page_id: int | None = None
    revision: int | None = None
    text: str = ""
    sha1: str = ""  # of the current file version
    size: int | None = None
    width: int | None = None
    height: int | None = None
    first_uploader: str = ""
    last_uploader: str = ""  # of the current file version
    last_editor: str = ""
    redirect_to: str = ""
    categories: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()

    @property
    def exists(self) -> bool:
        return self.page_id is not None


class PageHead(Frozen, frozen=True, kw_only=True):
    """Where a page stands: enough to see that nothing happened. Uploads, moves and edits of data are revisions, too."""

    title: str = ""
    revision: int | None = None  # None: it does not exist


class Neighbours(Frozen, frozen=True, kw_only=True):
    """Titles of files that may be the same picture: by bytes (live, deleted), by record address, by inventory number."""

    live: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()
    mentioned: tuple[str, ...] = ()


class Entity(Frozen, frozen=True, kw_only=True):
    """MediaInfo or item as JSON (`statements` or `claims` unified under `statements`), `revision` None if it has none yet."""

    id: str
    revision: int | None = None
    labels: dict[str, str] = msgspec.field(default_factory=dict)
    descriptions: dict[str, str] = msgspec.field(default_factory=dict)
    statements: dict[str, list[dict[str, Any]]] = msgspec.field(default_factory=dict)
    missing: bool = False
    redirected_to: str = ""


class Result(StrEnum):
    """How a write ended."""

    APPLIED = "applied"
    NO_CHANGE = "no_change"
    WARNING = "warning"  # an upload that the wiki did not store; see `warnings`
    REFUSED = "refused"  # a definite no; see `code`
    UNKNOWN = "unknown"  # no answer that can be read: look before repeating
    RETRY = "retry"  # a definite "not now" (maxlag, readonly, ratelimited): nothing was written


class WriteOutcome(Frozen, frozen=True, kw_only=True):
    """Outcome of one write. `page_id` / `revision` where applied; `retry_after` seconds where the wiki said so."""

    result: Result
    code: str = ""
    info: str = ""
    page_id: int | None = None
    revision: int | None = None
    title: str = ""
    warnings: dict[str, Any] = msgspec.field(default_factory=dict)
    filekey: str = ""
    retry_after: float | None = None
    left_out: tuple[str, ...] = ()  # ids of statements that this wiki has no place for


class Revision(Frozen, frozen=True, kw_only=True):
    """One revision of a page."""

    id: int
    parent: int
    user: str
    comment: str
    timestamp: str
    sha1: str = ""
    tags: tuple[str, ...] = ()


class Stashed(Frozen, frozen=True, kw_only=True):
    """Bytes of a file that lie in the wiki's stash: `offset` of them, under `filekey`; all of them once it is the file's size."""

    filekey: str
    offset: int


STASH_HOURS = 40
"""How old a stash may be to be gone on with, of the 48 hours that it lives."""
OnStash = Callable[[Stashed | None], None]
"""Called when more bytes lie in the stash, with None when it turned out to be lost."""
Done = Callable[[WriteOutcome], None]
OnWrite = Callable[[str], Done]
"""Called with the step's name ("upload", "chunk 3", "publish", "entity") before each POST that may change the wiki; what
it returns is called with the outcome. Journal, brake and rate live there: exactly one POST per call."""


class Version(Frozen, frozen=True, kw_only=True):
    """One revision with what it says. `user` "" where the wiki hides who it was; text and data None where it hides them."""

    id: int
    parent: int = 0
    user: str = ""
    comment: str = ""
    timestamp: str = ""
    text: str | None = None
    labels: dict[str, str] | None = None
    statements: tuple[dict[str, Any], ...] | None = None


class LogLine(Frozen, frozen=True, kw_only=True):
    """One line of the wiki's log; `user` and `comment` "" where they are hidden."""

    id: int
    user: str = ""
    comment: str = ""
    timestamp: str = ""


class CommonsClient(Protocol):
    """File repository with structured data."""

    def account(self) -> Account: ...

    def signals(self, stop_page: str) -> Signals:
        """Stop page, talk page and unread messages of the account, in one request."""
        ...

    def overhear(self, stop_page: str, note: Callable[[Signals], None]) -> None:
        """From now on reads of single pages ask for the stop page and unread messages, too, and tell `note` what they say."""
        ...

    def neighbours(self, *, sha1: str, link: str = "", phrase: str = "", category: str = "") -> Neighbours:
        """Everything that may already be there for one file, in one request: its bytes (live, deleted), pages that link to
        `link`, pages whose wikitext holds `phrase` (within `category` if given)."""
        ...

    def renew(self) -> None:
        """Log in again and fetch a new token."""
        ...

    def pages(self, titles: Sequence[str]) -> dict[str, FilePage]: ...

    def pages_by_id(self, page_ids: Sequence[int]) -> dict[int, FilePage]: ...

    def heads(self, page_ids: Sequence[int]) -> dict[int, PageHead]:
        """Title and newest revision of pages, 50 a request."""
        ...

    def existing(self, titles: Sequence[str]) -> set[str]:
        """Which of these full titles ("Template:…", "Category:…", "Institution:…") exist and are no redirects."""
        ...

    def thumbnails(self, titles: Sequence[str], *, width: int) -> dict[str, str]:
        """Addresses of small pictures of files, 50 a request; files without one are left out."""
        ...

    def texts(self, titles: Sequence[str]) -> dict[str, str]:
        """Wikitext of those of these full titles that exist, 50 a request."""
        ...

    def by_statement(self, property_id: str, value: str) -> tuple[str, ...]:
        """Titles of files that carry this statement (`haswbstatement`), () where the wiki has no such search."""
        ...

    def upload(
        self,
        *,
        title: str,
        path: str,
        size: int,
        sha1: str,
        text: str,
        summary: str,
        on_write: OnWrite,
        ignore_warnings: bool = False,
        filekey: str = "",
        stashed: Stashed | None = None,
        on_stash: OnStash | None = None,
    ) -> WriteOutcome:
        """With `filekey` only the publish step is sent; with `stashed` a chunked upload goes on where it stopped."""
        ...

    def edit_text(
        self, *, title: str, text: str, summary: str, base_revision: int | None, on_write: OnWrite, page_id: int | None = None
    ) -> WriteOutcome:
        """With `page_id` the page is found by it, wherever it was moved to; never creates one."""
        ...

    def move(self, *, title: str, to: str, reason: str, on_write: OnWrite) -> WriteOutcome:
        """Another title for a file; a redirect is left behind."""
        ...

    def entities(self, ids: Sequence[str]) -> dict[str, Entity]: ...

    def edit_entity(
        self, *, id: str, data: dict[str, Any], summary: str, base_revision: int | None, on_write: OnWrite
    ) -> WriteOutcome: ...

    def history(self, title: str = "", *, page_id: int | None = None, limit: int = 50) -> tuple[Revision, ...]:
        """The newest revisions of a page, of its text and its data, newest first."""
        ...

    def versions(self, page_id: int, *, since: int) -> tuple[Version, ...]:
        """Revisions with their text and data, oldest first: all after `since`, and some before for what the page said then."""
        ...

    def deletion(self, title: str) -> LogLine | None:
        """The last deletion of a title as the log tells it."""
        ...


class WikidataClient(Protocol):
    """Item repository."""

    def account(self) -> Account: ...

    def entities(self, ids: Sequence[str]) -> dict[str, Entity]: ...

    def by_inventory_number(self, number: str, collection: str) -> tuple[str, ...]:
        """Items with P217 = number qualified by P195 = collection."""
        ...

    def by_inventory_numbers(self, asked: Sequence[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, ...]]:
        """The same for many (number, collection) pairs, many in one search."""
        ...

    def search(self, text: str, *, language: str) -> tuple[str, ...]: ...

    def create_item(self, *, data: dict[str, Any], summary: str, on_write: OnWrite) -> WriteOutcome:
        """A new item; its id is the outcome's `title`. Never sent twice without a look: nothing makes a repeat harmless."""
        ...

    def signals(self, stop_page: str) -> Signals:
        """As of the file repository: what people tell the account on this wiki."""
        ...

    def overhear(self, stop_page: str, note: Callable[[Signals], None]) -> None: ...

    def renew(self) -> None: ...

    def edit_entity(
        self, *, id: str, data: dict[str, Any], summary: str, base_revision: int | None, on_write: OnWrite
    ) -> WriteOutcome: ...
