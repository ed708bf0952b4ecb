"""IIIF image services: asked first, the largest picture taken that they really give, tiles only where allowed."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from glamflow.media.fetch import MediaFault
from glamflow.media.iiif import Size, parse_info
from glamflow.media.iiif_fetch import FetchedImage, fetch_image
from glamflow.transforms.errors import SourceRefused
from glamflow.transforms.outcome import Reason

V3: dict[str, Any] = {"@context": "http://iiif.io/api/image/3/context.json", "type": "ImageService3", "profile": "level2", "width": 600, "height": 400}
V2: dict[str, Any] = {"@context": "http://iiif.io/api/image/2/context.json", "profile": ["http://iiif.io/api/image/2/level2.json"], "width": 600, "height": 400}
TILES = [{"width": 256, "scaleFactors": [1, 2, 4]}]


@pytest.fixture
def service(loopback: Any, reply: Any, drawing: Any, encoded: Any) -> Any:
    """A server of one drawn picture; `limit` is the widest answer it gives."""
    picture = drawing(600, 400, seed=5)

    def start(info: dict[str, Any], *, limit: int = 600, broken: str = "") -> str:
        def answer(request: Any) -> Any:
            path = request.path.removeprefix("/iiif/scan")
            if path == "/info.json":
                return reply(json.dumps(info), headers={"Content-Type": "application/json"})
            match = re.fullmatch(r"/(full|\d+,\d+,\d+,\d+)/(full|max|\d*,\d*)/0/default\.jpg", path)
            if match is None or (broken and broken in path):
                return reply("no", 400)
            part = picture
            if match[1] != "full":
                left, top, width, height = map(int, match[1].split(","))
                part = picture.crop((left, top, left + width, top + height))
            wanted = part.width if match[2] in ("full", "max") else int(match[2].split(",")[0])
            if wanted > limit and match[2] != "max":
                return reply("too large", 403)
            wide = min(wanted, limit)
            return reply(encoded(part.resize((wide, round(part.height * wide / part.width))), quality=95))

        loopback.answer(answer)
        return f"{loopback.url}/iiif/scan"

    return start


@pytest.fixture
def get(loopback: Any, store: Any, session: Any, tmp_path: Path) -> Any:
    return lambda url, **more: fetch_image(
        url, store, partner="museum", session=session, allow_hosts=[loopback.host], partials=tmp_path / "partials", **more
    )


def size_of(store: Any, got: FetchedImage) -> tuple[int, int]:
    with Image.open(io.BytesIO(store.get(got.fetched.key))) as image:
        image.load()
        return image.size


@pytest.mark.parametrize("info", [V3, V2])
def test_the_description_is_asked_first_and_the_whole_picture_taken(service: Any, get: Any, store: Any, loopback: Any, info: dict[str, Any]) -> None:
    got = get(service(info))
    assert isinstance(got, FetchedImage)
    assert size_of(store, got) == (600, 400)
    assert (got.stated, got.offered, got.tiles) == (Size(600, 400), Size(600, 400), 0)
    assert loopback.requests[0].path.endswith("/info.json")


def test_a_server_with_a_limit_gives_less_and_both_sizes_are_recorded(service: Any, get: Any, store: Any) -> None:
    got = get(service(V3 | {"maxWidth": 300}, limit=300))
    assert isinstance(got, FetchedImage)
    assert size_of(store, got) == (300, 200)
    assert got.facts == {"stated": [600, 400], "offered": [300, 200], "tiles": 0}


def test_a_limit_of_version_2_stands_in_the_profile(service: Any, get: Any, store: Any) -> None:
    got = get(service(V2 | {"profile": ["http://iiif.io/api/image/2/level2.json", {"maxArea": 60_000}]}, limit=300))
    assert isinstance(got, FetchedImage)
    assert size_of(store, got) == (300, 200)


def test_a_server_that_refuses_one_word_is_asked_with_the_next(service: Any, get: Any, store: Any) -> None:
    got = get(service(V2, broken="/full/full/"))
    assert isinstance(got, FetchedImage)
    assert size_of(store, got) == (600, 400)


def test_tiles_make_up_the_whole_picture_where_the_partner_allows_it(service: Any, get: Any, store: Any, drawing: Any) -> None:
    url = service(V3 | {"maxWidth": 300, "tiles": TILES}, limit=300)
    assert get(url).tiles == 0
    got = get(url, tiles=True)
    assert isinstance(got, FetchedImage)
    assert got.tiles == 6
    with Image.open(io.BytesIO(store.get(got.fetched.key))) as image:
        assert (image.format, image.size) == ("TIFF", (600, 400))
        corner = (580, 380, 600, 400)
        original, made = drawing(600, 400, seed=5).crop(corner).convert("L").resize((1, 1)), image.crop(corner).convert("L").resize((1, 1))
        assert abs(original.tobytes()[0] - made.tobytes()[0]) < 12


def test_a_broken_tile_is_a_fault_and_nothing_is_kept(service: Any, get: Any, store: Any) -> None:
    fault = get(service(V3 | {"maxWidth": 300, "tiles": TILES}, limit=300, broken="/512,256,"), tiles=True)
    assert isinstance(fault, MediaFault)
    assert list(store.list("museum/")) == []


def test_fixed_sizes_are_chosen_from_the_list(service: Any, get: Any, store: Any) -> None:
    sizes = [{"width": 150, "height": 100}, {"width": 450, "height": 300}]
    got = get(service(V3 | {"profile": "level0", "sizes": sizes}))
    assert isinstance(got, FetchedImage)
    assert size_of(store, got) == (450, 300)


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", b'{"width": 0, "height": -4}', b'{"width": "wide", "height": 3}'])
def test_what_is_no_description_is_refused_in_words(body: bytes) -> None:
    with pytest.raises(SourceRefused, match=r"info\.json"):
        parse_info("https://a.example/x", body)


def test_a_description_that_names_another_place_is_not_followed(service: Any, get: Any, loopback: Any) -> None:
    assert isinstance(get(service(V3 | {"id": "http://169.254.169.254/scan", "@id": "http://10.0.0.1/scan"})), FetchedImage)
    assert all(request.path.startswith("/iiif/scan") for request in loopback.requests)


def test_a_service_on_a_private_address_is_refused(get: Any) -> None:
    fault = get("http://10.1.2.3/iiif/x")
    assert isinstance(fault, MediaFault)
    assert fault.reason is Reason.MEDIA_ADDRESS_REFUSED
