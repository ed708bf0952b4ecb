"""The media server: ranges, conditions, and what is broken on purpose."""

from __future__ import annotations

import io

import httpx
import pytest
from PIL import Image, ImageFile

PICTURE = "/media/lumen/LM-4002-1.jpg"


def test_a_picture_comes_with_its_type_length_and_validators(sources: httpx.Client) -> None:
    answer = sources.get(PICTURE)
    assert answer.headers["content-type"] == "image/jpeg"
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert answer.headers["etag"]
    assert answer.headers["last-modified"] == "Tue, 01 Sep 2026 08:00:00 GMT"


def test_head_answers_as_get_without_the_bytes(sources: httpx.Client) -> None:
    got, head = sources.get(PICTURE), sources.head(PICTURE)
    assert head.content == b""
    assert head.headers["content-length"] == got.headers["content-length"]


def test_ranges_join_to_the_whole(sources: httpx.Client) -> None:
    whole = sources.get(PICTURE).content
    parts = [sources.get(PICTURE, headers={"Range": span}) for span in ("bytes=0-999", "bytes=1000-")]
    assert [part.status_code for part in parts] == [206, 206]
    assert parts[0].headers["content-range"] == f"bytes 0-999/{len(whole)}"
    assert b"".join(part.content for part in parts) == whole
    assert sources.get(PICTURE, headers={"Range": "bytes=-10"}).content == whole[-10:]


def test_a_range_behind_the_end_is_refused_and_a_changed_file_is_sent_whole(sources: httpx.Client) -> None:
    assert sources.get(PICTURE, headers={"Range": "bytes=99999999-"}).status_code == 416
    changed = sources.get(PICTURE, headers={"Range": "bytes=100-", "If-Range": '"another"'})
    assert changed.status_code == 200


def test_an_unchanged_file_is_not_sent_again(sources: httpx.Client) -> None:
    etag = sources.get(PICTURE).headers["etag"]
    assert sources.get(PICTURE, headers={"If-None-Match": etag}).status_code == 304


def test_the_same_address_gives_the_same_bytes_and_a_thumbnail_is_small(sources: httpx.Client) -> None:
    assert sources.get(PICTURE).content == sources.get(PICTURE).content
    with Image.open(io.BytesIO(sources.get(PICTURE, params={"size": "thumb"}).content)) as thumbnail:
        assert max(thumbnail.size) <= 160


def test_the_truncated_picture_opens_but_does_not_decode(sources: httpx.Client) -> None:
    answer = sources.get("/media/lumen/LM-1016-1.jpg")
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert not ImageFile.LOAD_TRUNCATED_IMAGES
    with Image.open(io.BytesIO(answer.content)) as image:
        assert image.size == (900, 680)
        with pytest.raises(OSError, match="truncated"):
            image.load()


def test_the_error_page_says_image_and_the_dead_link_is_missing(sources: httpx.Client) -> None:
    page = sources.get("/media/lumen/LM-1017-1.jpg")
    assert (page.status_code, page.headers["content-type"]) == (200, "image/jpeg")
    assert page.content.startswith(b"<!DOCTYPE html>")
    assert sources.get("/media/lumen/LM-1018-1.jpg").status_code == 404


def test_a_medium_without_record_lies_on_the_server(sources: httpx.Client) -> None:
    assert sources.get("/media/lumen/LM-0000-1.jpg").status_code == 200


def test_the_second_medium_repeats_the_bytes_of_the_first(sources: httpx.Client) -> None:
    assert sources.get("/media/lumen/LM-1019-1.jpg").content == sources.get("/media/lumen/LM-1019-2.jpg").content
