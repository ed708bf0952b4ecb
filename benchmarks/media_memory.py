"""Memory of looking at huge pictures and of streaming a huge file, each in a process of its own.

    .venv/bin/python benchmarks/media_memory.py [--megapixels 60] [--stream 256]      small sizes, some seconds
    .venv/bin/python benchmarks/media_memory.py --megapixels 300 --tiff 716 --stream 4096    the sizes that are promised

Prints one JSON line: the largest resident memory (MB) and seconds of each. 716 megapixels of colour are a TIFF of 2.1 GB.
"""

from __future__ import annotations

import argparse
import hashlib
import http.server
import json
import math
import multiprocessing
import resource
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

PIECE = 1 << 20


def draw(path: Path, megapixels: int) -> None:
    """A picture written row by row; uncompressed TIFF or baseline JPEG by its name."""
    import pyvips

    width = math.isqrt(megapixels * 1_000_000 * 4 // 3)
    height = megapixels * 1_000_000 // width
    grey = (pyvips.Image.xyz(width, height)[0] * 0.05 + pyvips.Image.xyz(width, height)[1] * 0.03).sin() * 90 + 128
    picture = grey.bandjoin([grey * 0.8, grey * 0.6]).cast("uchar").copy(interpretation="srgb")
    options = {"Q": 90} if path.suffix == ".jpg" else {"compression": "none", "bigtiff": False}
    picture.write_to_file(str(path), **options)


def look(path: str) -> dict[str, Any]:
    from glamflow.media.inspect import inspect
    from glamflow.media.thumbnail import make_thumbnail

    found = inspect(path)
    thumbnail = make_thumbnail(path)
    return {"verdict": found.verdict, "width": found.width, "height": found.height, "thumbnail": len(thumbnail)}


def stream(url: str, folder: str) -> dict[str, Any]:
    from glamflow.media.fetch import Fetched, fetch
    from glamflow.net import Session
    from glamflow.store.filesystem import FolderStore

    with Session(contact="bench@example.org", trust=["127.0.0.1"]) as session:
        got = fetch(url, FolderStore(Path(folder) / "store"), partner="bench", session=session, max_bytes=1 << 40, partials=Path(folder) / "partials")
    assert isinstance(got, Fetched), got
    return {"bytes": got.size}


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
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {**result, "rss_mb": memory, "seconds": round(time.perf_counter() - start, 1)}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--megapixels", type=int, default=60, help="size of the baseline JPEG")
    parser.add_argument("--tiff", type=int, default=0, help="size of the TIFF in megapixels; the JPEG's if 0")
    parser.add_argument("--stream", type=int, default=256, help="size of the streamed file in MB")
    arguments = parser.parse_args()
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, size in (("picture.jpg", arguments.megapixels), ("picture.tif", arguments.tiff or arguments.megapixels)):
            path = Path(folder) / name
            draw(path, size)
            figures[name] = {"megabytes": path.stat().st_size >> 20, **measured(look, str(path))}
            path.unlink()
        server, url = serve(arguments.stream)
        figures["stream"] = measured(stream, url, folder)
        server.shutdown()
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
