"""What only the folder store promises: nothing half written is ever seen, and a full disk is told plainly."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from glamflow.store.filesystem import FolderStore
from glamflow.transforms.errors import StoreUnavailable


class FailingStream(io.BytesIO):
    """Gives some bytes, then the error."""

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self.error = error
        self.given = False

    def read(self, size: int | None = -1) -> bytes:
        if self.given:
            raise self.error
        self.given = True
        return b"x" * 1000


def test_a_full_disk_leaves_the_old_object_and_says_what_to_do(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.put("m/a", b"old")
    with pytest.raises(StoreUnavailable, match=r"is full.*Make room"):
        store.put("m/a", FailingStream(OSError(28, "No space left on device")))
    assert store.get("m/a") == b"old"
    assert [p.name for p in (tmp_path / "m").iterdir()] == ["a"]


def test_a_folder_that_may_not_be_written_names_the_store(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreUnavailable, match="GLAMFLOW_STORE"):
        FolderStore(tmp_path / "file").put("m/a", b"x")


def test_leftovers_of_dead_writers_are_not_listed(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.put("m/a", b"x")
    (tmp_path / "m" / ".tmp-abc").write_bytes(b"half")
    assert list(store.list("")) == ["m/a"]


def test_a_killed_writer_leaves_a_whole_object(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom glamflow.store.filesystem import FolderStore\nstore = FolderStore(sys.argv[1])\n"
        "n = 0\nwhile True:\n    store.put('m/a', bytes([n % 256]) * 300_000)\n    n += 1\n    print(n, flush=True)\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    writer.stdout.readline()
    time.sleep(0.15)
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait()
    writer.stdout.close()
    data = FolderStore(tmp_path).get("m/a")
    assert len(data) == 300_000
    assert len(set(data)) == 1
