"""Counts a stream of works into the figures of a report. Memory is bounded: sums by reason, and short lists for reading."""

from __future__ import annotations

import datetime as dt
import heapq
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from glamflow.reports.figures import Cause, Count, Example, Freed, Need, Picture, Problem, RightsRow, Unread, Way
from glamflow.reports.standing import Standing, standing_of
from glamflow.reports.works import FileLine, Work
from glamflow.transforms.outcome import Finding, Reason
from glamflow.transforms.sentences import Sentence, explain

EXAMPLES, GALLERY, PROBLEMS, RIGHTS, UNREAD, DATES = 12, 24, 60, 40, 60, 8
DISTINCT = 2000  # different statements or unread values that are told apart; what comes after is counted together
PICTURE_REASONS = frozenset(
    reason for reason in Reason
    if reason.startswith(("MEDIA_", "TYPE_")) and reason not in (Reason.MEDIA_ROLE_INSIDE, Reason.MEDIA_TOO_MANY)
) | {Reason.TOO_LARGE_TO_CHECK, Reason.NEEDS_TRANSCODE, Reason.ACTIVE_CONTENT, Reason.WATERMARK, Reason.EMBEDDED_NOTICE}  # fmt: skip
DUPLICATE_REASONS = frozenset({Reason.DUPLICATE_IN_PARTNER, Reason.DUPLICATE_ON_COMMONS, Reason.POSSIBLE_DUPLICATE})
READING_REASONS = frozenset(
    {
        Reason.DATE_NOT_READ, Reason.LANGUAGE_UNKNOWN, Reason.COORDINATES_INVALID, Reason.VALUE_NOT_READ, Reason.PAYLOAD_INVALID,
        Reason.FORMAT_UNKNOWN, Reason.NAMESPACE_WRONG, Reason.TEXT_CLEANED, Reason.MARKUP_REMOVED, Reason.TITLE_FALLBACK,
        Reason.IDENTIFIER_MISSING, Reason.SOURCE_URL_MISSING, Reason.INTERNAL_NOTE_KEPT_INSIDE,
    }
)  # fmt: skip
UNSPOKEN = frozenset({Reason.INTERNAL_NOTE_KEPT_INSIDE, Reason.PERSONAL_DATA})
"""Of these the report tells that they are there, never what they say."""
CLEANED = frozenset({Reason.MARKUP_REMOVED, Reason.TEXT_CLEANED})
"""Whole texts with scripts and control characters: the report names the records, not what stood there."""
VALUE_LENGTH = 120
REMEMBERED = 240  # of the newest pages, so that those shown can differ from each other
SAME_BYTES = "the same bytes as "
_QUOTED = re.compile("“(.+)”")  # the other's title, where the detail names it
YEARS_AHEAD = 20  # what becomes free after that is news for somebody else
PUBLISHED_BY = frozenset(
    {Reason.PD_BOTH_HALVES, Reason.PD_AND_PHOTO_LICENSED, Reason.LICENSED, Reason.NOT_A_WORK_PHOTO_LICENSED, Reason.RULE}
)
_Key = tuple[str, ...]


@dataclass
class _Sum:
    """A growing count with its first examples."""

    records: int = 0
    files: int = 0
    examples: list[Example] = field(default_factory=list)

    def see(self, work: Work, *, records: int = 0, files: int = 0, detail: str = "") -> None:
        self.records, self.files = self.records + records, self.files + files
        if (records or files) and len(self.examples) < EXAMPLES and all(known.name != work.name for known in self.examples):
            self.examples.append(Example(name=work.name, title=work.title, source_url=work.source_url, detail=detail))

    @property
    def count(self) -> Count:
        return Count(records=self.records, files=self.files)


