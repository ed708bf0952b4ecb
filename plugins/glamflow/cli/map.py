"""Show what becomes of a partner's records."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Annotated

import msgspec
import typer

from glamflow.cli.output import emit, say
from glamflow.harvest.protocol import Harvester, RawRecord


def map_sample(
    slug: Annotated[str, typer.Argument(help="The partner's slug.")],
    limit: Annotated[int, typer.Option(help="How many records.", min=1)] = 20,
) -> int:
    """Fetch some records, map and check them, and print each with its verdicts; nothing is stored or written.

    Example: glamflow map lumen-museum --limit 5
    """
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
