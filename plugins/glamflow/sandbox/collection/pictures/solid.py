"""Solid objects on a studio ground, some with ruler and colour target."""

from __future__ import annotations

import math
import random

from PIL import Image, ImageDraw, ImageFilter

from glamflow.sandbox.collection.pictures.surface import (
    HEIGHT,
    WIDTH,
    Colour,
    colour_target,
    dice,
    grain,
    ground,
    lettering,
    ruler,
    shade,
    tone,
)

Points = list[tuple[float, float]]


def _studio(rng: random.Random) -> Image.Image:
    level = rng.randint(150, 235)
    return ground((WIDTH, HEIGHT), (level, level, level + 6), (level - 70, level - 72, level - 64))


def _turned(image: Image.Image, profile: Points, colour: Colour, centre: int, foot: int) -> None:
    """A body of revolution: `profile` gives (height above the foot, radius); light falls from the left."""
    draw = ImageDraw.Draw(image)
    slices = 28
    for number in range(slices):
        part = number / (slices - 1) * 2 - 1
        light = 0.45 + 0.75 * math.sqrt(max(0.0, 1 - (part + 0.35) ** 2 / 1.9))
        after = min(1.0, part + 2 / (slices - 1))
        left = [(centre + radius * part, foot - height) for height, radius in profile]
        right = [(centre + radius * after, foot - height) for height, radius in reversed(profile)]
        draw.polygon(left + right, fill=shade(colour, light))
    lip = profile[-1]
    draw.ellipse((centre - lip[1], foot - lip[0] - 12, centre + lip[1], foot - lip[0] + 12), fill=shade(colour, 0.4))


def vase(seed: str, lines: tuple[str, ...]) -> Image.Image:
    """A vessel beside a ruler and a colour target."""
    rng = dice(seed)
    image = _studio(rng)
    belly, neck = rng.randint(110, 190), rng.randint(40, 80)
    profile: Points = [(0, 70), (30, 80), (140, belly), (250, belly * 0.9), (350, neck), (420, neck), (450, neck + 24)]
    colour = rng.choice(((60, 130, 140), (170, 110, 70), (70, 90, 150), (190, 180, 160), (90, 130, 90)))
    _turned(image, profile, colour, 420 + rng.randint(-80, 80), 590)
    draw = ImageDraw.Draw(image)
    ruler(draw, 60, 630, 260)
    colour_target(draw, 720, 60, 24)
    return grain(image, rng, 0.06)


