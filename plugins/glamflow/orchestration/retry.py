"""`GlamflowRetryPolicy`: our exceptions already know whether a second try makes sense, and when.

| exception | decision |
|---|---|
| `Transient` with `retry_after` | again after the delay that the other side asked for (at most six hours) |
| `Transient` without | again after a delay that doubles with each try: 30 s, 1 min, … at most 15 min |
| `Permanent` | fails now: only a person can change the outcome |
| anything else | Airflow's default (`[core] default_task_retry_delay`), loudly: an unknown exception is a fault of ours |

Runs in the worker with the exception in hand; the scheduler sees only the outcome.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from airflow.sdk import RetryDecision, RetryPolicy

from glamflow.transforms.errors import Permanent, Transient

FIRST_DELAY = dt.timedelta(seconds=30)
LONGEST_BACKOFF = dt.timedelta(minutes=15)
LONGEST_ASKED = dt.timedelta(hours=6)


class GlamflowRetryPolicy(RetryPolicy):
    """Transient again, Permanent never, unknown as Airflow would."""

    def evaluate(
        self, exception: BaseException, try_number: int, max_tries: int, context: object = None
    ) -> RetryDecision:
        if isinstance(exception, Permanent):
            return RetryDecision.fail(reason=f"{type(exception).__name__}: a person must change something first")
        if isinstance(exception, Transient):
            return RetryDecision.retry(delay=_delay(exception, try_number), reason=type(exception).__name__)
        return RetryDecision.default()

    def serialize(self) -> dict[str, Any]:
        return {"__type": "GlamflowRetryPolicy"}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> GlamflowRetryPolicy:
        return cls()


def _delay(error: Transient, try_number: int) -> dt.timedelta:
    if error.retry_after is not None:
        return min(dt.timedelta(seconds=max(0.0, error.retry_after)), LONGEST_ASKED)
    return min(FIRST_DELAY * (1 << max(0, min(try_number, 10) - 1)), LONGEST_BACKOFF)
