"""What people tell the accounts: messages, stop pages, deletion tags; look, list, and acknowledge."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from glamflow.cli.output import emit, say


def look(
    wiki: Annotated[str, typer.Argument(help="Connection of the wiki; all that partners publish to if left out.")] = "",
) -> int:
    """Look at the account's talk page and stop page and at the tags on our files, now.

    Example: glamflow watch look commons
    """
    from glamflow.steps.deps import build_deps
    from glamflow.steps.watch import watch_account, wikis
    from glamflow.transforms.errors import WritesStopped

    deps = build_deps()
    found = 0
    for name in [wiki] if wiki else wikis(deps):
        try:
            report = watch_account(deps, name, f"cli/watch/{name}", always=True)
        except WritesStopped as told:
            found += 1
            say(f"{name}: {told}")
        else:
            emit({"wiki": name, "counts": dict(report.counts)})
    return 1 if found else 0


def show() -> int:
    """List what nobody has answered yet, and the brakes that it pulled.

    Example: glamflow watch show
    """
    from glamflow.steps.deps import build_deps
    from glamflow.steps.watch import unanswered

    deps = build_deps()
    waiting = unanswered(deps)
    for seen in waiting:
        emit({
            "partner": seen.partner, "kind": seen.kind, "title": seen.title, "who": seen.who, "at": seen.at.isoformat(), "wiki": seen.wiki,
            **(seen.detail or {}),
        })  # fmt: skip
    for brake in deps.ledger.brakes():
        if brake.stopped:
            emit({"scope": brake.scope, "who": brake.who, "why": brake.why, "at": brake.at.isoformat()})
    say(f"{len(waiting)} {'matter waits' if len(waiting) == 1 else 'matters wait'} for an answer on the wiki.")
    return 1 if waiting else 0


def ack(
    wiki: Annotated[str, typer.Argument(help="Connection of the wiki whose account was written to.")] = "",
    tag: Annotated[str, typer.Option(help="Title of a tagged file that was answered for, instead of a wiki.")] = "",
    note: Annotated[str, typer.Option(help="What was answered, for the record; needed.")] = "",
    who: Annotated[str, typer.Option(help="Who answered; the user of this computer if left out.")] = "",
) -> int:
    """Say that a named person read and answered it: the account, or the plans of the tagged file's rule, go on.

    Example: glamflow watch ack commons --note "explained the dates, will correct them"
    """
    from glamflow.steps.deps import build_deps
    from glamflow.steps.watch import acknowledge, acknowledge_tag

    if not note.strip():
        raise typer.BadParameter("say what was answered (--note): others will ask")
    if bool(wiki) == bool(tag):
        raise typer.BadParameter("name either the wiki or, with --tag, a file")
    deps, person = build_deps(), f"person:{who or getpass.getuser()}"
    released = (
        acknowledge_tag(deps, tag, who=person, note=note) if tag else acknowledge(deps, wiki, who=person, note=note)
    )
    emit({"acknowledged": tag or wiki, "by": person, "released": released})
    say("Nothing was stopped by it." if not released else f"Released: {', '.join(released)}.")
    return 0
