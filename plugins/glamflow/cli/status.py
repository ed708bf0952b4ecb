"""Where everything stands."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from glamflow.cli.output import emit, say


def status(slugs: Annotated[list[str] | None, typer.Argument(help="Partners; all that ever ran if none is named.")] = None) -> int:
    """The funnel of each partner, what stands in the way, and which plans wait for a person.

    Example: glamflow status lumen-museum
    """
    from glamflow.steps.deps import build_deps

    deps = build_deps()
    reads = deps.ledger.reads
    waiting = reads.waiting_approvals()
    known = set(reads.partners()) | {path.stem for path in deps.settings.partners.glob("*.yaml")}
    unknown = 0
    for slug in slugs or reads.partners():
        if slug not in known:
            say(f"Nothing is known of “{slug}”.")
            unknown += 1
            continue
        funnel = reads.funnel(slug)
        reasons = reads.reasons(slug)
        say(f"{slug}: {funnel.offered} records offered, {funnel.verified} files on the wiki, {sum(r.count for r in reasons)} stopped.")
        emit(
            {
                "partner": slug, "records": funnel.records, "files": funnel.files, "reasons": msgspec.to_builtins(reasons),
                "waiting": [entry.plan.id for entry in waiting if entry.plan.partner == slug],
            }
        )  # fmt: skip
    return 1 if unknown else 0
