"""Labelled pairs of pictures, drawn and derived here: the same picture again, and pictures that only look like it.

| kind | the second picture | same? |
|---|---|---|
| rescan | another pass of the scanner: tilt of half a degree, other light, dust, softer | yes |
| crop | up to a tenth cut off at some sides | yes |
| resize | a third to four fifths of the size, compressed | yes |
| recolour | grey, sepia, or another white balance and contrast | yes |
| rotate | turned by 90, 180 or 270 degrees | yes |
| next_frame | the camera moved on a little, and so did the people | no |
| other_state | the plate was worked on again: hatching, an inscription | no |
| other_copy | another sheet of the same plate: paper, inking, stains, stamp, margins | no |
| other_work | another drawing of the same kind | no |
| blank | two blank leaves, or two pages of writing | no |
"""

from __future__ import annotations

import io
import itertools
import random
from collections.abc import Iterator
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from glamflow.sandbox.collection.pictures.render import DRAWINGS

FLAT = ("painting", "portrait", "engraving", "drawing", "woodcut", "poster", "map")
SCENES = ("street", "group", "postcard", "field")
SOLID = ("vase", "bronze", "coin", "textile")
PRINTS = ("engraving", "woodcut", "map", "poster")
EDGE = 640
SAME = ("rescan", "crop", "resize", "recolour", "rotate")
OTHER = ("next_frame", "other_state", "other_copy", "other_work", "blank")


class Pair(NamedTuple):
    """`same`: both are pictures of one thing, and a person should look at them side by side."""

    name: str
    kind: str
    first: Image.Image
    second: Image.Image
    same: bool


class Dice(random.Random):
    """Random numbers that depend on the seed only."""


def draw_pairs() -> Iterator[Pair]:
    """All pairs, in a fixed order."""
    pictures = [(f"{base}-{number}", base, draw(base, f"{base}-{number}")) for base in (*FLAT, *SCENES, *SOLID) for number in range(3)]
    for number, (name, _, first) in enumerate(pictures):
        for kind in SAME:
            yield Pair(name, kind, first, _again(kind, first, Dice(f"{kind}{number}")), same=True)
    for (name, base, first), (_, another, second) in itertools.pairwise(pictures):
        if base == another:
            yield Pair(name, "other_work", first, second, same=False)
    for number, (name, base, first) in enumerate(pictures * 2):
        if base in SCENES:
            yield Pair(f"{name}-{number}", "next_frame", first, _next_frame(base, first, Dice(f"next{number}")), same=False)
        if base in PRINTS:
            yield Pair(f"{name}-{number}", "other_state", first, _reworked(first, Dice(f"state{number}")), same=False)
            yield Pair(f"{name}-{number}", "other_copy", first, _other_sheet(first, Dice(f"copy{number}")), same=False)
    for number in range(10):
        yield Pair(f"leaf-{number}", "blank", _leaf(Dice(f"a{number}")), _leaf(Dice(f"b{number}")), same=False)
        yield Pair(f"letter-{number}", "blank", draw("letter", f"a{number}"), draw("letter", f"b{number}"), same=False)


def draw(kind: str, seed: str) -> Image.Image:
    picture = DRAWINGS[kind](seed, ("Anno 1874", seed[:12])).convert("RGB")
    picture.thumbnail((EDGE, EDGE), Image.Resampling.BOX, reducing_gap=2.0)
    return picture


def _again(kind: str, image: Image.Image, rng: random.Random) -> Image.Image:
    match kind:
        case "rescan":
            return rescan(image, rng)
        case "crop":
            width, height = image.size
            left, top, right, bottom = (rng.choice((0.0, 0.03, 0.06, 0.1)) for _ in range(4))
            return image.crop((round(left * width), round(top * height), round((1 - right) * width), round((1 - bottom) * height)))
        case "resize":
            part = rng.uniform(0.33, 0.8)
            return jpeg(image.resize((round(image.width * part), round(image.height * part)), Image.Resampling.LANCZOS), rng.randint(45, 85))
        case "recolour":
            return _recolour(image, rng)
        case _:
            return jpeg(image.transpose(rng.choice((Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270))), 85)


def rescan(image: Image.Image, rng: random.Random) -> Image.Image:
    edge = image.resize((1, 1)).getpixel((0, 0))
    tilted = image.rotate(rng.uniform(-0.5, 0.5), Image.Resampling.BICUBIC, fillcolor=edge)
    lit = ImageEnhance.Contrast(ImageEnhance.Brightness(tilted).enhance(rng.uniform(0.9, 1.12))).enhance(rng.uniform(0.88, 1.1))
    soft = lit.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.3)))
    pen = ImageDraw.Draw(soft)
    for _ in range(rng.randint(3, 12)):  # dust
        x, y = rng.randrange(soft.width), rng.randrange(soft.height)
        pen.ellipse((x, y, x + 2, y + 2), fill=(240, 240, 235))
    return jpeg(soft.resize((round(soft.width * 0.83), round(soft.height * 0.83))), rng.randint(60, 92))


