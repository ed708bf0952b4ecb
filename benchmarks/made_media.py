"""Draws the large files that `media_memory.py` looks at: one function a kind, each flat in memory while it draws."""

from __future__ import annotations

import io
import math
import struct
import zlib
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

Draw = Callable[[Path, float], None]
MEGA = 1_000_000


def _sides(megapixels: float) -> tuple[int, int]:
    width = math.isqrt(round(megapixels * MEGA * 4 / 3))
    return width, round(megapixels * MEGA) // width


def _scene(megapixels: float, bands: int = 3, *, deep: bool = False, sides: tuple[int, int] | None = None) -> Any:
    """Waves that no compression makes vanish, of so many bands."""
    import pyvips

    width, height = sides or _sides(megapixels)
    place = pyvips.Image.xyz(width, height)
    grey = (place[0] * 0.05 + place[1] * 0.03).sin() * 90 + 128
    picture = grey if bands == 1 else grey.bandjoin([grey * (1 - number / 10) for number in range(1, bands)])
    kind = {1: "grey16" if deep else "b-w", 3: "rgb16" if deep else "srgb", 4: "rgb16" if deep else "srgb"}[bands]
    return (picture * 257 if deep else picture).cast("ushort" if deep else "uchar").copy(interpretation=kind)


def _saved(bands: int = 3, *, deep: bool = False, cmyk: bool = False, sides: tuple[int, int] | None = None, **options: Any) -> Draw:
    def draw(path: Path, megapixels: float) -> None:
        picture = _scene(megapixels, bands, deep=deep, sides=sides)
        picture = picture.copy(interpretation="cmyk") if cmyk else picture
        picture.write_to_file(str(path), **options)

    return draw


def _animation(path: Path, megapixels: float) -> None:
    """Five frames with a moving square; what was below each comes back after it."""
    from PIL import Image

    options: dict[str, Any] = {".webp": {"lossless": True, "method": 0}, ".gif": {"disposal": 3}, ".png": {"disposal": 2, "blend": 1, "compress_level": 1}}[path.suffix]  # fmt: skip
    width, height = _sides(megapixels)
    frames = []
    for number in range(5):
        frame = Image.new("P" if path.suffix != ".png" else "RGBA", (width, height))
        if frame.mode == "P":
            frame.putpalette([value for at in range(256) for value in (at, 255 - at, at * 7 % 256)])
        frame.paste(number + 3 if frame.mode == "P" else (number * 40, 90, 200, 255), (number * 50, number * 50, width // 2, height // 2))
        frames.append(frame)
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=100, **options)


def _pages(path: Path, megapixels: float) -> None:
    import pyvips

    scene = _scene(megapixels)
    roll = pyvips.Image.arrayjoin([scene] * 4, across=1).copy()
    roll.set_type(pyvips.GValue.gint_type, "page-height", scene.height)
    roll.write_to_file(str(path), compression="lzw", predictor="horizontal", bigtiff=True)


def _one_strip(path: Path, megapixels: float) -> None:
    """Deflated as a whole: no row can be had without all before it."""
    width, height = _sides(megapixels)
    pack, row = zlib.compressobj(1), bytes(range(256)) * (width * 3 // 256 + 1)
    with path.open("wb") as file:
        file.write(b"II*\x00\x00\x00\x00\x00")
        for number in range(height):
            file.write(pack.compress(row[number % 200 : number % 200 + width * 3]))
        file.write(pack.flush())
        length = file.tell() - 8
        directory = file.tell() + file.tell() % 2
        file.seek(directory)
        tags = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 3, directory + 2 + 10 * 12 + 4), (259, 3, 1, 8), (262, 3, 1, 2),
                (273, 4, 1, 8), (277, 3, 1, 3), (278, 4, 1, height), (279, 4, 1, length), (284, 3, 1, 1)]  # fmt: skip
        file.write(struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in tags) + b"\x00\x00\x00\x00" + struct.pack("<3H", 8, 8, 8))
        file.seek(4)
        file.write(struct.pack("<I", directory))


def _svg(path: Path, megabytes: float) -> None:
    with path.open("w") as file:
        file.write('<svg xmlns="http://www.w3.org/2000/svg" width="900" height="600">')
        line = "<g/>" * 1024
        for _ in range(int(megabytes * MEGA) // len(line) - 1):
            file.write(line)
        file.write("</svg>")


def _pdf(pages: int) -> Draw:
    """Pages that show one picture each, together as large as asked."""

    def draw(path: Path, megabytes: float) -> None:
        places = []
        with path.open("wb") as file:
            def put(number: int, body: bytes, data: int = 0) -> None:
                places.append((number, file.tell()))
                file.write(b"%d 0 obj\n" % number + body)
                if data:
                    file.write(b"stream\n")
                    for _ in range(data >> 16):
                        file.write(bytes(range(256)) * 256)
                    file.write(b"\nendstream")
                file.write(b"\nendobj\n")

            file.write(b"%PDF-1.7\n")
            put(1, b"<< /Type /Catalog /Pages 2 0 R >>")
            put(2, b"<< /Type /Pages /Count %d /Kids [%s] >>" % (pages, b" ".join(b"%d 0 R" % (3 + 2 * page) for page in range(pages))))
            size = int(megabytes * MEGA / pages) >> 16 << 16
            for page in range(pages):
                put(3 + 2 * page, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 14400 14400] /Resources << /XObject << /I %d 0 R >> >> >>" % (4 + 2 * page))
                put(4 + 2 * page, b"<< /Type /XObject /Subtype /Image /Width 65536 /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8 /Length %d >>\n" % (size >> 16, size), size)
            start = file.tell()
            file.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1) + b"".join(b"%010d 00000 n \n" % place for _, place in sorted(places)))
            file.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, start))

    return draw


