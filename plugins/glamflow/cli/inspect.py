"""Look at media files to their last byte."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from glamflow.cli.output import emit


def inspect(files: Annotated[list[Path], typer.Argument(help="Files to look at.", exists=True, dir_okay=False)]) -> int:
    """Inspect files as staging does: one JSON line each with verdict, reason, type, size and digests.

    Example: glamflow inspect scan.tif photo.jpg
    """
    from glamflow.media.inspect import inspect as look
    from glamflow.media.inspection import Verdict

    if odd := [path for path in files if not path.is_file()]:  # a pipe would be waited for without end
        raise typer.BadParameter(f"{odd[0]} is no plain file")
    wrong = 0
    for path in files:
        found = look(path)
        wrong += found.verdict is not Verdict.OK
        emit({"file": str(path), **msgspec.to_builtins(found)})
    return 1 if wrong else 0
