"""What a partner's records would give today, and what would give more: estimated from a sample, before any account exists.

Rules
- A record counts for as many as it stands for; a share is a share of all records, a file's of all files.
- `low` and `high` are the 95 % interval of drawing (Wilson over the files of the sample), not of the future.
- A change counts only files that nothing else keeps back: made alone, it frees what it says.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from glamflow.transforms.checks import RecordChecks
from glamflow.transforms.outcome import Reason, Severity
from glamflow.transforms.record import MediaRef, Record
from glamflow.transforms.rights.decision import Verdict
from glamflow.transforms.sentences import explain

MOST_CHANGES, LONGEST = 3, 120
FIELDS = ("title", "date", "creator", "media", "usable_rights", "source_url", "inventory_number")


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Base of the report's parts."""


class Judged(Part, frozen=True, kw_only=True):
    """A sampled record: how many it stands for, what it is (None: unreadable), what was found."""

    weight: float
    record: Record | None
    checks: RecordChecks = RecordChecks()


class Medium(Part, frozen=True, kw_only=True):
    """One file that was asked for: what the server said of it."""

    url: str
    mime: str = ""
    size: int | None = None
    problem: str = ""


class RightsLine(Part, frozen=True, kw_only=True):
    """A statement as the partner gives it, what it means, and how many files carry it."""

    stated: str
    verdict: Verdict
    reason: Reason
    files: int


class Change(Part, frozen=True, kw_only=True):
    """Something the partner could do, and the files that it alone would free."""

    reason: Reason
    stated: str
    files: int


class MediaFigures(Part, frozen=True, kw_only=True):
    """Of the files that were asked for: types by count, sizes in bytes."""

    asked: int = 0
    unreachable: int = 0
    types: dict[str, int] = msgspec.field(default_factory=dict)
    median_size: int | None = None
    largest: int | None = None


class Estimate(Part, frozen=True, kw_only=True):
    """Files that could go to Commons today. Shares are of all files."""

    files: int
    of_files: int
    share: float
    low: float
    high: float


class Readiness(Part, frozen=True, kw_only=True):
    """The whole report; the JSON file is exactly this."""

    partner: str
    name: str
    language: str
    on: str
    sampled: int
    records: int | None
    basis: str
    seed: int
    unreadable: int
    shares: dict[str, float]
    estimate: Estimate
    rights: tuple[RightsLine, ...]
    languages: dict[str, int]
    media: MediaFigures
    changes: tuple[Change, ...]


def estimate(judged: Sequence[Judged]) -> Estimate:
    """Share of files with the verdict publish."""
    files = sum(one.weight * len(one.checks.files) for one in judged)
    free = sum(one.weight * sum(file.verdict is Verdict.PUBLISH for file in one.checks.files) for one in judged)
    share = free / files if files else 0.0
    low, high = interval(share, sum(len(one.checks.files) for one in judged))
    return Estimate(files=round(free), of_files=round(files), share=round(share, 4), low=low, high=high)


def interval(share: float, number: int) -> tuple[float, float]:
    """Wilson's 95 % interval."""
    if not number:
        return 0.0, 1.0
    z = 1.96
    middle = share + z * z / (2 * number)
    reach = z * math.sqrt(share * (1 - share) / number + z * z / (4 * number * number))
    scale = 1 + z * z / number
    return round(max(0.0, (middle - reach) / scale), 4), round(min(1.0, (middle + reach) / scale), 4)


def shares(judged: Sequence[Judged]) -> dict[str, float]:
    """Share of records with each field; an unreadable record has none."""
    whole = sum(one.weight for one in judged)
    having: dict[str, float] = dict.fromkeys(FIELDS, 0.0)
    for one in judged:
        for name in FIELDS:
            having[name] += one.weight if one.record and _has(one.record, one.checks, name) else 0.0
    return {name: round(value / whole, 4) if whole else 0.0 for name, value in having.items()}


