"""The readiness report: what a sample says is what the whole run finds; what would free more is told in the partner's words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from feed_partner import environment, inside
from mixed_collection import PARTNER, mixed_record
from oai_feed import Feed

from glamflow.cli import main
from glamflow.reports.readiness import Readiness
from glamflow.steps import check, harvest
from glamflow.steps import map as mapping
from glamflow.steps.assess import assess
from glamflow.steps.deps import Deps

SLUG = "feed-museum"


class Place(NamedTuple):
    deps: Deps
    feed: Feed
    folder: Path


def prepare(folder: Path, feed: Feed, language: str = "en") -> dict[str, str]:
    feed.deleted = set()
    feed.metadata = mixed_record(1, feed.url.replace("/oai", "/media"))
    variables = environment(folder, feed.url)
    (folder / "partners" / f"{SLUG}.yaml").write_text(PARTNER.format(url=feed.url, language=language))
    return variables


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("assess")
    with Feed(records=5000, page=100) as feed, inside(prepare(folder, feed)) as deps:
        yield Place(deps, feed, folder)


@pytest.fixture(scope="module")
def found(whole: Place) -> float:
    """Share of publishable files by a whole run."""
    deps = whole.deps
    for windows in harvest.plan_windows(deps, SLUG, "run"):
        harvest.harvest_windows(deps, windows)
    counts: dict[str, int] = {}
    for lane in harvest.plan_lanes(deps, SLUG, "run"):
        mapping.map_lane(deps, lane)
        for name, number in check.check_lane(deps, lane).counts.items():
            counts[name] = counts.get(name, 0) + number
    files = sum(number for name, number in counts.items() if name.startswith("files_"))
    assert counts["records"] == 5000
    return counts["files_listed"] / files


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_three_hundred_of_five_thousand_tell_the_share_of_publishable_files(whole: Place, found: float, seed: int) -> None:
    report = assess(whole.deps, whole.deps.partner_from_file(SLUG), limit=300, seed=seed, media=0)
    assert report.sampled == 300
    assert (report.records, report.basis) == (5000, "all")
    assert 0.1 < found < 0.9
    assert abs(report.estimate.share - found) <= 0.05
    assert report.estimate.low <= report.estimate.share <= report.estimate.high


def test_the_same_seed_gives_the_same_report(whole: Place) -> None:
    config = whole.deps.partner_from_file(SLUG)
    one, two = (assess(whole.deps, config, limit=60, seed=7, media=0) for _ in range(2))
    assert one == two


def small(folder: Path, *, language: str = "en", seed: int = 3) -> dict[str, Any]:
    with Feed(records=400, page=100) as feed, inside(prepare(folder, feed, language)):
        assert main(["assess", SLUG, "--limit", "200", "--seed", str(seed), "--media", "4", "--out", str(folder)]) == 0
    report: dict[str, Any] = json.loads((folder / f"{SLUG}-readiness.json").read_text())
    return report


def test_the_command_writes_a_page_and_the_same_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = small(tmp_path)
    assert report == json.loads(capsys.readouterr().out.splitlines()[-1])
    page = (tmp_path / f"{SLUG}-readiness.html").read_text()
    assert "<script" not in page
    for line in report["rights"]:
        assert line["stated"].split(" ")[0] in page
    assert report["media"]["asked"] == 4
    assert set(report["shares"]) >= {"title", "date", "creator", "media", "usable_rights"}
    assert 0.85 < report["shares"]["media"] < 0.99


def test_the_changes_free_what_they_say_and_name_the_partners_own_words(tmp_path: Path) -> None:
    report = small(tmp_path)
    assert len(report["changes"]) == 3
    gains = [change["files"] for change in report["changes"]]
    assert gains == sorted(gains, reverse=True)
    version = [change for change in report["changes"] if change["reason"] == "CC_NO_VERSION"]
    assert [change["stated"] for change in version] == ["CC BY"]


@pytest.mark.parametrize(("language", "mark"), [("sv", "Ert"), ("fr", "Vos"), ("ar", 'dir="rtl"')])
def test_the_page_speaks_the_partners_language(tmp_path: Path, language: str, mark: str) -> None:
    small(tmp_path, language=language)
    page = (tmp_path / f"{SLUG}-readiness.html").read_text()
    assert f'lang="{language}"' in page
    assert mark.lower()[:3] in page.lower()


def test_a_source_too_long_to_read_is_sampled_all_over(tmp_path: Path) -> None:
    from glamflow.harvest.sample import draw

    with Feed(records=2000, page=10) as feed, inside(prepare(tmp_path, feed)) as deps, deps.harvester(deps.partner_from_file(SLUG)) as one:
        sample = draw(one, limit=100, seed=1, max_pages=30)
        assert (sample.basis, len(sample.records)) == ("places", 100)
        assert len(feed.lists) <= 61
        assert max(int(one.record.key.rpartition(":")[2]) for one in sample.records) > 1000


def test_the_report_keeps_its_promise_of_types(whole: Place) -> None:
    report = assess(whole.deps, whole.deps.partner_from_file(SLUG), limit=10, media=0)
    assert isinstance(report, Readiness)