def _recolour(image: Image.Image, rng: random.Random) -> Image.Image:
    match rng.randrange(3):
        case 0:
            return image.convert("L")
        case 1:
            return ImageOps.colorize(image.convert("L"), (30, 18, 8), (250, 236, 206))
        case _:
            red, green, blue = image.split()
            balanced = Image.merge("RGB", (red.point(_gain(1.1)), green, blue.point(_gain(0.85))))
            return ImageEnhance.Contrast(balanced).enhance(rng.uniform(0.8, 1.15))


def _gain(factor: float) -> list[int]:
    return [min(255, round(value * factor)) for value in range(256)]


def _next_frame(base: str, image: Image.Image, rng: random.Random) -> Image.Image:
    """A pan of some hundredths, what comes in from the side, and persons who walked on."""
    shift = round(image.width * rng.uniform(0.05, 0.14))
    frame = draw(base, f"beside-{rng.random()}")
    frame.paste(image.crop((shift, 0, image.width, image.height)), (0, rng.randint(-8, 8)))
    pen = ImageDraw.Draw(frame)
    for _ in range(rng.randint(2, 5)):
        x, y, size = rng.randrange(frame.width - 60), rng.randint(frame.height // 2, frame.height * 4 // 5), rng.randint(40, 90)
        grey = rng.randint(15, 80)
        pen.ellipse((x, y - size, x + size // 3, y - size * 2 // 3), fill=(grey + 60,) * 3)
        pen.rectangle((x - 6, y - size * 2 // 3, x + size // 3 + 6, y + size // 3), fill=(grey,) * 3)
    return rescan(frame, rng)


def _reworked(image: Image.Image, rng: random.Random) -> Image.Image:
    """A later state: a part cross-hatched, a figure added, letters below."""
    state = image.copy()
    pen = ImageDraw.Draw(state)
    width, height = state.size
    x, y, size = rng.randrange(width // 2), rng.randrange(height // 2), width // rng.randint(4, 6)
    for step in range(0, size, 5):
        pen.line((x + step, y, x + step - size // 3, y + size), fill=(35, 30, 28), width=2)
        pen.line((x, y + step, x + size, y + step + 8), fill=(35, 30, 28), width=1)
    x, y = rng.randrange(width // 2, width * 3 // 4), rng.randrange(height // 2, height * 3 // 4)
    pen.ellipse((x, y, x + width // 9, y + height // 7), fill=(rng.choice((40, 225)),) * 3, outline=(20, 20, 20), width=4)
    return rescan(state, rng)


def _other_sheet(image: Image.Image, rng: random.Random) -> Image.Image:
    """The same plate on another sheet, with the traces of another life."""
    inked = ImageEnhance.Contrast(image).enhance(rng.uniform(0.75, 1.2)).filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 1.6)))
    toned = Image.blend(inked, Image.new("RGB", inked.size, (rng.randint(200, 240), rng.randint(185, 215), rng.randint(140, 180))), 0.25)
    pen = ImageDraw.Draw(toned, "RGBA")
    for _ in range(rng.randint(2, 4)):  # stains
        x, y, size = rng.randrange(toned.width), rng.randrange(toned.height), rng.randint(toned.width // 12, toned.width // 5)
        pen.ellipse((x, y, x + size, y + size * 2 // 3), fill=(120, 84, 40, rng.randint(70, 130)))
    x, y, size = rng.randrange(toned.width * 2 // 3), rng.randrange(toned.height * 2 // 3), toned.width // rng.randint(7, 10)
    pen.ellipse((x, y, x + size, y + size), outline=(60, 40, 120, 230), width=8)  # a collector's stamp
    pen.line((x + 8, y + size // 2, x + size - 8, y + size // 2), fill=(60, 40, 120, 230), width=8)
    left, top = (round(toned.width * rng.uniform(0.01, 0.05)) for _ in range(2))
    sheet = Image.new("RGB", (toned.width + left + 10, toned.height + top + 14), (226, 214, 188))
    sheet.paste(toned, (left, top))
    return rescan(sheet, rng)


def _leaf(rng: random.Random) -> Image.Image:
    """An empty leaf with its shadow."""
    shadow = Image.linear_gradient("L").resize((600, 820)).point([236 + value // 64 for value in range(256)])
    return ImageOps.colorize(shadow, (0, 0, 0), (rng.randint(236, 252), rng.randint(230, 244), rng.randint(208, 226)))


def jpeg(image: Image.Image, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    image.convert("RGB").save(buffer, "JPEG", quality=quality)
    return Image.open(io.BytesIO(buffer.getvalue())).convert("RGB")
