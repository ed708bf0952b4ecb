"""What an agency prints: charts in six languages and PDF documents.

Lettering of the charts lies in `labels/<language>.png` (one bit a pixel), because Pillow carries Latin letters only and the
demo must not depend on the machine's fonts; for Chinese the sign 水 (water) is drawn stroke by stroke.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence
from importlib import resources

from PIL import Image, ImageDraw

from glamflow.sandbox.collection.pictures.lens import field
from glamflow.sandbox.collection.pictures.surface import WIDTH, Colour, dice, jpeg, lettering

BARS: Sequence[Colour] = ((0, 92, 150), (0, 140, 170), (64, 170, 120), (240, 170, 40), (214, 90, 60), (120, 90, 160))


def chart(seed: str, lines: tuple[str, ...]) -> Image.Image:
    """A bar chart; `lines` are "@fr" (a label sheet) or Latin text. The values depend on the seed alone."""
    rng = dice(seed)
    image = Image.new("RGB", (WIDTH, 640), (255, 255, 255))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, WIDTH, 10), fill=(0, 92, 150))
    right_to_left = lines[:1] == ("@ar",)
    _labels(image, draw, lines)
    for level in range(0, 101, 20):
        y = 570 - level * 3.7
        draw.line((70, y, WIDTH - 40, y), fill=(205, 210, 214), width=1)
        lettering(draw, (24, y - 10), str(level), 17, (70, 80, 90))
    bars = [(letter, colour, rng.randint(30, 98)) for letter, colour in zip("ABCDEF", BARS, strict=True)]
    for place, (letter, colour, value) in enumerate(reversed(bars) if right_to_left else bars):
        x = 100 + place * 128
        draw.rectangle((x, 570 - value * 3.7, x + 84, 570), fill=colour)
        lettering(draw, (x + 26, 545 - value * 3.7), str(value), 20, (40, 50, 60))
        lettering(draw, (x + 30, 580), letter, 22, (40, 50, 60))
    return image


def _labels(image: Image.Image, draw: ImageDraw.ImageDraw, lines: tuple[str, ...]) -> None:
    language = lines[0].removeprefix("@") if lines and lines[0].startswith("@") else ""
    if language == "zh":
        _water(draw, 40, 26)
        lettering(draw, (120, 34), "2023  (%)", 40, (20, 40, 60))
    elif language:
        with resources.files(__package__).joinpath("labels", f"{language}.png").open("rb") as file:
            sheet = Image.open(file).convert("L")
        image.paste((20, 40, 60), (20, 24), sheet)
    for number, line in enumerate(lines[1:] if language else lines):
        lettering(draw, (24, (140 if language else 28) + number * 40), line, 30 if number == 0 else 22, (20, 40, 60))


def _water(draw: ImageDraw.ImageDraw, x: int, y: int) -> None:
    ink = (20, 40, 60)
    draw.line((x + 30, y, x + 30, y + 62, x + 20, y + 54), fill=ink, width=6, joint="curve")
    draw.line((x + 4, y + 20, x + 24, y + 20, x + 2, y + 50), fill=ink, width=5, joint="curve")
    draw.line((x + 54, y + 12, x + 34, y + 26, x + 58, y + 54), fill=ink, width=5, joint="curve")


def document(seed: str, lines: tuple[str, ...]) -> bytes:
    """A PDF of two pages with Latin text; a line "@photo" puts a photograph on the second page."""
    photo = jpeg(field(seed, ()).resize((450, 340))) if "@photo" in lines else b""
    text = [line for line in lines if not line.startswith("@")]
    first = _page_text([*text[:1], "International Water Agency", *text[1:]])
    second = _page_text([f"{text[0] if text else seed} (2)"])
    if photo:
        second += b"\nq 360 0 0 272 110 330 cm /Photo Do Q"
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>",
        _page(5, photo=False), _page(6, photo=bool(photo)),
        _stream(b"", zlib.compress(first), b"/Filter /FlateDecode"),
        _stream(b"", zlib.compress(second), b"/Filter /FlateDecode"),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]  # fmt: skip
    if photo:
        head = b"/Type /XObject /Subtype /Image /Width 450 /Height 340 /ColorSpace /DeviceRGB /BitsPerComponent 8"
        objects.append(_stream(head, photo, b"/Filter /DCTDecode"))
    return _assemble(objects)


def _page(content: int, *, photo: bool) -> bytes:
    resources_ = b"/Font << /F1 7 0 R >>" + (b" /XObject << /Photo 8 0 R >>" if photo else b"")
    return (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << " + resources_ + b" >> "
        b"/Contents " + str(content).encode() + b" 0 R >>"
    )  # fmt: skip


def _page_text(lines: list[str]) -> bytes:
    parts = []
    for number, line in enumerate(lines):
        escaped = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode("cp1252", "replace")
        size = 24 if number == 0 else 13
        parts.append(b"BT /F1 %d Tf 72 %d Td (%s) Tj ET" % (size, 740 - number * 34, escaped))
    return b"\n".join(parts)


def _stream(head: bytes, data: bytes, filter_: bytes) -> bytes:
    return b"<< %s %s /Length %d >>\nstream\n%s\nendstream" % (head, filter_, len(data), data)


def _assemble(objects: list[bytes]) -> bytes:
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table))
    return out.getvalue()
