"""From the actions of a merge to what is sent: one edit of the text, one edit of the entity, and what people must be told.

Statements that are added get their id here (the M-id is known), so that the same edit sent twice adds nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec

from glamflow.transforms.commons.page_text import write_parameters
from glamflow.transforms.merge import (
    Action,
    AddClaim,
    AmendOurs,
    Conflict,
    Keep,
    PageState,
    RetractOurs,
    SetCaption,
    SetParam,
    three_way,
)
from glamflow.transforms.record import Model
from glamflow.transforms.wikibase.statement import with_id

_Kind = TypeVar("_Kind")


class Update(Model, frozen=True, kw_only=True):
    """`text` is "" where the page's text stays; the rest are the fields of `actions.UpdateText` and `actions.UpdateStatements`.
    `said`: what of a parameter is ours where people added to it. A caption "" is taken out."""

    text: str = ""
    params: dict[str, str] = msgspec.field(default_factory=dict)
    said: dict[str, str] = msgspec.field(default_factory=dict)
    captions: dict[str, str] = msgspec.field(default_factory=dict)
    add: tuple[dict[str, Any], ...] = ()
    amend: tuple[dict[str, Any], ...] = ()
    retract: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    kept: tuple[Keep, ...] = ()

    @property
    def changes_entity(self) -> bool:
        return bool(self.captions or self.add or self.amend or self.retract)

    @property
    def entity_data(self) -> dict[str, Any]:
        """`data` of one `wbeditentity`; sent again with the same ids it changes nothing."""
        labels = {
            code: {"language": code, **({"value": text} if text else {"remove": ""})}
            for code, text in self.captions.items()
        }
        claims = [*self.add, *self.amend, *({"id": id, "remove": ""} for id in self.retract)]
        return ({"labels": labels} if labels else {}) | ({"claims": claims} if claims else {})


def plan_update(entity: str, wikitext: str, *, base: PageState | None, theirs: PageState, ours: PageState) -> Update:
    """`entity`: the M-id; `wikitext`: the page as it is now, of which only our parameters change."""
    actions = three_way(base, theirs, ours)
    params = {action.name: action.value for action in _of(SetParam, actions)}
    text = write_parameters(wikitext, params)
    return Update(
        text=text if text != wikitext else "",
        params=params if text != wikitext else {},
        said={action.name: action.said for action in _of(SetParam, actions) if action.said is not None}
        if text != wikitext
        else {},
        captions={action.language: action.value for action in _of(SetCaption, actions)},
        add=tuple(with_id(entity, action.statement) for action in _of(AddClaim, actions)),
        amend=tuple(action.statement for action in _of(AmendOurs, actions)),
        retract=tuple(str(action.statement["id"]) for action in _of(RetractOurs, actions) if "id" in action.statement),
        conflicts=tuple(_of(Conflict, actions)),
        kept=tuple(_of(Keep, actions)),
    )


def _of(kind: type[_Kind], actions: Iterable[Action]) -> list[_Kind]:
    return [action for action in actions if isinstance(action, kind)]
