"""Memory of looking at the largest file of each kind and of streaming a huge one, each in a process of its own.

    .venv/bin/python benchmarks/media_memory.py                       small sizes, some seconds
    .venv/bin/python benchmarks/media_memory.py --promised            the sizes that are promised: minutes, 5 GB of disk
    .venv/bin/python benchmarks/media_memory.py --only animated.gif --size 27

Prints a table to stderr and one JSON line: verdict, largest resident memory (MB) and seconds of each. Ends with 1 if memory
went beyond its bound, or if a file above its ceiling was not held as TOO_LARGE_TO_CHECK.
"""

from __future__ import annotations

import argparse
import hashlib
import http.server
import json
import multiprocessing
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from made_media import DRAWN

PIECE = 1 << 20
FLAT, WHOLE, STREAM = 300, 600, 150  # MB


class Case(NamedTuple):
    """Largest size that is looked at, a size above the ceiling (0: none can be made here), and the bound."""

    largest: float
    above: float = 0
    bound: int = WHOLE


CASES: dict[str, Case] = {
    "baseline.jpg": Case(300, bound=FLAT), "plain.tif": Case(716, bound=FLAT), "cmyk.jpg": Case(300), "progressive.jpg": Case(78, 79),
    "progressive-cmyk.jpg": Case(58.5, 59), "plain.png": Case(300), "alpha16.png": Case(120), "interlaced.png": Case(79.5, 81),
    "interlaced16.png": Case(49.5, 51), "animated.png": Case(23, 24), "still.webp": Case(51, 54), "lossless.webp": Case(50, 54),
    "animated.webp": Case(27, 29), "animated.gif": Case(26, 27), "deep.tif": Case(250), "tiled.tif": Case(400), "lzw.tif": Case(400),
    "big.tif": Case(250), "pages.tif": Case(100, 280), "strip.tif": Case(1090, 1110), "picture.jp2": Case(100), "drawing.svg": Case(20, 22),
    "pages.pdf": Case(2000), "page.pdf": Case(260, 280), "book.djvu": Case(2000), "sound.flac": Case(30), "sound.ogg": Case(30),
    "sound.wav": Case(2000), "film.webm": Case(33.5, 36), "vp8.webm": Case(33.5, 36),
}  # fmt: skip


def look(path: str) -> dict[str, Any]:
    from glamflow.media.inspect import inspect
    from glamflow.media.thumbnail import make_thumbnail

    found = inspect(path)
    if found.verdict == "ok":
        make_thumbnail(path)
    return {"verdict": str(found.verdict), "reason": str(found.reason or ""), "size": f"{found.width}×{found.height}" if found.width else ""}


def draw(name: str, path: str, size: str) -> dict[str, Any]:
    DRAWN[name](Path(path), float(size))
    return {}


def stream(url: str, folder: str) -> dict[str, Any]:
    from glamflow.media.fetch import Fetched, fetch
    from glamflow.net import Session
    from glamflow.store.filesystem import FolderStore

    with Session(contact="bench@example.org", trust=["127.0.0.1"]) as session:
        got = fetch(url, FolderStore(Path(folder) / "store"), partner="bench", session=session, max_bytes=1 << 40, partials=Path(folder) / "partials")
    assert isinstance(got, Fetched), got
    return {"verdict": "ok", "reason": "", "size": ""}


def serve(megabytes: int) -> tuple[http.server.ThreadingHTTPServer, str]:
    """A server of one endless-looking file."""
    piece = hashlib.sha256(b"piece").digest() * (PIECE // 32)

    class Endless(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            return

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(megabytes * PIECE))
            self.send_header("ETag", '"1"')
            self.end_headers()
            for _ in range(megabytes):
                self.wfile.write(piece)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endless)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_address[1]}/film.webm"


def measured(call: Callable[..., dict[str, Any]], *arguments: str) -> dict[str, Any]:
    """One call in a fresh process: its result, largest memory and time."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_measure, call, arguments).result()


def _measure(call: Callable[..., dict[str, Any]], arguments: tuple[str, ...]) -> dict[str, Any]:
    start = time.perf_counter()
    result = call(*arguments)
    status = Path("/proc/self/status").read_text()  # not getrusage: that remembers the process that started this one
    memory = int(status.partition("VmHWM:")[2].split()[0]) // 1024
    return {**result, "rss_mb": memory, "seconds": round(time.perf_counter() - start, 1)}


def one(name: str, size: float, folder: str) -> dict[str, Any]:
    path = Path(folder) / name
    measured(draw, name, str(path), str(size))
    megabytes = path.stat().st_size >> 20
    figures = {"asked": size, "megabytes": megabytes, **measured(look, str(path))}
    path.unlink()
    return figures


def shown(name: str, figures: dict[str, Any], bound: int) -> bool:
    """A row of the table; whether it is as promised."""
    kept: bool = figures["rss_mb"] <= bound
    verdict = f"{figures['verdict']} {figures['reason']}".strip()
    print(f"{name:22} {figures.get('asked', ''):>8} {figures['size']:>13} {figures.get('megabytes', ''):>6} MB  {verdict:26} "
          f"{figures['rss_mb']:>4} of {bound} MB {figures['seconds']:>6} s{'' if kept else '  ABOVE'}", file=sys.stderr, flush=True)  # fmt: skip
    return kept


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--promised", action="store_true", help="the largest of each kind, and one above its ceiling")
    parser.add_argument("--only", nargs="*", default=[], help="these kinds only")
    parser.add_argument("--size", type=float, default=2, help="megapixels, megabytes or minutes of each")
    parser.add_argument("--stream", type=int, default=0, help="size of the streamed file in MB")
    arguments = parser.parse_args()
    figures: dict[str, Any] = {}
    good = True
    with tempfile.TemporaryDirectory() as folder:
        for name in arguments.only or CASES:
            case = CASES[name]
            figures[name] = one(name, case.largest if arguments.promised else arguments.size, folder)
            good &= shown(name, figures[name], case.bound)
            if arguments.promised and case.above:
                figures[f"{name} above"] = over = one(name, case.above, folder)
                good &= shown(f"{name} above", over, case.bound) and over["reason"] == "TOO_LARGE_TO_CHECK"
        if not arguments.only:
            server, url = serve(arguments.stream or (4096 if arguments.promised else 256))
            figures["stream"] = measured(stream, url, folder)
            good &= shown("stream", figures["stream"], STREAM)
            server.shutdown()
    print(json.dumps(figures))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
