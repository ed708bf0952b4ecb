"""Types without a decoder here, checked by their own structure: DjVu, MIDI, STL."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

from glamflow.media.inspection import Refusal
from glamflow.transforms.outcome import Reason


def inspect_djvu(path: Path, *, size: int) -> dict[str, Any]:
    """Walk the IFF chunks: every one must fit into its form, the form into the file."""
    data_end = size
    facts: dict[str, Any] = {}
    with path.open("rb") as file:
        head = file.read(16)
        if len(head) < 16:
            raise _corrupt("it ends within its heading")
        length, kind = struct.unpack(">I4s", head[8:16])
        if 12 + length > size:
            raise _corrupt(f"it says {12 + length} bytes and has {size}")
        data_end = 12 + length
        pages = 1 if kind == b"DJVU" else 0
        position = 16
        while position + 8 <= data_end:
            file.seek(position)
            name, chunk = struct.unpack(">4sI", file.read(8))
            if position + 8 + chunk > data_end:
                raise _corrupt(f"a chunk {name!r} reaches beyond the end")
            if name == b"FORM":
                pages += file.read(4) == b"DJVU"
                position += 12  # into the form: its chunks follow
                continue
            if name == b"INFO" and chunk >= 4 and not facts:
                width, height = struct.unpack(">HH", file.read(4))
                facts = {"width": width, "height": height}
            position += 8 + chunk + chunk % 2
    if not facts or pages == 0:
        raise _corrupt("it holds no page")
    return facts | {"pages": pages}


def inspect_midi(path: Path, *, size: int) -> dict[str, Any]:
    """All tracks that the heading counts must be there."""
    with path.open("rb") as file:
        head = file.read(14)
        if len(head) < 14:
            raise _corrupt("it ends within its heading")
        length, _, tracks, _ = struct.unpack(">IHHH", head[4:14])
        position, found = 8 + length, 0
        while position + 8 <= size and found < tracks:
            file.seek(position)
            name, chunk = struct.unpack(">4sI", file.read(8))
            if position + 8 + chunk > size:
                raise _corrupt("a track reaches beyond the end")
            found += name == b"MTrk"
            position += 8 + chunk
    if found < tracks or tracks == 0:
        raise _corrupt(f"{found} of {tracks} tracks are there")
    return {}


def inspect_stl(path: Path, *, size: int) -> dict[str, Any]:
    """Binary: 84 bytes and 50 for each facet that it counts. Text: from `solid` to `endsolid`."""
    with path.open("rb") as file:
        head = file.read(84)
        file.seek(max(0, size - 200))
        tail = file.read()
    if head.startswith(b"solid"):
        if b"endsolid" not in tail:
            raise _corrupt("it has no “endsolid”")
        return {}
    facets = struct.unpack("<I", head[80:84])[0]
    if size != 84 + 50 * facets:
        raise _corrupt(f"it counts {facets} facets and has {size} bytes")
    return {}


def _corrupt(detail: str) -> Refusal:
    return Refusal(Reason.MEDIA_CORRUPT, detail)
