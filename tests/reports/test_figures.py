"""Figures add up, whatever the records are, and count what they say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from glamflow.reports.standing import NOT_ELIGIBLE, Standing, standing_of
from glamflow.reports.tally import GALLERY, Tally
from glamflow.reports.works import FileLine, Work
from glamflow.transforms.outcome import Finding, Reason
from glamflow.transforms.sentences import Sentence

STATES = ("listed", "staged", "planned", "published", "verified", "rejected", "held", "withdrawn", "superseded")


@given(st.lists(st.tuples(st.sampled_from(STATES), st.sampled_from([*Reason, ""]), st.booleans(), st.integers(0, 3)), max_size=30))
def test_the_six_places_always_add_up_to_what_was_offered(rows: list[tuple[str, str, bool, int]]) -> None:
    way_on = Sentence(what="On its way.", why="Nothing.", do="Wait.", who="operator")
    moment = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    tally = Tally(language="en", today=moment.date(), since=moment, on_its_way=way_on, address=str)
    for number, (state, reason, live, files) in enumerate(rows):
        place = standing_of(state, reason, live=live)
        lines = tuple(FileLine(file_id=number * 10 + i, media_id=str(i), state=state, standing=place, reason=reason) for i in range(files))
        tally.add(Work(key=str(number), state="checked", standing=place, reason=reason, files=lines))
    way = tally.way()
    assert way.adds_up
    assert (way.offered.records, way.offered.files) == (len(rows), sum(row[3] for row in rows))
    for standing, count in ((Standing.WAITS_FOR_PARTNER, way.waits_for_partner), (Standing.WAITS_FOR_US, way.waits_for_us)):
        needs = tally.needs(standing)
        assert (sum(need.count.records for need in needs), sum(need.count.files for need in needs)) == (count.records, count.files)
    assert sum(cause.count.records for cause in tally.causes(Standing.NOT_ELIGIBLE)) == way.not_eligible.records


def test_a_record_is_on_commons_when_one_of_its_files_is() -> None:
    assert min([Standing.WAITS_FOR_PARTNER, Standing.ON_COMMONS], key=list(Standing).index) is Standing.ON_COMMONS


def test_a_page_that_stands_is_on_commons_also_when_under_discussion_or_removed_at_source() -> None:
    assert standing_of("held", Reason.TAGGED_FOR_DELETION, live=True) is Standing.ON_COMMONS
    assert standing_of("withdrawn", Reason.REMOVED_AT_SOURCE, live=True) is Standing.ON_COMMONS


def test_every_reason_that_stops_a_file_has_a_place() -> None:
    for reason in Reason:
        assert standing_of("held", reason, live=False) is not Standing.ON_COMMONS
    assert all(standing_of("rejected", reason, live=False) is Standing.NOT_ELIGIBLE for reason in NOT_ELIGIBLE)


def test_a_question_about_a_standing_page_is_asked_without_counting_as_waiting(
    make_work: Callable[..., Work], make_tally: Callable[..., Tally]
) -> None:
    tally = make_tally([make_work(state="held", reason=Reason.TAGGED_FOR_DELETION, live=True)])
    (need,) = tally.needs(Standing.WAITS_FOR_PARTNER)
    assert (need.count.records, need.live) == (0, 1)
    assert tally.way().waits_for_partner.records == 0


def test_reasons_with_the_same_remedy_are_one_request(make_work: Callable[..., Work], make_tally: Callable[..., Tally]) -> None:
    works = [make_work(state="held", reason=reason) for reason in (Reason.ANONYMOUS_NEEDS_RULE, Reason.PD_ASSUMED_NEEDS_RULE)]
    (need,) = make_tally(works).needs(Standing.WAITS_FOR_PARTNER)
    assert (need.count.records, len(need.causes)) == (2, 2)


def test_what_is_free_by_next_january_is_told_and_later_days_by_themselves(
    make_work: Callable[..., Work], make_tally: Callable[..., Tally]
) -> None:
    days = (dt.date(2027, 1, 1), dt.date(2027, 6, 1), dt.date(2176, 1, 1))
    first, later = make_tally([make_work(state="rejected", reason="IN_COPYRIGHT", reconsider_on=day) for day in days]).freed()
    assert (first.on, first.records) == (dt.date(2027, 1, 1), 1)
    assert [(day.on, day.records) for day in later] == [(dt.date(2027, 6, 1), 1)]


def test_on_leap_day_the_horizon_is_still_a_day(make_work: Callable[..., Work]) -> None:
    way_on = Sentence(what="", why="", do="", who="operator")
    leap = dt.datetime(2028, 2, 29, tzinfo=dt.UTC)
    tally = Tally(language="en", today=leap.date(), since=leap, on_its_way=way_on, address=str)
    tally.add(make_work(state="rejected", reason="IN_COPYRIGHT", reconsider_on=dt.date(2030, 1, 1)))
    assert tally.freed()[1][0].records == 1


def test_the_gallery_shows_one_of_each_title_before_a_second(make_work: Callable[..., Work], make_tally: Callable[..., Tally]) -> None:
    works = [make_work(title="Spoon") for _ in range(60)] + [make_work(title=f"Painting {n}") for n in range(5)]
    gallery = make_tally(works).newest()
    assert len(gallery) == GALLERY
    assert {picture.title for picture in gallery[:6]} == {"Spoon", *(f"Painting {n}" for n in range(5))}


def test_an_internal_note_is_told_of_but_never_repeated(make_work: Callable[..., Work], make_tally: Callable[..., Tally]) -> None:
    note = Finding(reason=Reason.INTERNAL_NOTE_KEPT_INSIDE, field="note", value="the donor owes us money")
    (row,) = make_tally([make_work(findings=(note,))]).unread()
    assert row.hidden
    assert row.value == ""


def test_what_stood_before_the_period_is_not_new(make_work: Callable[..., Work], make_tally: Callable[..., Tally]) -> None:
    tally = make_tally([make_work(title="Old"), make_work(title="New")])
    later = dt.datetime(2026, 11, 26, tzinfo=dt.UTC)
    assert tally.newest(since=later) == ()
    assert len(tally.newest()) == tally.new == 2


def test_a_possible_duplicate_is_named_by_its_title_never_by_a_number_of_ours(
    make_work: Callable[..., Work], make_tally: Callable[..., Tally]
) -> None:
    details = {"the same bytes as A 12/3": "A 12/3", "the same picture as file 12 (“The lake” of havn-archive)": "The lake", "File:Lake.jpg": "Lake.jpg"}
    works = [make_work(state="held", reason="POSSIBLE_DUPLICATE", detail=detail) for detail in details]
    assert [problem.other for problem in make_tally(works).duplicates] == list(details.values())
