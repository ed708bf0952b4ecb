"""Our client against a real MediaWiki, the same calls and expectations as against the sandbox.

The sandbox is always tested. Others join where the environment names them by API address, account and bot password:
`GLAMFLOW_TEST_WIKI`, `…_LOGIN`, `…_PASSWORD` any wiki, with or without structured data (see `tests/support/foreign_wiki.py`);
`GLAMFLOW_MEDIAWIKI_API`, `…_LOGIN`, `…_PASSWORD` the one that `.ci/run` starts (`scripts/mediawiki FOLDER PORT`).

| difference of MediaWiki 1.39 as Debian packs it | why it is no fault |
|---|---|
| no structured data | WikibaseMediaInfo is not packaged: reading gives nothing, writing ends as `not-offered` |
| `async=1` is not used | asynchronous uploads are off by default: the last chunk and the publish step answer at once |
| `search` and `haswbstatement:` find nothing | the packaged search indexes by jobs and knows no statements |
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from foreign_wiki import NAMED, STRANGERS
from wiki_desk import Desk, picture, sha1

from glamflow.sandbox.wiki import SandboxWiki
from glamflow.wiki.protocol import Result

SERVERS = ["sandbox", *NAMED]
Name = Callable[[str], str]


@pytest.fixture(params=SERVERS)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    if request.param == "sandbox":
        with SandboxWiki(tmp_path / "wiki") as wiki:
            with wiki.seeding() as seed:
                seed.user("PipelineBot", groups=("bot",), password="secret")
            yield Desk(wiki, tmp_path)
        return
    named = STRANGERS[request.param]
    assert named is not None
    address: Any = named  # a wiki that is only an address: it cannot be looked into
    yield Desk(address, tmp_path, session=named.session())


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


def test_statements_and_captions_are_written_once_or_said_to_be_not_offered(desk: Desk, name: Name) -> None:
    desk.upload(name("Described"), picture())
    page = desk.commons.pages([name("Described")])[name("Described")]
    id = f"M{page.page_id}"
    assert desk.commons.entities([id])[id].missing
    data = {"labels": {"en": {"language": "en", "value": "A label"}}}
    outcome = desk.commons.edit_entity(id=id, data=data, summary="s", base_revision=None, on_write=desk.book.on_write)
    if desk.commons.entities([id])[id].missing:
        assert (outcome.result, outcome.code) == (Result.REFUSED, "not-offered")
        assert not isinstance(desk.wiki, SandboxWiki)
        return
    again = desk.commons.edit_entity(id=id, data=data, summary="s", base_revision=None, on_write=desk.book.on_write)
    assert (outcome.result, outcome.code, again.result) == (Result.APPLIED, "", Result.NO_CHANGE)
    assert desk.commons.entities([id])[id].labels == {"en": "A label"}


def test_what_a_foreign_wikibase_does_not_have_is_left_out_and_named(desk: Desk, name: Name) -> None:
    """Under another journal row; what it has is written."""
    desk.upload(name("Strange"), picture())
    id = f"M{desk.commons.pages([name('Strange')])[name('Strange')].page_id}"
    desk.session.dialect.lenient = True
    strange = {"snaktype": "value", "property": "P99999999", "datavalue": {"type": "string", "value": "x"}}
    claim = {"type": "statement", "rank": "normal", "id": f"{id}$7E1D5A10-2222-4333-8444-0123456789AB", "mainsnak": strange}
    data = {"labels": {"en": {"language": "en", "value": "A label"}}, "claims": [claim]}
    before = len(desk.book.rows)
    outcome = desk.commons.edit_entity(id=id, data=data, summary="s", base_revision=None, on_write=desk.book.on_write)
    if outcome.code == "not-offered":
        assert not isinstance(desk.wiki, SandboxWiki)
        return
    assert (outcome.result, outcome.left_out) == (Result.APPLIED, (claim["id"],))
    assert len(desk.book.rows) == before + 2
    read = desk.commons.entities([id])[id]
    assert (read.labels, read.statements) == ({"en": "A label"}, {})
