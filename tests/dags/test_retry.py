"""Whether a failed task is tried again is decided where the error was born."""

from __future__ import annotations

import datetime as dt
import pickle

import pytest
from airflow.sdk import RetryAction

from glamflow.orchestration.retry import GlamflowRetryPolicy
from glamflow.transforms.errors import (
    BadCredentials,
    ConfigInvalid,
    GlamflowError,
    Maxlag,
    RateLimited,
    SourceUnavailable,
    StaleEpoch,
    WritesStopped,
)

POLICY = GlamflowRetryPolicy()


def test_the_other_sides_delay_is_obeyed() -> None:
    decision = POLICY.evaluate(RateLimited("slow down", retry_after=90), 1, 3)
    assert (decision.action, decision.retry_delay) == (RetryAction.RETRY, dt.timedelta(seconds=90))


def test_an_absurd_delay_is_cut_to_six_hours() -> None:
    assert POLICY.evaluate(Maxlag("lag", retry_after=1e9), 1, 3).retry_delay == dt.timedelta(hours=6)


def test_without_a_named_delay_the_wait_doubles_up_to_a_quarter_of_an_hour() -> None:
    waits = [POLICY.evaluate(SourceUnavailable("https://x.example", "503"), n, 9).retry_delay for n in (1, 2, 3, 9)]
    assert waits == [dt.timedelta(seconds=s) for s in (30, 60, 120, 900)]


@pytest.mark.parametrize(
    "error",
    [BadCredentials("wiki", "Bot", "no"), ConfigInvalid("p.yaml", "wrong"), WritesStopped("off"), StaleEpoch("batch", "b", 1, 2)],
    ids=lambda e: type(e).__name__,
)
def test_what_only_a_person_can_change_fails_at_once(error: GlamflowError) -> None:
    assert POLICY.evaluate(error, 1, 3).action is RetryAction.FAIL


def test_an_unknown_exception_is_left_to_airflow() -> None:
    assert POLICY.evaluate(ZeroDivisionError(), 1, 3).action is RetryAction.DEFAULT


def test_the_decision_is_the_same_after_the_error_crossed_a_process_border() -> None:
    error = pickle.loads(pickle.dumps(RateLimited("slow down", retry_after=7)))
    assert POLICY.evaluate(error, 1, 3).retry_delay == dt.timedelta(seconds=7)


def test_the_policy_survives_serialisation() -> None:
    assert isinstance(GlamflowRetryPolicy.deserialize(POLICY.serialize()), GlamflowRetryPolicy)
