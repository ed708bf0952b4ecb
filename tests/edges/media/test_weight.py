"""What would take too much memory is held before it is decoded, and the figure comes from the heading alone."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import pyvips
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject, NumberObject

from glamflow.media.inspect import inspect
from glamflow.media.inspection import Inspection, Limits
from glamflow.media.weight import NEVER, Weight, weigh
from glamflow.transforms.outcome import Reason

TOO_LARGE = ("held", Reason.TOO_LARGE_TO_CHECK)
PIXELS = 640 * 480


@pytest.fixture
def look(tmp_path: Path) -> Callable[..., Inspection]:
    def run(data: bytes, **options: Any) -> Inspection:
        path = tmp_path / "file"
        path.write_bytes(data)
        return inspect(path, name="", **options)

    return run


@pytest.fixture
def weight(tmp_path: Path) -> Callable[[bytes, str], Weight]:
    def run(data: bytes, mime: str) -> Weight:
        path = tmp_path / "file"
        path.write_bytes(data)
        with Image.open(path) as image:
            return weigh(image, path, mime=mime, size=len(data))

    return run


def judged(found: Inspection) -> tuple[str, Reason | None]:
    return found.verdict, found.reason


def test_a_jpeg_in_one_scan_needs_rows_only_and_a_progressive_one_all_its_samples(weight: Any, drawing: Any, encoded: Any) -> None:
    assert weight(encoded(drawing(), "JPEG"), "image/jpeg") [1:] == (0, weight(encoded(drawing(), "JPEG"), "image/jpeg").metadata, False)
    full = weight(encoded(drawing(), "JPEG", progressive=True, subsampling=0), "image/jpeg")
    quarter = weight(encoded(drawing(), "JPEG", progressive=True, subsampling=2), "image/jpeg")
    four = weight(encoded(drawing(mode="CMYK"), "JPEG", progressive=True, subsampling=0), "image/jpeg")
    assert (full.vips, quarter.vips, four.vips) == (6 * PIXELS, 3 * PIXELS, 8 * PIXELS)
    assert full.whole


def test_a_baseline_jpeg_whose_first_scan_lacks_components_is_no_flat_one(weight: Any, drawing: Any, encoded: Any) -> None:
    data = bytearray(encoded(drawing(), "JPEG", subsampling=0))
    at = data.index(b"\xff\xda")
    data[at + 4] = 1  # a scan of luminance alone: the decoder must keep all of it until the others come
    assert weight(bytes(data), "image/jpeg").vips == 6 * PIXELS


def test_an_interlaced_png_is_weighed_by_depth_and_bands(weight: Any) -> None:
    def png(bands: int, kind: str, **options: Any) -> bytes:
        image = pyvips.Image.black(64, 32, bands=bands).cast(kind)
        shown = {3: {"uchar": "srgb", "ushort": "rgb16"}, 4: {"uchar": "srgb", "ushort": "rgb16"}}[bands][kind]
        return bytes(image.copy(interpretation=shown).pngsave_buffer(**options))

    assert weight(png(3, "uchar"), "image/png").vips == 0
    assert weight(png(4, "uchar", interlace=True), "image/png").vips == 64 * 32 * 5
    assert weight(png(4, "ushort", interlace=True), "image/png").vips == 64 * 32 * 10


@pytest.mark.parametrize(("kind", "mime"), [("GIF", "image/gif"), ("WEBP", "image/webp"), ("PNG", "image/png")])
def test_moving_pictures_weigh_more_than_still_ones(weight: Any, drawing: Any, encoded: Any, kind: str, mime: str) -> None:
    still = weight(encoded(drawing(), kind), mime)
    moving = weight(encoded(drawing(), kind, save_all=True, append_images=[drawing(seed=2)]), mime)
    assert moving.pillow > still.pillow or kind == "WEBP"
    assert moving.vips > still.vips or still.vips == NEVER


@pytest.mark.parametrize("kind", ["JPEG", "GIF", "WEBP"])
def test_what_no_decoder_can_hold_is_held_before_it_is_decoded(look: Any, drawing: Any, encoded: Any, kind: str) -> None:
    options = {"progressive": True} if kind == "JPEG" else {}
    data = encoded(drawing(), kind, **options)
    assert judged(look(data)) == ("ok", None)
    whole = len(data) if kind == "WEBP" else len(data) // 2  # the second half is never asked for
    found = look(data[:whole], limits=Limits(memory=500_000))
    assert judged(found) == TOO_LARGE
    assert "memory" in found.detail
    assert (found.width, found.height) == (640, 480)


def test_an_animation_too_large_for_pillow_is_read_to_its_last_frame_all_the_same(look: Any, drawing: Any, encoded: Any) -> None:
    data = encoded(drawing(), "WEBP", save_all=True, append_images=[drawing(seed=2), drawing(seed=3)])
    found = look(data, limits=Limits(pillow_pixels=100_000))
    assert (found.verdict, found.frames, found.height) == ("ok", 3, 480)
    assert look(data[: len(data) * 9 // 10], limits=Limits(pillow_pixels=100_000)).verdict != "ok"


@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_moving_pictures_too_large_for_pillow_are_held_where_libvips_does_not_read_all_of_them(look: Any, drawing: Any, encoded: Any, kind: str) -> None:
    data = encoded(drawing(), kind, save_all=True, append_images=[drawing(seed=2)])
    assert judged(look(data)) == ("ok", None)
    assert judged(look(data, limits=Limits(pillow_pixels=100_000))) == TOO_LARGE
    assert judged(look(data, limits=Limits(memory=PIXELS * 8))) == TOO_LARGE


def tiff(*pictures: Image.Image) -> bytes:
    buffer = io.BytesIO()
    pictures[0].save(buffer, "TIFF", save_all=True, append_images=list(pictures[1:]), compression="tiff_lzw")
    return buffer.getvalue()


def test_every_page_of_a_large_tiff_is_read(look: Any, drawing: Any) -> None:
    limits = Limits(pillow_pixels=100_000)
    data = tiff(drawing(), drawing(320, 240), drawing(seed=3))
    found = look(data, limits=limits)
    assert (found.verdict, found.frames) == ("ok", 3)
    at = len(data) * 8 // 10  # within the pixels of the last page
    broken = data[:at] + bytes(2000) + data[at + 2000 :]
    assert judged(look(broken, limits=limits)) == judged(look(broken)) == ("rejected", Reason.MEDIA_CORRUPT)


def test_a_large_page_behind_a_small_one_is_read_row_by_row(look: Any, drawing: Any) -> None:
    data = tiff(drawing(200, 100), drawing())
    found = look(data, limits=Limits(pillow_pixels=100_000))
    assert (found.verdict, found.frames, found.width) == ("ok", 2, 200)
    assert judged(look(data, limits=Limits(all_frames=100_000))) == TOO_LARGE


def test_a_tiff_of_one_huge_tile_is_weighed_by_its_tile(weight: Any) -> None:
    data = pyvips.Image.black(1000, 1000, bands=3).copy(interpretation="srgb").tiffsave_buffer(tile=True, tile_width=512, tile_height=1024)
    assert weight(bytes(data), "image/tiff").vips == 3 * 512 * 1024 * 3 * 2


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def test_blocks_of_metadata_have_a_ceiling(look: Any, drawing: Any, encoded: Any) -> None:
    limits = Limits(metadata=100_000)
    png, jpeg = encoded(drawing(), "PNG"), encoded(drawing(), "JPEG")
    assert judged(look(png[:33] + chunk(b"prVt", bytes(120_000)) + png[33:], limits=limits)) == TOO_LARGE
    block = b"\xff\xe5" + struct.pack(">H", 65_000) + bytes(64_998)
    assert judged(look(jpeg[:2] + block * 2 + jpeg[2:], limits=limits)) == TOO_LARGE
    assert judged(look(png, limits=limits)) == judged(look(jpeg, limits=limits)) == ("ok", None)


def test_a_film_is_weighed_by_its_frames(look: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.webm"
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("libvpx", rate=25)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for number in range(3):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.full((360, 320), number * 40, np.uint8), format="yuv420p")))
        container.mux(stream.encode(None))
    data = path.read_bytes()
    assert judged(look(data)) == ("ok", None)
    found = look(data, limits=Limits(memory=1_000_000))
    assert (judged(found), found.width) == (TOO_LARGE, 320)


def test_the_cover_picture_of_a_recording_is_no_film(look: Any, drawing: Any, encoded: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("flac", rate=8000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 8000), np.int16), format="s16", layout="mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    data, cover = path.read_bytes(), encoded(drawing(), "JPEG")
    words = struct.pack(">II10sI16xI", 3, 10, b"image/jpeg", 0, len(cover))
    block = words + cover
    covered = data[:42] + b"\x06" + len(block).to_bytes(3, "big") + block + data[42:]
    assert data[4] & 0x7F == 0
    found = look(covered)
    assert (judged(found), found.width) == (("ok", None), None)


def document(length: int) -> bytes:
    writer = PdfWriter()
    page = writer.add_blank_page(200, 300)
    stream = DecodedStreamObject()
    stream.set_data(bytes(length))
    page[NameObject("/Contents")] = writer._add_object(stream)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def test_a_document_with_one_huge_stream_is_held(look: Any) -> None:
    assert judged(look(document(200_000))) == ("ok", None)
    assert judged(look(document(200_000), limits=Limits(pdf_stream=100_000))) == TOO_LARGE


def test_a_document_whose_single_object_is_huge_is_held(look: Any) -> None:
    writer = PdfWriter()
    page = writer.add_blank_page(200, 300)
    page[NameObject("/Annots")] = writer._add_object(NumberObject(1))
    buffer = io.BytesIO()
    writer.write(buffer)
    data = buffer.getvalue().replace(b"\n1\nendobj", b"\n[" + b"0 " * 200_000 + b"]\nendobj")
    assert judged(look(data)) == TOO_LARGE


def test_a_drawing_of_very_many_elements_is_read_without_keeping_them(look: Any) -> None:
    data = b'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><metadata>' + b"<g/>" * 30_000 + b"</metadata><title>A bridge</title></svg>"
    found = look(data)
    assert (found.verdict, found.embedded["svg:title"]) == ("ok", "A bridge")
    assert judged(look(data.replace(b"</metadata>", b"<script/></metadata>"))) == ("rejected", Reason.ACTIVE_CONTENT)


def test_never_is_more_than_any_memory() -> None:
    assert Limits().memory < NEVER
