"""Whether two pictures whose hashes are near show the same thing: laid over each other and looked at point by point.

| answer | what it means |
|---|---|
| `SAME` | one is the other, scanned again, cut, turned, resized or recoloured |
| `ALIKE` | they agree as wholes and differ in parts: another state or copy of a print, the next frame |
| `OTHER` | the hashes met by chance |

Light, contrast and colour may differ: the tones of one are brought to those of the other first. A shift of one point is no
difference, a part that differs is.
"""

from __future__ import annotations

import math
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from glamflow.media.windows import Box

Grey = NDArray[np.float32]
_EDGE, _COARSE = 160, 64
_CELL = 8
SAME_CORRELATION, ALIKE_CORRELATION = 0.945, 0.72
SAME_DIFFERENCE = 9.0  # grey levels: mean over the worst cell
CONTAINED = 0.98  # share of the smaller picture that must lie within the other


class Likeness(StrEnum):
    SAME = "same"
    ALIKE = "alike"
    OTHER = "other"


class Comparison(NamedTuple):
    """The answer and what it rests on."""

    likeness: Likeness
    correlation: float
    difference: float
    contained: float


def compare(one: Image.Image, other: Image.Image, *, ours: Box, theirs: Box, turn: int) -> Comparison:
    """Compare two grey pictures where the window `ours` of `one`, turned by `turn`, was found like `theirs` of `other`."""
    if turn:
        one = one.transpose({90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}[turn])
        ours = turned_box(ours, turn)
    place = _Place.of(ours, theirs)
    for edge, steps in ((_COARSE, (0.03, 0.015)), (_EDGE, (0.008, 0.004))):
        pair = _Pair(one, other, edge, place)
        place = _climbed(pair, place, steps)
    first, second, inside = pair.overlaid(place)
    correlation = _correlation(first, second, inside)
    difference = _worst_cell(first, _toned(second, first, inside), inside)
    contained = place.contained()
    if contained >= CONTAINED and correlation >= SAME_CORRELATION and difference <= SAME_DIFFERENCE:
        return Comparison(Likeness.SAME, correlation, difference, contained)
    return Comparison(Likeness.ALIKE if correlation >= ALIKE_CORRELATION else Likeness.OTHER, correlation, difference, contained)


