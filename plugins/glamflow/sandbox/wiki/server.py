"""Running the sandbox wiki: in this process on a thread (tests), or as a process of its own (`python -m glamflow.sandbox.wiki`)."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import uvicorn

from glamflow.sandbox.wiki import requestlog
from glamflow.sandbox.wiki.app import create_app
from glamflow.sandbox.wiki.database import Database
from glamflow.sandbox.wiki.seed import Seed, seeding
from glamflow.sandbox.wiki.state import State


class SandboxWiki:
    """`with SandboxWiki(folder) as wiki:` serves on a free loopback port until the end of the block."""

    def __init__(self, folder: Path, *, host: str = "127.0.0.1", port: int = 0, public: str = "", base_data: bool = True) -> None:
        self.db = Database(folder)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((host, port))
        self.base_url = public.rstrip("/") or f"http://{host}:{self.socket.getsockname()[1]}"
        config = uvicorn.Config(
            create_app(self.db, self.base_url), log_level="critical", access_log=False, lifespan="off", timeout_graceful_shutdown=3
        )
        self.server = uvicorn.Server(config)
        self._thread: threading.Thread | None = None
        if base_data:
            with self.seeding() as seed:
                seed.base()

    @property
    def api_url(self) -> str:
        return f"{self.base_url}/w/api.php"

    def serve(self) -> None:
        """Serve in this thread until a signal."""
        self.server.run(sockets=[self.socket])

    def start(self) -> SandboxWiki:
        """Serve on a thread."""
        self.socket.listen(128)
        self._thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.socket]}, daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        self.server.should_exit = True
        if self._thread is not None:
            self._thread.join(timeout=10)
        self.socket.close()

    def __enter__(self) -> SandboxWiki:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    @contextmanager
    def seeding(self) -> Iterator[Seed]:
        """Fill the wiki or act as its community."""
        with seeding(self.db, self.base_url) as seed:
            yield seed

    def log(self, *, applied_only: bool = False, after: int = 0) -> list[dict[str, Any]]:
        """Rows of the request log."""
        with self.db.read() as sql:
            return requestlog.entries(State(sql=sql, db=self.db, base=self.base_url), applied_only=applied_only, after=after, limit=100_000)

    def write_counts(self, *, after: int = 0) -> dict[str, int]:
        """Applied writes by action, and `total`."""
        with self.db.read() as sql:
            return requestlog.write_counts(State(sql=sql, db=self.db, base=self.base_url), after=after)
