"""The whole sample collection through the whole chain: every record ends where its row says, seen from four sides.

Expected table (written by hand from the law), ledger, wiki (read by an independent reader) and store are compared with
each other; none is computed from another.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import httpx
import pytest
from sample_world import World
from wiki_reader import read_files

from glamflow.audit.verify import verify
from glamflow.ledger.rows import StoredFile
from glamflow.sandbox.collection.wiki_seed import OurPage, phase2_calls, post_form
from glamflow.steps import chain
from glamflow.steps.outcome import StepReport
from glamflow.steps.report import build_report, deliver_report

PARTNERS = ("lumen-museum", "havn-archive", "water-agency")
GOLD = {
    "flat-work-with-licensed-photo": ("lumen-museum", "oai:lumen.example:LM-1001"),
    "solid-object-with-two-licences": ("lumen-museum", "oai:lumen.example:LM-4002"),
    "anonymous-medieval-find": ("lumen-museum", "oai:lumen.example:LM-6001"),
    "print-after-a-painter": ("lumen-museum", "oai:lumen.example:LM-2001"),
    "object-with-views-and-arabic-title": ("lumen-museum", "oai:lumen.example:LM-3002"),
    "french-chart-of-six": ("water-agency", "IWA-C-001-fr"),
}


class Row(NamedTuple):
    partner: str
    record: str
    media: str
    phase: str
    state: str
    reason: str


def expected(phase: int) -> dict[tuple[str, str, str], Row]:
    """Rows in force after a phase: a later phase's row replaces an earlier one's."""
    text = (resources.files("glamflow.sandbox.collection") / "expected.tsv").read_text(encoding="utf-8")
    rows = [Row(*line[:6]) for line in csv.reader(text.splitlines()[1:], delimiter="\t")]
    return {(row.partner, row.record, row.media): row for row in rows if int(row.phase) <= phase}


def run_all(world: World, number: int) -> None:
    deps = world.deps()
    for partner in PARTNERS:
        chain.ingest(deps, partner, f"ingest/{number}/{partner}", tell=_quiet)
        chain.publication(deps, partner, f"publish/{number}/{partner}", tell=_quiet, ask=_yes)
        chain.observation(deps, partner, f"sync/{number}/{partner}", tell=_quiet)


def ledger_state(world: World) -> Iterator[tuple[tuple[str, str, str], tuple[str, str]]]:
    reads = world.deps().ledger
    for partner in PARTNERS:
        for record in reads.reads.records(partner, limit=10_000):
            yield (partner, record.key, ""), (str(record.state), record.reason)
            for file in reads.files_of_record(partner, record.key):
                yield (partner, record.key, file.media_id), (str(file.state), _reason(file))


def _reason(file: StoredFile) -> str:
    """What published files are published for is the verdict's reason; others carry the reason why they are not."""
    return str((file.rights or {}).get("reason", "")) if file.state == "verified" else file.reason


def _yes(request: dict[str, Any]) -> dict[str, Any]:
    return {
        "plan": request["plan"], "digest": request["digest"], "choice": "Publish all", "by": "person:tester",
        "at": dt.datetime.now(dt.UTC).isoformat(),
    }  # fmt: skip


def _quiet(stage: str, report: StepReport | None) -> None:
    """Nothing to tell."""


def differences(world: World, phase: int) -> list[str]:
    wanted = {key: (row.state, row.reason) for key, row in expected(phase).items() if row.state != "absent"}
    found = dict(ledger_state(world))
    return [f"{key}: expected {wanted.get(key)}, found {found.get(key)}" for key in sorted(wanted.keys() | found.keys()) if wanted.get(key) != found.get(key)]


@pytest.fixture
def published(world: World) -> World:
    run_all(world, 1)
    return world


def test_every_record_ends_where_its_row_says_in_ledger_wiki_and_store(published: World, update_golden: bool) -> None:
    assert differences(published, 1) == []
    rows = [row for row in expected(1).values() if row.media and row.state == "verified"]
    ledger = published.deps().ledger
    files = {(f.partner, f.record_key, f.media_id): f for row in rows for f in ledger.files_of_record(row.partner, row.record)}
    seen = read_files(published.wiki.base_url)
    ours = [page for page in seen.values() if page.uploader == "GlamflowBot"]
    assert len(ours) == len(rows), "as many pages of ours on the wiki as rows that say so"
    by_sha1 = {page.sha1: page for page in ours}
    assert len(by_sha1) == len(ours), "no bytes twice"
    for row in rows:
        page = by_sha1[files[row.partner, row.record, row.media].sha1]
        assert page.versions == 1
        assert page.statements, f"{page.title} has statements"
        stored = published.folder / "home" / "store" / row.partner / "media" / files[row.partner, row.record, row.media].sha256
        assert hashlib.sha1(stored.read_bytes(), usedforsecurity=False).hexdigest() == page.sha1
    _check_what_must_not_leave(seen)
    _check_gold_pages(published, seen, update=update_golden)
    for partner in PARTNERS:
        _check_report(published, partner, seen)
        assert verify(ledger.context, published.deps().store, partner).ok


