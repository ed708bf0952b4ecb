"""A second plan over files that were staged already, for stories in which the wiki changed since the first."""

from __future__ import annotations

from crash_world import PARTNER
from small_world import WIKI, SmallWorld

from glamflow.steps import stage


def open_plan(small: SmallWorld, run: str = "publish/2") -> None:
    """A plan over the same files that looks at the wiki anew."""
    deps = small.deps
    staged = [file.id for file in small.files]
    deps.ledger.close_plan(deps.ledger.plans(PARTNER)[0].id)
    deps.ledger.start_run(run, partner=PARTNER, kind="publish", partner_version=deps.ledger.save_partner_version(PARTNER, small.config.text))
    deps.ledger.create_plan(stage.plan_id(PARTNER, run), partner=PARTNER, run_id=run, file_ids=staged, wiki=WIKI, level="pilot")
