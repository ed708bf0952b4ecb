"""How many requests a file costs, counted in the wiki's own log. `benchmarks/requests_per_file.py` prints the whole table."""

from __future__ import annotations

from crash_world import PARTNER
from request_count import kinds, writes
from small_world import WIKI, SmallWorld

from glamflow.ledger.states import FileState
from glamflow.steps import stage

PER_FILE = 4  # what is around it, the upload, its page id, its data
PER_PLAN = 14  # login, account, what people ask for, titles, names of templates, items, verifying: up to 40 files a plan share them


def test_a_new_small_file_costs_two_writes_and_two_reads(small: SmallWorld) -> None:
    deps = small.deps
    staged = [file.id for file in small.files]
    deps.ledger.close_plan(deps.ledger.plans(PARTNER)[0].id)
    deps.ledger.start_run("publish/2", partner=PARTNER, kind="publish", partner_version=deps.ledger.save_partner_version(PARTNER, small.config.text))
    deps.ledger.create_plan(stage.plan_id(PARTNER, "publish/2"), partner=PARTNER, run_id="publish/2", file_ids=staged, wiki=WIKI, level="pilot")
    before = len(small.wiki.log())
    assert small.publish("publish/2").counts == {"done": 3, "verified": 3}
    counted = kinds(small.wiki.log()[before:])
    assert writes(counted) == 2 * 3
    assert counted.total() <= PER_FILE * 3 + PER_PLAN, counted
    assert (PER_FILE * 40 + PER_PLAN) / 40 <= 4.6


def test_a_sync_with_nothing_to_do_is_one_question_for_fifty_pages_and_no_write(small: SmallWorld) -> None:
    small.publish()
    before = len(small.wiki.log())
    small.observe("sync/1")
    counted = kinds(small.wiki.log()[before:])
    assert dict(counted) == {"read: pages (info)": 1}
    assert all(pub.checked_at for pub in (small.pub(0), small.pub(1), small.pub(2)))
    assert small.kinds() == set()


def test_a_sync_reads_only_the_pages_at_which_something_happened(small: SmallWorld) -> None:
    small.publish()
    with small.wiki.seeding() as seed:
        seed.edit(f"File:{small.pub(1).title}", append="\n[[Category:Found by a person]]", user="Volunteer")
    before = len(small.wiki.log())
    small.observe("sync/1")
    small.observe("sync/2")
    counted = kinds(small.wiki.log()[before:])
    assert counted["read: pages (info)"] == 2
    assert counted["read: pages (revisions)"] == 1, "one history a changed page"
    assert counted.total() == 6, "the changed page was read once, its text, its data and its history; and who we are, once a lane"
    (seen,) = small.deps.ledger.observations(PARTNER, kind="CATEGORISED")
    assert seen.file_id == small.files[1].id
    assert small.deps.ledger.file(small.files[1].id).state is FileState.VERIFIED
