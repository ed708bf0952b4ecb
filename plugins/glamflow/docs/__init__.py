"""Documents and schemas that are written from the code, so that they cannot tell something else.

`python -m glamflow.docs` (or `scripts/docs`) renews them all; a test names the stale ones. A document is a path below the
repository with its text; each module here makes one kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HEAD = "Written by `scripts/docs`; do not edit by hand."


def documents() -> Mapping[str, str]:
    """Path below the repository → text, of every document."""
    from glamflow.docs import commands, flow, modules, partner_file, reasons, schemas

    return {
        **schemas.documents(), **reasons.documents(), **partner_file.documents(), **commands.documents(), **flow.documents(), **modules.documents(ROOT),
    }  # fmt: skip


def stale(root: Path = ROOT) -> list[str]:
    """The documents whose file is missing or says something else."""
    return [path for path, text in documents().items() if not (root / path).is_file() or (root / path).read_text(encoding="utf-8") != text]


def renew(root: Path = ROOT) -> list[str]:
    """Write what is stale; the paths written."""
    written = stale(root)
    texts = documents()
    for path in written:
        (root / path).write_text(texts[path], encoding="utf-8")
    return written
