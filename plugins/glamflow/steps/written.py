"""What we wrote to a page, and how one action ended: the values that publishing, verifying and sync hand to each other."""

from __future__ import annotations

from typing import Any

import msgspec

from glamflow.steps.deps import Deps
from glamflow.store import layout
from glamflow.transforms.digest import digest
from glamflow.transforms.outcome import Reason
from glamflow.transforms.record import Model


class WrittenPage(Model, frozen=True, kw_only=True):
    """What we last wrote: the base of every later merge. Without statements while only the upload of a pair is done."""

    title: str
    page_id: int
    text: str
    sha1: str
    captions: dict[str, str]
    statements: tuple[dict[str, Any], ...]
    revision: int | None = None
    entity: str = ""
    entity_revision: int | None = None
    params: dict[str, str] = msgspec.field(default_factory=dict)
    foreign: bool = False  # somebody else's page: only our own statements and captions on it are ever changed

    @property
    def digest(self) -> str:
        return digest([self.title, self.text, self.sha1, self.captions, self.statements, self.params])


class Ended(Model, frozen=True, kw_only=True):
    """How one action ended: `done`, `failed` with a reason, `dropped`. `page` where something of ours stands on the wiki
    (also after `failed`: a half-done pair); `code` is the wiki's word."""

    state: str
    page: WrittenPage | None = None
    reason: Reason | None = None
    code: str = ""
    detail: str = ""


def decode_written(data: bytes) -> WrittenPage:
    """The page as it lies in the store."""
    return msgspec.json.decode(data, type=WrittenPage)


def keep_written(deps: Deps, partner: str, file_id: int, page: WrittenPage) -> str:
    """Put the page into the store, before the ledger names it; its key."""
    key = layout.published(partner, str(file_id), page.digest)
    deps.store.put(key, msgspec.json.encode(page, order="deterministic"), content_type="application/json")
    return key
