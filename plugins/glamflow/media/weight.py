"""What decoding a picture will take, in bytes of memory, told from its heading before a pixel is decoded.

| picture | Pillow, a pixel | libvips, a pixel |
|---|---|---|
| baseline JPEG in one scan | 4 | rows only |
| other JPEG (progressive, several scans) | 4, and 2 for each component sample | 2 for each component sample |
| PNG; interlaced | 8 | rows only; 1.25 samples |
| PNG, animated | 20 | does not read further frames: not used |
| GIF; animated | 9; 18 | passes cut files: not used |
| WebP; animated | 17 and the file | 9; 24, and the file |
| TIFF | 8 and one strip or tile | one row of tiles |

Measured (benchmarks/media_memory.py), rounded up. Blocks of metadata are held in memory by both, whole.
"""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

from PIL import Image, ImageFile, TiffImagePlugin

from glamflow.media.inspection import Limits, Refusal
from glamflow.transforms.outcome import Reason

NEVER = 1 << 62
_FRAMES = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
_SAMPLES = {0: 1, 2: 3, 3: 3, 4: 2, 6: 4}  # by colour type of a PNG; palettes are spread out


@contextmanager
def quiet_about_size() -> Iterator[None]:
    """Without Pillow's warning about large pictures: what may be decoded is judged by weight."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        yield


class Weight(NamedTuple):
    """Bytes that each decoder needs for one frame, and the bytes of metadata before it."""

    pillow: int
    vips: int
    metadata: int = 0
    whole: bool = False  # not decodable row by row


def weigh(image: ImageFile.ImageFile, path: Path, *, mime: str, size: int) -> Weight:
    """The weight of an opened picture's current frame; nothing of it is decoded."""
    pixels, moving = image.width * image.height, getattr(image, "n_frames", 1) > 1
    match mime:
        case "image/jpeg":
            return _jpeg(path, pixels)
        case "image/png":
            return _png(path, pixels, moving=moving)
        case "image/gif":
            return Weight(pixels * (18 if moving else 9), NEVER, whole=True)  # libvips passes a GIF that is cut
        case "image/webp":
            return Weight(pixels * 17 + size, pixels * (24 if moving else 9) + 2 * size, whole=True)
    return _tiff(image, pixels)


def require_bearable(weight: Weight, limits: Limits, **facts: object) -> None:
    """`Refusal` (TOO_LARGE_TO_CHECK) if no decoder can have the picture within the memory allowed."""
    if weight.metadata > limits.metadata:
        raise Refusal(Reason.TOO_LARGE_TO_CHECK, f"{weight.metadata >> 20} MB of it are metadata", held=True, **facts)
    least = min(weight.pillow, weight.vips)
    if least > limits.memory:
        detail = f"decoding it takes {least >> 20} MB of memory, {limits.memory >> 20} are allowed" if least < NEVER else "no decoder here can read all of it"
        raise Refusal(Reason.TOO_LARGE_TO_CHECK, detail, held=True, **facts)


def _jpeg(path: Path, pixels: int) -> Weight:
    with path.open("rb") as file:
        marker, samples, scanned, metadata = _jpeg_heading(file)
    if marker in (0xC0, 0xC1) and scanned:
        return Weight(4 * pixels, 0, metadata)
    whole = round(2 * pixels * samples)
    return Weight(4 * pixels + whole, whole, metadata, whole=True)


def _jpeg_heading(file: BinaryIO) -> tuple[int, float, bool, int]:
    """Marker of the frame, samples a pixel, whether its first scan has all components, and bytes before it."""
    marker, samples, components = 0, 4.0, 0
    file.seek(2)
    for _ in range(100_000):
        head = file.read(2)
        while len(head) == 2 and head == b"\xff\xff":
            head = b"\xff" + file.read(1)
        length = file.read(2)
        if len(length) < 2 or head[0] != 0xFF:
            break
        end = file.tell() + int.from_bytes(length, "big") - 2
        if head[1] in _FRAMES and not marker:
            body = file.read(min(end - file.tell(), 64))
            marker, components = head[1], body[5] if len(body) > 5 else 0
            factors = [body[at] for at in range(7, 6 + 3 * components, 3) if at < len(body)]
            areas = [(factor >> 4) * (factor & 15) for factor in factors]
            samples = sum(areas) / max(max(factors) >> 4, 1) / max(max(factor & 15 for factor in factors), 1) if factors else 4.0
        if head[1] == 0xDA:
            return marker, samples, file.read(1)[:1] == bytes([components]), file.tell()
        file.seek(end)
    return marker, samples, False, file.tell()


def _png(path: Path, pixels: int, *, moving: bool) -> Weight:
    depth, colour, interlaced, metadata = 8, 6, 0, 0
    with path.open("rb") as file:
        file.seek(8)
        for _ in range(100_000):
            head = file.read(8)
            if len(head) < 8:
                break
            length, name = struct.unpack(">I4s", head)
            if name == b"IHDR":
                body = file.read(13)
                depth, colour, interlaced = body[8], body[9], body[12]
                length -= 13
            elif name not in (b"IDAT", b"fdAT", b"IEND"):
                metadata += length
            file.seek(length + 4, 1)
    sample = _SAMPLES.get(colour, 4) * max(1, depth // 8)
    vips = NEVER if moving else pixels * sample * 5 // 4 if interlaced else 0
    return Weight(pixels * (20 if moving else 8), vips, metadata, whole=bool(interlaced))


def _tiff(image: ImageFile.ImageFile, pixels: int) -> Weight:
    tags = image.tag_v2 if isinstance(image, TiffImagePlugin.TiffImageFile) else {}
    depth = max((int(bits) for bits in tags.get(258, (8,)) or (8,)), default=8)
    sample = max(1, depth // 8) * int(tags.get(277, 1) or 1)
    tile_width, tile_height = int(tags.get(322, 0) or 0), int(tags.get(323, 0) or 0)
    across = -(-image.width // tile_width) if tile_width else 1
    piece = tile_width * tile_height * sample if tile_width else image.width * min(image.height, int(tags.get(278, image.height) or image.height)) * sample
    metadata = sum(_length(tags.get(tag)) for tag in (700, 33723, 34377, 34675, 37724))
    return Weight(8 * pixels + piece, 3 * piece * across if tile_width else 0, metadata)


def _length(value: object) -> int:
    return len(value) if isinstance(value, bytes | str | tuple) else 0
