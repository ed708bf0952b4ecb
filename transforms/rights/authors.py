"""Whose death counts (law: section 5.3 of the README).

- Roles that count: `record.AUTHOR_ROLES`, a contributor without role included (safe side).
- "attributed to" keeps the name's dates; workshop, circle, follower, school and manner are an unknown hand.
- "after X": X counts as well as the hand that copied; X alone means that the hand is unknown.
- A body beside named persons does not count; a body alone is an unknown author.
"""

from __future__ import annotations

import re

from glamflow.transforms.record import Agent, AgentKind, Attribution, Model, Record, Role
from glamflow.transforms.rights.dating import Dating, latest_year

_UNKNOWN_HAND = (
    Attribution.WORKSHOP_OF,
    Attribution.CIRCLE_OF,
    Attribution.FOLLOWER_OF,
    Attribution.SCHOOL_OF,
    Attribution.MANNER_OF,
)
_PUBLISHED_ANONYMOUSLY = re.compile(
    r"published anonymously|anonymous publication|anonymt utgiven|anonym (?:veröffentlicht|erschienen)|publié anonymement",
    re.IGNORECASE,
)
_BIRTH_TO_DEATH = 122  # the longest life that anybody is known to have had
_OLDEST, _YOUNGEST = 100, 10


class Author(Model, frozen=True, kw_only=True):
    """One author as copyright sees it. `active` is the last year in which an undated author is known to have worked."""

    name: str = ""
    birth: int | None = None
    death: int | None = None
    active: int | None = None
    origin: str = ""

    @property
    def last_possible_death(self) -> int | None:
        """Year of death, or the latest one that the birth year allows."""
        if self.death is not None:
            return self.death
        return self.birth + _BIRTH_TO_DEATH if self.birth is not None else None


class Authorship(Model, frozen=True, kw_only=True):
    """All authors that count; `named` is False where nobody is known by name."""

    authors: tuple[Author, ...]
    persons: bool = False  # a person (or an unknown hand) made it, not only a body
    corporate: tuple[str, ...] = ()
    anonymous_publication: bool = False
    contradiction: str = ""

    @property
    def deaths(self) -> tuple[int, ...]:
        """Death years of all authors, () if one of them has none."""
        years = tuple(a.death for a in self.authors if a.death is not None)
        return years if len(years) == len(self.authors) else ()


def find_authors(record: Record, dating: Dating) -> Authorship:
    """The authors of the work; one unknown author if the record names nobody who counts."""
    agents = record.authors
    bodies = tuple(a.name for a in agents if a.kind is AgentKind.CORPORATE or a.role is Role.MANUFACTURER)
    persons = tuple(
        a for a in agents if a.kind is not AgentKind.CORPORATE and not (a.role is Role.MANUFACTURER and not _dated(a))
    )
    authors = [author for agent in persons for author in _author(agent)]
    if persons and all(a.attribution is Attribution.AFTER for a in persons):
        authors.append(Author())
    return Authorship(
        authors=tuple(dict.fromkeys(authors)) or (Author(),),
        persons=bool(persons) or not bodies,
        corporate=bodies,
        anonymous_publication=any(_PUBLISHED_ANONYMOUSLY.search(f"{a.name} {a.as_stated}") for a in agents),
        contradiction=next((text for a in persons if (text := _contradiction(a, dating))), ""),
    )


def _author(agent: Agent) -> tuple[Author, ...]:
    active = latest_year(agent.active) if agent.active else None
    if agent.attribution in _UNKNOWN_HAND or agent.kind is AgentKind.ANONYMOUS:
        return (Author(active=active),)
    return (
        Author(
            name=agent.name, birth=agent.birth, death=agent.death, active=active, origin=agent.facts_from or "record"
        ),
    )


def _dated(agent: Agent) -> bool:
    return agent.birth is not None or agent.death is not None


def _contradiction(agent: Agent, dating: Dating) -> str:
    if agent.birth is not None and agent.death is not None and not 0 <= agent.death - agent.birth <= _BIRTH_TO_DEATH:
        return f"{agent.name} cannot have lived from {agent.birth} to {agent.death}"
    if (
        agent.attribution in _UNKNOWN_HAND
        or agent.attribution is Attribution.AFTER
        or agent.kind is AgentKind.ANONYMOUS
    ):
        return ""
    first = dating.earliest if dating.earliest is not None else dating.latest
    if agent.death is not None and first is not None and agent.death < first - 1 and not dating.later:
        return f"{agent.name} died in {agent.death}, but the work is dated {first}"
    if agent.birth is not None and dating.latest is not None and dating.latest - agent.birth < _YOUNGEST:
        return f"{agent.name} was born in {agent.birth}, but the work is dated {dating.latest}"
    if agent.birth is not None and first is not None and first - agent.birth > _OLDEST and not dating.later:
        return f"{agent.name} was born in {agent.birth}, but the work is dated {first}"
    return ""
