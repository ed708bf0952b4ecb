"""The brake on writes."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from glamflow.cli.output import emit, say


def writes(
    state: Annotated[str, typer.Argument(help="on, off, or nothing to see the brakes.")] = "",
    slug: Annotated[str, typer.Argument(help="One partner; all of them if left out.")] = "",
    why: Annotated[str, typer.Option(help="The reason, for the record; needed to stop.")] = "",
) -> int:
    """Stop writes to every wiki within one edit, or allow them again.

    Example: glamflow writes off lumen-museum --why "wrong category"
    """
    from glamflow.steps.deps import build_deps

    deps = build_deps()
    if state not in ("", "on", "off"):
        raise typer.BadParameter("say on or off")
    if state == "off" and not why:
        raise typer.BadParameter("say why (--why): others will ask")
    if state:
        scope = f"partner:{slug}" if slug else "all"
        deps.ledger.set_brake(scope, stopped=state == "off", who=getpass.getuser(), why=why)
        say(f"Writes are {state} for {slug or 'all partners'}.")
    for brake in deps.ledger.brakes():
        emit({"scope": brake.scope, "stopped": brake.stopped, "who": brake.who, "why": brake.why, "at": brake.at.isoformat()})
    return 0
