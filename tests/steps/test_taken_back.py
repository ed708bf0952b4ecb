"""The source holds or withdraws a record while its file is under way to the wiki: what was begun is finished and noted."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from crash_world import PARTNER
from small_world import SmallWorld

from glamflow.ledger.rows import Claim
from glamflow.ledger.states import FileState
from glamflow.steps import publish
from glamflow.transforms.outcome import Reason

ENDS = [
    (FileState.HELD, Reason.RIGHTS_ABSENT, "RIGHTS_NARROWED_AT_SOURCE"),
    (FileState.REJECTED, Reason.RIGHTS_NOT_FREE, "RIGHTS_NARROWED_AT_SOURCE"),
    (FileState.WITHDRAWN, Reason.REMOVED_AT_SOURCE, "REMOVED_AT_SOURCE"),
]


class Killed(BaseException):
    """As if the process had ended here."""


def between_upload_and_data(small: SmallWorld, then: Any) -> None:
    """Call `then` with the id of the first file once its upload is on the wiki and its data are not."""
    booked, slot = itertools.count(1), small.deps.ledger.write_slot

    def book(account: str, *, per_minute: float) -> float:
        if next(booked) == 2:
            then(next(edit.file_id for edit in small.intents() if edit.step == "upload"))
        return slot(account, per_minute=per_minute)

    small.deps.ledger.write_slot = book


def take_back(small: SmallWorld, to: FileState, reason: str) -> Any:
    def now(file_id: int) -> None:
        claim = small.deps.ledger.claim("test", "source", "tester")
        assert isinstance(claim, Claim)
        small.deps.ledger.advance(claim, [file_id], to, reason=reason, stage="check")

    return now


@pytest.mark.parametrize(("to", "reason", "noted"), ENDS)
def test_a_file_whose_record_is_taken_back_during_its_upload_gets_its_data_and_is_noted(
    small: SmallWorld, to: FileState, reason: str, noted: str
) -> None:
    between_upload_and_data(small, take_back(small, to, reason))
    counts = small.publish().counts
    assert counts == {"done": 3, "verified": 3}
    for number in range(3):
        entity = small.commons.entities([small.pub(number).entity])[small.pub(number).entity]
        assert "P275" in entity.statements or "P6216" in entity.statements
        assert small.written(number).statements
    (seen,) = small.deps.ledger.observations(PARTNER, kind=noted)
    assert seen.reason == reason
    assert small.deps.ledger.file(seen.file_id or 0).state is FileState.VERIFIED


@pytest.mark.parametrize(("to", "reason", "noted"), ENDS)
def test_the_same_holds_where_the_worker_died_in_between(small: SmallWorld, to: FileState, reason: str, noted: str) -> None:
    def die(file_id: int) -> None:
        take_back(small, to, reason)(file_id)
        raise Killed

    lanes = small.approve()
    slot = small.deps.ledger.write_slot
    between_upload_and_data(small, die)
    with pytest.raises(Killed):
        publish.publish_lane(small.deps, lanes[0], sleep=small.sleep)
    small.deps.ledger.write_slot = slot
    assert publish.publish_lane(small.deps, lanes[0], sleep=small.sleep).counts == {"done": 3}
    uploads = [row for row in small.posts() if row["action"] == "upload"]
    assert len(uploads) == 3
    (seen,) = small.deps.ledger.observations(PARTNER, kind=noted)
    assert small.deps.ledger.file(seen.file_id or 0).state is FileState.PUBLISHED
    with small.deps.ledger.context.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM in_flight").scalar_one() == 0


def test_a_file_that_was_taken_back_before_its_upload_is_not_sent(small: SmallWorld) -> None:
    lanes = small.approve()
    take_back(small, FileState.WITHDRAWN, Reason.REMOVED_AT_SOURCE)(small.files[0].id)
    assert publish.publish_lane(small.deps, lanes[0], sleep=small.sleep).counts == {"dropped": 1, "done": 2}
    assert small.deps.ledger.file(small.files[0].id).state is FileState.WITHDRAWN


def test_an_upload_that_is_refused_after_its_record_was_withdrawn_stops_nothing(small: SmallWorld) -> None:
    lanes = small.approve()
    small.fault("wbeditentity", "abusefilter", count=1)
    between_upload_and_data(small, take_back(small, FileState.WITHDRAWN, Reason.REMOVED_AT_SOURCE))
    assert publish.publish_lane(small.deps, lanes[0], sleep=small.sleep).counts == {"failed": 1, "done": 2}
