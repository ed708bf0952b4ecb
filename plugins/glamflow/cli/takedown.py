"""What must not be published, or not any more."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from glamflow.cli.output import emit, say


def takedown(
    named: Annotated[
        str, typer.Argument(help="Record id, file title, SHA-1, or the address of the page, the medium or the record.")
    ],
    why: Annotated[str, typer.Option(help="The reason, for the record and the partner; needed to forbid.")] = "",
    partner: Annotated[
        str, typer.Option(help="Only objects of this partner; needed for a record that was never harvested.")
    ] = "",
    who: Annotated[str, typer.Option(help="Who decided; the user of this computer if left out.")] = "",
    link: Annotated[str, typer.Option(help="Where it is discussed; with --release the undeletion.")] = "",
    decision: Annotated[
        str, typer.Option(help="With --release: what was decided, where no undeletion can be shown.")
    ] = "",
    release: Annotated[bool, typer.Option("--release", help="Allow it again.")] = False,
) -> int:
    """Forbid an object now and for good: no upload, open plans dropped, staged bytes removed. A live page is left to people.

    Example: glamflow takedown "oai:lumen.example:LM-1003" --why "the family asked for it"
    """
    from glamflow.steps.deps import build_deps
    from glamflow.steps.takedown import release as allow
    from glamflow.steps.takedown import take_down

    deps, person = build_deps(), f"person:{who or getpass.getuser()}"
    if release:
        lifted = allow(deps, named, who=person, link=link, decision=decision, partner=partner)
        emit({"named": named, "released": list(lifted), "by": person})
        say(f"{len(lifted)} entries lifted; its files start anew with the next run.")
        return 0
    if not why.strip():
        raise typer.BadParameter("say why (--why): the partner and the community will ask")
    taken = take_down(deps, named, who=person, why=why, link=link, partner=partner)
    emit(taken)
    say(
        f"Forbidden: {len(taken.records)} records, {len(taken.files)} files. Plans dropped: {len(taken.plans_dropped)}. Objects removed: {len(taken.purged)}."
    )
    for page in taken.live:
        say(f"\nStill public: {page.url}\n{page.todo}\n{page.request}")
    return 1 if taken.live else 0
