"""Real records: each maps or is rejected with a named reason, and a sample is compared field by field with what people read in it.

The expectations hold facts only (names, years, numbers, addresses); the records themselves stay outside the repository.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from glamflow.transforms.formats.crosswalks import CROSSWALKS
from glamflow.transforms.formats.split import split_payload
from glamflow.transforms.mapping import map_record
from glamflow.transforms.outcome import Mapped, Reason, Rejected, SourceInfo
from glamflow.transforms.policy import FieldSelector, MappingPolicy
from glamflow.transforms.record import CalendarDate, DateKind, Record, RightsLevel

FORMATS = ("lido", "oai_dc", "edm", "qdc", "mods", "marcxml", "iiif", "soch", "ead", "mets", "rows")
EXPECTATIONS = Path(__file__).parent / "expectations"
STRICT = ("creators", "dates", "inventory_number", "rights", "media")
"""Fields that may be missed but never wrong."""


def corpus() -> Path:
    return Path(os.environ["GLAMFLOW_CORPUS"])


def corpus_files(root: Path, name: str) -> list[Path]:
    folder = root / ("json-api" if name == "rows" else name)
    return sorted(p for p in folder.rglob("*") if p.suffix in (".xml", ".rdf", ".json")) if folder.is_dir() else []


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "corpus_format" in metafunc.fixturenames:
        present = [name for name in FORMATS if name in CROSSWALKS and corpus_files(corpus(), name)]
        if metafunc.function.__name__.startswith("test_fields"):
            present = [name for name in present if (EXPECTATIONS / f"{name}.json").is_file()]
        metafunc.parametrize("corpus_format", present)


def source(key: str, name: str) -> SourceInfo:
    return SourceInfo(partner="corpus", key=key, format=name)


def test_every_real_record_maps_or_is_rejected_with_a_named_reason(corpus_format: str) -> None:
    counts: Counter[str] = Counter()
    untitled: list[str] = []
    for path in corpus_files(corpus(), corpus_format):
        for key, payload in split_payload(path.read_bytes(), corpus_format):
            outcome = map_record(payload, source(key or path.name, corpus_format), MappingPolicy(crosswalk=corpus_format))
            if isinstance(outcome, Rejected):
                assert outcome.reason in Reason
                assert outcome.detail
                counts[f"rejected {outcome.reason}"] += 1
            else:
                counts["mapped"] += 1
                told = any(f.reason is Reason.TITLE_MISSING for f in outcome.findings)
                assert bool(outcome.record.titles) is not told
                untitled += [path.name] if told else []
    print(f"{corpus_format}: {dict(counts)}; without a title: {len(untitled)}")
    assert counts


def test_fields_of_real_records_are_as_people_read_them(corpus_format: str) -> None:
    expected = json.loads((EXPECTATIONS / f"{corpus_format}.json").read_text("utf-8"))
    table: dict[str, Counter[str]] = {}
    wrong: list[str] = []
    for name, facts in expected.items():
        folder = corpus() if corpus_format == "rows" else corpus() / corpus_format
        outcome = _map(folder / name, corpus_format, facts)
        assert isinstance(outcome, Mapped), (name, outcome)
        for field, value in facts.items():
            if field in ("fields", "key"):
                continue
            got = FOUND[field](outcome.record)
            verdict = _verdict(field, value, got)
            table.setdefault(field, Counter())[verdict] += 1
            if verdict == "wrong":
                wrong.append(f"{name}: {field}: expected {value!r}, found {got!r}")
    for field, counts in table.items():
        share = counts["right"] / counts.total()
        print(f"{corpus_format:8} {field:18} right {counts['right']:3} missed {counts['missed']:3} wrong {counts['wrong']:3} {share:.0%}")
        assert share >= 0.9 or counts["wrong"] == 0, wrong
    assert not [line for line in wrong if line.split(": ")[1] in STRICT], "\n".join(wrong)


def _map(path: Path, name: str, facts: dict[str, Any]) -> Mapped | Rejected:
    fields = {field: FieldSelector(**selector) for field, selector in facts.get("fields", {}).items()}
    policy = MappingPolicy(crosswalk=name, fields=fields)
    records = list(split_payload(path.read_bytes(), name))
    wanted = facts.get("key")
    payload = next(p for k, p in records if wanted is None or k == wanted)
    return map_record(payload, source(path.name, name), policy)


def _verdict(field: str, expected: Any, got: Any) -> str:
    if field == "title":
        return "right" if got.startswith(expected) and (expected or not got) else "wrong" if got else "missed"
    if isinstance(expected, list):
        if sorted(map(str, expected)) == sorted(map(str, got)):
            return "right"
        return "missed" if all(item in expected for item in got) else "wrong"
    return "right" if got == expected else "missed" if not got else "wrong"


def _date(date: CalendarDate | None) -> str | None:
    if date is None:
        return None
    year = str(date.year) if date.year < 0 else f"{date.year:04}"
    return "-".join([year, *(f"{part:02}" for part in (date.month, date.day) if part)])


def _creators(record: Record) -> list[list[Any]]:
    return [
        [a.name, a.role.value, a.birth, a.death, *([a.attribution.value] if a.attribution != "by" else [])]
        for a in record.authors
    ]


def _rights(record: Record) -> list[str]:
    stated = [*record.rights, *(s for m in record.media for s in m.rights)]
    return list(dict.fromkeys(s.value for s in stated if s.level is not RightsLevel.METADATA))


FOUND: dict[str, Any] = {
    "title": lambda r: r.titles[0].value if r.titles else "",
    "creators": _creators,
    "dates": lambda r: [
        [_date(d.earliest), _date(d.latest)]
        for d in r.dates
        if (d.earliest or d.latest) and d.kind in (DateKind.MADE, DateKind.PUBLISHED)
    ],
    "inventory_number": lambda r: r.inventory_number,
    "rights": _rights,
    "media": lambda r: [m.url for m in r.media],
    "source_url": lambda r: r.source_url,
    "institution": lambda r: r.institution,
}
