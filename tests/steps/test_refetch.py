"""A medium that is staged already is asked for by its validators: unchanged it stays, changed it is looked at anew."""

from __future__ import annotations

import hashlib
import http.server
import io
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from msgspec.structs import replace as changed
from PIL import Image

from glamflow.ledger.rows import StoredFile
from glamflow.ledger.states import FileState
from glamflow.steps.material import load_material
from glamflow.steps.refetch import known_source
from glamflow.steps.staging import stage_file
from glamflow.store import layout


class Shelf:
    """One picture under one address, with an ETag of its bytes; what was answered."""

    def __init__(self) -> None:
        self.data = b""
        self.answers: list[int] = []
        self.url = ""

    def put(self, picture: Image.Image, **options: Any) -> None:
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", **options)
        self.data = buffer.getvalue()

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.data).hexdigest()[:12]}"'


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    one = Shelf()

    class Answer(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            return

        def do_GET(self) -> None:
            same = self.headers.get("If-None-Match") == one.etag
            one.answers.append(304 if same else 200)
            self.send_response(one.answers[-1])
            self.send_header("ETag", one.etag)
            self.send_header("Content-Length", "0" if same else str(len(one.data)))
            self.end_headers()
            if not same:
                self.wfile.write(one.data)

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        one.url = f"http://127.0.0.1:{server.server_address[1]}/scan.jpg"
        yield one
        server.shutdown()
        thread.join()


def bring(small: Any, shelf: Shelf, **media: Any) -> StoredFile:
    """Stage the first file as it stands in the ledger, from the shelf."""
    id = small.files[0].id
    file = changed(small.deps.ledger.file(id), url=shelf.url)
    config = changed(small.config, media=changed(small.config.media, allow_hosts=(shelf.url.split("/")[2],), **media))
    material = next(iter(load_material(small.deps, [file])))
    material = replace(material, medium=changed(material.medium, url=shelf.url, sha1="", iiif_service=""))
    claim = small.deps.ledger.claim("stage", "test", "tester")
    with small.deps.media_session(config) as session:
        stage_file(small.deps, claim, config, file, session, material)
    after: StoredFile = small.deps.ledger.file(id)
    return after


def scene(shade: int = 0) -> Image.Image:
    return Image.linear_gradient("L").resize((320, 240)).convert("RGB").point(lambda value: min(255, value + shade))


def test_what_the_source_calls_unchanged_is_kept_from_the_store(small: Any, shelf: Shelf) -> None:
    shelf.put(scene())
    first = bring(small, shelf)
    second = bring(small, shelf)
    assert shelf.answers == [200, 304]
    assert (second.state, second.sha1, second.sha256) == (FileState.STAGED, first.sha1, first.sha256)
    assert second.inspection == first.inspection
    source = known_source(second)
    assert source is not None
    assert (source.etag, source.sha1) == (shelf.etag, first.sha1)


def test_changed_bytes_are_looked_at_anew_and_take_the_place_of_the_staged_ones(small: Any, shelf: Shelf) -> None:
    shelf.put(scene())
    first = bring(small, shelf)
    shelf.put(scene(60))
    second = bring(small, shelf)
    assert shelf.answers == [200, 200]
    assert second.sha1 == hashlib.sha1(shelf.data).hexdigest() != first.sha1


def test_bytes_that_were_swept_are_fetched_again_without_a_condition(small: Any, shelf: Shelf) -> None:
    shelf.put(scene())
    first = bring(small, shelf)
    small.deps.store.delete(layout.media(first.partner, first.sha256))
    assert bring(small, shelf).state is FileState.STAGED
    assert shelf.answers == [200, 200]
    assert small.deps.store.head(layout.media(first.partner, first.sha256)) is not None


def test_of_a_copy_that_was_made_here_the_original_is_what_the_source_is_asked_by(small: Any, shelf: Shelf) -> None:
    block = Image.Exif()
    block.get_ifd(0x8769)[0xA431] = "12345"
    shelf.put(scene(), exif=block)
    first = bring(small, shelf, exif="strip")
    assert first.inspection is not None
    assert first.inspection["derived"]["kind"] == "strip"
    second = bring(small, shelf, exif="strip")
    assert shelf.answers == [200, 304]
    assert (second.sha256, second.inspection) == (first.sha256, first.inspection)
