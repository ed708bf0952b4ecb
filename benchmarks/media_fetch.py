"""Parallel fetching: eight hosts, each of which gives so many megabytes a second, asked by 1, 2, 4 and 8 workers.

    .venv/bin/python benchmarks/media_fetch.py [--files 4] [--rate 2.0]

Prints one JSON line: seconds and MB/s per number of workers, and how near that is to what the hosts allow (1.0 = the hosts'
budgets are the limit, not the code). Hosts answer from processes of their own.
"""

from __future__ import annotations

import argparse
import http.server
import json
import multiprocessing
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

HOSTS, FILE_BYTES, PIECE = 8, 2_000_000, 50_000


class Slow(http.server.BaseHTTPRequestHandler):
    """Files of a host that keeps to its rate over all its connections."""

    rate = 1e6
    lock = threading.Lock()
    next_at = 0.0

    def log_message(self, *_: Any) -> None:
        return

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(FILE_BYTES))
        self.end_headers()
        seed = self.path.encode().ljust(64, b".")
        for _ in range(FILE_BYTES // PIECE):
            with Slow.lock:
                now = time.monotonic()
                Slow.next_at = max(Slow.next_at, now) + PIECE / Slow.rate
                wait = Slow.next_at - now
            time.sleep(wait)
            self.wfile.write((seed * (PIECE // 64 + 1))[:PIECE])


def serve(rate: float, told: Any) -> None:
    Slow.rate = rate
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    told.put(server.server_address[1])
    server.serve_forever()


def fetch_all(urls: list[str], folder: Path, workers: int) -> float:
    from glamflow.media.fetch import Fetched, fetch
    from glamflow.net import Session
    from glamflow.store.filesystem import FolderStore

    store = FolderStore(folder / f"store-{workers}")
    start = time.perf_counter()
    with Session(contact="bench@example.org", trust=["127.0.0.1"]) as session, ThreadPoolExecutor(workers) as pool:
        results = pool.map(lambda url: fetch(url, store, partner="bench", session=session, partials=folder / "partials"), urls)
        assert all(isinstance(got, Fetched) for got in results)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=4, help="files a host")
    parser.add_argument("--rate", type=float, default=2.0, help="MB a second and host")
    arguments = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    told = context.Queue()
    hosts = [context.Process(target=serve, args=(arguments.rate * 1e6, told), daemon=True) for _ in range(HOSTS)]
    for host in hosts:
        host.start()
    ports = [told.get() for _ in hosts]
    figures: dict[str, Any] = {"hosts": HOSTS, "host_mb_s": arguments.rate}
    with tempfile.TemporaryDirectory() as folder:
        for workers in (1, 2, 4, 8):
            # Neighbouring urls lie on different hosts, as lanes spread them.
            urls = [f"http://127.0.0.1:{port}/{workers}/{number}.tif" for number in range(arguments.files) for port in ports]
            seconds = fetch_all(urls, Path(folder), workers)
            speed = len(urls) * FILE_BYTES / 1e6 / seconds
            figures[f"workers_{workers}"] = {
                "seconds": round(seconds, 1), "mb_s": round(speed, 1), "of_allowed": round(speed / (arguments.rate * min(workers, HOSTS)), 2),
            }  # fmt: skip
    for host in hosts:
        host.kill()
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
