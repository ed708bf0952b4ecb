"""Width and height of pictures and films that Commons does not take, for the partner's list of what to convert.

Headers only: what is not going to be published need not be decoded.
"""

from __future__ import annotations

import struct
import warnings
from pathlib import Path
from typing import Any

from PIL import Image

_PILLOW = {"image/avif": "AVIF", "image/jp2": "JPEG2000", "image/bmp": "BMP", "image/vnd.adobe.photoshop": "PSD"}
_HEAD = 1 << 20


def dimensions(path: Path, mime: str) -> dict[str, Any]:
    """{"width": …, "height": …}, {} if they cannot be told."""
    found = _by_pillow(path, _PILLOW[mime]) if mime in _PILLOW else _by_boxes(path)
    return {"width": found[0], "height": found[1]} if found else {}


def _by_pillow(path: Path, name: str) -> tuple[int, int] | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=(name,)) as image:
                return image.size
    except (OSError, SyntaxError, ValueError, struct.error, Image.DecompressionBombError):
        return None


def _by_boxes(path: Path) -> tuple[int, int] | None:
    """The largest picture that HEIF (`ispe`) or MP4 (`tkhd`) boxes state at either end of the file."""
    with path.open("rb") as file:
        data = file.read(_HEAD)
        file.seek(0, 2)
        if file.tell() > _HEAD:
            file.seek(-_HEAD, 2)
            data += file.read()
    sizes = [_at(data, at + 8, ">II") for at in _places(data, b"ispe")]
    for at in _places(data, b"tkhd"):
        version = data[at + 4] if at + 4 < len(data) else 0
        width, height = _at(data, at + 4 + (88 if version else 76), ">II")
        sizes.append((width >> 16, height >> 16))
    return max(sizes, key=lambda size: size[0] * size[1], default=None)


def _places(data: bytes, name: bytes) -> list[int]:
    places: list[int] = []
    at = data.find(name)
    while at >= 0 and len(places) < 100:
        places.append(at)
        at = data.find(name, at + 4)
    return places


def _at(data: bytes, offset: int, form: str) -> tuple[int, int]:
    part = data[offset : offset + 8]
    if len(part) < 8:
        return 0, 0
    one, other = struct.unpack(form, part)
    return one, other
