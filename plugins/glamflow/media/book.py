"""One PDF of page pictures, in flat memory: every page is copied from its file, none is held.

| page | in the PDF |
|---|---|
| JPEG | as it is, byte for byte (`DCTDecode`) |
| PNG without transparency, not interlaced | its own compressed rows (`FlateDecode`, PNG predictor) |
| TIFF of one page in grey, RGB or CMYK, other PNG | its pixels, compressed without loss, row by row |
| anything else | refused: `Unfit` |

No dates, no names, an identifier out of the pages: the same pages give the same bytes. Libraries that do this (img2pdf) hold all
pages in memory until the end. Page size by the resolution that the picture states, else 300 dots per inch; colour profiles and the turn
of the camera are kept. ISO 32000-1, sections 7.5 and 8.9.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from PIL import Image, ImageFile

from glamflow.media.weight import quiet_about_size

_CHUNK = 1 << 20
_SPACES = {1: "/DeviceGray", 3: "/DeviceRGB", 4: "/DeviceCMYK"}
_TURNS = {  # EXIF orientation → the unit square as the viewer should see it
    1: (1, 0, 0, 1, 0, 0), 2: (-1, 0, 0, 1, 1, 0), 3: (-1, 0, 0, -1, 1, 1), 4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1), 6: (0, -1, 1, 0, 0, 1), 7: (0, 1, 1, 0, 0, 0), 8: (0, 1, -1, 0, 1, 0),
}  # fmt: skip
_LARGEST = 14_400.0  # points


class Unfit(Exception):
    """A page that cannot be shown without changing it."""


class _Picture(NamedTuple):
    """How the pixels of one page stand in the PDF."""

    width: int
    height: int
    bands: int
    bits: int
    entries: str  # of the image dictionary
    data: Callable[[BinaryIO], None]
    points: tuple[float, float]
    profile: bytes = b""
    turn: int = 1


def write_book(target: Path, pages: Iterable[Path], *, labels: Iterable[str] = ()) -> int:
    """Write the pages in their order; how many there are. `Unfit` names the page by its number."""
    with target.open("wb") as file:
        writer = _Writer(file)
        file.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        kids = []
        for number, path in enumerate(pages, 1):
            try:
                picture = _picture(path)
            except Unfit as unfit:
                raise Unfit(f"page {number} in order: {unfit}") from unfit
            kids.append(_page(writer, picture))
        numbered = "".join(f"{at} << /P {_text(label)} >> " for at, label in enumerate(labels))
        writer.put(2, f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] >>")
        writer.put(
            1, f"<< /Type /Catalog /Pages 2 0 R{f' /PageLabels << /Nums [{numbered}] >>' if numbered else ''} >>"
        )
        writer.end()
    return len(kids)


def _page(writer: _Writer, picture: _Picture) -> int:
    wide, high = picture.points if picture.turn < 5 else picture.points[::-1]
    space = _SPACES[picture.bands]
    if picture.profile:
        profile = writer.stream(
            f"<< /N {picture.bands} /Alternate {space} /Filter /FlateDecode",
            lambda file: _deflated(file, picture.profile),
        )
        space = f"[/ICCBased {profile} 0 R]"
    space = "" if "/ColorSpace" in picture.entries else f" /ColorSpace {space}"
    image = writer.stream(
        f"<< /Type /XObject /Subtype /Image /Width {picture.width} /Height {picture.height} /BitsPerComponent {picture.bits}{space} {picture.entries}",
        picture.data,
    )
    matrix = _TURNS[picture.turn]
    drawing = f"q {wide:.4f} 0 0 {high:.4f} 0 0 cm {' '.join(map(str, matrix))} cm /I Do Q".encode()
    content = writer.stream("<<", lambda file: _written(file, drawing))
    number = writer.next()
    writer.put(
        number,
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {wide:.4f} {high:.4f}] /Resources << /XObject << /I {image} 0 R >> >> /Contents {content} 0 R >>",
    )
    return number


class _Writer:
    """Objects one behind the other, and the table of where they stand."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._places: dict[int, int] = {}
        self._last = 2  # 1 is the catalogue, 2 the list of pages
        self._digest = hashlib.sha256()

    def next(self) -> int:
        self._last += 1
        return self._last

    def put(self, number: int, body: str) -> None:
        self._places[number] = self._file.tell()
        self._file.write(f"{number} 0 obj\n{body}\nendobj\n".encode())
        self._digest.update(body.encode())

    def stream(self, opened: str, data: Callable[[BinaryIO], None]) -> int:
        """The length stands behind the data, as an object of its own: nobody knows it before."""
        number, length = self.next(), self.next()
        self._places[number] = self._file.tell()
        self._file.write(f"{number} 0 obj\n{opened} /Length {length} 0 R >>\nstream\n".encode())
        start = self._file.tell()
        data(self._file)
        size = self._file.tell() - start
        self._file.write(b"\nendstream\nendobj\n")
        self.put(length, str(size))
        return number

    def end(self) -> None:
        start = self._file.tell()
        self._file.write(f"xref\n0 {self._last + 1}\n0000000000 65535 f \n".encode())
        for number in range(1, self._last + 1):
            self._file.write(f"{self._places[number]:010d} 00000 n \n".encode())
        mark = self._digest.hexdigest()[:32]
        self._file.write(
            f"trailer\n<< /Size {self._last + 1} /Root 1 0 R /ID [<{mark}> <{mark}>] >>\nstartxref\n{start}\n%%EOF\n".encode()
        )


def _picture(path: Path) -> _Picture:
    try:
        with quiet_about_size(), Image.open(path, formats=("JPEG", "PNG", "TIFF")) as image:
            return _as_it_stands(image, path)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Unfit("it is no JPEG, PNG or TIFF that can be read") from error


