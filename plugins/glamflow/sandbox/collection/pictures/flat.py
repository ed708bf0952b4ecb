"""Flat works: paintings, prints, drawings, posters, maps, written pages."""

from __future__ import annotations

import math
import random

from PIL import Image, ImageDraw, ImageFilter

from glamflow.sandbox.collection.pictures.surface import (
    HEIGHT,
    WIDTH,
    Colour,
    dice,
    grain,
    ground,
    lettering,
    shade,
    tone,
)

SKIES: tuple[tuple[Colour, Colour], ...] = (
    ((120, 160, 205), (235, 225, 200)), ((86, 104, 140), (214, 170, 140)), ((172, 186, 194), (226, 226, 220)),
    ((58, 62, 92), (190, 120, 96)), ((206, 196, 168), (240, 228, 196)), ((94, 108, 116), (150, 158, 154)),
)  # fmt: skip
LANDS: tuple[tuple[Colour, Colour, Colour, Colour], ...] = (
    ((120, 140, 160), (96, 122, 100), (84, 110, 60), (60, 78, 40)), ((214, 220, 228), (190, 200, 212), (220, 224, 228), (176, 186, 198)),
    ((140, 120, 130), (150, 110, 70), (130, 96, 50), (84, 64, 40)), ((86, 96, 120), (60, 84, 110), (120, 130, 90), (94, 88, 56)),
    ((170, 160, 120), (190, 164, 92), (160, 140, 70), (110, 96, 50)), ((70, 80, 84), (56, 64, 60), (44, 54, 46), (30, 38, 30)),
)  # fmt: skip


def painting(seed: str, lines: tuple[str, ...]) -> Image.Image:
    """A landscape in oil, without its frame."""
    rng = dice(seed)
    top, horizon = rng.choice(SKIES)
    image = ground((WIDTH, HEIGHT), shade(top, rng.uniform(0.8, 1.1)), horizon)
    draw = ImageDraw.Draw(image)
    sun = rng.randint(80, WIDTH - 80), rng.randint(60, 220), rng.randint(20, 60)
    draw.ellipse((sun[0] - sun[2], sun[1] - sun[2], sun[0] + sun[2], sun[1] + sun[2]), fill=(250, 230, 170))
    land = rng.choice(LANDS)
    for layer in range(4):
        _ridge(draw, rng, 230 + layer * 105, shade(land[layer], rng.uniform(0.85, 1.15)), 90 - layer * 12)
    for _ in range(rng.randint(2, 7)):
        _tree(draw, rng, rng.randint(20, WIDTH - 20), rng.randint(380, 640), rng.randint(40, 130))
    if rng.random() < 0.6:
        _house(draw, rng, rng.randint(120, WIDTH - 240), rng.randint(430, 560))
    return grain(image.filter(ImageFilter.GaussianBlur(1.2)), rng, 0.10, soft=0.6)


def portrait(seed: str, lines: tuple[str, ...]) -> Image.Image:
    """Head and shoulders before a dark ground."""
    rng = dice(seed)
    image = ground((HEIGHT, WIDTH), shade(tone(rng, 30, 110), 0.8), shade(tone(rng, 20, 70), 0.9))
    draw = ImageDraw.Draw(image)
    x, y = HEIGHT // 2 + rng.randint(-60, 60), 340 + rng.randint(-40, 40)
    coat = tone(rng, 20, 120)
    draw.ellipse((x - 290, y + 130, x + 290, y + 800), fill=coat)
    draw.polygon([(x - 60, y + 120), (x + 60, y + 120), (x + 20, y + 330), (x - 20, y + 330)], fill=(230, 225, 215))
    skin = (rng.randint(190, 235), rng.randint(150, 185), rng.randint(120, 150))
    draw.ellipse((x - 105, y - 140, x + 105, y + 150), fill=skin)
    draw.pieslice((x - 120, y - 175, x + 120, y + 90), 180, 360, fill=shade(tone(rng, 30, 140), 0.7))
    for side in (-42, 42):
        draw.ellipse((x + side - 13, y - 12, x + side + 13, y + 8), fill=(60, 45, 35))
    draw.line((x - 30, y + 88, x + 30, y + 88), fill=shade(skin, 0.6), width=6)
    draw.line((x, y, x - 14, y + 50), fill=shade(skin, 0.75), width=6)
    return grain(image.filter(ImageFilter.GaussianBlur(1.4)), rng, 0.10, soft=0.6)


def framed(seed: str, lines: tuple[str, ...]) -> Image.Image:
    """The painting as it hangs, with its gilded frame."""
    inner = painting(seed, lines).resize((WIDTH - 220, HEIGHT - 200))
    image = Image.new("RGB", (WIDTH, HEIGHT), (205, 200, 190))
    draw = ImageDraw.Draw(image)
    for step in range(70):
        gold = (150 + step % 23 * 4, 115 + step % 23 * 3, 45 + step % 23)
        draw.rectangle((40 + step, 30 + step, WIDTH - 40 - step, HEIGHT - 30 - step), outline=gold)
    image.paste(inner, (110, 100))
    return image


