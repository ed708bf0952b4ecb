"""Fetch and inspect what may be published next, without planning it."""

from __future__ import annotations

from typing import Annotated

import typer

from glamflow.cli.output import emit, say


def stage(
    slug: Annotated[str, typer.Argument(help="The partner's slug.")],
    limit: Annotated[int, typer.Option(help="At most so many files; 0 = as many as one plan may hold.")] = 0,
) -> int:
    """Open a plan over the next files, bring their media into the store and look at them; `glamflow run` plans and asks.

    Example: glamflow stage lumen-museum --limit 5
    """
    from glamflow.ledger.states import FileState
    from glamflow.steps import films
    from glamflow.steps import stage as staging
    from glamflow.steps.deps import build_deps

    deps = build_deps()
    run_id = f"publish/{deps.now():%Y%m%dT%H%M%S}-{slug}"
    lanes = staging.select_files(deps, slug, run_id, {"max_files": limit or None})
    for lane in lanes:
        staging.stage_lane(deps, lane)
    films.transcode_films(deps, slug, run_id)
    id = staging.plan_id(slug, run_id)
    files = deps.ledger.plan_files(id) if lanes else []
    for file in files:
        emit(
            {
                "file": file.id, "record": file.record_key, "media": file.media_id, "state": file.state, "reason": file.reason, "mime": file.mime,
                "width": file.width, "height": file.height, "sha1": file.sha1, "url": file.url, "detail": file.detail if file.reason else "",
            }
        )  # fmt: skip
    if lanes:
        deps.ledger.close_plan(id, detail="staged only")
    staged = sum(file.state is FileState.STAGED for file in files)
    say(f"{staged} of {len(files)} files are staged." if files else "There is nothing to stage.")
    return 1 if staged < len(files) else 0
