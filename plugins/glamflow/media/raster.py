"""Pictures: decoded to the last row of the last frame. `Image.verify` is not enough: it passes a JPEG cut in half.

What Pillow cannot hold within `Limits` (`weight.py` tells before decoding) is read by libvips (`rows.py`).
"""

from __future__ import annotations

import struct
import warnings
import zlib
from pathlib import Path
from typing import Any

from PIL import Image, ImageFile

from glamflow.media.embedded import read_embedded
from glamflow.media.inspection import Limits, Refusal
from glamflow.media.phash import dhash, phash
from glamflow.media.rows import inspect_rows, read_page
from glamflow.media.weight import require_bearable, weigh
from glamflow.transforms.outcome import Reason

_FORMATS = {
    "image/jpeg": ("JPEG",), "image/png": ("PNG",), "image/gif": ("GIF",), "image/tiff": ("TIFF",), "image/webp": ("WEBP",),
}  # fmt: skip
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    zlib.error,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
)


def inspect_raster(path: Path, *, mime: str, size: int, limits: Limits) -> dict[str, Any]:
    """Facts of a picture; `Refusal` if it is broken or above the ceilings."""
    try:
        with warnings.catch_warnings():
            # Odd metadata makes Pillow warn; a picture near its own bomb limit takes the other way below.
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=_FORMATS[mime]) as image:
                return _with_pillow(image, path, mime=mime, size=size, limits=limits)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        _refuse_bomb(path, mime, size, limits)
        return inspect_rows(path, formats=_FORMATS[mime], mime=mime, size=size, limits=limits)
    except MemoryError as error:
        raise Refusal(Reason.TOO_LARGE_TO_CHECK, "there is not enough memory to decode it", held=True) from error
    except _BROKEN as error:
        claimed = _claimed_size(path, mime)
        facts: dict[str, Any] = {"width": claimed[0], "height": claimed[1]} if claimed else {}
        if mime == "image/png" and claimed is None:
            facts["mime"] = "application/octet-stream"  # the signature of a PNG and nothing of one behind it
        raise Refusal(Reason.MEDIA_CORRUPT, f"it does not open: {_words(error)}", **facts) from error


def _with_pillow(image: ImageFile.ImageFile, path: Path, *, mime: str, size: int, limits: Limits) -> dict[str, Any]:
    width, height = image.size
    facts: dict[str, Any] = {"width": width, "height": height, "mode": image.mode}
    claimed = _claimed_size(path, mime)
    if claimed and claimed[0] * claimed[1] and width * height > 4 * claimed[0] * claimed[1]:
        facts |= {"width": claimed[0], "height": claimed[1]}
        raise Refusal(Reason.MEDIA_CORRUPT, f"a frame of {width}×{height} lies outside its screen", **facts)
    if width * height > limits.pixels_per_byte * max(size, 1024):
        raise Refusal(Reason.TOO_LARGE_TO_CHECK, "far more pixels than its bytes should hold", held=True, **facts)
    weight = weigh(image, path, mime=mime, size=size)
    require_bearable(weight, limits, **facts)
    if width * height > limits.pillow_pixels or weight.pillow > limits.memory:
        return inspect_rows(path, formats=_FORMATS[mime], mime=mime, size=size, limits=limits)
    frames = getattr(image, "n_frames", 1)
    if frames > limits.frames or frames * width * height > limits.all_frames:
        raise Refusal(
            Reason.TOO_LARGE_TO_CHECK, f"{frames} frames of {width}×{height} are too much", held=True, **facts
        )
    try:
        image.load()
    except Refusal:
        raise
    except _BROKEN as error:
        raise Refusal(
            Reason.MEDIA_CORRUPT, f"its picture data break off or are damaged: {_words(error)}", **facts
        ) from error
    embedded = read_embedded(image)
    small = _small(image)
    facts |= {"dhash": dhash(small), "phash": phash(small)}
    notes = [*embedded.notes, *_notes(image, mime, limits)]
    if frames > 1:
        facts["frames"] = frames
        notes += _further_frames(image, path, mime, facts, limits)
    return facts | {
        "embedded": embedded.texts,
        "gps": embedded.gps,
        "orientation": embedded.orientation,
        "personal": embedded.personal,
        "notes": tuple(notes),
    }


def _refuse_bomb(path: Path, mime: str, size: int, limits: Limits) -> None:
    """A small heading with a huge frame behind it: no decoder needs to see it."""
    claimed = _claimed_size(path, mime)
    if claimed is None:
        return
    facts: dict[str, Any] = {"width": claimed[0], "height": claimed[1]}
    if claimed[0] * claimed[1] <= limits.pillow_pixels:
        raise Refusal(Reason.TOO_LARGE_TO_CHECK, "a frame claims far more than its screen", held=True, **facts)
    if claimed[0] * claimed[1] > limits.pixels_per_byte * size:
        raise Refusal(Reason.TOO_LARGE_TO_CHECK, "far more pixels than its bytes should hold", held=True, **facts)


def _further_frames(image: ImageFile.ImageFile, path: Path, mime: str, facts: dict[str, Any], limits: Limits) -> list[str]:
    """Decode the others too. In a JPEG only the first is the picture: a broken second one (MPO) is worth a note."""
    frames, pixels = facts["frames"], facts["width"] * facts["height"]
    for number in range(1, frames):
        try:
            image.seek(number)
            pixels += image.width * image.height
            if pixels > limits.all_frames:
                raise Refusal(Reason.TOO_LARGE_TO_CHECK, f"its {frames} pages are too large together", held=True, **facts)
            if image.width * image.height > limits.pillow_pixels and mime == "image/tiff":
                read_page(path, number, limits, **facts)
            else:
                image.load()
        except _BROKEN as error:
            if mime == "image/jpeg":
                return [f"further picture {number + 1} of {frames} cannot be read; the first is shown"]
            raise Refusal(
                Reason.MEDIA_CORRUPT, f"frame {number + 1} of {frames} is damaged: {_words(error)}", **facts
            ) from error
    if mime == "image/tiff":
        return [f"{frames} pages, only the first is shown"]
    return [f"{frames} pictures in one file, the first is shown"] if mime == "image/jpeg" else []


def _small(image: Image.Image) -> Image.Image:
    """A quarter-megapixel copy for the hashes: they look at it several times."""
    if image.mode in ("P", "PA", "1"):
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    if image.mode == "LAB":
        image = image.getchannel(0)  # Pillow converts no Lab; its lightness is what the hashes look at
    scale = max(image.size) / 256
    if scale <= 1 or image.mode.startswith(("I", "F")):
        return image.copy()
    size = (max(1, round(image.width / scale)), max(1, round(image.height / scale)))
    return image.resize(size, Image.Resampling.BOX, reducing_gap=1.0)


def _notes(image: Image.Image, mime: str, limits: Limits) -> list[str]:
    notes = []
    if image.width * image.height < limits.low_resolution:
        notes.append(f"low resolution ({image.width}×{image.height})")
    if image.mode == "CMYK":
        notes.append("CMYK colours: browsers show them oddly")
    return notes


def _claimed_size(path: Path, mime: str) -> tuple[int, int] | None:
    """Width and height that the header of a GIF or PNG states, before any decoder has its say."""
    with path.open("rb") as file:
        head = file.read(32)
    if mime == "image/gif" and len(head) >= 10:
        width, height = struct.unpack("<HH", head[6:10])
        return (width, height) if width and height else None
    if mime == "image/png" and len(head) >= 24 and head[12:16] == b"IHDR":
        width, height = struct.unpack(">II", head[16:24])
        return width, height
    return None


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
