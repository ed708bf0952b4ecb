"""What lies in the batch objects between map and plan, and how a batch ref is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import msgspec

from glamflow.ledger.rows import Batch, Claim
from glamflow.steps.deps import LEASE_SECONDS, Deps
from glamflow.steps.process import is_dead
from glamflow.store.ndjson import read_lines
from glamflow.transforms.checks import RecordChecks
from glamflow.transforms.errors import GlamflowError, StaleEpoch, Transient
from glamflow.transforms.outcome import Finding, Mapped, Rejected
from glamflow.transforms.record import Model, Record

Outcome = Mapped | Rejected
_outcomes: msgspec.json.Decoder[Outcome] = msgspec.json.Decoder(Mapped | Rejected)


class Checked(Model, frozen=True, kw_only=True):
    """A mapped record with what the checks made of it: the input of plan and report."""

    record: Record
    checks: RecordChecks
    findings: tuple[Finding, ...] = ()


def take_claim(deps: Deps, kind: str, subject: str) -> Claim | None:
    """The claim, or None while another worker has it that may be alive."""
    claim = deps.ledger.claim(kind, subject, deps.worker, lease_seconds=LEASE_SECONDS)
    if claim is None and is_dead(holder := deps.ledger.holder(kind, subject)):
        return deps.ledger.claim(kind, subject, deps.worker, lease_seconds=LEASE_SECONDS, instead_of=holder)
    return claim


@contextmanager
def claimed(deps: Deps, kind: str, subject: str) -> Iterator[Claim]:
    """The claim on a piece of work; `Transient` while another worker has it.

    A fault that we know ends the claim, too: the next try goes on at once. A killed worker's is taken over at once on its
    own machine, and ends with its lease on others.
    """
    claim = take_claim(deps, kind, subject)
    if claim is None:
        raise Transient(
            f"The {kind} {subject} is being worked on by another task.", hint="This one tries again when that lease ends.",
            retry_after=LEASE_SECONDS / 3,
        )  # fmt: skip
    try:
        yield claim
    except StaleEpoch:
        raise  # the subject is another worker's now
    except GlamflowError:
        with suppress(GlamflowError):  # the first fault is the one to tell of
            deps.ledger.release(claim)
        raise
    deps.ledger.release(claim)


def batches_of(deps: Deps, ref: Sequence[str]) -> Iterator[tuple[str, Batch]]:
    """(run, batch) of each `run|batch` in a lane."""
    for item in ref:
        run_id, _, batch_id = item.partition("|")
        yield run_id, deps.ledger.batch(batch_id)


def read_outcomes(deps: Deps, key: str) -> Iterator[Outcome]:
    """What mapping made of each record of a batch."""
    for line in read_lines(deps.store, key):
        yield _outcomes.decode(line)
