"""A picture of a IIIF service into the store: in one answer, or put together from tiles, with what was stated and what came."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec
from PIL import Image

from glamflow.media.fetch import Fetched, MediaFault, fetch, keep_file
from glamflow.media.iiif import ImageService, Size, Tile, read_service
from glamflow.media.small import fetch_small
from glamflow.net.session import Session
from glamflow.store.protocol import ObjectStore
from glamflow.transforms.outcome import Reason


class FetchedImage(msgspec.Struct, frozen=True, kw_only=True):
    """The bytes, the size that `info.json` states, the one that the server offers, and how the picture was made."""

    fetched: Fetched
    stated: Size
    offered: Size
    tiles: int = 0

    @property
    def facts(self) -> dict[str, object]:
        """For the ledger: obtained against stated size."""
        return {"stated": list(self.stated), "offered": list(self.offered), "tiles": self.tiles}


def fetch_image(
    service: str, store: ObjectStore, *, partner: str, session: Session, tiles: bool = False, allow_hosts: Iterable[str] = (),
    max_bytes: int = 4 * 1024**3, partials: Path | None = None, beat: Callable[[], None] = lambda: None,
) -> FetchedImage | MediaFault:  # fmt: skip
    """The largest picture of `service`; `tiles` allows putting it together where one answer is smaller."""
    session = session.trusting(allow_hosts)
    info = read_service(service, session)
    if isinstance(info, MediaFault):
        return info
    if tiles and info.needs_tiles:
        return _from_tiles(info, store, partner=partner, session=session, max_bytes=max_bytes, beat=beat)
    fault = MediaFault(reason=Reason.MEDIA_UNREACHABLE, detail=f"{service} offers nothing")
    for url in info.largest:
        got = fetch(url, store, partner=partner, session=session, max_bytes=max_bytes, partials=partials, beat=beat)
        if isinstance(got, Fetched):
            return FetchedImage(fetched=got, stated=info.size, offered=info.offered)
        fault = got
        if fault.transient:
            break
    return fault


def _from_tiles(
    info: ImageService, store: ObjectStore, *, partner: str, session: Session, max_bytes: int, beat: Callable[[], None]
) -> FetchedImage | MediaFault:
    pieces = list(info.tiles())
    if not pieces or info.size.area * 3 > max_bytes:
        return MediaFault(reason=Reason.MEDIA_TOO_LARGE, detail=f"{info.base} has {info.size.width}×{info.size.height} pixels, too many to put together")
    with tempfile.TemporaryDirectory(prefix="glamflow-tiles-") as name:
        folder = Path(name)
        for number, piece in enumerate(pieces):
            fault = _tile(piece, folder / f"{number}.jpg", session)
            if fault:
                return fault
            beat()
        made = _joined(folder, pieces, info)
        if made is None:
            return MediaFault(reason=Reason.MEDIA_CORRUPT, detail=f"the tiles of {info.base} do not make up the size that it states")
        title = f"{info.base.rpartition('/')[2]}.tif"
        fetched = keep_file(made, store, partner=partner, url=info.base, name=title, content_type="image/tiff")
    return FetchedImage(fetched=fetched, stated=info.size, offered=info.offered, tiles=len(pieces))


def _joined(folder: Path, pieces: list[Tile], info: ImageService) -> Path | None:
    """One lossless TIFF out of the pieces, written row by row; None if they do not fit."""
    import pyvips

    across = sum(1 for piece in pieces if piece.top == 0)
    images = [pyvips.Image.new_from_file(str(folder / f"{number}.jpg"), access="sequential") for number in range(len(pieces))]
    rows = [pyvips.Image.arrayjoin(images[start : start + across], across=across) for start in range(0, len(images), across)]
    widths = [sum(piece.width for piece in pieces[start : start + across]) for start in range(0, len(pieces), across)]
    whole = None
    for row, width, piece in zip(rows, widths, pieces[::across], strict=True):
        part = row.crop(0, 0, width, piece.height)  # arrayjoin makes all cells as large as the largest
        whole = part if whole is None else whole.join(part, "vertical")
    if whole is None or (whole.width, whole.height) != tuple(info.size):
        return None
    made = folder / "whole.tif"
    whole.write_to_file(str(made), compression="deflate", predictor="horizontal", bigtiff=info.size.area > 10**9)
    return made


def _tile(piece: Tile, path: Path, session: Session) -> MediaFault | None:
    """One piece into a file; whole and of the size that was asked for."""
    found = fetch_small(piece.url, session, limit=piece.width * piece.height * 4 + 65536)
    if isinstance(found, MediaFault):
        return found
    try:
        with Image.open(io.BytesIO(found), formats=("JPEG",)) as image:
            image.load()
            size = image.size
    except (OSError, SyntaxError, ValueError) as error:
        return MediaFault(reason=Reason.MEDIA_CORRUPT, detail=f"{piece.url} is no whole picture ({error})")
    if size != (piece.width, piece.height):
        return MediaFault(reason=Reason.MEDIA_CORRUPT, detail=f"{piece.url} has {size[0]}×{size[1]} pixels, {piece.width}×{piece.height} were asked for")
    path.write_bytes(found)
    return None
