"""`media_bytes(medium)`: the bytes of one medium, faults included; the same under every run of the same Pillow."""

from __future__ import annotations

import io
from collections.abc import Callable

from PIL import Image

from glamflow.sandbox.collection.facts import Medium
from glamflow.sandbox.collection.pictures import flat, lens, printed, solid
from glamflow.sandbox.collection.pictures.surface import jpeg, png

Drawing = Callable[[str, tuple[str, ...]], Image.Image]

DRAWINGS: dict[str, Drawing] = {
    "painting": flat.painting, "portrait": flat.portrait, "framed": flat.framed, "reverse": flat.reverse,
    "engraving": flat.engraving, "drawing": flat.drawing, "woodcut": flat.woodcut, "poster": flat.poster,
    "map": flat.map_sheet, "letter": flat.letter,
    "vase": solid.vase, "cup": solid.cup, "candlestick": solid.candlestick, "spoon": solid.spoon, "bronze": solid.bronze,
    "find": solid.find, "coin": solid.coin, "skull": solid.skull, "textile": solid.textile, "detail": solid.detail,
    "target": solid.target,
    "street": lens.street, "group": lens.group, "negative": lens.negative, "postcard": lens.postcard, "staff": lens.staff,
    "field": lens.field,
    "chart": printed.chart,
}  # fmt: skip

ERROR_PAGE = (
    b"<!DOCTYPE html>\n<html><head><title>Error</title></head><body><h1>Image temporarily unavailable</h1>"
    b"<p>Please try again later.</p></body></html>\n"
)


def media_bytes(medium: Medium) -> bytes:
    """Bytes as the media server sends them; b"" for a dead link (nothing is sent) and for an empty file."""
    if medium.fault in ("dead", "empty"):
        return b""
    if medium.fault == "error_page":
        return ERROR_PAGE
    whole = sound_bytes(medium)
    return whole[: len(whole) * 6 // 10] if medium.fault == "truncated" else whole


def sound_bytes(medium: Medium) -> bytes:
    """Bytes of the medium as if nothing were broken."""
    seed = medium.seed or medium.same_as or medium.id
    if medium.draw == "document":
        return printed.document(seed, medium.lines)
    image = DRAWINGS[medium.draw](seed, medium.lines)
    if medium.scale != 1.0:
        size = (round(image.width * medium.scale), round(image.height * medium.scale))
        image = image.resize(size, Image.Resampling.LANCZOS)
    return png(image) if medium.suffix == ".png" else jpeg(image, artist=medium.photographer)


def thumbnail_bytes(medium: Medium) -> bytes:
    """A small JPEG, as collection sites show in lists."""
    if medium.draw == "document" or medium.fault:
        return jpeg(Image.new("RGB", (120, 90), (200, 200, 200)))
    with Image.open(io.BytesIO(sound_bytes(medium))) as image:
        small = image.convert("RGB")
        small.thumbnail((160, 160))
        return jpeg(small)


def cropped_bytes(medium: Medium, box: tuple[float, float, float, float] = (0.12, 0.1, 0.86, 0.88)) -> bytes:
    """The picture cut to a part of itself, as volunteers upload it; the box is in shares of width and height."""
    with Image.open(io.BytesIO(sound_bytes(medium))) as image:
        left, top, right, bottom = box
        part = image.crop(
            (
                round(left * image.width),
                round(top * image.height),
                round(right * image.width),
                round(bottom * image.height),
            )
        )
        return jpeg(part.convert("RGB"))
