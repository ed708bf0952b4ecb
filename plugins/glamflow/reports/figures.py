"""`Report`: the one figures object behind the HTML page, the JSON file and the wiki's status lines.

Every number says what it counts: `records` (each once) or `files`. Lists are cut for reading; the number beside them is
of all, and the CSV holds every line. The JSON Schema is generated from these types (`schema.py`).
"""

from __future__ import annotations

import datetime as dt

import msgspec

VERSION = 1


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Base of the parts of a report."""


class Count(Part, frozen=True, kw_only=True):
    """The same thing counted twice: records, each once, and files."""

    records: int = 0
    files: int = 0


class Way(Part, frozen=True, kw_only=True):
    """offered = the sum of the six other counts, for records and for files. `removed_but_live` is part of `on_commons`."""

    offered: Count
    on_commons: Count
    waits_for_partner: Count
    waits_for_us: Count
    not_eligible: Count
    left_out: Count
    removed: Count
    removed_but_live: Count

    @property
    def adds_up(self) -> bool:
        parts = (self.on_commons, self.waits_for_partner, self.waits_for_us, self.not_eligible, self.left_out, self.removed)
        return (sum(p.records for p in parts), sum(p.files for p in parts)) == (self.offered.records, self.offered.files)


class Example(Part, frozen=True, kw_only=True):
    """One record that a figure counts, by the partner's own number."""

    name: str
    title: str = ""
    source_url: str = ""
    detail: str = ""


class Cause(Part, frozen=True, kw_only=True):
    """One reason in people's words, with what it stops: records whose standing it decides, and files."""

    # `live` counts files that stand on the wiki and about which the reason asks nevertheless; they are not part of `count`.

    reason: str
    what: str
    why: str
    count: Count
    live: int = 0
    examples: tuple[Example, ...] = ()


class Need(Part, frozen=True, kw_only=True):
    """What somebody can do, and all causes that it would settle."""

    who: str
    do: str
    count: Count
    causes: tuple[Cause, ...]
    live: int = 0


class Picture(Part, frozen=True, kw_only=True):
    """A file that stands on the wiki. `sha256` names its thumbnail in the store, "" where there is none."""

    name: str
    title: str
    page_title: str
    url: str
    since: dt.datetime
    sha256: str = ""
    width: int | None = None
    height: int | None = None


class RightsRow(Part, frozen=True, kw_only=True):
    """A statement as the partner gives it, what it means, and what would free the files."""

    stated: str
    reason: str
    what: str
    why: str
    do: str
    publish: bool
    count: Count


class Unread(Part, frozen=True, kw_only=True):
    """A value that could not be read, or was read with a repair."""

    reason: str
    what: str
    why: str
    field: str
    value: str
    records: int
    hidden: bool = False
    examples: tuple[Example, ...] = ()


class Problem(Part, frozen=True, kw_only=True):
    """One picture that has a problem, or may be a duplicate of `other`."""

    name: str
    title: str
    source_url: str
    reason: str
    what: str
    why: str
    do: str
    detail: str = ""
    media_url: str = ""
    sha256: str = ""
    other: str = ""
    other_url: str = ""


class Change(Part, frozen=True, kw_only=True):
    """What somebody on the wiki changed on a page of ours.

    `field` is for people, `code` for machines: "caption", a parameter's name, a property's id. In a conflict `before` is what the
    partner says now and `after` what stands on the page. `link` shows the edit.
    """

    kind: str
    name: str
    title: str
    url: str
    who: str
    at: dt.datetime
    field: str = ""
    before: str = ""
    after: str = ""
    language: str = ""
    code: str = ""
    record: str = ""
    revision: int | None = None
    link: str = ""


class ItemLine(Part, frozen=True, kw_only=True):
    """A record and the Wikidata items that name it."""

    name: str
    title: str
    page_title: str
    items: tuple[str, ...]
    urls: tuple[str, ...]


class Items(Part, frozen=True, kw_only=True):
    """Wikidata. `status`: done, off, unreachable. `asked` counts front pictures that were looked up."""

    status: str = "off"
    asked: int = 0
    left: int = 0
    found: int = 0
    with_image: int = 0
    proposals: tuple[ItemLine, ...] = ()
    questions: tuple[ItemLine, ...] = ()


class PlanFacts(Part, frozen=True, kw_only=True):
    """One plan, who decided and what came of it."""

    id: str
    digest: str
    level: str
    state: str
    created_at: dt.datetime
    files: int
    done: int
    approved_by: str = ""
    approved_at: dt.datetime | None = None
    choice: str = ""
    note: str = ""


class Audit(Part, frozen=True, kw_only=True):
    """Both chains of the journal, recomputed when the report was delivered."""

    ok: bool
    head: str
    edits: int
    seals: int
    events: int
    broken: str = ""


class Freed(Part, frozen=True, kw_only=True):
    """A day on which records may be judged otherwise."""

    on: dt.date
    records: int
    examples: tuple[Example, ...] = ()


class Listed(Part, frozen=True, kw_only=True):
    """How many there are of each list that is cut for reading."""

    gallery: int = 0
    problems: int = 0
    duplicates: int = 0
    changes: int = 0
    rights: int = 0
    unread: int = 0


class Report(Part, frozen=True, kw_only=True):
    """One partner at one moment. `since` is the first day of the period, `readers` None where nobody counts them."""

    version: int = VERSION
    partner: str
    name: str
    language: str
    contact: str
    run_id: str
    period: str
    since: dt.date
    as_of: dt.datetime
    wiki: str
    rehearsal: bool
    way: Way
    new_on_commons: int
    readers: int | None = None
    last_harvest: dt.datetime | None = None
    running: bool = False
    waiting_plans: int = 0
    pictures: tuple[Picture, ...] = ()
    gallery: tuple[Picture, ...] = ()
    needs: tuple[Need, ...] = ()
    next_january: Freed
    freed_later: tuple[Freed, ...] = ()
    not_eligible: tuple[Cause, ...] = ()
    left_out: tuple[Cause, ...] = ()
    rights: tuple[RightsRow, ...] = ()
    problems: tuple[Problem, ...] = ()
    duplicates: tuple[Problem, ...] = ()
    unread: tuple[Unread, ...] = ()
    narrowed: tuple[Change, ...] = ()
    changes: tuple[Change, ...] = ()
    listed: Listed = Listed()
    items: Items = Items()
    plans: tuple[PlanFacts, ...] = ()
    edits_per_minute: float = 0.0
    daily_limit: int = 0
    audit: Audit | None = None
