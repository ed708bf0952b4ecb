"""Media of the sample collection over HTTP: Range, ETag, Last-Modified, conditional requests, HEAD.

Pictures are drawn when first asked for and kept in the state folder. What is broken on purpose answers as broken media do:
a truncated file arrives whole as far as HTTP can tell, an error page comes as 200 with `image/jpeg`, a dead link is 404.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from glamflow.sandbox.collection.facts import PARTNERS, Medium, load_works
from glamflow.sandbox.collection.pictures.render import media_bytes, thumbnail_bytes

LAST_MODIFIED = {1: "Tue, 01 Sep 2026 08:00:00 GMT", 2: "Mon, 23 Nov 2026 08:00:00 GMT"}
ORPHANS = (Medium(id="LM-0000-1", draw="painting"),)
"""Files on the server that no record names."""


class MediaShelf:
    """Finds media by file name and keeps their bytes in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self._first = _index(1)
        self._later = _index(2)

    def find(self, name: str, phase: int) -> tuple[Medium, int] | None:
        """The medium of this file name and the phase that it stems from; old files stay where they were."""
        late, early = self._later.get(name), self._first.get(name)
        if phase > 1 and late is not None and late != early:
            return late, 2
        return (early, 1) if early is not None else None

    def bytes_of(self, medium: Medium, *, thumb: bool = False) -> bytes:
        made_from = repr((medium, thumb)).encode()
        path = self.folder / hashlib.sha256(made_from).hexdigest()[:32]
        if path.is_file():
            return path.read_bytes()
        data = thumbnail_bytes(medium) if thumb else media_bytes(medium)
        with tempfile.NamedTemporaryFile(dir=self.folder, delete=False) as part:
            part.write(data)
        Path(part.name).replace(path)
        return data


def serve_medium(shelf: MediaShelf, request: Request, name: str, phase: int) -> Response:
    """Answer to GET or HEAD for one file."""
    found = shelf.find(name, phase)
    if found is None or found[0].fault == "dead":
        return Response("Not found\n", status_code=404, media_type="text/plain")
    medium, since = found
    thumb = request.query_params.get("size") == "thumb"
    data = shelf.bytes_of(medium, thumb=thumb)
    headers = {
        "ETag": f'"{hashlib.sha256(data).hexdigest()[:20]}"', "Last-Modified": LAST_MODIFIED[since],
        "Accept-Ranges": "bytes", "Content-Type": "image/jpeg" if thumb else medium.mime,
    }  # fmt: skip
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    status, body = 200, data
    span = _range(request, headers, len(data))
    if span is not None:
        start, end = span
        if start >= len(data):
            return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{len(data)}"})
        status, body = 206, data[start : end + 1]
        headers["Content-Range"] = f"bytes {start}-{end}/{len(data)}"
    headers["Content-Length"] = str(len(body))
    return Response(b"" if request.method == "HEAD" else body, status_code=status, headers=headers)


def _range(request: Request, headers: dict[str, str], size: int) -> tuple[int, int] | None:
    asked = re.fullmatch(r"bytes=(\d*)-(\d*)", request.headers.get("range", ""))
    if not asked or asked.group(0) == "bytes=-":
        return None
    condition = request.headers.get("if-range")
    if condition and condition not in (headers["ETag"], headers["Last-Modified"]):
        return None
    if not asked[1]:
        return max(0, size - int(asked[2])), size - 1
    return int(asked[1]), min(int(asked[2]) if asked[2] else size - 1, size - 1)


def _index(phase: int) -> dict[str, Medium]:
    media = {
        medium.file: medium for partner in PARTNERS for work in load_works(partner, phase) for medium in work.media
    }
    return media | {medium.file: medium for medium in ORPHANS}