class Tally:
    """`add` every work once, then read the figures."""

    def __init__(self, *, language: str, today: dt.date, since: dt.datetime, on_its_way: Sentence, address: Callable[[str], str]) -> None:
        self._on_its_way = on_its_way  # said of what nothing stands against: it goes on by itself
        self._address = address  # title → web address of its page
        self._language, self._today, self._since = language, today, since
        self._standing: dict[Standing, _Sum] = {standing: _Sum() for standing in Standing}
        self._gone_but_live = _Sum()
        self._reasons: dict[tuple[Standing, str], _Sum] = {}
        self._asked_of_live: dict[str, _Sum] = {}
        self._rights: dict[_Key, _Sum] = {}
        self._unread: dict[_Key, _Sum] = {}
        self._dates: dict[dt.date, _Sum] = {}
        self._newest: list[tuple[dt.datetime, int, Picture]] = []
        self.new = 0
        self.problems: list[Problem] = []
        self.duplicates: list[Problem] = []
        self.listed: Counter[str] = Counter()

    def add(self, work: Work) -> None:
        """Count one record and its files."""
        self._standing[work.standing].see(work, records=1)
        self._reason(work.standing, work.reason).see(work, records=1, detail=work.detail)
        if work.removed_at_source and work.standing is Standing.ON_COMMONS:
            self._gone_but_live.see(work, records=1)
        for file in work.files:
            self._add_file(work, file)
        for key in dict.fromkeys(_reading_key(finding) for finding in work.findings if finding.reason in READING_REASONS):
            _bounded(self._unread, key).see(work, records=1)
        if work.standing is not Standing.ON_COMMONS and (day := work.reconsider_on) and day > self._today:
            self._dates.setdefault(day, _Sum()).see(work, records=1)

    def _add_file(self, work: Work, file: FileLine) -> None:
        self._standing[file.standing].see(work, files=1)
        self._reason(file.standing, file.reason).see(work, files=1, detail=file.detail)
        if work.removed_at_source and file.standing is Standing.ON_COMMONS:
            self._gone_but_live.see(work, files=1)
        _bounded(self._rights, (file.rights_stated, file.rights_reason)).see(work, files=1)
        if file.standing is Standing.ON_COMMONS:
            self._show(work, file)
            if file.state == "held":
                self._asked_of_live.setdefault(file.reason, _Sum()).see(work, files=1, detail=file.detail)
        if file.reason in PICTURE_REASONS:
            self._list("problems", self.problems, work, file)
        elif file.reason in DUPLICATE_REASONS:
            self._list("duplicates", self.duplicates, work, file)

    def _show(self, work: Work, file: FileLine) -> None:
        since = file.published_at or self._since
        self.new += since >= self._since
        picture = Picture(
            name=work.name, title=work.title, page_title=file.page_title, url=file.page_url, since=since, sha256=file.sha256,
            width=file.width, height=file.height,
        )  # fmt: skip
        push = heapq.heappush if len(self._newest) < REMEMBERED else heapq.heappushpop
        push(self._newest, (since, -file.file_id, picture))

    def _list(self, name: str, rows: list[Problem], work: Work, file: FileLine) -> None:
        self.listed[name] += 1
        if len(rows) < PROBLEMS:
            told = explain(file.reason, self._language)
            rows.append(
                Problem(
                    name=work.name, title=work.title, source_url=work.source_url, reason=file.reason, what=told.what, why=told.why,
                    do=told.do, detail=file.detail, media_url=file.media_url, sha256=file.sha256, **self._other(name, file.detail),
                )
            )  # fmt: skip

    def _other(self, name: str, detail: str) -> dict[str, str]:
        """What a possible duplicate may be the same as: a page of the wiki, or another record of the partner."""
        if name != "duplicates":
            return {}
        if detail.startswith("File:"):
            return {"other": detail.removeprefix("File:"), "other_url": self._address(detail.removeprefix("File:"))}
        named = _QUOTED.search(detail)
        return {"other": named[1] if named else detail.removeprefix(SAME_BYTES)}

    def _reason(self, standing: Standing, reason: str) -> _Sum:
        return self._reasons.setdefault((standing, reason), _Sum())


    def way(self) -> Way:
        """Where everything stands; the parts add up to what was offered."""
        counts = {str(standing): total.count for standing, total in self._standing.items()}
        offered = Count(records=sum(c.records for c in counts.values()), files=sum(c.files for c in counts.values()))
        return Way(offered=offered, removed_but_live=self._gone_but_live.count, **counts)

    def needs(self, standing: Standing) -> tuple[Need, ...]:
        """What can be done about all that waits for somebody, by action, what frees most first. Their counts add up to the standing's."""
        groups: dict[str, list[Cause]] = {}
        for cause in (*self.causes(standing), *self._questions(standing)):
            groups.setdefault(self._told(cause.reason).do, []).append(cause)
        needs = [
            Need(
                who="partner" if standing is Standing.WAITS_FOR_PARTNER else "operator", do=do, causes=tuple(causes),
                count=Count(records=sum(c.count.records for c in causes), files=sum(c.count.files for c in causes)),
                live=sum(c.live for c in causes),
            )
            for do, causes in groups.items()
        ]  # fmt: skip
        return tuple(sorted(needs, key=lambda need: (-need.count.records, -need.count.files - need.live, need.do)))

    def causes(self, standing: Standing) -> tuple[Cause, ...]:
        """The reasons behind a standing in people's words, most records first."""
        found = [self._cause(reason, total, total.count) for (where, reason), total in self._reasons.items() if where is standing]
        return tuple(sorted(found, key=lambda cause: (-cause.count.records, -cause.count.files, cause.reason)))

    def _questions(self, standing: Standing) -> list[Cause]:
        """What is asked about pages that stand: under discussion, changed at the source."""
        asked = []
        for reason, total in self._asked_of_live.items():
            if standing_of("held", reason, live=False) is standing:
                asked.append(msgspec.structs.replace(self._cause(reason, total, Count()), live=total.files))
        return sorted(asked, key=lambda cause: (-cause.live, cause.reason))

    def _cause(self, reason: str, total: _Sum, count: Count) -> Cause:
        told = self._told(reason)
        return Cause(reason=reason, what=told.what, why=told.why, count=count, examples=tuple(total.examples))

    def newest(self, *, since: dt.datetime | None = None) -> tuple[Picture, ...]:
        """The newest pages that stand. Where there are more than are shown: one of each title first, with thumbnail before without."""
        newest = [picture for _, _, picture in sorted(self._newest, key=lambda row: (row[0], row[1]), reverse=True)]
        newest = [picture for picture in newest if since is None or picture.since >= since]
        seen: Counter[str] = Counter()
        turns = []
        for picture in newest:
            turns.append((not picture.sha256, seen[picture.title], picture))
            seen[picture.title] += 1
        return tuple(picture for _, _, picture in sorted(turns, key=lambda turn: turn[:2])[:GALLERY])

    def rights(self) -> tuple[RightsRow, ...]:
        """Statement as given × what it means, most files first."""
        rows = []
        for (stated, reason), total in self._rights.items():
            told = self._told(reason)
            rows.append(
                RightsRow(
                    stated=stated, reason=reason, what=told.what, why=told.why, do=told.do, count=total.count,
                    publish=reason in PUBLISHED_BY,
                )
            )  # fmt: skip
        self.listed["rights"] = len(rows)
        return tuple(sorted(rows, key=lambda row: (-row.count.files, row.stated, row.reason))[:RIGHTS])

    def unread(self) -> tuple[Unread, ...]:
        """Values that could not be read, or were read with a repair."""
        rows = []
        for (reason, name, value), total in self._unread.items():
            told = self._told(reason)
            rows.append(
                Unread(
                    reason=reason, what=told.what, why=told.why, field=name, value=value, records=total.records,
                    hidden=reason in UNSPOKEN, examples=tuple(total.examples),
                )
            )  # fmt: skip
        self.listed["unread"] = len(rows)
        return tuple(sorted(rows, key=lambda row: (-row.records, row.reason, row.value))[:UNREAD])

    def freed(self) -> tuple[Freed, tuple[Freed, ...]]:
        """What may become free by the next 1 January, and the days after it."""
        january = dt.date(self._today.year + 1, 1, 1)
        soon = [(day, total) for day, total in sorted(self._dates.items()) if day <= january]
        later = [(day, total) for day, total in sorted(self._dates.items()) if january < day <= self._today.replace(year=self._today.year + YEARS_AHEAD, day=1)]
        examples = tuple(example for _, total in soon for example in total.examples)[:EXAMPLES]
        first = Freed(on=january, records=sum(total.records for _, total in soon), examples=examples)
        return first, tuple(Freed(on=day, records=total.records, examples=tuple(total.examples)) for day, total in later[:DATES])

    def _told(self, reason: str) -> Sentence:
        return explain(reason, self._language) if reason else self._on_its_way


def _reading_key(finding: Finding) -> _Key:
    value = "" if finding.reason in UNSPOKEN | CLEANED else finding.value[:VALUE_LENGTH]
    return (str(finding.reason), finding.field, value)


def _bounded(sums: dict[_Key, _Sum], key: _Key) -> _Sum:
    """The sum of `key`; beyond so many different ones, of all others of the same kind together."""
    if key not in sums and len(sums) >= DISTINCT:
        key = (key[0], *("…" for _ in key[1:])) if len(key) > 2 else ("…", key[1])
    return sums.setdefault(key, _Sum())
