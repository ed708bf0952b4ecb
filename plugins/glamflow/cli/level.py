"""How far a partner may go on its wiki."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from glamflow.cli.output import emit, say


def level(
    slug: Annotated[str, typer.Argument(help="The partner's slug.")],
    to: Annotated[str, typer.Argument(help="pilot, trial or full; nothing to see where it stands.")] = "",
    link: Annotated[str, typer.Option(help="Where the wiki's community reviewed the files; needed to go up.")] = "",
    who: Annotated[str, typer.Option(help="Who decides; the user of this computer if left out.")] = "",
    note: Annotated[str, typer.Option(help="For the record.")] = "",
) -> int:
    """Record a step of trust (pilot, trial, full) with the link that shows the community's consent.

    Example: glamflow level lumen-museum trial --link https://wiki.example/review
    """
    from glamflow.steps.deps import build_deps
    from glamflow.steps.levels import ORDER, level_of, set_level

    deps = build_deps()
    config = deps.partner_from_file(slug)
    if to and to not in ORDER:
        raise typer.BadParameter("say pilot, trial or full")
    if to:
        set_level(deps, config, to, link=link, who=f"person:{who or getpass.getuser()}", note=note)
    for row in deps.ledger.levels(slug, config.publish.wiki):
        emit({"level": row.level, "link": row.link, "who": row.who, "note": row.note, "at": row.at.isoformat()})
    number = deps.ledger.count_published(slug, config.publish.wiki)
    say(f"{slug} on {config.publish.wiki}: {level_of(deps, config)}, {number} files so far.")
    return 0