def _as_it_stands(image: ImageFile.ImageFile, path: Path) -> _Picture:
    turn, profile, points = image.getexif().get(0x0112, 1), image.info.get("icc_profile") or b"", _points(image)
    if image.format in ("JPEG", "MPO"):  # of a camera's several pictures the first is shown by readers of JPEG
        found = _jpeg(image, path, points)
    elif getattr(image, "n_frames", 1) > 1:
        raise Unfit("it holds several pictures")
    else:
        found = (image.format == "PNG" and _png(path, points)) or _pixels(path, points)
    return found._replace(profile=profile if found.bands in _SPACES else b"", turn=turn if turn in _TURNS else 1)


def _points(image: ImageFile.ImageFile) -> tuple[float, float]:
    stated = image.info.get("dpi")
    try:
        across, down = (float(value) for value in stated) if stated else (300.0, 300.0)
    except (TypeError, ValueError):
        across = down = 300.0
    if not (50 <= across <= 2400 and 50 <= down <= 2400):
        across = down = 300.0
    wide, high = image.width * 72 / across, image.height * 72 / down
    shrink = min(1.0, _LARGEST / max(wide, high))
    return max(wide * shrink, 3.0), max(high * shrink, 3.0)


def _jpeg(image: ImageFile.ImageFile, path: Path, points: tuple[float, float]) -> _Picture:
    bands = len(image.getbands())
    inverted = (
        " /Decode [1 0 1 0 1 0 1 0]" if bands == 4 and "adobe" in image.info else ""
    )  # Adobe writes CMYK turned round
    return _Picture(
        image.width, image.height, bands, 8, f"/Filter /DCTDecode{inverted}", lambda file: _copied(file, path), points
    )


def _png(path: Path, points: tuple[float, float]) -> _Picture | None:
    """Its own rows; None where they must be read instead (palette, interlaced)."""
    chunks = list(_chunks(path))
    head = chunks[0][2]
    width, height, bits, colour, interlaced = (
        int.from_bytes(head[:4], "big"),
        int.from_bytes(head[4:8], "big"),
        head[8],
        head[9],
        head[12],
    )
    if colour in (4, 6) or any(name == b"tRNS" for name, _, _, _ in chunks):
        raise Unfit("it has transparency")
    if interlaced or colour == 3:
        return None
    bands = 3 if colour == 2 else 1
    parts = [(at, length) for name, at, _, length in chunks if name == b"IDAT"]
    entries = f"/Filter /FlateDecode /DecodeParms << /Predictor 15 /Colors {bands} /BitsPerComponent {bits} /Columns {width} >>"
    return _Picture(width, height, bands, bits, entries, lambda file: _parts(file, path, parts), points)


def _chunks(path: Path) -> Iterator[tuple[bytes, int, bytes, int]]:
    """(name, place of the data, the data of a short chunk, length)."""
    with path.open("rb") as file:
        file.seek(8)
        while len(head := file.read(8)) == 8:
            length, name, at = int.from_bytes(head[:4], "big"), head[4:], file.tell()
            yield name, at, file.read(min(length, 32)), length
            file.seek(at + length + 4)


def _pixels(path: Path, points: tuple[float, float]) -> _Picture:
    import pyvips

    image = pyvips.Image.new_from_file(str(path), access="sequential", fail_on="error")
    kinds = {"b-w": 1, "grey16": 1, "srgb": 3, "rgb": 3, "rgb16": 3, "cmyk": 4}
    bands = kinds.get(image.interpretation, 0)
    if image.bands > bands and bands:
        raise Unfit("it has transparency")
    if image.bands != bands or image.format not in ("uchar", "ushort"):
        raise Unfit(f"its colours ({image.interpretation}, {image.bands} × {image.format}) have no place in a PDF")
    bits = 16 if image.format == "ushort" else 8
    entries = f"/Filter /FlateDecode /DecodeParms << /Predictor 12 /Colors {bands} /BitsPerComponent {bits} /Columns {image.width} >>"
    return _Picture(image.width, image.height, bands, bits, entries, lambda file: _rows(file, image), points)


def _rows(file: BinaryIO, image: Any) -> None:
    """Every row as its difference from the one above (PNG's “up”), deflated."""
    import pyvips

    region, pack = pyvips.Region.new(image), zlib.compressobj(6)
    width, height, deep = image.width, image.height, image.format == "ushort"
    above: np.ndarray[tuple[int, ...], np.dtype[np.uint8]] | None = None
    for y in range(height):
        data = region.fetch(0, y, width, 1)
        row = np.frombuffer(np.frombuffer(data, "<u2").astype(">u2").tobytes() if deep else bytes(data), np.uint8)
        file.write(pack.compress(b"\x02" + (row if above is None else row - above).tobytes()))
        above = row
    file.write(pack.flush())


def _deflated(file: BinaryIO, data: bytes) -> None:
    file.write(zlib.compress(data, 6))


def _written(file: BinaryIO, data: bytes) -> None:
    file.write(data)


def _copied(file: BinaryIO, path: Path) -> None:
    with path.open("rb") as source:
        while chunk := source.read(_CHUNK):
            file.write(chunk)


def _parts(file: BinaryIO, path: Path, parts: list[tuple[int, int]]) -> None:
    with path.open("rb") as source:
        for at, length in parts:
            source.seek(at)
            while length and (chunk := source.read(min(length, _CHUNK))):
                file.write(chunk)
                length -= len(chunk)


def _text(label: str) -> str:
    """A text string, readable in any language."""
    return f"<feff{label.encode('utf-16-be').hex()}>"
