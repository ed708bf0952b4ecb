"""Is the work free by its own facts in its source country and in the United States (law: section 5 of the README)?

Both halves must be free. All terms end on 31 December, so only years count: free in year Y when Y - n > term.
Unknown is never assumed: what is missing leads to a hold, what the facts bar to a reject.
"""

from __future__ import annotations

from enum import IntEnum

from glamflow.transforms.record import Model
from glamflow.transforms.rights.authors import Author
from glamflow.transforms.rights.countries import (
    doubtful_extension,
    home_free_on_uraa_date,
    is_listed,
    term,
)
from glamflow.transforms.rights.work import Work

_UNKNOWN_AUTHOR = 120  # years from making after which an unknown author may be assumed dead
_US_PUBLISHED = 95
_US_LIFE = 70
_US_NOTICE_ENDS = 1989  # until then a US work without notice or renewal may be free, which only people can find out
_BERNE_MINIMUM = 50
_GB_UNPUBLISHED_UNTIL = 2039
_US_BEFORE_DEATH = 1925  # unpublished texts of authors who died later may carry special terms in GB, NL and DE


class State(IntEnum):
    """How one half stands; the higher number wins where authors or rules differ."""

    FREE = 0
    ASSUMED = 1  # unknown author, more than 120 years, not yet 120 + term
    ANONYMOUS = 2
    MISSING = 3
    NEEDS_1996 = 4
    NOT_SHOWN = 5
    IN_COPYRIGHT = 6


class HalfResult(Model, frozen=True, kw_only=True):
    """One half of the proof. `core` is the template's name with its parameters, `years` the class for P1001 / P459."""

    state: State
    why: str = ""
    core: str = ""
    years: int = 0
    free_from: int | None = None
    unpublished: bool = False  # the US half rests on the rule for unpublished works

    @property
    def free(self) -> bool:
        """True if this half is proved."""
        return self.state is State.FREE


def source_half(work: Work, year: int) -> HalfResult:
    """The half of the country of origin; for US works it is the US half."""
    if work.country == "US":
        return _us_source(work, year)
    if work.authorship.anonymous_publication:
        return HalfResult(state=State.ANONYMOUS, why="the work was published anonymously")
    results = [_author_half(author, work, year) for author in work.authors]
    worst = max(results, key=lambda r: (r.state, r.free_from or 9999))
    if not worst.free:
        return worst
    special = _special_unpublished(work, year)
    return special or _free_source(work, results, year)


def _author_half(author: Author, work: Work, year: int) -> HalfResult:
    if author.death is not None:
        return _by_death(author.name, author.death, work, year)
    if author.birth is not None:
        return _by_birth(author, work, year)
    return _by_making(author, work, year)


def _by_death(name: str, death: int, work: Work, year: int) -> HalfResult:
    years = term(work.country, death)
    extra = doubtful_extension(work.country, name, death)
    free_from = death + years + 1
    if year - death > years + extra:
        return HalfResult(state=State.FREE, why=f"{name or 'the author'} died in {death}", free_from=free_from + extra)
    if year >= free_from:
        return HalfResult(
            state=State.MISSING,
            why=f"{name} died in {death} and a longer term may apply in {work.country}",
            free_from=free_from + extra,
        )
    return HalfResult(
        state=_running(work, death, year), why=f"{name or 'the author'} died in {death}", free_from=free_from
    )


def _running(work: Work, death: int, year: int) -> State:
    """In an unlisted country the term is 100 only because we do not know it: then nothing is certain after 50 years."""
    if is_listed(work.country):
        return State.IN_COPYRIGHT
    old_publication = work.made is not None and year - work.made > _US_PUBLISHED
    return State.MISSING if old_publication or year - death > _BERNE_MINIMUM else State.IN_COPYRIGHT


def _by_birth(author: Author, work: Work, year: int) -> HalfResult:
    latest = author.last_possible_death or 0
    years = term(work.country)
    free_from = latest + years + 1
    why = f"{author.name or 'the author'} was born in {author.birth} and the year of death is not known"
    if year - latest > years:
        return HalfResult(state=State.FREE, why=why, free_from=free_from)
    alive = work.dating.earliest
    runs = alive is not None and is_listed(work.country) and year - alive <= years
    return HalfResult(state=State.IN_COPYRIGHT if runs else State.MISSING, why=why, free_from=free_from)


def _by_making(author: Author, work: Work, year: int) -> HalfResult:
    made = work.dating.latest if work.dating.latest is not None else author.active
    who = f"nothing is known of the life of {author.name}" if author.name else "the author is not known"
    if made is None:
        return HalfResult(state=State.MISSING, why=f"{who} and the work is not dated")
    years = _UNKNOWN_AUTHOR + term(work.country)
    why = f"{who} and the work was made by {made}"
    if year - made > years:
        return HalfResult(state=State.FREE, why=why, free_from=made + years + 1)
    state = State.ASSUMED if year - made > _UNKNOWN_AUTHOR else State.NOT_SHOWN
    return HalfResult(state=state, why=why, free_from=made + years + 1)


