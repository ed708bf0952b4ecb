"""Copyright statements for MediaInfo in short form (law: section 9 of the README).

`{"property": "P6216", "value": "Q19652", "qualifiers": {"P1001": "Q60332278", "P459": "Q29940705"}}`; one P6216 per pair of
qualifiers, all with the same value; `value` is a Q-id, except for P8264 (text). Qualifiers may be absent.
"""

from __future__ import annotations

from typing import Any

from glamflow.transforms.rights.licences import Licence
from glamflow.transforms.rights.public_domain import HalfResult

Statement = dict[str, Any]

_PUBLIC_DOMAIN, _COPYRIGHTED, _WAIVED = "Q19652", "Q50423863", "Q88088423"
_SOURCE_PAIRS = {100: ("Q60332278", "Q29940705"), 80: ("Q61830521", "Q29940641"), 70: ("Q59542795", "Q29870196")}
_US_EXPIRED = ("Q30", "Q47246828")
_US_GOVERNMENT = ("Q30", "Q60671452")


def public_domain(source: HalfResult, us: HalfResult) -> tuple[Statement, ...]:
    """One statement per half whose determination is settled; the US rule for unpublished works is not."""
    pairs = [_SOURCE_PAIRS[source.years]] if source.years else []
    pairs += [] if us.unpublished else [_US_EXPIRED]
    return tuple(_status(_PUBLIC_DOMAIN, pair) for pair in pairs)


def licensed(licence: Licence, credit: str) -> tuple[Statement, ...]:
    """Copyrighted (or waived) with the licence and whom to name."""
    found = [_status(_WAIVED if licence.waiver else _COPYRIGHTED, None)]
    found += [{"property": "P275", "value": licence.item}] if licence.item else []
    return (*found, *attribution(licence, credit))


def attribution(licence: Licence, credit: str) -> tuple[Statement, ...]:
    """Whom to name, where the licence asks for it."""
    return ({"property": "P8264", "value": credit},) if credit and not licence.waiver else ()


def us_government() -> tuple[Statement, ...]:
    """Works of the United States government."""
    return (_status(_PUBLIC_DOMAIN, _US_GOVERNMENT),)


def rights_statement(item: str) -> Statement:
    """The statement of rightsstatements.org that the partner made, beside our own reason."""
    return {"property": "P6426", "value": item}


def _status(value: str, pair: tuple[str, str] | None) -> Statement:
    statement: Statement = {"property": "P6216", "value": value}
    if pair:
        statement["qualifiers"] = {"P1001": pair[0], "P459": pair[1]}
    return statement
