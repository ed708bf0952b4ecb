"""Photographs: prints, negatives with their border, postcards, staff pictures."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFilter, ImageOps

from glamflow.sandbox.collection.pictures.flat import painting
from glamflow.sandbox.collection.pictures.surface import HEIGHT, WIDTH, dice, grain, ground, lettering, shade, tone


def street(seed: str, lines: tuple[str, ...]) -> Image.Image:
    """A street or quay in grey tones."""
    rng = dice(seed)
    image = ground((WIDTH, HEIGHT), (225, 225, 225), (150, 150, 150))
    draw = ImageDraw.Draw(image)
    x = -20
    while x < WIDTH:
        width, top, grey = rng.randint(70, 190), rng.randint(90, 330), rng.randint(60, 190)
        draw.rectangle((x, top, x + width, 520), fill=(grey, grey, grey))
        for wx in range(x + 12, x + width - 18, 34):
            for wy in range(top + 18, 480, 52):
                draw.rectangle((wx, wy, wx + 16, wy + 28), fill=(grey // 2, grey // 2, grey // 2))
        x += width + rng.randint(0, 14)
    draw.rectangle((0, 520, WIDTH, HEIGHT), fill=(120, 120, 120))
    for _ in range(rng.randint(2, 12)):
        _figure(draw, rng.randint(20, WIDTH - 20), rng.randint(540, 640), rng.randint(50, 100), rng.randint(20, 70))
    return grain(image.filter(ImageFilter.GaussianBlur(0.8)), rng, 0.13).convert("L").convert("RGB")


def group(seed: str, lines: tuple[str, ...]) -> Image.Image:
    """Rows of people before a wall, colours of a school photograph."""
    rng = dice(seed)
    image = ground((WIDTH, HEIGHT), (190, 196, 200), (140, 136, 130))
    draw = ImageDraw.Draw(image)
    for row in range(3):
        for place in range(8):
            x, y = 80 + place * 105 + row % 2 * 40, 300 + row * 130
            draw.ellipse((x - 46, y + 20, x + 46, y + 190), fill=tone(rng, 40, 220))
            draw.ellipse((x - 28, y - 50, x + 28, y + 24), fill=(226, 190, 160))
    return grain(image, rng, 0.08)


def negative(seed: str, lines: tuple[str, ...]) -> Image.Image:
    """A glass negative, inverted tones inside a black border with a number scratched in."""
    rng = dice(seed)
    inner = ImageOps.invert(street(seed, ())).resize((WIDTH - 110, HEIGHT - 110))
    image = Image.new("RGB", (WIDTH, HEIGHT), (8, 8, 8))
    image.paste(inner, (55, 55))
    draw = ImageDraw.Draw(image)
    for x in range(30, WIDTH, 60):
        draw.rectangle((x, 14, x + 26, 34), fill=(235, 235, 235))
    lettering(draw, (70, HEIGHT - 42), lines[0] if lines else seed, 26, (230, 230, 230))
    return grain(image, rng, 0.05)


def postcard(seed: str, lines: tuple[str, ...]) -> Image.Image:
    """A collotype view with a white margin and a caption."""
    rng = dice(seed)
    inner = ImageOps.colorize(painting(seed, ()).convert("L"), (40, 34, 26), (238, 226, 200)).resize(
        (WIDTH - 80, HEIGHT - 130)
    )
    image = Image.new("RGB", (WIDTH, HEIGHT), (240, 234, 220))
    image.paste(inner, (40, 36))
    draw = ImageDraw.Draw(image)
    lettering(draw, (48, HEIGHT - 82), lines[0] if lines else "", 26, (90, 40, 36))
    return grain(image, rng, 0.05)


def staff(seed: str, lines: tuple[str, ...]) -> Image.Image:
    """A room of the museum in colour."""
    rng = dice(seed)
    image = ground((WIDTH, HEIGHT), tone(rng, 170, 240), tone(rng, 110, 200))
    draw = ImageDraw.Draw(image)
    draw.polygon([(0, HEIGHT), (WIDTH, HEIGHT), (640, 430), (260, 430)], fill=(146, 104, 66))
    for number in range(rng.randint(3, 5)):
        x = 60 + number * 190 + rng.randint(-20, 20)
        draw.rectangle(
            (x, 140 + rng.randint(-40, 40), x + 120, 330), fill=tone(rng, 40, 220), outline=(90, 70, 30), width=9
        )
    draw.polygon([(300, 0), (420, 0), (520, 300), (330, 300)], fill=shade((250, 248, 240), 1.0))
    return grain(image.filter(ImageFilter.GaussianBlur(1)), rng, 0.07)


def field(seed: str, lines: tuple[str, ...]) -> Image.Image:
    """A river with pumps and pipes, as an agency's field staff photographs it."""
    rng = dice(seed)
    image = painting(seed, ())
    draw = ImageDraw.Draw(image)
    draw.polygon([(0, 520), (WIDTH, 470), (WIDTH, 620), (0, 660)], fill=(90, 130, 160))
    draw.line((120, 600, 420, 430, 760, 420), fill=(170, 176, 180), width=28, joint="curve")
    draw.rectangle((90, 540, 190, 640), fill=tone(rng, 90, 200))
    return grain(image, rng, 0.06)


def _figure(draw: ImageDraw.ImageDraw, x: int, y: int, height: int, grey: int) -> None:
    draw.ellipse((x - height // 9, y - height, x + height // 9, y - height * 3 // 4), fill=(170, 170, 170))
    draw.polygon([(x, y - height * 3 // 4), (x + height // 5, y), (x - height // 5, y)], fill=(grey, grey, grey))
