"""The audit log: check it, close a segment of it."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from glamflow.cli.output import emit, say


def verify(
    slugs: Annotated[list[str] | None, typer.Argument(help="Partners; all with a file if none is named.")] = None,
    witness: Annotated[str, typer.Option(help="A hash printed earlier; it must still be a link of the chain.")] = "",
) -> int:
    """Recompute the chains from database and store; the first broken link is named.

    Example: glamflow audit verify lumen-museum
    """
    from glamflow.audit.verify import verify as check
    from glamflow.steps.deps import build_deps

    deps = build_deps()
    broken = 0
    for slug in slugs or sorted(path.stem for path in deps.settings.partners.glob("*.yaml")):
        report = check(deps.ledger.context, deps.store, slug, witness=witness)
        if not report.checked and not report.unsealed and not (deps.settings.partners / f"{slug}.yaml").exists():
            say(f"Nothing is known of “{slug}”.")  # a slip of the pen must not read as an intact chain
            broken += 1
            continue
        emit({**msgspec.to_builtins(report), "checked": report.checked, "head": report.head})
        say(f"{slug}: {'intact' if report.ok else 'BROKEN: ' + report.first_broken} ({report.checked} links, {report.unsealed} events not sealed yet)")
        broken += not report.ok
    return 1 if broken else 0


def seal(slug: Annotated[str, typer.Argument(help="The partner's slug.")]) -> int:
    """Write the events since the last seal to the store and chain their digest.

    Example: glamflow audit seal lumen-museum
    """
    from glamflow.audit.events import HOUSE
    from glamflow.audit.seal import seal_events
    from glamflow.steps.deps import build_deps

    deps = build_deps()
    if slug != HOUSE and slug not in deps.ledger.reads.partners() and not (deps.settings.partners / f"{slug}.yaml").exists():
        say(f"Nothing is known of “{slug}”.")
        return 1
    sealed = seal_events(deps.ledger.context, deps.store, slug)
    if sealed is None:
        say(f"{slug}: nothing happened since the last seal.")
    else:
        emit(sealed)
    return 0