def reverse(seed: str, lines: tuple[str, ...]) -> Image.Image:
    """The back of a canvas on its stretcher, with an old label."""
    rng = dice(seed + "back")
    image = Image.new("RGB", (WIDTH, HEIGHT), (176, 158, 128))
    draw = ImageDraw.Draw(image)
    for box in (
        (0, 0, WIDTH, 70),
        (0, HEIGHT - 70, WIDTH, HEIGHT),
        (0, 0, 70, HEIGHT),
        (WIDTH - 70, 0, WIDTH, HEIGHT),
        (WIDTH // 2 - 35, 0, WIDTH // 2 + 35, HEIGHT),
    ):
        draw.rectangle(box, fill=(132, 104, 70), outline=(96, 74, 50))
    draw.rectangle((520, 140, 760, 260), fill=(228, 218, 190))
    for number, line in enumerate((seed, "Lumen", "III")):
        lettering(draw, (535, 150 + number * 32), line, 24, (60, 50, 40))
    return grain(image, rng, 0.12)


def engraving(seed: str, lines: tuple[str, ...]) -> Image.Image:
    """A copperplate print: lines only, plate mark, lettered margin."""
    rng = dice(seed)
    plate = painting(seed, ()).convert("L").resize((780, 520))
    tones = plate.tobytes()
    image = Image.new("RGB", (WIDTH, HEIGHT), (232, 224, 203))
    draw = ImageDraw.Draw(image)
    for y in range(0, 520, 5):
        for x in range(0, 780, 6):
            weight = (255 - tones[y * plate.width + x]) // 70
            if weight:
                draw.line((60 + x, 40 + y, 66 + x, 40 + y + rng.randint(-1, 2)), fill=(45, 38, 32), width=weight)
    draw.rectangle((40, 20, WIDTH - 40, HEIGHT - 30), outline=(186, 176, 150), width=3)
    for number, line in enumerate(lines[:2]):
        lettering(draw, (70, 575 + number * 34), line, 24, (50, 42, 36))
    return grain(image, rng, 0.06)


def drawing(seed: str, lines: tuple[str, ...]) -> Image.Image:
    """Chalk or pen on toned paper."""
    rng = dice(seed)
    image = Image.new("RGB", (WIDTH, HEIGHT), (rng.randint(200, 225), rng.randint(185, 210), rng.randint(150, 185)))
    draw = ImageDraw.Draw(image)
    ink = shade(tone(rng, 30, 110), 0.7)
    x = WIDTH / 2 + rng.randint(-140, 140)
    _branch(draw, rng, (x, HEIGHT - 70), -math.pi / 2 + rng.uniform(-0.2, 0.2), rng.randint(110, 150), ink)
    for _ in range(rng.randint(8, 20)):
        y = HEIGHT - rng.randint(30, 90)
        draw.line((x + rng.randint(-260, 100), y, x + rng.randint(0, 300), y + rng.randint(-8, 8)), fill=ink, width=2)
    return grain(image, rng, 0.09)


def woodcut(seed: str, lines: tuple[str, ...]) -> Image.Image:
    """A colour woodblock print: flat areas, waves, a cartouche."""
    rng = dice(seed)
    image = ground((WIDTH, HEIGHT), (222, 206, 170), (238, 228, 204))
    draw = ImageDraw.Draw(image)
    for row in range(9):
        colour = (30 + row * 8, 66 + row * 14, 112 + row * 12)
        for x in range(-80 + row % 2 * 50, WIDTH + 80, 100):
            top = 330 + row * 40 + rng.randint(-14, 14)
            draw.pieslice((x - 62, top, x + 62, top + 124), 180, 360, fill=colour, outline=(235, 235, 225), width=4)
    peak = rng.randint(250, 650)
    draw.polygon([(peak - 150, 340), (peak, 210), (peak + 150, 340)], fill=(88, 104, 130))
    draw.polygon([(peak - 44, 248), (peak, 210), (peak + 44, 248)], fill=(245, 245, 240))
    draw.rectangle((60, 60, 110, 210), fill=(196, 60, 48))
    return grain(image, rng, 0.07)


def poster(seed: str, lines: tuple[str, ...]) -> Image.Image:
    """A printed poster with big letters."""
    rng = dice(seed)
    image = ground((HEIGHT, WIDTH), tone(rng, 120, 250), tone(rng, 60, 200))
    draw = ImageDraw.Draw(image)
    for _ in range(9):
        x, y, r = rng.randint(0, HEIGHT), rng.randint(120, WIDTH - 240), rng.randint(30, 170)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=tone(rng, 30, 250))
    for number, line in enumerate(lines[:3]):
        lettering(draw, (50, WIDTH - 210 + number * 62), line, 54, (250, 250, 245))
    return grain(image, rng, 0.03)