def _special_unpublished(work: Work, year: int) -> HalfResult | None:
    """Unpublished texts: GB protects them until 2039, NL and DE may protect a late first publication [u: held]."""
    deaths = [a.last_possible_death for a in work.authors if a.last_possible_death is not None]
    if work.use != "unpublished" or not deaths or max(deaths) <= _US_BEFORE_DEATH:
        return None
    if year <= _GB_UNPUBLISHED_UNTIL and work.country == "GB" and ("text" in work.groups or work.stated_unpublished):
        why = "an unpublished text of the United Kingdom may be protected until 2039"
        return HalfResult(state=State.MISSING, why=why, free_from=_GB_UNPUBLISHED_UNTIL + 1)
    if work.country in ("NL", "DE") and work.stated_unpublished:
        return HalfResult(state=State.MISSING, why="a first publication after the author's death may be protected")
    return None


def _free_source(work: Work, results: list[HalfResult], year: int) -> HalfResult:
    core, years = _core(work, year)
    latest = max(results, key=lambda r: r.free_from or 0)
    return HalfResult(state=State.FREE, why=latest.why, core=core, years=years, free_from=latest.free_from)


def _core(work: Work, year: int) -> tuple[str, int]:
    deaths = work.authorship.deaths
    if deaths and max(deaths) > 0:
        last = max(deaths)
        return f"PD-old-auto-expired|deathyear={last}", _class(year - last)
    latest = [a.last_possible_death for a in work.authors]
    limits = [y for y in latest if y is not None]
    if len(limits) == len(latest) and year - max(limits) > 100:
        return "PD-old-100-expired", 100
    return "PD-old-70-expired", 70


def _class(years: int) -> int:
    return next((limit for limit in (100, 80) if years > limit), 70)


def _us_source(work: Work, year: int) -> HalfResult:
    us = us_half(work, year)
    if not us.free:
        return us
    results = [_author_half(author, work, year) for author in work.authors]
    if all(r.free for r in results):
        core, years = _core(work, year)
        return HalfResult(
            state=State.FREE,
            why=max(results, key=lambda r: r.free_from or 0).why,
            core=core,
            years=years,
            free_from=us.free_from,
        )
    return HalfResult(
        state=State.FREE,
        why=us.why,
        core="PD-US-unpublished" if us.unpublished else "PD-US-expired",
        free_from=us.free_from,
    )


def us_half(work: Work, year: int) -> HalfResult:
    """The half of the United States, by the rule for published or unpublished works, or both where use is unclear."""
    if work.use == "published":
        return _us_published(work, year)
    if work.use == "unpublished":
        return _us_unpublished(work, year)
    both = (_us_published(work, year), _us_unpublished(work, year))
    worst = max(both, key=lambda r: (r.state, r.free_from or 0))
    return both[0] if worst.free else worst


def _us_published(work: Work, year: int) -> HalfResult:
    date = work.dating.published if work.dating.published is not None else work.made
    if date is None:
        return HalfResult(state=State.MISSING, why="the year of publication is not known")
    free_from = date + _US_PUBLISHED + 1
    why = f"the work dates from {date}"
    if year >= free_from:
        return HalfResult(state=State.FREE, why=why, free_from=free_from)
    if work.country == "US":
        state = State.MISSING if date < _US_NOTICE_ENDS else State.IN_COPYRIGHT
        return HalfResult(state=state, why=why, free_from=free_from)
    deaths = [a.death for a in work.authors]
    home = [home_free_on_uraa_date(work.country, d) if d is not None else None for d in deaths]
    state = State.NOT_SHOWN if False in home else State.NEEDS_1996
    return HalfResult(state=state, why=why, free_from=free_from)


def _us_unpublished(work: Work, year: int) -> HalfResult:
    results = [_us_unpublished_author(author, work, year) for author in work.authors]
    return max(results, key=lambda r: (r.state, r.free_from or 0))


def _us_unpublished_author(author: Author, work: Work, year: int) -> HalfResult:
    death = author.last_possible_death
    if death is not None:
        start, years, why = death, _US_LIFE, f"it was not published and {author.name or 'the author'} died by {death}"
    else:
        made = work.dating.latest if work.dating.latest is not None else author.active
        if made is None:
            return HalfResult(state=State.MISSING, why="the work is not dated", unpublished=True)
        start, years, why = made, _UNKNOWN_AUTHOR, f"it was not published and was made by {made}"
    free = year - start > years
    return HalfResult(
        state=State.FREE if free else State.NOT_SHOWN, why=why, free_from=start + years + 1, unpublished=True
    )
