"""Real records: each maps or is rejected with a named reason, and a sample is compared field by field with what people read in it.

`outcomes.json` lists every class of outcome with its count, `floors.json` how many records are right per field: both only get better.
The expectations hold facts only (names, years, numbers, addresses); the records themselves stay outside the repository.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from glamflow.transforms.formats.crosswalks import CROSSWALKS
from glamflow.transforms.formats.split import split_payload
from glamflow.transforms.mapping import map_record
from glamflow.transforms.outcome import Mapped, Reason, Rejected, SourceInfo
from glamflow.transforms.policy import FieldSelector, MappingPolicy
from glamflow.transforms.record import CalendarDate, DateKind, Record, RightsLevel

FORMATS = ("lido", "oai_dc", "edm", "qdc", "mods", "marcxml", "iiif", "soch", "ead", "mets", "rows")
HERE = Path(__file__).parent
EXPECTATIONS = HERE / "expectations"
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


def outcomes(name: str) -> Iterator[tuple[Path, bytes, Mapped | Rejected]]:
    for path in corpus_files(corpus(), name):
        for key, payload in split_payload(path.read_bytes(), name):
            yield path, payload, map_record(payload, source(key or path.name, name), MappingPolicy(crosswalk=name))


def test_every_real_record_maps_or_is_rejected_with_a_named_reason(corpus_format: str) -> None:
    counts: Counter[str] = Counter()
    for path, _, outcome in outcomes(corpus_format):
        if isinstance(outcome, Rejected):
            assert outcome.reason in Reason
            assert outcome.detail
            counts[f"{outcome.reason}: {_kind_of_rejection(outcome.detail)}"] += 1
        else:
            told = any(f.reason is Reason.TITLE_MISSING for f in outcome.findings)
            assert bool(outcome.record.titles) is not told, path
            counts["mapped" if outcome.record.titles else "mapped, title missing and told"] += 1
    print("".join(f"\n{corpus_format:8} {kind:90} {count:4}" for kind, count in sorted(counts.items())))
    assert dict(counts) == json.loads((HERE / "outcomes.json").read_text("utf-8"))[corpus_format]


def _kind_of_rejection(detail: str) -> str:
    """The detail without what differs from file to file."""
    return re.sub(r"\s+", " ", re.sub(r"\d+|“[^”]*”", "…", detail.partition(":")[0]))


def test_well_formed_records_with_a_title_map(corpus_format: str) -> None:
    titled = [
        isinstance(outcome, Mapped)
        for _, payload, outcome in outcomes(corpus_format)
        if _carries_a_title(payload, corpus_format)
    ]
    share = sum(titled) / max(len(titled), 1)
    print(f"{corpus_format:8} {sum(titled)} of {len(titled)} well-formed records with a title map: {share:.0%}")
    assert share >= 0.95


def _carries_a_title(payload: bytes, name: str) -> bool:
    """Whether the payload is well-formed, of the format at all, and says a title in the format's own way."""
    if CROSSWALKS[name].json:
        try:
            value = json.loads(payload)
        except ValueError:
            return False
        kind = isinstance(value, dict) and ("label" in value if name == "iiif" else "title" in value)
        return kind and (name != "iiif" or str(value.get("type") or value.get("@type")).endswith("Manifest"))
    try:
        root = etree.fromstring(payload, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return False
    names = {etree.QName(e).localname for e in root.iter(etree.Element)}
    return bool(names & TITLES[name]) and bool(names & (CROSSWALKS[name].names or names))


TITLES = {
    "lido": {"titleSet"}, "oai_dc": {"title"}, "qdc": {"title"}, "edm": {"title"}, "mods": {"title"}, "mets": {"title"},
    "marcxml": {"datafield"}, "ead": {"unittitle"}, "soch": {"itemTitle", "itemLabel"},
}  # fmt: skip


def test_fields_of_real_records_are_as_people_read_them(corpus_format: str) -> None:
    expected = json.loads((EXPECTATIONS / f"{corpus_format}.json").read_text("utf-8"))
    floors = json.loads((HERE / "floors.json").read_text("utf-8"))[corpus_format]
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
        print(
            f"{corpus_format:8} {field:18} right {counts['right']:3} missed {counts['missed']:3} wrong {counts['wrong']:3} {share:.0%}"
        )
        assert share >= 0.9, (field, wrong)
        assert counts["right"] >= floors[field], f"{field}: fewer right than the floor of {floors[field]}"
    assert not [line for line in wrong if line.split(": ")[1] in STRICT], "\n".join(wrong)


@pytest.mark.parametrize("name", FORMATS)
def test_at_least_eight_real_records_stand_for_a_format(name: str) -> None:
    expected = json.loads((EXPECTATIONS / f"{name}.json").read_text("utf-8"))
    there = sum(1 for _ in outcomes(name))
    assert len(expected) >= min(8, there - 1)


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
