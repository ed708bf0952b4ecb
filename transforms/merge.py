"""`three_way(base, theirs, ours)`: what to change on a page so that it says what we now know, without touching what people did.

`base` is what we last wrote, `theirs` the page as it is, `ours` what we would write today.

Laws (property tests in `tests/transforms/test_merge.py`)
- Nothing to do when theirs equals ours, whatever the base.
- Applying the actions and merging again changes nothing.
- A value that somebody changed, added or removed since the base stays as they left it; the order of statements does not matter.

Rules (architecture 10, sdc.md 4)
- Parameters and captions are set only where they are as we left them; a parameter in several languages moves language by language
  (`commons/tongues.py`). On a page that is not ours (no base): only empty ones are filled.
- A statement is amended or retracted only where it is exactly as we wrote it: rank, every qualifier and every reference.
- Something of ours that somebody removed stays removed. Licence and copyright status are never changed after the first write.
- A new statement is not put beside another value of somebody else's for a property that has one value, nor where somebody removed
  the value that we gave before.
- A later retrieval date alone is no change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from glamflow.transforms.commons import tongues
from glamflow.transforms.record import Model
from glamflow.transforms.wikibase.ids import P
from glamflow.transforms.wikibase.shown import shown_claim
from glamflow.transforms.wikibase.statement import (
    Statement,
    canonical_snak,
    identity,
    property_of,
    qualifiers_of,
    references_of,
)

FROZEN = frozenset({P.COPYRIGHT_LICENSE, P.COPYRIGHT_STATUS})
"""Never changed or retracted after the first write; a change at source is a report line."""

MANY_VALUED = frozenset(
    {P.COLLECTION, P.DEPICTS, P.INVENTORY_NUMBER, P.LANGUAGE_OF_WORK, P.MAIN_SUBJECT, P.TITLE, P.LOCATION_OF_CREATION}
)
"""Properties where our value may stand beside another's."""

_RETRIEVED = f'["{P.RETRIEVED}"'


class PageState(Model, frozen=True, kw_only=True):
    """The parts of a file page that we read and write. Statements as in JSON, with ids where they stand on the wiki."""

    params: dict[str, str] = msgspec.field(default_factory=dict)
    captions: dict[str, str] = msgspec.field(default_factory=dict)
    statements: tuple[dict[str, Any], ...] = ()


class Create(Model, frozen=True, kw_only=True, tag="create"):
    """There is no page yet."""

    state: PageState


class AddClaim(Model, frozen=True, kw_only=True, tag="add_claim"):
    statement: dict[str, Any]


class AmendOurs(Model, frozen=True, kw_only=True, tag="amend_ours"):
    """`statement` (with the id of the old one) replaces a statement that is wholly ours."""

    statement: dict[str, Any]


class RetractOurs(Model, frozen=True, kw_only=True, tag="retract_ours"):
    """`statement` is wholly ours and no longer true."""

    statement: dict[str, Any]


class SetParam(Model, frozen=True, kw_only=True, tag="set_param"):
    """`value` "" takes the parameter out. `said`: what of the value is ours, where people added to it."""

    name: str
    value: str
    said: str | None = None


class SetCaption(Model, frozen=True, kw_only=True, tag="set_caption"):
    """`value` "" takes the caption out."""

    language: str
    value: str


class Keep(Model, frozen=True, kw_only=True, tag="keep"):
    """Left as people made it, and nothing to report but that."""

    what: str
    why: str = ""


class Conflict(Model, frozen=True, kw_only=True, tag="conflict"):
    """We know something newer, people have something else: for a person, never overwritten."""

    what: str
    theirs: str = ""
    ours: str = ""


Action = Create | AddClaim | AmendOurs | RetractOurs | SetParam | SetCaption | Keep | Conflict
CHANGES = (Create, AddClaim, AmendOurs, RetractOurs, SetParam, SetCaption)


def three_way(base: PageState | None, theirs: PageState | None, ours: PageState) -> tuple[Action, ...]:
    if theirs is None:
        return (Create(state=ours),) if base is None else (Conflict(what="page", ours="published", theirs="deleted"),)
    return (
        *_params(base, theirs, ours),
        *_captions(base, theirs, ours),
        *_statements(base, theirs, ours),
    )


def changes(actions: Iterable[Action]) -> tuple[Action, ...]:
    """The actions that write something."""
    return tuple(action for action in actions if isinstance(action, CHANGES))


def apply(theirs: PageState | None, actions: Iterable[Action]) -> PageState:
    """The page after `actions`: what a verifying reader must find."""
    state = theirs or PageState()
    params, captions, statements = dict(state.params), dict(state.captions), list(state.statements)
    for action in actions:
        match action:
            case Create(state=new):
                params, captions, statements = dict(new.params), dict(new.captions), list(new.statements)
            case SetParam(name=name, value=value):
                params = {k: v for k, v in (params | {name: value}).items() if v}
            case SetCaption(language=language, value=value):
                captions = {k: v for k, v in (captions | {language: value}).items() if v}
            case AddClaim(statement=claim):
                statements.append(claim)
            case AmendOurs(statement=claim):
                statements = [claim if _is_target(s, claim) else s for s in statements]
            case RetractOurs(statement=claim):
                statements.remove(claim)
            case _:
                pass
    return PageState(params=params, captions=captions, statements=tuple(statements))


def _is_target(there: Statement, new: Statement) -> bool:
    return there.get("id") == new["id"] if "id" in new else identity(there) == identity(new)


