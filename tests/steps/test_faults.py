"""A wiki that misbehaves for minutes: nothing is doubled, nothing lost, nothing sent faster than promised or oftener than needed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from crash_world import prepare
from sample_world import PARTNERS
from small_world import running_copy
from storm_world import RATE, StormWorld

FILES = 6
STEPS = ("upload:direct", "upload:chunk", "upload:publish", "wbeditentity")


@pytest.fixture(scope="module")
def six_files() -> Iterator[Path]:
    """Snapshot of a plan over six files at twelve edits a minute that waits for its answer."""
    memory = Path("/dev/shm")
    before = dict(os.environ)
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        folder = Path(name)
        partners = folder / "partners"
        partners.mkdir()
        text = (PARTNERS / "havn-archive.yaml").read_text()
        assert "edits_per_minute: 600" in text
        (partners / "havn-archive.yaml").write_text(text.replace("edits_per_minute: 600", f"edits_per_minute: {RATE}"))
        prepare(folder, files=FILES, planned=True, GLAMFLOW_PARTNERS=str(partners))
        os.environ.clear()
        os.environ.update(before)
        yield folder


@pytest.fixture
def world(six_files: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[StormWorld]:
    name = "".join(c if c.isalnum() else "_" for c in request.node.name)
    with running_copy(six_files, six_files / name, monkeypatch.setenv) as (wiki, environment):
        world = StormWorld(six_files / name, wiki, environment)
        yield world
        world.deps.ledger.close()


def test_without_any_fault_the_plan_costs_what_it_needs(world: StormWorld) -> None:
    world.run()
    assert world.troubles() == []
    assert len(world.posts()) == world.needed()
    assert world.forced() == 0


@pytest.mark.parametrize("minutes", [1, 4, 12, 40])
@pytest.mark.parametrize("kind", ["maxlag", "readonly", "ratelimited"])
def test_a_wiki_that_says_not_now_for_minutes_is_waited_for(world: StormWorld, kind: str, minutes: int) -> None:
    for step in STEPS:
        world.storm(step, kind, minutes=minutes, skip=STEPS.index(step) % 2)
    world.run()
    assert world.troubles() == []
    assert world.forced() <= 8 + 1.5 * minutes, "a lagging wiki is asked once a minute at most, not hammered"
    assert world.clock.seconds() >= 60 * minutes


@pytest.mark.parametrize("kind", ["badtoken", "lost-session"])
@pytest.mark.parametrize("step", STEPS)
def test_a_session_store_that_forgets_again_and_again_is_survived(world: StormWorld, step: str, kind: str) -> None:
    world.fault(step, kind, count=9)
    world.run()
    assert world.troubles() == []
    assert world.forced() == 9


@pytest.mark.parametrize("kind", ["drop-after", "html-after", "http-504-after"])
def test_a_connection_cut_after_every_write_doubles_nothing(world: StormWorld, kind: str) -> None:
    for step in STEPS:
        world.fault(step, kind, count=3 if step == "upload:chunk" else -1)
    world.run()
    assert world.troubles() == []
    again = len(world.posts()) - world.needed()
    assert again == 3, "what lasts is found by a look; only a chunk is sent again, and the wiki says where it is"


@pytest.mark.parametrize("kind", ["drop-before", "html", "http-504", "http-503", "http-429", "internal"])
def test_a_line_that_breaks_before_the_write_costs_only_the_repeats(world: StormWorld, kind: str) -> None:
    for step in STEPS:
        world.fault(step, kind, count=2, skip=1)
    world.run()
    assert world.troubles() == []
    assert world.forced() == 8


def test_a_save_that_failed_without_a_reason_is_held_and_not_sent_again(world: StormWorld) -> None:
    for step in STEPS:
        world.fault(step, "failed-save")
    world.run()
    assert world.troubles(held={"REFUSED_BY_WIKI": 4}) == []
    assert world.forced() == 4


@pytest.mark.parametrize("times", [1, 2])
def test_a_stash_that_is_lost_is_begun_anew_and_nothing_else(world: StormWorld, times: int) -> None:
    world.fault("upload:chunk", "lost-stash", skip=1, count=times)
    world.fault("upload:publish", "lost-stash", skip=1)
    world.run()
    assert world.troubles(extra=(times + 1) * 4) == [], "the chunks of a lost stash are sent again"


@pytest.mark.parametrize(
    ("step", "kind", "reason"),
    [
        ("upload:direct", "abusefilter", "REFUSED_BY_WIKI"),
        ("upload:direct", "abusefilter-warn", "REFUSED_BY_WIKI"),
        ("upload:publish", "abusefilter", "REFUSED_BY_WIKI"),
        ("wbeditentity", "abusefilter", "REFUSED_BY_WIKI"),
        ("wbeditentity", "abusefilter-warn", "REFUSED_BY_WIKI"),
        ("upload:direct", "titleblacklist", "TITLE_REFUSED"),
        ("upload:publish", "titleblacklist", "TITLE_REFUSED"),
        ("upload:direct", "spamblacklist", "REFUSED_BY_WIKI"),
        ("wbeditentity", "spamblacklist", "REFUSED_BY_WIKI"),
    ],
)
def test_what_the_community_refuses_is_held_with_its_reason_and_the_rest_goes_on(world: StormWorld, step: str, kind: str, reason: str) -> None:
    world.fault(step, kind, skip=1)
    world.run()
    assert world.troubles(held={reason: 1}) == []
    (held,) = [file for file in world.files if file.reason == reason]
    assert held.detail, "people are told what the wiki said"


def test_another_bot_that_edits_every_page_first_keeps_its_edits_and_we_keep_ours(world: StormWorld) -> None:
    busy = set[str]()

    def other_bot(params: dict[str, Any]) -> None:
        if params["action"] == "wbeditentity" and params["id"] not in busy:
            busy.add(params["id"])
            page = world.commons.pages_by_id([int(params["id"][1:])])[int(params["id"][1:])]
            with world.wiki.seeding() as seed:
                seed.edit(f"File:{page.title}", append="\n[[Category:Found by another bot]]", user="OtherBot")
                seed.entity(params["id"], {"labels": {"de": {"language": "de", "value": "Ein Bild"}}}, user="OtherBot")  # we have one, too

    world.before_write = other_bot
    world.run()
    assert world.troubles() == []
    assert world.kinds() == {"CATEGORISED", "TRANSLATED"}, "and the partner hears of it"
    assert len(busy) == FILES
    for number in range(FILES):
        page = world.commons.pages_by_id([world.pub(number).page_id or 0])[world.pub(number).page_id or 0]
        entity = world.commons.entities([world.pub(number).entity])[world.pub(number).entity]
        assert page.text.endswith("[[Category:Found by another bot]]")
        assert entity.labels["de"] == "Ein Bild"
        assert entity.statements


@pytest.mark.parametrize("times", [3, 40])
def test_a_storm_of_edit_conflicts_ends_in_a_page_or_in_a_held_file(world: StormWorld, times: int) -> None:
    world.fault("wbeditentity", "editconflict", count=times)
    world.run()
    assert world.troubles(held={} if times == 3 else {"CONFLICT_WITH_COMMUNITY": FILES}) == []
