"""What one revision changed among the statements of a page of ours, statement by statement (by their ids)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from glamflow.transforms.commons.observed import LICENCES, Change, Kind, State
from glamflow.transforms.wikibase.shown import qualifier_snaks, reference_snaks, shown_claim, shown_snak
from glamflow.transforms.wikibase.statement import canonical_snak, identity, property_of, says_the_same

Statement = Mapping[str, Any]


def statement_changes(before: State, after: State, earlier: Sequence[State]) -> Iterator[Change]:
    old, new = _by_id(before), _by_id(after)
    names = dict.fromkeys(property_of(claim) for claim in (*old.values(), *new.values()))
    for name in names:
        gone = [claim for id, claim in old.items() if id not in new and property_of(claim) == name]
        come = [claim for id, claim in new.items() if id not in old and property_of(claim) == name]
        kept = [(old[id], new[id]) for id in old if id in new and property_of(new[id]) == name]
        if name in LICENCES:
            yield from _licence(name, gone, come, kept)
            continue
        yield from _exchanged(name, gone, come, earlier)
        for was, now in kept:
            yield from _touched(name, was, now)


def _by_id(state: State) -> dict[str, Statement]:
    return {str(claim.get("id", number)): claim for number, claim in enumerate(state.statements)}


def _licence(
    name: str, gone: list[Statement], come: list[Statement], kept: list[tuple[Statement, Statement]]
) -> Iterator[Change]:
    touched = [(was, now) for was, now in kept if not says_the_same(was, now)]
    before = [shown_claim(claim) for claim in (*gone, *(was for was, _ in touched))]
    after = [shown_claim(claim) for claim in (*come, *(now for _, now in touched))]
    if before or after:
        yield Change(kind=Kind.LICENCE_CHANGED, field=name, before="; ".join(before), after="; ".join(after))


def _exchanged(name: str, gone: list[Statement], come: list[Statement], earlier: Sequence[State]) -> Iterator[Change]:
    """Statements taken away, given, or one in the place of another."""
    pairs = max(len(gone), len(come))
    for was, now in zip(gone + [None] * (pairs - len(gone)), come + [None] * (pairs - len(come)), strict=True):
        if was is None and now is not None:
            kind = Kind.RESTORED if _first_said_by_us(now, earlier) else Kind.IMPROVED
        elif was is not None and not _first_said_by_us(was, earlier):
            kind = Kind.EDITED if now is None else Kind.CORRECTED
        elif now is None:
            kind = Kind.REVERTED
        else:
            said_before = any(identity(now) == identity(claim) for state in earlier for claim in state.statements)
            kind = Kind.REVERTED if said_before else Kind.CORRECTED
        yield Change(kind=kind, field=name, before=shown_claim(was) if was else "", after=shown_claim(now) if now else "")


def _touched(name: str, was: Statement, now: Statement) -> Iterator[Change]:
    """The same statement with another value, rank, other qualifiers or references."""
    if canonical_snak(was["mainsnak"]) != canonical_snak(now["mainsnak"]):
        yield Change(kind=Kind.CORRECTED, field=name, before=shown_claim(was), after=shown_claim(now))
        return
    ranks = str(was.get("rank", "normal")), str(now.get("rank", "normal"))
    if ranks[0] != ranks[1]:
        kind = Kind.CORRECTED if "deprecated" in ranks else Kind.IMPROVED
        yield Change(
            kind=kind, field=f"{name} (rank)", before=f"{shown_claim(was)}: {ranks[0]}", after=f"{shown_claim(now)}: {ranks[1]}"
        )
    for part in ("qualifiers", "references"):
        old, new = _parts(was, part), _parts(now, part)
        less, more = [old[key] for key in old if key not in new], [new[key] for key in new if key not in old]
        if less or more:
            kind = Kind.CORRECTED if less else Kind.IMPROVED
            yield Change(kind=kind, field=f"{name} ({part})", before="; ".join(less), after="; ".join(more))


def _parts(claim: Statement, part: str) -> dict[str, str]:
    snaks = qualifier_snaks(claim) if part == "qualifiers" else reference_snaks(claim)
    return {canonical_snak(snak): shown_snak(snak) for snak in snaks}


def _first_said_by_us(claim: Statement, earlier: Sequence[State]) -> bool:
    first = next(
        (state for state in earlier if any(one.get("id") == claim.get("id") for one in state.statements)), None
    )
    return first is not None and first.by_us
