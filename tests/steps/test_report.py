"""The report over the sample museum, both acts: figures against ledger and wiki, page, tables and hand-over.

One world serves all tests of this file: the chain of two acts takes most of a minute.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from report_reader import CODE_WORDS, loads, read_page, shown
from sample_world import ServedSources, World, fill_wiki, world_environment

from glamflow.audit.verify import verify
from glamflow.partner import parse_partner
from glamflow.reports.figures import Report
from glamflow.sandbox.collection.wiki_seed import OurPage, phase2_calls, post_form
from glamflow.sandbox.wiki import SandboxWiki
from glamflow.schemas import validator
from glamflow.steps import chain
from glamflow.steps.deps import Deps
from glamflow.steps.report import build_report, deliver_report
from glamflow.steps.report_works import works
from glamflow.store import layout

SLUG = "lumen-museum"


class Told:
    """The world after both acts, with the reports of each."""

    def __init__(self, world: World, first: Report, second: Report) -> None:
        self.world, self.first, self.second = world, first, second
        self.folder = world.folder / "home" / "reports" / SLUG

    @property
    def rows(self) -> list[list[str]]:
        with (self.folder / "report.csv").open(encoding="utf-8-sig", newline="") as lines:
            return list(csv.reader(lines))[1:]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    folder = tmp_path_factory.mktemp("told")
    with (
        pytest.MonkeyPatch.context() as patch, ServedSources(folder / "sources") as sources, SandboxWiki(folder / "wiki") as wiki,
    ):  # fmt: skip
        fill_wiki(wiki)
        environment = world_environment(folder, sources=sources.url, wiki=wiki.base_url)
        for name, value in environment.items():
            patch.setenv(name, value)
        world = World(folder, sources.url, wiki, environment)
        first = _act(world, 1)
        pages = _our_pages(world.deps())
        httpx.post(f"{wiki.base_url}/sandbox/seed", json=post_form(phase2_calls(pages)), timeout=60).raise_for_status()
        httpx.post(f"{sources.url}/sandbox/phase/2", timeout=60).raise_for_status()
        yield Told(world, first, _act(world, 2))


def _act(world: World, number: int) -> Report:
    deps = world.deps()
    chain.ingest(deps, SLUG, f"ingest/{number}", tell=_quiet)
    chain.publication(deps, SLUG, f"publish/{number}", tell=_quiet, ask=_yes)
    chain.observation(deps, SLUG, f"sync/{number}", tell=_quiet)
    build_report(deps, SLUG, f"sync/{number}")
    delivered = deliver_report(deps, SLUG, f"sync/{number}")
    return msgspec.json.decode(Path(delivered["json"]).read_bytes(), type=Report)


def _our_pages(deps: Deps) -> dict[str, OurPage]:
    pages: dict[str, OurPage] = {}
    for file in deps.ledger.reads.files(SLUG):
        page = deps.ledger.publication(file.id, "glamflow_wiki")
        if page and page.page_id:
            pages.setdefault(file.record_key.rpartition(":")[2], OurPage(f"File:{page.title}", page.page_id))
    return pages


def _yes(request: dict[str, Any]) -> dict[str, Any]:
    return {"plan": request["plan"], "digest": request["digest"], "choice": "Publish all", "note": "", "by": "person:Anna"}


def _quiet(stage: str, report: object) -> None:
    pass


def test_the_places_add_up_and_agree_with_the_ledger(told: Told) -> None:
    for report in (told.first, told.second):
        assert report.way.adds_up
    funnel = told.world.deps().ledger.reads.funnel(SLUG)
    way = told.second.way
    assert (way.offered.records, way.offered.files) == (funnel.offered, funnel.files_total)
    live = told.world.deps().ledger.reads.live_publications(SLUG)
    assert way.on_commons.files == sum(page.page_id is not None for page in live)


def test_the_report_counts_the_pages_that_the_wiki_itself_shows(told: Told) -> None:
    links = {row[2] for row in told.rows if row[2]}
    assert len(links) == told.second.way.on_commons.files
    with httpx.Client(timeout=30) as client:
        assert {client.get(link).status_code for link in links} == {200}


def test_the_table_counts_as_the_page_does(told: Told) -> None:
    records = {row[9] for row in told.rows}
    assert len(records) == told.second.way.offered.records
    assert sum(bool(row[10]) for row in told.rows) == told.second.way.offered.files


def test_the_table_starts_with_the_number_as_supplied_and_ends_with_the_code(told: Told) -> None:
    assert (told.folder / "report.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    by_record = {row[9]: row for row in told.rows}
    assert {"A 12/3", "A 12-3"} <= {row[0] for row in told.rows}
    assert by_record["oai:lumen.example:LM-1003"][-1] == "IN_COPYRIGHT"
    assert by_record["oai:lumen.example:LM-1003"][3] == "Får ännu inte publiceras på Commons."


def test_page_one_is_short_and_in_the_partner_s_language(told: Told) -> None:
    page = read_page(told.folder / "index.html")
    (director,) = page.find_class("director")
    assert page.get("lang") == "sv"
    assert len(shown(director).split()) <= 150
    assert f"Av {told.second.way.offered.records} poster finns nu {told.second.way.on_commons.records} på Wikimedia Commons" in shown(director)
    assert 1 <= len(director.xpath(".//img[starts-with(@src, 'data:image/jpeg;base64,')]")) <= 6


def test_the_page_loads_nothing_and_speaks_no_code(told: Told) -> None:
    page = read_page(told.folder / "index.html")
    assert loads(page) == []
    assert CODE_WORDS.findall(shown(page)) == []


def test_what_must_not_leave_is_not_in_the_report(told: Told) -> None:
    """The partner knows its own notes; a report that is mailed around must not repeat them."""
    texts = "".join((told.folder / name).read_text(encoding="utf-8") for name in ("index.html", "report.csv", "report.json"))
    table = (resources.files("glamflow.sandbox.collection") / "must_not_leave.tsv").read_text(encoding="utf-8")
    secrets = [row["text"] for row in csv.DictReader(table.splitlines(), delimiter="\t")]
    assert secrets
    assert [secret for secret in secrets if secret in texts] == []
    assert any(row.hidden for row in told.first.unread), "that there is a note is told"


def test_the_figures_follow_their_schema(told: Told) -> None:
    validator("report").validate(json.loads((told.folder / "report.json").read_bytes()))


def test_what_the_community_changed_is_told_with_before_and_after(told: Told) -> None:
    assert told.first.changes == ()
    changes = {(change.kind, change.field): change for change in told.second.changes}
    renamed = changes["RENAMED", ""]
    assert renamed.after == "Hilda Sjögårde - The Meadow (1895).jpg"
    assert renamed.before.startswith("Ängen")
    captions = [change for change in told.second.changes if change.code == "caption"]
    assert {change.after for change in captions} == {"Sheep grazing on a hillside at dusk", "Schafe auf einem Hügel in der Dämmerung"}
    assert {change.who for change in captions} == {"Volunteer Valborg"}
    with (told.folder / "community.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.reader(lines))
    assert len(rows) - 1 == len(told.second.changes) + len(told.second.narrowed)


def test_a_page_under_discussion_is_asked_about_and_still_counted_as_on_commons(told: Told) -> None:
    live = [cause for need in told.second.needs for cause in need.causes if cause.reason == "TAGGED_FOR_DELETION"]
    assert [(cause.live, cause.count.records) for cause in live] == [(1, 0)]


def test_rights_that_the_source_narrowed_are_told(told: Told) -> None:
    kinds = Counter(change.kind for change in told.second.narrowed)
    assert kinds["RIGHTS_NARROWED_AT_SOURCE"] == 1
    assert told.second.way.removed_but_live.records >= 1


def test_wikidata_gets_a_proposal_a_question_and_no_write(told: Told) -> None:
    items = told.first.items
    assert (items.status, items.found, items.with_image) == ("done", 2, 1)
    assert [line.items for line in items.proposals] == [("Q990001028",)]
    assert [line.items for line in items.questions] == [("Q990001029", "Q990001030")]


def test_the_next_january_names_the_painter_whose_term_ends(told: Told) -> None:
    assert (told.first.next_january.on.isoformat(), told.first.next_january.records) == ("2027-01-01", 1)
    assert told.first.next_january.examples[0].title == "Slåtter"


def test_how_it_was_done_names_plan_person_and_a_whole_audit_chain(told: Told) -> None:
    (plan,) = told.first.plans
    assert (plan.approved_by, plan.choice, plan.files, plan.done) == ("Anna", "publish_all", plan.files, plan.files)
    deps = told.world.deps()
    audit = told.second.audit
    assert audit is not None
    assert audit.ok
    assert audit.seals >= 1
    head = audit.head.split()
    for part in (head[1], head[3]):
        assert verify(deps.ledger.context, deps.store, SLUG, witness=part.partition(":")[2]).ok


def test_the_report_lies_in_the_store_under_its_month_and_as_the_latest(told: Told) -> None:
    store = told.world.deps().store
    for suffix in ("html", "csv", "json", "community.csv", "wikitext"):
        assert store.get(layout.report(SLUG, "2026-11", suffix)) == store.get(layout.report(SLUG, "latest", suffix))


def test_delivering_again_without_counting_counts_for_itself(told: Told) -> None:
    deps = told.world.deps()
    deps.ledger.start_run("report/again", partner=SLUG, kind="report", partner_version=deps.ledger.run("sync/2").partner_version)
    delivered = deliver_report(deps, SLUG, "report/again")
    assert json.loads(Path(delivered["json"]).read_bytes())["run_id"] == "report/again"
    assert deps.ledger.run("report/again").state == "complete"


def test_the_stream_of_works_names_every_record_once(told: Told) -> None:
    deps = told.world.deps()
    config = parse_partner(deps.ledger.partner_text(deps.ledger.run("sync/2").partner_version))
    keys = [work.key for work, _ in works(deps, config)]
    assert len(keys) == len(set(keys)) == told.second.way.offered.records


def test_wikidata_that_does_not_answer_is_said_in_the_report(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = dict(told.world.environment)
    connection = json.loads(environment["AIRFLOW_CONN_GLAMFLOW_WIKI"])
    deps = told.world.deps()
    broken = World(told.world.folder, told.world.sources, told.world.wiki, environment | {
        "AIRFLOW_CONN_GLAMFLOW_WIKI": json.dumps(connection | {"password": "wrong"})
    })  # fmt: skip
    deps.ledger.start_run("report/alone", partner=SLUG, kind="report", partner_version=deps.ledger.run("sync/2").partner_version)
    build_report(broken.deps(), SLUG, "report/alone")
    figures = msgspec.json.decode(deps.store.get(layout.report(SLUG, "2026-11", "figures.json")), type=Report)
    assert figures.items.status == "unreachable"
    assert figures.way == told.second.way
