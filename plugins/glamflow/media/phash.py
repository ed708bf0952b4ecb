"""Perceptual hashes of 64 bits: near pictures have near hashes (Hamming distance), different ones about 32 bits apart.

dHash compares neighbours in a 9×8 grey picture; pHash takes the low frequencies of a 32×32 one. Neither proves anything:
they put pairs before a person's eyes. Blank pages all look alike: `is_blank` tells them.
"""

from __future__ import annotations

import functools
import math

from PIL import Image


def dhash(image: Image.Image) -> str:
    """16 hexadecimal digits; a bit says whether a pixel is brighter than its right neighbour."""
    pixels = _grey(image, 9, 8)
    bits = [pixels[y * 9 + x] > pixels[y * 9 + x + 1] for y in range(8) for x in range(8)]
    return _hexadecimal(bits)


def phash(image: Image.Image) -> str:
    """16 hexadecimal digits; a bit says whether one of 8×8 low frequencies is above their median."""
    pixels = _grey(image, 32, 32)
    cosines = _cosines()
    rows = [
        [sum(c * p for c, p in zip(cosines[u], pixels[y * 32 : y * 32 + 32], strict=True)) for u in range(8)]
        for y in range(32)
    ]
    values = [sum(cosines[v][y] * rows[y][u] for y in range(32)) for v in range(8) for u in range(8)]
    middle = sorted(values[1:])[31]
    return _hexadecimal([value > middle for value in values])


def distance(one: str, other: str) -> int:
    """Number of bits in which two hashes differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def is_blank(image: Image.Image) -> bool:
    """Whether there is nearly nothing to see, so that its hashes mean nothing."""
    pixels = sorted(_grey(image, 32, 32))
    return pixels[-11] - pixels[10] < 12


def _grey(image: Image.Image, width: int, height: int) -> bytes:
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        ground = Image.new("RGBA", image.size, "white")
        ground.alpha_composite(image.convert("RGBA"))
        image = ground
    if image.mode.startswith(("I", "F")):
        image = _to_eight_bits(image)
    return image.convert("L").resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0).tobytes()


def _to_eight_bits(image: Image.Image) -> Image.Image:
    """16-bit and floating-point pictures stretched to 0…255: a plain conversion would clip them to white."""
    low, high = image.getextrema()
    if not isinstance(low, int | float) or not isinstance(high, int | float) or high <= low:
        return image.convert("L")
    scale = 255.0 / (high - low)
    return image.convert("F").point(lambda value: value * scale - low * scale).convert("L")


@functools.cache
def _cosines() -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(math.cos(math.pi * u * (2 * x + 1) / 64) for x in range(32)) for u in range(8))


def _hexadecimal(bits: list[bool]) -> str:
    return f"{int(''.join('1' if bit else '0' for bit in bits), 2):016x}"
