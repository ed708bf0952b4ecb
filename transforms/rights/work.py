"""The facts of a work that copyright asks for, gathered once; no date of judgement enters here."""

from __future__ import annotations

from glamflow.transforms.policy import RightsPolicy
from glamflow.transforms.record import Model, Record
from glamflow.transforms.rights.authors import Author, Authorship, find_authors
from glamflow.transforms.rights.countries import country_of
from glamflow.transforms.rights.dating import Dating, date_work
from glamflow.transforms.rights.kinds import ObjectType, object_types

_LIVES = 2003  # works first published since then follow the rule for unpublished ones in the United States


class Work(Model, frozen=True, kw_only=True):
    """`use` is published, unpublished or either (both rules must then be satisfied)."""

    authorship: Authorship
    dating: Dating
    country: str = ""
    use: str = "either"
    groups: frozenset[str] = frozenset()
    stated_unpublished: bool = False

    @property
    def authors(self) -> tuple[Author, ...]:
        """The authors that count, never empty."""
        return self.authorship.authors

    @property
    def made(self) -> int | None:
        """The latest year of making; without any date the last death is the limit, unless the work may be posthumous."""
        if self.dating.latest is not None:
            return self.dating.latest
        if self.dating.later:
            return None
        limits = [a.last_possible_death if a.last_possible_death is not None else a.active for a in self.authors]
        known = [year for year in limits if year is not None]
        return max(known) if len(known) == len(limits) else None


def gather_work(record: Record, policy: RightsPolicy) -> Work:
    """Authors, dates, country and publication of the record's work."""
    dating = date_work(record)
    types = object_types(record)
    return Work(
        authorship=find_authors(record, dating),
        dating=dating,
        country=country_of(record, policy),
        use=_use(record, dating, types),
        groups=frozenset(t.group for t in types if t.group),
        stated_unpublished=record.published is False,
    )


def _use(record: Record, dating: Dating, types: tuple[ObjectType, ...]) -> str:
    if dating.published is not None and dating.published >= _LIVES:
        return "unpublished" if record.published is not True else "either"
    if record.published is not None or dating.published is not None:
        return "unpublished" if record.published is False else "published"
    uses = {t.use for t in types}
    return uses.pop() if len(uses) == 1 else "either"
