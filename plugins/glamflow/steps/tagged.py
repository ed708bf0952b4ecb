"""A page of ours carries a deletion tag: what follows from it, and what happens when the tag is gone again.

| seen | done |
|---|---|
| a deletion, no-source, no-licence, no-permission, copyvio or duplicate tag | told once with who, when, link and deadline; the file is frozen; open plans of the same partner and rights rule are frozen |
| the tag is gone | the file goes on; its plans go on unless another file of the rule is tagged |
| a named person answered (`glamflow watch ack --tag`) | the plans go on; the file stays frozen while the tag stands |

The account never answers a request itself. New plans of a rule with an unanswered tag are frozen from the start.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from glamflow.ledger.guards import BY_WIKI
from glamflow.ledger.rows import Observation, Publication, StoredFile
from glamflow.ledger.states import OPEN_PLAN_STATES, FileState
from glamflow.partner import Partner
from glamflow.steps.deps import Deps
from glamflow.steps.lookout import diff_link, page_link
from glamflow.steps.objects import claimed
from glamflow.transforms.commons.tags import AT_ONCE, Tag, deadline, deletion_tags
from glamflow.transforms.outcome import Reason
from glamflow.wiki.protocol import CommonsClient, FilePage

TAGGED = "TAGGED_FOR_DELETION"
TAG_GONE = "watch: the tag was taken away"


def tags_of(page: FilePage) -> list[str]:
    """Templates on the page that ask for its deletion: while one stands there nothing is edited."""
    return sorted({tag.name for tag in _tags(page)})


def heed_tags(
    deps: Deps, config: Partner, pub: Publication, page: FilePage, *, commons: CommonsClient | None = None
) -> str:
    """Freeze or thaw what a page's tags ask for; a sentence for the operator where something is new, else ""."""
    tags = _tags(page)
    if not tags:
        _thaw(deps, config, pub)
        return ""
    new = _tell(deps, config, pub, page, tags, commons)
    if deps.ledger.file(pub.file_id).state in (FileState.PUBLISHED, FileState.VERIFIED):
        with claimed(deps, "freeze", str(pub.file_id)) as claim:
            names = ", ".join(tag.name for tag in tags)
            deps.ledger.hold_files(claim, [pub.file_id], Reason.TAGGED_FOR_DELETION, detail=names, stage="sync")
    return new


def is_frozen(deps: Deps, file_id: int) -> bool:
    file = deps.ledger.file(file_id)
    return file.state is FileState.HELD and file.reason == Reason.TAGGED_FOR_DELETION


def rule_of(file: StoredFile) -> str:
    """By what rule the file was found free: of a reviewed rule its id, else the reason of the decision."""
    rights = file.rights or {}
    return str(rights.get("rule_id") or rights.get("reason") or "")


def freeze_plan(deps: Deps, config: Partner, plan: str) -> Observation | None:
    """Freeze a plan that holds files of a rule under which a file is tagged and nobody has answered; why, if so."""
    rules = {rule_of(file) for file in deps.ledger.plan_files(plan, open_only=True)} - {""}
    for seen in _open_tags(deps, config.slug):
        if (seen.detail or {}).get("rule") in rules:
            _brake(deps, plan, seen)
            return seen
    return None


def release_plans(deps: Deps, slug: str, *, who: str, why: str) -> list[str]:
    """Let plans go on that no unanswered tag stops any more; their ids."""
    rules = {(seen.detail or {}).get("rule") for seen in _open_tags(deps, slug)}
    stopped = {brake.scope for brake in deps.ledger.brakes() if brake.stopped and brake.who.startswith(BY_WIKI)}
    freed = []
    for plan in deps.ledger.plans(slug, states=OPEN_PLAN_STATES):
        if f"plan:{plan.id}" in stopped and not rules & {
            rule_of(file) for file in deps.ledger.plan_files(plan.id, open_only=True)
        }:
            deps.ledger.set_brake(f"plan:{plan.id}", stopped=False, who=who, why=why)
            freed.append(plan.id)
    return freed


def _tags(page: FilePage) -> tuple[Tag, ...]:
    return deletion_tags(page.templates, page.categories)


def _open_tags(deps: Deps, slug: str) -> list[Observation]:
    return [seen for seen in deps.ledger.observations(slug, kind=TAGGED, unsettled=True) if seen.file_id]


