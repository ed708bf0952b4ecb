"""A takedown holds whatever comes: new harvests, remaps, plans that were open; its release needs a reason that others can check."""

from __future__ import annotations

import pytest
from crash_world import PARTNER, RUN
from sample_world import World
from small_world import SmallWorld

from glamflow.ledger.states import FileState, PlanState
from glamflow.steps import chain, plan, publish
from glamflow.steps.objects import read_outcomes
from glamflow.steps.outcome import StepReport
from glamflow.steps.takedown import release, take_down
from glamflow.store import layout
from glamflow.transforms.errors import ConfigInvalid, StaleState
from glamflow.transforms.outcome import Mapped

WHO = "person:anna"


def quiet(stage: str, report: StepReport | None) -> None:
    """Nothing to tell."""


def test_a_record_that_was_taken_down_stays_away_through_harvest_and_remap(world: World) -> None:
    deps = world.deps()
    chain.ingest(deps, "lumen-museum", "ingest/1", tell=quiet)
    chosen = deps.ledger.select_files("lumen-museum", limit=1)[0]
    taken = take_down(deps, chosen.record_key, who=WHO, why="the family asked for it")
    assert taken.records == (chosen.record_key,)
    for run, params in (("ingest/2", {"full": True}), ("ingest/3", {"remap": True})):
        chain.ingest(deps, "lumen-museum", run, tell=quiet, params=params)
        file = deps.ledger.file(chosen.id)
        assert (file.state, file.reason, file.decided_by) == ("held", "DO_NOT_UPLOAD", "person")
        assert chosen.record_key not in {one.record_key for one in deps.ledger.select_files("lumen-museum", limit=1000)}
    assert release(deps, chosen.record_key, who=WHO, decision="the family agreed in writing")
    assert chosen.record_key in {one.record_key for one in deps.ledger.select_files("lumen-museum", limit=1000)}


def test_a_record_may_be_forbidden_before_it_is_ever_harvested(world: World) -> None:
    deps = world.deps()
    with pytest.raises(StaleState, match="Name the partner"):
        take_down(deps, "oai:lumen.example:LM-1003", who=WHO, why="not ours")
    take_down(deps, "oai:lumen.example:LM-1001", who=WHO, why="not ours", partner="lumen-museum")
    chain.ingest(deps, "lumen-museum", "ingest/1", tell=quiet)
    assert "oai:lumen.example:LM-1001" not in {
        one.record_key for one in deps.ledger.select_files("lumen-museum", limit=1000)
    }


def test_an_address_of_the_record_or_of_its_medium_names_it_too(world: World) -> None:
    deps = world.deps()
    chain.ingest(deps, "lumen-museum", "ingest/1", tell=quiet)
    first, second = deps.ledger.select_files("lumen-museum", limit=1000)[:2]
    assert take_down(deps, second.url, who=WHO, why="wrong picture").files == (second.id,)
    batch = deps.ledger.batch(first.batch_id)
    told = [one.record for one in read_outcomes(deps, batch.mapped_key) if isinstance(one, Mapped)]
    address = next(record.source_url for record in told if record.key == first.record_key)
    assert take_down(deps, address, who=WHO, why="wrong record").records == (first.record_key,)


def test_an_open_plan_is_dropped_and_staged_bytes_are_gone(small: SmallWorld) -> None:
    request = plan.approval_request(small.deps, plan.plan_publication(small.deps, PARTNER, RUN))
    chosen, others = small.files[0], small.files[1:]
    bytes_of = layout.media(PARTNER, chosen.sha256)
    assert small.deps.store.head(bytes_of) is not None
    taken = take_down(small.deps, chosen.record_key, who=WHO, why="a living person is shown")
    assert taken.plans_dropped == (request["plan"],)
    assert small.deps.ledger.plan(request["plan"]).state is PlanState.DROPPED
    assert small.deps.store.head(bytes_of) is None
    assert bytes_of in taken.purged
    assert {small.deps.ledger.file(other.id).state for other in others} == {FileState.STAGED}
    assert small.deps.ledger.bans(sha1=chosen.sha1), "the bytes, for every partner"
    assert small.approve() == [], "an answer that comes later finds nothing to approve"


def test_a_plan_under_way_goes_on_without_the_file(small: SmallWorld) -> None:
    (lane,) = small.approve()
    take_down(small.deps, small.files[0].record_key, who=WHO, why="a living person is shown")
    report = publish.publish_lane(small.deps, lane, sleep=small.sleep)
    assert report.counts == {"dropped": 1, "done": 2}


@pytest.mark.parametrize(
    "form", ["File:{}", "{base}/wiki/File:{path}", "{base}/w/index.php?title=File:{path}&action=history"]
)
def test_a_live_page_is_left_to_people_who_are_told_what_to_do(small: SmallWorld, form: str) -> None:
    small.publish()
    title = small.pub(0).title
    named = form.format(title, base=small.wiki.base_url, path=title.replace(" ", "_"))
    posts = len(small.posts())
    taken = take_down(small.deps, named, who=WHO, why="a living person is shown")
    assert taken.files == (small.pub(0).file_id,)
    assert len(small.posts()) == posts, "nothing is deleted or written by us"
    (page,) = taken.live
    assert page.url.endswith(title.replace(" ", "_")) or "%" in page.url
    assert page.request.startswith("{{delete|reason=a living person is shown|subpage=File:")
    (seen,) = small.deps.ledger.observations(PARTNER, kind="TAKEDOWN")
    assert (seen.who, (seen.detail or {})["pages"]) == (WHO, [page.url])


def test_a_release_needs_the_undeletion_or_a_named_decision(small: SmallWorld) -> None:
    key = small.files[0].record_key
    take_down(small.deps, key, who=WHO, why="a mistake")
    for link in ("", "see my mail"):
        with pytest.raises(ConfigInvalid, match="undeletion or a named decision"):
            release(small.deps, key, who=WHO, link=link)
    assert len(release(small.deps, key, who=WHO, link="https://wiki.example/undeletion")) == 3
    assert small.deps.ledger.file(small.files[0].id).state is FileState.LISTED
    assert small.deps.ledger.bans(partner=PARTNER) == []
    with pytest.raises(StaleState, match="Nothing forbids"):
        release(small.deps, key, who=WHO, decision="again")


def test_doing_it_twice_changes_nothing(small: SmallWorld) -> None:
    first = take_down(small.deps, small.files[0].record_key, who=WHO, why="a mistake")
    again = take_down(small.deps, small.files[0].record_key, who=WHO, why="a mistake")
    assert (again.bans, again.plans_dropped, again.purged) == (first.bans, (), ())
    assert len(small.deps.ledger.observations(PARTNER, kind="TAKEDOWN")) == 1
