"""Pictures that are too large for Pillow: read row by row by libvips, in memory that does not grow with the picture.

Baseline JPEG, plain PNG and TIFF stay flat; what must be decoded as a whole (progressive, interlaced, WebP) has a lower
ceiling. Every further page or frame is read too.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image, ImageFile

from glamflow.media.embedded import read_embedded
from glamflow.media.inspection import Limits, Refusal
from glamflow.media.phash import dhash, phash
from glamflow.media.weight import Weight, require_bearable, weigh
from glamflow.transforms.outcome import Reason

_ROLLED = frozenset({"image/webp"})  # libvips lays its frames below each other
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct.error, KeyError, TypeError)


def inspect_rows(path: Path, *, formats: tuple[str, ...], mime: str, size: int, limits: Limits) -> dict[str, Any]:
    """Facts of a picture; `Refusal` if it is broken or above the ceilings."""
    import pyvips

    pyvips.cache_set_max(0)
    try:
        image = pyvips.Image.new_from_file(str(path), access="sequential", fail_on="error")
    except pyvips.Error as error:
        raise Refusal(
            Reason.TOO_LARGE_TO_CHECK, f"too large, and not readable row by row: {_words(error)}", held=True
        ) from error
    facts: dict[str, Any] = {"width": image.width, "height": image.height, "mode": f"{image.bands}x{image.format}"}
    if image.width * image.height > limits.pixels_per_byte * size:
        raise Refusal(Reason.TOO_LARGE_TO_CHECK, "far more pixels than its bytes should hold", held=True, **facts)
    with _heading(path, formats, facts) as heading:
        weight = weigh(heading, path, mime=mime, size=size)
        _require_ceilings(weight, facts, limits)
        frames = getattr(heading, "n_frames", 1)
        embedded = read_embedded(heading)
    if frames > 1 and mime != "image/jpeg":
        facts["frames"] = frames
    small = _read_all(path, image, mime, facts, limits)
    notes = (*embedded.notes, *([f"{frames} pages, only the first is shown"] if mime == "image/tiff" and frames > 1 else []))
    return facts | {
        "dhash": dhash(small), "phash": phash(small), "embedded": embedded.texts, "gps": embedded.gps,
        "orientation": embedded.orientation, "personal": embedded.personal, "notes": notes,
    }  # fmt: skip


def read_page(path: Path, number: int, limits: Limits, **facts: Any) -> int:
    """Every row of one page of a TIFF; how many pixels it has."""
    import pyvips

    try:
        page = pyvips.Image.new_from_file(str(path), access="sequential", fail_on="error", page=number)
        if page.width * page.height > limits.pixels:
            raise Refusal(Reason.TOO_LARGE_TO_CHECK, f"page {number + 1} is too large", held=True, **facts)
        _shrunk(page)
    except pyvips.Error as error:
        raise Refusal(Reason.MEDIA_CORRUPT, f"page {number + 1} is damaged: {_words(error)}", **facts) from error
    return int(page.width * page.height)


@contextmanager
def _heading(path: Path, formats: tuple[str, ...], facts: dict[str, Any]) -> Iterator[ImageFile.ImageFile]:
    """The picture opened by Pillow whatever its size, for what it says of itself; nothing is decoded."""
    limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        with Image.open(path, formats=formats) as image:
            yield image
    except _BROKEN as error:
        raise Refusal(Reason.MEDIA_CORRUPT, f"its heading cannot be read: {_words(error)}", **facts) from error
    finally:
        Image.MAX_IMAGE_PIXELS = limit


def _require_ceilings(weight: Weight, facts: dict[str, Any], limits: Limits) -> None:
    pixels, ceiling = facts["width"] * facts["height"], limits.whole_pixels if weight.whole else limits.pixels
    if pixels > ceiling:
        detail = f"{pixels / 1e6:.0f} megapixels, at most {ceiling / 1e6:.0f} can be checked"
        raise Refusal(Reason.TOO_LARGE_TO_CHECK, detail, held=True, **facts)
    require_bearable(weight._replace(pillow=weight.vips), limits, **facts)


def _read_all(path: Path, image: Any, mime: str, facts: dict[str, Any], limits: Limits) -> Image.Image:
    """The first frame in small, after every row of all frames was read."""
    import pyvips

    frames = facts.get("frames", 1)
    if frames > limits.frames or (mime in _ROLLED and frames * facts["width"] * facts["height"] > limits.all_frames):
        raise Refusal(Reason.TOO_LARGE_TO_CHECK, f"{frames} frames are too much", held=True, **facts)
    try:
        if mime in _ROLLED and frames > 1:
            image = pyvips.Image.new_from_file(str(path), access="sequential", fail_on="error", n=-1)
        small = _shrunk(image, edge=max(facts["width"], facts["height"]))
    except pyvips.Error as error:
        raise Refusal(
            Reason.MEDIA_CORRUPT, f"its picture data break off or are damaged: {_words(error)}", **facts
        ) from error
    if mime == "image/tiff":
        pixels = facts["width"] * facts["height"]
        for number in range(1, frames):
            pixels += read_page(path, number, limits, **facts)
            if pixels > limits.pixels:
                raise Refusal(Reason.TOO_LARGE_TO_CHECK, f"its {frames} pages are too large together", held=True, **facts)
    return small.crop((0, 0, small.width, max(1, small.height // frames))) if mime in _ROLLED else small


def _shrunk(image: Any, *, edge: int = 0) -> Image.Image:
    """Every row is read on the way to a small grey picture."""
    grey = image.colourspace("b-w") if image.interpretation not in ("b-w", "grey16", "multiband") else image
    factor = max(1, (edge or max(image.width, image.height)) // 256)
    small = grey[0].shrink(factor, factor).cast("uchar", shift=image.format == "ushort")
    data = small.write_to_memory()
    return Image.frombytes("L", (int(small.width), int(small.height)), bytes(data))


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
