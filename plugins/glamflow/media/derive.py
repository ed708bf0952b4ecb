"""Copies that are not what the partner sent, made only where the partner file says so, and each with its record.

| made | when | how |
|---|---|---|
| `convert` | `media.convert`, a type that Commons does not take (JPEG 2000, BMP) | TIFF without loss, or JPEG of quality 95 without colour subsampling; never smaller |
| `strip` | `media.exif: strip`, personal data inside | metadata blocks left out of JPEG and PNG; not one pixel is encoded anew |

Colour profile and orientation stay. The original stays in the store, with a note of what was made from it.
"""

from __future__ import annotations

import struct
from pathlib import Path

import msgspec
from PIL import Image

from glamflow.media.inspection import Limits
from glamflow.media.weight import quiet_about_size
from glamflow.transforms.record import Model

CONVERTIBLE = frozenset({"image/jp2", "image/jpx", "image/bmp"})
STRIPPABLE = frozenset({"image/jpeg", "image/png"})
_PNG_TEXTS = frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"})
_TELLING = frozenset({0xE1, *range(0xE3, 0xEE), 0xEF, 0xFE})  # EXIF, XMP, IPTC and others' blocks, comments


class Derivation(Model, frozen=True, kw_only=True):
    """What was made from which bytes, and how."""

    kind: str
    from_sha256: str
    from_sha1: str = ""
    from_mime: str
    how: str
    removed: tuple[str, ...] = ()


def note_of(derivation: Derivation) -> bytes:
    """What is kept beside the original."""
    return msgspec.json.encode(derivation)


def convert(path: Path, target: Path, *, to: str, limits: Limits | None = None) -> str:
    """Write the picture of `path` as TIFF or JPEG; how it was done, "" if it cannot be done within bounds."""
    limits = limits or Limits()
    try:
        with quiet_about_size(), Image.open(path, formats=("JPEG2000", "BMP")) as image:
            if _memory_of(image, path) > limits.memory:
                return ""
            image.load()
            profile = {"icc_profile": image.info["icc_profile"]} if image.info.get("icc_profile") else {}
            if to == "tiff":
                image.save(target, "TIFF", compression="tiff_deflate", **profile)
                return "TIFF, deflate, lossless"
            if image.mode not in ("L", "RGB", "CMYK"):
                return ""  # more than eight bits or transparency would be lost
            image.save(target, "JPEG", quality=95, subsampling=0, **profile)
            return "JPEG, quality 95, 4:4:4"
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return ""


def _memory_of(image: Image.Image, path: Path) -> int:
    """Bytes that reading it takes: Pillow's four a pixel, and OpenJPEG's five for each sample of one tile."""
    with path.open("rb") as file:
        head = file.read(1 << 16)
    at = head.find(b"\xff\x4f\xff\x51") + 4
    tile = image.size if at < 4 or len(head) < at + 28 else struct.unpack(">II", head[at + 20 : at + 28])
    samples = min(tile[0], image.width) * min(tile[1], image.height) * len(image.getbands())
    return 4 * image.width * image.height + (5 * samples if image.format == "JPEG2000" else 0)


def strip(path: Path, target: Path, *, mime: str, orientation: int | None) -> bool:
    """Write `path` without its metadata blocks; False where that cannot be done without encoding it anew."""
    data = path.read_bytes()
    stripped = _strip_jpeg(data, orientation or 1) if mime == "image/jpeg" else _strip_png(data) if mime == "image/png" else b""
    if stripped:
        target.write_bytes(stripped)
    return bool(stripped)


def _strip_jpeg(data: bytes, orientation: int) -> bytes:
    """Without EXIF, XMP, IPTC and comments; JFIF, colour profile and Adobe's colour marker stay, and a turned picture stays turned."""
    out, position = bytearray(b"\xff\xd8"), 2
    heading = True
    while position + 4 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if marker == 0xFF:
            position += 1
            continue
        if marker == 0xDA:  # what follows is the picture, to the end
            return bytes(out) + data[position:]
        (length,) = struct.unpack(">H", data[position + 2 : position + 4])
        segment = data[position : position + 2 + length]
        if heading and marker != 0xE0:
            out += _orientation_block(orientation) if orientation != 1 else b""
            heading = False
        if marker not in _TELLING:
            out += segment
        position += 2 + length
    return b""


def _orientation_block(orientation: int) -> bytes:
    """An EXIF block that says nothing but how the picture is turned."""
    tiff = b"MM\x00\x2a\x00\x00\x00\x08\x00\x01" + struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0) + b"\x00\x00\x00\x00"
    body = b"Exif\x00\x00" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _strip_png(data: bytes) -> bytes:
    out, position = bytearray(data[:8]), 8
    while position + 12 <= len(data):
        (length,) = struct.unpack(">I", data[position : position + 4])
        kind = data[position + 4 : position + 8]
        if kind not in _PNG_TEXTS:
            out += data[position : position + 12 + length]
        position += 12 + length
        if kind == b"IEND":
            return bytes(out)
    return b""
