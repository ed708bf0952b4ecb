"""What one revision changed among the statements of a page of ours, statement by statement (by their ids)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from glamflow.transforms.commons.observed import LICENCES, Change, Kind, State
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


def shown_value(snak: Statement) -> str:
    """The value of a snak in few words: an item's id, a text, a date as far as it is known."""
    data = snak.get("datavalue")
    if not data:
        return "?" if snak.get("snaktype") == "somevalue" else "–"
    value = data["value"]
    match data.get("type"):
        case "wikibase-entityid":
            return str(value.get("id") or f"Q{value['numeric-id']}")
        case "time":
            return _date(value)
        case "monolingualtext":
            return f"{value['text']} ({value['language']})"
        case "quantity":
            return str(value["amount"]).lstrip("+")
        case "globecoordinate":
            return f"{value['latitude']:g}, {value['longitude']:g}"
        case _:
            return str(value)


def _date(value: Mapping[str, Any]) -> str:
    date = str(value["time"]).partition("T")[0].lstrip("+")
    year, month, day = date.rsplit("-", 2)
    return {11: f"{year}-{month}-{day}", 10: f"{year}-{month}"}.get(value["precision"], year.lstrip("0") or "0")


def _by_id(state: State) -> dict[str, Statement]:
    return {str(claim.get("id", number)): claim for number, claim in enumerate(state.statements)}


def _licence(
    name: str, gone: list[Statement], come: list[Statement], kept: list[tuple[Statement, Statement]]
) -> Iterator[Change]:
    touched = [(was, now) for was, now in kept if not says_the_same(was, now)]
    before = [_shown(claim) for claim in (*gone, *(was for was, _ in touched))]
    after = [_shown(claim) for claim in (*come, *(now for _, now in touched))]
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
        yield Change(kind=kind, field=name, before=_shown(was) if was else "", after=_shown(now) if now else "")


def _touched(name: str, was: Statement, now: Statement) -> Iterator[Change]:
    """The same statement with another value, rank, other qualifiers or references."""
    if canonical_snak(was["mainsnak"]) != canonical_snak(now["mainsnak"]):
        yield Change(kind=Kind.CORRECTED, field=name, before=_shown(was), after=_shown(now))
        return
    ranks = str(was.get("rank", "normal")), str(now.get("rank", "normal"))
    if ranks[0] != ranks[1]:
        kind = Kind.CORRECTED if "deprecated" in ranks else Kind.IMPROVED
        yield Change(
            kind=kind, field=f"{name} (rank)", before=f"{_shown(was)}: {ranks[0]}", after=f"{_shown(now)}: {ranks[1]}"
        )
    for part in ("qualifiers", "references"):
        old, new = _parts(was, part), _parts(now, part)
        less, more = [old[key] for key in old if key not in new], [new[key] for key in new if key not in old]
        if less or more:
            kind = Kind.CORRECTED if less else Kind.IMPROVED
            yield Change(kind=kind, field=f"{name} ({part})", before="; ".join(less), after="; ".join(more))


def _parts(claim: Statement, part: str) -> dict[str, str]:
    groups = (
        [claim.get("qualifiers") or {}]
        if part == "qualifiers"
        else [one.get("snaks") or {} for one in claim.get("references") or ()]
    )
    snaks = [snak for group in groups for many in group.values() for snak in many]
    return {canonical_snak(snak): f"{snak['property']} = {shown_value(snak)}" for snak in snaks}


def _shown(claim: Statement) -> str:
    """The value; where it says little, what is said about it."""
    value = shown_value(claim["mainsnak"])
    return (
        value
        if claim["mainsnak"].get("snaktype", "value") == "value"
        else ", ".join([value, *_parts(claim, "qualifiers").values()])
    )


def _first_said_by_us(claim: Statement, earlier: Sequence[State]) -> bool:
    first = next(
        (state for state in earlier if any(one.get("id") == claim.get("id") for one in state.statements)), None
    )
    return first is not None and first.by_us
