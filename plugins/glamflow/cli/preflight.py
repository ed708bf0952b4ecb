"""What the wiki lacks before a first plan."""

from __future__ import annotations

from typing import Annotated

import typer

from glamflow.cli.output import emit, say


def preflight(slug: Annotated[str, typer.Argument(help="The partner's slug.")]) -> int:
    """Ask the wiki for every page that the partner's files will name; ready wikitext for what is missing.

    Example: glamflow preflight lumen-museum
    """
    from glamflow.steps.checklist import examine
    from glamflow.steps.deps import build_deps

    deps = build_deps()
    lines = examine(deps, deps.partner_from_file(slug))
    for line in lines:
        emit(
            {
                "what": line.what,
                "page": line.page,
                "ok": line.ok,
                "problem": line.problem,
                "ready": "" if line.ok else line.ready,
            }
        )
    wrong = [line for line in lines if not line.ok]
    for line in wrong:
        say(f"\n{line.what}{f': {line.page}' if line.page else ''}: {line.problem}\n{line.ready}".rstrip())
    say(f"\n{len(lines)} things looked at, {len(wrong)} to be mended.")
    return 1 if wrong else 0
