"""Copies made on the partner's word: nothing of the picture is lost, and nothing but the picture stays."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from glamflow.media.derive import convert, strip
from glamflow.media.inspect import inspect
from glamflow.media.inspection import Limits, Verdict

PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def exif_with_everything() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112], exif[0x8298], exif[0x013B] = 6, "© Museum", "A. Person"
    exif.get_ifd(0x8769)[0xA431] = "SN-123"
    exif.get_ifd(0x8825).update({1: "N", 2: (59.0, 20.0, 0.0), 3: "E", 4: (18.0, 4.0, 0.0)})
    return exif


def test_a_stripped_jpeg_keeps_every_pixel_its_colours_and_its_turn(drawing: Any, tmp_path: Path) -> None:
    path, target = tmp_path / "a.jpg", tmp_path / "b.jpg"
    drawing(320, 240).save(path, quality=90, exif=exif_with_everything(), icc_profile=PROFILE, comment=b"by A. Person")
    before = inspect(path)
    assert set(before.personal) == {"gps", "serial_number"}
    assert strip(path, target, mime="image/jpeg", orientation=before.orientation)
    after = inspect(target)
    assert (after.verdict, after.personal, after.embedded, after.gps, after.orientation) == (Verdict.OK, (), {}, None, 6)
    with Image.open(path) as one, Image.open(target) as other:
        assert one.tobytes() == other.tobytes()
        assert other.info["icc_profile"] == PROFILE
        assert "comment" not in other.info


def test_a_stripped_png_keeps_every_pixel(drawing: Any, tmp_path: Path) -> None:
    path, target = tmp_path / "a.png", tmp_path / "b.png"
    texts = PngInfo()
    texts.add_text("Author", "A. Person")
    drawing(64, 48, "RGBA").save(path, pnginfo=texts, exif=exif_with_everything(), icc_profile=PROFILE)
    assert strip(path, target, mime="image/png", orientation=None)
    after = inspect(target)
    assert (after.verdict, after.personal, after.embedded) == (Verdict.OK, (), {})
    with Image.open(path) as one, Image.open(target) as other:
        assert one.tobytes() == other.tobytes()
        assert other.info["icc_profile"] == PROFILE


def test_what_cannot_be_stripped_without_encoding_anew_is_left(drawing: Any, tmp_path: Path) -> None:
    path, target = tmp_path / "a.tif", tmp_path / "b.tif"
    drawing(64, 48).save(path)
    assert not strip(path, target, mime="image/tiff", orientation=None)
    assert not target.exists()


@pytest.mark.parametrize("kind", ["JPEG2000", "BMP"])
def test_a_conversion_to_tiff_loses_nothing_and_is_never_smaller(drawing: Any, tmp_path: Path, kind: str) -> None:
    path, target = tmp_path / "a", tmp_path / "b"
    drawing(321, 243).save(path, kind)
    assert convert(path, target, to="tiff") == "TIFF, deflate, lossless"
    assert inspect(target, name="b.tif").verdict is Verdict.OK
    with Image.open(path) as one, Image.open(target) as other:
        assert (other.format, other.size) == ("TIFF", (321, 243))
        assert one.tobytes() == other.tobytes()


def test_sixteen_bits_are_not_squeezed_into_a_jpeg(tmp_path: Path) -> None:
    path = tmp_path / "a.jp2"
    Image.new("I;16", (40, 30), 40_000).save(path, "JPEG2000")
    assert convert(path, tmp_path / "b.jpg", to="jpeg") == ""
    assert convert(path, tmp_path / "b.tif", to="tiff") != ""


def test_a_broken_or_huge_original_is_not_converted(drawing: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.jp2"
    drawing(100, 100).save(path, "JPEG2000")
    assert convert(path, tmp_path / "b", to="tiff", limits=Limits(memory=5000)) == ""
    buffer = io.BytesIO(path.read_bytes()[:400])
    path.write_bytes(buffer.getvalue())
    assert convert(path, tmp_path / "b", to="tiff") == ""