def _tell(
    deps: Deps, config: Partner, pub: Publication, page: FilePage, tags: tuple[Tag, ...], commons: CommonsClient | None
) -> str:
    """Note the tags, once as long as they stand, and freeze the plans of the rule."""
    names = sorted({tag.name for tag in tags})
    known = deps.ledger.observations(pub.partner, kind=TAGGED, file_id=pub.file_id, limit=1)
    if known and known[0].settled_by != TAG_GONE and (known[0].detail or {}).get("templates") == names:
        return ""
    file, base = deps.ledger.file(pub.file_id), deps.connections(pub.wiki).base_url
    revision, who, when = _who_tagged(pub, page, names, commons)
    day = when[:10] or deps.today().isoformat()
    detail = {
        "templates": names, "kinds": sorted({tag.kind for tag in tags}), "rule": rule_of(file), "when": when,
        "deadline": deadline(dt.date.fromisoformat(day)).isoformat(), "at_once": any(tag.kind in AT_ONCE for tag in tags),
        "page": page_link(base, f"File:{page.title}"), "diff": diff_link(base, revision),
    }  # fmt: skip
    id = deps.ledger.observe(
        partner=config.slug, kind=TAGGED, file_id=pub.file_id, record_key=file.record_key, wiki=pub.wiki, title=page.title, revision=revision,
        who=who, reason=Reason.TAGGED_FOR_DELETION, detail=detail,
    )  # fmt: skip
    (seen,) = [one for one in deps.ledger.observations(config.slug, kind=TAGGED, file_id=pub.file_id) if one.id == id]
    for older in known:
        if older.id != id and older.settled_at is None:
            deps.ledger.settle_observation(older.id, who="watch: other tags took its place")
    for plan in deps.ledger.plans(config.slug, states=OPEN_PLAN_STATES):
        freeze_plan(deps, config, plan.id)
    return told(seen)


def told(seen: Observation) -> str:
    """One sentence about a tag: which file, which tag, who, when, until when, where."""
    detail = seen.detail or {}
    until = (
        "it may be deleted at any time"
        if detail.get("at_once")
        else f"it may be deleted from {detail.get('deadline', '')} on"
    )
    who = f" by {seen.who}" if seen.who else ""
    when = f" on {detail['when']}" if detail.get("when") else ""
    names = ", ".join(detail.get("templates", ()))
    return f"File:{seen.title} was tagged “{names}”{who}{when}; {until}: {detail.get('diff', '')}"


def _who_tagged(
    pub: Publication, page: FilePage, names: Iterable[str], commons: CommonsClient | None
) -> tuple[int | None, str, str]:
    """Revision, person and moment: of the newest edit that brought the tag, else of the page as it stands."""
    if commons is None or not pub.page_id:
        return page.revision, page.last_editor, ""
    marks = [f"{{{{{name.lower()}" for name in names]
    tagged_before, found = False, None
    for version in commons.versions(pub.page_id, since=pub.revision or 0):
        text = (version.text or "").replace("_", " ").lower()
        tagged = any(mark in text for mark in marks)
        if tagged and not tagged_before:
            found = version
        tagged_before = tagged
    if found is None:
        return page.revision, page.last_editor, ""
    return found.id, found.user, found.timestamp


def _brake(deps: Deps, plan: str, seen: Observation) -> None:
    scope = f"plan:{plan}"
    if not any(brake.scope == scope and brake.stopped for brake in deps.ledger.brakes()):
        deps.ledger.set_brake(
            scope, stopped=True, who=f"{BY_WIKI}{seen.who}", why=f"a file of the same rights rule: {told(seen)}"
        )


def _thaw(deps: Deps, config: Partner, pub: Publication) -> None:
    """When people kept the file, things go on."""
    if is_frozen(deps, pub.file_id):
        with claimed(deps, "freeze", str(pub.file_id)) as claim:
            deps.ledger.advance(
                claim, [pub.file_id], FileState.VERIFIED, detail="the deletion tag was taken away", stage="sync"
            )
    gone = deps.ledger.observations(pub.partner, kind=TAGGED, file_id=pub.file_id, unsettled=True)
    for seen in gone:
        deps.ledger.settle_observation(seen.id, who=TAG_GONE)
    if gone:
        release_plans(deps, config.slug, who=f"{BY_WIKI}{pub.wiki}", why="the deletion tag was taken away")
