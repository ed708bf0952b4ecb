"""How ready a partner's records are, before any account exists."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from glamflow.cli.output import emit, say


def assess(
    slug: Annotated[str, typer.Argument(help="The partner's slug.")],
    limit: Annotated[int, typer.Option(help="How many records to judge.", min=1)] = 300,
    seed: Annotated[int, typer.Option(help="The same seed draws the same records.")] = 0,
    media: Annotated[int, typer.Option(help="How many files to ask for their type and size.", min=0)] = 20,
    out: Annotated[Path, typer.Option(help="Folder for <slug>-readiness.html and .json.")] = Path("."),
) -> int:
    """Draw records by lot, judge them as a run would, and write what could go to Commons today and what would free more.

    Example: glamflow assess lumen-museum --limit 300 --out reports
    """
    from glamflow.reports.readiness_page import percent, render_readiness
    from glamflow.steps.assess import assess as judge_sample
    from glamflow.steps.deps import build_deps

    deps = build_deps()
    report = judge_sample(deps, deps.partner_from_file(slug), limit=limit, seed=seed, media=media)
    out.mkdir(parents=True, exist_ok=True)
    page = out / f"{slug}-readiness.html"
    page.write_text(render_readiness(report), encoding="utf-8")
    page.with_suffix(".json").write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=1))
    emit(report)
    say(f"{report.sampled} records judged: about {percent(report.estimate.share)} of the files could go to Commons today. {page}")
    return 0