def _check_report(world: World, partner: str, seen: dict[str, Any]) -> None:
    """The partner's own table against the expected one and against the wiki: links that are there, codes that are right."""
    deps = world.deps()
    run = f"report/{partner}"
    deps.ledger.start_run(run, partner=partner, kind="report", partner_version=deps.ledger.latest_partner_version(partner) or "")
    build_report(deps, partner, run)
    told = deliver_report(deps, partner, run)
    lines = list(csv.reader(Path(told["csv"]).read_text(encoding="utf-8-sig").splitlines()))[1:]
    by_file = {(line[9], line[10]): (line[2], line[-1]) for line in lines if line[10]}
    rows = {(row.record, row.media): row for row in expected(1).values() if row.partner == partner and row.media and row.state != "absent"}
    assert by_file.keys() == rows.keys(), "one line a file"
    assert {key: code for key, (_, code) in by_file.items()} == {key: row.reason for key, row in rows.items()}
    linked = {unquote(link.rpartition("/wiki/File:")[2]).replace("_", " ") for link, _ in by_file.values() if link}
    assert linked == {page.title for page in seen.values() if page.uploader == "GlamflowBot" and page.sha1 in _sha1s(world, partner)}


def _sha1s(world: World, partner: str) -> set[str]:
    """What the store's folder of a partner holds, by the SHA-1 of its bytes."""
    folder = world.folder / "home" / "store" / partner / "media"
    return {hashlib.sha1(path.read_bytes(), usedforsecurity=False).hexdigest() for path in folder.iterdir() if not path.suffix}


def _check_gold_pages(world: World, seen: dict[str, Any], *, update: bool) -> None:
    """Six pages that were reviewed by hand, byte for byte: wikitext, captions and statements."""
    ledger = world.deps().ledger
    for path_name, (partner, record) in GOLD.items():
        first = ledger.files_of_record(partner, record)[0]
        page = next(page for page in seen.values() if page.sha1 == first.sha1)
        retrieved = ledger.batch(first.batch_id).created_at.date().isoformat()
        stable = {world.sources: "http://sources.example", f"M{page.page_id}$": "M1$", f"+{retrieved}T": "+2026-11-25T"}
        statements = {name: [_without_hashes(claim) for claim in claims] for name, claims in page.statements.items()}
        shown = json.dumps({"title": page.title, "captions": page.captions, "statements": statements}, ensure_ascii=False, indent=1, sort_keys=True)
        for text, suffix in ((page.text, "wikitext"), (shown, "json")):
            for value, name in stable.items():
                text = text.replace(value, name)
            path = Path(__file__).parent / "gold" / f"{path_name}.{suffix}"
            if update:
                path.write_text(text + "\n", encoding="utf-8")
            assert path.read_text(encoding="utf-8") == text + "\n", path_name


def _without_hashes(value: Any) -> Any:
    """Hashes of snaks and the uuid of a statement's id follow from the rest (and from the page's number)."""
    if isinstance(value, dict):
        return {key: _without_hashes(part) for key, part in value.items() if key not in ("hash", "id") or (key == "id" and str(part).startswith("Q"))}
    return [_without_hashes(part) for part in value] if isinstance(value, list) else value


def _check_what_must_not_leave(seen: dict[str, Any]) -> None:
    text = (resources.files("glamflow.sandbox.collection") / "must_not_leave.tsv").read_text(encoding="utf-8")
    forbidden = [line[2] for line in csv.reader(text.splitlines()[1:], delimiter="\t")]
    for page in seen.values():
        if page.uploader == "GlamflowBot":
            everything = f"{page.title}\n{page.text}\n{page.captions}\n{page.statements}"
            assert not [words for words in forbidden if words in everything], page.title


def test_a_second_run_writes_nothing_and_later_changes_end_where_their_rows_say(published: World) -> None:
    writes = published.wiki.write_counts()
    run_all(published, 2)
    assert published.wiki.write_counts() == writes
    assert differences(published, 1) == []

    httpx.post(f"{published.sources}/sandbox/phase/2").raise_for_status()
    httpx.post(f"{published.wiki.base_url}/sandbox/seed", json=post_form(phase2_calls(_our_pages(published)))).raise_for_status()
    run_all(published, 3)
    assert differences(published, 2) == []
    kinds = {seen.kind for partner in PARTNERS for seen in published.deps().ledger.observations(partner)}
    assert {"RENAMED", "IMPROVED", "TRANSLATED", "TAGGED_FOR_DELETION", "RIGHTS_NARROWED_AT_SOURCE", "REMOVED_AT_SOURCE", "MEDIA_CHANGED"} <= kinds


def _our_pages(world: World) -> dict[str, OurPage]:
    deps = world.deps()
    pages: dict[str, OurPage] = {}
    for pub in deps.ledger.publications_to_check("lumen-museum", "glamflow_wiki", limit=1000):
        key = deps.ledger.file(pub.file_id).record_key.rpartition(":")[2]
        pages.setdefault(key, OurPage(f"File:{pub.title}", pub.page_id or 0))
    return pages