def turned_box(box: Box, turn: int) -> Box:
    """The same window after its picture was turned counter-clockwise."""
    for _ in range(turn // 90):
        left, top, right, bottom = box
        box = (top, 1 - right, bottom, 1 - left)
    return box


class _Place(NamedTuple):
    """Where `other` lies in the coordinates of `one` (shares), and its tilt in degrees."""

    left: float
    top: float
    right: float
    bottom: float
    tilt: float = 0.0

    @classmethod
    def of(cls, ours: Box, theirs: Box) -> _Place:
        wide, high = (ours[2] - ours[0]) / (theirs[2] - theirs[0]), (ours[3] - ours[1]) / (theirs[3] - theirs[1])
        left, top = ours[0] - theirs[0] * wide, ours[1] - theirs[1] * high
        return cls(left, top, left + wide, top + high)

    def contained(self) -> float:
        """Share of the smaller of the two that lies within the larger."""
        across = max(0.0, min(1.0, self.right) - max(0.0, self.left))
        down = max(0.0, min(1.0, self.bottom) - max(0.0, self.top))
        area = (self.right - self.left) * (self.bottom - self.top)
        return across * down / min(1.0, area)


def _climbed(pair: _Pair, place: _Place, steps: tuple[float, ...]) -> _Place:
    """The place at which both agree best, reached by smaller and smaller steps."""
    best = pair.score(place)
    for step in steps:
        improved, rounds = True, 0
        while improved and rounds < 6:
            improved, rounds = False, rounds + 1
            for changed in _neighbours(place, step):
                score = pair.score(changed)
                if score > best + 1e-4:
                    best, place, improved = score, changed, True
    return place


def _neighbours(place: _Place, step: float) -> list[_Place]:
    left, top, right, bottom, tilt = place
    moved = [(step, 0.0), (-step, 0.0), (0.0, step), (0.0, -step)]
    shifted = [_Place(left + x, top + y, right + x, bottom + y, tilt) for x, y in moved]
    scaled = [
        _Place(left + a, top + b, right + c, bottom + d, tilt)
        for a, b, c, d in (
            (step, 0, 0, 0), (-step, 0, 0, 0), (0, step, 0, 0), (0, -step, 0, 0), (0, 0, step, 0), (0, 0, -step, 0), (0, 0, 0, step), (0, 0, 0, -step),
        )
    ]
    tilted = [_Place(left, top, right, bottom, tilt + sign * step * 40) for sign in (1, -1)]
    return [*shifted, *scaled, *tilted]


class _Pair:
    """Both pictures at one resolution, at which many places are tried."""

    def __init__(self, one: Image.Image, other: Image.Image, edge: int, place: _Place) -> None:
        scale = edge / max(one.size)
        self.width, self.height = max(8, round(one.width * scale)), max(8, round(one.height * scale))
        self._first = np.asarray(_soft(one, self.width, self.height), dtype=np.float32)
        wide, high = (place.right - place.left) * self.width, (place.bottom - place.top) * self.height
        self._over = _soft(other, max(8, round(wide)), max(8, round(high)))

    def score(self, place: _Place) -> float:
        first, second, inside = self.overlaid(place)
        return _correlation(first, second, inside) if inside.size and _share(inside) > 0.4 else -1.0

    def overlaid(self, place: _Place) -> tuple[Grey, Grey, NDArray[np.bool_]]:
        """One, the other brought into its frame, and where both are."""
        wide, high = (place.right - place.left) * self.width, (place.bottom - place.top) * self.height
        cos, sin = math.cos(math.radians(place.tilt)), math.sin(math.radians(place.tilt))
        x, y = place.left * self.width + wide / 2, place.top * self.height + high / 2
        grow_x, grow_y = self._over.width / wide, self._over.height / high
        matrix = (
            cos * grow_x, sin * grow_x, self._over.width / 2 - (cos * x + sin * y) * grow_x,
            -sin * grow_y, cos * grow_y, self._over.height / 2 - (-sin * x + cos * y) * grow_y,
        )  # fmt: skip
        laid = self._over.transform((self.width, self.height), Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)
        inside = np.zeros((self.height, self.width), dtype=bool)
        left, top = max(0, math.ceil(place.left * self.width)) + 1, max(0, math.ceil(place.top * self.height)) + 1
        right, bottom = min(self.width, int(place.right * self.width)) - 1, min(self.height, int(place.bottom * self.height)) - 1
        inside[top : max(top, bottom), left : max(left, right)] = True
        return self._first, np.asarray(laid, dtype=np.float32), inside


def _share(inside: NDArray[np.bool_]) -> float:
    return float(inside.mean())


def _soft(image: Image.Image, width: int, height: int) -> Image.Image:
    return image.resize((width, height), Image.Resampling.BOX).filter(ImageFilter.GaussianBlur(0.8))


def _correlation(first: Grey, second: Grey, inside: NDArray[np.bool_]) -> float:
    a, b = first[inside], second[inside]
    if a.size < 16:
        return -1.0
    a, b = a - a.mean(), b - b.mean()
    power = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / power if power > 1e-6 else 0.0


def _toned(second: Grey, first: Grey, inside: NDArray[np.bool_]) -> Grey:
    """`second` with the tones of `first`: darkest to darkest, median to median."""
    marks = np.linspace(0, 100, 33)
    mine, theirs = np.percentile(second[inside], marks), np.percentile(first[inside], marks)
    return np.interp(second, mine + np.arange(33) * 1e-4, theirs).astype(np.float32)


def _worst_cell(first: Grey, second: Grey, inside: NDArray[np.bool_]) -> float:
    """The largest mean difference of a cell, in grey levels; each point may be found one point beside itself."""
    rows, columns = first.shape
    padded = np.pad(second, 1, mode="edge")
    apart = np.min([np.abs(first - padded[y : y + rows, x : x + columns]) for y in range(3) for x in range(3)], axis=0)
    apart[~inside] = 0
    high, wide = rows // _CELL * _CELL, columns // _CELL * _CELL
    cells = apart[:high, :wide].reshape(high // _CELL, _CELL, wide // _CELL, _CELL).mean(axis=(1, 3))
    return float(np.sort(cells, axis=None)[-3:].mean())