def _djvu(path: Path, megabytes: float) -> None:
    with path.open("wb") as file:
        page = b"INFO" + struct.pack(">IHH6s", 10, 9000, 12000, b"\x18\x00\x2c\x01\x16\x01")
        chunk = b"BG44" + struct.pack(">I", 1 << 20) + bytes(1 << 20)
        chunks = max(1, int(megabytes))
        file.write(b"AT&TFORM" + struct.pack(">I", 4 + len(page) + chunks * len(chunk)) + b"DJVU" + page)
        for _ in range(chunks):
            file.write(chunk)


def _sound(codec: str, *, rate: int = 48000) -> Draw:
    """Stereo noise of so many minutes."""

    def draw(path: Path, minutes: float) -> None:
        import av
        import numpy as np

        noise = np.random.default_rng(1).integers(-9000, 9000, size=(1, rate * 2), dtype=np.int16)
        with av.open(str(path), "w") as container:
            stream: Any = container.add_stream(codec, rate=rate, layout="stereo")
            resampler = av.AudioResampler(format=stream.format, layout="stereo", rate=rate, frame_size=stream.frame_size or 4096)
            for second in range(round(minutes * 60)):
                frame = av.AudioFrame.from_ndarray(noise, format="s16", layout="stereo")
                frame.sample_rate, frame.pts, frame.time_base = rate, second * rate, Fraction(1, rate)
                for part in resampler.resample(frame):
                    container.mux(stream.encode(part))
            container.mux(stream.encode(None))

    return draw


def _film(codec: str) -> Draw:
    """Some frames of a size in megapixels."""

    def draw(path: Path, megapixels: float) -> None:
        import av
        import numpy as np

        width, height = (side // 2 * 2 for side in _sides(megapixels))
        with av.open(str(path), "w") as container:
            stream: Any = container.add_stream(codec, rate=25)
            stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
            stream.options = {"deadline": "realtime", "cpu-used": "8"}
            for number in range(12):
                picture = np.full((height * 3 // 2, width), (number * 19) % 200, dtype=np.uint8)
                container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="yuv420p")))
            container.mux(stream.encode(None))

    return draw


def _jp2(path: Path, megapixels: float) -> None:
    from PIL import Image

    small = Image.linear_gradient("L").resize(_sides(megapixels))
    Image.merge("RGB", (small, small, small)).save(path, "JPEG2000", tile_size=(1024, 1024), irreversible=True, quality_layers=[40])


def _covered(path: Path, megabytes: float) -> None:
    """A WAV whose sound is cheap to draw."""
    size = int(megabytes * MEGA) // 4 * 4
    with path.open("wb") as file:
        file.write(b"RIFF" + struct.pack("<I", size + 36) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 2, 48000, 192000, 4, 16) + b"data" + struct.pack("<I", size))
        piece = io.BytesIO(bytes(range(256)) * 4096).getvalue()
        for _ in range(size // len(piece)):
            file.write(piece)
        file.write(bytes(size % len(piece)))


DRAWN: dict[str, Draw] = {
    "baseline.jpg": _saved(Q=90),
    "cmyk.jpg": _saved(4, cmyk=True, Q=90),
    "progressive.jpg": _saved(Q=90, interlace=True, subsample_mode="off"),
    "progressive-cmyk.jpg": _saved(4, cmyk=True, Q=90, interlace=True, subsample_mode="off"),
    "plain.png": _saved(compression=1),
    "alpha16.png": _saved(4, deep=True, compression=1),
    "interlaced.png": _saved(4, compression=1, interlace=True),
    "interlaced16.png": _saved(4, deep=True, compression=1, interlace=True),
    "animated.png": _animation,
    "still.webp": _saved(Q=60, effort=0),
    "lossless.webp": _saved(4, lossless=True, effort=0),
    "animated.webp": _animation,
    "animated.gif": _animation,
    "plain.tif": _saved(compression="none"),
    "deep.tif": _saved(4, deep=True, compression="none"),
    "tiled.tif": _saved(tile=True, tile_width=512, tile_height=512, compression="lzw"),
    "lzw.tif": _saved(compression="lzw", predictor="horizontal"),
    "big.tif": _saved(deep=True, compression="deflate", bigtiff=True),
    "pages.tif": _pages,
    "strip.tif": _one_strip,
    "picture.jp2": _jp2,
    "drawing.svg": _svg,
    "pages.pdf": _pdf(200),
    "page.pdf": _pdf(1),
    "book.djvu": _djvu,
    "sound.flac": _sound("flac"),
    "sound.ogg": _sound("libopus"),
    "sound.wav": _covered,
    "film.webm": _film("libvpx-vp9"),
    "vp8.webm": _film("libvpx"),
}  # fmt: skip
"""File name → how it is drawn; sizes are megapixels of pictures and films, megabytes or minutes of the rest."""
