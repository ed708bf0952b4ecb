"""Items as part of a plan: drafted beside the files, approved with them, written after the file's page stands.

- Nothing without `wikidata.bot_request`; new items only with `wikidata.create_items`, too.
- An item is read again before it is written: what people did meanwhile is left alone, what they filled is dropped.
- A new item is looked up once more by its key; one whose label and description are another item's is looked at first (the same object
  is linked by nobody but people), then tried once with the inventory number in its description. A request whose answer was lost is
  never sent again: the number is searched for, and if nothing shows a person looks.
- Objects that only words would match are a question for people (`ITEM_CANDIDATE`), and so are several items for one key.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from glamflow.audit.journal import Edit, Journal
from glamflow.ledger.states import EditOutcome
from glamflow.partner import Partner
from glamflow.steps.deps import Deps
from glamflow.steps.material import Material
from glamflow.steps.sending import LOOKS, Sender
from glamflow.steps.upload import BASE_GONE, refusal
from glamflow.steps.writing import Pen
from glamflow.steps.written import Ended
from glamflow.store import layout
from glamflow.store.ndjson import read_lines
from glamflow.transforms.actions import Create, CreateItem, EditItem, PlanAction, decode_action
from glamflow.transforms.digest import digest
from glamflow.transforms.outcome import Reason
from glamflow.transforms.wikidata.changes import holds_key, item_change, new_item, shows_the_object
from glamflow.transforms.wikidata.match import InventoryKey, match_keys
from glamflow.transforms.wikidata.propose import ItemFacts
from glamflow.wiki.protocol import Entity, OnWrite, Result, WikidataClient, WriteOutcome

CANDIDATE = "ITEM_CANDIDATE"
STEP = "item"
CONFLICT_TRIES = 3
_CLASH = "label-with-description-conflict"
_ITEM = re.compile(r"\bQ[1-9]\d*\b")


def draft_items(
    deps: Deps, config: Partner, items: Sequence[Material], actions: Sequence[PlanAction]
) -> list[PlanAction]:
    """Changes of items for the new files of a plan: one action an object, of the file that shows it best."""
    if not config.items.bot_request or config.items.items == "off":
        return []
    creates = {int(action.file): action for action in actions if isinstance(action, Create)}
    best: dict[str, Material] = {}
    for item in items:
        if item.file.id in creates:
            known = best.get(item.record.key)
            if known is None or (
                shows_the_object(item.record, item.medium) and not shows_the_object(known.record, known.medium)
            ):
                best[item.record.key] = item
    keys = {record: match_keys(item.record, config.items).inventory for record, item in best.items()}
    asked = sorted({(key.number, key.collection) for wanted in keys.values() for key in wanted})
    if not asked:
        return []
    client = deps.wikidata(config)
    found = client.by_inventory_numbers(asked)
    matches = {
        record: sorted({id for key in wanted for id in found[key.number, key.collection]})
        for record, wanted in keys.items()
    }
    entities = client.entities(sorted({ids[0] for ids in matches.values() if len(ids) == 1}))
    drafted: list[PlanAction] = []
    for record, item in best.items():
        drafted += _draft(deps, config, client, item, keys[record], matches[record], entities, creates[item.file.id])
    return drafted


def _draft(
    deps: Deps, config: Partner, client: WikidataClient, item: Material, keys: Sequence[InventoryKey], ids: list[str],
    entities: dict[str, Entity], create: Create,
) -> Iterator[PlanAction]:  # fmt: skip
    if len(ids) > 1:
        _ask(deps, config, item, ids, "several items have this inventory number in this collection")
    elif ids:
        entity = entities[ids[0]]
        change = item_change(
            item.record, item.medium, _facts(entity), keys[0], file_title=create.title, retrieved=item.retrieved
        )
        if not change.empty and not entity.missing and not entity.redirected_to:
            yield EditItem(
                **_of(create),
                item=entity.id,
                add=change.add,
                refer=change.refer,
                base_revision=entity.revision,
                summary=_summary(config, create),
            )
    elif config.items.create_items and keys:
        yield from _draft_new(deps, config, client, item, keys[0], create)


def _draft_new(
    deps: Deps, config: Partner, client: WikidataClient, item: Material, key: InventoryKey, create: Create
) -> Iterator[PlanAction]:
    made = new_item(
        item.record, item.medium, key, short_name=config.commons.short_name, cc0=config.rights.metadata == "cc0",
        file_title=create.title, retrieved=item.retrieved,
    )  # fmt: skip
    if made is None:
        return
    alike = sorted({id for code, label in made.labels.items() for id in client.search(label, language=code)})
    if alike:
        _ask(deps, config, item, alike[:20], "items with the same words: perhaps this object, found by words alone")
        return
    yield CreateItem(
        **_of(create), number=key.number, collection=key.collection, labels=made.labels, descriptions=made.descriptions,
        fallback=made.fallback, statements=made.statements, summary=_summary(config, create),
    )  # fmt: skip


def _ask(deps: Deps, config: Partner, item: Material, ids: Sequence[str], why: str) -> None:
    deps.ledger.observe(
        partner=config.slug,
        kind=CANDIDATE,
        file_id=item.file.id,
        record_key=item.record.key,
        detail={"items": list(ids), "why": why},
    )


def _of(create: Create) -> dict[str, Any]:
    return {
        "file": create.file,
        "record": create.record,
        "title": create.title,
        "identifier": create.identifier,
        "source_url": create.source_url,
    }


def _summary(config: Partner, create: Create) -> str:
    return f"{create.identifier}: picture and key from {config.name}, task {config.items.bot_request} {create.summary.rpartition('(')[2]}".strip(
        " )"
    )


def _facts(entity: Entity) -> ItemFacts:
    return ItemFacts(id=entity.id, statements=entity.statements)


class ItemWriter:
    """Writes items for one plan."""

    def __init__(
        self,
        deps: Deps,
        config: Partner,
        client: Callable[[], WikidataClient],
        pen: Pen,
        *,
        account: str,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._deps, self._config, self._client, self._pen, self._sleep = deps, config, client, pen, sleep
        self._account, self._journal = account, Journal(deps.ledger.context)

    def write(self, action: EditItem | CreateItem) -> Ended:
        """Bring the action to its end. The file itself is never held for what happens to an item."""
        pub = self._deps.ledger.publication(int(action.file), self._config.publish.wiki)
        if not self._config.items.bot_request:
            return Ended(state="dropped", detail="no approved task is named (wikidata.bot_request)")
        if pub is None or not pub.page_id or pub.title != action.title or pub.state == "deleted":
            return Ended(state="dropped", detail="its file does not stand under this title")
        return self._edit(action) if isinstance(action, EditItem) else self._create(action)

    def _edit(self, action: EditItem) -> Ended:
        outcome = WriteOutcome(result=Result.NO_CHANGE)
        for _ in range(CONFLICT_TRIES):
            there = self._client().entities([action.item])[action.item]
            if there.missing or there.redirected_to:
                return Ended(state="dropped", detail=f"{action.item} is gone or was merged")
            claims = still_wanted(action, there)
            if not claims:
                return Ended(state="done", detail="nothing was left to say")
            outcome = self._send(action, action.item, {"claims": claims}, base=there.revision)
            if outcome.code not in BASE_GONE:
                break
        return self._ended(outcome, action.item)

    def _create(self, action: CreateItem) -> Ended:
        key = InventoryKey(number=action.number, collection=action.collection)
        if there := self._by_key(key):
            return Ended(state="dropped", detail=f"{there[0]} was made by somebody meanwhile")
        outcome = self._send_new(action, action.descriptions)
        if _CLASH in f"{outcome.code} {outcome.info}" or "already has label" in outcome.info:
            same = [
                id for id in _ITEM.findall(outcome.info) if holds_key(_facts(self._client().entities([id])[id]), key)
            ]
            if same:
                return Ended(state="dropped", detail=f"{same[0]} is this object already")
            if action.fallback and action.fallback != action.descriptions:
                outcome = self._send_new(action, action.fallback)
        return self._ended(outcome, outcome.title)

    def _send_new(self, action: CreateItem, descriptions: dict[str, str]) -> WriteOutcome:
        """Sent once. Without an answer the key is searched for; nothing else would tell a second item from the first."""
        terms = {"labels": action.labels, "descriptions": descriptions}
        data: dict[str, Any] = {
            name: {code: {"language": code, "value": text} for code, text in said.items()}
            for name, said in terms.items()
            if said
        }
        data["claims"] = list(action.statements)
        on_write = self._on_write(action, f"new item {action.number}", data)
        outcome = self._client().create_item(data=data, summary=action.summary, on_write=on_write)
        if outcome.result is not Result.UNKNOWN:
            return outcome
        key = InventoryKey(number=action.number, collection=action.collection)
        for wait in LOOKS:
            self._sleep(wait)
            if there := self._by_key(key):
                self._settle(int(action.file))
                return WriteOutcome(result=Result.APPLIED, title=there[0])
        return outcome

    def _by_key(self, key: InventoryKey) -> tuple[str, ...]:
        return self._client().by_inventory_number(key.number, key.collection)

    def _send(self, action: EditItem, item: str, data: dict[str, Any], *, base: int | None) -> WriteOutcome:
        on_write = self._on_write(action, item, data)
        sender = Sender(self._client(), wiki=item_wiki(self._config), account=self._account, sleep=self._sleep)
        outcome = sender.send(
            lambda: self._client().edit_entity(id=item, data=data, summary=action.summary, base_revision=base, on_write=on_write),
            look=lambda: _stand(self._client().entities([item])[item], action.add),
        )  # fmt: skip
        if outcome.result is Result.APPLIED and outcome.revision is None:
            self._settle(int(action.file))
        return outcome

    def _on_write(self, action: EditItem | CreateItem, target: str, data: dict[str, Any]) -> OnWrite:
        hook = self._pen.on_write(file_id=int(action.file), target=target, digest=digest(data), summary=action.summary)
        return lambda step: hook(STEP)

    def _settle(self, file_id: int) -> None:
        for edit in self._journal.unsettled(file_id=file_id):
            if edit.step == STEP:
                self._journal.outcome(edit.id, EditOutcome.APPLIED, code="settled", detail="by a look at the item")

    def _ended(self, outcome: WriteOutcome, item: str) -> Ended:
        if outcome.result in (Result.APPLIED, Result.NO_CHANGE):
            return Ended(state="done", detail=item)
        reason = Reason.NOT_AS_PUBLISHED if outcome.result is Result.UNKNOWN else refusal(outcome.code)
        return Ended(
            state="failed",
            reason=reason,
            code=outcome.code,
            detail=f"{item or 'new item'}: {outcome.info or outcome.code}",
        )


def item_wiki(config: Partner) -> str:
    """The connection of the item repository."""
    return config.items.wiki or config.publish.wiki


def still_wanted(action: EditItem, there: Entity) -> list[dict[str, Any]]:
    """Of the approved statements those that nobody gave meanwhile, and references for statements that are still bare and the same."""
    now = {claim.get("id"): claim for group in there.statements.values() for claim in group}
    add = [
        claim
        for claim in action.add
        if claim["id"] not in now and not there.statements.get(claim["mainsnak"]["property"])
    ]
    refer = []
    for claim in action.refer:
        current = now.get(claim["id"])
        if (
            current is not None
            and not current.get("references")
            and {**current, "references": claim["references"]} == claim
        ):
            refer.append(claim)
    return [*add, *refer]


def item_stands(deps: Deps, edit: Edit) -> bool:
    """Whether a write to an item whose answer never came took effect."""
    plan = deps.ledger.plan(edit.plan_id)
    config = deps.partner_of_run(plan.run_id)
    for line in read_lines(deps.store, layout.plan_actions(plan.partner, plan.id)):
        action = decode_action(line)
        if isinstance(action, EditItem) and int(action.file) == edit.file_id:
            return _stand(deps.wikidata(config).entities([action.item])[action.item], action.add)
        if isinstance(action, CreateItem) and int(action.file) == edit.file_id:
            return bool(deps.wikidata(config).by_inventory_number(action.number, action.collection))
    return False


def _stand(entity: Entity, claims: Sequence[dict[str, Any]]) -> bool:
    there = {claim.get("id") for group in entity.statements.values() for claim in group}
    return bool(claims) and any(claim["id"] in there for claim in claims)
