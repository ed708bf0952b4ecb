"""Run a partner's whole chain without Airflow."""

from __future__ import annotations

import datetime as dt
import getpass
import sys
from typing import Annotated, Any

import typer

from glamflow.cli.output import emit, say
from glamflow.steps.outcome import StepReport

STAGES = ("ingest", "publish", "sync", "report")


def run(
    slug: Annotated[str, typer.Argument(help="The partner's slug.")],
    write: Annotated[bool, typer.Option("--write", help="Publish after approval; without it the plan is made and stays open.")] = False,
    approve: Annotated[str, typer.Option(help="ask: decide in this terminal; yes: approve as the person who runs this.")] = "ask",
    only: Annotated[str, typer.Option(help="One stage: ingest, publish, sync or report.")] = "",
    since: Annotated[str, typer.Option("--from", help="Harvest again from this day on (YYYY-MM-DD).")] = "",
    full: Annotated[bool, typer.Option(help="Harvest everything, and see what the source does not show any more.")] = False,
    remap: Annotated[bool, typer.Option(help="Map the stored records again; asks nothing of the source.")] = False,
) -> int:
    """Harvest, map, check, gate, stage, plan, ask, publish, verify, observe and report, one partner, one process.

    Example: glamflow run lumen-museum --write --approve yes
    """
    from glamflow.steps import chain
    from glamflow.steps.deps import build_deps
    from glamflow.steps.report import build_report, deliver_report

    _understood(approve, only, since)
    deps = build_deps()
    stamp = f"{deps.now():%Y%m%dT%H%M%S}-{slug}"
    params: dict[str, Any] = {"from": since or None, "full": full, "remap": remap}
    wanted = (only,) if only else STAGES
    if "ingest" in wanted:
        again = None if any(params.values()) else _stopped_ingest(deps, slug)
        chain.ingest(deps, slug, again or f"ingest/{stamp}", tell=_tell, params=params)
    if "publish" in wanted:
        outcome = chain.publication(deps, slug, f"publish/{stamp}", tell=_tell, ask=_asker(approve) if write else None)
        emit({"step": "publication", **outcome})
        if outcome.get("waiting"):
            say(f"Plan {outcome['plan']} waits for a decision: run again with --write.")
    if "sync" in wanted:
        chain.observation(deps, slug, f"sync/{stamp}", tell=_tell)
    if "report" in wanted:
        _begin_report(deps, slug, f"report/{stamp}")
        emit(build_report(deps, slug, f"report/{stamp}"))
        emit(deliver_report(deps, slug, f"report/{stamp}"))
    return 0


def _understood(approve: str, only: str, since: str) -> None:
    if only and only not in STAGES:
        raise typer.BadParameter(f"--only is one of {', '.join(STAGES)}, not “{only}”")
    if approve not in ("ask", "yes"):
        raise typer.BadParameter(f"--approve is ask or yes, not “{approve}”")
    try:
        dt.date.fromisoformat(since or "2026-01-01")
    except ValueError:
        raise typer.BadParameter(f"--from is a day as 2026-12-31, not “{since}”") from None


def _stopped_ingest(deps: Any, slug: str) -> str | None:
    """The ingest that was killed or given up since yesterday, to go on with where it stood."""
    version = deps.ledger.save_partner_version(slug, deps.partner_from_file(slug).text)
    stopped = deps.ledger.stopped_run(slug, "ingest", partner_version=version, after=deps.now() - dt.timedelta(days=1))
    if stopped is None or not stopped.id.startswith("ingest/"):  # Airflow goes on with its own
        return None
    say(f"Going on with {stopped.id}, which did not end.")
    return str(stopped.id)


def _begin_report(deps: Any, slug: str, run_id: str) -> None:
    config = deps.partner_from_file(slug)
    version = deps.ledger.save_partner_version(slug, config.text)
    deps.ledger.start_run(run_id, partner=slug, kind="report", partner_version=version)


def _tell(stage: str, report: StepReport | None) -> None:
    counts = ", ".join(f"{number} {name}" for name, number in report.counts.items()) if report else ""
    say(f"{stage:10} {counts}")
    if report:
        emit({"step": stage, "counts": report.counts})


def _asker(approve: str) -> Any:
    def ask(request: dict[str, Any]) -> dict[str, Any] | None:
        say(f"\n{request['subject']}\n\n{request['body']}\n")
        if approve != "yes" and (not sys.stdin.isatty() or not typer.confirm("Publish all?", err=True)):
            return None
        at = dt.datetime.now(dt.UTC).isoformat()
        return {
            "plan": request["plan"], "digest": request["digest"], "choice": "Publish all", "note": "on the command line",
            "by": f"person:{getpass.getuser()}", "at": at,
        }  # fmt: skip

    return ask
