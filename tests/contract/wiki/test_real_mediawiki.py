"""Our client against a real MediaWiki, the same calls and expectations as against the sandbox.

The sandbox is always tested. A real wiki (`scripts/mediawiki FOLDER PORT`) joins where `GLAMFLOW_MEDIAWIKI_API` names its address
and `GLAMFLOW_MEDIAWIKI_LOGIN` / `GLAMFLOW_MEDIAWIKI_PASSWORD` a bot password.

| difference of MediaWiki 1.39 as Debian packs it | why it is no fault |
|---|---|
| no structured data | WikibaseMediaInfo is not packaged: reading gives nothing, writing ends as `not-offered` |
| `async=1` is not used | asynchronous uploads are off by default: the last chunk and the publish step answer at once |
| `search` and `haswbstatement:` find nothing | the packaged search indexes by jobs and knows no statements |
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from wiki_desk import Desk, picture, sha1

from glamflow.sandbox.wiki import SandboxWiki
from glamflow.wiki.protocol import Result

REAL = os.environ.get("GLAMFLOW_MEDIAWIKI_API", "")
SERVERS = ["sandbox", *(["mediawiki"] if REAL else [])]
Name = Callable[[str], str]


class Address:
    """A wiki that is only an address: it cannot be looked into."""

    base_url = REAL


@pytest.fixture(params=SERVERS)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    if request.param == "sandbox":
        with SandboxWiki(tmp_path / "wiki") as wiki:
            with wiki.seeding() as seed:
                seed.user("PipelineBot", groups=("bot",), password="secret")
            yield Desk(wiki, tmp_path)
    else:
        address: Any = Address()
        login, password = os.environ["GLAMFLOW_MEDIAWIKI_LOGIN"], os.environ["GLAMFLOW_MEDIAWIKI_PASSWORD"]
        yield Desk(address, tmp_path, login=login, password=password)


@pytest.fixture
def name() -> Name:
    """Titles that no earlier run used."""
    stamp = time.time_ns()
    return lambda title: f"{title} {stamp}.jpg"


def test_an_upload_is_there_with_its_text_and_bytes(desk: Desk, name: Name) -> None:
    content = picture()
    outcome = desk.upload(name("Direct"), content)
    assert (outcome.result, outcome.title) == (Result.APPLIED, name("Direct"))
    page = desk.commons.pages([name("Direct")])[name("Direct")]
    assert (page.text, page.sha1, page.first_uploader) == ("A text.", sha1(content), desk.commons.account().name)
    assert page.page_id is not None
    assert desk.commons.heads([page.page_id])[page.page_id].revision == page.revision
    assert desk.commons.neighbours(sha1=sha1(content)).live == (name("Direct"),)


def test_a_chunked_upload_goes_through_and_goes_on_after_a_wrong_offset(desk: Desk, name: Name) -> None:
    content = picture()
    desk.client(chunk_from=1, chunk=5000)
    assert desk.upload(name("Chunked"), content).result is Result.APPLIED
    assert desk.book.reached.offset == len(content)
    assert desk.commons.pages([name("Chunked")])[name("Chunked")].sha1 == sha1(content)


def test_the_same_bytes_and_the_same_name_are_warned_of(desk: Desk, name: Name) -> None:
    content = picture()
    desk.upload(name("First"), content)
    assert set(desk.upload(name("Second"), content).warnings) == {"duplicate"}
    again = desk.upload(name("First"), content)
    assert (again.result, set(again.warnings)) == (Result.WARNING, {"exists", "nochange"})
    assert again.filekey
    assert "exists" in desk.upload(name("First"), picture()).warnings


def test_an_edit_on_a_stale_revision_is_a_conflict(desk: Desk, name: Name) -> None:
    desk.upload(name("Edited"), picture())
    page = desk.commons.pages([name("Edited")])[name("Edited")]
    facts: dict[str, Any] = {"title": page.title, "page_id": page.page_id, "summary": "s", "on_write": desk.book.on_write}
    first = desk.commons.edit_text(text="One.", base_revision=page.revision, **facts)
    stale = desk.commons.edit_text(text="Two.", base_revision=page.revision, **facts)
    same = desk.commons.edit_text(text="One.", base_revision=first.revision, **facts)
    assert (first.result, stale.code, same.result) == (Result.APPLIED, "editconflict", Result.NO_CHANGE)
    assert [revision.user for revision in desk.commons.history(page_id=page.page_id)] == [desk.commons.account().name] * 2


def test_a_wiki_without_structured_data_says_so_and_reads_as_empty(desk: Desk, name: Name) -> None:
    desk.upload(name("Described"), picture())
    page = desk.commons.pages([name("Described")])[name("Described")]
    id = f"M{page.page_id}"
    assert desk.commons.entities([id])[id].missing
    data = {"labels": {"en": {"language": "en", "value": "A label"}}}
    outcome = desk.commons.edit_entity(id=id, data=data, summary="s", base_revision=None, on_write=desk.book.on_write)
    offered = isinstance(desk.wiki, SandboxWiki)
    assert (outcome.result, outcome.code) == ((Result.APPLIED, "") if offered else (Result.REFUSED, "not-offered"))