def _params(base: PageState | None, theirs: PageState, ours: PageState) -> list[Action]:
    actions: list[Action] = []
    before = base.params if base else {}
    for name in dict.fromkeys([*ours.params, *before]):
        was, there, wanted = before.get(name, ""), theirs.params.get(name, ""), ours.params.get(name, "")
        if there == wanted:
            continue
        if there == was:
            actions.append(SetParam(name=name, value=wanted))
        elif wanted == was or base is None:
            actions.append(Keep(what=f"parameter {name}", why="edited by somebody"))
        elif (merged := tongues.merge(was, there, wanted)) is not None:
            actions += _by_language(name, there, merged)
        else:
            actions.append(Conflict(what=f"parameter {name}", theirs=there, ours=wanted))
    return actions


def _by_language(name: str, there: str, merged: tongues.Merged) -> Iterator[Action]:
    if merged.value != there:
        yield SetParam(name=name, value=merged.value, said=merged.said)
    for language, (theirs, ours) in merged.conflicts.items():
        yield Conflict(what=f"parameter {name} ({language})", theirs=theirs, ours=ours)
    if merged.value == there and not merged.conflicts:
        yield Keep(what=f"parameter {name}", why="edited by somebody")


def _captions(base: PageState | None, theirs: PageState, ours: PageState) -> list[Action]:
    actions: list[Action] = []
    before = base.captions if base else {}
    for language in dict.fromkeys([*ours.captions, *before]):
        was, there, wanted = (
            before.get(language, ""),
            theirs.captions.get(language, ""),
            ours.captions.get(language, ""),
        )
        if there == wanted:
            continue
        if there == was:
            actions.append(SetCaption(language=language, value=wanted))
        elif wanted == was or base is None or not there:
            actions.append(Keep(what=f"caption {language}", why="edited by somebody"))
        else:
            actions.append(Conflict(what=f"caption {language}", theirs=there, ours=wanted))
    return actions


def _statements(base: PageState | None, theirs: PageState, ours: PageState) -> list[Action]:
    before = {identity(claim): claim for claim in (base.statements if base else ())}
    wanted = {identity(claim): claim for claim in ours.statements}
    there: dict[str, list[Statement]] = {}
    for claim in theirs.statements:
        there.setdefault(identity(claim), []).append(claim)
    untouched = {key: claim for key, was in before.items() for claim in there.get(key, ()) if _same(claim, was)}
    foreign = [claim for key, group in there.items() for claim in group if claim is not untouched.get(key)]
    removed = {property_of(claim) for key, claim in before.items() if key not in there}
    actions: list[Action] = []
    for key, claim in wanted.items():
        if key in there:
            actions += _amended(there[key], claim, untouched.get(key), before.get(key))
        elif key in before:
            actions.append(Keep(what=property_of(claim), why="removed or changed by somebody"))
        else:
            actions.append(_added(claim, foreign, first_write=not before, removed=property_of(claim) in removed))
    actions += [
        _retracted(claim, untouched.get(key)) for key, claim in before.items() if key not in wanted and key in there
    ]
    return sorted(actions, key=lambda action: not isinstance(action, RetractOurs))


def _amended(
    there: list[Statement], wanted: Statement, untouched: Statement | None, was: Statement | None
) -> list[Action]:
    """The same thing is said already; perhaps with fewer or other qualifiers."""
    if any(_same(claim, wanted) for claim in there):
        return []
    if untouched is None and was is not None and not _same(was, wanted):
        told = "; ".join(sorted(shown_claim(claim, whole=True) for claim in there))
        return [Conflict(what=property_of(wanted), theirs=told, ours=shown_claim(wanted, whole=True))]
    if untouched is None:
        covered = any(qualifiers_of(wanted) <= qualifiers_of(claim) for claim in there)
        return [] if covered else [Keep(what=property_of(wanted), why="somebody's own statement")]
    if property_of(wanted) in FROZEN:
        same = qualifiers_of(wanted) == qualifiers_of(untouched)
        return [] if same else [Conflict(what=property_of(wanted), theirs="as published", ours="other qualifiers")]
    return [AmendOurs(statement=wanted | ({"id": untouched["id"]} if "id" in untouched else {}))]


def _added(claim: Statement, foreign: Iterable[Statement], *, first_write: bool, removed: bool) -> Action:
    name = property_of(claim)
    others = sorted({shown_claim(s) for s in foreign if property_of(s) == name})
    if ((others or removed) and name not in MANY_VALUED) or (name in FROZEN and not first_write):
        shown = "; ".join(others) or ("removed" if removed else "as published")
        return Conflict(what=name, theirs=shown, ours=shown_claim(claim))
    return AddClaim(statement=claim)


def _retracted(was: Statement, untouched: Statement | None) -> Action:
    if property_of(was) in FROZEN:
        return Conflict(what=property_of(was), theirs="as published", ours="no longer so at source")
    if untouched is None:
        return Keep(what=property_of(was), why="edited by somebody")
    return RetractOurs(statement=untouched)


def _same(one: Statement, other: Statement) -> bool:
    """As `says_the_same`, with retrieval dates left out."""
    return (
        canonical_snak(one["mainsnak"]) == canonical_snak(other["mainsnak"])
        and qualifiers_of(one) == qualifiers_of(other)
        and _sources(one) == _sources(other)
        and one.get("rank", "normal") == other.get("rank", "normal")
    )


def _sources(claim: Statement) -> frozenset[frozenset[str]]:
    return frozenset(
        frozenset(snak for snak in reference if not snak.startswith(_RETRIEVED)) for reference in references_of(claim)
    )
