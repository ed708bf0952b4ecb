"""Undo of a plan: what it changed on pages that stood is put back, its uploads are listed with the words for asking for deletion.

Rules
- Value by value: a parameter, statement or caption is put back only where it is exactly as the plan left it. What people or a later
  plan changed since stays; somebody else's edit of another value is no hindrance.
- Nothing is deleted, no version put back, no page moved: these are listed for a person.
- Without `write` nothing is sent. With it a person stands for it by name and with a note, recorded like a decision on the plan; brake,
  rate, journal and checks of the account are those of publishing.
- What was undone stays the base of later merges, so that the same value is not applied again: it was reverted once.
- Run again it ends where it would have ended: what is as it was before is left alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator

from msgspec.structs import replace

from glamflow.audit.journal import Journal
from glamflow.ledger.rows import Claim, Plan, Publication
from glamflow.partner import Partner
from glamflow.steps.change import PageChanger, done_of, still_ours
from glamflow.steps.deps import Deps
from glamflow.steps.lookout import Lookout
from glamflow.steps.objects import claimed
from glamflow.steps.publish import refuse_unfit
from glamflow.steps.undo_requests import listed
from glamflow.steps.undone import Undone
from glamflow.steps.writing import Pen
from glamflow.steps.written import Ended, WrittenPage, decode_written, keep_written
from glamflow.store import layout
from glamflow.store.ndjson import read_lines
from glamflow.transforms.actions import Enrich, PlanAction, UpdateStatements, UpdateText, decode_action, kind_of
from glamflow.transforms.commons.page_text import read_parameters
from glamflow.transforms.digest import digest
from glamflow.transforms.errors import StaleState
from glamflow.wiki.protocol import CommonsClient, Entity, FilePage

SUMMARY = "Undo of [[Commons:Batch uploading|batch]] {plan}: {note} ([[:toolforge:editgroups-commons/b/CB/{group}|details]])"
Restoring = UpdateText | UpdateStatements


def undo_plan(
    deps: Deps, plan_id: str, *, write: bool = False, who: str = "", note: str = "", sleep: Callable[[float], None] = time.sleep
) -> list[Undone]:  # fmt: skip
    """Put back what the plan changed; a dry run without `write`."""
    plan = deps.ledger.plan(plan_id)
    if plan.closed_at is None:
        raise StaleState(f"Plan {plan_id} is not at its end: it is {plan.state}.", hint="Close it first; a brake stops it at once.")
    if write and not (who and note):
        raise StaleState("An undo is a person's decision.", hint="Say who decides and why (--who, --note).")
    config = deps.partner_of_run(plan.run_id)
    actions = _done(deps, plan)
    if not write:
        return [*_undone(deps, config, plan, actions, None, note), *listed(deps, config, plan, actions, note)]
    commons = deps.commons(config)
    account = commons.account()
    refuse_unfit(account)
    deps.ledger.approve(plan.id, plan.digest, who=who, when=deps.now(), choice="undo", note=note)
    with claimed(deps, "undo", plan.id) as claim:
        lookout = Lookout(deps, config, commons, account.name)
        pen = Pen(deps, config, claim, plan=plan.id, account=account.name, sleep=sleep, limits=account.rate_limits, lookout=lookout)
        changer = PageChanger(deps, config, commons, pen, account=account.name, sleep=sleep)
        found = list(_undone(deps, config, plan, actions, (claim, changer), note))
    return [*found, *listed(deps, config, plan, actions, note)]


def _done(deps: Deps, plan: Plan) -> list[PlanAction]:
    """The plan's actions that took effect, in their order."""
    rows = {(row.file_id, row.kind) for row in deps.ledger.plan_actions(plan.id) if row.state == "done"}
    lines = read_lines(deps.store, layout.plan_actions(plan.partner, plan.id)) if rows else ()
    return [action for action in map(decode_action, lines) if (int(action.file), kind_of(action)) in rows]


def _undone(
    deps: Deps, config: Partner, plan: Plan, actions: Iterable[PlanAction], how: tuple[Claim, PageChanger] | None, note: str
) -> Iterator[Undone]:
    changed = [action for action in actions if isinstance(action, UpdateText | UpdateStatements | Enrich)]
    changed.sort(key=lambda action: (int(action.file), not isinstance(action, UpdateText)))  # the other way round: text, then data
    pubs = deps.ledger.publications([int(action.file) for action in changed], config.publish.wiki)
    commons = deps.commons(config)
    summary = SUMMARY.format(plan=plan.id, note=note[:120].replace("[", "(").replace("]", ")"), group=digest(plan.id)[:12])
    for action in changed:
        pub = pubs.get(int(action.file))
        page = commons.pages_by_id([action.page_id])[action.page_id]
        if pub is None or not pub.object_key or not page.exists or page.redirect_to:
            yield _told(action, page, "left", "the page is gone")
            continue
        written = decode_written(deps.store.get(pub.object_key))
        if not isinstance(action, Enrich) and not action.base:
            yield _told(action, page, "left", "the plan was made before undoing was known; nobody remembers what stood there")
            continue
        begun = how is not None and bool(Journal(deps.ledger.context).unsettled(plan_id=plan.id, file_id=pub.file_id))
        back, lost = _restoring(deps, commons, action, written, page, begun=begun)
        if back is None:
            yield _told(action, page, "left" if lost else "nothing", lost or "it is as it was before")
        elif how is None:
            yield _told(action, page, "would_undo", lost)
        else:
            yield _carry_out(deps, config, plan, how, pub, written, action, replace(back, summary=summary), lost)
            pubs |= deps.ledger.publications([pub.file_id], config.publish.wiki)


