"""How far a partner may go on a wiki: pilot, trial, full. On a wiki that is no sandbox all of this is in code.

| level | what may be sent | how it is left |
|---|---|---|
| pilot | one plan of at most 10 files that shows every rule, template and kind of medium | link of the review on the wiki, a name, 7 days since the last pilot file |
| trial | at most 50 files in all | the same link and name; approved bot task, batch page and agreement stand in the partner file |
| full | as many as there are | |

Whatever the level, an account without the bot flag sends at most 50 files in all. The partner file can only ask for less than the
ledger has on record. Updates of pages that stand are not counted: reviewers ask for them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from glamflow.ledger.rows import LevelRow, Plan, StoredFile
from glamflow.ledger.states import PlanState
from glamflow.partner import Partner
from glamflow.steps.deps import Deps
from glamflow.transforms.errors import ConfigInvalid, WritesStopped
from glamflow.wiki.conduct import is_sandbox, largest_plan
from glamflow.wiki.protocol import Account

ORDER = ("pilot", "trial", "full")
DAYS_IN_PILOT = 7
FULL_NEEDS = ("bot_request", "batch_page", "agreement")


def on_sandbox(deps: Deps, config: Partner) -> bool:
    """Nothing of a partner file or a connection can say so: see `conduct.is_sandbox`."""
    return is_sandbox(deps.connections(config.publish.wiki).base_url, test_wiki=deps.settings.test_wiki)


def level_of(deps: Deps, config: Partner) -> str:
    """The level on record for this wiki; the partner file can only ask for less."""
    recorded = _recorded(deps, config)
    return ORDER[min(ORDER.index(recorded), ORDER.index(config.publish.level))]


def room(deps: Deps, config: Partner, account: Account, wanted: int) -> int:
    """How many of `wanted` new files may still go to a wiki that is no sandbox."""
    wiki, level = config.publish.wiki, level_of(deps, config)
    return largest_plan(
        level, sandbox=False, flagged=account.is_bot, wanted=wanted, published=deps.ledger.count_published(config.slug, wiki),
        by_account=deps.ledger.count_published("", wiki),
    )  # fmt: skip


def may_plan(deps: Deps, config: Partner, account: Account, wanted: int) -> int:
    """As `room`; none in pilot once its one plan was carried out."""
    if level_of(deps, config) == "pilot" and any(_carried_out(plan.counts) for plan in _pilot_plans(deps, config)):
        return 0
    return room(deps, config, account, wanted)


def require_room(deps: Deps, config: Partner, account: Account, file_id: int) -> None:
    """`WritesStopped` before a file too many, whatever the plan says. One whose page stands already is finished."""
    pub = deps.ledger.publication(file_id, config.publish.wiki)
    if (pub is not None and pub.page_id) or room(deps, config, account, 1):
        return
    number = deps.ledger.count_published(config.slug, config.publish.wiki)
    flag = "" if account.is_bot else ", account without the bot flag"
    raise WritesStopped(
        f"No further file of {config.slug} may go to {config.publish.wiki}: level {level_of(deps, config)}, {number} files are there{flag}.",
        hint=f"After the review on the wiki: glamflow level {config.slug} trial --link …",
    )


def covering(files: Sequence[StoredFile], limit: int) -> list[StoredFile]:
    """At most `limit` files that together show every rule, licence, kind of work, role and type of file; then the oldest."""
    chosen: list[StoredFile] = []
    seen: set[tuple[str, str]] = set()
    left = list(files)
    while left and len(chosen) < limit:
        best = max(left, key=lambda file: (len(_faces(file) - seen), -file.id))
        chosen.append(best)
        left.remove(best)
        seen |= _faces(best)
    return sorted(chosen, key=lambda file: file.id)


def not_covered(files: Iterable[StoredFile], chosen: Iterable[StoredFile]) -> set[tuple[str, str]]:
    """What stands in `files` and in none of `chosen`."""
    return {face for file in files for face in _faces(file)} - {face for file in chosen for face in _faces(file)}


def set_level(deps: Deps, config: Partner, to: str, *, link: str, who: str, note: str = "") -> LevelRow:
    """Record a step up (one at a time) or down; `ConfigInvalid` names what it lacks."""
    now = _recorded(deps, config)
    lacking = (
        _lacking(deps, config, now, to, link, who)
        if ORDER.index(to) > ORDER.index(now) and not on_sandbox(deps, config)
        else []
    )
    if lacking:
        raise ConfigInvalid(
            f"{config.slug} on {config.publish.wiki}", f"the level {to} needs {'; '.join(lacking)}", key="publish.level",
            fix="Nothing was changed.",
        )  # fmt: skip
    deps.ledger.set_level(config.slug, config.publish.wiki, to, link=link, who=who, note=note)
    return deps.ledger.levels(config.slug, config.publish.wiki)[0]


def _lacking(deps: Deps, config: Partner, now: str, to: str, link: str, who: str) -> list[str]:
    steps = ORDER.index(to) - ORDER.index(now)
    lacking = [f"the level {ORDER[ORDER.index(now) + 1]} before it"] if steps > 1 else []
    if not urlsplit(link).netloc:
        lacking.append("the link of the review on the wiki (--link)")
    if not who.removeprefix("person:").strip():
        lacking.append("the name of who decides (--who)")
    if now == "pilot":
        lacking += _pilot_is_over(deps, config)
    if to == "full":
        lacking += [f"publish.{name} in the partner file" for name in FULL_NEEDS if not getattr(config.publish, name)]
    return lacking


def _pilot_is_over(deps: Deps, config: Partner) -> list[str]:
    newest = deps.ledger.published_at(config.slug)
    if newest is None:
        return ["a pilot plan that was published"]
    free = newest + dt.timedelta(days=DAYS_IN_PILOT)
    return (
        [f"{DAYS_IN_PILOT} days since the last pilot file, that is until {free:%Y-%m-%d}"] if deps.now() < free else []
    )


def _recorded(deps: Deps, config: Partner) -> str:
    return next((row.level for row in deps.ledger.levels(config.slug, config.publish.wiki)), "pilot")


def _pilot_plans(deps: Deps, config: Partner) -> list[Plan]:
    plans = deps.ledger.plans(config.slug, states=[PlanState.CLOSED, PlanState.PUBLISHING])
    return [plan for plan in plans if plan.wiki == config.publish.wiki and plan.level == "pilot"]


def _carried_out(counts: Mapping[str, Any] | None) -> bool:
    """New files were published and none of the plan's is left over (a plan that broke off may be gone on with)."""
    return bool((counts or {}).get("done")) and bool((counts or {}).get("create")) and not (counts or {}).get("planned")


def _faces(file: StoredFile) -> set[tuple[str, str]]:
    """What a reviewer should see once: by which rule and licence it is free, what it shows, what kind of file it is."""
    rights = file.rights or {}
    suffix = urlsplit(file.url).path.rpartition(".")[2].lower()
    kind = file.mime or (suffix if len(suffix) <= 4 else "")
    named = {
        "rule": rights.get("rule_id") or rights.get("reason"), "licence": rights.get("template"), "kind": rights.get("kind"),
        "role": file.role, "type": kind,
    }  # fmt: skip
    return {(name, str(value)) for name, value in named.items() if value}
