"""One approved update of a page that stands: read again, dropped where people were faster, written, remembered.

Rules
- Between approval and writing actions may only be dropped: a value that is no longer as we left it stays as people made it.
- What stands there already as we wanted it (an earlier try of ours) is done, not sent again.
- Every write names the revision that was read: an edit in between is a conflict and is decided anew.
- A page tagged for deletion is frozen. A protected page is left alone; the change waits for a plan after its protection.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from glamflow.audit.journal import Journal
from glamflow.ledger.rows import Publication
from glamflow.partner import Partner
from glamflow.steps.conflicts import note_conflicts
from glamflow.steps.deps import Deps
from glamflow.steps.observing import last_known
from glamflow.steps.outcome import StepReport
from glamflow.steps.sending import Sender, settle
from glamflow.steps.sync import observe_page
from glamflow.steps.tagged import tags_of
from glamflow.steps.upload import NO_DATA, refusal
from glamflow.steps.writing import Pen
from glamflow.steps.written import Ended, WrittenPage, decode_written
from glamflow.transforms.actions import UpdateStatements, UpdateText
from glamflow.transforms.commons.page_text import read_parameters, write_parameters
from glamflow.transforms.commons.update import Update
from glamflow.transforms.digest import digest
from glamflow.transforms.merge import MANY_VALUED
from glamflow.transforms.outcome import Reason
from glamflow.transforms.wikibase.shown import shown_claim
from glamflow.transforms.wikibase.statement import identity, property_of, says_the_same
from glamflow.wiki.answers import NOT_OFFERED
from glamflow.wiki.protocol import CommonsClient, Entity, FilePage, Result, WriteOutcome

CONFLICT_TRIES = 3
PROTECTED = "protectedpage"
Statement = dict[str, Any]


class PageChanger:
    """Writes updates for one plan."""

    def __init__(
        self, deps: Deps, config: Partner, commons: CommonsClient, pen: Pen, *, account: str, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._deps, self._config, self._commons, self._pen, self._account = deps, config, commons, pen, account
        self._sender = Sender(commons, wiki=config.publish.wiki, account=account, sleep=sleep)
        self._journal = Journal(deps.ledger.context)

    def change(self, action: UpdateText | UpdateStatements) -> Ended:
        """Bring `action` to its end, from wherever an earlier try left it."""
        pub = self._deps.ledger.publication(int(action.file), self._config.publish.wiki)
        if pub is None or not pub.object_key:
            return Ended(state="dropped", detail="there is no page of ours to update")
        written = decode_written(self._deps.store.get(pub.object_key))
        ended = Ended(state="failed", reason=Reason.CONFLICT_WITH_COMMUNITY, detail="edited again and again while we wrote")
        for _ in range(CONFLICT_TRIES):
            page = self._commons.pages_by_id([action.page_id])[action.page_id]
            if not page.exists or page.redirect_to:
                return Ended(state="dropped", detail="the page is gone")
            if tags := tags_of(page):
                return Ended(state="failed", reason=Reason.TAGGED_FOR_DELETION, detail=", ".join(tags))
            if (page.revision or 0) > last_known(pub):  # since the plan: our own edit would hide it from the next look
                report = StepReport(step="publish")
                observe_page(self._deps, self._config, pub, page, None, report, commons=self._commons, account=lambda: self._account)
            ended = self._text(action, pub, written, page) if isinstance(action, UpdateText) else self._entity(action, pub, written, page)
            if ended.code != "editconflict":
                break
        return ended

    def _text(self, action: UpdateText, pub: Publication, written: WrittenPage, page: FilePage) -> Ended:
        now = read_parameters(page.text)[1]
        there = {name: value for name, value in action.params.items() if now.get(name, "") == value}
        read = written.params | action.before  # as we left them; where people added a language, as they were approved
        wanted = {name: value for name, value in action.params.items() if name not in there and now.get(name, "") == read.get(name, "")}
        lost = {name: [now.get(name, ""), value] for name, value in action.params.items() if name not in there and name not in wanted}
        note_conflicts(self._deps, self._config, pub, page, {f"parameter {name}": pair for name, pair in lost.items()})
        ours = {name: action.said.get(name, value) for name, value in (there | wanted).items()}
        params = {name: value for name, value in (written.params | ours).items() if value}
        text = write_parameters(page.text, wanted)
        after = replace(written, title=page.title, text=text, params=params, revision=page.revision)
        if not wanted:
            return self._nothing_left(action.file, ("text",), bool(there), after, page.revision)
        outcome = self._sender.send(
            lambda: self._commons.edit_text(
                title=page.title, page_id=page.page_id, text=text, summary=action.summary, base_revision=page.revision,
                on_write=self._on_write(action, f"File:{page.title}", [text, page.revision]),
            ),
            look=lambda: self._page(action).text.rstrip() == text.rstrip(),
        )  # fmt: skip
        return self._ended(action.file, ("text",), outcome, replace(after, revision=outcome.revision or page.revision))

    def _entity(self, action: UpdateStatements, pub: Publication, written: WrittenPage, page: FilePage) -> Ended:
        entity = self._commons.entities([written.entity])[written.entity]
        left, conflicts = still_ours(action, written, entity)
        note_conflicts(self._deps, self._config, pub, page, _readable(conflicts, action, entity))
        after = replace(moved(written, done_of(action, left, conflicts)), title=page.title, text=page.text, revision=page.revision, entity_revision=entity.revision)
        if not left.changes_entity:
            return self._nothing_left(action.file, ("entity",), len(conflicts) < _size(action), after, entity.revision)
        outcome = self._sender.send(
            lambda: self._commons.edit_entity(
                id=written.entity, data=left.entity_data, summary=action.summary, base_revision=entity.revision,
                on_write=self._on_write(action, written.entity, left.entity_data),
            ),
            look=lambda: not still_ours(action, written, self._commons.entities([written.entity])[written.entity])[0].changes_entity,
        )  # fmt: skip
        if outcome.code == NOT_OFFERED:  # the text is brought all the same
            return Ended(state="dropped", detail=NO_DATA)
        revision = outcome.revision or entity.revision
        return self._ended(action.file, ("entity",), outcome, replace(after, revision=revision, entity_revision=revision))

    def _page(self, action: UpdateText) -> FilePage:
        return self._commons.pages_by_id([action.page_id])[action.page_id]

    def _on_write(self, action: UpdateText | UpdateStatements, target: str, content: Any) -> Any:
        return self._pen.on_write(file_id=int(action.file), target=target, digest=digest(content), summary=action.summary)

    def _nothing_left(self, file: str, steps: tuple[str, ...], by_us: bool, after: WrittenPage, revision: int | None) -> Ended:
        settle(self._journal, int(file), steps=steps, applied=by_us, revision=revision)
        return Ended(state="done" if by_us else "dropped", page=after if by_us else None, detail="" if by_us else "people were faster")

    def _ended(self, file: str, steps: tuple[str, ...], outcome: WriteOutcome, after: WrittenPage) -> Ended:
        if outcome.result in (Result.APPLIED, Result.NO_CHANGE):
            settle(self._journal, int(file), steps=steps, applied=True, revision=outcome.revision)
            return Ended(state="done", page=after)
        if outcome.code == PROTECTED:
            return Ended(state="dropped", code=PROTECTED, detail="the page is protected; later plans try again")
        return Ended(state="failed", reason=refusal(outcome.code), code=outcome.code, detail=outcome.info or outcome.code)


def still_ours(action: UpdateStatements, written: WrittenPage, entity: Entity) -> tuple[Update, dict[str, Any]]:
    """What of the approved update is still to be written, and what people decided otherwise since."""
    there = {str(claim.get("id")): claim for group in entity.statements.values() for claim in group}
    said = {identity(claim) for claim in there.values()}
    before = {str(claim.get("id")): claim for claim in written.statements}
    conflicts: dict[str, Any] = {}
    amend: list[Statement] = []
    for claim in action.amend:
        now = there.get(claim["id"])
        if now is not None and says_the_same(now, claim):
            continue
        if now is not None and says_the_same(now, before.get(claim["id"], now)):
            amend.append(claim)
        else:
            conflicts[f"statement {claim['id']}"] = ["changed or removed", "amended at source"]
    retract = [id for id in action.retract if id in there and says_the_same(there[id], before.get(id, there[id]))]
    conflicts |= {f"statement {id}": ["changed", "no longer so at source"] for id in action.retract if id in there and id not in retract}
    add = []
    for claim in action.add:
        if claim["id"] in there or identity(claim) in said:
            continue
        if _taken(claim, action, before, there, retract):
            conflicts[f"statement {claim['id']}"] = ["people gave or removed another value", "new at source"]
        else:
            add.append(claim)
    captions = {}
    for code, text in action.captions.items():
        now_text = entity.labels.get(code, "")
        if now_text != text and now_text == written.captions.get(code, ""):
            captions[code] = text
        elif now_text != text:
            conflicts[f"caption {code}"] = [now_text, text]
    return Update(add=tuple(add), amend=tuple(amend), retract=tuple(retract), captions=captions), conflicts


def _taken(
    claim: Statement, action: UpdateStatements, before: dict[str, Statement], there: dict[str, Statement], retract: list[str]
) -> bool:
    """Since the plan somebody gave a value of their own for a property that has one, or removed the one that ours follows."""
    name = property_of(claim)
    if name in MANY_VALUED:
        return False
    ours = {*retract, *(one["id"] for one in (*action.add, *action.amend))}
    ours |= {id for id, was in before.items() if id in there and says_the_same(there[id], was)}
    others = any(property_of(now) == name and id not in ours for id, now in there.items())
    return others or any(id not in there and property_of(before[id]) == name for id in action.retract if id in before)


def done_of(action: UpdateStatements, left: Update, conflicts: dict[str, Any]) -> Update:
    """The part of the update that stands once `left` is written: all but what people decided otherwise."""
    return Update(
        add=tuple(claim for claim in action.add if f"statement {claim['id']}" not in conflicts), amend=tuple(claim for claim in action.amend if f"statement {claim['id']}" not in conflicts),
        retract=tuple(id for id in action.retract if f"statement {id}" not in conflicts),
        captions={code: text for code, text in action.captions.items() if f"caption {code}" not in conflicts},
    )  # fmt: skip


def moved(written: WrittenPage, update: Update) -> WrittenPage:
    """The new base: what we wrote before, with what this update made of it."""
    amended = {claim["id"]: claim for claim in update.amend}
    kept = [amended.get(claim["id"], claim) for claim in written.statements if claim["id"] not in update.retract]
    known = {claim["id"] for claim in kept}
    return replace(
        written, captions={code: text for code, text in (written.captions | update.captions).items() if text}, statements=(*kept, *(claim for claim in update.add if claim["id"] not in known))
    )


def _readable(conflicts: dict[str, Any], action: UpdateStatements, entity: Entity) -> dict[str, Any]:
    """The same with properties and values in place of the ids of statements."""
    there = {str(claim.get("id")): claim for group in entity.statements.values() for claim in group}
    wanted = {str(claim["id"]): claim for claim in (*action.add, *action.amend)}
    told: dict[str, Any] = {}
    for what, pair in conflicts.items():
        id = what.removeprefix("statement ")
        claim = wanted.get(id) or there.get(id)
        if claim is None:
            told[what] = pair
            continue
        now = "; ".join(shown_claim(one) for one in entity.statements.get(property_of(claim), ()))
        told[property_of(claim)] = [now or pair[0], shown_claim(wanted[id]) if id in wanted else pair[1]]
    return told


def _size(action: UpdateStatements) -> int:
    return len(action.add) + len(action.amend) + len(action.retract) + len(action.captions)
