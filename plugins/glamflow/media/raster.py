"""Pictures: decoded to the last row of the last frame. `Image.verify` is not enough: it passes a JPEG cut in half.

Above `Limits.pillow_pixels` the picture is read row by row by libvips, which keeps memory flat for baseline JPEG, PNG and
TIFF; what must be decoded as a whole (progressive, interlaced, WebP, GIF) has a lower ceiling.
"""

from __future__ import annotations

import struct
import warnings
import zlib
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image, ImageFile

from glamflow.media.embedded import read_embedded
from glamflow.media.inspection import Limits, Refusal
from glamflow.media.phash import dhash, phash
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
_WHOLE = frozenset({"image/gif", "image/webp"})


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
        return _large(path, mime=mime, size=size, limits=limits)
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
    if width * height > limits.pillow_pixels:
        return _large(path, mime=mime, size=size, limits=limits)
    facts: dict[str, Any] = {"width": width, "height": height, "mode": image.mode}
    claimed = _claimed_size(path, mime)
    if claimed and claimed[0] * claimed[1] and width * height > 4 * claimed[0] * claimed[1]:
        facts |= {"width": claimed[0], "height": claimed[1]}
        raise Refusal(Reason.MEDIA_CORRUPT, f"a frame of {width}×{height} lies outside its screen", **facts)
    if width * height > limits.pixels_per_byte * max(size, 1024):
        raise Refusal(Reason.TOO_LARGE_TO_CHECK, "far more pixels than its bytes should hold", held=True, **facts)
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
        notes += _further_frames(image, frames, mime, facts)
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


def _further_frames(image: Image.Image, frames: int, mime: str, facts: dict[str, Any]) -> list[str]:
    """Decode the others too. In a JPEG only the first is the picture: a broken second one (MPO) is worth a note."""
    for number in range(1, frames):
        try:
            image.seek(number)
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


def _large(path: Path, *, mime: str, size: int, limits: Limits) -> dict[str, Any]:
    """Row by row, in flat memory."""
    import pyvips

    pyvips.cache_set_max(0)
    try:
        image = pyvips.Image.new_from_file(str(path), access="sequential", fail_on="error")
    except pyvips.Error as error:
        raise Refusal(
            Reason.TOO_LARGE_TO_CHECK, f"too large, and not readable row by row: {_words(error)}", held=True
        ) from error
    width, height = int(image.width), int(image.height)
    facts: dict[str, Any] = {"width": width, "height": height, "mode": f"{image.bands}x{image.format}"}
    pixels = width * height
    ceiling = limits.whole_pixels if mime in _WHOLE or _is_whole(path, mime) else limits.pixels
    if pixels > limits.pixels_per_byte * size:
        raise Refusal(Reason.TOO_LARGE_TO_CHECK, "far more pixels than its bytes should hold", held=True, **facts)
    if pixels > ceiling:
        megapixels = f"{pixels / 1e6:.0f} megapixels, at most {ceiling / 1e6:.0f} can be checked"
        raise Refusal(Reason.TOO_LARGE_TO_CHECK, megapixels, held=True, **facts)
    try:
        small = _shrunk(image)
    except pyvips.Error as error:
        raise Refusal(
            Reason.MEDIA_CORRUPT, f"its picture data break off or are damaged: {_words(error)}", **facts
        ) from error
    facts |= {"dhash": dhash(small), "phash": phash(small)}
    return facts | _large_metadata(path, mime)


def _shrunk(image: Any) -> Image.Image:
    """Every row is read on the way to a small grey picture."""
    grey = image.colourspace("b-w") if image.interpretation not in ("b-w", "grey16", "multiband") else image
    factor = max(1, max(image.width, image.height) // 256)
    small = grey[0].shrink(factor, factor).cast("uchar", shift=image.format == "ushort")
    data = small.write_to_memory()
    return Image.frombytes("L", (int(small.width), int(small.height)), bytes(data))


def _large_metadata(path: Path, mime: str) -> dict[str, Any]:
    """Texts inside, by Pillow without decoding."""
    limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        with Image.open(path, formats=_FORMATS[mime]) as image:
            embedded = read_embedded(image)
    except _BROKEN:
        return {"notes": ("the texts inside cannot be read",)}
    finally:
        Image.MAX_IMAGE_PIXELS = limit
    return {
        "embedded": embedded.texts,
        "gps": embedded.gps,
        "orientation": embedded.orientation,
        "personal": embedded.personal,
        "notes": embedded.notes,
    }


def _is_whole(path: Path, mime: str) -> bool:
    """Progressive JPEG and interlaced PNG must be decoded as a whole."""
    with path.open("rb") as file:
        if mime == "image/png":
            head = file.read(29)
            return len(head) == 29 and head[28] != 0
        return mime == "image/jpeg" and _jpeg_frame(file) not in (0xC0, 0xC1)


def _jpeg_frame(file: BinaryIO) -> int:
    """The marker that begins the frame (0xC0, 0xC1: baseline), 0 if none is found; metadata before it are skipped."""
    file.seek(2)
    for _ in range(10_000):
        marker = file.read(2)
        while len(marker) == 2 and marker == b"\xff\xff":
            marker = b"\xff" + file.read(1)
        if len(marker) < 2 or marker[0] != 0xFF:
            return 0
        if 0xC0 <= marker[1] <= 0xCF and marker[1] not in (0xC4, 0xC8, 0xCC):
            return marker[1]
        length = file.read(2)
        if len(length) < 2:
            return 0
        file.seek(int.from_bytes(length, "big") - 2, 1)
    return 0


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
