"""Write a partner's report."""

from __future__ import annotations

from typing import Annotated

import typer

from glamflow.cli.output import emit, say


def report(slug: Annotated[str, typer.Argument(help="The partner's slug.")]) -> int:
    """Count a partner's records as they stand now and write the report: page, tables and figures. Asks nothing of the source.

    Example: glamflow report lumen-museum
    """
    from glamflow.steps.deps import build_deps
    from glamflow.steps.report import build_report, deliver_report

    deps = build_deps()
    config = deps.partner_from_file(slug)
    run_id = f"report/{deps.now():%Y%m%dT%H%M%S}-{slug}"
    version = deps.ledger.save_partner_version(slug, config.text)
    deps.ledger.start_run(run_id, partner=slug, kind="report", partner_version=version)
    build_report(deps, slug, run_id)
    delivered = deliver_report(deps, slug, run_id)
    emit(delivered)
    say(f"{config.name}: {delivered['sentence']}")
    say(f"file://{delivered['report']}")
    return 0
