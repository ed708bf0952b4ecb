"""Terms per country (law: section 7 of the README). A term below 70 years is never used automatically; unknown is 100."""

from __future__ import annotations

import msgspec

from glamflow.transforms.policy import RightsPolicy
from glamflow.transforms.record import PlaceKind, Record
from glamflow.transforms.rights.tables import read_table

_MIN_TERM = 70
_SPANISH_TURN = 1987  # deaths before 7 December 1987 keep 80 years; the year counts as before


class _Special(msgspec.Struct):
    extra: int
    died_from: int = 0
    names: frozenset[str] = frozenset()


class _Countries(msgspec.Struct):
    unknown_term: int
    default_uraa: int
    successors: dict[str, str]
    countries: dict[str, list[int]]
    simple_photo_countries: dict[str, int | None]
    war_service: dict[str, _Special]
    died_for_country: dict[str, _Special]


_TABLE = read_table("countries", _Countries)


def country_of(record: Record, policy: RightsPolicy) -> str:
    """Country of first publication, else of making, else the partner's default, else "".

    Several at one step: the one with the longest term, another before the United States. The depicted place and the museum's country never count.
    """
    for kind in (PlaceKind.PUBLISHED, PlaceKind.MADE):
        codes = {_successor(p.country) for p in record.places if p.kind is kind and p.country}
        if codes:
            return max(sorted(codes), key=lambda code: (term(code), code != "US"))
    return _successor(policy.default_country) if policy.default_country else ""


def is_listed(country: str) -> bool:
    """False for a code that the table does not know: judged as unknown, and worth a warning."""
    return country in _TABLE.countries


def term(country: str, death: int | None = None) -> int:
    """Years after death that the engine waits for: never below 70, 100 where the country is unknown."""
    if country == "ES" and death is not None and death > _SPANISH_TURN:
        return _MIN_TERM
    return max(_MIN_TERM, _TABLE.countries[country][0]) if is_listed(country) else _TABLE.unknown_term


def legal_term(country: str) -> int:
    """Years after death in the law of the country, for reviewed rules only."""
    return _TABLE.countries[country][0] if is_listed(country) else _TABLE.unknown_term


def doubtful_extension(country: str, name: str, death: int) -> int:
    """Further years that may run on top of the term (war service, died for France); a person must look."""
    war = _TABLE.war_service.get(country)
    if war and death >= war.died_from:
        return war.extra
    fallen = _TABLE.died_for_country.get(country)
    return fallen.extra if fallen and name.casefold() in fallen.names else 0


def home_free_on_uraa_date(country: str, death: int) -> bool | None:
    """Was the work of an author who died then free at home when US copyright was restored? None: not known."""
    if not is_listed(country):
        return None
    row = _TABLE.countries[country]
    return death + row[1] < (row[2] if len(row) > 2 else _TABLE.default_uraa)


def simple_photo_years(country: str) -> int | None:
    """Years from making after which simple photographs are old enough to ask people; None: no such rule."""
    if country not in _TABLE.simple_photo_countries:
        return None
    row = _TABLE.countries[country]
    return max(row[3] if len(row) > 3 else 50, 50)


def simple_photo_home_free_before(country: str) -> int | None:
    """Simple photographs made before this year were free at home on the URAA date."""
    return _TABLE.simple_photo_countries.get(country)


def countries() -> tuple[str, ...]:
    """All listed codes."""
    return tuple(sorted(_TABLE.countries))


def _successor(code: str) -> str:
    upper = code.strip().upper()
    return _TABLE.successors.get(upper, upper)