def map_sheet(seed: str, lines: tuple[str, ...]) -> Image.Image:
    """A coast with soundings, roads, a compass rose and a cartouche."""
    rng = dice(seed)
    image = Image.new("RGB", (WIDTH, HEIGHT), (228, 217, 190))
    draw = ImageDraw.Draw(image)
    coast = [
        (x, 330 + 130 * math.sin(x / rng.randint(90, 140) + rng.random()) + rng.randint(-14, 14))
        for x in range(0, WIDTH + 20, 18)
    ]
    draw.polygon([*coast, (WIDTH, HEIGHT), (0, HEIGHT)], fill=(186, 203, 204))
    draw.line(coast, fill=(70, 60, 50), width=3)
    for _ in range(70):
        x, y = rng.randint(30, WIDTH - 30), rng.randint(30, HEIGHT - 30)
        lettering(draw, (x, y), str(rng.randint(2, 60)), 13, (90, 80, 66))
    for _ in range(6):
        points = [(rng.randint(0, WIDTH), rng.randint(0, 320)) for _ in range(4)]
        draw.line(points, fill=(150, 70, 50), width=2)
    for turn in range(16):
        angle = turn * math.tau / 16
        draw.line(
            (730, 540, 730 + 80 * math.cos(angle), 540 + 80 * math.sin(angle)), fill=(60, 50, 44), width=1 + turn % 2
        )
    draw.rectangle((50, 520, 420, 640), fill=(236, 228, 205), outline=(70, 60, 50), width=3)
    for number, line in enumerate(lines[:2]):
        lettering(draw, (66, 540 + number * 40), line, 28, (60, 50, 44))
    draw.rectangle((12, 12, WIDTH - 12, HEIGHT - 12), outline=(70, 60, 50), width=4)
    return grain(image, rng, 0.06)


def letter(seed: str, lines: tuple[str, ...]) -> Image.Image:
    """A page of handwriting: joined strokes in ink, a fold, a stain."""
    rng = dice(seed)
    image = ground((HEIGHT, WIDTH), (236, 226, 202), (224, 211, 182))
    draw = ImageDraw.Draw(image)
    stain = rng.randint(80, 560), rng.randint(80, 760), rng.randint(40, 110)
    draw.ellipse(
        (stain[0] - stain[2], stain[1] - stain[2], stain[0] + stain[2], stain[1] + stain[2]), fill=(218, 200, 160)
    )
    first = rng.randint(90, 200)
    for y in range(first, WIDTH - rng.randint(70, 260), rng.randint(36, 46)):
        _scribble(draw, rng, y)
    draw.line((0, WIDTH // 2, HEIGHT, WIDTH // 2 + 4), fill=(204, 190, 158), width=3)
    for number, line in enumerate(lines[:1]):
        lettering(draw, (60, 40 + number * 30), line, 24, (80, 60, 50))
    return grain(image, rng, 0.06)


def _branch(
    draw: ImageDraw.ImageDraw, rng: random.Random, foot: tuple[float, float], angle: float, length: float, ink: Colour
) -> None:
    tip = foot[0] + math.cos(angle) * length, foot[1] + math.sin(angle) * length
    draw.line((*foot, *tip), fill=ink, width=max(1, round(length / 14)))
    if length > 16:
        for turn in (-0.5, 0.05, 0.55):
            _branch(draw, rng, tip, angle + turn + rng.uniform(-0.25, 0.25), length * rng.uniform(0.55, 0.78), ink)


def _scribble(draw: ImageDraw.ImageDraw, rng: random.Random, y: int) -> None:
    x = float(rng.randint(56, 80))
    while x < HEIGHT - 90 - rng.randint(0, 120):
        points = []
        for _ in range(rng.randint(5, 14)):
            points.append((x, y + rng.gauss(0, 5)))
            points.append((x + 4, y - rng.randint(4, 18)))
            x += rng.uniform(5, 10)
        draw.line(points, fill=(48, 40, 62), width=2, joint="curve")
        x += rng.randint(9, 17)


def _ridge(draw: ImageDraw.ImageDraw, rng: random.Random, y: int, colour: tuple[int, int, int], swing: int) -> None:
    points, height = [], float(y)
    for x in range(0, WIDTH + 60, 60):
        height = max(y - swing, min(y + swing, height + rng.randint(-swing, swing) * 0.6))
        points.append((x, height))
    draw.polygon([*points, (WIDTH + 60, HEIGHT), (0, HEIGHT)], fill=colour)


def _tree(draw: ImageDraw.ImageDraw, rng: random.Random, x: int, y: int, height: int) -> None:
    draw.rectangle((x - 4, y - height // 3, x + 4, y), fill=(70, 50, 36))
    leaf = (rng.randint(30, 90), rng.randint(70, 130), rng.randint(30, 70))
    draw.ellipse((x - height // 3, y - height, x + height // 3, y - height // 4), fill=leaf)


def _house(draw: ImageDraw.ImageDraw, rng: random.Random, x: int, y: int) -> None:
    wall = rng.choice(((150, 50, 40), (210, 190, 140), (180, 180, 175)))
    draw.rectangle((x, y, x + 120, y + 70), fill=wall)
    draw.polygon([(x - 12, y), (x + 60, y - 56), (x + 132, y)], fill=(70, 62, 60))
    for window in (18, 78):
        draw.rectangle((x + window, y + 18, x + window + 22, y + 44), fill=(235, 225, 170))
