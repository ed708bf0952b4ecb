"""IIIF Image API 2 and 3: `info.json` first, then the largest picture that the server really gives.

Rules
- The address asked is the service's that the record names; the `id` inside an answer is never followed.
- The stated size is that of `info.json`; what a server offers in one answer follows from its limits (`maxWidth`, `maxHeight`,
  `maxArea`) and, where it only serves fixed sizes (level 0), from its list.
- Where one answer is smaller than the picture, tiles at full scale are put together if the partner file allows it
  (`media.iiif_tiles`); the result is a lossless TIFF and says how it was made.

https://iiif.io/api/image/3.0/  https://iiif.io/api/image/2.1/
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from glamflow.media.fetch import MediaFault
from glamflow.media.small import fetch_small
from glamflow.net.session import Session
from glamflow.transforms.errors import SourceRefused
from glamflow.transforms.outcome import Reason

LARGEST_INFO = 1 << 20
MOST_TILES = 4_000


class Size(NamedTuple):
    width: int
    height: int

    @property
    def area(self) -> int:
        return self.width * self.height


class Tile(NamedTuple):
    """One piece at full scale: where it belongs, its size and its address."""

    left: int
    top: int
    width: int
    height: int
    url: str


class ImageService(msgspec.Struct, frozen=True, kw_only=True):
    """What `info.json` says, as far as it concerns us."""

    base: str
    version: int
    size: Size
    limit: Size | None = None  # the largest answer, None where the server sets no limit
    sizes: tuple[Size, ...] = ()
    tile: Size | None = None
    fixed: bool = False  # level 0: only the sizes and tiles that are listed

    @property
    def offered(self) -> Size:
        """The largest size of one answer."""
        if self.fixed:
            return max(self.sizes, key=lambda size: size.area, default=self.size)
        return self.limit or self.size

    @property
    def largest(self) -> tuple[str, ...]:
        """Addresses of the largest picture, to be tried in this order."""
        offered = self.offered
        words = [f"{offered.width},{offered.height}" if self.version >= 3 else f"{offered.width},"]
        if not self.fixed:
            words.insert(0, "max")
        if self.version < 3 and offered == self.size:
            words.insert(0, "full")
        return tuple(f"{self.base}/full/{word}/0/default.jpg" for word in words)

    @property
    def needs_tiles(self) -> bool:
        """Whether one answer is smaller than the picture, and tiles could make up for it."""
        return self.offered.area < self.size.area and self.tile is not None

    def tiles(self) -> Iterator[Tile]:
        """All pieces at full scale, row by row; none if there would be too many."""
        tile = self.tile
        if tile is None or math.ceil(self.size.width / tile.width) * math.ceil(self.size.height / tile.height) > MOST_TILES:
            return
        for top in range(0, self.size.height, tile.height):
            for left in range(0, self.size.width, tile.width):
                width, height = min(tile.width, self.size.width - left), min(tile.height, self.size.height - top)
                wanted = f"{width},{height}" if self.version >= 3 else f"{width},"
                yield Tile(left, top, width, height, f"{self.base}/{left},{top},{width},{height}/{wanted}/0/default.jpg")


def read_service(service: str, session: Session) -> ImageService | MediaFault:
    """Ask for `info.json`."""
    url = f"{service.rstrip('/')}/info.json"
    body = fetch_small(url, session, limit=LARGEST_INFO, accept="application/ld+json, application/json")
    if isinstance(body, MediaFault):
        return body
    try:
        return parse_info(service.rstrip("/"), body)
    except SourceRefused as refused:
        return MediaFault(reason=Reason.MEDIA_UNREACHABLE, detail=refused.what)


def parse_info(base: str, body: bytes) -> ImageService:
    """The service of an `info.json`; `SourceRefused` if it is none."""
    try:
        info = msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise SourceRefused(f"{base}/info.json is not JSON ({error})") from error
    size = _size(info)
    if size is None:
        raise SourceRefused(f"{base}/info.json states no width and height")
    tiles = [item for item in _list(info.get("tiles")) if 1 in _list(item.get("scaleFactors"))]
    tile = next((Size(width, _number(item.get("height")) or width) for item in tiles if (width := _number(item.get("width")))), None)
    return ImageService(
        base=base, version=3 if "/image/3/" in str(info.get("@context")) or info.get("type") == "ImageService3" else 2, size=size,
        limit=_limit(size, info), sizes=tuple(found for item in _list(info.get("sizes")) if (found := _size(item))), tile=tile,
        fixed="level0" in str(info.get("profile")),
    )  # fmt: skip


def _limit(size: Size, info: dict[str, Any]) -> Size | None:
    """The largest answer under the server's limits; in version 2 they stand inside `profile`."""
    stated = [info, *(item for item in _list(info.get("profile")) if isinstance(item, dict))]
    widest = min((n for item in stated if (n := _number(item.get("maxWidth")))), default=size.width)
    highest = min((n for item in stated if (n := _number(item.get("maxHeight")))), default=widest if widest < size.width else size.height)
    area = min((n for item in stated if (n := _number(item.get("maxArea")))), default=size.area)
    scale = min(1.0, widest / size.width, highest / size.height, math.sqrt(area / size.area))
    return Size(max(1, int(size.width * scale)), max(1, int(size.height * scale))) if scale < 1 else None


def _size(item: Any) -> Size | None:
    if not isinstance(item, dict):
        return None
    width, height = _number(item.get("width")), _number(item.get("height"))
    return Size(width, height) if width and height else None


def _number(value: object) -> int:
    """A positive whole number, 0 for anything else; some servers send numbers as text."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 10:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**8 else 0


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
