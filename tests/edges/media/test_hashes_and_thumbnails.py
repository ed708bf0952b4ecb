"""Perceptual hashes find the same picture again and tell different ones apart; thumbnails are small and upright."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from glamflow.media.phash import dhash, distance, is_blank, phash
from glamflow.media.thumbnail import make_thumbnail


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_resized_recompressed_and_greyed_pictures_stay_near(drawing: Any, encoded: Any, seed: int) -> None:
    picture = drawing(seed=seed)
    others = [
        picture.resize((320, 240)),
        picture.convert("L"),
        Image.open(io.BytesIO(encoded(picture, "JPEG", quality=30))),
        picture.point(lambda value: min(255, int(value * 1.1))),
    ]
    for other in others:
        assert distance(phash(picture), phash(other)) <= 8
        assert distance(dhash(picture), dhash(other)) <= 8


def test_different_pictures_are_far_apart(drawing: Any) -> None:
    hashes = [phash(drawing(seed=seed)) for seed in range(1, 9)]
    distances = [distance(a, b) for n, a in enumerate(hashes) for b in hashes[n + 1 :]]
    assert min(distances) > 10


def test_blank_pages_are_told() -> None:
    paper = Image.new("RGB", (600, 800), (243, 238, 220))
    assert is_blank(paper)
    paper.paste((20, 20, 20), (50, 50, 500, 300))
    assert not is_blank(paper)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16", "F"])
def test_every_mode_has_a_hash(drawing: Any, mode: str) -> None:
    picture = Image.new("I;16", (64, 64), 40_000) if mode == "I;16" else drawing(64, 64).convert(mode)
    assert len(phash(picture)) == 16


def test_a_thumbnail_is_small_upright_and_bare(drawing: Any, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x8298] = "somebody"
    path = tmp_path / "a.jpg"
    drawing(1600, 800).save(path, exif=exif)
    with Image.open(io.BytesIO(make_thumbnail(path))) as small:
        assert (small.format, small.size) == ("JPEG", (256, 512))
        assert dict(small.getexif()) == {}


def test_what_has_no_picture_has_no_thumbnail(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.4")
    assert make_thumbnail(path) == b""


def test_transparency_becomes_white(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(path)
    with Image.open(io.BytesIO(make_thumbnail(path))) as small:
        assert small.getpixel((5, 5)) == (255, 255, 255)
