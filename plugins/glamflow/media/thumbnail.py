"""Small pictures for reports and the review of plans: at most 512 pixels, JPEG, turned as the viewer should see them.

Only for files that passed `inspect`: it sets the ceilings. "" of bytes for what cannot be drawn (sound, PDF, SVG).
"""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageOps

from glamflow.media.inspection import Limits
from glamflow.media.weight import quiet_about_size, weigh

EDGE = 512


def make_thumbnail(path: Path | str, *, edge: int = EDGE, limits: Limits | None = None) -> bytes:
    """A JPEG without any metadata, b"" if the file has no picture."""
    limits, path = limits or Limits(), Path(path)
    Image.init()  # else a format that was never met is unknown to `formats`
    try:
        with quiet_about_size(), Image.open(path, formats=("JPEG", "PNG", "GIF", "TIFF", "WEBP")) as image:
            mime = Image.MIME.get(image.format or "", "")
            if image.width * image.height > limits.pillow_pixels or weigh(image, path, mime=mime, size=path.stat().st_size).pillow > limits.memory:
                return _large(path, edge)
            # JPEG only: decode at an eighth, quarter or half right away.
            image.draft("RGB", (edge * 2, edge * 2))
            image.thumbnail((edge, edge), Image.Resampling.LANCZOS, reducing_gap=3.0)
            return _encode(_upright(image))
    except Image.DecompressionBombError:
        return _large(path, edge)
    except (OSError, ValueError, SyntaxError):
        return b""


def _large(path: Path, edge: int) -> bytes:
    import pyvips

    try:
        whole = pyvips.Image.new_from_file(str(path), access="sequential")
        factor = max(whole.width, whole.height) // (edge * 4)
        if factor > 1 and whole.get("vips-loader").startswith(("tiffload", "pngload")):
            # These cannot be loaded in small, and libvips' thumbnail keeps many of their rows.
            small = whole.shrink(factor, factor).copy_memory().thumbnail_image(edge, height=edge, size="down")
        else:
            small = pyvips.Image.thumbnail(str(path), edge, height=edge, size="down")
        if small.hasalpha():
            small = small.flatten(background=255)
        return bytes(small.jpegsave_buffer(Q=82, keep="none"))
    except pyvips.Error:
        return b""


def _upright(image: Image.Image) -> Image.Image:
    turned = ImageOps.exif_transpose(image)
    if turned.mode in ("RGBA", "LA", "PA", "P"):
        ground = Image.new("RGBA", turned.size, "white")
        ground.alpha_composite(turned.convert("RGBA"))
        turned = ground
    return turned.convert("RGB")


def _encode(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=82, optimize=True)
    return buffer.getvalue()