def _carry_out(
    deps: Deps, config: Partner, plan: Plan, how: tuple[Claim, PageChanger], pub: Publication, written: WrittenPage, action: PlanAction,
    back: Restoring, lost: str,
) -> Undone:  # fmt: skip
    claim, changer = how
    ended = changer.change(back)
    if ended.page is not None:
        after = replace(ended.page, params=written.params, captions=written.captions, statements=written.statements)
        _remember(deps, config, claim, plan, pub, after)
    return Undone(
        file=pub.file_id, title=pub.title, kind=kind_of(action), state="undone" if ended.state == "done" else _state(ended),
        detail="; ".join(part for part in (ended.detail, lost) if part),
    )  # fmt: skip


def _state(ended: Ended) -> str:
    return "failed" if ended.state == "failed" else "left"


def _remember(deps: Deps, config: Partner, claim: Claim, plan: Plan, pub: Publication, after: WrittenPage) -> None:
    """Where the page stands now. The base stays what the plan wrote; the file's own state does not change."""
    key = keep_written(deps, config.slug, pub.file_id, after)
    deps.ledger.publish_done(
        claim, pub.file_id, wiki=config.publish.wiki, plan_id=plan.id, title=after.title, page_id=after.page_id, revision=after.revision,
        sha1=after.sha1, digest=after.digest, object_key=key, entity=after.entity, entity_revision=after.entity_revision, move_file=False,
    )  # fmt: skip
    deps.ledger.mark_publication(pub.file_id, wiki=config.publish.wiki, state=pub.state)


def _restoring(
    deps: Deps, commons: CommonsClient, action: UpdateText | UpdateStatements | Enrich, written: WrittenPage, page: FilePage, *, begun: bool
) -> tuple[Restoring | None, str]:
    """What puts the action's values back where they are as it left them (None: nothing does), and what stays, in words. `begun`: an
    earlier try may have put them back already, which is to be looked at once more."""
    if isinstance(action, UpdateText):
        return _text_back(action, decode_written(deps.store.get(action.base)), page, begun=begun)
    before = replace(written, captions={}, statements=()) if isinstance(action, Enrich) else decode_written(deps.store.get(action.base))
    entity = commons.entities([written.entity])[written.entity]
    return _data_back(action, before, written, entity, begun=begun)


def _text_back(action: UpdateText, before: WrittenPage, page: FilePage, *, begun: bool) -> tuple[UpdateText | None, str]:
    now = read_parameters(page.text)[1]
    old = {name: action.before.get(name, before.params.get(name, "")) for name in action.params}
    as_left = {name for name, value in action.params.items() if now.get(name, "") == value and old[name] != value}
    lost = sorted(name for name in action.params if name not in as_left and now.get(name, "") != old[name])
    told = f"edited since: {', '.join(lost)}" if lost else ""
    again = {name for name in action.params if begun and now.get(name, "") == old[name]}
    if not as_left and not again:
        return None, told
    params = {name: old[name] for name in sorted(as_left | again)}
    return replace(action, params=params, before={name: action.params[name] for name in params}, said={}, text=""), told


def _data_back(
    action: UpdateStatements | Enrich, before: WrittenPage, written: WrittenPage, entity: Entity, *, begun: bool
) -> tuple[UpdateStatements | None, str]:
    known = {str(claim["id"]): claim for claim in before.statements}
    did = UpdateStatements(file=action.file, page_id=action.page_id, add=action.statements) if isinstance(action, Enrich) else action
    ours = {str(claim["id"]) for claim in written.statements}
    back = UpdateStatements(
        file=action.file, record=action.record, title=action.title, identifier=action.identifier, page_id=action.page_id,
        add=tuple(known[id] for id in did.retract if id in known), amend=tuple(known[claim["id"]] for claim in did.amend if claim["id"] in known),
        retract=tuple(str(claim["id"]) for claim in did.add if claim["id"] in ours),
        captions={code: before.captions.get(code, "") for code, text in action.captions.items() if written.captions.get(code, "") == text},
    )  # fmt: skip
    left, conflicts = still_ours(back, written, entity)
    told = f"edited since: {', '.join(sorted(_names(back, written, conflicts)))}" if conflicts else ""
    if not left.changes_entity and not begun:
        return None, told
    wanted = done_of(back, left, conflicts)
    return replace(back, add=wanted.add, amend=wanted.amend, retract=wanted.retract, captions=wanted.captions), told


def _names(back: UpdateStatements, written: WrittenPage, conflicts: Iterable[str]) -> Iterator[str]:
    """Properties in place of the ids of statements."""
    property_of = {f"statement {claim['id']}": claim["mainsnak"]["property"] for claim in (*written.statements, *back.add, *back.amend)}
    for what in conflicts:
        yield str(property_of.get(what, what))


def _told(action: PlanAction, page: FilePage, state: str, detail: str) -> Undone:
    return Undone(file=int(action.file), title=page.title or action.title, kind=kind_of(action), state=state, detail=detail)
