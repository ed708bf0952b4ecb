"""Harvest a feed into a folder, without a partner file or a ledger."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from glamflow.cli.addresses import require_web_address
from glamflow.cli.output import emit, say

if TYPE_CHECKING:
    from glamflow.harvest.protocol import Page
    from glamflow.steps.folder import FolderState, Tell


def harvest(
    oai: Annotated[str, typer.Option(help="Address of the OAI-PMH feed.")],
    out: Annotated[Path, typer.Option(help="Folder for records, raw pages and the state of the harvest.")],
    prefix: Annotated[str, typer.Option(help="Metadata prefix.")] = "oai_dc",
    set: Annotated[list[str] | None, typer.Option(help="Only this set; may be repeated.")] = None,
    since: Annotated[str, typer.Option("--from", help="First datestamp, YYYY-MM-DD.")] = "",
    until: Annotated[str, typer.Option(help="Last datestamp, YYYY-MM-DD; that day counts in full.")] = "",
    window: Annotated[str, typer.Option(help="Cut into stretches of this length (P30D, P1Y): shorter ways back after a fault.")] = "",
    rate: Annotated[float, typer.Option(help="At most so many requests a second; 0: as the server answers.", min=0)] = 0.0,
    max_records: Annotated[int, typer.Option(help="Give up where the feed lists more than so many; 0: no limit.", min=0)] = 0,
    contact: Annotated[str, typer.Option(envvar="GLAMFLOW_CONTACT", help="Your mail or web address, part of the User-Agent.")] = "",
) -> int:
    """Fetch every record of an OAI-PMH feed; run again, it goes on where it was stopped.

    One JSON object on stdout says what came: pages, records, deleted, quarantined, bytes, complete, why. Exit codes:
    0 complete, 1 incomplete, 75 the source does not answer now (run again), 2 usage.

    Example: glamflow harvest --oai https://museum.example/oai --prefix lido --out harvest/museum
    """
    from glamflow.harvest.factory import make_harvester
    from glamflow.harvest.spec import SourceSpec
    from glamflow.net.session import Session
    from glamflow.steps.deps import VERSION
    from glamflow.steps.folder import FolderHarvest, Question

    require_web_address(oai, "--oai")
    question = Question(
        url=oai, prefix=prefix, sets=tuple(set or ()), since=_day(since, "--from"), until=_day(until, "--until", after=1), window=window
    )
    spec = SourceSpec(type="oai_pmh", url=oai, format=prefix, sets=question.sets, window=window, requests_per_second=rate, max_records=max_records)
    with Session(contact=contact, product=f"glamflow/{VERSION}") as session, _progress() as tell:
        summary = FolderHarvest(out, question).run(make_harvester(spec, session=session), tell=tell)
    emit(summary)
    say(summary.why or f"Complete: {summary.records} records, {summary.deleted} deleted, {summary.quarantined} aside, in {out}.")
    if summary.temporary:
        return 75
    return 0 if summary.complete else 1


def _day(value: str, option: str, *, after: int = 0) -> dt.datetime | None:
    if not value:
        return None
    try:
        day = dt.date.fromisoformat(value)
    except ValueError as error:
        raise typer.BadParameter(f"“{value}” is no day; write YYYY-MM-DD", param_hint=option) from error
    return dt.datetime.combine(day + dt.timedelta(days=after), dt.time(), dt.UTC)


@contextmanager
def _progress() -> Iterator[Tell]:
    """A bar on a terminal, now and then a line elsewhere (logs)."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    if not sys.stderr.isatty():
        yield _tell_lines
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    seen: dict[str, int] = {}
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("records", total=None)

        def tell(state: FolderState, page: Page) -> None:
            number = seen["records"] = seen.get("records", 0) + len(page.records) + len(page.quarantined)
            done = f"{sum(one.complete for one in state.windows)}/{len(state.windows)} windows"
            whole = page.complete_list_size if len(state.windows) == 1 else None
            bar.update(task, completed=number, total=whole and max(whole, number), description=f"records ({done})")

        yield tell


def _tell_lines(state: FolderState, page: Page) -> None:
    if page.number % 50 == 0:
        say(f"{sum(one.pages for one in state.windows)} pages, {state.bytes // 1024} KiB")
