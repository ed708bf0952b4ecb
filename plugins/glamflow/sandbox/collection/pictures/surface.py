"""Grounds, grain and encoders that all drawings share. The same seed gives the same bytes under the same Pillow."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFilter, ImageFont

Colour = tuple[int, int, int]
WIDTH, HEIGHT = 900, 680


class Dice(random.Random):
    """Random numbers that depend on the seed only; nothing here needs to be hard to guess."""


def dice(seed: str) -> random.Random:
    return Dice(seed)


def ground(size: tuple[int, int], top: Colour, bottom: Colour) -> Image.Image:
    """A surface with a vertical run of colour, as a studio's backdrop or a sky."""
    strip = Image.new("RGB", (1, 64))
    for y in range(64):
        part = y / 63
        strip.putpixel((0, y), _mix(top, bottom, part))
    return strip.resize(size, Image.Resampling.BILINEAR)


def _mix(a: Colour, b: Colour, part: float) -> Colour:
    red, green, blue = (round(x + (y - x) * part) for x, y in zip(a, b, strict=True))
    return red, green, blue


def tone(rng: random.Random, low: int = 40, high: int = 220) -> Colour:
    return rng.randint(low, high), rng.randint(low, high), rng.randint(low, high)


def shade(colour: Colour, factor: float) -> Colour:
    red, green, blue = (max(0, min(255, round(part * factor))) for part in colour)
    return red, green, blue


def grain(image: Image.Image, rng: random.Random, strength: float = 0.08, *, soft: float = 0.0) -> Image.Image:
    """The picture under film grain or canvas weave, so that it compresses as photographs do."""
    width, height = image.size
    noise = Image.frombytes("L", (width // 2 + 1, height // 2 + 1), rng.randbytes((width // 2 + 1) * (height // 2 + 1)))
    noise = noise.resize(image.size, Image.Resampling.BILINEAR)
    if soft:
        noise = noise.filter(ImageFilter.GaussianBlur(soft))
    return Image.blend(image, Image.merge("RGB", (noise, noise, noise)), strength)


def lettering(draw: ImageDraw.ImageDraw, place: tuple[float, float], text: str, size: float, colour: Colour) -> None:
    """Latin letters in the face that Pillow carries with it."""
    draw.text(place, text, font=ImageFont.load_default(size), fill=colour)


def ruler(draw: ImageDraw.ImageDraw, x: int, y: int, length: int) -> None:
    """A scale bar of alternating black and white centimetres."""
    step = length // 10
    for number in range(10):
        box = (x + number * step, y, x + (number + 1) * step, y + 14)
        draw.rectangle(box, fill=(15, 15, 15) if number % 2 == 0 else (245, 245, 245), outline=(15, 15, 15))
    lettering(draw, (x + length + 6, y - 4), "10 cm", 18, (20, 20, 20))


PATCHES: Sequence[Colour] = (
    (115, 82, 68), (194, 150, 130), (98, 122, 157), (87, 108, 67), (133, 128, 177), (103, 189, 170),
    (214, 126, 44), (80, 91, 166), (193, 90, 99), (94, 60, 108), (157, 188, 64), (224, 163, 46),
    (56, 61, 150), (70, 148, 73), (175, 54, 60), (231, 199, 31), (187, 86, 149), (8, 133, 161),
    (243, 243, 242), (200, 200, 200), (160, 160, 160), (122, 122, 121), (85, 85, 85), (52, 52, 52),
)  # fmt: skip


def colour_target(draw: ImageDraw.ImageDraw, x: int, y: int, patch: int, *, columns: int = 6) -> None:
    """Colour patches in rows, as photographers lay them beside an object."""
    rows = -(-len(PATCHES) // columns)
    draw.rectangle((x - 4, y - 4, x + columns * patch + 4, y + rows * patch + 4), fill=(10, 10, 10))
    for number, colour in enumerate(PATCHES):
        left, top = x + number % columns * patch, y + number // columns * patch
        draw.rectangle((left + 2, top + 2, left + patch - 2, top + patch - 2), fill=colour)


def jpeg(image: Image.Image, *, artist: str = "") -> bytes:
    """JPEG bytes; `artist` goes into EXIF as a camera would write it."""
    exif = Image.Exif()
    if artist:
        exif[315] = artist  # Artist
        exif[305] = "Sample camera 1.0"  # Software
    out = io.BytesIO()
    image.save(out, "JPEG", quality=86, subsampling=1, exif=exif)
    return out.getvalue()


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