def cup(seed: str, lines: tuple[str, ...]) -> Image.Image:
    """A cup or bowl with its handle."""
    rng = dice(seed)
    image = _studio(rng)
    draw = ImageDraw.Draw(image)
    centre = 430 + rng.randint(-110, 110)
    height, radius = rng.randint(170, 300), rng.randint(110, 190)
    colour = tone(rng, 110, 235)
    draw.ellipse(
        (centre + radius - 50, 560 - height, centre + radius + 90, 600 - height // 3),
        outline=shade(colour, 0.7),
        width=26,
    )
    _turned(image, [(0, radius * 0.5), (height * 0.3, radius * 0.85), (height, radius)], colour, centre, 590)
    return grain(image, rng, 0.06)


def candlestick(seed: str, lines: tuple[str, ...]) -> Image.Image:
    """A brass candlestick with an engraved band."""
    rng = dice(seed)
    image = _studio(rng)
    centre = 450 + rng.randint(-90, 90)
    _turned(
        image,
        [(0, 190), (30, 180), (150, 120), (160, 60), (300, 46), (310, 88), (420, 80)],
        (178, 138, 62),
        centre,
        600,
    )
    draw = ImageDraw.Draw(image)
    for x in range(centre - 130, centre + 130, 13):
        y = 520 + rng.randint(-10, 10)
        draw.line((x, y, x + rng.randint(4, 14), y - rng.randint(8, 30)), fill=(66, 46, 20), width=3)
    return grain(image, rng, 0.06)


def spoon(seed: str, lines: tuple[str, ...]) -> Image.Image:
    """A spoon, each laid at its own angle on its own ground."""
    rng = dice(seed)
    cloth = rng.choice(((60, 66, 84), (120, 30, 36), (206, 200, 186), (40, 70, 58), (150, 140, 120), (228, 228, 226)))
    image = ground((WIDTH, HEIGHT), shade(cloth, rng.uniform(0.75, 1.2)), shade(cloth, rng.uniform(0.6, 1.1)))
    layer = Image.new("RGBA", (WIDTH, HEIGHT), (0, 0, 0, 0))
    draw = ImageDraw.Draw(layer)
    silver = rng.choice(((200, 202, 206), (176, 150, 100), (140, 110, 80), (150, 152, 158)))
    bowl, width, length = rng.randint(80, 140), rng.randint(45, 80), rng.randint(230, 330)
    draw.ellipse((170, 340 - width, 170 + 2 * bowl, 340 + width), fill=silver)
    draw.ellipse((186, 352 - width, 150 + 2 * bowl, 328 + width), fill=shade(silver, 0.72))
    draw.polygon(
        [(165 + 2 * bowl, 330), (165 + 2 * bowl + length, 318), (165 + 2 * bowl + length, 362), (165 + 2 * bowl, 350)],
        fill=silver,
    )
    knob = 165 + 2 * bowl + length
    draw.ellipse((knob - 26, 340 - 34, knob + 34, 340 + 34), fill=shade(silver, 0.88))
    turned = layer.rotate(
        rng.randint(0, 359), center=(WIDTH / 2, HEIGHT / 2), translate=(rng.randint(-60, 60), rng.randint(-40, 40))
    )
    image.paste(turned, (0, 0), turned)
    ruler(ImageDraw.Draw(image), rng.choice((60, 540)), rng.choice((24, 640)), 220)
    return grain(image, rng, 0.06)


def bronze(seed: str, lines: tuple[str, ...]) -> Image.Image:
    """A standing figure in bronze on its plinth."""
    rng = dice(seed)
    image = _studio(rng).resize((HEIGHT, WIDTH))
    centre, colour = 330 + rng.randint(-50, 50), (92, 74, 48)
    _turned(image, [(0, 150), (80, 140)], (70, 66, 64), centre, 860)
    _turned(image, [(0, 46), (200, 66), (290, 52), (420, 92), (480, 60), (500, 28)], colour, centre, 780)
    draw = ImageDraw.Draw(image)
    lean = rng.randint(-40, 40)
    draw.ellipse((centre - 58, 150, centre + 58, 290), fill=shade(colour, 1.1))
    draw.line(
        (centre - 80, 380, centre - 170 + lean, 520, centre - 120 + lean, 640), fill=colour, width=36, joint="curve"
    )
    draw.line((centre + 80, 380, centre + 190 + lean, 260), fill=shade(colour, 0.7), width=34)
    return grain(image.filter(ImageFilter.GaussianBlur(1)), rng, 0.08)


def find(seed: str, lines: tuple[str, ...]) -> Image.Image:
    """A small find from the ground: corroded ring or plate, ruler, find number."""
    rng = dice(seed)
    image = Image.new("RGB", (WIDTH, HEIGHT), (rng.randint(20, 60), rng.randint(20, 60), rng.randint(20, 70)))
    draw = ImageDraw.Draw(image)
    x, y, colour = (
        rng.randint(320, 560),
        rng.randint(260, 380),
        (rng.randint(80, 150), rng.randint(110, 150), rng.randint(80, 120)),
    )
    outline: Points = []
    sides, radius = rng.randint(5, 30), rng.randint(130, 210)
    for number in range(60):
        angle = number * math.tau / 60
        swell = 1 + 0.12 * math.cos(sides * angle) + rng.uniform(-0.03, 0.03)
        outline.append(
            (x + radius * swell * math.cos(angle), y + radius * swell * math.sin(angle) * rng.uniform(0.94, 1.0))
        )
    draw.polygon(outline, fill=colour)
    hole = rng.randint(30, 110)
    draw.ellipse((x - hole, y - hole, x + hole, y + hole), fill=shade(colour, 0.35))
    for _ in range(160):
        dot_x, dot_y = x + rng.gauss(0, radius / 2), y + rng.gauss(0, radius / 2)
        draw.ellipse((dot_x, dot_y, dot_x + 9, dot_y + 7), fill=shade(colour, rng.uniform(0.6, 1.4)))
    draw.rectangle((50, 620, 390, 660), fill=(240, 240, 240))
    ruler(draw, 60, 632, 240)
    return grain(image, rng, 0.08)


def coin(seed: str, lines: tuple[str, ...]) -> Image.Image:
    """A struck coin with a worn legend."""
    rng = dice(seed)
    image = _studio(rng)
    draw = ImageDraw.Draw(image)
    metal = rng.choice(((170, 172, 176), (184, 120, 74), (206, 170, 80)))
    draw.ellipse((200, 90, 700, 590), fill=metal, outline=shade(metal, 0.6), width=12)
    for number in range(40):
        angle = number * math.tau / 40
        draw.line(
            (
                450 + 215 * math.cos(angle),
                340 + 215 * math.sin(angle),
                450 + 232 * math.cos(angle),
                340 + 232 * math.sin(angle),
            ),
            fill=shade(metal, 0.5),
            width=5,
        )
    draw.polygon(
        [(450 + rng.randint(-130, 130), 340 + rng.randint(-130, 130)) for _ in range(9)], fill=shade(metal, 0.75)
    )
    return grain(image, rng, 0.08)


def skull(seed: str, lines: tuple[str, ...]) -> Image.Image:
    """A pale rounded form on black, drawn without detail on purpose."""
    rng = dice(seed)
    image = Image.new("RGB", (WIDTH, HEIGHT), (24, 24, 26))
    draw = ImageDraw.Draw(image)
    draw.ellipse((270, 120, 630, 480), fill=(214, 204, 182))
    draw.rectangle((360, 430, 540, 560), fill=(206, 196, 172))
    ruler(draw, 60, 640, 240)
    return grain(image.filter(ImageFilter.GaussianBlur(4)), rng, 0.06)


def textile(seed: str, lines: tuple[str, ...]) -> Image.Image:
    """A woven cloth with a pattern of lozenges."""
    rng = dice(seed)
    image = Image.new("RGB", (WIDTH, HEIGHT), tone(rng, 150, 230))
    draw = ImageDraw.Draw(image)
    step, colours = rng.randint(50, 110), [tone(rng, 20, 200) for _ in range(3)]
    for row, y in enumerate(range(-step, HEIGHT + step, step)):
        for column, x in enumerate(range(-step, WIDTH + step, step)):
            half = step // 2
            draw.polygon(
                [(x, y + half), (x + half, y), (x + step, y + half), (x + half, y + step)],
                fill=colours[(row + column * 2) % 3],
            )
    return grain(image, rng, 0.14)


def detail(seed: str, lines: tuple[str, ...]) -> Image.Image:
    """An ornament seen close."""
    rng = dice(seed + "detail")
    image = ground((WIDTH, HEIGHT), (190, 150, 80), (120, 86, 40))
    draw = ImageDraw.Draw(image)
    for number in range(14):
        x = 30 + number * 62
        draw.arc((x, 200, x + 90, 430), rng.randint(0, 90), rng.randint(200, 350), fill=(54, 36, 16), width=9)
        draw.line((x + 20, 260, x + 40, 480), fill=(230, 196, 130), width=5)
    return grain(image, rng, 0.12)


def target(seed: str, lines: tuple[str, ...]) -> Image.Image:
    """The colour target alone, as photographed at the start of a session."""
    image = Image.new("RGB", (WIDTH, HEIGHT), (120, 120, 120))
    draw = ImageDraw.Draw(image)
    colour_target(draw, 120, 100, 100)
    lettering(draw, (120, 560), "Session 14", 40, (20, 20, 20))
    return grain(image, dice(seed), 0.03)
