"""The registrar's tables: every file (or record without one) a line, and what the community changed.

Rules
- UTF-8 with byte order mark, so that spreadsheets read it as it is; the inventory number comes first and exactly as supplied.
- Everywhere else a value that a spreadsheet would take for a formula gets an apostrophe before it.
- The reason code stands in the last column only.
- `community.json` says the same as the table of changes, for programs: nothing is put before a value there.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

import msgspec

from glamflow.reports.figures import Change
from glamflow.reports.words import Words
from glamflow.reports.works import FileLine, Work
from glamflow.transforms.sentences import Sentence, explain

BOM = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_COLUMNS = (
    "number", "title", "file", "what", "why", "do", "who", "source", "media", "record", "medium", "rights", "free", "since", "detail", "reason",
)  # fmt: skip
_COMMUNITY = (
    "number", "title", "file", "what", "who", "when", "field", "language", "before", "after", "link", "record", "code", "kind",
)  # fmt: skip


def harmless(value: str) -> str:
    """The value as a spreadsheet shows it: never a formula."""
    return f"'{value}" if value.lstrip(" \u00a0").startswith(_FORMULA) or value.startswith(_FORMULA) else value


def head(words: Words) -> str:
    """Byte order mark and the line of column names."""
    return BOM + _line([words.named("csv", name) for name in _COLUMNS])


def lines(work: Work, words: Words, on_its_way: Sentence) -> Iterator[str]:
    """The table's lines of one record."""
    for file in work.files or (None,):
        yield _line([work.inventory_number, *(harmless(value) for value in _cells(work, file, words, on_its_way))])


def community(changes: Iterable[Change], words: Words) -> str:
    """The take-back file, a value a line."""
    out = [BOM, _line([words.named("community_csv", name) for name in _COMMUNITY])]
    for change in changes:
        when = change.at.isoformat(timespec="seconds")
        told = (change.title, change.url, words.named("changes", change.kind), change.who, when, change.field, change.language)
        rest = (change.before, change.after, change.link, change.record, change.code, change.kind)
        out.append(_line([change.name, *map(harmless, (*told, *rest))]))
    return "".join(out)


def community_data(changes: Iterable[Change], words: Words) -> bytes:
    """The take-back file for machines: values as they are."""
    rows = [
        {
            "id": change.record, "number": change.name, "file": change.url, "kind": change.kind, "what": words.named("changes", change.kind),
            "field": change.code, "label": change.field, "language": change.language, "before": change.before, "after": change.after,
            "who": change.who, "when": change.at.isoformat(timespec="seconds"), "link": change.link,
        }
        for change in changes
    ]  # fmt: skip
    return msgspec.json.format(msgspec.json.encode(rows), indent=1)


def _cells(work: Work, file: FileLine | None, words: Words, on_its_way: Sentence) -> Iterator[str]:
    reason = file.reason if file else work.reason
    told = explain(reason, words.language) if reason else on_its_way
    yield from (work.title, file.page_url if file else "", told.what, told.why, told.do, words.named("who", told.who), work.source_url)
    yield from (file.media_url if file else "", work.key, file.media_id if file else "", file.rights_stated if file else "")
    yield file.reconsider_on.isoformat() if file and file.reconsider_on else ""
    yield file.published_at.date().isoformat() if file and file.published_at else ""
    yield from (file.detail if file else work.detail, reason)


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()
