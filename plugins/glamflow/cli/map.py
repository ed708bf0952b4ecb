"""Show what becomes of a partner's records."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from glamflow.cli.output import emit, say
from glamflow.harvest.protocol import Harvester, RawRecord


def map_sample(
    targets: Annotated[list[str] | None, typer.Argument(help="A partner's slug, or with --format files (- or none: stdin).")] = None,
    limit: Annotated[int, typer.Option(help="How many records of a partner.", min=1)] = 20,
    format: Annotated[str, typer.Option(help="Read files of this format (lido, oai_dc, edm, …) instead of a partner's source.")] = "",
    shown: Annotated[str, typer.Option("--as", help="Of files: wikitext, sdc or item, instead of the record.")] = "",
    partner: Annotated[Path | None, typer.Option(help="Of files: a partner file, whose rules then count.")] = None,
    on: Annotated[str, typer.Option(help="Of files: the day to judge on, as 2026-12-31; today if left out.")] = "",
) -> int:
    """Map some records of a partner, or of files, and print each with its verdicts; nothing is stored or written.

    Example: glamflow map record.xml --format lido --as wikitext
    """
    if format or partner is not None:
        from glamflow.cli.files import read_day
        from glamflow.cli.map_files import map_files

        if shown not in ("", "wikitext", "sdc", "item"):
            raise typer.BadParameter("--as is wikitext, sdc or item.")
        return map_files(targets or [], format=format, partner=partner, on=read_day(on), shown=shown)
    if not targets or len(targets) != 1:
        raise typer.BadParameter("Name one partner, or --format and files.")
    return _map_partner(targets[0], limit)


def _map_partner(slug: str, limit: int) -> int:
    from glamflow.steps.deps import build_deps
    from glamflow.transforms.checks import check_record
    from glamflow.transforms.mapping import map_record
    from glamflow.transforms.outcome import Mapped, SourceInfo

    deps = build_deps()
    config = deps.partner_from_file(slug)
    done = rejected = 0
    with deps.harvester(config) as harvester:
        for raw in islice(_records(harvester), limit):
            done += 1
            source = SourceInfo(partner=slug, key=raw.key, format=config.mapping.crosswalk, sets=raw.sets, datestamp=raw.datestamp)
            outcome = map_record(raw.payload, source, config.mapping, vocabulary=config.vocabulary)
            line = msgspec.to_builtins(outcome)
            if isinstance(outcome, Mapped):
                checks = check_record(outcome.record, rights=config.rights, media=config.media, mapping=config.mapping, on=deps.today())
                line["checks"] = msgspec.to_builtins(checks)
            else:
                rejected += 1
            emit(line)
    say(f"{done} records, {rejected} could not be read.")
    return 1 if rejected else 0


def _records(harvester: Harvester) -> Iterator[RawRecord]:
    for window in harvester.windows(None, None):
        for page in harvester.pages(window):
            yield from (record for record in page.records if not record.deleted)
