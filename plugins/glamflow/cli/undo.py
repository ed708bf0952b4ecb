"""Undo of a plan."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer

from glamflow.cli.output import emit, say

WORDS = {
    "would_undo": "would be put back", "undone": "put back", "nothing": "as before already", "left": "left as they are", "failed": "failed",
    "listed": "uploads for a person",
}  # fmt: skip


def undo(
    plan: Annotated[str, typer.Argument(help="The plan's id.")],
    write: Annotated[bool, typer.Option("--write", help="Put it back; without this nothing is sent.")] = False,
    who: Annotated[str, typer.Option(help="Who decides; needed to write.")] = "",
    note: Annotated[str, typer.Option(help="Why, for the record and the edit summaries; needed to write.")] = "",
) -> int:
    """Put back what a plan changed where nobody edited since; list its uploads with the words for asking for deletion.

    Nothing is deleted. Without --write it only says what it would do.

    Example: glamflow undo lumen-museum-1a2b3c4d5e --write --who "A. Registrar" --note "wrong dates"
    """
    from glamflow.steps.deps import build_deps
    from glamflow.steps.undo import undo_plan

    if write and not (who and note):
        raise typer.BadParameter("say who decides and why (--who, --note)")
    found = undo_plan(build_deps(), plan, write=write, who=f"person:{who}" if who else "", note=note)
    for row in found:
        emit(row)
    counted = Counter(row.state for row in found)
    say(f"{plan}: " + (", ".join(f"{counted[state]} {words}" for state, words in WORDS.items() if counted[state]) or "nothing to undo") + ".")
    return 1 if counted["left"] or counted["failed"] else 0
