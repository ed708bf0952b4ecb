"""What a picture is found again by: hashes of its thumbnail, none where a likeness would mean nothing.

Blank leaves look like each other, and so do pages of writing at the size of a thumbnail: neither gets a fingerprint. Backs,
colour targets and pages by their role are left out by the step that asks.
"""

from __future__ import annotations

import io
from typing import NamedTuple

import numpy as np
from PIL import Image

from glamflow.media.phash import is_blank
from glamflow.media.windows import as_text, kept_hashes

_LINES, _TALLEST, _PAPER, _INK = 8, 0.08, 0.7, 30


class Fingerprint(NamedTuple):
    """16 hexadecimal digits each, "" where there is nothing to compare."""

    whole: str = ""
    core: str = ""


def fingerprint(thumbnail: bytes) -> Fingerprint:
    """The fingerprint of a picture by its thumbnail (`thumbnail.py`), which stands upright already."""
    if not thumbnail:
        return Fingerprint()
    image = open_grey(thumbnail)
    if is_blank(image) or is_written(image):
        return Fingerprint()
    return Fingerprint(*(as_text(value) for value in kept_hashes(image)))


def open_grey(thumbnail: bytes) -> Image.Image:
    with Image.open(io.BytesIO(thumbnail)) as image:
        return image.convert("L")


def is_written(image: Image.Image) -> bool:
    """Whether this is a page of writing: mostly paper, with many low bands of ink one below the other."""
    grey = np.asarray(image.convert("L"), dtype=np.float32)
    paper = float(np.median(grey))
    if float((np.abs(grey - paper) < 18).mean()) < _PAPER:
        return False
    inked = ((grey < paper - _INK).mean(axis=1) > 0.04).astype(np.int8)
    turns = np.flatnonzero(np.diff(np.concatenate(([0], inked, [0]))))
    heights = turns[1::2] - turns[::2]
    return len(heights) >= _LINES and float(heights.max()) < _TALLEST * len(inked) and float(np.median(heights)) >= 3
