"""The reference that stands on every statement of ours: record page (P854) and the day of the source's snapshot (P813).

P813 is the date of the snapshot, not of the run: otherwise every run would look like a change.
By this reference our own statements are recognised later (`is_ours`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from glamflow.transforms.wikibase.ids import P
from glamflow.transforms.wikibase.statement import snak
from glamflow.transforms.wikibase.values import day, url

_OUR_PARTS = frozenset({P.REFERENCE_URL, P.RETRIEVED})


def record_references(address: str, retrieved: dt.date) -> list[dict[str, Any]]:
    """The one reference, or none where the record has no web address that could be named."""
    named = url(address)
    if named is None:
        return []
    snaks = {P.REFERENCE_URL: [snak(P.REFERENCE_URL, named)], P.RETRIEVED: [snak(P.RETRIEVED, day(retrieved))]}
    return [{"snaks": snaks, "snaks-order": list(snaks)}]


def is_ours(claim: Mapping[str, Any], urls: frozenset[str]) -> bool:
    """Every reference names one of `urls` (record pages of this partner) and holds nothing that somebody added."""
    references = claim.get("references") or ()
    return bool(references) and all(_is_our_reference(reference, urls) for reference in references)


def _is_our_reference(reference: Mapping[str, Any], urls: frozenset[str]) -> bool:
    snaks = reference.get("snaks") or {}
    named = {s.get("datavalue", {}).get("value") for s in snaks.get(P.REFERENCE_URL, ())}
    return set(snaks) <= _OUR_PARTS and bool(named) and named <= urls
