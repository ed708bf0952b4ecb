"""Perceptual hashes of a picture, of its parts and of its turned copies, so that a crop or a turned scan is found again.

- Two hashes are kept of each picture: of the whole, and of its core (a tenth cut off at each side).
- A search asks with every combination of cuts of up to a tenth at each side, in all four turns: whatever one picture lost
  against the other, some pair of windows shows the same.
- Turning a picture only moves and negates the cosine terms, so that the turned copies cost nothing.

Found pairs are candidates; `compare.py` looks at the pixels.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Box = tuple[float, float, float, float]
"""Shares of width and height: left, top, right, bottom."""

WHOLE: Box = (0.0, 0.0, 1.0, 1.0)
CORE: Box = (0.1, 0.1, 0.9, 0.9)
TURNS = (0, 90, 180, 270)
_CUTS = (0.0, 0.035, 0.07, 0.105)
BOXES: tuple[Box, ...] = tuple((left, top, 1 - right, 1 - bottom) for left, top, right, bottom in itertools.product(_CUTS, repeat=4))
_SIDE = 32
_COSINES = np.cos(np.pi * np.arange(8)[:, None] * (2 * np.arange(_SIDE)[None, :] + 1) / (2 * _SIDE))
_ALTERNATE = (-1.0) ** np.arange(8)


class Found(NamedTuple):
    """A kept hash that is near: its entry in the list asked, and the windows that agree (`box` and `turn` of ours)."""

    entry: int
    distance: int
    box: Box
    turn: int


def kept_hashes(image: Image.Image) -> tuple[int, int]:
    """Hashes of the whole picture and of its core: what others are looked for by."""
    whole, core = _bits(_terms(image, (WHOLE, CORE)))
    return int(whole), int(core)


def as_text(value: int) -> str:
    """16 hexadecimal digits, as the ledger keeps them."""
    return f"{value:016x}"


class Probe:
    """All windows and turns of one picture, to be asked for near hashes."""

    def __init__(self, image: Image.Image) -> None:
        terms = _terms(image, BOXES)
        self._hashes = np.concatenate([_bits(turned) for turned in _turned(terms)])

    def near(self, kept: NDArray[np.uint64], *, distance: int) -> list[Found]:
        """Entries of `kept` within so many bits of some window; each once, with its nearest window."""
        best = np.full(len(kept), 65, dtype=np.uint8)
        window = np.zeros(len(kept), dtype=np.int64)
        for number, value in enumerate(self._hashes):
            bits = np.bitwise_count(kept ^ value)
            closer = bits < best
            best[closer] = bits[closer]
            window[closer] = number
        return [
            Found(int(at), int(best[at]), BOXES[window[at] % len(BOXES)], TURNS[window[at] // len(BOXES)])
            for at in np.flatnonzero(best <= distance)
        ]


def _terms(image: Image.Image, boxes: Sequence[Box]) -> NDArray[np.float64]:
    """The 8×8 lowest cosine terms of each window."""
    image = image.convert("L")
    image.thumbnail((256, 256), Image.Resampling.BOX)
    width, height = image.size
    stack = np.empty((len(boxes), _SIDE, _SIDE))
    for number, (left, top, right, bottom) in enumerate(boxes):
        box = (left * width, top * height, right * width, bottom * height)
        stack[number] = np.asarray(image.resize((_SIDE, _SIDE), Image.Resampling.BOX, box=box))
    terms: NDArray[np.float64] = _COSINES @ stack @ _COSINES.T
    return terms


def _turned(terms: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Terms of the picture turned counter-clockwise by each of `TURNS`."""
    sideways = terms.transpose(0, 2, 1)
    return [terms, sideways * _ALTERNATE[:, None], terms * np.outer(_ALTERNATE, _ALTERNATE), sideways * _ALTERNATE[None, :]]


def _bits(terms: NDArray[np.float64]) -> NDArray[np.uint64]:
    flat = terms.reshape(len(terms), 64)
    middle = np.sort(flat[:, 1:], axis=1)[:, 31]
    packed: NDArray[np.uint64] = np.packbits(flat > middle[:, None], axis=1).view(">u8")[:, 0].astype(np.uint64)
    return packed