def _has(record: Record, checks: RecordChecks, name: str) -> bool:
    match name:
        case "title":
            return any(text.value.strip() for text in record.titles)
        case "date":
            return any(span.earliest or span.latest for span in record.dates)
        case "creator":
            return bool(record.authors)
        case "usable_rights":
            return any(file.decision and file.decision.verdict is Verdict.PUBLISH for file in checks.files)
        case "inventory_number":
            return bool(record.inventory_number)
    return bool(getattr(record, name))


def rights_lines(judged: Sequence[Judged]) -> tuple[RightsLine, ...]:
    """Every statement × what it means, the most frequent first."""
    lines: defaultdict[tuple[str, Verdict, Reason], float] = defaultdict(float)
    for one in judged:
        for stated, file in _files(one):
            decision = file.decision
            lines[(stated, decision.verdict if decision else file.verdict, decision.reason if decision else file.reason)] += one.weight
    rows = [RightsLine(stated=s, verdict=v, reason=r, files=round(n)) for (s, v, r), n in lines.items()]
    return tuple(sorted(rows, key=lambda row: (-row.files, row.stated, row.reason)))


def changes(judged: Sequence[Judged]) -> tuple[Change, ...]:
    """The changes by which the partner would free most."""
    gains: defaultdict[tuple[Reason, str], float] = defaultdict(float)
    for one in judged:
        for stated, file in _files(one):
            reason = _only_bar(one.checks, file)
            if reason is not None and explain(reason).who == "partner":
                gains[(reason, stated if file.decision and reason is file.decision.reason else "")] += one.weight
    rows = [Change(reason=reason, stated=stated, files=round(number)) for (reason, stated), number in gains.items()]
    return tuple(sorted(rows, key=lambda row: (-row.files, row.reason, row.stated))[:MOST_CHANGES])


def _only_bar(checks: RecordChecks, file: Any) -> Reason | None:
    """The one thing that keeps a file back, None if there are none or several."""
    bars = {finding.reason for finding in checks.findings if finding.severity is Severity.ERROR}
    if checks.hold:
        bars.add(checks.hold)
    if file.verdict is not Verdict.PUBLISH and not bars:
        bars.add(file.reason)
    if file.decision and file.decision.verdict is not Verdict.PUBLISH:
        bars |= {file.decision.reason, *file.decision.other_reasons}
    return next(iter(bars)) if len(bars) == 1 else None


def _files(one: Judged) -> Iterable[tuple[str, Any]]:
    if one.record is None:
        return
    media = {str(medium.id): medium for medium in one.record.media}
    for file in one.checks.files:
        yield _stated(one.record, media.get(file.media_id)), file


def _stated(record: Record, medium: MediaRef | None) -> str:
    """The partner's own words: the medium's if it has any, else the record's."""
    said = (medium.rights if medium else ()) or record.rights
    return " · ".join(dict.fromkeys(statement.value.strip()[:LONGEST] for statement in said if statement.value.strip()))


def languages(judged: Sequence[Judged]) -> dict[str, int]:
    """Records by language of their titles and descriptions ("" = none is stated)."""
    found: Counter[str] = Counter()
    for one in judged:
        texts = (*one.record.titles, *one.record.descriptions) if one.record else ()
        for code in {text.language or "" for text in texts}:
            found[code] += round(one.weight)
    return dict(found.most_common())


def media_figures(media: Sequence[Medium]) -> MediaFigures:
    """Types and sizes of those that answered."""
    good = [one for one in media if not one.problem]
    sizes = sorted(one.size for one in good if one.size)
    return MediaFigures(
        asked=len(media), unreachable=len(media) - len(good), types=dict(Counter(one.mime or "?" for one in good).most_common()),
        median_size=sizes[len(sizes) // 2] if sizes else None, largest=sizes[-1] if sizes else None,
    )  # fmt: skip
