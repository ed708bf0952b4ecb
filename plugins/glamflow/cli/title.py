"""Make file titles."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from glamflow.cli.output import emit


def title(
    files: Annotated[list[str] | None, typer.Argument(help="Files of records; stdin if none is named.")] = None,
    format: Annotated[str, typer.Option(help="Format of the records: lido, oai_dc, edm, …")] = "",
    partner: Annotated[Path | None, typer.Option(help="A partner file with its pattern for titles.")] = None,
) -> int:
    """Show the title that each file of a record would have on Commons, one JSON line each.

    Example: glamflow title record.xml --format lido
    """
    from glamflow.cli.files import policies_for, read_files
    from glamflow.cli.map_files import extension_of
    from glamflow.transforms.commons.title import title_for
    from glamflow.transforms.outcome import Mapped

    policies = policies_for(format, partner)
    rejected = 0
    for outcome in read_files(files or [], policies):
        if not isinstance(outcome, Mapped):
            rejected += 1
            emit({"key": outcome.key, "reason": outcome.reason.value, "detail": outcome.detail})
            continue
        for medium in outcome.record.media:
            made = title_for(outcome.record, medium, policies.commons, policies.name, extension=extension_of(medium))
            emit({"key": outcome.record.key, "media": medium.id, "title": made, "bytes": len(made.encode())})
    return 1 if rejected else 0
