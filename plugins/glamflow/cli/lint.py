"""Check partner files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from glamflow.cli.output import emit, say


def lint(files: Annotated[list[Path] | None, typer.Argument(help="Partner files; all of dags/partners if none is named.")] = None) -> int:
    """Check partner files: one JSON line each; every mistake with file, line, key and what to do.

    Example: glamflow lint dags/partners/lumen-museum.yaml
    """
    from glamflow.partner import load_partner
    from glamflow.settings import partners_folder
    from glamflow.transforms.errors import ConfigInvalid

    if absent := [str(path) for path in files or () if not path.is_file()]:
        raise typer.BadParameter(f"there is no file {', '.join(absent)}")
    paths = files or sorted(partners_folder().glob("*.yaml"))
    wrong = 0
    for path in paths:
        try:
            partner = load_partner(path)
        except ConfigInvalid as error:
            wrong += 1
            say(str(error))
            emit({"file": str(path), "ok": False, "line": error.line, "key": error.key, "problem": error.problem, "fix": error.fix})
        else:
            emit({"file": str(path), "ok": True, "partner": partner.slug, "digest": partner.digest[:16]})
    say(f"{len(paths)} partner {'file' if len(paths) == 1 else 'files'} checked, {wrong} to be mended.")
    return 1 if wrong else 0
